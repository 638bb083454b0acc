"""Tables in and out: whatever Arrow-speaking table comes in, the same kind goes out.

pandas, polars and pyarrow are never imported here unless the caller's table is one of theirs.
pandas is read and written without pyarrow, so that ``huntbook`` needs neither.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

from huntbook._native import Table
from huntbook.errors import HuntbookError

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ArrowStreamExportable",
    "Table",
    "from_any",
    "like",
    "to_pandas",
    "to_polars",
    "to_pyarrow",
]

T = TypeVar("T")

#: numpy dtypes that cross the border as bytes.
_FIXED = {
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float32", "float64", "datetime64[ns]", "timedelta64[ns]",
}  # fmt: skip


@runtime_checkable
class ArrowStreamExportable(Protocol):
    """Any object that exports itself through the Arrow C stream interface."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return a capsule that holds an ``ArrowArrayStream``."""


def is_pandas(table: object) -> bool:
    """Return True if `table` is a pandas DataFrame; pandas is not imported to find out."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(table, pandas.DataFrame)


def is_polars(table: object) -> bool:
    """Return True if `table` is a polars DataFrame; polars is not imported to find out."""
    polars = sys.modules.get("polars")
    return polars is not None and isinstance(table, polars.DataFrame)


def is_pyarrow(table: object) -> bool:
    """Return True if `table` is a pyarrow Table; pyarrow is not imported to find out."""
    pyarrow = sys.modules.get("pyarrow")
    return pyarrow is not None and isinstance(table, pyarrow.Table)


def from_any(table: object) -> Table:
    """Return `table` as a `Table`.

    Parameters
    ----------
    table
        A pandas DataFrame, or any object with ``__arrow_c_stream__`` (polars, pyarrow, DuckDB, a
        `Table`), or a mapping of column name to a list of values.

    Returns
    -------
    Table
        The same rows and columns. Cells of a pandas object column come as text: a missing value of
        any kind as null, a dict or list as JSON, bytes as UTF-8 where they are that.

    Raises
    ------
    TypeError
        If `table` is none of these.
    HuntbookError
        If an Arrow stream cannot be read.

    Examples
    --------
    >>> from_any({"Account": ["ada", None]}).to_pydict()
    {'Account': ['ada', None]}
    """
    if isinstance(table, Table):
        return table
    if is_pandas(table):
        return _from_pandas(table)
    if isinstance(table, ArrowStreamExportable):
        try:
            return Table.from_arrow(table)
        except (MemoryError, HuntbookError):
            raise
        except Exception as error:
            # The border raises a plain Exception for what it cannot read, such as a column of type Null.
            msg = f"the table cannot be read as an Arrow stream: {error}"
            raise HuntbookError(msg, hints=["cast or drop columns without a type"]) from error
    if isinstance(table, dict):
        columns = {str(name): list(values) for name, values in table.items()}
        lengths = {len(values) for values in columns.values()} or {0}
        if len(lengths) > 1:
            msg = f"columns have different lengths: { {n: len(v) for n, v in columns.items()} }"
            raise ValueError(msg)
        return Table.from_columns(list(columns.items()), lengths.pop(), text)
    kind = f"{type(table).__module__}.{type(table).__qualname__}"
    msg = f"expected a pandas, polars or pyarrow table, or any Arrow stream, got {kind}"
    raise TypeError(msg)


def like(result: Table, origin: T) -> T:
    """Return `result` as the kind of table that `origin` is.

    pandas gives pandas, polars gives polars, pyarrow gives pyarrow, a `Table` or a mapping gives a
    `Table`; anything else that exports Arrow gives pyarrow where that is installed, else a `Table`.
    """
    out: Any
    if is_pandas(origin):
        out = to_pandas(result)
        index: Any = origin.index  # type: ignore[attr-defined]
        if len(index) == len(out):
            out.index = index
        return out  # type: ignore[no-any-return]
    if is_polars(origin):
        return to_polars(result)  # type: ignore[no-any-return]
    if is_pyarrow(origin):
        return to_pyarrow(result)  # type: ignore[no-any-return]
    if isinstance(origin, Table | dict):
        return result  # type: ignore[return-value]
    try:
        return to_pyarrow(result)  # type: ignore[no-any-return]
    except ImportError:
        return result  # type: ignore[return-value]


def text(value: object) -> str | None:
    """Return one cell as text: None for a missing value of any kind, JSON for a dict or list."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("utf-8", errors="backslashreplace")
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, default=str, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, bool):
        return "true" if value else "false"
    # NaN, NaT and pandas.NA are the values that do not equal themselves.
    try:
        missing = bool(value != value)  # noqa: PLR0124
    except TypeError:
        missing = True
    except ValueError:
        return str(value)
    if missing:
        return None
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat()) if callable(isoformat) else str(value)


