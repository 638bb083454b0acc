"""``%%kql`` and ``%kql``: KQL in a notebook, with its values, completion and charts.

``%load_ext huntbook`` first.

The first line of a cell has options, the rest is KQL::

    %%kql --data logs/ --now 2026-11-20 --out logons
    SecurityEvent
    | where Computer == {host}
    | summarize count() by Account

``{name}`` is a value of the notebook. It is written as a literal for its place and can never leave it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from huntbook import _native
from huntbook.errors import ConfigError, HuntbookError
from huntbook.local import Database, clock, filled, path_list, row_limit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from huntbook.tables import Table

USAGE = """\
%%kql [PATH ...] [--data PATH] [--now TIME] [--out NAME] [--table] [--raw]
      [--limit ROWS] [--timeout LENGTH] [--memory SIZE]
%kql  [the same options] [QUERY]
Every value but NAME may be {name}, a variable of the notebook; --data and --now stay for later cells"""


@dataclass
class Options:
    """What the first line of a cell asks for."""

    paths: list[str] = field(default_factory=list)
    now: datetime | None = None
    out: str | None = None
    limit: int | None = None
    timeout: Any = None
    memory: Any = None
    #: Show the rows, not the chart.
    table: bool = False
    #: Take the text as it is: ``{name}`` stands for itself.
    raw: bool = False
    query: str = ""


def words(line: str) -> list[tuple[str, int]]:
    """Return the words of an option line, quotes taken off, each with the place where it ends."""
    found: list[tuple[str, int]] = []
    word, begun, quote = "", False, ""
    for place, character in enumerate(line):
        if quote:
            if character == quote:
                quote = ""
            else:
                word += character
        elif character in "'\"":
            quote, begun = character, True
        elif character.isspace():
            if begun:
                found.append((word, place))
            word, begun = "", False
        else:
            word, begun = word + character, True
    if quote:
        msg = f"a quote is not closed: {line.strip()}"
        raise ConfigError(msg)
    if begun:
        found.append((word, len(line)))
    return found


def _variable(word: str, names: Mapping[str, Any]) -> Any:
    """Return the variable that ``{name}`` or ``$name`` names, any other word as it is."""
    name = word[1:-1] if word.startswith("{") and word.endswith("}") else word.removeprefix("$")
    if name == word or not name.isidentifier():
        return word
    if name not in names:
        msg = f"the notebook has no variable {name!r}"
        raise ConfigError(msg)
    value = names[name]
    return getattr(value, "value", value)


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return clock(value)
    return _native.parse_time(str(value), clock(None))


def _name(value: str) -> str:
    if not value.isidentifier():
        msg = f"--out takes the name of a variable, not {value!r}"
        raise ConfigError(msg)
    return value


def options(line: str, names: Mapping[str, Any], *, is_cell: bool) -> Options:
    """Return what `line` asks for; `names` are the notebook's variables.

    Of a cell, words that are no options are paths; of a line, they begin the query.

    Raises
    ------
    ConfigError
        If an option is unknown or its value is missing or wrong.
    """
    found = Options()
    queue = words(line) if is_cell or line.lstrip().startswith("--") else []
    position, end = 0, 0
    while position < len(queue):
        word, after = queue[position]
        position += 1
        option, equals, value = word.partition("=")
        if not word.startswith("--"):
            if not is_cell:
                break
            found.paths += path_list(_variable(word, names))
            continue
        end = after
        if option in ("--table", "--raw"):
            setattr(found, option.removeprefix("--"), True)
            continue
        if option not in ("--data", "--now", "--out", "--limit", "--timeout", "--memory"):
            msg = f"no option {option!r}"
            raise ConfigError(msg, hints=[USAGE])
        if not equals:
            if position == len(queue):
                msg = f"{option} needs a value"
                raise ConfigError(msg, hints=[USAGE])
            value, end = queue[position]
            position += 1
        match option:
            case "--data":
                found.paths += path_list(_variable(value, names))
            case "--now":
                found.now = _moment(_variable(value, names))
            case "--out":
                found.out = _name(value)
            case "--limit":
                found.limit = row_limit(_variable(value, names), option)
            case _:
                setattr(found, option.removeprefix("--"), _variable(value, names))
    if not is_cell:
        found.query = line[end:].strip()
    return found


class Magic:
    """The magic of one notebook: what its cells have in common."""

    def __init__(self, ipython: Any) -> None:
        self._ipython = ipython
        self._paths: list[str] = []
        self._now: datetime | None = None
        #: The tables of paths that cells named, for completion.
        self._known: dict[tuple[str, ...], Database] = {}

    def cell(self, line: str, cell: str) -> Table | None:
        """Run a cell: ``%%kql``."""
        return self._guarded(line, cell)

    def line(self, line: str) -> Table | None:
        """Run a line: ``%kql``; without a query, its options stay for the cells below."""
        return self._guarded(line, None)

    def _guarded(self, line: str, cell: str | None) -> Table | None:
        try:
            return self._run(line, cell)
        except HuntbookError as error:
            # The message draws the place in the text; a Python traceback says nothing about KQL.
            shown = _with_hints(error)
            error._render_traceback_ = lambda: [shown]  # type: ignore[attr-defined]
            raise

    def _run(self, line: str, cell: str | None) -> Table | None:
        names = self._ipython.user_ns
        asked = options(line, names, is_cell=cell is not None)
        text = asked.query if cell is None else cell
        if cell is None and not text.strip():
            self._paths, self._now = asked.paths or self._paths, asked.now or self._now
            self.database(self._paths)
            return None
        self._paths = asked.paths or self._paths
        self._now = asked.now or self._now
        moment = clock(self._now)
        # Opened anew, so that files that have come since are seen.
        database = self._known[tuple(self._paths)] = Database(self._paths)
        if not asked.raw:
            text = filled(text, names, moment)
        result = database.query(
            text, now=moment, limit=asked.limit, timeout=asked.timeout, memory=asked.memory
        )
        if asked.table:
            result = result.without_chart()
        if asked.out is None:
            return result
        names[asked.out] = result
        for note in [*result.warnings, *(f"not the whole answer: {why}" for why in result.reasons)]:
            print(note, file=sys.stderr)  # noqa: T201
        return None

    def database(self, paths: list[str] | None = None) -> Database:
        """Return the tables of `paths`, or those of the last cell; opened once."""
        key = tuple(self._paths if paths is None else paths)
        if key not in self._known:
            self._known[key] = Database(list(key))
        return self._known[key]

    def now(self) -> datetime:
        """Return the clock of the last cell."""
        return clock(self._now)


def _with_hints(error: HuntbookError) -> str:
    """Return the message of an error, with those hints that it does not draw itself."""
    shown = str(error)
    return "\n".join([shown, *(f"hint: {hint}" for hint in error.hints if hint not in shown)])


def load_ipython_extension(ipython: Any) -> None:
    """Register ``%%kql``, ``%kql`` and their completion with `ipython`."""
    from IPython.core.magic import no_var_expand

    from huntbook.completion import register

    magic = Magic(ipython)

    def cell(line: str, cell: str) -> Table | None:
        return magic.cell(line, cell)

    def line(line: str) -> Table | None:
        return magic.line(line)

    for kind, function in (("cell", cell), ("line", line)):
        function.__doc__ = f"{__doc__}\n{USAGE}\n"
        # IPython would paste variables into the text; here they become literals.
        ipython.register_magic_function(no_var_expand(function), magic_kind=kind, magic_name="kql")
    register(ipython, magic)


def unload_ipython_extension(ipython: Any) -> None:
    """Take the magics and their completion out of `ipython`."""
    from huntbook.completion import unregister

    for kind in ("cell", "line"):
        ipython.magics_manager.magics[kind].pop("kql", None)
    unregister(ipython)
