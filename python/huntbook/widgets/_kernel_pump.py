"""Wait inside a running cell while clicks still reach the kernel.

A Jupyter kernel runs one shell request at a time: while a cell runs, the
message that a click sends waits behind it. This module is the only one that
knows how ipykernel does that, and works round it.

*Gate*: while at least one wait is on, the callback of the stream that feeds
the kernel's shell is ours. Widget messages and the front end's information
requests are run at once; everything else, above all the next cells, is *held*
and goes back, in order of arrival, through the kernel's own callback. So each
later cell keeps its own output area, execution count and abort-on-error.

Where ipykernel is not laid out as probed here, `PumpUnavailableError` is
raised before anything has been touched; the caller falls back (see
`huntbook.widgets._stdin`). Layouts known: ipykernel 6 (one message queue) and
ipykernel 7 (a socket pair from the shell-channel thread to each subshell).
"""

# ruff: noqa: SLF001, BLE001 (the point of this module: ipykernel has no public way)

from __future__ import annotations

import contextlib
import inspect
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RUN_AT_ONCE = frozenset({"comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request"})
"""Message types which are run during a wait; the front end draws no widget before
its two information requests are answered."""

SLICE_SECONDS = 0.05
"""Longest time between two looks at the event and the deadline."""


class PumpUnavailableError(RuntimeError):
    """The kernel is not laid out in a way that is known here."""


@dataclass
class WaitReport:
    """What one wait did: seconds waited, messages run, and requests that came and were held."""

    seconds: float = 0.0
    ran: int = 0
    held: int = 0


@dataclass
class _Shell:
    """The shell that runs the current thread's cells, whatever the ipykernel."""

    kernel: Any
    stream: Any
    reply_target: Any
    claim_waiting: Callable[[], list[list[Any]]]

    def message_type(self, frames: list[Any]) -> str | None:
        """Return the type of a message, or None if it isn't validly signed.

        Only the header is looked at, so that the signature isn't recorded as
        seen: the kernel may still have to accept the message.
        """
        session = self.kernel.session
        try:
            _, parts = session.feed_identities(frames, copy=False)
            header = session.deserialize(parts, content=False, copy=False)["header"]
            return str(header["msg_type"])
        except Exception:
            return None

    def look_again(self) -> None:
        """Let the thread that reads the front end's messages look for one which it missed.

        Up to ipykernel 7.3 that thread sends replies past its stream; a message that comes at
        that moment spends the edge of the descriptor, and would lie there for ever.
        """
        source = getattr(self.kernel, "shell_stream", None)
        if source is not None and source is not self.stream and not source.closed():
            source.io_loop.add_callback(source._handle_events, source.socket, 0)

    def parent(self) -> tuple[Any, Any]:
        """Return identity and message of the request that is running."""
        return self.kernel._parent_ident["shell"], self.kernel.get_parent("shell")

    def run(self, frames: list[Any]) -> None:
        """Run one message as the kernel would, between a busy and an idle status."""
        kernel = self.kernel
        identity, parts = kernel.session.feed_identities(frames, copy=False)
        message = kernel.session.deserialize(parts, content=True, copy=False)
        asking = self.parent()
        kernel.set_parent(identity, message, channel="shell")
        try:
            kernel._publish_status("busy", "shell")
            handler = kernel.shell_handlers[message["header"]["msg_type"]]
            _finish_now(handler(self.reply_target, identity, message))
        except Exception:
            kernel.log.exception("a widget's message could not be handled")
        finally:
            for output in (sys.stdout, sys.stderr):
                if output is not None:
                    output.flush()
            kernel._publish_status("idle", "shell")
            kernel.set_parent(*asking, channel="shell")


def _finish_now(result: Any) -> None:
    """Run a handler's coroutine to its end.

    ipykernel's handlers of information requests are coroutines which await
    nothing; one that did would be closed at its first await.
    """
    if inspect.iscoroutine(result):
        with contextlib.suppress(StopIteration):
            result.send(None)
        result.close()