def _from_pandas(frame: Any) -> Table:
    columns: list[tuple[Any, ...]] = []
    for position, name in enumerate(frame.columns):
        series = frame.iloc[:, position]
        columns.append((str(name), *_pandas_column(series)))
    return Table.from_columns(columns, len(frame), text)


def _pandas_column(series: Any) -> tuple[Any, ...]:
    """Return a column as ``(dtype, bytes, mask)`` where numpy holds it so, else as ``(values,)``."""
    return fixed_column(series) or (series.tolist(),)


def fixed_column(series: Any) -> tuple[str, bytes, bytes | None] | None:
    """Return a column of numbers or times as ``(dtype, bytes, mask)``; None for any other."""
    dtype = series.dtype
    kind = getattr(dtype, "kind", "O")
    if hasattr(dtype, "pyarrow_dtype") or kind not in "Mmbiuf":
        return None
    if kind == "M" and getattr(dtype, "tz", None) is not None:
        series = series.dt.tz_convert("UTC").dt.tz_localize(None)
    if kind in "Mm":
        return _masked(series, _nanoseconds(series))
    if str(dtype) in _FIXED:
        return (str(dtype), series.to_numpy().tobytes(), None)
    if str(dtype).lower() in _FIXED | {"boolean"}:
        # pandas' own nullable types: Int64, Float64, boolean.
        plain = "bool" if kind == "b" else str(dtype).lower()
        return _masked(series, series.fillna(kind != "b" and 0).to_numpy(dtype=plain))
    return None


def _nanoseconds(series: Any) -> Any:
    """Return times or lengths of time as numpy values in nanoseconds.

    Raises
    ------
    HuntbookError
        If a value lies outside of the years 1678 to 2261, or is longer than 292 years.
    """
    values = series.to_numpy()
    converted = values.astype(f"{'datetime' if values.dtype.kind == 'M' else 'timedelta'}64[ns]")
    wrapped = (converted.astype(values.dtype) != values) & ~series.isna().to_numpy()
    if wrapped.any():
        msg = f"column {series.name!r}: {values[wrapped][0]} lies beyond what nanoseconds can hold"
        raise HuntbookError(msg, hints=["times lie in the years 1678 to 2261; make others empty (NaT) first"])
    return converted


def _masked(series: Any, values: Any) -> tuple[str, bytes, bytes | None]:
    missing = series.isna().to_numpy()
    mask = missing.astype("uint8").tobytes() if missing.any() else None
    return (str(values.dtype), values.tobytes(), mask)


def to_pandas(table: Table) -> pd.DataFrame:
    """Return `table` as a pandas DataFrame; pyarrow is not needed.

    ``datetime`` becomes ``datetime64[ns, UTC]``, ``timespan`` ``timedelta64[ns]``; a number column with
    nulls takes pandas' nullable type, text and ``dynamic`` (JSON text) are ``object`` with None.
    """
    import pandas as pd

    columns: list[Any] = []
    for position in range(len(table.column_names)):
        parts = table.column_buffer(position)
        if parts is None:
            columns.append(pd.Series(table.column_values(position), dtype="object"))
            continue
        columns.append(series_of(*parts))
    frame = pd.concat(columns, axis=1) if columns else pd.DataFrame(index=range(len(table)))
    frame.columns = pd.Index(table.column_names)
    return frame


def series_of(dtype: str, raw: bytes, mask: bytes | None) -> Any:
    """Return the pandas Series of what `fixed_column` makes."""
    import numpy as np
    import pandas as pd

    values = np.frombuffer(raw, dtype=dtype).copy()
    missing = None if mask is None else np.frombuffer(mask, dtype="uint8").astype(bool)
    if values.dtype.kind in "Mm":
        if missing is not None:
            values[missing] = np.array("NaT", dtype=values.dtype)
        series = pd.Series(values)
        return series.dt.tz_localize("UTC") if values.dtype.kind == "M" else series
    if missing is None:
        return pd.Series(values)
    if values.dtype.kind == "f":
        values[missing] = np.nan
        return pd.Series(values)
    if values.dtype.kind == "b":
        return pd.Series(pd.arrays.BooleanArray(values, missing))
    return pd.Series(pd.arrays.IntegerArray(values, missing))


def to_polars(table: Table) -> Any:
    """Return `table` as a polars DataFrame, without a copy of its columns."""
    import polars as pl

    return pl.DataFrame(table)


def to_pyarrow(table: Table) -> Any:
    """Return `table` as a pyarrow Table, without a copy."""
    import pyarrow as pa

    return pa.table(table)
