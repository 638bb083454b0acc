"""The present values of widgets as notebook parameters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huntbook.widgets._codec import NotPlainError, plain
from huntbook.widgets._files import write_whole
from huntbook.widgets._memory import describe

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from huntbook.widgets._memory import Key, Memory


def exported(memories: Mapping[Key, Memory]) -> tuple[dict[str, Any], list[str]]:
    """Return value by variable, and what is amiss with it."""
    parameters: dict[str, Any] = {}
    givers: dict[str, str] = {}
    problems: list[str] = []
    for key, memory in memories.items():
        for attribute, variable in memory.variables.items():
            name = describe(key)
            if attribute not in memory.current:
                continue
            if memory.secret:
                problems.append(f"{name}: `{variable}` is left out, as it is a secret")
                continue
            try:
                value = plain(memory.current[attribute])
            except NotPlainError as error:
                problems.append(f"{name}: `{variable}` is left out ({error})")
                continue
            if variable in parameters and parameters[variable] != value:
                problems.append(f"{givers[variable]} and {name} give `{variable}` different values")
            parameters[variable] = value
            givers[variable] = name
    return parameters, problems


def write_parameters(path: str | os.PathLike[str], parameters: Mapping[str, Any]) -> None:
    """Write parameters as papermill's `-f` reads them: each a line of YAML, its value in JSON."""
    lines = [f"{name}: {json.dumps(value)}\n" for name, value in parameters.items()]
    write_whole(Path(path), "".join(lines) or "{}\n")
