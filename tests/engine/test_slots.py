"""Slots: cores of their own, GPUs shared out in turn, nets where there is one."""

from __future__ import annotations

import json
import os
from types import SimpleNamespace

import psutil
import pytest

import dlbench
from dlbench import machine, places
from dlbench.core.errors import UsageError
from dlbench.engine import attendant, environment, local, slots
from dlbench.engine.devices import device_peak
from dlbench.engine.executor import Order
from dlbench.engine.pool import _payload
from dlbench.engine.slots import Slot, fitting
from dlbench.engine.worker import _take_over
from dlbench.machine import visible_gpus
from dlbench.places import nets_side_by_side, side_by_side
from dlbench.planning import plan_suite
from dlbench.store import Store

CONTENT = {"name": "slots", "tasks": ["iris"], "models": ["majority"], "search": {"oracle": "none"}}


@pytest.fixture
def cores(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1, 2, 3}, raising=False)


def test_each_slot_has_cores_of_its_own(cores):
    assert [slot.cores for slot in slots.slots(2, 2)] == [(0, 1), (2, 3)]


def test_where_cores_are_too_few_nobody_is_bound(cores):
    assert [slot.cores for slot in slots.slots(3, 2)] == [None] * 3


def test_jobs_are_as_many_as_the_cores_that_are_left_to_this_process(cores, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    suite = dlbench.load_suite({**CONTENT, "protocol": {"threads": 2}})
    assert machine.cores() == 4
    assert side_by_side(suite, None) == 2
    assert side_by_side(suite, 5) == 5
    limits = attendant._limits({"memory": None, "seconds": None, "output": None, "grace": 1.0}, 2)
    assert limits.memory == int(0.8 * psutil.virtual_memory().total / 2)


@pytest.mark.parametrize(
    ("count", "gpus", "jobs_per_gpu", "devices"),
    [(16, "0", 1, 1), (6, "01", 2, 1), (3, "01", 2, 1), (8, "01234", 2, 2), (2, "0", 1, 2), (4, "", 1, 1)],
)
def test_nets_are_counted_as_the_pool_places_them(monkeypatch, count, gpus, jobs_per_gpu, devices):
    monkeypatch.setattr(places, "visible_gpus", lambda: tuple(gpus))
    content = {**CONTENT, "policy": {"jobs_per_gpu": jobs_per_gpu}, "protocol": {"devices": devices}}
    every = slots.slots(count, 1, tuple(gpus), jobs_per_gpu, devices)
    able = [slot for slot in every if fitting([slot], every, deep=True)]
    suite = dlbench.load_suite(content)
    assert nets_side_by_side(suite, count, "gpu") == len(able)
    assert nets_side_by_side(suite, count, "cpu") == count


def test_gpus_are_shared_out_in_turn_and_the_rest_has_none(cores):
    assert [slot.gpu for slot in slots.slots(6, 1, ("4", "7"), 2)] == ["4", "7", "4", "7", None, None]
    assert [slot.gpu for slot in slots.slots(1, 1, ("4", "7"))] == ["4"]


def test_nets_wait_for_a_gpu_and_the_others_leave_it_to_them(cores):
    every = slots.slots(3, 1, ("0",))
    assert fitting(every, every, deep=True).gpu == "0"
    assert fitting(every, every, deep=False).gpu is None
    assert fitting(every[1:], every, deep=True) is None
    assert fitting(every[:1], every, deep=False).gpu == "0"
    assert fitting([], every, deep=False) is None


def test_without_a_gpu_nets_take_any_slot():
    every = (Slot(0), Slot(1))
    assert fitting(every[1:], every, deep=True) == Slot(1)


@pytest.mark.parametrize(("named", "found"), [("2, 3", ("2", "3")), ("", ()), ("-1", ()), ("GPU-ab12", ("GPU-ab12",))])
def test_gpus_are_those_that_the_user_lets_us_see(monkeypatch, named, found):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", named)
    assert visible_gpus() == found


def test_gpus_are_counted_without_a_driver(monkeypatch, tmp_path):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    for name in ("0000:01:00.0", "0000:02:00.0"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(machine, "CARDS", tmp_path)
    assert visible_gpus() == ("0", "1")


@pytest.mark.parametrize(("gpu", "seen"), [("3", "3"), (None, "-1")])
def test_a_worker_sees_the_gpu_of_its_slot_alone(monkeypatch, tmp_path, gpu, seen):
    job = plan_suite(dlbench.load_suite(CONTENT)).jobs[0]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,3")
    order = json.loads(_payload(Order(job, tmp_path), Slot(0, None, gpu), 10.0))
    monkeypatch.setattr(os, "environ", dict(os.environ))
    _take_over(order["environment"], order["gpu"])
    assert os.environ["CUDA_VISIBLE_DEVICES"] == seen


@pytest.mark.parametrize(
    ("policy", "device", "spawned"),
    [
        ({}, "cpu", False),
        ({}, "gpu", True),
        ({"workers": "forkserver"}, "gpu", False),
        ({"workers": "spawn"}, "cpu", True),
    ],
)
def test_workers_are_spawned_where_a_gpu_is_unless_the_suite_says_otherwise(
    monkeypatch, tmp_path, policy, device, spawned
):
    asked = {}
    monkeypatch.setattr(local, "device_kind", lambda device: device)
    monkeypatch.setattr(local, "visible_gpus", lambda: ("0", "1"))
    monkeypatch.setattr(local, "Pool", lambda places, *rest, spawn: asked.update(places=places, spawn=spawn))
    policy = {**policy, "jobs_per_gpu": 2}
    plan = plan_suite(dlbench.load_suite({**CONTENT, "policy": policy}))
    local.pool_for(plan, 5, device, tmp_path / "log")
    assert asked["spawn"] is spawned
    assert [slot.gpu for slot in asked["places"]] == (["0", "1", "0", "1", None] if device == "gpu" else [None] * 5)


def test_exclusive_timing_runs_one_job_at_a_time_and_the_records_say_so(tmp_path):
    content = {**CONTENT, "protocol": {"folds": 2}, "policy": {"timing": "exclusive"}}
    outcome = dlbench.run(dlbench.load_suite(content), output=tmp_path)
    for key in outcome.folder.attempts():
        record = Store(tmp_path).find("jobs", key)
        assert record["environment"]["beside"] == 1
        assert record["ledger"]["slot"] == 0
    with pytest.raises(UsageError, match="exclusive"):
        dlbench.run(dlbench.load_suite(content), output=tmp_path, jobs=2)


def test_the_most_memory_of_a_gpu_is_what_its_framework_says(monkeypatch):
    net = SimpleNamespace(device="gpu", deep=True)
    device = SimpleNamespace(platform="gpu", memory_stats=lambda: {"peak_bytes_in_use": 7})
    told = {"tensorflow": None, "torch": None, "jax": SimpleNamespace(local_devices=lambda: [device, device])}
    for name, module in told.items():
        monkeypatch.setitem(__import__("sys").modules, name, module)
    assert device_peak(net) == 14
    assert device_peak(SimpleNamespace(device="cpu", deep=True)) is None
    assert device_peak(SimpleNamespace(device="gpu", deep=False)) is None


def test_the_cards_are_part_of_the_hardware_and_of_what_timings_hang_on(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "CARDS", tmp_path)
    bare, without = environment.hardware(), environment.machine_print()
    for number in range(2):
        (tmp_path / f"0000:0{number}").mkdir()
        (tmp_path / f"0000:0{number}" / "information").write_text("Model: \t\t NVIDIA H100 80GB HBM3\nIRQ: 16\n")
    assert environment.hardware() == {**bare, "gpus": "2 × NVIDIA H100 80GB HBM3"}
    assert environment.machine_print() != without
