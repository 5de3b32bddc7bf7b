"""Kill runs at random moments, resume them, compare: kills.py [--times 200] [--seed 0] [--victims KIND ...].

    kills.py [--times 200] [--seed 0] [--victims KIND ...]

    python benchmarks/kills.py --times 200

Victims in turn: the main process, the main process with all below it, a worker, the server that workers are forked
from. After each kill, no record that was finished may be lost or altered; after the main process's, nothing below it
may live on. A run that comes to its end must show the table of the undisturbed one, with one attempt of each job.
Another folder is then begun. Exits with 1 where any of this fails.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil

import dlbench
from dlbench.engine import processes
from dlbench.runs import find_run
from dlbench.store import list_keys, read_record

SUITE = """
name: killed
tasks: [{dataset: iris, limit: 60}]
models: [majority, svm, random_forest]
search: {trials: 4}
protocol: {folds: 3}
"""
JOBS, SEARCHES = 9, 6
VICTIMS = ("main", "everything", "worker", "server")
TIMES = ("seconds", "memory", "started", "finished", "reused")
"""Words of the columns in which two runs may differ."""


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Start, or resume, the run of a folder."""
    folder.mkdir(exist_ok=True)
    (folder / "killed.yaml").write_text(SUITE)
    with (folder / "stderr").open("ab") as errors:
        words = ["run", str(folder / "killed.yaml"), "-o", str(folder / "results"), "-j", "2", "-q"]
        return subprocess.Popen([sys.executable, "-m", "dlbench", *words], stdout=subprocess.DEVNULL, stderr=errors)


def server(main: int) -> int | None:
    """Return the server below a main process, once it is there."""
    found = processes.table()
    for pid, entry in found.items():
        with contextlib.suppress(OSError):
            if entry.parent == main and b"forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
    return None


def workers(main: int) -> list[int]:
    """Return the workers of a run."""
    parent = server(main)
    return [pid for pid, entry in processes.table().items() if parent and entry.parent == parent]


def victims(main: int, kind: str) -> list[int]:
    """Return what is to be killed now; nothing where it is not there."""
    if kind == "main":
        return [main]
    if kind == "everything":
        return [main, *(child.pid for child in psutil.Process(main).children(recursive=True))]
    return [pid for pid in ([server(main)] if kind == "server" else workers(main)[:1]) if pid]


def strike(process: subprocess.Popen[bytes], kind: str, moments: random.Random, seconds: float) -> bool:
    """Kill at a random moment: of all the run, or of the time when jobs run. Return whether anybody was killed."""
    if kind == "nobody":
        return False
    if kind == "worker" or moments.random() < 0.6:
        while process.poll() is None and not workers(process.pid):
            time.sleep(0.02)
        time.sleep(moments.uniform(0, 0.4 * seconds))
    else:
        time.sleep(moments.uniform(0.05, seconds))
    struck = False
    if process.poll() is None:
        with contextlib.suppress(psutil.Error):
            for pid in victims(process.pid, kind):
                with contextlib.suppress(ProcessLookupError):
                    psutil.Process(pid).send_signal(signal.SIGKILL)
                    struck = True
    return struck


def believed(folder: Path) -> dict[str, bytes]:
    """Return every record's content; one that cannot be believed raises."""
    found = {}
    for kind in ("jobs", "stages"):
        for key in list_keys(folder / "results", kind):
            for path in (folder / "results" / kind / key).glob("[0-9]*/record.json"):
                read_record(path)
                found[str(path)] = path.read_bytes()
    return found


def table(folder: Path) -> list[dict[str, object]]:
    """Return the report's rows without what two runs may differ in."""
    rows = json.loads(dlbench.report("killed", output=folder / "results").render("json"))["rows"]
    return [{name: row[name] for name in row if not any(word in name for word in TIMES)} for row in rows]


def lost(folder: Path) -> int:
    """Return how often the run took up a job again whose worker was lost."""
    return sum(entry.get("event") == "lost" for entry in find_run(folder / "results", "killed").journal())


def survivors(mark: str, seconds: float = 20.0) -> list[int]:
    """Return the processes of a run that still live after so many seconds."""
    until = time.monotonic() + seconds
    while (left := processes.marked(mark)) and time.monotonic() < until:
        time.sleep(0.1)
    return sorted(left)


class Trial:
    """Kills in one folder, until the run comes to its end.

    Args:
        folder: new.
        reference: rows of the undisturbed run.
    """

    def __init__(self, folder: Path, reference: list[dict[str, object]]) -> None:
        self.folder, self.reference = folder, reference
        self.known: dict[str, bytes] = {}
        self.done = False

    def go_on(self, kind: str, moments: random.Random, seconds: float) -> bool:
        """Start or resume, strike, and check; return whether anybody was killed."""
        process = start(self.folder)
        mark = processes.marked_by(process.pid, psutil.Process(process.pid).create_time())
        struck = strike(process, kind, moments, seconds)
        try:
            code = process.wait(300)
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError(f"{self.folder}: hangs after its {kind} was killed") from None
        left = survivors(mark)
        assert not left, f"{self.folder}: processes {left} outlive a run whose {kind} was killed"
        said = (self.folder / "stderr").read_text()[-2000:]
        assert code in (0, -signal.SIGKILL), f"{self.folder}: exit code {code} after its {kind} was killed: {said}"
        now = believed(self.folder)
        assert self.known.items() <= now.items(), f"{self.folder}: a finished record was lost or altered"
        self.known = now
        if code == 0:
            self.finish()
        return struck

    def finish(self) -> None:
        """Compare what the run found with the undisturbed one."""
        self.done = True
        assert len(self.known) == JOBS + SEARCHES, f"{self.folder}: {len(self.known)} records"
        for mine, theirs in zip(table(self.folder), self.reference, strict=True):
            other = {name: (mine[name], theirs[name]) for name in mine if mine[name] != theirs[name]}
            assert not other, f"{self.folder}: another table: {other}"


def main() -> int:
    """Kill, compare, and say how often what was killed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--victims", nargs="+", choices=VICTIMS, default=VICTIMS)
    asked = parser.parse_args()
    moments, killed, again = random.Random(asked.seed), Counter[str](), 0
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        began = time.monotonic()
        assert start(root / "undisturbed").wait() == 0, (root / "undisturbed" / "stderr").read_text()
        seconds, reference = time.monotonic() - began, table(root / "undisturbed")
        print(f"undisturbed: {seconds:.1f} s", flush=True)
        trials = [Trial(root / "0", reference)]
        while killed.total() < asked.times or not trials[-1].done:
            kind = asked.victims[killed.total() % len(asked.victims)] if killed.total() < asked.times else "nobody"
            killed[kind] += trials[-1].go_on(kind, moments, seconds)
            if trials[-1].done:
                again += lost(trials[-1].folder)
                trials += [Trial(root / str(len(trials)), reference)] if killed.total() < asked.times else []
            print(f"\r{killed.total()} kills, {len(trials)} runs", end="", flush=True)
        print(f"\n{dict(killed)}; {len(trials)} runs came to their end, each with the table of the undisturbed one")
        print(f"{again} jobs were taken up again whose worker was lost; {time.monotonic() - began:.0f} s in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
