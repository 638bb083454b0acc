"""`import huntbook.as_msticpy` makes the names of msticpy resolve to huntbook."""

from __future__ import annotations

import importlib
import subprocess
import sys
import types
from typing import TYPE_CHECKING

import pytest

import huntbook.as_msticpy
from huntbook import widgets

if TYPE_CHECKING:
    from pathlib import Path


def run(code: str, *, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter, with the paths of this one; a folder comes first."""
    start = [*([str(folder)] if folder else []), *filter(None, sys.path)]
    program = f"import sys; sys.path[:0] = {start!r}\n{code}"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "statement",
    [
        "from msticpy.nbwidgets import GetText, OptionButtons, RegisteredWidget",
        "from msticpy import nbwidgets; GetText = nbwidgets.GetText",
        "from msticpy.nbtools import nbwidgets; GetText = nbwidgets.GetText",
        "from msticpy.nbtools.nbwidgets import GetText",
        "import msticpy.nbtools.nbwidgets as nbwidgets; GetText = nbwidgets.GetText",
        "import msticpy; GetText = msticpy.nbwidgets.GetText",
        "from msticpy.nbwidgets import *",
        "from msticpy.nbwidgets.get_text import GetText",
    ],
)
def test_spelling_of_an_import_gives_huntbooks_widget(statement: str) -> None:
    names: dict[str, object] = {}
    exec(statement, names)  # noqa: S102 (an import is what is tested)
    assert names["GetText"] is widgets.GetText


@pytest.mark.parametrize(
    ("statement", "near"),
    [
        ("from msticpy.nbwidgets import GetTxt", "msticpy.nbwidgets.GetText"),
        ("from msticpy.nbwidgets import SelectItm", "msticpy.nbwidgets.SelectItem"),
        ("import msticpy.nbwidget", "msticpy.nbwidgets"),
        ("from msticpy.vis.query_browser import browse_queries", "msticpy"),
        ("from msticpy.analysis import timeseries", "msticpy"),
    ],
)
def test_name_that_is_lacking_is_an_import_error_with_near_names(statement: str, near: str) -> None:
    with pytest.raises(ImportError, match=r"huntbook has no `msticpy\.") as error:
        exec(statement, {})  # noqa: S102 (an import is what is tested)
    assert near in str(error.value)


def test_attribute_that_is_lacking_is_an_attribute_error() -> None:
    import msticpy

    assert not hasattr(msticpy, "analysis")
    with pytest.raises(AttributeError, match=r"huntbook has no `msticpy\.analysis`"):
        _ = msticpy.analysis


def test_names_are_found_by_completion() -> None:
    module = importlib.import_module("msticpy")
    assert {"nbwidgets", "data", "init_notebook"} <= set(dir(module))


def test_every_line_of_the_table_is_unique() -> None:
    paths = [(name.module, name.attribute) for name in huntbook.as_msticpy.NAMES]
    assert len(paths) == len(set(paths))


def test_widgets_are_imported_without_pandas_or_ipywidgets() -> None:
    code = """
import huntbook.as_msticpy
from msticpy.nbwidgets import GetText, OptionButtons
heavy = {"pandas", "numpy", "ipywidgets", "anywidget", "IPython", "ipykernel"} & set(sys.modules)
assert not heavy, heavy
"""
    done = run(code)
    assert done.returncode == 0, done.stderr


def test_msticpy_imported_before_is_refused(tmp_path: Path) -> None:
    (tmp_path / "msticpy.py").write_text("")
    done = run("import msticpy\nimport huntbook.as_msticpy", folder=tmp_path)
    assert "ImportError: msticpy is already imported from" in done.stderr
    assert "restart the kernel" in done.stderr


def test_msticpy_installed_is_hidden_with_a_warning(tmp_path: Path) -> None:
    (tmp_path / "msticpy.py").write_text("raise SystemExit('the real one')")
    metadata = tmp_path / "msticpy-3.0.2.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: msticpy\nVersion: 3.0.2\n")
    code = "import huntbook.as_msticpy, msticpy\nprint(type(msticpy).__module__)"
    done = run(code, folder=tmp_path)
    assert done.stdout.strip() == "huntbook.as_msticpy._modules"
    assert "MsticpyHiddenWarning: msticpy 3.0.2 is installed" in done.stderr


def test_init_notebook_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    import msticpy

    mine = object()
    names: dict[str, object] = {"GetText": mine}
    msticpy.init_notebook(namespace=names, verbosity=2)
    printed = capsys.readouterr().out
    assert names["GetText"] is mine
    assert names["OptionButtons"] is widgets.OptionButtons
    assert isinstance(names["nbwidgets"], types.ModuleType)
    assert "Already there: GetText." in printed
    assert "Options without effect: verbosity." in printed
