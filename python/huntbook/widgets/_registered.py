"""The base of widgets that remember and take notebook parameters."""

from __future__ import annotations

import difflib
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from huntbook.widgets._cell import running_cell
from huntbook.widgets._memory import InCell, Key, Memory, Origin, Sourced, choose, frozen
from huntbook.widgets._parameters import given_parameters, parameter_names
from huntbook.widgets._registry import Registry, registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class RegisteredWidget:
    """A widget whose values outlive it and may come from the notebook's variables.

    Parameters
    ----------
    id_vals
        Values that tell this widget from others of its class; remembered values are found
        by them.
    val_attrs
        Attributes that are remembered, the main one first; `["value"]` if not given.
    nb_params
        Mapping of attribute to the notebook variable which gives its value.
    name_space
        Where those variables are looked up; the notebook's own variables if not given.
    register
        False: remember nothing.
    ns
        The same as `name_space`.
    id
        Explicit identifier, in place of `id_vals`.
    param
        Notebook variable for the main attribute.
    env_var
        Environment variable for the main attribute, if nothing better gives it.
    secret
        Whether the values may neither be shown in the registry nor be kept on disk or exported.

    Raises
    ------
    TypeError
        If a keyword is unknown (the nearest one is named), or `nb_params` is no mapping.
    ValueError
        If `nb_params` names an attribute that is not in `val_attrs`.

    Notes
    -----
    A value is taken from the first of these that has one: a parameter that is new or has
    changed, what the person typed, the environment, the default.
    """

    ALLOWED_KWARGS: ClassVar[list[str]] = [
        "id_vals",
        "val_attrs",
        "nb_params",
        "name_space",
        "register",
        "ns",
        "id",
        "param",
        "env_var",
    ]

    _OWN_PARAMETERS: ClassVar[tuple[str, ...]] = ()
    """Attributes which `nb_params` may name besides those that are remembered."""

    _IN_ITS_CELL: ClassVar[bool] = False
    """Whether a widget without an explicit identifier is another one in another cell."""

    def __init__(
        self,
        id_vals: Iterable[Any] | None = None,
        val_attrs: Iterable[str] | None = None,
        nb_params: Mapping[str, str] | None = None,
        name_space: Mapping[str, Any] | None = None,
        register: bool = True,
        *,
        ns: Mapping[str, Any] | None = None,
        id: str | None = None,  # noqa: A002 (what users write)
        param: str | None = None,
        env_var: str | None = None,
        secret: bool = False,
        **kwargs: Any,
    ) -> None:
        self._refuse_unknown(kwargs)
        attributes = list(val_attrs) if val_attrs is not None else ["value"]
        variables = parameter_names(nb_params, param, [*attributes, *self._OWN_PARAMETERS])
        self._sourced: dict[str, Sourced] = {}
        self._key: Key | None = None
        self._memory, self._problem = Memory(), ""
        if register:
            cell, deleted = running_cell()
            identity = frozen(id) if id is not None else frozen(list(id_vals or ()))
            if id is None and self._IN_ITS_CELL and cell is not None:
                identity = InCell(identity, cell.identity)
            self._key = (type(self).__name__, identity)
            self._memory, self._problem = self._registry().memory(self._key, cell, deleted, secret=secret)
        self._memory.variables = dict(variables)
        given = given_parameters(variables, name_space if name_space is not None else ns)
        for attribute in attributes:
            main = attribute == attributes[0]
            self._sourced[attribute] = choose(
                self._memory,
                attribute,
                parameter=self._parameter(attribute, given, variables),
                environment=_environment(env_var) if main else None,
            )
            self._note(attribute)

    @staticmethod
    def _registry() -> Registry:
        return registry

    def _parameter(
        self, attribute: str, given: Mapping[str, Any], variables: Mapping[str, str]
    ) -> Sourced | None:
        if attribute not in given:
            return None
        value = self._from_parameter(attribute, given[attribute])
        return Sourced(value, Origin.PARAMETER, variables[attribute])

    def _from_parameter(self, attribute: str, value: Any) -> Any:  # noqa: ARG002 (for overriding)
        """Return a parameter's value as the attribute's type; a widget overrides it."""
        return value

    def _start(self, attribute: str, default: Any) -> Any:
        """Return the value with which an attribute starts; `default` (not None) if it has none."""
        if self._sourced[attribute].origin is Origin.MISSING and default is not None:
            self._sourced[attribute] = Sourced(default, Origin.DEFAULT)
            self._note(attribute)
        return self._sourced[attribute].value

    def _set(self, attribute: str, value: Any, origin: Origin) -> None:
        """Change an attribute's value, and remember it."""
        sourced = Sourced(value, origin, when=datetime.now(UTC))
        self._sourced[attribute] = self._memory.values[attribute] = sourced
        self._note(attribute)
        if self._key is not None:
            self._registry().changed(self._key)

    def _note(self, attribute: str) -> None:
        """Note the present value, for an export."""
        sourced = self._sourced[attribute]
        if sourced.origin is not Origin.MISSING:
            self._memory.current[attribute] = sourced.value

    @property
    def value_source(self) -> str:
        """Where the main value came from, in words."""
        return str(self._main)

    @property
    def _main(self) -> Sourced:
        """The main value, and where it came from."""
        return next(iter(self._sourced.values()))

    def _told(self) -> str:
        """By whom and when the main value was given, for a record; empty if there is none."""
        return "" if self._main.origin is Origin.MISSING else self._main.told

    @classmethod
    def _refuse_unknown(cls, kwargs: Mapping[str, Any]) -> None:
        for name in kwargs:
            near = difflib.get_close_matches(name, cls.ALLOWED_KWARGS, n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            raise TypeError(f"{cls.__name__} has no parameter `{name}`{hint}")


def _environment(name: str | None) -> Sourced | None:
    value = os.environ.get(name) if name else None
    return Sourced(value, Origin.ENVIRONMENT, name or "") if value else None
