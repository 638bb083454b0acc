"""Alerts of a table of any kind: columns by name, rows as the table's own kind has them."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from huntbook.tables import from_any, is_pandas
from huntbook.tables import text as cell_text
from huntbook.widgets._options import text_of
from huntbook.widgets._text import escaped, visible

JSON_COLUMNS = ("ExtendedProperties", "Entities")
"""Columns that hold JSON as text."""

_SUMMARY_CHARACTERS = 2_000
_DECODED_CHARACTERS = 1_000_000


class Alerts:
    """The rows of a table of alerts.

    Parameters
    ----------
    table
        A pandas or polars DataFrame, a pyarrow table or a `Table`, any other Arrow stream, or a list
        of mappings.

    Raises
    ------
    TypeError
        If it is of another kind.
    """

    def __init__(self, table: Any) -> None:
        self._frame: Any = table if is_pandas(table) else None
        self._rows: list[dict[str, Any]] | None = None
        self._columns: dict[str, list[Any]] = {}
        if self._frame is not None:
            self.names = [str(name) for name in self._frame.columns]
            self._count = len(self._frame)
        elif isinstance(table, list | tuple):
            self._take_rows(table)
        else:
            held = from_any(table)
            self._columns = held.to_pydict()
            self.names = list(held.column_names)
            self._count = held.num_rows

    def _take_rows(self, rows: Iterable[Any]) -> None:
        taken: list[dict[str, Any]] = []
        names: dict[str, None] = {}
        for row in rows:
            if not isinstance(row, Mapping):
                raise TypeError(f"a list of alerts holds a {type(row).__name__}; each must be a mapping")
            taken.append({str(name): value for name, value in row.items()})
            names.update(dict.fromkeys(taken[-1]))
        self._rows, self.names, self._count = taken, list(names), len(taken)

    def __len__(self) -> int:
        return self._count

    def require(self, name: str, role: str) -> str:
        """Return the name of a column.

        Raises
        ------
        ValueError
            If there is none of that name; names near ones.
        """
        if name in self.names:
            return name
        near = difflib.get_close_matches(name, self.names, n=3, cutoff=0.5)
        known = near or self.names[:10]
        shown = ", ".join(visible(repr(column), 60) for column in known) or "there are no columns"
        hint = f"near: {shown}" if near else shown
        raise ValueError(f"{role} names the column {visible(repr(name), 100)}, which is not there; {hint}")

    def column(self, name: str) -> list[Any]:
        """Return the values of a column; None where a row lacks it."""
        if self._frame is not None:
            held: list[Any] = self._frame.iloc[:, self.names.index(name)].tolist()
            return held
        if self._rows is not None:
            return [row.get(name) for row in self._rows]
        return self._columns[name]

    def row(self, position: int) -> Any:
        """Return an alert with its JSON decoded: a pandas Series for a pandas frame, else a dict."""
        if self._frame is not None:
            import pandas as pd

            held = self._frame.iloc[position]
            values = [
                _decoded(value) if name in JSON_COLUMNS else value
                for name, value in zip(self.names, held.tolist(), strict=True)
            ]
            return pd.Series(values, index=self._frame.columns, name=held.name, dtype=object)
        if self._rows is not None:
            row = dict(self._rows[position])
        else:
            row = {name: self._columns[name][position] for name in self.names}
        return {name: _decoded(row[name]) if name in JSON_COLUMNS else row[name] for name in row}


def _decoded(value: Any) -> Any:
    """Return what JSON text stands for; what is none as it is."""
    if not isinstance(value, str) or len(value) > _DECODED_CHARACTERS:
        return value
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return found if isinstance(found, dict | list) else value


def time_of(value: Any) -> datetime | None:
    """Return a cell as a time in UTC; None if it is none. A time without a zone is in UTC.

    Examples
    --------
    >>> time_of("2026-01-02T03:04:05.1234567Z").isoformat()
    '2026-01-02T03:04:05.123456+00:00'
    >>> time_of("yesterday") is None
    True
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if not isinstance(value, datetime) or value != value:  # noqa: PLR0124 (NaT is unlike itself)
        return None
    to_datetime = getattr(value, "to_pydatetime", None)
    if to_datetime is not None:
        value = to_datetime(warn=False)
    try:
        moment: datetime = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment


class AlertSummary:
    """A row as a table of two columns, in the order of the table that it is from."""

    def __init__(self, names: list[str], alert: Any) -> None:
        values = [alert[name] for name in alert] if isinstance(alert, dict) else alert.tolist()
        shown = names if len(names) == len(values) else [str(name) for name in alert]
        self.cells = [(name, _cell(value)) for name, value in zip(shown, values, strict=True)]

    def __repr__(self) -> str:
        return "\n".join(f"{visible(name, 100)}: {visible(text)}" for name, text in self.cells)

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th style="text-align:left;vertical-align:top">{escaped(name, 100)}</th>'
            '<td style="text-align:left;white-space:pre-wrap;overflow-wrap:anywhere">'
            f"{escaped(text, _SUMMARY_CHARACTERS)}</td></tr>"
            for name, text in self.cells
        )
        return f"<table><tbody>{rows}</tbody></table>"


def _cell(value: Any) -> str:
    if isinstance(value, dict | list):
        try:
            return json.dumps(value, indent=1, ensure_ascii=False, default=text_of)
        except (ValueError, RecursionError, TypeError):
            return text_of(value)
    try:
        return cell_text(value) or ""
    except Exception:  # noqa: BLE001 (a cell may be any object)
        return text_of(value)


_PARAMETERS = {
    "system_alert_id": ("SystemAlertId",),
    "provider_alert_id": ("ProviderAlertId", "VendorOriginalId"),
    "alert_name": ("AlertName",),
    "workspace_id": ("TenantId", "WorkspaceId"),
}
_ENTITY_PARAMETERS = {
    "host_name": ("host", "HostName"),
    "account_name": ("account", "Name"),
    "ip_address": ("ip", "Address"),
}


def query_parameters(alert: Any) -> dict[str, Any]:
    """Return what a row says that queries take; only what is there and not empty.

    Of columns: `system_alert_id`, `provider_alert_id`, `alert_name`, `workspace_id`; of its first entity
    of each kind: `host_name`, `account_name`, `ip_address`.
    """
    found: dict[str, Any] = {}
    for parameter, columns in _PARAMETERS.items():
        for column in columns:
            value = alert.get(column)
            if parameter not in found and isinstance(value, str) and value:
                found[parameter] = value
    entities = alert.get("Entities")
    for entity in entities if isinstance(entities, list) else []:
        if not isinstance(entity, dict):
            continue
        for parameter, (kind, key) in _ENTITY_PARAMETERS.items():
            if str(entity.get("Type", "")).casefold() != kind:
                continue
            value = entity.get(key)
            if parameter not in found and isinstance(value, str) and value:
                found[parameter] = value
    return found
