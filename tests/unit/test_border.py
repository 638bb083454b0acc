"""The border to the native module: interruption, hostile text, magics."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import huntbook as hb
from huntbook.tables import from_any

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Demo

KEY = hb.Key.from_bytes(bytes.fromhex("9b1c7e42d0a85f36c4e91a7702bd68f3551ec08ad7429f6b30f8e2a4617cd95b"))
TEXTS = st.lists(st.one_of(st.none(), st.text()), max_size=20)


@given(TEXTS)
def test_any_text_goes_in_and_comes_out(values: list[str | None]) -> None:
    expected = [None if v is None else v.encode("utf-8", "replace").decode() for v in values]
    assert from_any({"text": values})["text"] == expected


@given(TEXTS)
def test_any_text_is_drawn_without_markup_and_without_control_characters(values: list[str | None]) -> None:
    table = from_any({"text": [None if v is None else f"<i>{v}" for v in values]})
    assert "<i>" not in table._repr_html_()
    assert not any(c in repr(table) for c in "\x1b\x07\x00\u202e")


@given(TEXTS)
def test_any_text_is_obfuscated_and_proved(values: list[str | None]) -> None:
    original = from_any({"text": values})
    safe = hb.Obfuscator(KEY).obfuscate(original)
    assert len(safe) == len(original)
    assert hb.prove(original, safe, key=KEY).ok
    stays = hb.Obfuscator(hb.Key.generate()).text
    for old, new in zip(original["text"], safe["text"], strict=True):
        assert (old is None) == (new is None)
        # What stays is public, whatever the key: short numbers, words of the language of logs.
        assert old is None or old != new or stays(old) == old


@given(TEXTS)
def test_a_name_in_any_text_is_obfuscated(values: list[str | None]) -> None:
    name = "zquagga7"
    table = from_any({"text": [None if v is None else f"{v} {name} {v}" for v in values]})
    safe = hb.Obfuscator(KEY).obfuscate(table)
    assert not any(name in text.lower() for text in safe["text"] if text is not None)


@given(st.text(max_size=200))
def test_any_query_text_is_answered_or_refused_with_a_code(text: str) -> None:
    try:
        hb.kql(text)
    except hb.KqlError as error:
        assert error.code
        assert error.code.startswith("KQL")


def test_ctrl_c_stops_long_native_work_and_leaves_no_half_file(tmp_path: Path) -> None:
    code = (
        "import huntbook as hb, signal, sys\n"
        # Whoever runs the tests in the background may ignore it.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "print('ready', flush=True)\n"
        "try:\n"
        "    hb.write_scenario(sys.argv[1], rows=200_000_000)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "out")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert output == "interrupted\n"
    left = [path.name for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert left == []


def test_other_threads_run_while_native_work_does(demo: Demo) -> None:
    import threading

    ticks = 0
    done = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.wait(0.001):
            ticks += 1

    thread = threading.Thread(target=tick)
    thread.start()
    hb.kql("SecurityEvent | extend n = strlen(EventData) | summarize sum(n) by Computer", demo.logs)
    done.set()
    thread.join()
    assert ticks > 0


@pytest.mark.notebook
def test_the_cell_magic_runs_kql(demo: Demo) -> None:
    from IPython.testing.globalipapp import get_ipython, start_ipython

    shell = start_ipython() or get_ipython()
    shell.run_line_magic("load_ext", "huntbook")
    table = shell.run_cell_magic("kql", f'"{demo.logs}"', "SigninLogs | count")
    assert table["Count"][0] > 0
