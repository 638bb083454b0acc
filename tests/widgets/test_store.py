"""What is kept on disk: whose, where, what comes back after a restart, and what never gets there."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from huntbook.widgets import GetText, RegisteredWidget, Registry, StoreError, WidgetWarning, registry
from huntbook.widgets._attendance import ENVIRONMENT_VARIABLE
from huntbook.widgets._codec import NotPlainError, decoded, encoded, plain
from huntbook.widgets._files import write_whole
from huntbook.widgets._memory import Origin, Sourced, frozen


@pytest.fixture
def restart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Return a function that gives widgets the registry of a kernel just started, which keeps."""
    notebook = tmp_path / "hunt.ipynb"
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook))
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "no")

    def started(*, keep: bool = True) -> Registry:
        fresh = Registry()
        monkeypatch.setattr(RegisteredWidget, "_registry", staticmethod(lambda: fresh))
        if keep:
            fresh.keep(tmp_path / "store")
        return fresh

    return started


def test_typed_value_comes_back_after_a_restart(restart) -> None:
    restart()
    GetText("pc1", "Host", id="host").value = "pc7"
    restart()
    again = GetText("pc1", "Host", id="host")
    assert again.value == "pc7"
    assert again._record()["text/plain"].startswith("Host pc7 (set in code, 20")


def test_value_is_gone_after_a_restart_if_nothing_is_kept(restart) -> None:
    restart(keep=False)
    GetText("pc1", "Host", id="host").value = "pc7"
    restart(keep=False)
    assert GetText("pc1", "Host", id="host").value == "pc1"


def test_parameter_seen_before_the_restart_yields_to_what_was_typed_since(restart) -> None:
    space = {"host": "pc2"}
    restart()
    GetText("pc1", "Host", param="host", name_space=space).value = "pc7"
    restart()
    assert GetText("pc1", "Host", param="host", name_space=space).value == "pc7"
    restart()
    assert GetText("pc1", "Host", param="host", name_space={"host": "pc3"}).value == "pc3"


def test_values_remembered_before_keeping_are_kept(restart, tmp_path: Path) -> None:
    memories = restart(keep=False)
    GetText("", "Host", id="host").value = "pc7"
    memories.keep(tmp_path / "store")
    restart()
    assert GetText("", "Host", id="host").value == "pc7"


def test_notebooks_have_a_file_each(restart, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    restart()
    GetText("", "Host", id="host").value = "pc7"
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "other.ipynb"))
    restart()
    assert GetText("", "Host", id="host").value == ""
    assert len(list((tmp_path / "store").glob("*.json"))) == 2


def test_folder_and_file_are_closed_to_others(restart, tmp_path: Path) -> None:
    (tmp_path / "store").mkdir(mode=0o755)
    memories = restart()
    GetText("", "Host", id="host").value = "pc7"
    assert stat.S_IMODE((tmp_path / "store").stat().st_mode) == 0o700
    assert stat.S_IMODE(Path(str(memories.kept_in)).stat().st_mode) == 0o600


def test_secret_is_never_written(restart, tmp_path: Path) -> None:
    memories = restart()
    GetText("", "Key", id="key", secret=True).value = "hunter2-secret"
    GetText("", "Host", id="host").value = "pc7"
    assert "hunter2-secret" not in Path(str(memories.kept_in)).read_text()
    assert "hunter2-secret" not in repr(memories) + memories._repr_html_()
    restart()
    assert GetText("", "Key", id="key", secret=True).value == ""


def test_value_kept_before_it_became_a_secret_leaves_the_file(restart) -> None:
    restart()
    GetText("", "Key", id="key").value = "hunter2-secret"
    memories = restart()
    key = GetText("", "Key", id="key", secret=True)
    assert key.value == ""
    assert "hunter2-secret" not in Path(str(memories.kept_in)).read_text()


def test_two_kernels_leave_each_others_widgets_in_the_file(restart, tmp_path: Path) -> None:
    one, other = restart(), restart()
    for memories, name in ((one, "host"), (other, "account"), (one, "domain")):
        memory, _ = memories.memory(("GetText", frozen(name)))
        memory.values["value"] = Sourced(name, Origin.TYPED)
        memories.changed(("GetText", frozen(name)))
    restart()
    assert [GetText(id=name).value for name in ("host", "account", "domain")] == ["host", "account", "domain"]


