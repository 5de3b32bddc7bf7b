"""What a suite is asked to run: the flags that `run` and `plan` share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from dlbench.cli.options import Assignment, Duration, Words, allow_code, output_dir, twinned
from dlbench.presets import PRESETS, preset

if TYPE_CHECKING:
    from dlbench.budget import Share
    from dlbench.planning import Plan
    from dlbench.suite import Suite

_PATHS = {
    "limit": "tasks.*.limit",
    "folds": "protocol.folds",
    "seeds": "protocol.seeds",
    "seed": "protocol.seed",
    "trials": "search.trials",
}
_COUNT = click.IntRange(min=1)


@dataclass(frozen=True)
class Selection:
    """A suite with what the command line changes and leaves out.

    Attributes:
        source: a YAML file or the name of an embedded suite.
        models, tasks: globs of labels; none keeps all.
        overrides: dotted path → value.
        allow_code: whether the suite may run Python files.
        how: output, device, force, retry_failed, and budget where one is given: keywords of `plan` and `run`.
        jobs: side by side; None for cores ÷ threads.
        preset: quick, standard or best; None for what the suite says.
    """

    source: str
    models: tuple[str, ...]
    tasks: tuple[str, ...]
    overrides: dict[str, Any]
    allow_code: bool
    how: dict[str, Any]
    jobs: int | None
    preset: str | None = None

    def suite(self) -> Suite:
        """Return the suite, selected and overridden."""
        from dlbench import api

        suite = api.load_suite(self.source, overrides=self.overrides, allow_code=self.allow_code)
        return suite.selected(self.tasks, self.models)

    def plan(self) -> Plan:
        """Return what would run."""
        from dlbench import api

        return api.plan(self.suite(), jobs=self.jobs, **self.how)

    def rungs(self) -> str:
        """Return what comes before the run where the suite halves its field; empty where it does not."""
        from dlbench.rungs import told

        return told(self.suite(), device=self.how["device"])

    def share(self) -> Share | None:
        """Return how a wall target is shared out; None where there is none."""
        from dlbench import api

        return api.share_out(self.suite(), self.how.get("budget"), jobs=self.jobs, device=self.how["device"])


def selecting(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the argument SUITE and its flags; it gets them as one `Selection`."""

    @wraps(function)
    def command(**given: Any) -> None:
        function(_selection(given), **given)

    wrapped = command
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


def _selection(given: dict[str, Any]) -> Selection:
    """Take the flags of a selection out of `given`."""
    paths = {path: given.pop(name) for name, path in _PATHS.items()}
    flags = {path: value for path, value in paths.items() if value is not None}
    size = preset(given.pop("preset"))
    assigned = dict(given.pop("assigned"))
    source = click.get_current_context().get_parameter_source("assigned")
    overrides = {**assigned, **flags} if source is ParameterSource.ENVIRONMENT else {**flags, **assigned}
    overrides = {**(size.overrides() if size else {}), **overrides}
    how = {name: given.pop(name) for name in ("output", "device", "force", "retry_failed")}
    if (budget := given.pop("budget")) is not None:
        how["budget"] = budget
    elif size:
        how["budget"] = 60 * size.minutes
    return Selection(
        given.pop("source"), given.pop("models"), given.pop("tasks"), overrides, given.pop("allow_code"), how,
        given.pop("jobs"), size.name if size else None,
    )  # fmt: skip


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("source", metavar="SUITE"),
    output_dir,
    twinned("-j", "--jobs", type=_COUNT, metavar="N", help="Jobs side by side; else cores ÷ threads of a job."),
    twinned("--model", "models", type=Words(), multiple=True, help="Only models whose label matches; repeatable."),
    twinned("--task", "tasks", type=Words(), multiple=True, help="Only tasks whose label matches; repeatable."),
    twinned(
        "--set", "assigned", type=Assignment(), multiple=True, help="Change the suite: search.epochs=5; repeatable."
    ),
    twinned("--limit", type=_COUNT, metavar="N", help="Training rows at most."),
    twinned("--folds", type=_COUNT, metavar="N", help="Outer folds."),
    twinned("--seeds", type=_COUNT, metavar="N", help="Fit seeds."),
    twinned(
        "--seed",
        type=click.IntRange(min=0),
        metavar="N",
        help="Base of the search and fit seeds; splits stay as they are.",
    ),
    twinned("--trials", type=_COUNT, metavar="N", help="Settings a search tries."),
    twinned(
        "--preset",
        type=click.Choice([*PRESETS]),
        help="How thorough: quick (1 minute), standard (10) or best (60); --budget sets other minutes.",
    ),
    twinned("--budget", type=Duration(), help="Target for the whole run: 90s, 20m, 1h30m."),
    twinned(
        "--device",
        type=click.Choice(["auto", "cpu", "gpu"]),
        default="auto",
        show_default=True,
        help="Where nets are trained.",
    ),
    twinned("--force", is_flag=True, help="Run every job again, or resume a run that does; earlier records are kept."),
    twinned("--retry-failed", is_flag=True, help="Run jobs again that failed before."),
    allow_code,
)
