"""The query catalogue: named, typed queries, rendered safely and run where the data is."""

from __future__ import annotations

import inspect
import json
import math
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Unpack

from huntbook import _native
from huntbook.errors import ConfigError, QueryError
from huntbook.given import Given, for_native
from huntbook.local import Paths, clock, path_list
from huntbook.timespan import moment

if TYPE_CHECKING:
    from huntbook.tables import Table

_PRINT = {"print", "debug_query", "print_query", "query"}
_HELP = {"help", "?"}


class QueryFunction:
    """One query of the catalogue; calling it runs it.

    Positional objects that have ``query_params`` (widgets), mappings, and the words ``"print"`` and
    ``"help"`` are understood as well as keyword parameters.
    """

    def __init__(self, provider: QueryProvider, definition: dict[str, Any]) -> None:
        self._provider = provider
        self.definition = definition
        self.__name__ = definition["name"]
        self.__qualname__ = definition["qualified_name"]
        self.__doc__ = _docstring(definition)
        self.__signature__ = inspect.Signature(
            [
                inspect.Parameter(
                    parameter["name"],
                    inspect.Parameter.KEYWORD_ONLY,
                    default=inspect.Parameter.empty if parameter["required"] else parameter["default"],
                )
                for parameter in sorted(definition["parameters"], key=lambda p: not p["required"])
            ]
        )

    def __call__(self, *args: object, **parameters: object) -> Any:
        """Run the query, or return its text when ``"print"`` is among the arguments."""
        words = {word for word in args if isinstance(word, str)}
        unknown = words - _PRINT - _HELP
        if unknown:
            msg = (
                f"{self.__qualname__} takes parameters by name, and 'print' or 'help'; got {sorted(unknown)}"
            )
            raise QueryError(msg)
        if words & _HELP:
            print(self.__doc__)  # noqa: T201
            return None
        values = _from_objects(args, self.definition)
        for flag in _PRINT & parameters.keys():
            if parameters.pop(flag):
                words.add(flag)
        values.update(parameters)
        name = self.__qualname__
        if words & _PRINT:
            return self._provider.render(name, **values)
        return self._provider.run(name, **values)

    def __repr__(self) -> str:
        return f"<query {self.__qualname__}{self.__signature__}>"


class QueryFamily:
    """The queries of one family, as attributes."""

    def __init__(self, provider: QueryProvider, name: str) -> None:
        self._provider = provider
        self._name = name

    def __getattr__(self, name: str) -> QueryFunction:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._provider[f"{self._name}.{name}"]

    def __dir__(self) -> list[str]:
        prefix = f"{self._name}."
        names = self._provider.list_queries()
        return sorted(n.removeprefix(prefix) for n in names if n.startswith(prefix))

    def __repr__(self) -> str:
        return f"<family {self._name}: {', '.join(dir(self))}>"


class QueryProvider:
    """Named queries of one environment, and the data source that they run on.

    Parameters
    ----------
    environment
        Whose catalogue and dialect: ``"MSSentinel"``, ``"M365D"``, ``"LocalData"`` ...
    driver
        Where the queries run; ``"local"`` is a folder of log files.
    data_paths
        Files and folders for the local driver; they connect it at once.
    query_paths
        Further query files and folders, in the YAML that MSTICPy reads.
    now
        The clock for relative times such as ``-30m``; default: the moment of each call.
    **given
        ``urls``, ``watchlists``, ``geo``, ``functions`` for the local driver; see `Database`.

    Raises
    ------
    ConfigError
        If the environment, the driver or a path is unknown.

    Examples
    --------
    >>> qp = QueryProvider("MSSentinel", driver="local")
    >>> "Azure.list_password_spray" in qp.list_queries("spray")
    True
    >>> print(qp.Azure.list_signins_from_ip("print", ip="203.0.113.9"))
    SigninLogs
    ...
    """

    def __init__(
        self,
        environment: str,
        driver: str | None = None,
        *,
        data_paths: Paths | None = None,
        query_paths: Paths | None = None,
        now: datetime | None = None,
        **given: Unpack[Given],
    ) -> None:
        if driver not in (None, "local"):
            msg = f"driver {driver!r} does not exist; there is: 'local'"
            raise ConfigError(msg)
        self._now = now
        self._native = _native.Provider(str(getattr(environment, "name", environment)))
        self._functions: dict[str, QueryFunction] = {}
        #: What was wrong in the query files, one rendered diagnostic each; the rest was loaded.
        self.query_file_problems: list[str] = []
        if query_paths is not None:
            self.query_file_problems = self._native.load(path_list(query_paths))
        if data_paths is not None:
            self.connect(data_paths=data_paths, **given)
        elif given:
            msg = f"{', '.join(sorted(given))}: there is nothing to use it with; give data_paths, too"
            raise ConfigError(msg)

    @property
    def environment(self) -> str:
        """Return the environment's own name."""
        return self._native.environment

    @property
    def connected(self) -> bool:
        """Return True once there is data to run on."""
        return self._native.connected

    def connect(self, *, data_paths: Paths, **given: Unpack[Given]) -> None:
        """Connect the local driver to files and folders, and what else is given; see `Database`."""
        self._native.connect(path_list(data_paths), **for_native(given))

    @property
    def schema(self) -> dict[str, dict[str, str]]:
        """Return table -> column -> type of the connected data."""
        return self._native.schema()

    @property
    def schema_tables(self) -> list[str]:
        """Return the names of the connected tables."""
        return sorted(self.schema)

    def list_queries(self, substring: str | None = None) -> list[str]:
        """Return ``Family.name`` of every query, or of those that contain `substring` (any case)."""
        return self._native.list(substring)

    def get_query(self, query_name: str) -> str:
        """Return the template text of a query."""
        return str(self._definition(query_name)["template"])

    def query_help(self, query_name: str) -> None:
        """Print what a query does and takes."""
        print(_docstring(self._definition(query_name)))  # noqa: T201

    def render(self, query_name: str, /, **parameters: object) -> str:
        """Return the text that will run, each value escaped for the place where it stands.

        Raises
        ------
        QueryError
            If there is no such query, or a value is missing or bad.
        """
        return self._native.render(query_name, json_values(parameters), clock(self._now))

    def run(self, query_name: str, /, **parameters: object) -> Table:
        """Return the result of a catalogue query.

        Raises
        ------
        QueryError
            As for `render`, or when nothing is connected.
        KqlError, RemoteError
            If the query does not run.
        """
        return self._native.run(query_name, json_values(parameters), clock(self._now))

    def exec_query(self, query: str) -> Table:
        """Return the result of a query text."""
        return self._native.exec(query, clock(self._now))

    def import_query_file(self, query_file: str) -> None:
        """Add the queries of one more file or folder; what is wrong in it is in `query_file_problems`."""
        self.query_file_problems += self._native.load(path_list(query_file))

    def _definition(self, query_name: str) -> dict[str, Any]:
        return dict(json.loads(self._native.get(query_name)))

    def __getitem__(self, query_name: str) -> QueryFunction:
        """Return the query as a function."""
        definition = self._definition(query_name)
        name = definition["qualified_name"]
        return self._functions.setdefault(name, QueryFunction(self, definition))

    def __getattr__(self, name: str) -> QueryFamily | QueryFunction:
        if name.startswith("_"):
            raise AttributeError(name)
        if "." in name:
            return self[name]
        families = {query.rpartition(".")[0] for query in self._native.list(None)}
        if name in families:
            return QueryFamily(self, name)
        try:
            return self[name]
        except QueryError as error:
            msg = f"no family or query {name!r}; families: {', '.join(sorted(families))}"
            raise AttributeError(msg) from error

    def __dir__(self) -> list[str]:
        families = {query.rpartition(".")[0] for query in self._native.list(None)}
        return sorted({*super().__dir__(), *families})

    def __repr__(self) -> str:
        state = "connected" if self.connected else "not connected"
        return f"QueryProvider({self.environment!r}, {len(self.list_queries())} queries, {state})"


