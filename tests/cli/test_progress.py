"""What a run shows while it runs, in a terminal and without one."""

from __future__ import annotations

import io
import os
import re
import signal
import sys
import threading
import time
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from dlbench.cli.lines import Lines
from dlbench.cli.progress import Display, interactive, shortened, watching
from dlbench.core.contestant import Contestant
from dlbench.core.job import JobSpec, SearchSpec, SplitSpec, TaskSpec
from dlbench.engine.events import Event, JobFinished, JobStarted, RunOpened, StepStarted, Stopping, TrialDone

EVIL = "\x1b[2J\x9b31m [bold]x[/bold] \u202e"


def job(fold: int = 0, label: str = "svm") -> JobSpec:
    asked = TaskSpec("digits", "image_classification", "digits", {}, ("accuracy", "log_loss"), "accuracy")
    return JobSpec(f"{label}{fold}", "", asked, Contestant(label, "svm"), SearchSpec(), SplitSpec(5, 0, fold, 0, 0.2))


def ended(fold: int = 0, **changes: Any) -> JobFinished:
    record = {"status": "ok", "reason": "", "scores": {"accuracy": {"value": 0.98765}}, "ledger": {"wall": 3.21}}
    return JobFinished(job(fold), {**record, **changes})


OPENED = RunOpened("results/quick/1", 6, 4, 1, 2, True)
EVENTS: list[Event] = [
    OPENED,
    JobStarted(job()),
    JobStarted(job(1)),
    TrialDone(job(), 1, 8, 0.9, 0.95),
    StepStarted(job(1), "refit"),
    ended(),
    ended(1, status="failed", reason="raised ValueError", scores={}),
    Stopping(False),
]


def lines(events: list[Event], **settings: bool) -> list[str]:
    stream = io.StringIO()
    tell = Lines(stream, now=lambda: datetime(2026, 1, 2, 3, 4, 5), **settings)
    for event in events:
        tell(event)
    return stream.getvalue().splitlines()


def display(width: int = 80, height: int = 25) -> tuple[Display, Console, list[float]]:
    now = [0.0]
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True, color_system=None)
    return Display(console, lambda: now[0]), console, now


def drawn(shown: Display, console: Console) -> str:
    with console.capture() as capture:
        console.print(shown.drawn())
    return capture.get()


def test_plain_lines_carry_time_job_score_and_seconds() -> None:
    told = lines(EVENTS)
    assert all(line.startswith("2026-01-02 03:04:05 ") for line in told)
    assert told[0].endswith("resuming results/quick/1: 6 jobs, 2 done already, 1 skipped pair; 2 at a time")
    assert told[1].endswith("digits svm fold 1/5: accuracy 0.9877, 3.2 s (1/4)")
    assert told[2].endswith("digits svm fold 2/5: failed: raised ValueError, 3.2 s (2/4)")
    assert "Ctrl-C again" in told[3]
    assert len(told) == 4


def test_quiet_tells_only_what_went_wrong_and_verbose_everything() -> None:
    assert [line[20:42] for line in lines(EVENTS, quiet=True)] == ["digits svm fold 2/5: f", "stopping when the runn"]
    assert len(lines(EVENTS, verbose=True)) == len(EVENTS)
    assert any("trial 2 of 8, best 0.9500 accuracy" in line for line in lines(EVENTS, verbose=True))


@pytest.mark.parametrize("missing", [{"scores": {}}, {"scores": None}, {"ledger": None}, {"ledger": {}}])
def test_a_record_without_numbers_is_still_told(missing: dict[str, Any]) -> None:
    assert "–" in lines([OPENED, ended(**missing)])[1]


@given(st.text(), st.text())
def test_text_of_others_stays_on_its_line_and_free_of_control_characters(label: str, reason: str) -> None:
    bad = JobFinished(job(label=label), {"status": "failed", "reason": reason, "ledger": {}})
    told = lines([OPENED, JobStarted(bad.job), bad], verbose=True)
    assert len(told) == 3
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "".join(told))


