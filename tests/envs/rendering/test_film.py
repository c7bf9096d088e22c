"""Films can be read back frame by frame; what cannot be written is refused before any work."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

from planzoo.envs.rendering.film import Frame, write_film, write_picture
from planzoo.envs.rendering.image import render_image
from planzoo.errors import InputError
from tests.envs.rendering.samples import grid_scene


@pytest.fixture(scope="module")
def frames() -> list[Frame]:
    return [render_image(grid_scene(column), 41) for column in (0, 1, 2)]


def read_gif(path: Path) -> tuple[list[Frame], list[int]]:
    frames, durations = [], []
    with Image.open(path) as film:
        for index in range(getattr(film, "n_frames", 1)):
            film.seek(index)
            frames.append(np.array(film.convert("RGB")))
            durations.append(film.info["duration"])
    return frames, durations


def read_mp4(path: Path) -> tuple[list[Frame], str]:
    """Gives the frames of a film and what FFmpeg says about it."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    result = subprocess.run(command, capture_output=True, check=True)
    facts = result.stderr.decode()
    size = re.search(r"Video: h264.*?, (\d+)x(\d+)", facts)
    assert size is not None, facts
    width, height = int(size[1]), int(size[2])
    return list(np.frombuffer(result.stdout, np.uint8).reshape(-1, height, width, 3)), facts


def test_a_gif_holds_every_frame_at_its_pace(tmp_path: Path, frames: list[Frame]) -> None:
    path = write_film(iter(frames), tmp_path / "film.gif", frames_per_second=5)
    read, durations = read_gif(path)
    assert len(read) == 3
    assert durations == [200, 200, 200]
    for original, copy in zip(frames, read, strict=True):
        assert np.abs(original.astype(int) - copy).max() <= 16


def test_an_mp4_holds_every_frame_at_its_pace(tmp_path: Path, frames: list[Frame]) -> None:
    path = write_film(frames, str(tmp_path / "film.MP4"), frames_per_second=4)
    read, facts = read_mp4(path)
    assert len(read) == 3
    assert "4 fps" in facts
    height, width = frames[0].shape[:2]
    assert read[0].shape[:2] == (height + height % 2, width + width % 2)
    for original, copy in zip(frames, read, strict=True):
        assert np.abs(original.astype(int) - copy[:height, :width]).mean() < 3.0


def test_odd_sizes_are_padded_to_even_ones(tmp_path: Path) -> None:
    odd = np.full((33, 47, 3), 200, dtype=np.uint8)
    (read,), _ = read_mp4(write_film([odd], tmp_path / "odd.mp4"))
    assert read.shape == (34, 48, 3)
    assert np.abs(read.astype(int) - 200).max() < 4


def test_the_same_frames_give_the_same_gif(tmp_path: Path, frames: list[Frame]) -> None:
    one, two = (write_film(frames, tmp_path / name).read_bytes() for name in ("one.gif", "two.gif"))
    assert one == two


def test_frames_are_taken_as_they_are_made(tmp_path: Path, frames: list[Frame]) -> None:
    written: list[bool] = []

    def film() -> Iterator[Frame]:
        for frame in frames:
            written.append((tmp_path / "film.mp4").exists())
            yield frame

    write_film(film(), tmp_path / "film.mp4")
    assert written[0] is False
    assert len(written) == 3


def test_a_picture_is_read_back_exactly(tmp_path: Path, frames: list[Frame]) -> None:
    path = write_picture(frames[0], tmp_path / "picture.png")
    with Image.open(path) as picture:
        assert np.array_equal(np.array(picture), frames[0])


@pytest.mark.parametrize("name", ["film.avi", "film", "film.png"])
def test_other_suffixes_are_refused(tmp_path: Path, frames: list[Frame], name: str) -> None:
    with pytest.raises(InputError, match=r"must end in \.gif or \.mp4"):
        write_film(frames, tmp_path / name)
    assert not (tmp_path / name).exists()


def test_a_picture_is_a_png(tmp_path: Path, frames: list[Frame]) -> None:
    with pytest.raises(InputError, match=r"must end in \.png"):
        write_picture(frames[0], tmp_path / "picture.jpg")


def test_a_missing_folder_is_refused_before_the_first_frame(tmp_path: Path) -> None:
    def film() -> Iterator[Frame]:
        raise AssertionError("a frame was made")
        yield

    with pytest.raises(InputError, match=r"missing.film\.gif cannot be written"):
        write_film(film(), tmp_path / "missing" / "film.gif")


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path, frames: list[Frame]) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(InputError, match="cannot be written"):
        write_film(frames, tmp_path / "file" / "film.mp4")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to the superuser")
def test_a_read_only_folder_is_refused(tmp_path: Path, frames: list[Frame]) -> None:
    folder = tmp_path / "mine"
    folder.mkdir(mode=0o500)
    with pytest.raises(InputError, match="Permission denied"):
        write_film(frames, folder / "film.gif")


def test_an_older_film_survives_a_refusal(tmp_path: Path) -> None:
    path = tmp_path / "film.gif"
    path.write_bytes(b"older")
    with pytest.raises(InputError, match="no frames"):
        write_film([], path)
    assert path.read_bytes() == b"older"


@pytest.mark.parametrize("suffix", [".gif", ".mp4"])
def test_frames_of_several_sizes_are_refused(tmp_path: Path, frames: list[Frame], suffix: str) -> None:
    with pytest.raises(InputError, match="Frame 1 of the film"):
        write_film([frames[0], frames[1][:-2]], tmp_path / f"film{suffix}")


def test_frames_of_another_kind_are_refused(tmp_path: Path, frames: list[Frame]) -> None:
    with pytest.raises(InputError, match="Frame 0 of the film is float64"):
        write_film([frames[0] / 255.0], tmp_path / "film.gif")  # type: ignore[list-item]


@pytest.mark.parametrize("pace", [0.0, -1.0, float("nan"), float("inf")])
def test_the_pace_is_positive(tmp_path: Path, frames: list[Frame], pace: float) -> None:
    with pytest.raises(InputError, match="positive number of frames a second"):
        write_film(frames, tmp_path / "film.gif", pace)


@pytest.mark.parametrize(
    ("module", "name", "library"),
    [("PIL", "film.gif", "Pillow"), ("imageio_ffmpeg", "film.mp4", "imageio-ffmpeg")],
)
def test_a_missing_library_is_named(
    tmp_path: Path, frames: list[Frame], monkeypatch: pytest.MonkeyPatch, module: str, name: str, library: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(InputError, match=rf"{library}.*pip install 'planzoo\[render\]'"):
        write_film(frames, tmp_path / name)
