"""KQL in a real kernel, as a front end talks to it: completion, errors, charts, Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.notebook

PATIENCE = 90
#: Runs for minutes.
LONG = (
    "range x from 1 to 200000000 step 1 | extend s = strcat('a', tostring(x), 'b') "
    "| where s matches regex '(a+|b+)*c$' | summarize count() by s | count"
)


@pytest.fixture
def client(kernel: str, tmp_path: Path) -> Iterator[Any]:
    from jupyter_client.manager import start_new_kernel

    (tmp_path / "Logons.csv").write_text("Account,Count\nada,3\nbob,1\n")
    manager, client = start_new_kernel(kernel_name=kernel, startup_timeout=PATIENCE)
    assert run(client, f"%load_ext huntbook\n%kql --data {tmp_path}") == []
    client.manager = manager
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(client: Any, source: str) -> list[dict[str, Any]]:
    """Return the contents of what a cell puts out."""
    outputs: list[dict[str, Any]] = []

    def hook(message: dict[str, Any]) -> None:
        if message["msg_type"] in ("execute_result", "display_data", "error", "stream"):
            outputs.append(message["content"])

    client.execute_interactive(source, timeout=PATIENCE, output_hook=hook)
    return outputs


def completions(client: Any, source: str) -> dict[str, Any]:
    client.complete(source, len(source))
    return dict(client.get_shell_msg(timeout=PATIENCE)["content"])


def test_tab_offers_the_columns_at_that_point(client: Any) -> None:
    source = "%%kql\nLogons\n| project who = Account, Count\n| where w"
    reply = completions(client, source)
    assert reply["matches"][0] == "who"
    assert "Account" not in reply["matches"]
    assert (reply["cursor_start"], reply["cursor_end"]) == (len(source) - 1, len(source))
    assert reply["metadata"]["_jupyter_types_experimental"][0]["type"] == "string"
    assert completions(client, "%%kql\nLog")["matches"][0] == "Logons"
    assert "dcount" in completions(client, "%%kql\nLogons | summarize dc")["matches"]
    assert "dcount" not in completions(client, "dc")["matches"]


def test_an_error_under_a_cell_is_a_caret_and_no_traceback(client: Any) -> None:
    (error,) = run(client, "%%kql\nLogons\n| where Acount == 'x'")
    shown = "\n".join(error["traceback"])
    assert error["ename"] == "KqlError"
    assert "^^^^^^" in shown
    assert "hint: similar column" in shown
    assert "Traceback" not in shown
    assert ".py" not in shown


def test_a_render_is_drawn_by_the_front_end(client: Any) -> None:
    (shown,) = run(client, "%%kql\nLogons | project Account, Count | render columnchart")
    assert set(shown["data"]) == {"application/vnd.vegalite.v5+json", "text/plain"}
    (shown,) = run(client, "%%kql --table\nLogons | render columnchart")
    assert set(shown["data"]) == {"text/html", "text/plain"}


def test_ctrl_c_stops_a_long_query(client: Any) -> None:
    # Without it the kernel refuses whatever arrives while it reports the interruption.
    client.execute(f"%%kql\n{LONG}", stop_on_error=False)
    time.sleep(3)
    began = time.monotonic()
    client.manager.interrupt_kernel()
    reply = client.get_shell_msg(timeout=PATIENCE)["content"]
    assert reply["ename"] == "KeyboardInterrupt"
    assert time.monotonic() - began < 5
    outputs = run(client, "%%kql\nLogons | count")
    assert "2" in outputs[-1]["data"]["text/plain"]
