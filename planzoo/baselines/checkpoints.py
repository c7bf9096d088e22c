"""Trained networks on disk: weights as safetensors beside JSON metadata, and nothing that could run code.

A checkpoint is a folder with two files: ``weights.safetensors`` and ``metadata.json``. The metadata says what
the network was trained on and how it is built, and holds the hash of the weights; nothing is unpickled.
"""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from planzoo.baselines.config import (
    Algorithm,
    HyperparametersConfig,
    NetworkConfig,
    ScenarioConfig,
    StrictModel,
    check_memory,
)
from planzoo.baselines.suggestions import nearest
from planzoo.errors import InputError

if TYPE_CHECKING:
    import torch

WEIGHTS_FILE = "weights.safetensors"
METADATA_FILE = "metadata.json"


class CheckpointMetadata(StrictModel):
    """What stands in ``metadata.json``.

    Attributes:
        format: version of this layout.
        name: name of the checkpoint.
        scenario: what it was trained on.
        params: the scenario's params as plain data.
        agents: N of the training scenario.
        observation_size: D, the length of one agent's observation.
        action_count: A, the number of one agent's actions.
        algorithm: ``ppo``, ``maskable_ppo`` or ``recurrent_ppo``.
        network: the shape of the networks.
        hyperparameters: the numbers of the training.
        steps: environment steps that were spent.
        kept_at_step: the step at which the kept weights were measured best.
        evaluation_return: their mean return there.
        seed: the seed of the training.
        versions: versions of the packages.
        weights_sha256: hash of the weights file.
    """

    format: Literal[1] = 1
    name: str
    scenario: ScenarioConfig
    params: dict[str, Any]
    agents: Annotated[int, Field(gt=0)]
    observation_size: Annotated[int, Field(gt=0)]
    action_count: Annotated[int, Field(gt=0)]
    algorithm: Algorithm
    network: NetworkConfig
    hyperparameters: HyperparametersConfig
    steps: Annotated[int, Field(ge=0)]
    kept_at_step: Annotated[int, Field(ge=0)]
    evaluation_return: float
    seed: int
    versions: dict[str, str]
    weights_sha256: str = ""

    @model_validator(mode="after")
    def check_memory(self) -> CheckpointMetadata:
        """Refuses a network that the algorithm cannot have trained."""
        check_memory(self.algorithm, self.network)
        return self


def shipped_checkpoints() -> tuple[str, ...]:
    """Names the checkpoints that come with PlanZoo."""
    folder = _shipped_folder()
    if not folder.is_dir():
        return ()
    return tuple(sorted(entry.name for entry in folder.iterdir() if (entry / METADATA_FILE).is_file()))


def find_checkpoint(name: str) -> Path:
    """Gives the folder of a shipped checkpoint, or of one on disk.

    Raises:
        InputError: there is neither.
    """
    shipped = shipped_checkpoints()
    if name in shipped:
        return _shipped_folder() / name
    if not Path(name).is_dir():
        raise InputError(
            f"there is no folder '{name}' and no shipped checkpoint of that name{nearest(name, shipped)}"
        )
    return Path(name)


def save_checkpoint(
    folder: Path, metadata: CheckpointMetadata, weights: dict[str, torch.Tensor]
) -> CheckpointMetadata:
    """Writes a checkpoint in place of an earlier one; the hash keeps a half-replaced one from being loaded.

    Args:
        folder: made where it does not exist.
        metadata: everything but the hash of the weights.
        weights: the network's state dict.

    Returns:
        The metadata with the hash.

    Raises:
        InputError: the folder cannot be written.
    """
    from safetensors.torch import save

    data = save({name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()})
    finished = metadata.model_copy(update={"weights_sha256": hashlib.sha256(data).hexdigest()})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / WEIGHTS_FILE, data)
        _replace(folder / METADATA_FILE, (finished.model_dump_json(indent=2) + "\n").encode())
    except OSError as error:
        raise InputError(
            f"{folder}: the checkpoint cannot be written: {error.strerror}; choose another folder"
        ) from None
    return finished


def load_metadata(folder: Path) -> CheckpointMetadata:
    """Reads what a checkpoint says of itself.

    Raises:
        InputError: the file is missing or damaged.
    """
    path = folder / METADATA_FILE
    try:
        return CheckpointMetadata.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: the file cannot be read: {error.strerror}; {_RETRAIN}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "the file"
        raise InputError(f"{path}: {place} is damaged: {first['msg']}; {_RETRAIN}") from None


def load_weights(folder: Path, metadata: CheckpointMetadata) -> dict[str, torch.Tensor]:
    """Reads the weights after their hash has been checked.

    Raises:
        InputError: the file is missing, or is not the one that the metadata describe.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    path = folder / WEIGHTS_FILE
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: the file cannot be read: {error.strerror}; {_RETRAIN}") from None
    if hashlib.sha256(data).hexdigest() != metadata.weights_sha256:
        raise InputError(
            f"{path}: the file's hash is not the one in {METADATA_FILE}, so it is damaged; {_RETRAIN}"
        )
    try:
        return load(data)
    except SafetensorError as error:
        raise InputError(f"{path}: this is no safetensors file: {error}; {_RETRAIN}") from None


_RETRAIN = "copy the checkpoint again or train it anew with 'planzoo train'"


def _replace(path: Path, data: bytes) -> None:
    # A training run that is stopped while it saves must not cost the checkpoint that stood there before.
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(data)
    fresh.replace(path)


def _shipped_folder() -> Path:
    # Not importlib.resources.as_file: wheels are unpacked, and a folder inside a zip has no path to hand on.
    return Path(str(resources.files("planzoo") / "baselines" / "checkpoints"))
