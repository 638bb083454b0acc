"""A period of time for queries, which remembers what was chosen."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from huntbook.errors import HuntbookError
from huntbook.timespan import TimeSpan, is_period, moment
from huntbook.widgets import _time_start
from huntbook.widgets._display import Bundle, IPyDisplayMixin
from huntbook.widgets._memory import Origin
from huntbook.widgets._registered import RegisteredWidget
from huntbook.widgets._text import sendable, visible
from huntbook.widgets._time_record import EPOCH, first_line, milliseconds, period_record, told_time
from huntbook.widgets.time_unit import TimeUnit, default_max_buffer, parse_time_unit

_UNITS = {unit.told: unit for unit in (TimeUnit.MINUTE, TimeUnit.HOUR, TimeUnit.DAY, TimeUnit.WEEK)}
_PRESETS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
_REFUSED = (HuntbookError, ValueError, TypeError, OverflowError)
_FIRST = datetime.min.replace(tzinfo=UTC)
_SHOWN_PROBLEM = 300
_KEPT_TEXT = 1000
"""Most characters of a refused text that a view drawn anew still shows."""


class QueryTime(RegisteredWidget, IPyDisplayMixin):
    """A period of time to be chosen by text, slider or button, and given to queries.

    A query takes its `start` and `end` from it: `provider.Family.query(query_time)`. What was
    chosen is remembered: running the cell again does not move it to the present moment.

    Parameters
    ----------
    origin_time
        What `before` and `after` count from: a time in any spelling, or a widget with an
        `event_time`, which is then followed (`follow`). The present moment if not given.
    before, after
        How far the period reaches from the origin, in units.
    max_before, max_after
        How far the slider reaches, in units.
    label
        The same as `description`.
    units
        `"minute"`, `"hour"`, `"day"` or `"week"`; the first letter counts.
    auto_display
        Show the widget at once.
    description
        What is asked for.
    timespan, start, end
        The period to start with, in place of `before` and `after`: see `TimeSpan`.
    **registered
        The parameters of `RegisteredWidget`. `nb_params` may name `timespan`, `start`, `end`, `before`,
        `after`, `units` and `origin_time`.

    Raises
    ------
    ValueError
        If the start is after the end.
    QueryError
        If a text is no time.

    Notes
    -----
    Without an `id`, the widget is known by its description, units, `before`, `after` and the times it
    is given, but for those with a fraction of a second: they differ with each run.

    Examples
    --------
    >>> recent = QueryTime(units="hour", before=2, after=0, origin_time="2026-11-20 08:00", register=False)
    >>> recent.start.isoformat(), recent.units
    ('2026-11-20T06:00:00+00:00', 'Hour')
    """

    ALLOWED_KWARGS: ClassVar[list[str]] = [
        *RegisteredWidget.ALLOWED_KWARGS, "origin_time", "before", "after", "max_before", "max_after",
        "label", "units", "auto_display", "description", "timespan", "start", "end",
    ]  # fmt: skip
    _MODULE = "query_time"

    def __init__(
        self,
        origin_time: Any = None,
        before: float | None = None,
        after: float | None = None,
        max_before: float | None = None,
        max_after: float | None = None,
        label: str | None = None,
        units: str | TimeUnit | None = None,
        auto_display: bool = False,
        *,
        description: str | None = None,
        timespan: Any = None,
        start: Any = None,
        end: Any = None,
        **registered: Any,
    ) -> None:
        told = description if description is not None else label
        self.description = "Set query time boundaries" if told is None else str(told)
        self._problems: dict[str, str] = {}
        self._typed: dict[str, str] = {}
        self._seen = ""
        self._followed: Any = None
        followed = origin_time if hasattr(origin_time, "event_time") else None
        if followed is not None:
            origin_time = self._event_time(followed)
        explicit = _time_start.fixed(None if followed else origin_time, timespan, start, end)
        registered.setdefault(
            "id_vals", [self.description, parse_time_unit(units).name, before, after, *explicit]
        )
        registered.setdefault("val_attrs", list(_time_start.ATTRIBUTES))
        super().__init__(**registered)
        given = {
            "units": units, "before": before, "after": after, "timespan": timespan, "start": start,
            "end": end, "origin_time": origin_time,
        }  # fmt: skip
        begun = _time_start.begin(self._sourced, given, is_event=followed is not None)
        self._unit, self._origin, self._span = begun.unit, begun.origin, begun.span
        self._max_before, self._max_after = (
            default_max_buffer(limit, reach, begun.unit)
            for limit, reach in zip((max_before, max_after), begun.reach, strict=True)
        )
        self._sourced["timespan"] = begun.sourced
        self._note_parts()
        if followed is not None:
            self.follow(followed)
        if auto_display:
            self.display()

    def _from_parameter(self, attribute: str, value: Any) -> Any:
        return _time_start.stable(attribute, value)

    # -------------------------------------------------------------- what was chosen

    @property
    def start(self) -> datetime:
        """Where the period starts, in UTC."""
        return self._span.start

    @property
    def end(self) -> datetime:
        """Where the period ends, in UTC."""
        return self._span.end

    @property
    def timespan(self) -> TimeSpan:
        """The period; can be set to whatever `TimeSpan` takes."""
        return self._span

    @timespan.setter
    def timespan(self, value: Any) -> None:
        self.set_time(timespan=value)

    @property
    def value(self) -> TimeSpan:
        """The same as `timespan`."""
        return self._span

    @value.setter
    def value(self, value: Any) -> None:
        self.set_time(timespan=value)

    def set_time(self, timespan: Any = None, start: Any = None, end: Any = None) -> None:
        """Set the period: as a whole, or its start or end.

        Raises
        ------
        ValueError
            If the start would be after the end, or nothing is given.
        QueryError
            If a text is no time.
        """
        if timespan is None and start is None and end is None:
            raise ValueError("set_time needs a timespan, a start or an end")
        if timespan is not None:
            span = TimeSpan(timespan=timespan, start=start, end=end)
        else:
            span = TimeSpan(
                start=self.start if start is None else start, end=self.end if end is None else end
            )
        self._take(span, Origin.CODE)

    @property
    def query_params(self) -> dict[str, datetime]:
        """The parameters that it gives a query: `start` and `end`."""
        return self._span.query_params

    @property
    def origin_time(self) -> datetime:
        """What `before` and `after` count from. Set, it takes the period along."""
        return self._origin

    @origin_time.setter
    def origin_time(self, value: Any) -> None:
        self._move_origin(moment(value), Origin.CODE)

    @property
    def units(self) -> str:
        """The unit: `'Minute'`, `'Hour'`, `'Day'` or `'Week'`. Set, it leaves the period as it is."""
        return self._unit.told

    @units.setter
    def units(self, value: str | TimeUnit) -> None:
        self._take_unit(parse_time_unit(value), Origin.CODE)

    @property
    def before(self) -> float:
        """How many units the period starts before the origin; whole if it can be."""
        return self._in_units(self._origin - self.start)

    @property
    def after(self) -> float:
        """How many units the period ends after the origin; whole if it can be."""
        return self._in_units(self.end - self._origin)

    def _in_units(self, length: timedelta) -> float:
        count = length / timedelta(seconds=self._unit)
        return int(count) if count.is_integer() else count

    # -------------------------------------------------------------- an event's time

    def follow(self, widget: Any) -> None:
        """Let the origin be the time of the event that is selected in another widget.

        The period keeps its distance to the origin. Another call ends an earlier one.

        Parameters
        ----------
        widget
            Has `event_time` and `on_change(callback)`, as `SelectAlert` does.
        """
        known = self._followed is widget
        self._followed = widget
        self._meet_event()
        if not known:
            widget.on_change(lambda *_: self._meet_event() if self._followed is widget else None)

    def _meet_event(self) -> None:
        event = self._event_time(self._followed)
        if event is not None and event != self._origin:
            try:
                self._move_origin(event, Origin.CHOSEN)
            except _REFUSED as error:
                self._problems["origin"] = f"the selected event: {first_line(error)}"
        self._show_state()
        self._redisplay()

    def _event_time(self, widget: Any) -> datetime | None:
        """Return the time of the selected event; without one, note why and return None."""
        self._problems.pop("origin", None)
        try:
            return moment(widget.event_time)
        except _REFUSED as error:
            self._problems["origin"] = f"the selected event has no time: {first_line(error)}"
            return None

    # -------------------------------------------------------------- changes

    def _move_origin(self, origin: datetime, how: Origin) -> None:
        shift = origin - self._origin
        try:
            span = TimeSpan(self.start + shift, self.end + shift)
        except OverflowError as error:
            raise ValueError("the period would lie outside the years 1 to 9999") from error
        self._take(span, how, origin=origin)

    def _take(self, span: TimeSpan, how: Origin, *, origin: datetime | None = None) -> None:
        """Take over what a person or code chose, remember it, and show it."""
        for part in _time_start.PARTS:
            # What the notebook's parameters said of a part is overtaken by the whole.
            self._memory.values.pop(part, None)
        self._span, self._origin = span, origin or self._origin
        # Without its origin, the slider would show the period elsewhere the next time.
        self._set("origin_time", self._origin, how)
        self._set("timespan", span, how)
        self._typed.clear()
        self._problems.clear()
        self._note_parts()
        self._show_state()
        if how is Origin.CODE:
            self._redisplay()

    def _take_unit(self, unit: TimeUnit, how: Origin) -> None:
        """Take over another unit; the period stays as it is."""
        self._unit = unit
        self._set("units", unit.told, how)
        self._note_parts()
        self._show_state()

    def _note_parts(self) -> None:
        """Note what an export writes."""
        self._memory.current.update({name: getattr(self, name) for name in _time_start.ATTRIBUTES})

    def _note(self, attribute: str) -> None:
        """Leave it to `_note_parts`: a parameter is kept as it was written, until it is read."""

    # -------------------------------------------------------------- the view

    def _state(self) -> dict[str, Any]:
        unit = timedelta(seconds=self._unit)
        return {
            "description": visible(self.description),
            "start": milliseconds(self.start),
            "end": milliseconds(self.end),
            "origin": milliseconds(self._origin),
            "low": min(_reached(self._origin, -self._max_before * unit), milliseconds(self.start)),
            "high": max(_reached(self._origin, self._max_after * unit), milliseconds(self.end)),
            "unit": self.units,
            "start_text": told_time(self.start),
            "end_text": told_time(self.end),
            "origin_text": told_time(self._origin),
            "problems": {field: visible(text, _SHOWN_PROBLEM) for field, text in self._problems.items()},
            "refused": {field: sendable(text[:_KEPT_TEXT]) for field, text in self._typed.items()},
            "problem": visible(self._problem),
            "source": visible(self.value_source, 200),
            "seen": self._seen,
        }

    def _on_event(self, event: str, content: dict[str, Any]) -> None:
        self._seen = sendable(str(content.get("token", ""))[:80])
        try:
            match event, content:
                case "typed", {"field": "start" | "end" | "origin" as field, "value": str(text)}:
                    self._read(field, text)
                case "moved", {"field": "start" | "end" as field, "value": int() | float() as when}:
                    self._take(self._with(field, _instant(when)), Origin.CHOSEN)
                case "unit", {"value": str(name)} if name in _UNITS:
                    self._take_unit(_UNITS[name], Origin.CHOSEN)
                case "preset", {"value": "now"}:
                    self._move_origin(_time_start.whole_now(), Origin.CHOSEN)
                case "preset", {"value": str(name)} if name in _PRESETS:
                    last = TimeSpan(end=_time_start.whole_now(), period=_PRESETS[name])
                    self._take(last, Origin.CHOSEN, origin=last.end)
        except _REFUSED as error:
            self._problems["start"] = first_line(error)
        self._show_state()

    def _read(self, field: str, text: str) -> None:
        """Take over a typed time; if it cannot be, keep the last good one and say why."""
        self._typed.pop(field, None)
        try:
            if field == "origin":
                self._move_origin(moment(text, _time_start.whole_now()), Origin.TYPED)
            else:
                self._take(self._with(field, text), Origin.TYPED)
        except _REFUSED as error:
            self._typed[field] = text[: _KEPT_TEXT + 1]
            self._problems[field] = first_line(error)

    def _with(self, field: str, value: Any) -> TimeSpan:
        """Return the period with another start or end.

        The other one may have been typed before, and refused only because this one was lacking.
        """
        if isinstance(value, str) and is_period(value):
            return TimeSpan.parse(value)
        other = "end" if field == "start" else "start"
        now = _time_start.whole_now()
        found = moment(value, now)
        if other in self._typed:
            try:
                return TimeSpan(**{field: found, other: moment(self._typed[other], now)})
            except _REFUSED:
                pass
        return TimeSpan(**{field: found, other: getattr(self, other)})

    def _record(self) -> Bundle:
        return period_record(self.description, self._span, self._told(), self._problem)

    def __repr__(self) -> str:
        """Return the description and the period."""
        start, end = told_time(self.start), told_time(self.end)
        return f"{type(self).__name__}({visible(self.description, 60)!r}, {start=}, {end=})"


def _reached(origin: datetime, distance: timedelta) -> float:
    """Return the end of a slider: in the years that there are."""
    try:
        return milliseconds(origin + distance)
    except OverflowError:
        return milliseconds(datetime.max.replace(tzinfo=UTC) if distance > timedelta() else _FIRST)


def _instant(milliseconds: float) -> datetime:
    if isinstance(milliseconds, bool) or not math.isfinite(milliseconds):
        raise ValueError("the slider gave no time")
    return EPOCH + timedelta(milliseconds=milliseconds)


QueryTimes = QueryTime
"""The name that the seed of this widget used."""

__all__ = ["QueryTime", "QueryTimes"]
