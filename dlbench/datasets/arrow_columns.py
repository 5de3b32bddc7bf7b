"""Columns as Apache Arrow holds them, as ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlbench.datasets.column_kinds import MISSING
from dlbench.datasets.texts import Texts

if TYPE_CHECKING:
    from dlbench.datasets.raw_table import Raw


def spelled_missing() -> list[str]:
    """Return the spellings of a missing value, in the cases in which they are written."""
    return sorted(
        {form for word in MISSING for form in (word, word.upper(), word.capitalize(), word.title())} | {"NaN"}
    )


def column(array: Any) -> Raw:
    """Return one of Arrow's columns as numbers, dates or texts; what is none of them is all missing."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = array.type
    if pa.types.is_dictionary(kind):
        if pa.types.is_string(kind.value_type):
            return _coded(array)
        array = array.cast(kind.value_type)
        kind = array.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return np.asarray(pc.cast(array, pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return np.asarray(pc.cast(array, pa.timestamp("s"), safe=False).to_numpy(), dtype="datetime64[s]")
    return _texts(array)


def _texts(array: Any) -> Texts:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        words = array if pa.types.is_string(array.type) else pc.cast(array, pa.large_string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return Texts(np.full(len(array), -1, dtype=np.int64), ())
    return _coded(pc.dictionary_encode(words))


def _coded(array: Any) -> Texts:
    """Return texts that Arrow holds as codes, whose chunks may each have words of their own."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    coded = array.unify_dictionaries().combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    if isinstance(coded, pa.ChunkedArray):  # no chunk at all
        return Texts(np.full(len(array), -1, dtype=np.int64), ())
    codes = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return Texts.coded(codes, coded.dictionary.to_pylist())
