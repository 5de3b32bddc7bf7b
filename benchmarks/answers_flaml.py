"""FLAML's answer, run by answers.py in an environment of its own: FOLDER TARGET KIND SECONDS ANSWER."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from flaml import AutoML

folder, target, kind, seconds, answer = sys.argv[1:]
train, test = (pd.read_csv(Path(folder) / f"{part}.csv") for part in ("train", "test"))
tool = AutoML()
tool.fit(
    X_train=train.drop(columns=target),
    y_train=train[target],
    task="classification" if kind == "classes" else "regression",
    metric="accuracy" if kind == "classes" else "r2",
    time_budget=int(seconds),
    n_jobs=2,
    seed=0,
    verbose=0,
)
pd.DataFrame({"prediction": tool.predict(test.drop(columns=target))}).to_csv(answer, index=False)