def test_the_display_shows_running_jobs_and_drops_finished_ones() -> None:
    shown, console, now = display()
    for event in EVENTS[:5]:
        shown(event)
    now[0] = 62.0
    told = drawn(shown, console)
    assert "2/6 jobs  1:02" in told
    assert "left" not in told
    assert "trial 2 of 8, best 0.9500 accuracy" in told
    assert "refit" in told
    with console.capture() as above:
        shown(ended())
        shown(ended(1, status="timeout", reason="past its limit"))
    assert re.search(r"✓ +digits svm fold 1/5 +accuracy 0.9877 +3.2 s", above.get())
    assert re.search(r"✗ +digits svm fold 2/5 +timeout +3.2 s\n +timeout: past its limit", above.get())
    assert "refit" not in drawn(shown, console)
    assert "4/6 jobs  1:02  about 1:02 left" in drawn(shown, console)


def test_no_time_is_told_when_nothing_is_left() -> None:
    shown, _, now = display()
    shown(OPENED)
    now[0] = 10.0
    for fold in range(4):
        shown(ended(fold))
    assert shown.left() is None


@pytest.mark.parametrize("width", [40, 80, 120, 300])
def test_no_line_of_the_display_is_wider_than_the_terminal_or_breaks_it(width: int) -> None:
    shown, console, _ = display(width, height=12)
    shown(RunOpened("r", 900, 900, 0, 64, False))
    for number in range(64):
        shown(JobStarted(replace(job(label=EVIL * 9), key=str(number))))
    told = drawn(shown, console)
    assert max(map(len, told.splitlines())) <= width
    assert len(told.splitlines()) <= 12
    assert "and 57 more" in told
    assert "\x1b" not in told
    assert told.count("fold 1/5") == 7


def test_a_name_keeps_its_end() -> None:
    assert shortened("short", 30) == "short"
    assert shortened("digits hist_gradient_boosting fold 3/5", 30).endswith("fold 3/5")


@given(st.text(min_size=0, max_size=80), st.integers(12, 60))
def test_a_shortened_name_fits(name: str, room: int) -> None:
    assert len(shortened(name, room)) <= room


def test_without_a_terminal_lines_are_told(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    with watching(quiet=False, verbose=False, live=True) as tell:
        assert isinstance(tell, Lines)
        tell(OPENED)
    assert "6 jobs" in capfd.readouterr().err


@pytest.mark.parametrize(("environment", "expected"), [({}, True), ({"CI": "true"}, False), ({"TERM": "dumb"}, False)])
def test_a_terminal_is_drawn_on_unless_it_cannot_or_ci_says_no(
    environment: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert interactive() is expected


@pytest.mark.skipif(sys.platform == "win32", reason="no signals of this kind")
def test_a_signal_in_the_middle_of_a_line_breaks_nothing() -> None:
    """Ctrl-C is told from a signal handler; a buffered stream that is just being written cannot be entered again."""
    reader, writer = os.pipe()
    stream = os.fdopen(writer, "w")
    tell = Lines(stream, verbose=True)
    previous = signal.signal(signal.SIGUSR1, lambda number, frame: tell(Stopping(False)))
    over = threading.Event()
    for target, argument in ((_drain, reader), (_interrupt, over)):
        threading.Thread(target=target, args=(argument,), daemon=True).start()
    try:
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            tell(StepStarted(job(label="x" * 4000), "refit"))
    finally:
        over.set()
        time.sleep(0.01)
        signal.signal(signal.SIGUSR1, previous)
        stream.close()


def _drain(reader: int) -> None:
    while os.read(reader, 65536):
        pass
    os.close(reader)


def _interrupt(over: threading.Event) -> None:
    while not over.wait(0.0005):
        os.kill(os.getpid(), signal.SIGUSR1)
