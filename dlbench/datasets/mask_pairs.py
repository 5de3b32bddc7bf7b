"""Pictures with masks of the same names: read, brought to one size, and their values turned into classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dlbench.core.errors import DataError
from dlbench.datasets.mask_files import pictures_in, pixels_of, size_of, values_of, written

if TYPE_CHECKING:
    import numpy as np

MOST_CLASSES = 256
MOST_NAMED = 5


@dataclass(frozen=True)
class Pair:
    """A picture and its mask."""

    name: str
    picture: Path
    mask: Path

    def problem(self) -> str | None:
        """Say why the two do not belong together; None where they may. Looks at their heads alone."""
        try:
            sizes = size_of(self.picture), size_of(self.mask)
        except DataError as error:
            return str(error)
        if sizes[0] == sizes[1]:
            return None
        (height, width), (other_height, other_width) = sizes
        return f"{self.mask}: a mask of {other_height}×{other_width} for a picture of {height}×{width}"

    @property
    def files(self) -> tuple[Path, ...]:
        """The picture and what its mask is read from."""
        return self.picture, self.mask

    def values(self) -> np.ndarray:
        """Return the (height, width) int32 values of the mask.

        Raises:
            DataError: a damaged file.
        """
        return values_of(self.mask)


@dataclass(frozen=True)
class Reading:
    """How pairs are read.

    Attributes:
        size: of the square that every picture is brought to, its shape kept; what is left of the square has no class.
        channels: 3 for colours, 1 for grey.
        classes: name → value of the mask, in the order of the codes; None for all values there are, in their order.
        void: value of pixels that nobody is asked about; None for none.
    """

    size: int
    channels: int = 3
    classes: Mapping[str, int] | None = None
    void: int | None = None


def pairs(pictures: Path, masks: Path) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    """Return the pictures that have a mask, by name, and the names of those that have none.

    Raises:
        DataError: no folder, no picture, or none that has a mask.
    """
    seen, held = pictures_in(pictures), pictures_in(masks)
    found = tuple(Pair(name, path, held[name]) for name, path in seen.items() if name in held)
    if not found:
        raise DataError(f"{masks}: no mask has the name of a picture in {pictures}, as {next(iter(seen))} has")
    return found, tuple(name for name in seen if name not in held)


def read(found: Sequence[Pair], how: Reading) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Return (n, size, size, channels) bytes, (n, size, size) int16 codes and the names of the classes.

    Raises:
        DataError: a damaged file, a mask of another size, a value that is no class, too many values.
    """
    import numpy as np

    pixels = np.zeros((len(found), how.size, how.size, how.channels), dtype=np.uint8)
    values = np.full((len(found), how.size, how.size), -1, dtype=np.int32)
    for place, pair in enumerate(found):
        if problem := pair.problem():
            raise DataError(problem)
        picture, mask = boxed(pixels_of(pair.picture, how.channels), pair.values(), how.size)
        height, width = mask.shape
        pixels[place, :height, :width], values[place, :height, :width] = picture, mask
    if how.void is not None:
        values[values == how.void] = -1
    codes, names = _coded(values, how.classes, found)
    return pixels, codes, names


def boxed(picture: np.ndarray, mask: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a picture and its mask, the longer side of `size`: the picture smoothed, the mask by its nearest pixel."""
    import numpy as np
    from PIL import Image

    height, width = mask.shape
    if max(height, width) == size:
        return picture, mask
    scale = size / max(height, width)
    wanted = max(1, round(width * scale)), max(1, round(height * scale))
    image = Image.fromarray(picture if picture.shape[2] == 3 else picture[..., 0])
    small = np.asarray(image.resize(wanted, Image.Resampling.BILINEAR), dtype=np.uint8)
    other = Image.fromarray(mask.astype(np.int32)).resize(wanted, Image.Resampling.NEAREST)
    return small.reshape(wanted[1], wanted[0], picture.shape[2]), np.asarray(other, dtype=np.int32)


def _coded(
    values: np.ndarray, classes: Mapping[str, int] | None, found: Sequence[Pair]
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return codes, -1 where there is no class, and the names of the classes."""
    import numpy as np

    there = np.unique(values[values >= 0])
    if classes is None:
        if len(there) > MOST_CLASSES:
            raise DataError(
                f"{found[0].mask.parent}: masks of {len(there)} different values; masks are kept without loss, a"
                " value a class (PNG, not JPEG); name the classes"
            )
        classes = {written(int(number)): int(number) for number in there}
    if strange := set(there.tolist()) - set(classes.values()):
        number = min(strange)
        place = int(np.argmax((values == number).any(axis=(1, 2))))
        named = ", ".join(f"{name}: {written(each)}" for name, each in list(classes.items())[:MOST_NAMED])
        raise DataError(f"{found[place].mask}: a value {written(number)} that is no class ({named}) and not void")
    codes = np.full(values.shape, -1, dtype=np.int16)
    for code, number in enumerate(classes.values()):
        codes[values == number] = code
    return codes, tuple(classes)
