"""How times and periods are written in boxes and records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from huntbook.widgets._decision import value_record
from huntbook.widgets.time_unit import told_length

if TYPE_CHECKING:
    from huntbook.timespan import TimeSpan


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(when: datetime) -> float:
    """Return the milliseconds since 1970, which is how a browser counts."""
    return (when - EPOCH) / timedelta(milliseconds=1)


def told_time(when: datetime) -> str:
    """Return a time in UTC: to the second, or to the microsecond if it has any.

    Examples
    --------
    >>> told_time(datetime(2026, 11, 20, 8, 0, 0, 250000, tzinfo=UTC))
    '2026-11-20 08:00:00.250000'
    """
    return when.replace(tzinfo=None).isoformat(sep=" ")


def period_record(description: str, span: TimeSpan, source: str, problem: str = "") -> dict[str, str]:
    """Return the record of a period: start, end, length, and where it is from.

    Examples
    --------
    >>> from huntbook.timespan import TimeSpan
    >>> period_record("Hunt", TimeSpan("2026-11-20", "36h"), "typed")["text/plain"]
    'Hunt 2026-11-20 00:00:00 to 2026-11-21 12:00:00 UTC, 1 day 12 hours (typed)'
    """
    told = f"{told_time(span.start)} to {told_time(span.end)} UTC, {told_length(span.period)}"
    return value_record(description, told, source, problem)


def first_line(error: BaseException) -> str:
    """Return what an error says and its hints, without the drawing of the place in the text.

    Examples
    --------
    >>> from huntbook.timespan import moment
    >>> try:
    ...     moment("1/2/2026")
    ... except Exception as error:
    ...     first_line(error)
    '`1/2/2026` has day and month in an order that cannot be known: write `2026-02-01` or `1 Feb 2026`'
    """
    lines = str(error).splitlines() or [type(error).__name__]
    told = lines[0].split("]: ", 1)[-1] if lines[0].startswith("error[") else lines[0]
    hints = getattr(error, "hints", [])
    return ": ".join([told, *hints[:1]])
