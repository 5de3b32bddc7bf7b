"""Own data: a folder of pictures and a folder of masks of the same names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Dataset, Parameter
from dlbench.core.errors import DataError
from dlbench.datasets.mask_files import content_of, size_problem, value
from dlbench.datasets.mask_pairs import MOST_NAMED, Pair, Reading, pairs, read
from dlbench.datasets.pictures import SUFFIXES
from dlbench.datasets.regular_file import require_regular
from dlbench.datasets.told_rows import left_out, row

if TYPE_CHECKING:
    from dlbench.prepare.data import Data


class ImageMasks(Dataset):
    """Pictures under `images/`, and under `masks/` a mask for each, whose values or colours are classes.

    Pictures of different sizes are brought to one: the longer side becomes `size`, the shape is kept, and what is left
    of the square belongs to no class, so that it is neither learned nor judged. Scores are of the pictures so resized.
    """

    name = "image_masks"
    title = "your own pictures with masks"
    modality = "image"
    tasks = ("segmentation",)
    own_file = True
    uses = ("pillow",)
    path_parameters = ("image_masks", "test")
    parameters = (
        Parameter("image_masks", str, None, "folder that holds images and masks, from the suite's folder"),
        Parameter("images", str, "images", "folder of the pictures in it"),
        Parameter("masks", str, "masks", "folder of the masks in it"),
        Parameter("size", int, 256, "pixels of the longer side that every picture is brought to"),
        Parameter("grey", bool, False, "whether pictures are read without colours"),
        Parameter("classes", dict, None, "name: value of the mask, the background first; all there are", optional=True),
        Parameter("void", object, None, "value or colour of pixels that nobody is asked about", optional=True),
        Parameter("damaged", str, "refuse", "pictures without a sound mask: refuse or skip"),
        Parameter("test", str, None, "file with the names of the pictures that test, one a line", optional=True),
    )

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        found, _ = self._pairs(params)
        paths = [path for pair in found for path in (pair.picture, pair.mask)]
        if params.get("test"):
            paths.append(Path(params["test"]))
        told = {name: params.get(name) for name in ("size", "grey", "classes", "void", "damaged")}
        return {"content": content_of(paths), **told}

    def problems(self, params: Mapping[str, Any]) -> list[str]:
        """Look at parameters, names and the heads of all files; at most five pictures are named."""
        try:
            self._reading(params)
            if params.get("damaged", "refuse") not in ("refuse", "skip"):
                return [f"damaged: expected refuse or skip, got {params['damaged']!r}"]
            found, alone = self._pairs(params)
            _tested(found, params)
        except DataError as error:
            return [str(error)]
        if params.get("damaged") == "skip":
            return []
        wrong = [f"{name}: a picture without a mask" for name in alone]
        wrong += [problem for pair in found if (problem := pair.problem())]
        more = [f"and {len(wrong) - MOST_NAMED} more; damaged: skip leaves them out"] if len(wrong) > MOST_NAMED else []
        return [*wrong[:MOST_NAMED], *more]

    def inferred(self, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what masks and pictures are taken for: column, kind, why, missing (a share) and warning.

        What is seen only in the pixels, a mask that is cut short, stands in the records of the jobs.

        Raises:
            DataError: folders that `problems` has something to say about.
        """
        found, alone = self._pairs(params)
        bad = [f"{name}: no mask" for name in alone]
        bad += [problem for pair in found if (problem := pair.problem())]
        total = len(found) + len(alone)
        part = ", with a test part" if params.get("test") else ""
        kind = "grey" if params.get("grey") else "colour"
        return [
            row("masks", "target", f"{total - len(bad)} with a picture of their size{part}"),
            row("pictures", kind, f"{total - len(bad)} with a mask", len(bad) / total, left_out(bad)),
        ]

    def load(self, params: Mapping[str, Any]) -> Data:
        from dlbench.prepare.data import Data
        from dlbench.prepare.images import Images

        found, alone = self._pairs(params)
        skipped = [f"{name}: no mask" for name in alone]
        if params.get("damaged") == "skip":
            found, damaged = _sound(found, self._reading(params))
            skipped += damaged
        elif skipped:
            raise DataError(f"{params['image_masks']}: {skipped[0]}; damaged: skip leaves such pictures out")
        import numpy as np

        pixels, codes, names = read(found, self._reading(params))
        ids = np.array([pair.name for pair in found])
        inferred = {"skipped": tuple(skipped)} if skipped else {}
        return Data(Images(pixels), codes, names, ids=ids, test=_tested(found, params), inferred=inferred)

    def _pairs(self, params: Mapping[str, Any]) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
        folder = Path(params["image_masks"])
        return pairs(folder / params.get("images", "images"), folder / params.get("masks", "masks"))

    def _reading(self, params: Mapping[str, Any]) -> Reading:
        size, classes, void = self.settings(params)["size"], params.get("classes"), params.get("void")
        if problem := size_problem(size):
            raise DataError(problem)
        try:
            named = None if classes is None else {str(name): value(number) for name, number in classes.items()}
            left_out = None if void is None else value(void)
        except ValueError as error:
            raise DataError(f"classes or void: {error}") from error
        if named is not None and (len(named) < 2 or len(set(named.values())) < len(named)):
            raise DataError("classes: expected two or more, each with a value of its own")
        return Reading(size, 1 if params.get("grey") else 3, named, left_out)


def _sound(found: tuple[Pair, ...], how: Reading) -> tuple[tuple[Pair, ...], list[str]]:
    """Return the pairs that can be read, and what is wrong with the others."""
    kept, wrong = [], []
    for pair in found:
        try:
            read([pair], how)
            kept.append(pair)
        except DataError as error:
            wrong.append(str(error))
    if not kept:
        raise DataError(f"no picture has a sound mask; the first: {wrong[0]}")
    return tuple(kept), wrong


def _tested(found: tuple[Pair, ...], params: Mapping[str, Any]) -> Any:
    """Return (n,) booleans of the pictures that test, named with or without their endings; None without such a file."""
    import numpy as np

    if not params.get("test"):
        return None
    path = Path(params["test"])
    require_regular(path)
    lines = path.read_text(encoding="utf-8-sig", errors="replace").split("\n")
    known = {pair.name for pair in found}
    names = {_meant(line.strip(), known) for line in lines if line.strip()}
    if strange := sorted(names - known):
        raise DataError(f"{path}: {strange[0]!r} is no picture with a mask, one of {len(strange)} such names")
    return np.array([pair.name in names for pair in found])


def _meant(line: str, known: Collection[str]) -> str:
    """Return the name that a line means; the line itself where it means none.

    >>> _meant("img.01", {"img.01"}), _meant("masks/img.01.png", {"img.01"}), _meant("img.02", {"img"})
    ('img.01', 'img.01', 'img.02')
    """
    path = Path(line)
    ways = (line, path.name, path.stem) if path.suffix.lower() in SUFFIXES else (line, path.name)
    return next((way for way in ways if way in known), line)
