"""The command `dlbench` itself: its verbs, and nothing that costs time to import."""

from __future__ import annotations

import click

from dlbench import __version__
from dlbench.cli.lazy import LazyGroup

VERBS = {
    "run": "Run a suite, or your own table; run it again to resume.",
    "init": "Write a suite for your own table.",
    "status": "Show how far a run is, from another terminal.",
    "report": "Show what a run found.",
    "compare": "Show what differs between two runs, cell by cell.",
    "serve": "Show all runs as pages of a browser on this machine.",
    "check": "Compare a run with a baseline: the gate for CI.",
    "baseline": "Keep a run's values to compare later runs with.",
    "rerun": "Run one finished job again and compare, digit by digit.",
    "export": "Write the model of a job, with scripts that need no dlbench.",
    "predict": "Let an exported model answer for a file.",
    "job": "Run one slice of a suite: job arrays, CI matrices.",
    "merge": "Join results folders of several machines or job arrays.",
    "plan": "Show what a suite would run, and how long it takes.",
    "validate": "Check suites and list every mistake.",
    "ls": "List models, datasets, metrics, tasks, suites or runs.",
    "info": "Describe a model, dataset, metric or task type.",
    "schema": "Print the JSON schema of a suite, for editors.",
    "completion": "Print the script that completes dlbench in a shell.",
}


@click.group(
    cls=LazyGroup,
    verbs=VERBS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: dlbench run quick",
)
@click.version_option(__version__, prog_name="dlbench", message="%(prog)s %(version)s")
@click.option("-v", "--verbose", is_flag=True, expose_value=False, help="Show the traceback of an internal error.")
def root() -> None:
    """Should I use deep learning here, or is a classic model enough?

    A suite names tasks and models; every model sees the same splits and the same search, and the report says which
    to take, by how much and at what cost.
    """
