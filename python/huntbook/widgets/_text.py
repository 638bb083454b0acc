"""Text that others wrote, made fit to be shown.

Labels, values and log fields may hold markup, control characters and
bidirectional overrides. Everything that a widget shows passes through here.
"""

from __future__ import annotations

import html
import re

SHOWN_CHARACTERS = 2_000
"""Longest text shown in a label or a record; what is longer says how long it is."""

# Controls (but not tab and line feed), bidirectional marks, embeddings, overrides and isolates,
# line and paragraph separators, and surrogates, which no message can carry.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def visible(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    r"""Return `text` with characters that cannot be seen, or that reorder others, spelt out.

    Parameters
    ----------
    text
        Any text.
    limit
        Number of characters after which it is cut.

    Examples
    --------
    >>> visible("safe\u202efdp.exe")
    'safe\\u202efdp.exe'
    >>> visible("long text", limit=4)
    'long… (9 characters)'
    """
    shown = text[:limit]
    shown = _INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", shown)
    return shown if len(text) <= limit else f"{shown}… ({len(text)} characters)"


def escaped(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """Return `text` visible, and safe in HTML text and in a quoted attribute.

    Examples
    --------
    >>> escaped("<b>O'Brien</b>")
    '&lt;b&gt;O&#x27;Brien&lt;/b&gt;'
    """
    return html.escape(visible(text, limit), quote=True)


def sendable(text: str) -> str:
    r"""Return `text` unchanged but for surrogates, which are spelt out.

    Examples
    --------
    >>> sendable("caf\u00e9 \ud800")
    'café \\ud800'
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def css_length(text: object) -> str:
    """Return a CSS length, or nothing if it could be more than a length.

    Examples
    --------
    >>> css_length("12.5em"), css_length("1px;background:red")
    ('12.5em', '')
    """
    plain = str(text).strip()
    return plain if plain.replace(".", "").replace("%", "").replace("-", "").isalnum() else ""
