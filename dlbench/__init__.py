"""dlbench: should I use deep learning here, or is a classic model enough?

>>> import dlbench
>>> suite = dlbench.load_suite("quick")
>>> run = dlbench.run(suite)              # doctest: +SKIP
>>> dlbench.report(run).frame()           # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlbench.api import check, load_suite, plan, report, run

__version__ = "0.1.0"
__all__ = ["__version__", "check", "load_suite", "plan", "report", "run"]


def __getattr__(name: str) -> Any:
    """Load the API on first use, so that `import dlbench` stays light."""
    if name in __all__:
        return getattr(import_module("dlbench.api"), name)
    raise AttributeError(f"module 'dlbench' has no attribute {name!r}")
