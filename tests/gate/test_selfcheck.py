"""What dlbench checks itself with: a baseline that today's code can be held against."""

from __future__ import annotations

import configparser
import shlex
from pathlib import Path

from dlbench.cli.root import root
from dlbench.engine.judge import version
from dlbench.gate import read_baseline
from dlbench.reporting.baseline import costs, read

ROOT = Path(__file__).parents[2]
BASELINE = ROOT / "results" / "baselines" / "quick.json"


def test_the_baseline_is_of_todays_judges() -> None:
    cells = read(read_baseline(BASELINE))
    changed = sorted({name[3] for name, held in cells.items() if held.version != version(name[3])})
    assert not changed, f"{changed} changed: make the baseline again, see results/baselines/README.md"


def test_the_baseline_holds_every_contestant_and_what_it_cost() -> None:
    content = read_baseline(BASELINE)
    contestants = {(name[0], name[2]) for name in read(content)}
    labels = {
        "iris": ("majority", "logistic", "random_forest", "mlp"),
        "digits": ("majority", "logistic", "svm", "mlp"),
    }
    assert contestants == {(task, label) for task, held in labels.items() for label in held}
    assert {(name[0], name[2]) for name in costs(content)} == contestants
    assert BASELINE.stat().st_size < 200_000


def test_tox_runs_the_suite_and_checks_it() -> None:
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "tox.ini")
    lines = [line for line in config["testenv:selfcheck"]["commands"].splitlines() if line]
    assert [line.split()[1] for line in lines] == ["run", "check"]
    for line in lines:
        verb, *arguments = shlex.split(line.replace("{posargs}", ""))[1:]
        command = root.get_command(None, verb)  # type: ignore[arg-type]
        assert command is not None
        command.make_context(verb, arguments)
    assert "results/baselines/quick.json" in lines[1]
