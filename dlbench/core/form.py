"""The contract of a form: the shape of a prediction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, ClassVar, Self

if TYPE_CHECKING:
    import numpy as np


class Form:
    """A prediction of n items. A form may offer poorer ones, so that accuracy can score probabilities.

    Attributes:
        name: of the form.
        offers: names of the forms it can be turned into directly, see `to`.
        blends: whether the mean of several predictions of the same items is a prediction again, see `blend`.
    """

    name: ClassVar[str]
    offers: ClassVar[tuple[str, ...]] = ()
    blends: ClassVar[bool] = False

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what is kept on disk, name → array, first axis items.

        A form of lists keeps them behind one another, and as `offsets` where each one begins and the last one ends.
        """
        raise NotImplementedError

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Rebuild the form from `arrays`.

        Raises:
            ValueError: where shapes or types are not those of the form.
        """
        raise NotImplementedError

    def take(self, index: np.ndarray) -> Self:
        """Return the prediction of the items at `index`. A form of lists writes its own."""
        return self.from_arrays({name: array[index] for name, array in self.arrays().items()})

    @classmethod
    def blend(cls, forms: Sequence[Self], weights: Sequence[float]) -> Self:
        """Return the weighted mean of predictions of the same items.

        Args:
            forms: at least one; all of this form, of the same items in the same order.
            weights: one a form, not negative, not all zero.
        """
        raise NotImplementedError(f"{cls.name} cannot be averaged")

    def to(self, name: str) -> Form:
        """Return the poorer form `name`, directly or by way of others."""
        if name == self.name:
            return self
        from dlbench.core.catalog import form

        for offered in self.offers:
            if name in reachable(offered):
                step: Form = getattr(self, f"to_{offered.lower()}")()
                return step.to(name)
        raise ValueError(f"{self.name} offers no {name} ({form(name).name})")

    def problem(self, items: int) -> str | None:
        """Say what makes the prediction of `items` items unusable (wrong length, NaN); None where it is fine."""
        raise NotImplementedError


@cache
def reachable(name: str) -> tuple[str, ...]:
    """Return the names of all forms that form `name` can be turned into, itself first."""
    from dlbench.core.catalog import form

    names = [name]
    for current in names:
        names.extend(offered for offered in form(current).offers if offered not in names)
    return tuple(names)
