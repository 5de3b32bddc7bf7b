"""Clean pictures and what is left of them: any set of images as a restoration task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from dlbench.core import catalog
from dlbench.core.dataset import Dataset, Parameter
from dlbench.core.errors import DataError, suggest

if TYPE_CHECKING:
    from dlbench.prepare.data import Data


class Degraded(Dataset):
    """The images of `origin`, spoiled by a seed, as inputs; the images themselves, in [0, 1], as the target.

    `degradation` is what is asked for: `denoise` (Gaussian noise was added), `deblur` (they were blurred), `inpaint` (a
    square hole was cut) or `super_resolution` (they were shrunk, and enlarged again bicubically, so that inputs have
    the size of the target). An image is spoiled in the same way whichever part it falls into. `version` changes
    whenever the same parameters would give other pictures.
    """

    modality = "image"
    tasks = ("restoration",)
    version = "1"
    origin: ClassVar[str]
    uses: ClassVar[tuple[str, ...]] = ("scipy",)
    parameters = (
        Parameter("degradation", str, "denoise", "denoise, deblur, inpaint or super_resolution"),
        Parameter("strength", float, None, "of the degradation, in its unit; its usual one if left out", optional=True),
        Parameter("seed", int, 0, "seed of the noise and of the holes"),
    )

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the clean images are, and what was done to them."""
        return {"version": self.version, "clean": catalog.dataset(self.origin).identity({}), **self.settings(params)}

    def problems(self, params: Mapping[str, Any]) -> list[str]:
        from dlbench.datasets.degrading import DEGRADATIONS

        found, settings = [], {"seed": 0, **params}
        name = settings.get("degradation", "denoise")
        if name not in DEGRADATIONS:
            return [f"degradation: unknown {name!r}{suggest(str(name), DEGRADATIONS)}"]
        kind, strength = DEGRADATIONS[name], settings.get("strength")
        if strength is not None and not kind.least < strength <= kind.most:
            found.append(f"strength: expected above {kind.least:g} up to {kind.most:g} ({kind.unit}), got {strength}")
        if settings["seed"] < 0:
            found.append(f"seed: expected a number from 0, got {settings['seed']}")
        return found

    def settings(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return degradation, strength and seed, given or usual."""
        from dlbench.datasets.degrading import DEGRADATIONS

        name = str(params.get("degradation", "denoise"))
        usual = DEGRADATIONS[name].strength if name in DEGRADATIONS else None
        given = params.get("strength")
        return {
            "degradation": name,
            "strength": usual if given is None else float(given),
            "seed": params.get("seed", 0),
        }

    def load(self, params: Mapping[str, Any]) -> Data:
        """Return degraded images with the clean ones as target, and the official test part of the clean ones.

        Raises:
            DataUnavailable: the clean images cannot be had.
            DataError: parameters that cannot be meant.
        """
        import numpy as np

        from dlbench.datasets.degrading import DEGRADATIONS
        from dlbench.prepare.data import Data
        from dlbench.prepare.images import Images

        if problems := self.problems(params):
            raise DataError(f"{self.name}: {'; '.join(problems)}")
        clean = catalog.dataset(self.origin).load({})
        assert isinstance(clean.inputs, Images), "the origin holds images"
        settings, pictures = self.settings(params), clean.inputs.unit()
        rng = np.random.default_rng(settings["seed"])
        spoiled = DEGRADATIONS[settings["degradation"]].spoil(pictures, settings["strength"], rng)
        return Data(Images(spoiled.astype(np.float32), top=1.0), pictures, ids=clean.ids, test=clean.test)


class DegradedDigits(Degraded):
    """Handwritten digits of 8×8 pixels, spoiled."""

    name = "degraded_digits"
    title = "spoiled handwritten digits, 8×8"
    rows = 1797
    source = "UCI Machine Learning Repository, by way of scikit-learn; spoiled by dlbench"
    licence = "CC BY 4.0"
    paper = "Alpaydin and Kaynak, Cascading classifiers, 1998"
    uses = ("scikit-learn", "scipy")
    origin = "digits"


class DegradedMnist(Degraded):
    """Handwritten digits of 28×28 pixels, spoiled; tested on their official test part."""

    name = "degraded_mnist"
    title = "spoiled handwritten digits, 28×28"
    rows = 70000
    has_test_part = True
    source = "MNIST; spoiled by dlbench"
    licence = "CC BY-SA 3.0"
    paper = "LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition, 1998"
    origin = "mnist"


class DegradedFashionMnist(Degraded):
    """Clothes of 28×28 pixels, spoiled; tested on their official test part."""

    name = "degraded_fashion_mnist"
    title = "spoiled clothes, 28×28"
    rows = 70000
    has_test_part = True
    source = "Zalando Research; spoiled by dlbench"
    licence = "MIT"
    paper = "Xiao, Rasul and Vollgraf, Fashion-MNIST, 2017"
    origin = "fashion_mnist"
