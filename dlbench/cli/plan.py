"""`dlbench plan SUITE`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from dlbench.cli.options import TWINS, format_option, verbose
from dlbench.cli.own_table import OwnSelection, of_data, own_table
from dlbench.cli.printing import columns, say, say_json
from dlbench.cli.selection import Selection, selecting

if TYPE_CHECKING:
    from dlbench.core.job import JobSpec
    from dlbench.estimate import Estimate
    from dlbench.planning import Plan


@click.command(epilog=TWINS)
@selecting
@own_table
@format_option("terminal", "json")
@verbose
def command(selection: Selection, target: str | None, test: str | None, form: str, verbose: bool) -> None:
    """Show what a suite would run: jobs, what is done, pairs that do not fit, time and disk. Writes nothing.

    SUITE is what dlbench run takes: a suite, or your own table with --target.
    """
    show(of_data(selection, target, test, quiet=form == "json"), form)


def show(selection: Selection, form: str = "terminal") -> None:
    """Print the plan of a selection as a table or as JSON."""
    from dlbench import api

    plan, share = selection.plan(), selection.share()
    estimate = api.estimate(plan, output=selection.how["output"], jobs=selection.jobs)
    if form == "json":
        say_json({**_content(plan, estimate), "budget": share.to_json() if share else None})
        return
    click.echo(_table(plan))
    click.echo()
    say(_summary(plan, estimate))
    if rungs := selection.rungs():
        say(rungs)
    if share:
        say(share.told())
    if plan.skipped:
        click.echo("\nSkipped:")
        click.echo(columns(("task", "model", "metric", "reason"), [_skip(skip) for skip in plan.skipped]))
    own = () if isinstance(selection, OwnSelection) else _in_files(plan)  # told before the plan of one's own
    if noticed := [*own, *_by_jobs(plan)]:
        click.echo("\nNoticed in the data:")
        click.echo(columns(("task", "of", "warning"), [tuple(one.values()) for one in noticed]))


def _table(plan: Plan) -> str:
    pairs: dict[tuple[str, str], list[JobSpec]] = {}
    for job in plan.jobs:
        pairs.setdefault((job.task.label, job.contestant.label), []).append(job)
    rows = []
    for (task, contestant), jobs in pairs.items():
        done = sum(job.key in plan.done for job in jobs)
        rows.append((task, contestant, jobs[0].contestant.kind, len(jobs), done, len(jobs) - done))
    return columns(("task", "model", "kind", "jobs", "done", "to run"), rows, numbers=(3, 4, 5))


def _summary(plan: Plan, estimate: Estimate) -> str:
    from dlbench.reporting.figures import plural, seconds, size

    said = f"{plural(len(plan.jobs), 'job')}, {len(plan.done)} done, {len(plan.pending)} to run; "
    kinds = "searches and pretraining" if any(job.pretrain_key for job in plan.jobs) else "searches"
    said += f"{plural(len(plan.stages), 'stage')} shared by the jobs ({kinds})"
    if not plan.pending:
        return f"{said}\nNothing left to run."
    resting = f"from earlier records for {estimate.measured} of them" if estimate.measured else "a guess"
    return f"{said}\nAbout {seconds(estimate.seconds)} and {size(estimate.bytes)} of disk ({resting})"


def _skip(skip: Any) -> tuple[Any, ...]:
    return skip.task, skip.contestant, skip.metric, skip.reason


def _in_files(plan: Plan) -> list[dict[str, str]]:
    """Return task, column or part, and warning of what was noticed in the user's own files."""
    from dlbench import own
    from dlbench.core import catalog

    return [
        {"task": task.label, "of": str(row["column"]), "warning": str(row["warning"])}
        for task in plan.suite.tasks
        if catalog.dataset(task.dataset_name).own_file
        for row in own.inferred(task.dataset_name, task.dataset_params)
        if row["warning"]
    ]


def _by_jobs(plan: Plan) -> list[dict[str, str]]:
    """Return task, column and warning of what finished jobs saw in their tables, each once."""
    told = [(job.task.label, plan.done[job.key].get("columns") or ()) for job in plan.jobs if job.key in plan.done]
    seen = dict.fromkeys((task, str(one["column"]), str(one["warning"])) for task, found in told for one in found)
    return [dict(zip(("task", "of", "warning"), one, strict=True)) for one in seen]


def _content(plan: Plan, estimate: Estimate) -> dict[str, Any]:
    return {
        "format": 1,
        "suite": plan.suite.name,
        "jobs": [
            {
                "key": job.key,
                "name": job.name,
                "task": job.task.label,
                "contestant": job.contestant.label,
                "kind": job.contestant.kind,
                "done": job.key in plan.done,
            }
            for job in plan.jobs
        ],
        "stages": sorted(plan.stages),
        "skipped": [asdict(skip) for skip in plan.skipped],
        "noticed": [*_in_files(plan), *_by_jobs(plan)],
        "estimate": asdict(estimate),
    }
