"""Own data: a table in a Parquet file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Parameter
from dlbench.core.errors import DataError
from dlbench.datasets.own_table import ASKED, OwnTable
from dlbench.datasets.regular_file import require_regular, require_room

if TYPE_CHECKING:
    from dlbench.datasets.raw_table import RawTable


class Parquet(OwnTable):
    """A table of the user's in columns of known types."""

    name = "parquet"
    title = "your own table in a Parquet file"
    suffixes = (".parquet", ".pq")
    path_parameters = ("parquet", "test")
    parameters = (Parameter("parquet", str, None, "path of the file, from the suite's folder"), *ASKED)

    def read(self, path: Path, params: Mapping[str, Any]) -> RawTable:
        from dlbench.datasets.arrow_columns import column
        from dlbench.datasets.raw_table import RawTable

        require_regular(path)
        try:
            import pyarrow as pa
            from pyarrow import parquet
        except ImportError:
            raise DataError(f"{path}: Parquet files need pyarrow: pip install 'dlbench[parquet]'") from None
        try:
            with parquet.ParquetFile(path) as file:
                shape = file.metadata
                require_room(path, 8 * shape.num_rows * shape.num_columns)
                table = file.read()
        except (pa.ArrowException, OSError, ValueError) as error:
            raise DataError(f"{path}: not a sound Parquet file: {str(error).splitlines()[0]}") from error
        names = tuple(str(name) for name in table.column_names)
        if twice := [name for i, name in enumerate(names) if name in names[:i]]:
            raise DataError(f"{path}: column {twice[0]!r} stands there twice: rename one")
        if len(names) < 2:
            raise DataError(f"{path}: expected at least two columns, got {len(names)}")
        return RawTable(path, names, tuple(column(table.column(i)) for i in range(len(names))))
