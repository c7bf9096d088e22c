"""Writes frames to files: animated GIF, MP4, or a single PNG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.rendering.extra import needs
from planzoo.envs.rendering.gif import gif_pages
from planzoo.errors import InputError

Frame = NDArray[np.uint8]

FILM_SUFFIXES = (".gif", ".mp4")
"""What :func:`write_film` can write."""


def check_output(path: Path, suffixes: tuple[str, ...]) -> None:
    """Makes sure, before any work is done, that a file can be written.

    Args:
        path: the file; what it holds is kept.
        suffixes: the formats that its name may end in.

    Raises:
        InputError: the name ends otherwise, or the folder is missing or not writable.
    """
    if path.suffix.lower() not in suffixes:
        raise InputError(f"The file {path} must end in {' or '.join(suffixes)}.")
    existed = path.exists()
    try:
        with path.open("ab"):
            pass
    except OSError as error:
        raise InputError(
            f"The file {path} cannot be written ({error.strerror}); choose a folder that exists and is yours."
        ) from error
    if not existed:
        path.unlink()


def write_film(frames: Iterable[Frame], path: str | Path, frames_per_second: float = 10.0) -> Path:
    """Writes a film; frames are taken one by one as they are made.

    Args:
        frames: uint8 (height, width, 3) each, all of one size.
        path: a file that ends in .gif (needs Pillow) or .mp4 (needs imageio-ffmpeg).
        frames_per_second: the pace; a GIF keeps time in hundredths of a second.

    Returns:
        The path of the film.

    Raises:
        InputError: another suffix, a folder that cannot be written, no frames, frames of several sizes, a
            pace that is not positive, or a missing library.
    """
    path = Path(path)
    if not 0 < frames_per_second < float("inf"):
        raise InputError(f"A film needs a positive number of frames a second, not {frames_per_second}.")
    check_output(path, FILM_SUFFIXES)
    checked = _checked(frames)
    first = next(checked, None)
    if first is None:
        raise InputError(f"There are no frames to write to {path}; play at least one step.")
    write = _write_gif if path.suffix.lower() == ".gif" else _write_mp4
    write(first, checked, path, frames_per_second)
    return path


def write_picture(frame: Frame, path: str | Path) -> Path:
    """Writes one frame, uint8 (height, width, 3), to a .png file and gives its path.

    Raises:
        InputError: another suffix, a folder that cannot be written, or Pillow is missing.
    """
    path = Path(path)
    check_output(path, (".png",))
    with needs("Pillow"):
        from PIL import Image
    Image.fromarray(frame).save(path, optimize=True)
    return path


def _checked(frames: Iterable[Frame]) -> Iterator[Frame]:
    shape: tuple[int, ...] | None = None
    for index, frame in enumerate(frames):
        shape = shape or frame.shape
        if frame.dtype != np.uint8 or frame.ndim != 3 or frame.shape != shape or shape[2] != 3:
            raise InputError(
                f"Frame {index} of the film is {frame.dtype} {frame.shape}; "
                "every frame must be uint8 (height, width, 3) and of the first one's size."
            )
        yield frame


def _write_gif(first: Frame, rest: Iterator[Frame], path: Path, frames_per_second: float) -> None:
    pages = gif_pages(chain((first,), rest))
    milliseconds = max(20, round(1000 / frames_per_second))
    next(pages).save(path, save_all=True, append_images=pages, duration=milliseconds, loop=0, disposal=1)


def _write_mp4(first: Frame, rest: Iterator[Frame], path: Path, frames_per_second: float) -> None:
    with needs("imageio-ffmpeg"):
        import imageio_ffmpeg

    # The common pixel format of players halves colour in both directions: sides must be even.
    padding = ((0, first.shape[0] % 2), (0, first.shape[1] % 2), (0, 0))
    size = (first.shape[1] + padding[1][1], first.shape[0] + padding[0][1])
    writer = imageio_ffmpeg.write_frames(
        str(path),
        size,
        fps=frames_per_second,
        codec="libx264",
        quality=None,
        macro_block_size=1,
        ffmpeg_log_level="error",
        output_params=["-crf", "18", "-movflags", "+faststart"],
    )
    writer.send(None)
    try:
        for frame in chain((first,), rest):
            writer.send(np.ascontiguousarray(np.pad(frame, padding, mode="edge")))
    finally:
        writer.close()
