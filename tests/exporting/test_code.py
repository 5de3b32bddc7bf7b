"""Values and estimators as code: what is written makes an equal thing, and nothing else runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OrdinalEncoder, StandardScaler

from dlbench.core.errors import UsageError
from dlbench.exporting.code import Writer


def made(value: Any) -> Any:
    writer = Writer()
    code = writer.code(value)
    space: dict[str, Any] = {"np": np}
    exec(writer.import_lines(), space)
    return eval(code, space)


@pytest.mark.parametrize(
    "value",
    [None, True, -3, 0.1, "it's \"quoted\"\n'''", (1,), [], {"a": (1, 2.5)}, slice(0, None), float("inf")],
)
def test_plain_values_come_back(value: object) -> None:
    assert made(value) == value


def test_arrays_and_types_come_back() -> None:
    found = made(np.array(["a", None, "'b"], dtype=object))
    assert found.dtype == object
    assert found.tolist() == ["a", None, "'b"]
    assert np.isnan(made(float("nan")))
    assert made(np.float32) is np.float32


def test_nested_estimators_come_back() -> None:
    first = make_pipeline(OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan), StandardScaler())
    parts = ColumnTransformer([("a", first, ["c0", "c1"]), ("b", FunctionTransformer(np.float32), slice(0, 2))])
    vote = VotingClassifier([("f", RandomForestClassifier(7, random_state=3)), ("l", LogisticRegression(C=0.3))])
    whole = make_pipeline(parts, vote)
    assert repr(made(whole)) == repr(whole)
    assert made(KFold(3, shuffle=True, random_state=5)).random_state == 5


def test_what_has_no_name_is_refused() -> None:
    with pytest.raises(UsageError, match="lambda"):
        Writer().code(FunctionTransformer(lambda x: x))
