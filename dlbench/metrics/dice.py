"""Dice: how much of two masks is shared, of all pictures together, or picture by picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.metrics.class_counts import mean_over
from dlbench.metrics.item_mean import ratio
from dlbench.metrics.pixel_counts import FromPixels, OfMasks, counted

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.masks import Masks
    from dlbench.forms.truth import Truth


class Dice(FromPixels):
    """2 · pixels shared / (true + said), of all pictures together, meaned over the classes but the background.

    With one class beside the background it is the F1 of its pixels. A class that neither side holds is left out;
    pixels of no class (below zero) do not count.

    Three pixels of the cell are true, two said, two shared, so 2·2/(3+2):

    >>> import numpy as np
    >>> from dlbench.forms.masks import Masks
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(["a"]), np.array([[[0, 0, 1], [1, 1, -1]]]), ("ground", "cell"))
    >>> Dice().score(truth, Masks(np.array([[[0, 0, 0], [1, 1, 1]]])))
    0.8
    """

    name = "dice"
    title = "Dice coefficient of all pixels, meaned over the classes but the background"
    paper = "Dice, Measures of the amount of ecologic association between species, 1945"

    def of(self, both: np.ndarray, there: np.ndarray, said: np.ndarray) -> np.ndarray:
        import numpy as np

        whole = (there + said)[..., 1:]
        return mean_over(np.nan_to_num(ratio(2 * both[..., 1:], whole)), whole > 0)


class DiceByPicture(OfMasks):
    """The Dice coefficient of each picture, meaned over its classes but the background, then over the pictures.

    A small object counts as much as a large one in another picture. A picture without a class beside the background,
    in truth and in prediction, is left out.

    2·1/(2+1) in the first picture and 2·4/(4+4) in the second, so (2/3 + 1) / 2:

    >>> import numpy as np
    >>> from dlbench.forms.masks import Masks
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(["a", "b"]), np.array([[[0, 0], [1, 1]], [[1, 1], [1, 1]]]), ("ground", "cell"))
    >>> round(DiceByPicture().score(truth, Masks(np.array([[[0, 0], [0, 1]], [[1, 1], [1, 1]]]))), 4)
    0.8333
    """

    name = "dice_by_picture"
    title = "Dice coefficient of a picture, meaned over the pictures"
    paper = "Zijdenbos et al., Morphometric analysis of white matter lesions in MR images, 1994"

    def statistics(self, truth: Truth, prediction: Masks) -> np.ndarray:
        """Return (n, 2): whether the picture counts, and its Dice."""
        import numpy as np

        both, there, said = np.moveaxis(counted(self, truth, prediction)[:, :, 1:], 1, 0)
        found = mean_over(np.nan_to_num(ratio(2 * both, there + said)), there + said > 0)
        return np.column_stack([~np.isnan(found), np.nan_to_num(found)]).astype(np.float64)

    def from_sums(self, sums: np.ndarray) -> np.ndarray:
        return ratio(sums[..., 1], sums[..., 0])
