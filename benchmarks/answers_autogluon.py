"""AutoGluon's answer, run by answers.py in an environment of its own: FOLDER TARGET KIND SECONDS ANSWER."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
from autogluon.tabular import TabularPredictor

folder, target, kind, seconds, answer = sys.argv[1:]
train, test = (pd.read_csv(Path(folder) / f"{part}.csv") for part in ("train", "test"))
if kind == "values":
    problem, metric = "regression", "r2"
else:
    problem, metric = ("binary" if train[target].nunique() == 2 else "multiclass"), "accuracy"
tool = TabularPredictor(target, problem, metric, path=str(Path(folder) / "autogluon"), verbosity=0)
tool.fit(train, time_limit=int(seconds), num_cpus=2)
pd.DataFrame({"prediction": tool.predict(test.drop(columns=target))}).to_csv(answer, index=False)
