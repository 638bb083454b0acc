"""With which period a widget starts: its parameters, its memory, what its author gave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from huntbook.timespan import TimeSpan, moment
from huntbook.widgets._memory import Origin, Sourced
from huntbook.widgets.time_unit import TimeUnit, default_before_after, parse_time_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PARTS = ("start", "end", "before", "after")
"""Attributes that parameters may give, and that are remembered as part of the whole period."""

ATTRIBUTES = ("timespan", *PARTS, "units", "origin_time")
"""All that parameters may give, the main one first."""


@dataclass(frozen=True)
class Start:
    """With which period, unit and origin a widget starts.

    `reach` is how far it would reach before and after the origin, in units; `sourced` says where the
    period came from.
    """

    span: TimeSpan
    unit: TimeUnit
    origin: datetime
    reach: tuple[float, float]
    sourced: Sourced


def fixed(*values: Any) -> Iterator[Any]:
    """Return times that an author gave as they identify a widget.

    One with a fraction of a second was the present moment, and is another one with each run.

    Examples
    --------
    >>> list(fixed("-1d", datetime(2026, 11, 20), datetime(2026, 11, 20, 8, 0, 0, 123456), None))
    ['-1d', '2026-11-20T00:00:00', None, None]
    """
    for value in values:
        if isinstance(value, TimeSpan | tuple | list):
            yield list(fixed(*value))
        elif isinstance(value, datetime):
            # NaT is a datetime without a fraction and without an ISO text.
            yield None if getattr(value, "microsecond", 0) else str(value.isoformat())
        elif isinstance(value, date):
            yield value.isoformat()
        else:
            yield value if isinstance(value, str) else None


def stable(attribute: str, value: Any) -> Any:
    """Return a parameter so that it can be compared with what it was in an earlier run.

    Text stays as it is: `-1d` is the same parameter a minute later, and another time.

    Raises
    ------
    QueryError, ValueError, TypeError
        If it cannot be a value of the attribute.
    """
    if isinstance(value, str):
        _checked(attribute, value)
        return value
    if attribute == "timespan":
        if isinstance(value, tuple | list) and all(isinstance(item, str) for item in value):
            TimeSpan(value)
            return tuple(value)
        return TimeSpan(value)
    return _checked(attribute, value)


def _checked(attribute: str, value: Any) -> Any:
    match attribute:
        case "timespan":
            return TimeSpan(value)
        case "before" | "after":
            return _number(value)
        case "units":
            return parse_time_unit(value).told
        case _:
            return moment(value)


def _number(value: Any) -> float:
    number = float(value)
    if not abs(number) < 1e9:  # noqa: PLR2004 (a billion minutes are 1 900 years)
        raise ValueError(f"{number} is no number of units")
    return int(number) if number.is_integer() else number


def begin(sourced: Mapping[str, Sourced], given: Mapping[str, Any], *, is_event: bool = False) -> Start:
    """Return with what a widget starts.

    Parameters
    ----------
    sourced
        What parameters, memory and environment give for each of `ATTRIBUTES`.
    given
        What the author gave for each of them.
    is_event
        Whether the given origin is an event's: a period that is remembered for another event
        is not taken.

    Raises
    ------
    ValueError
        If the start is after the end.
    """
    unit = parse_time_unit(_first(sourced, given, "units"))
    event = moment(given["origin_time"]) if is_event and given["origin_time"] is not None else None
    kept = sourced["origin_time"]
    origin = event or _moment_or_now(_first(sourced, given, "origin_time"))
    whole = sourced["timespan"]
    if event is not None and whole.when is not None and (kept.value is None or moment(kept.value) != event):
        whole = Sourced(None, Origin.MISSING)
    moved = [sourced[name] for name in ("before", "after") if sourced[name].origin is Origin.PARAMETER]
    if kept.origin is Origin.PARAMETER:
        moved.append(kept)
    before, after = (
        _number(default_before_after(_first(sourced, given, name), unit)) for name in ("before", "after")
    )
    reach = (before, after)
    around = _around(origin, reach, unit)
    if whole.origin is not Origin.MISSING and not (moved and whole.origin is not Origin.PARAMETER):
        span = TimeSpan(whole.value)
    elif moved:
        span, whole = around, moved[0]
    else:
        span, whole = _authors(given, around), Sourced(None, Origin.DEFAULT)
    span, by = _with_ends(span, whole, sourced)
    return Start(span, unit, origin, reach, Sourced(span, by.origin, by.name, by.when))


def _first(sourced: Mapping[str, Sourced], given: Mapping[str, Any], name: str) -> Any:
    value = sourced[name].value
    return given[name] if value is None else value


def _moment_or_now(value: Any) -> datetime:
    return whole_now() if value is None else moment(value)


def whole_now() -> datetime:
    """Return the present moment to the second, as boxes show it."""
    return datetime.now(UTC).replace(microsecond=0)


def _around(origin: datetime, reach: tuple[float, float], unit: TimeUnit) -> TimeSpan:
    before, after = (count * timedelta(seconds=unit) for count in reach)
    try:
        return TimeSpan(origin - before, origin + after)
    except OverflowError as error:
        raise ValueError("the period reaches outside the years 1 to 9999") from error


def _authors(given: Mapping[str, Any], around: TimeSpan) -> TimeSpan:
    """Return the period that the author gave, in place of the one around the origin."""
    start, end = given["start"], given["end"]
    if given["timespan"] is not None:
        return TimeSpan(timespan=given["timespan"], start=start, end=end)
    if start is None and end is None:
        return around
    if start is None:
        return TimeSpan(end=end, period=around.period)
    return TimeSpan(start=start, end=end)


def _with_ends(span: TimeSpan, whole: Sourced, sourced: Mapping[str, Sourced]) -> tuple[TimeSpan, Sourced]:
    """Return the period with the ends that parameters give; a lone end takes the other one along."""
    start, end = sourced["start"], sourced["end"]
    now = whole_now()
    first = None if start.value is None else moment(start.value, now)
    last = None if end.value is None else moment(end.value, now)
    if first is not None and last is not None:
        span = TimeSpan(first, last)
    elif first is not None:
        span = TimeSpan(start=first, period=span.period) if first > span.end else TimeSpan(first, span.end)
    elif last is not None:
        span = TimeSpan(end=last, period=span.period) if last < span.start else TimeSpan(span.start, last)
    return span, start if first is not None else end if last is not None else whole
