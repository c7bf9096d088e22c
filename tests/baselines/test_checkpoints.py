import json
from pathlib import Path

import pytest
import torch

from planzoo.baselines.checkpoints import (
    METADATA_FILE,
    WEIGHTS_FILE,
    CheckpointMetadata,
    find_checkpoint,
    load_metadata,
    load_weights,
    save_checkpoint,
    shipped_checkpoints,
)
from planzoo.errors import InputError

WEIGHTS = {"a": torch.arange(6.0).reshape(2, 3).T, "b": torch.ones(1)}


def test_what_is_saved_is_loaded(tmp_path: Path, toy_metadata: CheckpointMetadata) -> None:
    saved = save_checkpoint(tmp_path / "new" / "one", toy_metadata, WEIGHTS)
    metadata = load_metadata(tmp_path / "new" / "one")
    assert metadata == saved and len(metadata.weights_sha256) == 64
    loaded = load_weights(tmp_path / "new" / "one", metadata)
    assert set(loaded) == set(WEIGHTS)
    assert all(torch.equal(loaded[name], WEIGHTS[name]) for name in WEIGHTS)


def test_there_are_two_files_and_none_is_a_pickle(tmp_path: Path, toy_metadata: CheckpointMetadata) -> None:
    save_checkpoint(tmp_path, toy_metadata, WEIGHTS)
    assert sorted(path.name for path in tmp_path.iterdir()) == [METADATA_FILE, WEIGHTS_FILE]
    header = (tmp_path / WEIGHTS_FILE).read_bytes()
    assert json.loads(header[8 : 8 + int.from_bytes(header[:8], "little")])["a"]["shape"] == [3, 2]


def test_damaged_weights(tmp_path: Path, toy_metadata: CheckpointMetadata) -> None:
    metadata = save_checkpoint(tmp_path, toy_metadata, WEIGHTS)
    path = tmp_path / WEIGHTS_FILE
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(
        InputError, match=r"weights\.safetensors: the file's hash is not the one in metadata\.json"
    ):
        load_weights(tmp_path, metadata)
    path.unlink()
    with pytest.raises(InputError, match=r"weights\.safetensors: the file cannot be read: No such file"):
        load_weights(tmp_path, metadata)


def test_weights_that_were_never_safetensors(tmp_path: Path, toy_metadata: CheckpointMetadata) -> None:
    import hashlib

    (tmp_path / WEIGHTS_FILE).write_bytes(b"garbage!")
    metadata = toy_metadata.model_copy(update={"weights_sha256": hashlib.sha256(b"garbage!").hexdigest()})
    with pytest.raises(InputError, match="this is no safetensors file"):
        load_weights(tmp_path, metadata)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"steps": 1234', '"steps": -1', "steps is damaged"),
        ('"action_count": 5,', "", "action_count is damaged: Field required"),
        ('"format": 1', '"format": 2', "format is damaged"),
        ('"name"', '"nickname"', "the file is damaged: unknown key; did you mean 'name'"),
        ("{", "", "the file is damaged"),
    ],
)
def test_damaged_metadata(
    tmp_path: Path, toy_metadata: CheckpointMetadata, old: str, new: str, message: str
) -> None:
    save_checkpoint(tmp_path, toy_metadata, WEIGHTS)
    path = tmp_path / METADATA_FILE
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(InputError, match=message):
        load_metadata(tmp_path)


def test_metadata_from_before_there_were_memories(tmp_path: Path, toy_metadata: CheckpointMetadata) -> None:
    saved = save_checkpoint(tmp_path, toy_metadata, WEIGHTS)
    data = json.loads((tmp_path / METADATA_FILE).read_text())
    assert data["network"].pop("lstm") is None and data["scenario"].pop("measures") == {}
    (tmp_path / METADATA_FILE).write_text(json.dumps(data))
    assert load_metadata(tmp_path) == saved


def test_memory_survives_and_belongs_to_its_algorithm(
    tmp_path: Path, recurrent_metadata: CheckpointMetadata
) -> None:
    saved = save_checkpoint(tmp_path, recurrent_metadata, WEIGHTS)
    assert load_metadata(tmp_path) == saved and saved.network.lstm == recurrent_metadata.network.lstm
    path = tmp_path / METADATA_FILE
    text = path.read_text()
    path.write_text(text.replace("recurrent_ppo", "ppo"))
    with pytest.raises(InputError, match="network of algorithm 'ppo' has no use for a memory"):
        load_metadata(tmp_path)
    data = json.loads(text)
    data["network"]["lstm"] = None
    path.write_text(json.dumps(data))
    with pytest.raises(InputError, match="network of algorithm 'recurrent_ppo' has no memory; add it"):
        load_metadata(tmp_path)


def test_missing_metadata(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"metadata\.json: the file cannot be read"):
        load_metadata(tmp_path)


def test_folder_that_cannot_be_written(tmp_path: Path, toy_metadata: CheckpointMetadata) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="the checkpoint cannot be written"):
        save_checkpoint(tmp_path / "file", toy_metadata, WEIGHTS)


def test_find_checkpoint(tmp_path: Path) -> None:
    assert find_checkpoint(str(tmp_path)) == tmp_path
    with pytest.raises(InputError, match="there is no folder 'warehous-tiny'"):
        find_checkpoint("warehous-tiny")


@pytest.mark.parametrize("name", shipped_checkpoints())
def test_shipped_checkpoints_are_whole(name: str) -> None:
    folder = find_checkpoint(name)
    metadata = load_metadata(folder)
    assert metadata.name == name and load_weights(folder, metadata)
