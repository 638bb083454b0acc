"""What was decided, by whom and when, and the record of it that stays in the notebook."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from huntbook.widgets._text import SHOWN_CHARACTERS, escaped, visible


class How(enum.Enum):
    """By whom something was decided; the value is how a record says it."""

    CLICK = "chosen by click"
    TYPED = "typed"
    DEFAULT = "default taken"
    PARAMETER = "notebook parameter"
    ENVIRONMENT = "environment variable"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Decision:
    """An answer to a question.

    Attributes
    ----------
    value
        What was chosen or typed, an option as its author wrote it; None if the question was
        interrupted.
    how
        By whom.
    when
        When, in UTC.
    detail
        What else is to be said: why the default was taken, which parameter.
    """

    value: Any
    how: How
    when: datetime
    detail: str = ""

    @classmethod
    def now(cls, value: Any, how: How, detail: str = "") -> Decision:
        """Return a decision made at this moment."""
        return cls(value, how, datetime.now(UTC), detail)

    @property
    def reason(self) -> str:
        """By whom and when, in words.

        Examples
        --------
        >>> when = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        >>> Decision("No", How.DEFAULT, when, "no answer in 10 s").reason
        'default taken: no answer in 10 s, 2026-01-02 03:04:05 UTC'
        """
        detail = f": {visible(self.detail, 200)}" if self.detail else ""
        return f"{self.how.value}{detail}, {at(self.when)}"


def at(when: datetime) -> str:
    """Return a time in UTC as records write it."""
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"


_BOX = (
    "display:inline-block;padding:0.6em 0.9em;border-radius:6px;"
    "border:1px solid var(--jp-border-color1,#bdbdbd);font-size:var(--jp-ui-font-size1,13px)"
)
_CHIP = "display:inline-block;margin:0.2em 0.4em 0.2em 0;padding:0.15em 0.7em;border-radius:4px"
_CHOSEN = f"{_CHIP};border:2px solid var(--jp-brand-color1,#1976d2)"
_MUTED = "color:var(--jp-ui-font-color2,inherit)"
_OTHER = f"{_CHIP};border:1px solid var(--jp-border-color2,#bdbdbd);opacity:0.6"


def value_record(
    description: str, value: str, source: str, problem: str = "", *, limit: int = SHOWN_CHARACTERS
) -> dict[str, str]:
    """Return the record of a widget with one value: what it asks for, the value, where it is from.

    It is as free of script, links and widgets as `record_html`. The value is cut after `limit`
    characters.

    Examples
    --------
    >>> value_record("Host", "pc1", "default")["text/plain"]
    'Host pc1 (default)'
    """
    shown = f" ({source})" if source else ""
    note = f"<br><small>{escaped(problem)}</small>" if problem else ""
    return {
        "text/plain": f"{visible(description)} {visible(value, limit)}{visible(shown)}",
        "text/html": (
            f"<div>{escaped(description)} <strong>{escaped(value, limit)}</strong>"
            f'<small style="{_MUTED}">{escaped(shown)}</small>{note}</div>'
        ),
    }


def record_text(question: str, decision: Decision | None, note: str = "") -> str:
    """Return the record as one line of text."""
    answer = "(no answer yet)"
    if decision is not None:
        chosen = "(no answer)" if decision.value is None else visible(decision.value)
        answer = f"{chosen} ({decision.reason})"
    return f"{visible(question)} -> {answer}" + (f" [{note}]" if note else "")


def record_html(question: str, options: list[str], decision: Decision | None, note: str = "") -> str:
    """Return the record as HTML that reads well without its styles, too.

    It holds no script, no link and no widget, so that a reload without a kernel, nbconvert and
    GitHub all show it.
    """
    chips = []
    for option in options:
        if decision is not None and option == decision.value:
            chips.append(f'<b style="{_CHOSEN}">✓ {escaped(option)}</b>')
        else:
            chips.append(f'<span style="{_OTHER}">{escaped(option)}</span>')
    reason = "no answer yet" if decision is None else decision.reason
    note = f" · {escaped(note)}" if note else ""
    return (
        f'<div style="{_BOX}"><div><strong>{escaped(question)}</strong></div>'
        f"<div>{' '.join(chips)}</div>"
        f'<div><small style="{_MUTED}">{escaped(reason)}{note}</small></div></div>'
    )
