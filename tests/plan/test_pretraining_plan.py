"""Plans of contestants that start from weights: what changes the stage's key, what does not, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dlbench
from dlbench import keys as keys_of
from dlbench.planning import plan_suite
from dlbench.slices import slices

MODEL = {"name": "resnet", "filters": 8}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    for name in ("one", "two"):
        images = random.integers(0, 255, (12, 8, 8), dtype=np.uint8)
        np.savez(tmp_path / f"{name}.npz", images=images, labels=np.arange(12) % 2, classes=np.array(["a", "b"]))
    return tmp_path


def planned(folder: Path, model: Any = None, start: Any = None, **more: Any) -> Any:
    entry = {"dataset": {"images": str(folder / "one.npz")}, **(start or {})}
    content = {
        "name": "t",
        "tasks": ["digits"],
        "models": [{**MODEL, **(model or {}), "pretrain": entry}],
        "protocol": {"folds": 2, "seeds": 2},
        **more,
    }
    return plan_suite(dlbench.load_suite(content))


def keys(plan: Any) -> set[str]:
    return {job.pretrain_key for job in plan.jobs}


def test_folds_and_seeds_and_the_way_of_fine_tuning_share_a_stage(folder: Path) -> None:
    plain = planned(folder)
    assert len(plain.jobs) == 4
    (key,) = keys(plain)
    assert key in plain.stages
    assert len(plain.stages) == 3
    tuned = {"unfreeze": "head", "body_rate": 0.2, "learning_rate": 0.01, "augment": "flip"}
    for same in (planned(folder, tuned), planned(folder, {"as": "other"}), planned(folder, search={"trials": 3})):
        assert keys(same) == {key}
    assert not {job.key for job in planned(folder, tuned).jobs} & {job.key for job in plain.jobs}


@pytest.mark.parametrize(
    ("model", "start", "more"),
    [
        ({"filters": 16}, {}, {}),
        ({"norm": "layer"}, {}, {}),
        ({}, {"limit": 6}, {}),
        ({}, {"epochs": 3}, {}),
        ({}, {"batch_size": 4}, {}),
        ({}, {}, {"protocol": {"seed": 1}}),
        ({}, {}, {"protocol": {"threads": 2}}),
    ],
)
def test_whatever_changes_the_weights_changes_the_key(folder: Path, model: Any, start: Any, more: Any) -> None:
    first, other = planned(folder), planned(folder, model, start, **more)
    assert not keys(first) & keys(other)
    assert not {job.key for job in first.jobs} & {job.key for job in other.jobs}


def test_other_data_or_another_content_of_it_change_the_key(folder: Path) -> None:
    first = keys(planned(folder))
    assert keys(planned(folder, start={"dataset": {"images": str(folder / "two.npz")}})) != first
    (folder / "two.npz").rename(folder / "one.npz")
    assert keys(planned(folder)) != first


def test_a_job_without_weights_has_no_such_stage(folder: Path) -> None:
    content = {"name": "t", "tasks": ["digits"], "models": [MODEL], "protocol": {"folds": 2}}
    assert keys(plan_suite(dlbench.load_suite(content))) == {""}


def test_a_file_counts_by_its_content(folder: Path) -> None:
    def plan(name: str) -> Any:
        return planned(folder, start={"dataset": None, "weights": str(folder / name)})

    for name, content in (("a.keras", b"1"), ("b.keras", b"1"), ("c.keras", b"2")):
        (folder / name).write_bytes(content)
    a, b, c = (plan(f"{name}.keras") for name in "abc")
    assert keys(a) == {""}
    assert [job.key for job in a.jobs] == [job.key for job in b.jobs]
    assert not {job.key for job in a.jobs} & {job.key for job in c.jobs}
    seen = a.jobs[0].seen
    (folder / "a.keras").write_bytes(b"3")
    assert plan("a.keras").jobs[0].seen != seen


def test_the_data_of_the_task_itself_are_refused(folder: Path) -> None:
    def skipped(task: Any, dataset: Any) -> str:
        plan = planned(folder, start={"dataset": dataset}, tasks=[task])
        assert not plan.jobs
        (skip,) = plan.skipped
        return str(skip.reason)

    one, two = ({"images": str(folder / f"{name}.npz")} for name in ("one", "two"))
    assert "is the data of the task, whose test items it would have seen" in skipped("digits", "digits")
    assert "is the data of the task" in skipped({"dataset": one, "as": "t"}, one)
    assert "is the data of the task" in skipped({"dataset": one, "as": "t"}, {**one, "colour": True}), "read otherwise"
    assert "is the data of the task" in skipped({"dataset": "cifar10_jpg"}, "cifar10")
    assert planned(folder, start={"dataset": two}, tasks=[{"dataset": one, "as": "t"}]).jobs


def test_the_code_of_the_loss_that_is_learned_first_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The loss of the first training stands inside `pretrain`, that of fine-tuning beside it."""
    asked: list[str] = []
    real = keys_of.source_hash
    monkeypatch.setattr(keys_of, "source_hash", lambda modules: asked.extend(modules) or real(modules))
    keys_of._source.cache_clear()
    planned(folder)
    assert "dlbench.losses.focal" not in asked
    planned(folder, start={"loss": "focal"})
    assert "dlbench.losses.focal" in asked


def test_jobs_that_share_weights_stay_in_one_slice(folder: Path) -> None:
    parts = slices(planned(folder).jobs, 2)
    assert sorted(len(part) for part in parts) == [0, 4]


def test_a_set_of_another_sort_than_the_task_is_refused(folder: Path) -> None:
    def reason(task: str, start: Any, model: str) -> str:
        content = {"name": "t", "tasks": [task], "models": [{"name": model, "pretrain": start}]}
        (skip,) = plan_suite(dlbench.load_suite(content)).skipped
        return str(skip.reason)

    assert reason("scene_masks", {"dataset": "degraded_mnist"}, "unet") == (
        "pretrain: degraded_mnist teaches restoration, the task is segmentation; name a set that teaches the same"
    )
    assert "pretrain: degraded_mnist teaches restoration, the task is instance_segmentation" in reason(
        "scene_instances", {"dataset": "degraded_mnist"}, "unet"
    )
