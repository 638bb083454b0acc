"""What all tests share: a scenario on disk, made once, and keys that never touch the home folder."""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings

# The laws are tried on the same cases in every run; `make laws` takes new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("new", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HUNTBOOK_LAWS", "same"))


class Demo(NamedTuple):
    """A small scenario: its logs, its feed, its ground truth."""

    folder: Path
    logs: Path
    feed: Path
    truth: dict[str, Any]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    import huntbook as hb

    folder = tmp_path_factory.mktemp("demo")
    hb.write_scenario(folder, seed=11, rows=20_000)
    truth = json.loads((folder / "ground-truth.json").read_text())
    return Demo(folder, folder / "logs", folder / "feed", truth)


@pytest.fixture(autouse=True)
def _own_key_file(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are made in a folder of the test run."""
    key = tmp_path_factory.getbasetemp() / "keys" / "key"
    monkeypatch.setenv("HUNTBOOK_KEY_FILE", str(key))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that skips itself: what cannot run is deselected by its marker, and so is seen."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} skips itself; give it the marker of what it needs"
    return report
