"""What did a picture look like before it was degraded?"""

from __future__ import annotations

from dlbench.core.task import Task


class Restoration(Task):
    """The clean picture behind a noisy, blurred, damaged or coarse one of the same size."""

    name = "restoration"
    title = "the clean picture behind a degraded one"
    modalities = ("image",)
    asks = "Pictures"
    metrics = ("psnr", "ssim")
    floor = "identity"
    target = "pictures"
