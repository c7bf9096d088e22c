"""Reduces frames to the 256 colours of a GIF: flat areas keep their colours exactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from planzoo.envs.rendering.extra import needs

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

COLOURS, COMMON = 256, 128
"""Entries of a table, and how many of them are its first frame's commonest colours."""
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
    """Up to 256 colours that stand for all colours of some frames: the commonest of the first, and others.

    While a colour would change by more than TOLERANCE the one that is furthest from all in the table joins it
    (farthest-first traversal: Gonzalez, "Clustering to minimize the maximum intercluster distance",
    Theoretical Computer Science 38, 1985). Later frames may add colours, but change none: what
    does not move looks the same in all frames and is stored once.

    Args:
        frame: uint8 (height, width, 3), whose colours are to be kept.
    """

    def __init__(self, frame: NDArray[np.uint8]) -> None:
        values, counts = np.unique(_packed(frame), return_counts=True)
        self.colours = _unpacked(values[np.argsort(-counts, kind="stable")][:COMMON])
        self._entries = np.full(1 << 24, _UNKNOWN, dtype=np.int16)
        self._learn(values)

    def serves(self, frame: NDArray[np.uint8]) -> bool:
        """Says whether every colour of a frame has one near it in the table, which may grow for that."""
        packed = _packed(frame)
        new = np.unique(packed[self._entries[packed] == _UNKNOWN])
        return self._learn(new) <= TOLERANCE

    def page(self, frame: NDArray[np.uint8]) -> PillowImage:
        """Gives a frame in the table's colours; its own must have been learnt."""
        with needs("Pillow"):
            from PIL import Image
        entries = self._entries[_packed(frame)].astype(np.uint8)
        image = Image.frombytes("P", (frame.shape[1], frame.shape[0]), entries.tobytes())
        image.putpalette(self.colours.tobytes().ljust(3 * COLOURS, b"\0"))
        return image

    def _learn(self, values: NDArray[np.int32]) -> int:
        """Finds the entries nearest to packed colours, and adds some of them while there is room.

        Returns:
            The largest difference that is left in any channel; more than TOLERANCE if the table is full.
        """
        colours = _unpacked(values).astype(np.int16)
        entries, distances = self._nearest(colours)
        while len(self.colours) < COLOURS and distances.max(initial=0) > TOLERANCE:
            furthest = colours[distances.argmax()]
            apart = np.abs(colours - furthest).max(axis=1)
            closer = apart < distances
            entries[closer], distances[closer] = len(self.colours), apart[closer]
            self.colours = np.concatenate([self.colours, furthest[None].astype(np.uint8)])
        self._entries[values] = entries
        return int(distances.max(initial=0))

    def _nearest(self, colours: NDArray[np.int16]) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
        """Gives the entry nearest to each colour, int16 (n, 3), and the difference in any channel."""
        entries, distances = np.empty((2, len(colours)), dtype=np.int16)
        for start in range(0, len(colours), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            differences = np.abs(colours[chunk, None, :] - self.colours).max(axis=2)
            entries[chunk], distances[chunk] = differences.argmin(axis=1), differences.min(axis=1)
        return entries, distances


def _packed(frame: NDArray[np.uint8]) -> NDArray[np.int32]:
    red, green, blue = (frame[..., channel].astype(np.int32) for channel in range(3))
    return red << 16 | green << 8 | blue


def _unpacked(values: NDArray[np.int32]) -> NDArray[np.uint8]:
    return np.stack([values >> 16, values >> 8 & 255, values & 255], axis=-1).astype(np.uint8)