def test_reset_forgets_in_the_file_too(restart) -> None:
    memories = restart()
    for name in ("host", "account"):
        GetText("", name, id=name).value = "x"
    memories.reset("'host'")
    restart()
    assert (GetText("", "host", id="host").value, GetText("", "account", id="account").value) == ("", "x")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"schema": 99, "widgets": {}}',
        '{"schema": 1, "widgets": []}',
        '{"schema": 1, "widgets": {"x": 5}}',
        "\x00\xff",
    ],
)
def test_broken_file_is_as_good_as_none(restart, content: str) -> None:
    memories = restart()
    GetText("", "Host", id="host").value = "pc7"
    Path(str(memories.kept_in)).write_text(content, encoding="latin-1")
    restart()
    text = GetText("", "Host", id="host")
    assert text.value == ""
    text.value = "pc8"
    restart()
    assert GetText("", "Host", id="host").value == "pc8"


def test_entry_with_odd_values_is_left_out_alone(restart) -> None:
    memories = restart()
    GetText("", "Host", id="host").value = "pc7"
    path = Path(str(memories.kept_in))
    content = json.loads(path.read_text())
    (entry,) = content["widgets"].values()
    entry["values"]["other"] = {"value": {"time": "no time"}, "origin": "TYPED", "name": "", "when": ""}
    entry["values"]["third"] = 5
    path.write_text(json.dumps(content))
    restart()
    assert GetText("", "Host", id="host").value == "pc7"


def test_unattended_run_neither_reads_nor_writes(restart, monkeypatch: pytest.MonkeyPatch) -> None:
    memories = restart()
    GetText("", "Host", id="host").value = "pc7"
    before = Path(str(memories.kept_in)).read_text()
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "yes")
    assert restart().kept_in is None
    text = GetText("pc1", "Host", id="host")
    assert text.value == "pc1"
    text.value = "pc9"
    assert Path(str(memories.kept_in)).read_text() == before


def test_notebook_without_a_path_is_an_error_that_says_so(restart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JPY_SESSION_NAME")
    with pytest.raises(StoreError, match="path of this notebook is not known"):
        restart()


def test_folder_that_cannot_be_made_is_an_error_that_names_it(restart, tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file")
    with pytest.raises(StoreError, match="store cannot hold what widgets remember"):
        restart()


def test_store_that_breaks_later_warns_once_and_values_stay(restart, tmp_path: Path) -> None:
    restart()
    text = GetText("", "Host", id="host")
    for file in (tmp_path / "store").iterdir():
        file.unlink()
    (tmp_path / "store").rmdir()
    with pytest.warns(WidgetWarning, match="remembered in this kernel only"):
        text.value = "pc7"
    text.value = "pc8"
    assert GetText("", "Host", id="host").value == "pc8"


def test_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "new \ud800")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


VALUES = [
    None, True, 0, 1.5, "", "caf\u00e9", ["a", ["b"]], ("a", 1), {"a": {"b": [1]}}, {1: "a"},
    datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_encoded_value_comes_back_as_it_was(value: object) -> None:
    back = decoded(json.loads(json.dumps(encoded(value))))
    assert back == value
    assert type(back) is type(value)


def test_value_of_another_kind_cannot_be_kept_or_be_a_parameter() -> None:
    for convert in (encoded, plain):
        with pytest.raises(NotPlainError, match="a object"):
            convert([object()])


# ------------------------------------------------------------------ export


def test_export_gives_each_parameter_its_present_value(tmp_path: Path) -> None:
    space = {"host": "pc2"}
    GetText("contoso", "Workspace", param="workspace", name_space=space)
    GetText("", "Host", param="host", name_space=space).value = "pc7"
    GetText("", "No parameter").value = "x"
    GetText(description="Nothing typed", param="nothing", name_space=space)
    path = tmp_path / "parameters.yaml"
    assert registry.export(path) == {"workspace": "contoso", "host": "pc7"}
    assert path.read_text() == 'workspace: "contoso"\nhost: "pc7"\n'


def test_export_leaves_secrets_out_and_says_so() -> None:
    GetText("", "Key", param="api_key", name_space={}, secret=True).value = "hunter2-secret"
    with pytest.warns(WidgetWarning, match="`api_key` is left out, as it is a secret"):
        assert registry.export() == {}


def test_export_of_two_values_for_one_variable_warns() -> None:
    GetText("", "Host", param="host", name_space={}).value = "a"
    GetText("", "Other", param="host", name_space={}).value = "b"
    with pytest.warns(WidgetWarning, match="different values"):
        assert registry.export() == {"host": "b"}
