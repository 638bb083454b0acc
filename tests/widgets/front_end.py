"""A front end without a browser: runs cells in a real kernel and clicks by message.

It speaks the Jupyter messaging protocol as JupyterLab does: all cells of "Run
All" are sent at once, a click is a `comm_msg`. Everything that the kernel
publishes is kept in order of arrival.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kernels import Kernel

PATIENCE_SECONDS = 60
"""Longest wait for something that a working kernel does at once; machines may be loaded."""


@dataclass
class Cell:
    """A cell that was sent, and what came back for it."""

    code: str
    message_id: str
    received: dict[str, Any] | None = None
    idle: bool = False
    outputs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def reply(self) -> dict[str, Any] | None:
        """The reply, once all outputs have come as well: the two channels are not in step."""
        return self.received if self.idle else None

    @property
    def text(self) -> str:
        """What the cell printed."""
        return "".join(o["content"]["text"] for o in self.outputs if o["msg_type"] == "stream")

    @property
    def status(self) -> str:
        """`ok`, `error`, `aborted`, or `running` before the reply."""
        return self.reply["content"]["status"] if self.reply else "running"

    @property
    def bundle(self) -> dict[str, Any]:
        """The output that is shown now: the latest display, or update of one."""
        shown = [o for o in self.outputs if o["msg_type"].endswith("display_data")]
        return shown[-1]["content"]["data"]


class FrontEnd:
    """One kernel, and the state that a notebook page would keep."""

    def __init__(self, kernel: Kernel, huntbook_path: Path) -> None:
        self.manager = KernelManager()
        self.manager._kernel_spec = KernelSpec(**kernel.specification())
        environment = {k: v for k, v in os.environ.items() if not k.startswith("HUNTBOOK_")}
        environment["PYTHONPATH"] = str(huntbook_path)
        self.manager.start_kernel(env=environment)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE_SECONDS)
        self.cells: dict[str, Cell] = {}
        self.views: list[dict[str, Any]] = []
        self.answered: set[tuple[str, int]] = set()
        self.replies: list[dict[str, Any]] = []
        self.published: list[tuple[float, dict[str, Any]]] = []

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    # ------------------------------------------------------------ sending

    def run(self, code: str, *, cell_id: str | None = None, attended: bool = True, **header: Any) -> Cell:
        """Send a cell; don't wait for it."""
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": attended,
            "stop_on_error": True,
        }
        message = self.client.session.msg("execute_request", content)
        message["header"].update(header)
        message["metadata"] = {"cellId": cell_id} if cell_id else {}
        self.client.shell_channel.send(message)
        cell = Cell(code, message["header"]["msg_id"])
        self.cells[cell.message_id] = cell
        return cell

    def run_now(self, code: str, **options: Any) -> Cell:
        """Run a cell to its end."""
        cell = self.run(code, **options)
        self.until(lambda: cell.reply is not None)
        return cell

    def request(self, message_type: str, content: dict[str, Any] | None = None) -> str:
        """Send another shell request; return its identifier."""
        message = self.client.session.msg(message_type, content or {})
        self.client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def send(self, view: dict[str, Any], **content: Any) -> None:
        """Send a widget's message, as `model.send` does."""
        data = {"method": "custom", "content": content}
        self.request("comm_msg", {"comm_id": view["comm_id"], "data": data})

    def click(self, option: str, view: dict[str, Any] | None = None) -> None:
        """Click a button of a question."""
        view = view or self.question()
        state = view["state"]
        index = state["options"].index(option)
        self.answered.add((view["comm_id"], state["question"]))
        self.send(view, event="choose", index=index, question=state["question"])

    def control(self, message_type: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a control request, and return its reply's content."""
        message = self.client.session.msg(message_type, content or {})
        self.client.control_channel.send(message)
        while True:
            reply = self.client.get_control_msg(timeout=PATIENCE_SECONDS)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return dict(reply["content"])

    # ------------------------------------------------------------ receiving

    def until(self, condition: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
        """Receive until the condition holds; return what it returned."""
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            if time.monotonic() > deadline:
                cells = [(cell.code[:60], cell.status, cell.text) for cell in self.cells.values()]
                raise TimeoutError(f"not within {seconds} s; cells: {cells[-6:]}")
            self.receive(0.05)
        return found

    def receive(self, seconds: float) -> None:
        """Receive what arrives within `seconds`."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if self.client.iopub_channel.socket.poll(int(left * 500)):
                self._published(self.client.get_iopub_msg(timeout=1))
            while self.client.shell_channel.socket.poll(0):
                reply = self.client.get_shell_msg(timeout=1)
                self.replies.append(reply)
                cell = self.cells.get(reply["parent_header"].get("msg_id"))
                if cell is not None:
                    cell.received = reply

    def _published(self, message: dict[str, Any]) -> None:
        self.published.append((time.monotonic(), message))
        kind, content = message["msg_type"], message["content"]
        if kind == "comm_open":
            state = dict(content["data"].get("state", {}))
            self.views.append({"comm_id": content["comm_id"], "state": state})
        elif kind == "comm_msg" and content["data"].get("method") == "update":
            for view in self.views:
                if view["comm_id"] == content["comm_id"]:
                    view["state"].update(content["data"]["state"])
        elif kind == "status" and content["execution_state"] == "idle":
            cell = self.cells.get(message["parent_header"].get("msg_id"))
            if cell is not None:
                cell.idle = True
        elif kind in {"stream", "display_data", "update_display_data", "execute_result", "error"}:
            cell = self.cells.get(message["parent_header"].get("msg_id"))
            if kind == "update_display_data":
                cell = self._shows(content["transient"]["display_id"]) or cell
            if cell is not None:
                cell.outputs.append(message)

    def _shows(self, display_id: str) -> Cell | None:
        for cell in self.cells.values():
            for output in cell.outputs:
                if output["content"].get("transient", {}).get("display_id") == display_id:
                    return cell
        return None

    def question(self, number: int = 0) -> dict[str, Any]:
        """Return the question that waits, when it is there; `number` counts those that wait."""
        return self.until(lambda: (self.waiting() + [None] * (number + 1))[number])

    def waiting(self) -> list[dict[str, Any]]:
        """Return the questions that wait and were not clicked."""
        return [
            view
            for view in self.views
            if view["state"].get("waiting")
            and (view["comm_id"], view["state"]["question"]) not in self.answered
        ]

    def input_request(self) -> dict[str, Any]:
        """Return the content of the kernel's next request for a line of input."""
        return dict(self.client.get_stdin_msg(timeout=PATIENCE_SECONDS)["content"])
