"""Delimited text with a column of times: steps in order, channels of numbers, gaps filled from the past."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from dlbench.core.errors import DataError, suggest
from dlbench.datasets.column_kinds import AMONG_NUMBERS, missing, number
from dlbench.datasets.manners import PLAIN, manner_of
from dlbench.datasets.seasons import season_of_step, season_of_values

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

SEPARATORS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class TimeTable:
    """A series as a file holds it.

    Attributes:
        labels: (T,) strings, the times as written, ascending.
        values: (T, channels) float64.
        names: of the channels.
        channel: position of the target.
        season: steps of a season.
    """

    labels: np.ndarray
    values: np.ndarray
    names: tuple[str, ...]
    channel: int
    season: int


def read(path: Path, target: str, time: str) -> TimeTable:
    """Read a file: rows sorted by time, every column of numbers a channel, others left out.

    A missing number is the last one known before it; rows before the first known target are left out, and a column
    with nothing known by then is no channel. Rows count as even steps, whatever the times between them.

    Raises:
        DataError: no such column, a time that is none or stands there twice, a target that is not a number.
    """
    import numpy as np

    texts = _texts(path)
    for role, name in (("target", target), ("time", time)):
        if name not in texts.columns:
            raise DataError(f"{path}: {role}: no column {name!r}{suggest(name, texts.columns)}")
    if target == time:
        raise DataError(f"{path}: target and time are both {target!r}: name two columns")
    times = _times(path, texts[time])
    _check_target(path, texts[target])
    order = np.argsort(times, kind="stable")
    channels = _channels(texts.iloc[order], target, time)
    order = order[len(order) - len(channels) :]  # rows before the first known target are gone
    names = tuple(str(name) for name in channels.columns)
    values, channel = channels.to_numpy(dtype=np.float64), names.index(target)
    labels = np.array(texts[time].iloc[order].tolist(), dtype=np.str_)
    return TimeTable(labels, values, names, channel, _season(times[order], values[:, channel]))


def _texts(path: Path) -> pd.DataFrame:
    """Return all fields as stripped texts; the index is the line of each row.

    Raises:
        DataError: a file that is missing, unreadable, empty, not UTF-8 or ragged.
    """
    import pandas as pd

    try:
        with path.open(encoding="utf-8-sig") as file:
            head = file.readline()
        separator = max(SEPARATORS, key=head.count)
        names = [name.strip() for name in next(csv.reader([head], delimiter=separator), [])]
        if repeated := [name for i, name in enumerate(names) if name in names[:i]]:
            raise DataError(f"{path}:1: column {repeated[0]!r} stands there twice: rename one")
        how: dict[str, Any] = {"sep": separator, "dtype": str, "keep_default_na": False, "skipinitialspace": True}
        frame = pd.read_csv(path, encoding="utf-8-sig", skip_blank_lines=False, header=None, skiprows=1, **how)
    except UnicodeDecodeError:
        raise DataError(f"{path}: not UTF-8 text: save it as CSV in UTF-8") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error) as error:
        raise DataError(f"{path}: {str(error).strip()}") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error
    if frame.shape[1] != len(names):
        raise DataError(f"{path}:2: {frame.shape[1]} fields, but the first row names {len(names)} columns")
    frame.columns = pd.Index(names)
    frame.index = frame.index + 2
    frame = frame.fillna("").apply(lambda column: column.str.strip())
    return cast("pd.DataFrame", frame[(frame != "").any(axis=1)])


def _times(path: Path, labels: pd.Series[str]) -> pd.DatetimeIndex | np.ndarray:
    """Return times; numbers where all labels are plain numbers, but not all of them years."""
    import numpy as np
    import pandas as pd

    numbers = [number(label) for label in labels]
    if None not in numbers and not all(1500 < cast(float, value) < 2500 for value in numbers):
        times: Any = np.array(numbers, dtype=np.float64)
    else:
        times = pd.DatetimeIndex(pd.to_datetime(labels, errors="coerce", format="mixed", utc=True))
    for problem, wrong in (
        ("is no time; name the column of times in `time`", pd.isna(times)),
        ("stands there twice: a file holds one series, a row for each time", pd.Series(times).duplicated()),
    ):
        if len(found := np.flatnonzero(wrong)):
            raise DataError(f"{path}:{labels.index[found[0]]}: {labels.iloc[found[0]]!r} {problem}")
    return cast("pd.DatetimeIndex | np.ndarray", times)


def _check_target(path: Path, texts: pd.Series[str]) -> None:
    known = [(line, text) for line, text in texts.items() if not missing(text)]
    if not known:
        raise DataError(f"{path}: target {texts.name!r}: no row has a value")
    manner = manner_of(list({text for _, text in known}), least=0.0) or PLAIN
    for line, text in known:
        if manner(text) is None and text.lower() not in AMONG_NUMBERS:
            raise DataError(f"{path}:{line}: target {texts.name!r}: {text!r} is no finite number")


def _channels(texts: pd.DataFrame, target: str, time: str) -> pd.DataFrame:
    """Return the columns of numbers, filled forward, from the first known target on."""
    import pandas as pd

    numeric = {name: _numbers(texts[name]) for name in texts.columns if name != time}
    numeric = {name: values for name, values in numeric.items() if values is not None}
    frame = pd.DataFrame(numeric, dtype="float64").ffill()
    frame = frame.loc[frame[target].first_valid_index() :]
    return frame.loc[:, frame.iloc[0].notna()]


def _numbers(texts: pd.Series[str]) -> list[float | None] | None:
    """Return the numbers of a column in the manner in which it is written; None where it holds others."""
    words = list({text for text in texts if not missing(text)})
    manner = manner_of(words) if words else PLAIN
    return None if manner is None else [None if missing(text) else manner(text) for text in texts]


def _season(times: pd.DatetimeIndex | np.ndarray, target: np.ndarray) -> int:
    """Return the calendar's season where the times have one and two of it fit, else that of the values."""
    import numpy as np
    import pandas as pd

    found = None
    if isinstance(times, pd.DatetimeIndex) and len(times) > 1:
        found = season_of_step(float(np.median(np.diff(times.to_numpy()) / np.timedelta64(1, "s"))))
    return found if found and 2 * found <= len(target) else season_of_values(target)