# ------------------------------------------------------------------ the two layouts


def _ipykernel_6(kernel: Any) -> _Shell | None:
    if not all(hasattr(kernel, name) for name in ("msg_queue", "shell_stream")):
        return None
    if threading.current_thread() is not threading.main_thread():
        return None

    def claim_waiting() -> list[list[Any]]:
        # Already read from the socket, waiting behind the running cell.
        queue = kernel.msg_queue._queue
        claimed = []
        for item in list(queue):
            frames = item[-1][0] if item[-1] else None
            if isinstance(frames, list) and shell.message_type(frames) in RUN_AT_ONCE:
                queue.remove(item)
                claimed.append(frames)
        return claimed

    shell = _Shell(kernel, kernel.shell_stream, kernel.shell_stream, claim_waiting)
    return shell


def _ipykernel_7(kernel: Any) -> _Shell | None:
    if not hasattr(kernel, "shell_main"):
        return None
    thread = threading.current_thread()
    manager = getattr(getattr(kernel, "shell_channel_thread", None), "manager", None)
    subshell: str | None = None
    if thread is not threading.main_thread():
        known = manager.list_subshell() if manager is not None else []
        subshell = thread.name.removeprefix("subshell-")
        if subshell not in known:
            return None
    if manager is None:
        stream = reply_target = kernel.shell_stream
    else:
        stream = manager.get_shell_channel_to_subshell_pair(subshell).to_stream
        reply_target = manager.get_subshell_to_shell_channel_socket(subshell)

    def claim_waiting() -> list[list[Any]]:
        # Already read: each is a task that waits for the lock of the running cell. The kernel
        # will deliver it a second time, and refuse it by its signature; without signatures
        # (an empty session key) it would run twice, so that then nothing is claimed.
        import asyncio

        if kernel.session.auth is None:
            return []
        waiting: list[tuple[int, list[Any]]] = []
        for task in asyncio.all_tasks():
            coroutine = task.get_coro()
            frame = getattr(coroutine, "cr_frame", None)
            if frame is None or getattr(coroutine, "__name__", "") != "shell_main":
                continue
            message = frame.f_locals.get("msg")
            if frame.f_locals.get("subshell_id") == subshell and isinstance(message, list):
                number = task.get_name().rpartition("-")[2]
                waiting.append((int(number) if number.isdigit() else 0, message))
        return [
            list(frames)
            for _, frames in sorted(waiting, key=lambda found: found[0])
            if shell.message_type(frames) in RUN_AT_ONCE
        ]

    shell = _Shell(kernel, stream, reply_target, claim_waiting)
    return shell


def _current_shell(kernel: Any) -> _Shell:
    """Return the shell of the current thread.

    Raises
    ------
    PumpUnavailableError
        If the kernel is of no known layout, or the thread runs no cells.
    """
    try:
        shell = _ipykernel_7(kernel) or _ipykernel_6(kernel)
    except Exception as error:
        raise PumpUnavailableError(f"{type(kernel).__name__} is of no known layout") from error
    needed = ("_recv_callback", "_recv_copy", "_run_callback", "_handle_events", "socket")
    if shell is None or not all(hasattr(shell.stream, name) for name in needed):
        raise PumpUnavailableError(f"{type(kernel).__name__} is of no known layout")
    return shell


# ------------------------------------------------------------------ the gate