def _from_objects(args: tuple[object, ...], definition: dict[str, Any]) -> dict[str, object]:
    """Return parameter values that widgets, mappings and objects among `args` offer."""
    known = {parameter["name"] for parameter in definition["parameters"]}
    known |= {alias for parameter in definition["parameters"] for alias in parameter["aliases"]}
    values: dict[str, object] = {}
    for source in args:
        if isinstance(source, str):
            continue
        offered = getattr(source, "query_params", source)
        if isinstance(offered, dict):
            values.update({name: value for name, value in offered.items() if name in known})
        else:
            values.update({name: getattr(source, name) for name in known if hasattr(source, name)})
    return values


def json_values(parameters: dict[str, object]) -> str:
    """Return the parameters as JSON; times are RFC 3339 in UTC, lengths of time microseconds, both marked."""
    given = {name: value for name, value in parameters.items() if value is not None}
    return json.dumps({name: _json_value(name, value) for name, value in given.items()})


def _json_value(name: str, value: object) -> object:
    if isinstance(value, date):
        return {"datetime": _moment_text(name, value)}
    if isinstance(value, timedelta):
        return {"timespan": value // timedelta(microseconds=1)}
    if value is None or isinstance(value, str | int | float | bool):
        return _plain(name, value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_json_value(name, item) for item in value]
    if hasattr(value, "to_pydatetime") or type(value).__name__ == "datetime64":
        return {"datetime": _moment_text(name, value)}
    tolist = getattr(value, "tolist", None)
    if callable(tolist):
        return _json_value(name, tolist())
    text = getattr(value, "value", None)
    if isinstance(text, str | int | float | bool | datetime):
        # A widget stands for its value.
        return _json_value(name, text)
    msg = f"parameter {name!r}: cannot use a {type(value).__name__}"
    raise QueryError(msg)


def _plain(name: str, value: str | float | None) -> object:
    """Return a text, number or truth value that JSON and the query language can hold."""
    problem = None
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        problem = f"{value} does not fit into 64 bits"
    elif isinstance(value, float) and not math.isfinite(value):
        problem = f"{value} is no finite number"
    elif isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
        problem = "the text has half a character in it (a lone surrogate)"
    if problem is not None:
        msg = f"parameter {name!r}: {problem}"
        raise QueryError(msg)
    return value


def _moment_text(name: str, value: object) -> str:
    try:
        return moment(value).isoformat()
    except ValueError as error:
        msg = f"parameter {name!r}: {error}"
        raise QueryError(msg) from error


def _docstring(definition: dict[str, Any]) -> str:
    lines = [definition["description"] or definition["name"], "", "Parameters", "----------"]
    for parameter in definition["parameters"]:
        default = "" if parameter["required"] else f", default {parameter['default']!r}"
        lines.append(f"{parameter['name']} : {parameter['type']}{default}")
        lines.append(f"    {parameter['description'] or ''}")
    if definition["techniques"]:
        lines += ["", f"ATT&CK: {', '.join(definition['techniques'])}"]
    return "\n".join([*lines, "", "Query", "-----", definition["template"]])
