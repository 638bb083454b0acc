"""Whether a person can be asked, and what to do if not."""

from __future__ import annotations

import os
import sys
from typing import Literal, get_args

from huntbook.errors import HuntbookError
from huntbook.widgets._kernel_pump import running_kernel, running_request

ENVIRONMENT_VARIABLE = "HUNTBOOK_UNATTENDED"
"""`yes` or `no` (also `true`, `1`, `false`, `0`) overrides what is found out."""

Unattended = Literal["default", "wait", "error"]
"""What a question does when nobody can be asked: take its default at once, wait for its
timeout all the same, or fail."""

_ANSWERS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


class UnattendedError(HuntbookError, RuntimeError):
    """A question was asked with `unattended="error"`, and nobody can be asked."""


def is_attended() -> bool:
    """Return whether a person can be expected to see a widget and answer.

    JupyterLab and Notebook say in each request that they can pass input to the kernel; papermill,
    nbclient and nbconvert say that they can't. Outside a kernel, a terminal means a person.

    Raises
    ------
    ValueError
        If the environment variable HUNTBOOK_UNATTENDED is set to something else than yes or no.
    """
    override = os.environ.get(ENVIRONMENT_VARIABLE, "").strip().lower()
    if override:
        if override not in _ANSWERS:
            raise ValueError(f"{ENVIRONMENT_VARIABLE}={override!r} is neither `yes` nor `no`")
        return not _ANSWERS[override]
    kernel = running_kernel()
    if kernel is None:
        return sys.stdin is not None and sys.stdin.isatty()
    return accepts_input(kernel)


def accepts_input(kernel: object) -> bool:
    """Return whether the front end that sent the running request passes input to the kernel."""
    content = running_request(kernel).get("content") or {}
    return bool(content.get("allow_stdin", getattr(kernel, "_allow_stdin", False)))


def checked_unattended(value: str) -> Unattended:
    """Return `value` if it is one of the three behaviours.

    Raises
    ------
    ValueError
        If it is none of them.

    Examples
    --------
    >>> checked_unattended("wait")
    'wait'
    """
    for behaviour in get_args(Unattended):
        if value == behaviour:
            return behaviour  # type: ignore[no-any-return]
    raise ValueError(f"unattended={value!r} is none of {', '.join(map(repr, get_args(Unattended)))}")
