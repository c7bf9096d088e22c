"""Reduces frames to the 256 colours of a GIF: flat areas keep their colours exactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.rendering.extra import needs

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

COLOURS = 256
TOLERANCE = 16
"""A frame whose colours an earlier table would change by more than this, of 255, gets its own table."""
_CHUNK = 4096
_UNKNOWN = -1


def gif_pages(frames: Iterable[NDArray[np.uint8]]) -> Iterator[PillowImage]:
    """Reduces frames one by one, without dithering.

    Frames share a table of colours as long as it serves them: then only what moves is stored, in a tenth of
    the space.

    Args:
        frames: uint8 (height, width, 3) each.

    Yields:
        Pillow images of mode P.

    Raises:
        InputError: Pillow is not installed.
    """
    table: ColourTable | None = None
    for frame in frames:
        if table is None or not table.serves(frame):
            table = ColourTable(frame)
        yield table.page(frame)


class ColourTable:
    """256 colours that stand for all colours of a frame: its commonest, and others spread over the rest.

    Args:
        frame: uint8 (height, width, 3), whose colours are to be kept.
    """

    def __init__(self, frame: NDArray[np.uint8]) -> None:
        with needs("Pillow"):
            from PIL import Image
        values, counts = np.unique(_packed(frame), return_counts=True)
        common = values[np.argsort(-counts, kind="stable")][: COLOURS // 2]
        spread = Image.fromarray(frame).quantize(COLOURS // 2, Image.Quantize.MAXCOVERAGE, kmeans=1)
        rest = np.array(spread.getpalette(), dtype=np.uint8).reshape(-1, 3)
        self.colours = np.concatenate([_unpacked(common), rest])[:COLOURS]
        self._entries = np.full(1 << 24, _UNKNOWN, dtype=np.int16)
        self._learn(values)

    def serves(self, frame: NDArray[np.uint8]) -> bool:
        """Says whether every new colour of a frame has one near it in the table."""
        packed = _packed(frame)
        return self._learn(np.unique(packed[self._entries[packed] == _UNKNOWN])) <= TOLERANCE

    def page(self, frame: NDArray[np.uint8]) -> PillowImage:
        """Gives a frame in the table's colours; its own must have been learnt."""
        from PIL import Image

        entries = self._entries[_packed(frame)].astype(np.uint8)
        image = Image.frombytes("P", (frame.shape[1], frame.shape[0]), entries.tobytes())
        image.putpalette(self.colours.tobytes())
        return image

    def _learn(self, values: NDArray[np.int32]) -> int:
        """Finds the nearest entries of packed colours; gives the largest difference in any channel."""
        worst = 0
        for start in range(0, len(values), _CHUNK):
            chunk = values[start : start + _CHUNK]
            differences = _unpacked(chunk)[:, None, :].astype(np.int16) - self.colours
            distances = np.abs(differences).max(axis=2)
            nearest = distances.argmin(axis=1)
            self._entries[chunk] = nearest
            worst = max(worst, int(distances.min(axis=1).max()))
        return worst


def _packed(frame: NDArray[np.uint8]) -> NDArray[np.int32]:
    red, green, blue = (frame[..., channel].astype(np.int32) for channel in range(3))
    return red << 16 | green << 8 | blue


def _unpacked(values: NDArray[np.int32]) -> NDArray[np.uint8]:
    return np.stack([values >> 16, values >> 8 & 255, values & 255], axis=-1).astype(np.uint8)
