"""Kill whole Ray nodes, and Ray workers, at random moments of a run: lost_nodes.py [KILLS] [SEED].

    python benchmarks/lost_nodes.py 40

A head that runs nothing and two nodes of one core each, all on this machine. Every other kill takes a worker, the
others a node with all its processes; another node joins in its stead. The run must come to its end, and no record that
was finished may change. A job whose workers were lost oftener than it is begun again must say so; the same command,
undisturbed, must then do it, and every job must have the digits of a local run. Runs are begun until so many were
killed. Exits with 1 where any of this fails.
"""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import signal
import sys
import tempfile
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psutil

import dlbench
from dlbench.engine.cluster import secure
from dlbench.engine.events import Event, JobFinished
from dlbench.runs import RunFolder
from dlbench.store import Store

CONTENT: dict[str, Any] = {
    "name": "lost",
    "tasks": ["iris"],
    "models": ["majority", "svm", "random_forest"],
    "search": {"trials": 4},
    "protocol": {"folds": 4},
}
NODE = {"num_cpus": 1, "object_store_memory": 100 * 2**20}
LEAST, MOST = 0.5, 5.0
"""Seconds between two kills."""


class Strikes:
    """Kills, a node and a worker in turn, until told to stop.

    Args:
        cluster: whose nodes are killed.
        left: kills still to be made.
        moments: where moments and victims are drawn from.
    """

    def __init__(self, cluster: Any, left: int, moments: random.Random) -> None:
        self.cluster, self.left, self.moments = cluster, left, moments
        self.killed: Counter[str] = Counter()
        self.over = threading.Event()

    def run(self) -> None:
        """Strike at random moments."""
        while self.left > self.killed.total() and not self.over.wait(self.moments.uniform(LEAST, MOST)):
            kind = "node" if self.killed["worker"] > self.killed["node"] else "worker"
            self.killed[kind] += self._node() if kind == "node" else self._worker()

    def _node(self) -> bool:
        """Kill a node's processes at once, and let another one join."""
        workers = [node for node in self.cluster.list_all_nodes() if not node.head]
        self.cluster.remove_node(self.moments.choice(workers), allow_graceful=False)
        with patch("signal.signal"):  # Ray sets a handler for each node, which Python lets the main thread alone do
            self.cluster.add_node(wait=False, **NODE)
        return True

    def _worker(self) -> bool:
        for one in psutil.process_iter(["cmdline"]):
            if " ".join(one.info["cmdline"] or ()).startswith("ray::iris "):  # Ray names it after its task
                with contextlib.suppress(ProcessLookupError):
                    os.kill(one.pid, signal.SIGKILL)
                    return True
        return False


class Finished:
    """A listener that keeps what each job's record held when it was finished."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, int], str] = {}

    def __call__(self, event: Event) -> None:
        """Take a run's event."""
        if isinstance(event, JobFinished):
            self.held[event.job.key, event.record["attempt"]] = event.record["digest"]


def records_of(root: Path, folder: RunFolder) -> list[Any]:
    """Return the records of a run's jobs."""
    store = Store(root)
    held = (store.record("jobs", key, entry["attempt"]) for key, entry in folder.attempts().items())
    return [record for record in held if record]


def found(root: Path, folder: RunFolder) -> dict[str, Any]:
    """Return key → status and scores of the jobs of a run."""
    return {one["key"]: (one["status"], one.get("scores")) for one in records_of(root, folder)}


def given_up(root: Path, folder: RunFolder) -> int:
    """Return how many jobs lost their workers too often; one that failed otherwise ends the benchmark."""
    failed = [record for record in records_of(root, folder) if record["status"] != "ok"]
    if other := [record["reason"] for record in failed if "times before" not in record["reason"]]:
        raise SystemExit(f"{root}: failed otherwise than by its workers: {other}")
    return len(failed)


def struck(root: Path, strikes: Strikes, beside: ThreadPoolExecutor, reference: dict[str, Any]) -> tuple[int, int]:
    """Run under strikes, then undisturbed, and compare; return how many jobs were taken up again, and given up."""
    finished, suite = Finished(), dlbench.load_suite(CONTENT)
    striking = beside.submit(strikes.run)
    outcome = dlbench.run(suite, output=root, executor="ray", listener=finished)
    strikes.over.set()
    striking.result()
    again = sum(entry.get("event") == "lost" for entry in outcome.folder.journal())
    lost = given_up(root, outcome.folder)
    outcome = dlbench.run(suite, output=root, executor="ray", retry_failed=True)
    if (held := found(root, outcome.folder)) != reference:
        raise SystemExit(f"{root}: other than undisturbed: {held}")
    store = Store(root)
    for (key, attempt), digest in finished.held.items():
        record = store.record("jobs", key, attempt)
        if record is None or record["digest"] != digest:
            raise SystemExit(f"{root}: the finished record of {key} was lost or altered")
    return again, lost


def main(kills: int = 40, seed: int = 0) -> int:
    """Kill, compare, and say how often."""
    secure(None)
    os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    import ray
    from ray.cluster_utils import Cluster

    moments, killed = random.Random(seed), Counter[str]()
    runs = again = left = 0
    head = {"num_cpus": 0, "include_dashboard": False, "object_store_memory": 100 * 2**20}
    # One thread for all strikes: a node dies with the thread that has started it.
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(1) as beside:
        root = Path(name)
        calm = dlbench.run(dlbench.load_suite(CONTENT), output=root / "calm", jobs=2)
        reference = found(root / "calm", calm.folder)
        cluster = Cluster(initialize_head=True, head_node_args=head)
        try:
            for _ in range(2):
                cluster.add_node(**NODE)
            ray.init(address=cluster.address, log_to_driver=False, logging_level="ERROR")
            while killed.total() < kills:
                strikes = Strikes(cluster, kills - killed.total(), moments)
                more, lost = struck(root / str(runs), strikes, beside, reference)
                killed, runs, again, left = killed + strikes.killed, runs + 1, again + more, left + lost
                told = f"{again} jobs taken up again, {left} left to the next run"
                print(f"{dict(killed)} killed in {runs} runs, {told}", flush=True)
        finally:
            ray.shutdown()
            cluster.shutdown()
    print("each run came to its end with the scores of the undisturbed one; nothing finished was lost")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
