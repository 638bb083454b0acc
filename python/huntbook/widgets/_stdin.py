"""Asking by a line of input, where a click cannot reach a running cell.

This is the fallback for front ends without widgets and for kernels whose layout
is unknown: the front end's input box in a notebook, the terminal elsewhere. The
deadline is kept by the kernel.
"""

# ruff: noqa: SLF001 (ipykernel has no public way to ask with a deadline)

from __future__ import annotations

import getpass
import select
import sys
import time
from typing import Any

from huntbook.widgets._attendance import accepts_input
from huntbook.widgets._text import visible

_LISTED = 30
"""Most options that are listed in the prompt."""


class NoInputError(RuntimeError):
    """There is no way to read a line of input."""


def ask_option(
    kernel: Any | None, question: str, options: list[str], default: int, deadline: float | None
) -> int | None:
    """Return the position of the chosen option, or None if there was no answer in time.

    Parameters
    ----------
    kernel
        The running ipykernel; None in a terminal.
    question, options, default
        What is asked, the options, and the position of the one that an empty line means.
    deadline
        Seconds on the clock of `time.monotonic`; None waits for ever.

    Raises
    ------
    NoInputError
        If the front end passes no input to the kernel, or there is no terminal.
    """
    numbered = "  ".join(f"{i}: {visible(option, 80)}" for i, option in enumerate(options[:_LISTED], 1))
    more = f"  and {len(options) - _LISTED} more" if len(options) > _LISTED else ""
    prompt = f"{visible(question, 200)} [{numbered}{more}; empty: {visible(options[default], 80)}] "
    while True:
        line = ask_line(kernel, prompt, deadline)
        if line is None:
            return None
        chosen = chosen_option(line, options, default)
        if chosen is not None:
            return chosen


def chosen_option(line: str, options: list[str], default: int) -> int | None:
    """Return which option a typed line means: its text, else its number; empty is the default.

    Examples
    --------
    >>> chosen_option("no", ["Yes", "No"], 0), chosen_option("2", ["Yes", "No"], 0)
    (1, 1)
    >>> chosen_option("", ["Yes", "No"], 0), chosen_option("perhaps", ["Yes", "No"], 0)
    (0, None)
    """
    text = line.strip()
    if not text:
        return default
    folded = [option.strip().casefold() for option in options]
    if text.casefold() in folded:
        return folded.index(text.casefold())
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= len(options):
        return int(text[:9]) - 1
    return None


def ask_line(kernel: Any | None, prompt: str, deadline: float | None, *, secret: bool = False) -> str | None:
    """Return a line of input, or None if there was none in time.

    Parameters
    ----------
    kernel, deadline
        As for `ask_option`.
    prompt
        What is shown before it.
    secret
        Whether the line is not to be shown while it is typed.

    Raises
    ------
    NoInputError
        If the front end passes no input to the kernel, or there is no terminal.
    """
    if kernel is None:
        return _read_terminal(prompt, deadline, secret=secret)
    if not accepts_input(kernel):
        raise NoInputError("the front end passes no input to the kernel")
    return _read_front_end(kernel, prompt, deadline, secret=secret)


def _read_front_end(kernel: Any, prompt: str, deadline: float | None, *, secret: bool) -> str | None:
    try:
        identity, request = kernel._parent_ident["shell"], kernel.get_parent("shell")
        content = {"prompt": prompt, "password": secret}
        kernel.session.send(kernel.stdin_socket, "input_request", content, request, ident=identity)
        while deadline is None or time.monotonic() < deadline:
            if kernel.stdin_socket.poll(50):
                _, reply = kernel.session.recv(kernel.stdin_socket)
                if reply is not None:
                    return str(reply["content"]["value"])
    except (AttributeError, KeyError, TypeError) as error:
        raise NoInputError(f"{type(kernel).__name__} is of no known layout") from error
    return None


def _read_terminal(prompt: str, deadline: float | None, *, secret: bool) -> str | None:
    if sys.stdin is None or not sys.stdin.isatty():
        raise NoInputError("there is no terminal")
    if secret:
        return getpass.getpass(prompt)
    print(prompt, end="", flush=True)  # noqa: T201 (the prompt of a terminal)
    if deadline is not None and sys.platform != "win32":
        seconds = max(0.0, deadline - time.monotonic())
        ready, _, _ = select.select([sys.stdin], [], [], seconds)
        if not ready:
            print()  # noqa: T201
            return None
    line = sys.stdin.readline()
    return line or None
