"""One net on several devices: the same fit as on one, and nothing of it in what is saved."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlbench.core.errors import UsageError
from dlbench.core.job import JobSpec
from dlbench.engine import several, slots
from dlbench.planning import plan_suite
from dlbench.suite import load_suite
from dlbench.training import replicas

SCRIPT = Path(__file__).with_name("several_devices.py")
WORDS = ("irrored", "trategy", '"synchronized": true', "istribut")
SUITE = {"name": "s", "tasks": ["iris"], "models": ["mlp", "logistic"], "protocol": {"devices": 2}}


@pytest.fixture(scope="module", params=["tensorflow", "jax"])
def fits(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    if find_spec(request.param) is None:
        pytest.skip(f"{request.param} is not installed; docs/backends.md tells how")
    folder = tmp_path_factory.mktemp(request.param)
    told = {"KERAS_BACKEND": request.param, "CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu", replicas.VIRTUAL: "2"}
    command = [sys.executable, str(SCRIPT), str(folder), "1", "2"]
    ran = subprocess.run(command, env={**os.environ, **told}, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-3000:]
    return {"backend": request.param, **json.loads(ran.stdout.splitlines()[-1])}, folder


@pytest.mark.parametrize("name", ["plain", "normed", "odd"])
def test_two_devices_learn_what_one_learns(fits, name):
    found, _ = fits
    one, two = found["1"][name], found["2"][name]
    assert np.shape(one["losses"]) == (3, 2)
    np.testing.assert_allclose(two["losses"], one["losses"], atol=1e-4)
    np.testing.assert_allclose(two["outputs"], one["outputs"], atol=1e-3)


def test_two_devices_take_part(fits):
    found, _ = fits
    assert found["1"]["devices"] == ([1] if found["backend"] == "tensorflow" else [False])
    if found["backend"] == "tensorflow":
        assert found["2"]["devices"] == [2]
    else:
        assert True in found["2"]["devices"], "gradients of even batches are summed over the devices"


def test_a_saved_model_has_no_trace_of_the_devices(fits):
    found, folder = fits
    alone, spread = (_texts(folder / count / "model.keras") for count in ("1", "2"))
    assert found["1"]["saved"] == found["2"]["saved"]
    assert alone.keys() == spread.keys()
    assert "BatchNormalization" in spread["config.json"]
    assert not [word for word in WORDS if word in spread["config.json"]]


def _texts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as whole:
        return {name: whole.read(name).decode(errors="replace") for name in whole.namelist()}


def test_devices_are_part_of_the_keys_of_nets_alone():
    one, two = (plan_suite(load_suite({**SUITE, "protocol": {"devices": count}})) for count in (1, 2))
    keys = [{job.contestant.label: job.key for job in plan.jobs} for plan in (one, two)]
    assert keys[0]["mlp"] != keys[1]["mlp"]
    assert keys[0]["logistic"] == keys[1]["logistic"]
    job = next(job for job in two.jobs if job.deep)
    assert job.devices == JobSpec.from_json(json.loads(json.dumps(job.to_json()))).devices == 2


def test_fewer_devices_than_asked_are_refused_with_the_cure(monkeypatch):
    plan = plan_suite(load_suite(SUITE))
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    monkeypatch.delenv(replicas.VIRTUAL, raising=False)
    with pytest.raises(UsageError, match=r"only 1 .*protocol\.devices=1"):
        several.enough_devices(plan, "cpu")
    monkeypatch.setattr(several, "device_kind", lambda device: "gpu")
    monkeypatch.setattr(several, "visible_gpus", lambda: ("0",))
    with pytest.raises(UsageError, match="only 1 GPU here"):
        several.enough_devices(plan, "gpu")
    monkeypatch.setattr(several, "visible_gpus", lambda: ("0", "1"))
    several.enough_devices(plan, "gpu")
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    with pytest.raises(UsageError, match="torch trains on one"):
        several.enough_devices(plan, "gpu")


def test_suites_without_nets_need_no_devices_and_jit_needs_one(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    monkeypatch.delenv(replicas.VIRTUAL, raising=False)
    several.enough_devices(plan_suite(load_suite({**SUITE, "models": ["logistic"]})), "cpu")
    monkeypatch.setenv(replicas.VIRTUAL, "2")
    several.enough_devices(plan_suite(load_suite(SUITE)), "cpu")
    compiled = load_suite({**SUITE, "protocol": {"devices": 2, "jit": "on"}})
    with pytest.raises(UsageError, match="jit"):
        several.enough_devices(plan_suite(compiled), "cpu")


def test_a_worker_that_sees_fewer_says_so():
    with pytest.raises(UsageError, match=r"protocol\.devices: 999: .* sees"):
        replicas.use(999)
    assert replicas.count() == 1


def test_a_slot_of_such_jobs_has_all_their_gpus():
    places = slots.slots(4, 1, ("0", "1", "2", "3", "4"), 1, 2)
    assert [slot.gpu for slot in places] == ["0,1", "2,3", None, None]
    assert [slot.gpu for slot in slots.slots(2, 1, ("0",), 1, 2)] == [None, None]
