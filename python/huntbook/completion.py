"""Completion of KQL in a notebook: in ``%%kql`` cells, ``%kql`` lines and ``kql("...")`` strings.

What may stand at a place is decided in Rust; here is what IPython has to be told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from huntbook.errors import HuntbookError
from huntbook.local import Database, path_list

if TYPE_CHECKING:
    from huntbook.magics import Magic

#: What begins a string of KQL: ``kql("``, ``hb.kql('''``, ``db.query(r"``.
_CALL = re.compile(
    r"(?P<object>[A-Za-z_]\w*)?\.?(?P<call>\bkql|\.query)\(\s*(?P<prefix>[rR]?)(?P<quote>\"\"\"|'''|\"|')"
)
_PATHS = re.compile(
    r"\s*,\s*(?:data_paths\s*=\s*)?(?:(?P<name>[A-Za-z_]\w*)|[rR]?(?P<quote>[\"'])(?P<path>[^\"'\n]*)(?P=quote))"
)
_MATCHER = "huntbook.kql"


def register(ipython: Any, magic: Magic) -> None:
    """Let the completer of `ipython` know KQL."""
    unregister(ipython)
    completer = getattr(ipython, "Completer", None)
    if completer is None or not hasattr(completer, "custom_matchers"):
        return
    from IPython.core.completer import SimpleCompletion, context_matcher

    @context_matcher(identifier=_MATCHER, priority=1000)  # type: ignore[untyped-decorator,unused-ignore]
    def matcher(context: Any) -> dict[str, Any]:
        lines = context.full_text.split("\n")
        before = sum(len(line) + 1 for line in lines[: context.cursor_line])
        offset = before + context.cursor_position
        found = complete(magic, context.full_text, offset)
        if not found:
            return {"completions": [], "suppress": False}
        replaced = found[0][3]
        return {
            "completions": [
                SimpleCompletion(text=label, type=_said(kind, detail)) for label, kind, detail, _ in found
            ],
            "suppress": True,
            "ordered": True,
            "matched_fragment": context.full_text[offset - replaced : offset],
        }

    completer.custom_matchers.append(matcher)


def unregister(ipython: Any) -> None:
    """Take KQL out of the completer of `ipython`."""
    completer = getattr(ipython, "Completer", None)
    matchers = getattr(completer, "custom_matchers", [])
    matchers[:] = [one for one in matchers if getattr(one, "matcher_identifier", None) != _MATCHER]


def _said(kind: str, detail: str) -> str:
    """Return the word beside a name in a list of completions: a column's type, else the kind."""
    return detail if kind == "column" and detail else kind


def complete(magic: Magic, source: str, offset: int) -> list[tuple[str, str, str, int]]:
    """Return what may stand at `offset` of a cell: label, kind, detail, characters that are replaced.

    Nothing where there is no KQL. Nothing raises: whoever types gets no error for it.
    """
    try:
        place = _magic_text(magic, source, offset) or _string_text(magic, source, offset)
        if place is None:
            return []
        database, text, inside = place
        return database.complete(text, inside, now=magic.now())
    except (HuntbookError, OSError, ValueError):
        return []


def _magic_text(magic: Magic, source: str, offset: int) -> tuple[Database, str, int] | None:
    """Return the KQL of a magic that the cursor is in, and the place of the cursor in it."""
    from huntbook.magics import options

    first, newline, rest = source.partition("\n")
    if re.match(r"%%kql(\s|$)", first) and newline:
        start = len(first) + 1
        if offset < start:
            return None
        asked = options(first.removeprefix("%%kql"), magic._ipython.user_ns, is_cell=True)  # noqa: SLF001
        return magic.database(asked.paths or None), rest, offset - start
    start = source.rfind("\n", 0, offset) + 1
    line = source[start:].partition("\n")[0]
    found = re.match(r"\s*(?:[A-Za-z_]\w*\s*=\s*)?%kql\s", line)
    if found is None:
        return None
    head = found.end()
    asked = options(line[head:], magic._ipython.user_ns, is_cell=False)  # noqa: SLF001
    begin = start + head + line[head:].find(asked.query) if asked.query else start + len(line)
    if offset < begin:
        return None
    return magic.database(asked.paths or None), source[begin : start + len(line)], offset - begin


def _string_text(magic: Magic, source: str, offset: int) -> tuple[Database, str, int] | None:
    """Return the KQL of a ``kql("...")`` call that the cursor is in, and the place of the cursor in it."""
    found = None
    for found in _CALL.finditer(source, 0, offset):  # noqa: B007
        pass
    if found is None:
        return None
    quote, start = found["quote"], found.end()
    end = source.find(quote, start)
    end = len(source) if end < 0 else end
    text = source[start:end]
    if offset > end or ("\n" in text and len(quote) == 1) or ("\\" in text and not found["prefix"]):
        return None
    names = magic._ipython.user_ns  # noqa: SLF001
    if found["call"] == ".query":
        owner = names.get(found["object"])
        return (owner, text, offset - start) if isinstance(owner, Database) else None
    paths = _PATHS.match(source, end + len(quote))
    given: Any = None
    if paths is not None:
        given = paths["path"] if paths["name"] is None else names.get(paths["name"])
    return magic.database(None if given is None else path_list(given)), text, offset - start
