"""An answer in a minute: what `dlbench run FILE --budget 60s` recommends, against scikit-learn's defaults and, where
their environments are named, FLAML and AutoGluon on the same rows in the same seconds.

    python benchmarks/answers.py OUT [--seconds 60] [--tables adult,wine] [--flaml PYTHON] [--autogluon PYTHON]

Tables are read from DLBENCH_DATA_DIR, and three from scikit-learn. Every table is cut once: a fifth, stratified, is
the test file, adult has its own. Tools see the training file alone; this script scores what they answer. OUT keeps
files, answers and a line a tool in answers.jsonl; tools that stand there already are not run again. Ends with 1 where
a recommendation or a greedy ensemble is more than a standard error below the best default, or the mean rank is not
ahead of both tools.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

TARGET = "target"
HERE = Path(__file__).parent


def _file(name: str, **how: Any) -> pd.DataFrame:
    return pd.read_csv(Path(os.environ["DLBENCH_DATA_DIR"]) / name, **how)


def _renamed(frame: pd.DataFrame, target: Any) -> pd.DataFrame:
    frame = frame.rename(columns={target: TARGET})
    frame.columns = [str(name) for name in frame.columns]
    return frame


def _adult() -> tuple[pd.DataFrame, pd.DataFrame]:
    how = {"header": None, "skipinitialspace": True, "na_values": "?"}
    train, test = (_renamed(_file(f"adult/adult-{part}.csv", **how), 14) for part in ("train", "test"))
    test[TARGET] = test[TARGET].str.rstrip(".")
    return train, test


def _bundled(name: str) -> pd.DataFrame:
    from sklearn import datasets

    return _renamed(getattr(datasets, f"load_{name}")(as_frame=True).frame, "target")


TABLES: dict[str, Callable[[], Any]] = {
    "titanic": lambda: _renamed(_file("titanic/titanic.csv").drop(columns="alive"), "survived"),
    "wine_quality": lambda: _renamed(_file("wine_quality_red/winequality-red.csv", sep=";"), "quality"),
    "abalone": lambda: _renamed(_file("abalone/abalone.csv", header=None), 8),
    "mammography": lambda: _renamed(_file("mammography/mammography.csv", header=None, quotechar="'"), 6),
    "california": lambda: _renamed(_file("california_housing/housing.csv"), "median_house_value"),
    "adult": _adult,
    "breast_cancer": lambda: _bundled("breast_cancer"),
    "digits": lambda: _bundled("digits"),
    "diabetes": lambda: _bundled("diabetes"),
}
VALUES = ("abalone", "california", "diabetes")


def main() -> int:
    """Run every tool on every table, print scores and mean ranks, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--tables", default=",".join(TABLES))
    parser.add_argument("--flaml", help="python of an environment with flaml[automl]")
    parser.add_argument("--autogluon", help="python of an environment with autogluon.tabular")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    log = asked.out / "answers.jsonl"
    done = {(one["table"], one["tool"]) for one in _lines(log)}
    for table in asked.tables.split(","):
        folder = _cut(table, asked.out)
        for tool, answer in _tools(asked).items():
            if (table, tool) not in done:
                _append(log, {"table": table, "tool": tool, **_timed(answer, folder, table, asked.seconds)})
    return _summary(_lines(log))


def _tools(asked: argparse.Namespace) -> dict[str, Callable[..., dict[str, Any]]]:
    tools: dict[str, Callable[..., dict[str, Any]]] = {"dlbench": _dlbench, "defaults": _defaults}
    for name in ("flaml", "autogluon"):
        if python := getattr(asked, name):
            tools[name] = lambda *given, python=python, name=name: _other(python, name, *given)
    return tools


def _cut(table: str, out: Path) -> Path:
    """Write train.csv and test.csv of a table, once."""
    from sklearn.model_selection import train_test_split

    folder = out / table
    if not (folder / "test.csv").exists():
        folder.mkdir(exist_ok=True)
        found = TABLES[table]()
        if not isinstance(found, tuple):
            strata = None if table in VALUES else found[TARGET]
            found = train_test_split(found, test_size=0.2, random_state=0, stratify=strata)
        for name, part in zip(("train", "test"), found, strict=True):
            part.to_csv(folder / f"{name}.csv", index=False)
    return folder


def _timed(answer: Callable[..., dict[str, Any]], folder: Path, table: str, seconds: int) -> dict[str, Any]:
    began = time.monotonic()
    found = answer(folder, "values" if table in VALUES else "classes", seconds)
    return {**found, "wall": round(time.monotonic() - began, 1)}


def _truth(folder: Path) -> np.ndarray:
    return pd.read_csv(folder / "test.csv")[TARGET].to_numpy()


def _scored(folder: Path, kind: str, prediction: Any) -> dict[str, Any]:
    """Return accuracy or R², and its standard error over the items."""
    truth = _truth(folder)
    if kind == "classes":
        right = truth.astype(str) == np.asarray(prediction).astype(str)
        return {"score": float(right.mean()), "error": float(right.std() / np.sqrt(len(right)))}
    off, spread = (truth - np.asarray(prediction, float)) ** 2, (truth - truth.mean()) ** 2
    draws = np.random.default_rng(0).integers(0, len(truth), (1000, len(truth)))
    shares = 1 - off[draws].sum(axis=1) / spread[draws].sum(axis=1)
    return {"score": float(1 - off.sum() / spread.sum()), "error": float(shares.std())}


