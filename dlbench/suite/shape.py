"""What a suite may write: its keys, their types and bounds. What the words mean is checked afterwards."""

from __future__ import annotations

from types import NoneType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from dlbench.suite.values import (
    MARGIN_SCHEMA,
    TEXT_OR_MAPPING,
    Count,
    Label,
    Names,
    Rows,
    Seconds,
    Seed,
    Size,
    ascending,
    free,
    of,
    or_name,
    prose,
    stated_margin,
)  # fmt: skip


class Shape(BaseModel):
    """Strict: no unknown key, no type turned into another."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Reference(Shape):
    """A published figure to hold the results against."""

    value: float = Field(description="the published score")
    source: Annotated[str, Field(min_length=1), AfterValidator(prose)] = Field(description="where it is published")
    metric: Label | None = Field(default=None, description="of which metric; the primary one where nothing is said")


class TaskShape(Shape):
    """A dataset, and what is asked of it."""

    dataset: Annotated[
        Any,
        BeforeValidator(of((str, dict), "a dataset's name, or a mapping such as {csv: file.csv, target: column}")),
        WithJsonSchema(TEXT_OR_MAPPING),
    ] = Field(description="a name, {name: …, parameters}, or {csv: path, target: column}")
    label: Label | None = Field(default=None, alias="as", description="in reports; the dataset's name by default")
    type: Label | None = Field(default=None, description="task type, where the data does not settle it")
    target: Annotated[
        Any,
        BeforeValidator(of((str, int, NoneType), "a column's name or its index")),
        WithJsonSchema({"type": ["string", "integer", "null"]}),
    ] = Field(default=None, description="column of an own file that is to be predicted: a name, or an index from zero")
    metrics: Names | None = Field(default=None, description="the primary one first; replaces the task type's")
    limit: Rows | None = Field(default=None, description="use at most so many training rows")
    epochs: Count | None = Field(
        default=None, description="most epochs of a fit of a net on this task, for every model; else search.epochs"
    )
    reference: Reference | None = Field(default=None, description="a published figure")
    models: Names | None = Field(default=None, description="labels or globs of models; all by default")
    split: Literal["official", "folds"] | None = Field(default=None, description="the data's own test part, or folds")


class StageShape(BaseModel):
    """A model whose embeddings the next one reads; every other key is a fixed parameter."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)
    name: Label = Field(description="a model that gives embeddings")


Stages = Annotated[list[Annotated[StageShape, BeforeValidator(or_name("name"))]], Field(min_length=1)]


class Costs(Shape):
    """What the mistakes of a decision between two classes cost; the second class in order is the positive one."""

    false_positive: float = Field(ge=0, description="calling the first class the second")
    false_negative: float = Field(ge=0, description="calling the second class the first")


class Costly(Shape):
    """A cut between two classes that is chosen for a cost."""

    cost: Costs = Field(description="what a false positive and a false negative cost")


