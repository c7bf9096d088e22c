from pathlib import Path

import pytest

from planzoo.baselines.cells import make_cells
from planzoo.baselines.config import CompareConfig
from planzoo.baselines.run_file import RUN_FILE, Run
from planzoo.errors import InputError


@pytest.fixture
def run(toy_config: CompareConfig) -> Run:
    return Run(
        title="T",
        description="",
        command="planzoo compare x",
        provenance={"a": 1},
        cells=make_cells(toy_config),
    )


def test_what_is_saved_is_loaded(tmp_path: Path, run: Run) -> None:
    run.save(tmp_path)
    assert Run.load(tmp_path) == run


def test_missing_and_damaged_files(tmp_path: Path, run: Run) -> None:
    with pytest.raises(InputError, match=r"run\.json: cannot be read: No such file"):
        Run.load(tmp_path)
    run.save(tmp_path)
    path = tmp_path / RUN_FILE
    path.write_text(path.read_text()[:-20])
    with pytest.raises(InputError, match=r"run\.json: the file is damaged: .*; run 'planzoo compare' again"):
        Run.load(tmp_path)


def test_folder_that_cannot_be_written(tmp_path: Path, run: Run) -> None:
    with pytest.raises(InputError, match=r"run\.json: cannot be written"):
        run.save(tmp_path / "missing")