@dataclass
class _Gate:
    """Stands between a stream and its kernel for as long as something waits."""

    shell: _Shell
    waits: list[WaitReport] = field(default_factory=list)
    inbox: deque[list[Any]] = field(default_factory=deque)
    held: list[list[Any]] = field(default_factory=list)
    callback: tuple[Any, bool] | None = None

    def close(self) -> None:
        """Take over the stream and what it has read already."""
        stream = self.shell.stream
        self.callback = (stream._recv_callback, stream._recv_copy)
        stream.on_recv(self.inbox.append, copy=False)
        try:
            self.inbox.extend(self.shell.claim_waiting())
        except Exception:
            self.shell.kernel.log.warning("could not look at waiting requests", exc_info=True)

    def pump(self, seconds: float) -> None:
        """Run what arrives; return after `seconds`, or as soon as something came."""
        if not self.inbox and seconds > 0:
            self.shell.stream.socket.poll(int(seconds * 1000))
        self.shell.stream.flush()
        if not self.inbox:
            self.shell.look_again()
        while self.inbox:
            frames = self.inbox.popleft()
            runs = self.shell.message_type(frames) in RUN_AT_ONCE
            for report in self.waits:
                report.ran += runs
                report.held += not runs
            if runs:
                self.shell.run(frames)
                self.shell.stream.flush()
            else:
                self.held.append(frames)

    def open(self) -> None:
        """Give the stream back, and to the kernel what was held."""
        if self.callback is None:
            return
        stream, (callback, copy) = self.shell.stream, self.callback
        self.callback = None
        stream.on_recv(callback, copy=copy)
        held = [*self.held, *self.inbox]
        self.held.clear()
        self.inbox.clear()
        for frames in held:
            stream._run_callback(callback, frames)
        # The descriptor is edge-triggered, and its edge was spent on us: look once more.
        stream.io_loop.add_callback(stream._handle_events, stream.socket, 0)


_gates: dict[int, _Gate] = {}
"""Gates that are closed, by the identity of their stream: waits nest, and may run side by side."""


@contextlib.contextmanager
def _closed_gate(kernel: Any, report: WaitReport) -> Iterator[_Gate]:
    shell = _current_shell(kernel)
    gate = _gates.setdefault(id(shell.stream), _Gate(shell))
    started = time.monotonic()
    gate.waits.append(report)
    try:
        if gate.callback is None:
            gate.close()
        yield gate
    finally:
        report.seconds = time.monotonic() - started
        gate.waits = [wait for wait in gate.waits if wait is not report]
        if not gate.waits:
            _gates.pop(id(shell.stream), None)
            gate.open()


def _next_slice(deadline: float | None) -> float:
    if deadline is None:
        return SLICE_SECONDS
    return min(SLICE_SECONDS, deadline - time.monotonic())


# ------------------------------------------------------------------ what widgets use


def running_kernel() -> Any | None:
    """Return the ipykernel that runs this process's cells, or None outside one."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None)


def running_request(kernel: Any) -> dict[str, Any]:
    """Return the request that the kernel is running; empty if there is none."""
    try:
        request = kernel.get_parent("shell")
    except Exception:
        return {}
    return dict(request) if request else {}


def wait(kernel: Any, done: threading.Event, deadline: float | None) -> WaitReport:
    """Block the cell until `done` is set or the deadline has passed.

    Parameters
    ----------
    kernel
        The running ipykernel.
    done
        Set by the handler of a widget's message, in whichever thread.
    deadline
        Seconds on the clock of `time.monotonic`; None waits for ever.

    Returns
    -------
    WaitReport
        What happened meanwhile. Whether `done` is set is for the caller to look at.

    Raises
    ------
    PumpUnavailableError
        If the kernel's layout is unknown; nothing has been touched then.
    KeyboardInterrupt
        If the kernel is interrupted; later cells are handed back first.
    """
    report = WaitReport()
    with _closed_gate(kernel, report) as gate:
        while not done.is_set() and (seconds := _next_slice(deadline)) > 0:
            gate.pump(seconds)
    return report


async def wait_async(kernel: Any, done: threading.Event, deadline: float | None) -> WaitReport:
    """Like `wait`, while other tasks of the cell's event loop go on.

    Later cells are held back all the same.
    """
    import asyncio

    report = WaitReport()
    with _closed_gate(kernel, report) as gate:
        while not done.is_set() and (seconds := _next_slice(deadline)) > 0:
            gate.pump(0)
            if not done.is_set():
                await asyncio.sleep(seconds)
    return report
