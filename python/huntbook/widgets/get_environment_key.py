"""A box for a key that an environment variable holds, or shall hold."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar

from huntbook.widgets._decision import Decision, How
from huntbook.widgets._memory import Origin, Sourced
from huntbook.widgets._text import visible
from huntbook.widgets.get_text import GetText

if TYPE_CHECKING:
    from collections.abc import Mapping


class GetEnvironmentKey(GetText):
    """A box for an API key or another secret.

    The text comes from the notebook parameter or from the environment variable, whichever is new or
    has changed (the parameter first), else from what was typed before in this kernel. It is
    a secret: it is shown nowhere, and is in no output, notebook or file.

    Parameters
    ----------
    env_var
        Name of the environment variable.
    help_str
        What the key is for and where to get one; shown below the box.
    description, prompt
        What is asked for.
    auto_display
        Show the widget at once.
    secret
        False for a setting that may be seen, such as a workspace's identifier.
    **registered
        `timeout` and `unattended` of `GetText`, and the parameters of `RegisteredWidget`.

    Raises
    ------
    ValueError
        If `env_var` cannot be the name of an environment variable.

    Examples
    --------
    >>> key = GetEnvironmentKey("HUNTBOOK_DOC_KEY", register=False)
    >>> key.name, key.value
    ('HUNTBOOK_DOC_KEY', '')
    """

    ALLOWED_KWARGS: ClassVar[list[str]] = [*GetText.ALLOWED_KWARGS, "help_str"]

    def __init__(
        self,
        env_var: str,
        help_str: str | None = None,
        description: str = "Enter the value: ",
        auto_display: bool = False,
        *,
        secret: bool = True,
        **registered: Any,
    ) -> None:
        if not isinstance(env_var, str) or not env_var or {"=", "\0"} & set(env_var):
            raise ValueError(f"{visible(repr(env_var), 80)} cannot be the name of an environment variable")
        self._env_var = env_var
        self._help = str(help_str or "")
        registered.setdefault("id_vals", [env_var])
        super().__init__(None, description, auto_display, secret=secret, env_var=env_var, **registered)

    @property
    def name(self) -> str:
        """Name of the environment variable."""
        return self._env_var

    def _parameter(
        self, attribute: str, given: Mapping[str, Any], variables: Mapping[str, str]
    ) -> Sourced | None:
        parameter = super()._parameter(attribute, given, variables)
        found = os.environ.get(self._env_var)
        if parameter is not None or not found:
            return parameter
        return Sourced(found.strip(), Origin.ENVIRONMENT, self._env_var)

    def _decided_by_parameter(self) -> Decision | None:
        if self._main.origin is Origin.ENVIRONMENT:
            return Decision.now(self.value, How.ENVIRONMENT, f"“{self._env_var}”")
        return super()._decided_by_parameter()

    def _state(self) -> dict[str, Any]:
        return {
            **super()._state(),
            "help": visible(self._help),
            "variable": visible(self._env_var, 200),
        }

    def _take(self, text: str, save: bool) -> None:
        super()._take(text, save)
        if save and text and "\0" not in text:
            os.environ[self._env_var] = text
            self._memory.parameters["value"] = text


__all__ = ["GetEnvironmentKey"]
