"""A period of time: a start and an end, in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class TimeSpan:
    """A period of time; both ends are aware of their zone, which is UTC."""

    start: datetime
    end: datetime

    @property
    def period(self) -> timedelta:
        """How long it is."""
        return self.end - self.start
