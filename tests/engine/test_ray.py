"""Runs on a Ray cluster: as locally, through the driver alone, and nothing is lost with a worker."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest

import dlbench
from dlbench.core.errors import UsageError
from dlbench.engine.cluster import Needs, capacity, could_run, secure
from dlbench.engine.events import JobFinished, JobStarted, TrialDone
from dlbench.engine.executor import Order
from dlbench.engine.orders import Orders
from dlbench.engine.parcels import pack, unpack
from dlbench.machine import backend
from dlbench.planning import plan_suite
from dlbench.store import Store
from dlbench.training import replicas

pytestmark = [
    pytest.mark.skipif(find_spec("ray") is None, reason="the extra `ray` is not installed"),
    pytest.mark.skipif(sys.platform == "win32", reason="Ray clusters are for Linux and macOS"),
]
KILLS = int(os.environ.get("DLBENCH_TEST_KILLS", "2"))
"""How often a Ray worker is killed; raise it for a longer trial."""
CONTENT = {
    "name": "spread",
    "tasks": ["iris"],
    "models": ["majority", "logistic", "svm", "greedy_ensemble"],
    "search": {"oracle": "random", "trials": 3},
    "protocol": {"folds": 2},
}


@pytest.fixture(scope="module")
def cluster():
    secure(None)
    import ray

    ray.init(
        address="local", num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR",
        _node_ip_address="127.0.0.1", object_store_memory=100 * 2**20,
    )  # fmt: skip
    yield ray
    ray.shutdown()


def run(root, content=CONTENT, listener=lambda event: None, **options):
    options.setdefault("executor", "ray")
    return dlbench.run(dlbench.load_suite(content, allow_code=True), output=root, listener=listener, **options)


def records(root, outcome):
    store = Store(root)
    found = [store.record("jobs", key, entry["attempt"]) for key, entry in outcome.folder.attempts().items()]
    return {(one["job"]["contestant"]["label"], one["job"]["fold"]): one for one in found}


@pytest.fixture(scope="module")
def spread(cluster, tmp_path_factory):
    root = tmp_path_factory.mktemp("spread")
    events = []
    return root, run(root, listener=events.append), events


def test_a_run_on_ray_comes_to_what_a_local_one_comes_to(spread, tmp_path):
    root, outcome, _ = spread
    there, here = records(root, outcome), records(tmp_path, run(tmp_path, executor="local", jobs=2))
    assert there.keys() == here.keys()
    for place, record in there.items():
        assert record["key"] == here[place]["key"]
        assert (record["status"], record["scores"]) == ("ok", here[place]["scores"])
        assert set(record["files"]) == set(here[place]["files"])


def test_trials_are_told_as_they_finish(spread):
    *_, events = spread
    assert sum(isinstance(event, TrialDone) for event in events) == 12


def test_a_record_names_the_machine_and_its_slot_adds_up(spread):
    root, outcome, _ = spread
    for record in records(root, outcome).values():
        assert record["environment"]["machine"]
        ledger = record["ledger"]
        assert sum(ledger["spent"].values()) == pytest.approx(ledger["wall"], abs=0.01)
        assert ledger["slot"] in (0, 1)


def test_what_no_node_can_give_is_refused_at_once(cluster, tmp_path):
    content = {**CONTENT, "policy": {"resources": {"cpus": 64}}}
    with pytest.raises(UsageError, match=r"no node of the cluster has 64 CPU.*nodes have: 2 CPU.*policy\.resources"):
        run(tmp_path, content)
    assert not (tmp_path / "spread").exists()


NETS = {
    **CONTENT,
    "models": ["mlp"],
    "search": {"oracle": "none", "epochs": 1},
    "protocol": {"folds": 1, "devices": 2},
}


@pytest.mark.skipif(backend() not in replicas.BACKENDS, reason="this backend trains on one device")
def test_a_net_trains_on_two_devices_of_a_node(cluster, tmp_path, monkeypatch):
    monkeypatch.delenv(replicas.VIRTUAL, raising=False)
    with pytest.raises(UsageError, match=r"protocol\.devices: 2: .*DLBENCH_VIRTUAL_DEVICES=2 here"):
        run(tmp_path, NETS, device="cpu")
    monkeypatch.setenv(replicas.VIRTUAL, "2")  # after the cluster's start: it must travel with the orders
    (record,) = records(tmp_path, run(tmp_path, NETS, device="cpu")).values()
    assert (record["status"], record["reason"]) == ("ok", "")
    assert record["environment"]["devices"] == 2


def test_a_job_beyond_its_time_ends_and_the_others_go_on(cluster, tmp_path):
    sleeper = Path(__file__).parent / "faulty_models.py"
    content = {
        **CONTENT,
        "include": [str(sleeper)],
        "models": ["majority", "hangs"],
        "search": {"oracle": "none"},
        "policy": {"timeout": 10, "grace": 1},
    }
    found = records(tmp_path, run(tmp_path, content))
    assert {place[0]: record["status"] for place, record in found.items()} == {"majority": "ok", "hangs": "timeout"}, [
        record["reason"] for record in found.values()
    ]


class Killer:
    """A listener that kills a Ray worker with a job in it, a few times, at moments drawn at random."""

    def __init__(self, kills):
        self.left, self.random, self.finished, self.killed = kills, random.Random(0), [], 0

    def __call__(self, event):
        if isinstance(event, JobFinished):
            self.finished.append((event.job.key, event.record["attempt"]))
        if self.left and isinstance(event, JobStarted | TrialDone) and self.random.random() < 0.4:
            for one in psutil.process_iter(["cmdline"]):
                if " ".join(one.info["cmdline"] or ()).startswith("ray::iris "):  # Ray names it after its task
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(one.pid, signal.SIGKILL)
                        self.killed += 1
                        self.left -= 1
                        return


def test_a_worker_killed_at_random_moments_loses_nothing(cluster, tmp_path):
    killer = Killer(KILLS)
    outcome = run(tmp_path, {**CONTENT, "models": ["logistic", "svm"], "search": {"trials": 6}}, killer)
    assert killer.killed == KILLS
    found = records(tmp_path, outcome)
    assert {record["status"] for record in found.values()} == {"ok"}
    held = {(record["key"], record["attempt"]) for record in found.values()}
    assert held == set(killer.finished), "what was finished stands as it was"
    lost = [entry for entry in outcome.folder.journal() if entry.get("event") == "lost"]
    assert all("was lost" in entry["reason"] for entry in lost)


def first_job(task="iris"):
    suite = dlbench.load_suite({**CONTENT, "tasks": [task]})
    planned = plan_suite(suite)
    return planned, next(job for job in planned.jobs if job.search_key)


def attended(planned, spec, staged, **changes):
    from dlbench.engine.attendant import attend

    told, files = unpack(Orders.of(planned, ()).parcel(Order(spec, staged), gpu=False))
    return [unpack(parcel)[0] for parcel in attend(pack({**told, **changes}, files))]


def test_data_that_is_not_on_the_node_is_unavailable(tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("a,b,y\n" + "".join(f"{n},{n % 3},{'pq'[n % 2]}\n" for n in range(60)))
    planned, spec = first_job({"dataset": {"csv": str(table)}, "target": "y"})
    ordered = Orders.of(planned, ()).parcel(Order(spec, tmp_path), gpu=False)
    table.unlink()
    from dlbench.engine.attendant import attend

    ended = [unpack(parcel)[0] for parcel in attend(ordered)][-1]
    assert (ended["event"], ended["status"]) == ("ended", "unavailable")
    assert socket.gethostname() in ended["reason"]
    assert str(table) in ended["reason"]
    assert "same path on every node, or set DLBENCH_DATA_DIR" in ended["reason"]


def test_a_node_with_other_versions_is_refused(tmp_path):
    planned, spec = first_job()
    ended = attended(planned, spec, tmp_path, versions={"numpy": "0.1"})[-1]
    assert ended["status"] == "unavailable"
    assert "not 0.1; install the same versions" in ended["reason"]


def test_a_node_with_other_code_is_refused(tmp_path):
    planned, spec = first_job()
    ended = attended(planned, replace(spec, key="0" * 32), tmp_path)[-1]
    assert ended["status"] == "unavailable"
    assert "another code of dlbench" in ended["reason"]


def test_room_on_nodes():
    asked = {"CPU": 2.0, "GPU": 0.5, "memory": 0}
    assert capacity({"CPU": 8.0, "GPU": 1.0}, asked) == 2
    assert capacity({"CPU": 8.0}, asked) == 0
    assert could_run([{"CPU": 1.0}, {"CPU": 2.0, "GPU": 1.0}], asked)
    assert not could_run([{"CPU": 1.0, "GPU": 1.0}, {"CPU": 2.0}], asked), "two nodes are not one"


def test_needs_of_a_suite():
    suite = dlbench.load_suite({**CONTENT, "protocol": {"threads": 3}, "policy": {"jobs_per_gpu": 2}})
    assert Needs.of(suite) == Needs(3, 0.5, 0)
    asked = {"cpus": 0.5, "gpus": 2.0, "memory": "2GiB"}
    assert Needs.of(dlbench.load_suite({**CONTENT, "policy": {"resources": asked}})) == Needs(0.5, 2.0, 2**31)


def on_gpus(**policy):
    """Return what a suite needs whose nets train on two GPUs, and its jobs: a net, and one that trains none."""
    suite = dlbench.load_suite({**NETS, "models": ["mlp", "logistic"], "policy": policy})
    jobs = [replace(job, device="gpu") for job in plan_suite(suite).jobs]
    return Needs.of(suite), {job.contestant.label: job for job in jobs}


def test_a_net_on_several_devices_needs_as_many_gpus_of_one_node():
    needs, jobs = on_gpus(jobs_per_gpu=3)
    assert needs.of_job(jobs["mlp"])["GPU"] == 2
    assert needs.of_job(jobs["logistic"])["GPU"] == 0
    needs.refuse_devices(jobs.values())
    with pytest.raises(UsageError, match=r"no node .* 1 CPU, 2 GPU for one job; .*protocol\.devices"):
        needs.refuse([jobs["mlp"]], [{"CPU": 8.0, "GPU": 1.0}] * 2)


def test_fewer_gpus_than_a_net_trains_on_are_refused():
    needs, jobs = on_gpus(resources={"gpus": 1.0})
    with pytest.raises(UsageError, match=r"^policy\.resources\.gpus: 1: protocol\.devices: 2 .* set it to 2$"):
        needs.refuse_devices(jobs.values())
    needs.refuse_devices([jobs["logistic"]])
    needs, jobs = on_gpus(resources={"gpus": 2.0})
    needs.refuse_devices(jobs.values())


def test_parts_of_several_gpus_are_refused_which_ray_does_not_give():
    needs, jobs = on_gpus(resources={"gpus": 2.5})
    with pytest.raises(UsageError, match=r"^policy\.resources\.gpus: 2\.5: .* set it to 3$"):
        needs.refuse_devices(jobs.values())
