"""Times: all move by the same number of weeks into the past."""

from __future__ import annotations

import datetime as dt
import re

from reference.primitives import Keys, NotOfKindError

MONTHS = [
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
YEAR = r"(?P<year>[0-9]{4})"
MONTH = r"(?P<month>[0-9]{1,2})"
MONTH_NAME = rf"(?P<month>(?i:{'|'.join(name[:3] for name in MONTHS)}))"
DAY = r"(?P<day>[0-9]{1,2})"
PADDED_DAY = r"(?P<day>[ 0-9][0-9])"
WEEKDAY = rf"(?i:{'|'.join(name[:3] for name in DAYS)})"
CLOCK = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(:(?P<second>[0-9]{2})([.,][0-9]+)?)?"
ZONE = r"(?P<zone> ?([Zz]|UTC|GMT|[-+][0-9]{2}(:?[0-9]{2})?))?"
FORMATS = [
    rf"{YEAR}-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})([Tt ]{CLOCK}{ZONE})?",
    rf"{MONTH}/{DAY}/{YEAR}(,? {CLOCK}( ?(?i:AM|PM))?)?",
    rf"\[?{DAY}/{MONTH_NAME}/{YEAR}:{CLOCK}( [-+][0-9]{{4}})?\]?",
    rf"({WEEKDAY}, )?{DAY} {MONTH_NAME} {YEAR} {CLOCK}( ([-+][0-9]{{4}}|GMT|UTC|UT|Z))?",
    rf"{WEEKDAY} {MONTH_NAME} {PADDED_DAY} {CLOCK} {YEAR}",
    rf"{MONTH_NAME} {PADDED_DAY} {CLOCK}",
]
UNITS = [(1, 1970), (10**3, 1970), (10**6, 1970), (10**7, 1601), (10**9, 1970)]
FIRST_COUNTED = dt.date(1990, 1, 1)
LAST_COUNTED = dt.date(2100, 1, 1)


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
        if re.fullmatch("[0-9]{1,20}", text):
            return self._count(text)
        for pattern in FORMATS:
            match = re.fullmatch(pattern, text)
            if match is not None:
                return self._date(text, match)
        raise NotOfKindError("no time")

    def _count(self, text: str) -> str:
        count = int(text)
        for unit, epoch in UNITS:
            first = seconds_between(epoch, FIRST_COUNTED) * unit
            last = seconds_between(epoch, LAST_COUNTED) * unit
            if first <= count < last:
                return str(count - self._weeks * 7 * 86400 * unit)
        raise NotOfKindError("no time of this age")

    def _date(self, text: str, match: re.Match[str]) -> str:
        """Put another day in the place of the text's."""
        parts = match.groupdict()
        if int(parts.get("hour") or 0) > 23 or int(parts.get("minute") or 0) > 59:
            raise NotOfKindError("no time of day")
        if int(parts.get("second") or 0) > 60:
            raise NotOfKindError("no time of day")
        month = parts["month"]
        number = int(month) if month.isdigit() else self._month_number(month)
        try:
            moved = self._moved(parts.get("year"), number, int(parts["day"]))
        except (ValueError, OverflowError) as error:
            raise NotOfKindError("no day") from error
        images = {"day": self._digits_like(parts["day"], moved.day)}
        if parts.get("year"):
            images["year"] = f"{moved.year:04d}"
        if month.isdigit():
            images["month"] = self._digits_like(month, moved.month)
        else:
            images["month"] = self._name_like(month, MONTHS[moved.month - 1][:3])
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
    def _month_number(name: str) -> int:
        names = [month[:3].lower() for month in MONTHS]
        return names.index(name.lower()) + 1

    @staticmethod
    def _name_like(name: str, image: str) -> str:
        if name.isupper():
            return image.upper()
        return image.lower() if name.islower() else image

    @staticmethod
    def _digits_like(digits: str, value: int) -> str:
        if digits.startswith(" "):
            return f"{value:2d}"
        return f"{value:02d}" if len(digits) == 2 else str(value)