def _dlbench(folder: Path, kind: str, seconds: int) -> dict[str, Any]:
    """Return the score of the recommended contestant, and of the ensemble."""
    results = folder / "results"
    command = [sys.executable, "-m", "dlbench", "run", str(folder / "train.csv"), "--target", TARGET, "-q"]
    command += ["--test", str(folder / "test.csv"), "--budget", f"{seconds}s", "-o", str(results), "--no-progress"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode not in (0, 3):
        raise SystemExit(ended.stderr)
    command = [sys.executable, "-m", "dlbench", "report", "--format", "json", "--output-dir", str(results)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    metric = "accuracy" if kind == "classes" else "r2"
    values = {row["contestant"]: row["value"] for row in told["rows"] if row["metric"] == metric}
    taken = told["recommendations"][0]["contestant"]
    error = _scored(folder, kind, _truth(folder)[np.random.default_rng(0).permutation(len(_truth(folder)))])["error"]
    return {"score": values[taken], "error": error, "took": taken, "ensemble": values.get("greedy_ensemble"),
            "all": values}  # fmt: skip


def _defaults(folder: Path, kind: str, seconds: int) -> dict[str, Any]:
    """Return the best test score of scikit-learn's defaults, and all of them."""
    from sklearn import ensemble, linear_model, svm

    classes = kind == "classes"
    models = {
        "linear": linear_model.LogisticRegression(max_iter=1000) if classes else linear_model.Ridge(),
        "svm": svm.SVC() if classes else svm.SVR(),
        "forest": (ensemble.RandomForestClassifier if classes else ensemble.RandomForestRegressor)(random_state=0),
        "boosting": (ensemble.HistGradientBoostingClassifier if classes else ensemble.HistGradientBoostingRegressor)(
            random_state=0
        ),
    }
    train, test = (pd.read_csv(folder / f"{part}.csv") for part in ("train", "test"))
    found = {}
    for name, model in models.items():
        fitted = _behind(model, train, classes=classes).fit(train.drop(columns=TARGET), train[TARGET])
        found[name] = _scored(folder, kind, fitted.predict(test.drop(columns=TARGET)))
    best = max(found, key=lambda name: found[name]["score"])
    return {**found[best], "took": best, "all": {name: one["score"] for name, one in found.items()}}


def _behind(model: Any, train: pd.DataFrame, *, classes: bool) -> Any:
    """Return the model behind the usual preparation; a regression on a scaled target."""
    from sklearn.compose import TransformedTargetRegressor, make_column_selector, make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = make_column_selector(dtype_include="number")
    words = make_column_selector(dtype_exclude="number")
    onehot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    prepared = make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), numbers),
        (make_pipeline(SimpleImputer(strategy="constant", fill_value="missing"), onehot), words),
    )
    chain = make_pipeline(prepared, model)
    return chain if classes else TransformedTargetRegressor(chain, transformer=StandardScaler())


def _other(python: str, name: str, folder: Path, kind: str, seconds: int) -> dict[str, Any]:
    """Let another tool answer in its own environment and score its answer here."""
    answer = folder / f"{name}.csv"
    script = HERE / f"answers_{name}.py"
    command = [python, str(script), str(folder), TARGET, kind, str(seconds), str(answer)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if ended.returncode:
        return {"score": None, "error": None, "failed": ended.stderr[-500:]}
    return _scored(folder, kind, pd.read_csv(answer)["prediction"].to_numpy())


def _lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def _append(log: Path, line: dict[str, Any]) -> None:
    with log.open("a") as stream:
        stream.write(json.dumps(line) + "\n")
    print(json.dumps({name: value for name, value in line.items() if name != "all"}), flush=True)


def _summary(lines: list[dict[str, Any]]) -> int:
    frame = pd.DataFrame(lines)
    scores = frame.pivot(index="table", columns="tool", values="score")
    print(scores.round(4).to_string())
    whole = scores.dropna()
    ranks = whole.rank(axis=1, ascending=False).mean()
    print(f"mean rank over {len(whole)} tables:", ranks.round(2).to_dict())
    errors = frame[frame.tool == "defaults"].set_index("table")["error"].reindex(scores.index)
    ensembles = frame[frame.tool == "dlbench"].set_index("table")["ensemble"].reindex(scores.index)
    close = True
    for name, held in (("recommended", scores["dlbench"]), ("greedy ensemble", ensembles)):
        behind = (scores["defaults"] - held) / errors
        print(f"{name}: standard errors behind the best default:", behind.round(2).to_dict())
        close &= bool((behind <= 1).all())
    rivals = ranks.drop(["dlbench", "defaults"])
    return int(not close or bool((rivals <= ranks["dlbench"]).any()))


if __name__ == "__main__":
    sys.exit(main())
