"""A bar that shows how far a loop has come."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

from huntbook.widgets._display import Bundle, IPyDisplayMixin
from huntbook.widgets._text import escaped, visible

if TYPE_CHECKING:
    from types import TracebackType

VIEW_SECONDS = 0.1
"""Shortest time between two updates of the bar."""

RECORD_SECONDS = 2.0
"""Shortest time between two updates of the record in the notebook."""


class Progress(IPyDisplayMixin):
    """A bar that shows how far a loop has come.

    Parameters
    ----------
    completed_len
        How many steps make the whole; 0 is a whole without steps.
    visible
        Show it at once. A cell whose last value it is doesn't show it a second time.
    description
        What is going on.

    Raises
    ------
    ValueError
        If `completed_len` is negative.

    Examples
    --------
    >>> progress = Progress(4, visible=False)
    >>> progress.update_progress(delta=1)
    >>> progress
    Progress(1 of 4, 25 %)
    """

    _MODULE = "progress"

    def __init__(self, completed_len: int, visible: bool = True, *, description: str = "") -> None:
        self._total = _count(completed_len, "completed_len")
        self._done = 0
        self._visible = visible
        self._view_at = self._record_at = 0.0
        self.description = str(description)
        if visible:
            self.display()

    @property
    def value(self) -> int:
        """How many steps are done."""
        return self._done

    @property
    def max(self) -> int:
        """How many steps make the whole."""
        return self._total

    def update_progress(self, new_total: int | None = None, delta: int = 0) -> None:
        """Say how many steps are done.

        Parameters
        ----------
        new_total
            Steps done in all; 0 starts anew. None: `delta` counts from where it is.
        delta
            Steps done since the last call.

        Raises
        ------
        ValueError
            If that would be less than none.
        """
        start = self._done if new_total is None else _count(new_total, "new_total")
        self._done = _count(start + int(delta), "the number of steps done")
        self._update(now=self._done >= self._total)

    def show(self) -> None:
        """Show the bar."""
        self._visible = True
        if self._handle is None:
            self.display()
        else:
            self._update(now=True)

    def hide(self) -> None:
        """Hide the bar; `show` brings it back."""
        self._visible = False
        self._update(now=True)

    def __enter__(self) -> Self:
        """Return the bar; it stays at where it was when the block ends."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._update(now=True)

    def _update(self, *, now: bool) -> None:
        clock = time.monotonic()
        if now or clock - self._view_at >= VIEW_SECONDS:
            self._view_at = clock
            self._show_state()
        if now or clock - self._record_at >= RECORD_SECONDS:
            self._record_at = clock
            self._redisplay()

    def _state(self) -> dict[str, Any]:
        return {
            "description": visible(self.description),
            "done": min(self._done, 2**53 - 1),
            "total": min(self._total, 2**53 - 1),
            "text": self._text,
            "visible": self._visible,
        }

    @property
    def _text(self) -> str:
        counts = f"{self._done:,} of {self._total:,}".replace(",", " ")
        percent = f", {min(100, 100 * self._done // self._total)} %" if self._total else ""
        return counts + percent

    def _record(self) -> Bundle:
        if not self._visible:
            return {"text/plain": "", "text/html": ""}
        text = f"{self.description} {self._text}".strip()
        return {"text/plain": visible(text), "text/html": f"<div>{escaped(text)}</div>"}

    def __repr__(self) -> str:
        """Return how far it is."""
        return f"Progress({self._text})"


def _count(number: int, name: str) -> int:
    count = int(number)
    if count < 0:
        raise ValueError(f"{name} is {count}; there are no fewer than 0 steps")
    return count


__all__ = ["Progress"]
