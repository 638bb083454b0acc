"""pandas frames in and out: each column by the way that its dtype allows.

Columns of objects are read and made anew by the native module, text of Arrow crosses as Arrow, the values
of a categorical once each; numbers and times cross as bytes. What passes keeps its very column.
"""

from __future__ import annotations

import gc
import json
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from huntbook.cells import repack, unpack
from huntbook.tables import Table, fixed_column, series_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from huntbook import _native

__all__ = ["flatten", "objects", "transform"]


def transform(
    native: _native.Obfuscator, frame: pd.DataFrame, *, reveal: bool = False
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return `frame` obfuscated or revealed, and what was done to each of its leaves.

    Index, order and names of the columns, dtypes and missing values stay; a level of the index that has a
    name and holds text is treated as the column of that name. The input is not changed.
    """
    sources = [(_name(name), frame.iloc[:, place]) for place, name in enumerate(frame.columns)]
    levels = _named_levels(frame.index)
    sources += [(str(frame.index.names[level]), _level(frame.index, level)) for level in levels]
    columns: dict[int, Any] = {}
    with _collector_paused():
        results, report = native.columns(
            [_column(name, series) for name, series in sources], unpack, repack, reveal
        )
        changed: dict[int, Any] = {}
        for place, (_, series) in enumerate(sources):
            # Each list goes as soon as its column is made.
            result, results[place] = results[place], None
            if place >= frame.shape[1]:
                changed[levels[place - frame.shape[1]]] = result
                continue
            new = series.copy() if result is None else _restored(series, result)
            columns[place] = new
    index = _new_index(frame.index, changed) if levels else frame.index
    for new in columns.values():
        new.index = index
    out = frame._constructor(columns, index=index, copy=False)  # noqa: SLF001 (for those who subclass it)
    out.columns = frame.columns
    if not reveal and not levels and _is_text(frame.index):
        warnings.warn(
            "the index holds text and has no name: it passes in clear; name it, or call reset_index() first",
            stacklevel=4,
        )
    return out, json.loads(report)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Hold cycles back from being searched for while a hundred thousand dicts are made, none of them one."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def flatten(native: _native.Obfuscator, frame: pd.DataFrame, like: Table | None = None) -> Table:
    """Return a table with one column for each leaf of `frame`, as `transform` types them.

    Texts of a list, and those that more than one place of a cell has under one path, are lists. With `like`
    the columns are in its order.
    """
    columns = [_column(_name(name), frame.iloc[:, place]) for place, name in enumerate(frame.columns)]
    return native.flatten(columns, unpack, repack, len(frame), like)


def _name(name: object) -> str:
    """Return the name of a column; the levels of a MultiIndex are joined by dots, like a nested path."""
    return ".".join(str(part) for part in name) if isinstance(name, tuple) else str(name)


def _column(name: str, series: Any) -> tuple[Any, ...]:
    import pandas as pd

    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _column(name, pd.Series(dtype.categories))
    fixed = fixed_column(series)
    if fixed is not None:
        return ("fixed", name, *fixed)
    if _is_arrow(dtype):
        import pyarrow as pa

        array = series.array.__arrow_array__()
        return ("arrow", name, Table.from_arrow(pa.table({"": array})))
    return ("cells", name, objects(series))


def objects(series: Any) -> Any:
    """Return the values as one run of objects in memory, copied only if they are not that already."""
    import numpy as np

    if _is_object(series.dtype):
        return np.ascontiguousarray(series.to_numpy())
    return np.fromiter(series.tolist(), dtype=object, count=len(series))


def _is_object(dtype: Any) -> bool:
    return dtype.kind == "O" and str(dtype) == "object"


def _is_arrow(dtype: Any) -> bool:
    import pandas as pd

    return isinstance(dtype, pd.ArrowDtype) or getattr(dtype, "storage", None) == "pyarrow"


def _restored(series: Any, result: Any) -> Any:
    """Return `result`, what became of the values of `series`, as a series of its dtype."""
    import pandas as pd

    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _recategorised(series, _restored(pd.Series(dtype.categories), result))
    if isinstance(result, tuple):
        new = series_of(*result)
        with_dtype = new if new.dtype == dtype else _as_dtype(new, dtype)
        return with_dtype.rename(series.name)
    if isinstance(result, Table):
        import pyarrow as pa

        array = pa.table(result).column(0)
        return pd.Series(dtype.__from_arrow__(array), name=series.name)
    new = pd.Series(result, dtype=object, name=series.name, copy=False)
    return new if _is_object(dtype) else _as_dtype(new, dtype)


def _as_dtype(series: Any, dtype: Any) -> Any:
    """Return `series` as `dtype`, or as it is where its new values do not fit that."""
    try:
        if getattr(dtype, "tz", None) is None and getattr(series.dtype, "tz", None) is not None:
            series = series.dt.tz_localize(None)
        return series.astype(dtype)
    except (TypeError, ValueError):
        return series


def _recategorised(series: Any, categories: Any) -> Any:
    """Return `series` with other categories; those that became equal, or null, are one, or missing."""
    import numpy as np
    import pandas as pd

    codes, unique = pd.factorize(categories)
    old = series.cat.codes.to_numpy()
    new = np.where(old < 0, -1, codes[old] if len(codes) else -1)
    values = pd.Categorical.from_codes(new, categories=unique, ordered=series.cat.ordered)
    return pd.Series(values, name=series.name)


def _is_text(index: Any) -> bool:
    levels = index.levels if hasattr(index, "levels") else [index]
    return any(_column("", level.to_series())[0] != "fixed" and len(level) > 0 for level in levels)


def _named_levels(index: Any) -> list[int]:
    return [
        level
        for level, name in enumerate(index.names)
        if name is not None and _column("", _level(index, level))[0] != "fixed"
    ]


def _level(index: Any, level: int) -> Any:
    import pandas as pd

    return pd.Series(index.get_level_values(level))


def _new_index(index: Any, changed: dict[int, Any]) -> Any:
    import pandas as pd

    arrays = []
    for level in range(index.nlevels):
        result = changed.get(level)
        values = _level(index, level)
        arrays.append(values if result is None else _restored(values, result))
    if index.nlevels == 1:
        return pd.Index(arrays[0], name=index.name)
    return pd.MultiIndex.from_arrays(arrays, names=index.names)
