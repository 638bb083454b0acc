"""Notebook parameters: a widget's value from a variable of the notebook.

A notebook that runs unattended gets its values as variables (papermill writes
them into a cell). A widget names the variable: `param="host"`, or, for any of
its attributes, `nb_params={"value": "host"}`.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Collection, Mapping
from typing import Any

_EXAMPLE = 'nb_params={"value": "my_variable"}'


def parameter_names(nb_params: object, param: str | None, attributes: Collection[str]) -> dict[str, str]:
    """Return which attribute takes its value from which variable.

    Parameters
    ----------
    nb_params
        Mapping of attribute to variable, or None.
    param
        Variable for the first of `attributes`; None for none.
    attributes
        What may be named, the main one first. A leading underscore is allowed for.

    Raises
    ------
    TypeError
        If `nb_params` is not a mapping of text to text; a set literal, a frequent slip, is
        answered with the mapping that was meant.
    ValueError
        If it names an attribute that the widget does not have, or both name one.

    Examples
    --------
    >>> parameter_names({"value": "host"}, None, ["value"])
    {'value': 'host'}
    >>> parameter_names(None, "host", ["value"])
    {'value': 'host'}
    >>> parameter_names({"value", "host"}, None, ["value"])
    Traceback (most recent call last):
    TypeError: nb_params is a set; a colon is missing: nb_params={"value": "host"}
    """
    names: dict[str, str] = {}
    for attribute, variable in _as_mapping(nb_params, attributes).items():
        known = attribute if attribute in attributes else attribute.removeprefix("_")
        if known not in attributes:
            near = difflib.get_close_matches(attribute, attributes, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(
                f"nb_params names the attribute {attribute!r}, which is not one of "
                f"{', '.join(map(repr, attributes))}{hint}"
            )
        names[known] = variable
    if param is not None:
        main = next(iter(attributes))
        if names.get(main, param) != param:
            raise ValueError(
                f"param={param!r} and nb_params={{{main!r}: {names[main]!r}}} both name a variable"
            )
        names[main] = _variable(param)
    return names


def _as_mapping(nb_params: object, attributes: Collection[str]) -> Mapping[str, str]:
    if nb_params is None:
        return {}
    if isinstance(nb_params, Mapping):
        for attribute, variable in nb_params.items():
            if not isinstance(attribute, str) or not isinstance(variable, str):
                raise TypeError(
                    f"nb_params maps {attribute!r} to {variable!r}; both must be text: {_EXAMPLE}"
                )
            _variable(variable)
        return nb_params
    if isinstance(nb_params, set | frozenset):
        raise TypeError(f"nb_params is a set; a colon is missing: {_meant(nb_params, attributes)}")
    if isinstance(nb_params, str):
        raise TypeError(f"nb_params is text; for one variable write param={nb_params!r}")
    raise TypeError(f"nb_params is a {type(nb_params).__name__}, not a mapping such as {_EXAMPLE}")


def _meant(items: Collection[object], attributes: Collection[str]) -> str:
    """Guess the mapping behind a set literal: the one that is no attribute is the variable."""
    texts = [item for item in items if isinstance(item, str)]
    named = [text for text in texts if text.removeprefix("_") in attributes]
    variables = [text for text in texts if text not in named]
    if len(named) == 1 and len(variables) == 1:
        return f'nb_params={{"{named[0]}": "{variables[0]}"}}'
    return _EXAMPLE


def _variable(name: str) -> str:
    if not isinstance(name, str) or not name.isidentifier():
        raise ValueError(f"{name!r} cannot be the name of a variable")
    return name


def notebook_namespace() -> Mapping[str, Any]:
    """Return the variables of the notebook, or of the program's main module outside one."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        variables: Mapping[str, Any] = shell.user_ns
        return variables
    main = sys.modules.get("__main__")
    return vars(main) if main is not None else {}


def given_parameters(names: Mapping[str, str], namespace: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the values of those parameters that are given, by attribute.

    A variable that does not exist, or is None, is not given: a parameters cell declares
    `host = None` for what may be left to the person.

    Examples
    --------
    >>> given_parameters({"value": "host", "width": "w"}, {"host": "pc1", "w": None})
    {'value': 'pc1'}
    """
    variables = notebook_namespace() if namespace is None else namespace
    return {
        attribute: variables[variable]
        for attribute, variable in names.items()
        if variables.get(variable) is not None
    }
