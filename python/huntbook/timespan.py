"""Points and periods of time, from whatever a notebook has: UTC, and aware of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from huntbook import _native
from huntbook.local import clock

_LONGEST = 200
"""Most characters of a text that is read as a period of time."""

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AMOUNT = re.compile(
    r"(\d+(?:\.\d+)?)\s*(s|sec|secs|seconds?|m|min|mins|minutes?|h|hr|hrs|hours?|d|days?|w|weeks?)(?![a-z])\s*",
    re.IGNORECASE | re.ASCII,
)
_ALL_AMOUNTS = re.compile(rf"[+-]?\s*(?:{_AMOUNT.pattern})+", re.IGNORECASE | re.ASCII)


def moment(value: object, now: datetime | None = None) -> datetime:
    """Return a point in time as a `datetime` in UTC.

    Parameters
    ----------
    value
        A `datetime` (a naive one is UTC), a `date` (its midnight in UTC), a time of pandas or numpy, or
        text in a spelling that queries accept: `2026-11-20 08:00 UTC`, `-1d`, `yesterday`, ...
    now
        What a relative text counts from; the present moment if not given.

    Raises
    ------
    QueryError
        If a text is no time or could be two (`01/02/2026`); the code is `QRY0106`.
    ValueError
        If it is the pandas value for no time, or lies outside the years 1 to 9999.
    TypeError
        If it is of another type. A number is none: it could be days or seconds.

    Examples
    --------
    >>> moment("Fri, 20 Nov 2026 08:00:00 +0100")
    datetime.datetime(2026, 11, 20, 7, 0, tzinfo=datetime.timezone.utc)
    >>> moment("-1d@d", now=datetime(2026, 11, 20, 8))
    datetime.datetime(2026, 11, 19, 0, 0, tzinfo=datetime.timezone.utc)
    """
    if isinstance(value, str):
        # Surrogates cannot cross into the native module.
        text = value.encode("utf-8", "backslashreplace").decode("utf-8")
        return _native.parse_time(text, clock(now))
    plain = _plain_time(value)
    if isinstance(plain, datetime):
        try:
            return clock(plain)
        except OverflowError as error:
            raise ValueError("the time lies outside the years 1 to 9999 in UTC") from error
    if isinstance(plain, date):
        return datetime(plain.year, plain.month, plain.day, tzinfo=UTC)
    raise TypeError(f"a {type(value).__name__} is no time: a datetime or text such as '-1d' is")


def _plain_time(value: object) -> object:
    """Return a time of pandas or numpy as one of Python."""
    if type(value).__name__ == "datetime64":
        value = value.astype("datetime64[us]").item()  # type: ignore[attr-defined]
    elif hasattr(value, "to_pydatetime"):
        value = value if value != value else value.to_pydatetime(warn=False)  # noqa: PLR0124 (as NaT is)
    if value is None or value != value:  # noqa: PLR0124
        raise ValueError("there is no time: the value is empty")
    return value


def length(value: object) -> timedelta:
    """Return a length of time, which has no sign: `-2h` and `2h` are both two hours.

    Parameters
    ----------
    value
        A `timedelta`, or text of amounts with units: `1d`, `90m`, `1.5 hours`, `1d 12h`.

    Raises
    ------
    ValueError
        If a text is no length, or too long a one.
    TypeError
        If it is of another type; a number lacks its unit.

    Examples
    --------
    >>> length("-1d 12h")
    datetime.timedelta(days=1, seconds=43200)
    """
    if isinstance(value, str):
        return abs(_length_of(value))
    if isinstance(value, timedelta) and value == value:  # noqa: PLR0124 (NaT is not)
        return abs(timedelta(days=value.days, seconds=value.seconds, microseconds=value.microseconds))
    if type(value).__name__ == "timedelta64":
        return length(value.astype("timedelta64[us]").item())  # type: ignore[attr-defined]
    raise TypeError(f"a {type(value).__name__} is no length of time: a timedelta or text such as '90m' is")


def _length_of(text: str) -> timedelta:
    wanted = text.strip()[:_LONGEST]
    if not _ALL_AMOUNTS.fullmatch(wanted):
        raise ValueError(f"{wanted!r} is no length of time such as '90m', '1.5h', '1d 12h', '2w'")
    try:
        amounts = (
            timedelta(**{_UNITS[unit[0].lower()]: float(amount)}) for amount, unit in _AMOUNT.findall(wanted)
        )
        return sum(amounts, timedelta())
    except OverflowError as error:
        raise ValueError(f"{wanted!r} is too long a time") from error


@dataclass(frozen=True, init=False, repr=False)
class TimeSpan:
    """A period of time: a start and an end, `datetime`s in UTC.

    Parameters
    ----------
    *args
        A start and an end; a start and a length; or one value that has both: a `TimeSpan`, a tuple, an
        object or mapping with `start` and `end`, or text (`2026-01-01/2026-01-02`).
    timespan
        The same as that one value.
    start, end
        Points in time, as `moment` takes them. Without an end, it is the present moment.
    period
        A length, as `length` takes it. Alone, it ends at the present moment.

    Raises
    ------
    ValueError
        If the start is after the end, or what is given is too little or contradicts itself.
    QueryError
        If a text is no time.
    TypeError
        If a value is of no type that can be a time.

    Notes
    -----
    As one of two positional values, and in text, an amount without a sign is a length
    (`2026-01-01/1d`), one with a sign a time seen from now (`-2d/-1d`).

    Examples
    --------
    >>> span = TimeSpan("2026-11-20 08:00", "90m")
    >>> span
    TimeSpan(start='2026-11-20T08:00:00+00:00', end='2026-11-20T09:30:00+00:00')
    >>> start, end = span
    >>> end - start == span.period
    True
    """

    start: datetime
    end: datetime

    def __init__(
        self,
        *args: Any,
        timespan: Any = None,
        start: Any = None,
        end: Any = None,
        period: Any = None,
    ) -> None:
        now = clock(None)
        if len(args) > 2:  # noqa: PLR2004 (a start and an end)
            raise TypeError(f"TimeSpan takes a start and an end, not {len(args)} values")
        if args and any(part is not None for part in (timespan, start)):
            raise TypeError("TimeSpan has a start both by position and by name")
        whole = timespan
        if len(args) == 2:  # noqa: PLR2004
            whole = args
        elif args and (end is not None or period is not None):
            start = args[0]
        elif args:
            whole = args[0]
        if whole is not None and any(part is not None for part in (start, end, period)):
            raise TypeError("TimeSpan has a start or an end twice")
        if whole is not None:
            start, end, period = _parts(whole, now)
        first, last = _ends(start, end, period, now)
        object.__setattr__(self, "start", first)
        object.__setattr__(self, "end", last)

    @classmethod
    def parse(cls, text: str) -> TimeSpan:
        """Return the period that a text means: `start/end`, `start/length`, a start, or a length.

        Examples
        --------
        >>> TimeSpan.parse("2026-01-01/2026-01-02").period
        datetime.timedelta(days=1)
        """
        return cls(timespan=text)

    @property
    def period(self) -> timedelta:
        """How long it is."""
        return self.end - self.start

    @property
    def query_params(self) -> dict[str, datetime]:
        """The parameters that it gives a query: `start` and `end`."""
        return {"start": self.start, "end": self.end}

    def __iter__(self) -> Iterator[datetime]:
        return iter((self.start, self.end))

    def __repr__(self) -> str:
        return f"TimeSpan(start={self.start.isoformat()!r}, end={self.end.isoformat()!r})"

    def __str__(self) -> str:
        return f"{self.start.isoformat()}/{self.end.isoformat()}"


def _parts(whole: Any, now: datetime) -> tuple[Any, Any, Any]:
    """Return the start, end and length in a value that holds them."""
    if isinstance(whole, str):
        return _parts_of_text(whole, now)
    if isinstance(whole, timedelta):
        return None, None, whole
    if isinstance(whole, Mapping):
        return whole.get("start"), whole.get("end"), whole.get("period")
    if hasattr(whole, "start") and hasattr(whole, "end"):
        return whole.start, whole.end, None
    if isinstance(whole, tuple | list):
        if len(whole) != 2:  # noqa: PLR2004
            raise ValueError(f"a period of time has a start and an end, not {len(whole)} values")
        start, end = whole
        is_length = isinstance(end, timedelta) or (isinstance(end, str) and _is_length(end))
        return (start, None, end) if is_length else (start, end, None)
    return whole, None, None


def is_period(text: str) -> bool:
    """Return whether a text holds both a start and an end (or a length).

    Examples
    --------
    >>> is_period("2026-01-01/2026-01-02"), is_period("2026/01/01")
    (True, False)
    """
    return len(text) <= _LONGEST and _parts_of_text(text, clock(None))[1:] != (None, None)


def _parts_of_text(text: str, now: datetime) -> tuple[Any, Any, Any]:
    if len(text) > _LONGEST:
        raise ValueError(f"a text of {len(text)} characters is no period of time")
    if _is_length(text):
        return None, None, text
    found = []
    for separator in re.finditer(r"/|\s+to\s+", text):
        start, end = text[: separator.start()], text[separator.end() :]
        if _is_time(start, now) and (_is_length(end) or _is_time(end, now)):
            found.append((start, end))
    if len(found) == 1:
        return _parts(found[0], now)
    return text, None, None


def _is_length(text: str) -> bool:
    return text.strip()[:1].isdigit() and _ALL_AMOUNTS.fullmatch(text.strip()) is not None


def _is_time(text: str, now: datetime) -> bool:
    from huntbook.errors import QueryError

    try:
        moment(text, now)
    except QueryError:
        return False
    return True


def _ends(start: Any, end: Any, period: Any, now: datetime) -> tuple[datetime, datetime]:
    span = None if period is None else length(period)
    first = None if start is None else moment(start, now)
    last = None if end is None else moment(end, now)
    try:
        if first is None:
            if span is None:
                raise ValueError("a period of time needs a start or a length")
            last = last or now
            first = last - span
        elif last is None:
            last = now if span is None else first + span
        elif span is not None and last - first != span:
            raise ValueError("the start, end and length contradict each other; two of them are enough")
    except OverflowError as error:
        raise ValueError("the period reaches outside the years 1 to 9999") from error
    if first > last:
        raise ValueError(f"the start {first.isoformat()} is after the end {last.isoformat()}")
    return first, last
