"""A list of alerts, by time, of which one is selected."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from huntbook.widgets._alerts import Alerts, AlertSummary, query_parameters, time_of
from huntbook.widgets._options import Options, text_of
from huntbook.widgets.select_item import SelectItem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from huntbook.widgets._display import Bundle

_TIME = "TimeGenerated"
_OTHER_TIMES = ("StartTimeUtc", "StartTime", "TimeGeneratedUtc")
_ID = "SystemAlertId"
_COLUMNS = ("AlertName", "ProductName", "CompromisedEntity")
_LAST = datetime.max.replace(tzinfo=UTC)


class SelectAlert(SelectItem):
    """A list of alerts, sorted by time, the earliest first, of which one is selected.

    What is remembered and exported is the alert's identifier. Alerts that look alike, or have one
    identifier, stay apart.

    Parameters
    ----------
    alerts
        A pandas or polars DataFrame, a pyarrow table, a `Table`, or a list of mappings. None or no
        rows: there is nothing to select, which the widget says.
    action
        Called with the selected alert (see `selected_alert`) as `SelectItem` does it; if not given,
        a summary of its columns is shown.
    columns
        Columns that are shown after the time; those of AlertName and ProductName (else
        CompromisedEntity) that there are, if not given.
    auto_display
        Show the widget at once.
    id_col
        Column of the identifiers.
    time_col
        Column of the times; StartTimeUtc is taken where TimeGenerated is not there. A time without
        a zone is in UTC.
    default_alert
        The alert that is selected at the start: its identifier, or the number of its row in
        `alerts`, from 0. The first of the list if not given.
    description, height, width, display_filter, timeout, unattended, **registered
        As for `SelectItem`.

    Raises
    ------
    ValueError
        If a column is not there (near ones are named), or `default_alert` is no alert.
    TypeError
        If `alerts` is no table.

    Examples
    --------
    >>> rows = [
    ...     {"SystemAlertId": "b", "TimeGenerated": "2026-01-02T00:00:00Z", "AlertName": "Spray"},
    ...     {"SystemAlertId": "a", "TimeGenerated": "2026-01-01T00:00:00Z", "AlertName": "Dump"},
    ... ]
    >>> alert = SelectAlert(rows, register=False)
    >>> alert.value, alert.label
    ('a', '2026-01-01 00:00:00 - Dump')
    """

    ALLOWED_KWARGS: ClassVar[list[str]] = [
        *(name for name in SelectItem.ALLOWED_KWARGS if name not in {"options", "item_list", "item_dict"}),
        *("alerts", "columns", "id_col", "time_col", "default_alert"),
    ]
    _EMPTY = "no alerts"

    def __init__(
        self,
        alerts: object,
        action: Callable[..., Any] | None = None,
        columns: Iterable[str] | str | None = None,
        auto_display: bool = False,
        id_col: str = _ID,
        *,
        time_col: str = _TIME,
        default_alert: Any = None,
        description: str = "Select alert:",
        height: str = "300px",
        width: str = "100%",
        **more: Any,
    ) -> None:
        self._refuse_unknown({k: v for k, v in more.items() if k not in self.ALLOWED_KWARGS})
        self._alerts = Alerts([] if alerts is None else alerts)
        self._default_alert = default_alert
        self._summarises = action is None
        self._order: list[int] = []
        self._times: list[datetime | None] = []
        self._id_col, self._time_col = id_col, time_col
        if len(self._alerts):
            columns = [columns] if isinstance(columns, str) else columns
            self._shown_columns = self._checked_columns(None if columns is None else list(columns))
        super().__init__(
            description,
            action=self._summary if action is None else action,
            auto_display=auto_display,
            height=height,
            width=width,
            **more,
        )

    def _checked_columns(self, columns: list[str] | None) -> list[str]:
        names = self._alerts.names
        self._alerts.require(self._id_col, "id_col")
        if self._time_col == _TIME:
            self._time_col = next((name for name in (_TIME, *_OTHER_TIMES) if name in names), _TIME)
        self._alerts.require(self._time_col, "time_col")
        if columns is None:
            return [name for name in _COLUMNS if name in names][:2]
        return [self._alerts.require(name, "columns") for name in columns if name != self._time_col]

    def _made_options(self, source: object) -> Options:  # noqa: ARG002 (the rows are the options)
        if not len(self._alerts):
            return Options([], [])
        times = [time_of(value) for value in self._alerts.column(self._time_col)]
        columns = [self._alerts.column(name) for name in self._shown_columns]
        identifiers = self._alerts.column(self._id_col)
        self._order = sorted(range(len(times)), key=lambda row: times[row] or _LAST)
        self._times = [times[row] for row in self._order]
        labels = [
            " - ".join([_time_text(times[row]), *(text_of(column[row]) for column in columns)])
            for row in self._order
        ]
        values = [identifiers[row] for row in self._order]
        return Options(labels, values, True, [text_of(value) for value in values])

    def _default_position(self, value: Any) -> int:
        if self._default_alert is None:
            return super()._default_position(value)
        found = self._options.with_value(self._default_alert)
        if found:
            return found[0]
        row = self._default_alert
        if type(row) is int and -len(self._order) <= row < len(self._order):
            return self._order.index(row % len(self._order))
        return self._options.named(row, "default_alert")

    # -------------------------------------------------------------- what is selected

    @property
    def selected_alert(self) -> Any:
        """The selected row: a pandas Series for a pandas frame, else a dict; None without alerts.

        `ExtendedProperties` and `Entities` are decoded if they are JSON.
        """
        return self._alert(self._position)

    @property
    def alert_id(self) -> Any:
        """The selected alert's identifier; None without alerts."""
        return self.value

    @property
    def event_time(self) -> datetime | None:
        """When the selected alert was, in UTC; None if the table doesn't say."""
        return self._times[self._position] if self._position >= 0 else None

    @property
    def query_params(self) -> dict[str, Any]:
        """What the selected alert says that queries take: of the following, those that it has.

        `system_alert_id`, `provider_alert_id`, `alert_name`, `workspace_id`, and of its first
        entity of each kind `host_name`, `account_name`, `ip_address`.
        """
        if self._position < 0:
            return {}
        found = query_parameters(self.selected_alert)
        identifier = self.alert_id
        own = isinstance(identifier, str) and bool(identifier)
        return {"system_alert_id": identifier, **found} if own else found

    def _alert(self, position: int) -> Any:
        return self._alerts.row(self._order[position]) if position >= 0 else None

    def _action_value(self, position: int) -> Any:
        return self._alert(position)

    def _summary(self, alert: Any) -> AlertSummary:
        return AlertSummary(self._alerts.names, alert)

    def _record(self) -> Bundle:
        return self._with_summary(super()._record())

    def _answered_record(self) -> Bundle:
        return self._with_summary(super()._answered_record())

    def _with_summary(self, record: Bundle) -> Bundle:
        """Add the summary, if the output below the widget doesn't show it."""
        if self._position < 0 or (self._summarises and self._details.on):
            return record
        summary = self._summary(self.selected_alert)
        return {
            "text/plain": f"{record['text/plain']}\n{summary!r}",
            "text/html": f"{record['text/html']}{summary._repr_html_()}",
        }


class AlertSelector(SelectAlert):
    """`SelectAlert` under its older name, with the arguments of msticpy 0.8.0."""

    def __init__(
        self,
        alerts: object,
        action: Callable[..., Any] | None = None,
        columns: Iterable[str] | None = None,
        auto_display: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(alerts, action, columns, auto_display, **more)


def _time_text(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment is not None else "(no time)"


__all__ = ["AlertSelector", "SelectAlert"]
