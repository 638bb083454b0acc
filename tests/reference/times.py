"""Times: all move by the same number of weeks into the past."""

from __future__ import annotations

import datetime as dt
import re

from reference.primitives import Keys, NotOfKindError

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
YEAR = r"(?P<year>[0-9]{4})"
MONTH = r"(?P<month>[0-9]{2})"
DAY = r"(?P<day>[0-9]{2})"
SHORT_DAY = r"(?P<day>[0-9]{1,2})"
BLANK_DAY = r"(?P<day>[ 0-9]?[0-9])"
MONTH_NAME = (
    f"(?P<month>{'|'.join(name for month in MONTHS for name in (month, month.lower(), month.upper()))})"
)
WEEKDAY = f"(?ai:{'|'.join(DAYS)})"
MINUTES = r":(?P<minute>[0-9]{2})(:(?P<second>[0-9]{2})([.,][0-9]+)?)?"
CLOCK = r"(?P<hour>[0-9]{2})" + MINUTES
SHORT_CLOCK = r"(?P<hour>[0-9]{1,2})" + MINUTES
ZONE = r"( ?[Zz]| UTC| GMT| ?[-+](?P<zone_hour>[0-9]{2})(:?(?P<zone_minute>[0-9]{2}))?)"
FORMATS = {
    "year first": rf"{YEAR}(?P<mark>[-/]){MONTH}(?P=mark){DAY}([Tt ]{CLOCK}{ZONE}?)?",
    "packed": rf"{YEAR}{MONTH}{DAY}T(?P<hour>[0-9]{{2}})(?P<minute>[0-9]{{2}})(?P<second>[0-9]{{2}})Z",
    "month first": rf"(?P<month>[0-9]{{1,2}})/{SHORT_DAY}/{YEAR}( {SHORT_CLOCK}( (?ai:AM|PM))?)?",
    "log": rf"{DAY}/{MONTH_NAME}/{YEAR}:{CLOCK}{ZONE}?",
    "log in brackets": rf"\[{DAY}/{MONTH_NAME}/{YEAR}:{CLOCK}{ZONE}?\]",
    "dashes": rf"{SHORT_DAY}-{MONTH_NAME}-{YEAR} {CLOCK}{ZONE}?",
    "mail": rf"({WEEKDAY}, )?{SHORT_DAY} {MONTH_NAME} {YEAR} {CLOCK}{ZONE}?",
    "year last": rf"(?P<weekday>{WEEKDAY} )?{MONTH_NAME} {BLANK_DAY} {CLOCK}(?P<end>{ZONE}? {YEAR})?",
}
UNITS = [(1, 1970), (10**3, 1970), (10**6, 1970), (10**7, 1601), (10**9, 1970)]
FIRST_COUNTED = dt.date(1990, 1, 1)
END_OF_COUNTED = dt.date(2101, 1, 1)


def seconds_between(year: int, date: dt.date) -> int:
    """Give the seconds from the start of a year to a day."""
    return (date - dt.date(year, 1, 1)).days * 86400


class Times:
    """The map of times."""

    def __init__(self, keys: Keys) -> None:
        number = int.from_bytes(keys.subkey("times"), "big")
        self._weeks = 26 + number % 495

    def text(self, text: str) -> str:
        """Move a time."""
        match = re.fullmatch(r"([1-9][0-9]*)(\.[0-9]+)?", text)
        if match is not None:
            return self._count(int(match[1])) + (match[2] or "")
        for style, pattern in FORMATS.items():
            match = re.fullmatch(pattern, text)
            if match is not None and style == "year last" and match["weekday"] and not match["end"]:
                raise NotOfKindError("a weekday, and no year")
            if match is not None:
                return self._date(text, match, style)
        raise NotOfKindError("no time")

    def _count(self, count: int) -> str:
        """Move a number of units since the start of a year."""
        for unit, epoch in UNITS:
            first = seconds_between(epoch, FIRST_COUNTED) * unit
            end = seconds_between(epoch, END_OF_COUNTED) * unit
            if first <= count < end:
                return str(count - self._weeks * 7 * 86400 * unit)
        raise NotOfKindError("no time of this age")

    def _date(self, text: str, match: re.Match[str], style: str) -> str:
        """Put another day in the place of the text's."""
        parts = match.groupdict()
        for name, last in (
            ("hour", 24),
            ("minute", 59),
            ("second", 60),
            ("zone_hour", 23),
            ("zone_minute", 59),
        ):
            if int(parts.get(name) or 0) > last:
                raise NotOfKindError("no time of day")
        month = parts["month"]
        number = int(month) if month.isdigit() else MONTHS.index(month.title()) + 1
        try:
            moved = self._moved(parts["year"], number, int(parts["day"]))
        except (ValueError, OverflowError) as error:
            raise NotOfKindError("no day") from error
        images = {"month": f"{moved.month:02d}", "day": f"{moved.day:02d}"}
        if parts["year"]:
            images["year"] = f"{moved.year:04d}"
        if not month.isdigit():
            images["month"] = self._name_like(month, MONTHS[moved.month - 1])
        if style == "month first" and any(len(parts[name] or "") == 1 for name in ("month", "day", "hour")):
            images |= {"month": str(moved.month), "day": str(moved.day)}
        elif style == "year last" and len(parts["day"]) == 2 and not parts["day"].startswith("0"):
            images["day"] = f"{moved.day:2d}"
        elif len(parts["day"]) == 1:
            images["day"] = str(moved.day)
        for name in sorted(images, key=match.start, reverse=True):
            text = text[: match.start(name)] + images[name] + text[match.end(name) :]
        return text

    def _moved(self, year: str | None, month: int, day: int) -> dt.date:
        if year is not None:
            return dt.date(int(year), month, day) - dt.timedelta(weeks=self._weeks)
        shift = self._weeks * 7 % 365 or 7
        start = dt.date(2001, 1, 1)
        ordinal = (dt.date(2001, month, day) - start).days
        return start + dt.timedelta(days=(ordinal - shift) % 365)

    @staticmethod
    def _name_like(name: str, image: str) -> str:
        if name.isupper():
            return image.upper()
        return image.lower() if name.islower() else image
