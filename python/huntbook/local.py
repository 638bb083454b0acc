"""KQL on log files: the same text that runs in Sentinel or Defender, here on a folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Unpack

from huntbook import _native
from huntbook.errors import ConfigError
from huntbook.given import Given, for_native

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from huntbook.tables import Table

#: A path, or several.
Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


def path_list(paths: Paths | Iterable[Any]) -> list[str]:
    """Return one path, or several, as a list of text."""
    if isinstance(paths, str | os.PathLike):
        return [os.fspath(paths)]
    return [os.fspath(path) for path in paths]


def clock(now: datetime | None) -> datetime:
    """Return `now` in UTC: a naive time counts as UTC, None is the present moment."""
    if now is None:
        return datetime.now(UTC)
    return now.replace(tzinfo=UTC) if now.tzinfo is None else now.astimezone(UTC)


class Database:
    """The tables in files and folders, to be asked in KQL.

    Parameters
    ----------
    data_paths
        Files and folders of Parquet, CSV, NDJSON or JSON, each also as ``.gz`` or in a ``.zip``. A file
        gives the table of its name; recordings of Windows events give ``SecurityEvent``, ``Event`` and
        ``Sysmon``.
    now
        What ``now()`` and ``ago()`` mean; default: the moment of each query. A naive time is UTC.
    **given
        Files in the place of what the service would fetch: ``urls={url: path}`` for ``externaldata``,
        ``watchlists={alias: path}`` or ``{alias: (path, column)}`` for ``_GetWatchlist``, ``geo=path``
        (MMDB) for ``geo_info_from_ip_address``, ``functions=[path]`` for functions of your own.

    Raises
    ------
    ConfigError
        If a path does not exist.
    RemoteError
        If a file that was given cannot be read, or a file of functions is wrong.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "Logons.csv").write_text("User,Count\\nada,3\\nbob,1\\n")
    >>> Database(folder).query("Logons | where Count > 2 | project User").to_pydict()
    {'User': ['ada']}
    """

    def __init__(self, data_paths: Paths, *, now: datetime | None = None, **given: Unpack[Given]) -> None:
        self._now = now
        self._native = _native.Database(path_list(data_paths), **for_native(given))

    def query(
        self,
        text: str,
        *,
        parameters: Mapping[str, object] | None = None,
        now: datetime | None = None,
        limit: int | None = None,
        timeout: float | timedelta | str | None = None,
        memory: int | str | None = None,
    ) -> Table:
        """Return the result of the KQL `text`.

        Parameters
        ----------
        text
            A query in KQL.
        parameters
            Values for ``{name}`` in the text, each written as a literal for its place. None takes the text
            as it is.
        now
            What ``now()`` and ``ago()`` mean in this query; default: the clock of the database.
        limit
            At most this many rows; a longer answer is cut there, and ``complete`` is False.
        timeout
            At most so long: seconds, or text such as ``"5m"``.
        memory
            At most so much memory: bytes, or text such as ``"2GB"``. Sorts and groups beyond it go to disk.

        Raises
        ------
        KqlError
            If the text is wrong or uses what is not supported yet; the message draws the place.
        LimitError
            If the query would take more than `timeout` or `memory` allow.
        QueryError
            If a ``{name}`` has no value, or one that does not fit its place.
        RemoteError
            If a file cannot be read.
        """
        moment = clock(self._now if now is None else now)
        if parameters is not None:
            text = filled(text, parameters, moment)
        rows = None if limit is None else row_limit(limit, "limit")
        return self._native.query(text, moment, rows, _time(timeout), None if memory is None else str(memory))

    def explain(self, text: str, stage: str = "plan") -> str:
        """Return the KQL `text` at a stage: ``syntax``, ``bound``, ``plan`` (how it will run) or ``sql``."""
        return self._native.explain(text, stage, clock(self._now))

    def complete(
        self, text: str, offset: int | None = None, *, now: datetime | None = None
    ) -> list[tuple[str, str, str, int]]:
        """Return what may stand at character `offset` of a text that is being written; default: at its end.

        Each is a label, what it is, a column's type or a function's signature, and the number of characters
        before `offset` that the label replaces.

        Examples
        --------
        >>> Database([]).complete("print tolow")
        [('tolower', 'function', 'tolower(value) -> string', 5)]
        """
        place = len(text) if offset is None else offset
        return self._native.complete(text, place, clock(self._now if now is None else now))

    @property
    def schema(self) -> dict[str, dict[str, str]]:
        """Return table -> column -> KQL type."""
        return self._native.schema()

    def __repr__(self) -> str:
        return f"Database({', '.join(sorted(self.schema)) or 'no tables'})"


def row_limit(value: Any, option: str) -> int:
    """Return `value` as a number of rows.

    Raises
    ------
    ConfigError
        If it is none; the message names the `option`.
    """
    try:
        rows = int(value)
    except (TypeError, ValueError):
        rows = -1
    if rows < 0:
        msg = f"{option} takes a number of rows, not {value!r}"
        raise ConfigError(msg)
    return rows


def _time(timeout: float | timedelta | str | None) -> str | None:
    """Return a length of time as text with a unit; a number is of seconds."""
    if isinstance(timeout, timedelta):
        timeout = timeout.total_seconds()
    return timeout if timeout is None or isinstance(timeout, str) else f"{timeout:f}s"


def filled(text: str, values: Mapping[str, object], now: datetime) -> str:
    """Return `text` with the `values` of its ``{name}``, each written as a literal for its place.

    A text without ``{name}`` comes back as it is. Values that the text does not name are not looked at.
    """
    from huntbook.queries import json_values

    names = _native.cell_names(text)
    if not names:
        return text
    found = {name: values[name] for name in names if name in values}
    known = [name for name in values if not name.startswith("_")]
    return _native.fill_cell(text, json_values(found), known, now)[0]


def kql(
    text: str,
    data_paths: Paths | None = None,
    *,
    now: datetime | None = None,
    parameters: Mapping[str, object] | None = None,
    limit: int | None = None,
    timeout: float | timedelta | str | None = None,
    memory: int | str | None = None,
    **given: Unpack[Given],
) -> Table:
    """Return the result of the KQL `text` over the files at `data_paths`.

    Parameters
    ----------
    text
        A query in KQL.
    data_paths
        Files and folders; see `Database`. None for a query that reads no table.
    now
        What ``now()`` and ``ago()`` mean; default: the present moment. A naive time is UTC.
    parameters
        Values for ``{name}`` in the text; see `Database.query`.
    limit
        At most this many rows; a longer answer is cut there, and ``complete`` is False.
    timeout
        At most so long: seconds, or text such as ``"5m"``.
    memory
        At most so much memory: bytes, or text such as ``"2GB"``. Sorts and groups beyond it go to disk.
    **given
        ``urls``, ``watchlists``, ``geo``, ``functions``; see `Database`.

    Returns
    -------
    Table
        The rows of the last statement. ``.to_pandas()``, ``.to_polars()`` and ``.to_pyarrow()`` convert.
        A notebook draws the chart where the text ends in ``render``; ``.to_altair()`` gives it to Python.

    Raises
    ------
    KqlError
        If the text is wrong or uses what is not supported yet.
    QueryError
        If a ``{name}`` has no value, or one that does not fit its place.
    LimitError
        If the query would take more than `timeout` or `memory` allow.

    Examples
    --------
    >>> kql('print answer = strcat("a", "b")').to_pydict()
    {'answer': ['ab']}
    >>> kql("print who = {name}", parameters={"name": "x' | union Secret //"})["who"]
    ["x' | union Secret //"]
    """
    database = Database([] if data_paths is None else data_paths, now=now, **given)
    return database.query(text, parameters=parameters, limit=limit, timeout=timeout, memory=memory)