class PretrainShape(BaseModel):
    """What a net starts from: another set that it learns first, or a file of weights. Every other key is a fixed
    parameter of that first training."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)
    dataset: Annotated[
        Any,
        BeforeValidator(of((str, dict, NoneType), "a dataset's name, or a mapping such as {images: folder}")),
        WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "object"}, {"type": "null"}]}),
    ] = Field(default=None, description="a set of images; its training part alone is learned")
    limit: Rows | None = Field(default=None, description="learn at most so many of its training rows")
    epochs: Count | None = Field(default=None, description="for which it is learned; 5 by default")
    weights: Annotated[str, Field(min_length=1), AfterValidator(prose)] | None = Field(
        default=None, description="a .keras, .weights.h5 or .h5 file, a folder that holds one, or imagenet"
    )


class ModelShape(StageShape):
    """A model as a suite enters it; every other key is a fixed parameter."""

    name: Label = Field(description="of the model; a+b puts a before b")
    label: Label | None = Field(default=None, alias="as", description="what reports call it; its name by default")
    stages: Stages | None = Field(default=None, description="models before it, in order")
    needs: Stages | None = Field(default=None, description="another word for stages")
    tasks: Names | None = Field(default=None, description="labels or globs of tasks; all by default")
    threshold: Literal["tuned"] | Costly | None = Field(
        default=None,
        description="choose the cut between two classes on validation: tuned for the primary metric, or for a cost",
    )
    pretrain: PretrainShape | None = Field(
        default=None, description="start a net of images from weights it learned before"
    )


class Search(Shape):
    """How parameters are chosen, the same for every contestant."""

    oracle: Literal["random", "hyperband", "bayesian", "grid", "none"] = Field(
        default="random", description="of keras-tuner"
    )
    trials: Count = Field(default=8, description="settings tried in each outer fold; the default setting is the first")
    seconds: Seconds | None = Field(default=None, description="budget of a job; none by default, so that tables repeat")
    epochs: Count = Field(default=30, description="most epochs of a fit of a net")
    rows: Rows | None = Field(default=None, description="search on at most so many training rows; the refit sees all")
    patience: Count = Field(default=5, description="epochs without improvement after which a fit stops")
    folds: Annotated[int, Field(ge=1, le=100)] = Field(
        default=1, description="score each trial on so many inner folds; 1 for the validation share alone"
    )
    packed: Literal["auto"] | bool = Field(
        default="auto", description="train trials of one architecture together; auto: where the backend is jax"
    )
    halving: Annotated[int, Field(ge=2, le=100)] | None = Field(
        default=None, description="before the run, cheap rungs cut the field until so many contestants a task are left"
    )


class Protocol(Shape):
    """How contestants are compared."""

    folds: Annotated[int, Field(ge=1, le=1000)] = Field(default=5, description="outer folds")
    repeats: Annotated[int, Field(ge=1, le=1000)] = Field(default=1, description="times the folds are drawn anew")
    seeds: Annotated[int, Field(ge=1, le=1000)] = Field(default=1, description="fits of each fold")
    seed: Seed = Field(default=0, description="base of the search and fit streams")
    split_seed: Seed = Field(default=0, description="of the splits; another `seed` keeps them")
    validation: Annotated[float, Field(gt=0, lt=1)] = Field(default=0.2, description="share of the training part")
    threads: Annotated[int, Field(ge=1, le=1024)] = Field(default=1, description="of one job")
    precision: Literal["auto", "float32", "mixed"] = Field(
        default="auto", description="of nets; mixed computes in bfloat16; auto is measured once where there is a GPU"
    )
    jit: Literal["auto", "on", "off"] = Field(
        default="auto", description="whether XLA compiles nets' steps on TensorFlow; auto as with precision"
    )
    devices: Annotated[int, Field(ge=1, le=1024)] = Field(
        default=1, description="GPUs that train one net together, each on its share of a batch; tensorflow and jax"
    )
    groups: Label | None = Field(default=None, description="column by whose groups the report tells gaps, such as sex")


class Sweep(Shape):
    """Axes of the plan: every combination is run."""

    rows: Annotated[list[Rows], Field(min_length=1), AfterValidator(ascending)] | None = None
    trials: Annotated[list[Count], Field(min_length=1), AfterValidator(ascending)] | None = None
    epochs: Annotated[list[Count], Field(min_length=1), AfterValidator(ascending)] | None = None
    seconds: Annotated[list[Seconds], Field(min_length=1), AfterValidator(ascending)] | None = None


class Resources(Shape):
    """What a job needs of a node of a cluster (--executor ray); local runs do not ask."""

    cpus: Annotated[float, Field(gt=0, le=1024)] | None = Field(
        default=None, description="cores; as many as protocol.threads by default"
    )
    gpus: Annotated[float, Field(gt=0, le=64)] | None = Field(
        default=None, description="GPUs of a job that trains nets on one; its share by jobs_per_gpu by default"
    )
    memory: Size | None = Field(default=None, description="memory that a node sets aside for a job, such as 4GiB")


class Policy(Shape):
    """What happens to jobs that fail, what is kept, and what counts as equivalent. Sizes are bytes."""

    on_failure: Literal["floor", "drop"] = Field(default="floor", description="what a failed job counts as")
    margins: dict[Label, Annotated[Any, BeforeValidator(stated_margin), WithJsonSchema(MARGIN_SCHEMA)]] = Field(
        default={},
        description="metric → the difference that does not matter: 0.01, or 5% of the value; 0.02 by default",
    )
    keep_models: Literal["best", "none", "all"] = Field(default="none", description="which fitted models are saved")
    attributions: Annotated[int, Field(ge=0, le=64)] = Field(
        default=0,
        description="test items of which an image classification keeps, in its first fold, what each contestant looked "
        "at; a second or a few for each contestant, charged to none",
    )
    timeout: Seconds = Field(default=3600.0, description="seconds after which a job is stopped")
    grace: Seconds = Field(
        default=30.0, description="seconds from a job being asked to stop, or beyond its budget, to its being killed"
    )
    timing: Literal["shared", "exclusive"] = Field(
        default="shared", description="exclusive runs one job at a time, so that timings are those of a job alone"
    )
    jobs_per_gpu: Count = Field(default=1, description="jobs that share a GPU")
    workers: Literal["auto", "forkserver", "spawn"] = Field(
        default="auto", description="how processes start: auto forks them with libraries loaded, spawns with a GPU"
    )
    memory: Size | None = Field(default=2**32, description="most resident memory of a job, such as 4GiB")
    budget: Seconds | None = Field(
        default=None, description="wall seconds of the whole run, shared out evenly over its jobs; --budget wins"
    )
    output: Size = Field(default=2**26, description="most text a job may print, such as 64MiB")
    resources: Resources = Field(default=Resources(), description="of a node, for one job, where it runs on a cluster")


class Frame(Shape):
    """The outside of a suite: its entries are checked one by one, so that one mistake hides no other."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z"), AfterValidator(free)] = Field(
        description="letters, digits, dot, dash, underscore; names the results' folder"
    )
    description: Annotated[str, AfterValidator(prose)] = Field(default="", description="for people")
    include: Any = Field(default=None, description="files whose content joins this one; .py needs --allow-code")
    tasks: Annotated[list[Any], Field(min_length=1)]
    models: Annotated[list[Any], Field(min_length=1)]
    search: Search = Search()
    protocol: Protocol = Protocol()
    sweep: Sweep = Sweep()
    policy: Policy = Policy()


Task = Annotated[TaskShape, BeforeValidator(or_name("dataset"))]
Model = Annotated[ModelShape, BeforeValidator(or_name("name"))]
