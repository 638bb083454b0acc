"""Units of time of the widgets, and how far their sliders reach in each."""

from __future__ import annotations

import enum
from datetime import timedelta


class TimeUnit(enum.IntEnum):
    """A unit of time; the value is its length in seconds."""

    SECOND = 1
    MINUTE = 60
    HOUR = 60 * MINUTE
    DAY = 24 * HOUR
    WEEK = 7 * DAY

    # How msticpy 0.8.0 wrote them.
    second = SECOND
    minute = MINUTE
    hour = HOUR
    day = DAY
    week = WEEK

    @property
    def told(self) -> str:
        """The name as widgets show it.

        Examples
        --------
        >>> TimeUnit.HOUR.told
        'Hour'
        """
        return self.name.capitalize()


_BY_LETTER = {unit.name[0]: unit for unit in TimeUnit}


def parse_time_unit(unit_str: object) -> TimeUnit:
    """Return the unit that a text means by its first letter, in any case; minutes for all else.

    Examples
    --------
    >>> parse_time_unit("hours"), parse_time_unit("D"), parse_time_unit("fortnight")
    (<TimeUnit.HOUR: 3600>, <TimeUnit.DAY: 86400>, <TimeUnit.MINUTE: 60>)
    """
    if isinstance(unit_str, TimeUnit):
        return unit_str
    return _BY_LETTER.get(str(unit_str or "").strip()[:1].upper(), TimeUnit.MINUTE)


def default_max_buffer(max_default: float | None, default: float, unit: TimeUnit) -> float:
    """Return how many units a slider reaches from its origin.

    Parameters
    ----------
    max_default
        What was asked for; it is never less than `default`. None: as is usual for the unit, and
        at least four times `default`.
    default, unit
        Where the slider stands at first, in units of `unit`.

    Examples
    --------
    >>> default_max_buffer(None, 1, TimeUnit.DAY), default_max_buffer(None, -10, TimeUnit.DAY)
    (28, 40)
    >>> default_max_buffer(5, 10, TimeUnit.HOUR)
    10
    """
    if max_default is not None:
        return max(abs(max_default), abs(default))
    usual = {TimeUnit.DAY: 28, TimeUnit.HOUR: 72, TimeUnit.WEEK: 20}.get(unit, 240)
    return max(usual, abs(default) * 4)


def default_before_after(default: float | None, unit: TimeUnit) -> float:
    """Return how many units a period reaches from its origin: `default`, or what is usual.

    Examples
    --------
    >>> [default_before_after(None, unit) for unit in (TimeUnit.MINUTE, TimeUnit.HOUR, TimeUnit.DAY)]
    [60, 6, 1]
    """
    if default is not None:
        return default
    return {TimeUnit.DAY: 1, TimeUnit.WEEK: 1, TimeUnit.HOUR: 6}.get(unit, 60)


def told_length(length: timedelta) -> str:
    """Return a length of time in words, in its two largest units.

    Examples
    --------
    >>> told_length(timedelta(days=1, hours=2, minutes=3)), told_length(timedelta(minutes=1))
    ('1 day 2 hours', '1 minute')
    >>> told_length(timedelta())
    '0 seconds'
    """
    left = length // timedelta(seconds=1)
    words = []
    for unit in (TimeUnit.DAY, TimeUnit.HOUR, TimeUnit.MINUTE, TimeUnit.SECOND):
        count, left = divmod(left, unit)
        if count:
            words.append(f"{count} {unit.name.lower()}{'' if count == 1 else 's'}")
    return " ".join(words[:2]) or "0 seconds"
