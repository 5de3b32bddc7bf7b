"""A job as a worker gets it: everything it needs, as JSON, and nothing of the other jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from dlbench.core.contestant import Contestant
from dlbench.core.seeds import derive


@dataclass(frozen=True)
class TaskSpec:
    """What is asked.

    Attributes:
        label, type: name in reports; task type.
        dataset, params: dataset name and its parameters.
        metrics: names of the judges this contestant can be scored by; the primary one first.
        objective: the metric the search optimises.
        limit: training rows at most; None for all.
        split: `official` or `folds`.
        groups: column whose groups are kept with the truth; empty for none.
    """

    label: str
    type: str
    dataset: str
    params: Mapping[str, Any]
    metrics: tuple[str, ...]
    objective: str
    limit: int | None = None
    split: str = "folds"
    groups: str = ""


@dataclass(frozen=True)
class SearchSpec:
    """The budget and the way of a search, the same for all contestants.

    Attributes:
        oracle: random, hyperband, bayesian, grid, or none for given parameters.
        trials, seconds: budget of one search and refit; seconds None without a limit.
        epochs: most epochs of one fit.
        rows: training rows the search may use; None for all.
        patience: epochs without improvement before a fit stops.
        folds: a trial is scored on so many inner folds of train and validation; 1 for the validation part alone.
        packed: whether trials of one architecture train together; `auto` where the backend is JAX.
    """

    oracle: str = "random"
    trials: int = 8
    seconds: float | None = None
    epochs: int = 30
    rows: int | None = None
    patience: int = 5
    folds: int = 1
    packed: bool | str = "auto"


@dataclass(frozen=True)
class SplitSpec:
    """Which part is tested: fold `fold` of `folds` in repeat `repeat`, and the validation share of the rest."""

    folds: int
    repeat: int
    fold: int
    split_seed: int
    validation: float


@dataclass(frozen=True)
class Member:
    """A contestant whose trials an ensemble may take, and the keys of its search and of its pretraining, if it has
    one."""

    contestant: Contestant
    search_key: str
    pretrain_key: str = ""


@dataclass(frozen=True)
class JobSpec:
    """One job.

    Attributes:
        key, search_key: of the job, and of the search stage it needs ("" where there is no search).
        seed, fit_index: base of the search and fit streams; which of the fit seeds this is.
        point: of the sweep, axis → value.
        threads, device, keep_model: protocol and policy.
        include: files whose components the worker must import.
        seen: digest of data and included code when the job was planned.
        precision, jit: of nets, as asked for: auto, float32 or mixed; auto, on or off.
        devices: that train one net of it together.
        members: for an ensemble, whose finished searches it is made of.
        pretrain_key: of the stage that makes the weights it starts from; "" where there is none.
        attributions: test items of which it is kept what the contestant looked at.
    """

    key: str
    search_key: str
    task: TaskSpec
    contestant: Contestant
    search: SearchSpec
    split: SplitSpec
    seed: int = 0
    fit_index: int = 0
    point: Mapping[str, Any] = field(default_factory=dict)
    threads: int = 1
    device: str = "auto"
    keep_model: bool = False
    include: tuple[str, ...] = ()
    seen: str = ""
    members: tuple[Member, ...] = ()
    precision: str = "auto"
    jit: str = "auto"
    devices: int = 1
    pretrain_key: str = ""
    attributions: int = 0

    @property
    def makes(self) -> tuple[str, ...]:
        """Keys of the stages that it makes where no other job has: its pretraining, then its search."""
        return tuple(key for key in (self.pretrain_key, self.search_key) if key)

    def stage_folder(self, key: str) -> str:
        """Return the folder under `outside` in which it leaves the stage of a key."""
        return "pretraining" if key == self.pretrain_key else "search"

    @property
    def starts(self) -> tuple[str, ...]:
        """Keys of the stages whose weights it, or a member of it, starts from."""
        keys = (self.pretrain_key, *(member.pretrain_key for member in self.members))
        return tuple(dict.fromkeys(key for key in keys if key))

    @property
    def needs(self) -> tuple[str, ...]:
        """Keys of the searches of other jobs that must be over before this one starts."""
        return tuple(member.search_key for member in self.members)

    @property
    def deep(self) -> bool:
        """Whether it trains nets."""
        return self.contestant.kind == "deep" or any(member.contestant.kind == "deep" for member in self.members)

    @property
    def fit_seed(self) -> int:
        """Seed of the refit."""
        return derive("fit", self.seed, self.fit_index, self.split.repeat, self.split.fold)

    @property
    def search_seed(self) -> int:
        """Seed of the search's proposals."""
        return derive("search", self.seed, self.split.repeat, self.split.fold)

    def trial_seed(self, number: int) -> int:
        """Seed of one trial's fit."""
        return derive("trial", self.seed, self.split.repeat, self.split.fold, number)

    @property
    def name(self) -> str:
        """What progress and logs call it: `digits svm fold 3/5`."""
        where = [f"fold {self.split.fold + 1}/{self.split.folds}"] if self.split.folds > 1 else []
        where += [f"repeat {self.split.repeat + 1}"] if self.split.repeat else []
        where += [f"seed {self.fit_index + 1}"] if self.fit_index else []
        where += [f"{axis} {value}" for axis, value in self.point.items()]
        return " ".join([self.task.label, self.contestant.label, *where])

    def describe(self) -> dict[str, Any]:
        """Return the `job` part of a record."""
        return {
            "task": self.task.label,
            "task_type": self.task.type,
            "dataset": {"name": self.task.dataset, "params": dict(self.task.params)},
            "contestant": {**asdict(self.contestant), "kind": self.contestant.kind},
            "point": dict(self.point),
            "repeat": self.split.repeat,
            "fold": self.split.fold,
            "seed": self.fit_index,
            "folds": self.split.folds,
            "split": self.task.split,
            "limit": self.task.limit,
            "search": asdict(self.search),
        }

    def to_json(self) -> dict[str, Any]:
        """Return JSON from which `from_json` rebuilds it."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> JobSpec:
        """Rebuild from JSON."""
        task = content["task"]
        return cls(
            **{
                **content,
                "task": TaskSpec(**{**task, "metrics": tuple(task["metrics"])}),
                "contestant": _contestant(content["contestant"]),
                "members": tuple(
                    Member(_contestant(member["contestant"]), member["search_key"], member.get("pretrain_key", ""))
                    for member in content.get("members", ())
                ),
                "search": SearchSpec(**content["search"]),
                "split": SplitSpec(**content["split"]),
                "include": tuple(content["include"]),
            }
        )


def _contestant(content: Mapping[str, Any]) -> Contestant:
    return Contestant(**{**content, "stages": tuple(content["stages"])})
