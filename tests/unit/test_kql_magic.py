"""``%%kql`` and ``%kql``: options, values of the notebook, errors, completion."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import huntbook as hb
from huntbook.completion import complete
from huntbook.magics import Magic, options, words

NOW = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
HOSTILE = "x' | union Secret //"


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "some logs"
    folder.mkdir()
    rows = ["Account,Computer,Count", "ada,WS-1,3", "bob,WS-2,1", f'"{HOSTILE}",WS-3,9']
    (folder / "Logons.csv").write_text("\n".join(rows))
    return folder


@pytest.fixture
def shell() -> Iterator[Any]:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "huntbook")
    yield shell
    shell.run_line_magic("unload_ext", "huntbook")


def run(shell: Any, line: str, cell: str) -> Any:
    return shell.run_cell_magic("kql", line, cell)


# ---------------------------------------------------------------- options


def test_words_keep_what_stands_in_quotes() -> None:
    assert [word for word, _ in words("--data 'some logs' x")] == ["--data", "some logs", "x"]
    with pytest.raises(hb.ConfigError, match="quote"):
        words("--data 'some logs")


def test_options_may_be_variables_of_the_notebook() -> None:
    names = {"folder": Path("logs"), "several": ["a", "b"], "day": NOW, "n": 5}
    asked = options("{folder} --data $several --now={day} --limit {n} --out t", names, is_cell=True)
    assert asked.paths == ["logs", "a", "b"]
    assert (asked.now, asked.limit, asked.out) == (NOW, 5, "t")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--dta x", "no option '--dta'"),
        ("--data", "--data needs a value"),
        ("--data {nosuch}", "no variable 'nosuch'"),
        ("--limit many", "a number of rows"),
        ("--out 1x", "the name of a variable"),
    ],
)
def test_a_wrong_option_says_what_is_wrong(line: str, said: str) -> None:
    with pytest.raises(hb.ConfigError, match=said):
        options(line, {}, is_cell=True)


def test_a_line_keeps_the_quotes_of_its_query() -> None:
    asked = options("--limit 1  T | where a == 'x  y' -- z", {}, is_cell=False)
    assert (asked.limit, asked.query) == (1, "T | where a == 'x  y' -- z")
    assert options("print 'it", {}, is_cell=False).query == "print 'it"


# ---------------------------------------------------------------- running


def test_a_cell_runs_over_its_paths_and_later_cells_over_the_same(shell: Any, logs: Path) -> None:
    first = run(shell, f"--data '{logs}'", "Logons | where Count > 2 | project Account")
    assert first["Account"] == ["ada", HOSTILE]
    assert run(shell, "", "Logons | count")["Count"] == [3]


def test_the_clock_is_that_of_the_line(shell: Any) -> None:
    assert run(shell, "--now 2026-11-20", "print at = ago(1d)")["at"] == [NOW - dt.timedelta(days=1)]


def test_values_of_the_notebook_are_literals_and_never_query_text(shell: Any, logs: Path) -> None:
    shell.user_ns.update(
        who=HOSTILE, machines=["WS-1", "WS-2"], least=2, since=NOW, span=dt.timedelta(hours=1, seconds=5)
    )
    data = f"--data '{logs}'"
    assert run(shell, data, "Logons | where Account == {who} | project Count")["Count"] == [9]
    assert run(shell, data, "Logons | where Account == '{who}' | project Count")["Count"] == [9]
    found = run(shell, data, "Logons | where Computer in ({machines}) and Count > {least} | project Account")
    assert found["Account"] == ["ada"]
    assert run(shell, "", "print t = {since}, s = {span}").to_pydict() == {
        "t": [NOW],
        "s": [dt.timedelta(hours=1, seconds=5)],
    }


def test_a_line_magic_takes_values_as_a_cell_does(shell: Any) -> None:
    shell.user_ns["who"] = HOSTILE
    assert shell.run_line_magic("kql", "print x = {who}")["x"] == [HOSTILE]


def test_a_name_that_the_notebook_does_not_have_is_an_error_with_near_names(shell: Any) -> None:
    shell.user_ns["hostname"] = "x"
    with pytest.raises(hb.QueryError) as caught:
        run(shell, "", "print x = {hostnam}")
    assert "^" in str(caught.value)
    assert "`hostname`" in str(caught.value)


def test_raw_text_is_left_alone(shell: Any) -> None:
    shell.user_ns["a"] = 1
    assert run(shell, "--raw", "print x = '{a}'")["x"] == ["{a}"]


def test_the_result_goes_into_a_variable(shell: Any, logs: Path) -> None:
    assert run(shell, f"--data '{logs}' --out logons", "Logons") is None
    assert len(shell.user_ns["logons"]) == 3


def test_a_cut_answer_says_so(shell: Any, logs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = run(shell, f"--data '{logs}' --limit 2", "Logons")
    assert (len(table), table.complete) == (2, False)
    assert "not the whole answer: cut to the 2 rows" in table._repr_html_()
    assert "not the whole answer" in repr(table)
    run(shell, "--limit 2 --out t", "Logons")
    assert "not the whole answer" in capsys.readouterr().err


def test_a_cell_ends_when_its_time_or_memory_is_used_up(shell: Any) -> None:
    pairs = "range x from 1 to 20000 step 1 | extend k = 1 | as T | join kind=inner T on k | count"
    for options_, code in (("--timeout 20ms", "KQL0402"), ("--memory {size}", "KQL0401")):
        shell.user_ns["size"] = 1_000
        with pytest.raises(hb.LimitError) as caught:
            run(shell, options_, pairs)
        assert caught.value.code == code
        assert "Traceback" not in caught.value._render_traceback_()[0]  # type: ignore[attr-defined]
    with pytest.raises(hb.ConfigError, match="no length of time"):
        run(shell, "--timeout soon", "print 1")


def test_an_error_is_drawn_without_a_traceback(shell: Any, logs: Path) -> None:
    with pytest.raises(hb.KqlError) as caught:
        run(shell, f"--data '{logs}'", "Logons\n| where Acount has 'a'")
    drawn = caught.value._render_traceback_()  # type: ignore[attr-defined]
    assert len(drawn) == 1
    assert "Traceback" not in drawn[0]
    assert drawn[0].splitlines()[0] == "error[KQL0102]: column `Acount` not found"
    assert "        ^^^^^^" in drawn[0]
    assert "similar columns: `Account`" in drawn[0]


# ---------------------------------------------------------------- charts

BARS = "datatable(who:string, n:long)['ada', 3, '<b>bob</b>', 1] | render barchart with (title='logons')"


def test_a_render_is_a_chart_in_a_notebook() -> None:
    table = hb.kql(BARS)
    assert table.chart == {"kind": "barchart", "properties": [("title", "logons")]}
    bundle = table._repr_mimebundle_()
    document = bundle["application/vnd.vegalite.v5+json"]
    assert [value["x"] for value in document["data"]["values"]] == ["ada", "<b>bob</b>"]
    assert document["title"]["text"] == "logons"
    assert bundle["text/plain"].startswith("logons\nada ")
    assert table._repr_html_() is None
    assert table.vega_lite() == document


def test_rows_stay_rows_beside_a_chart(shell: Any) -> None:
    assert hb.kql(BARS)["n"] == [3, 1]
    plain = run(shell, "--table", BARS)
    assert plain.chart is None
    assert "&lt;b&gt;" in plain._repr_html_()
    assert plain._repr_mimebundle_() == {}


def test_a_chart_that_cannot_be_drawn_says_why_and_shows_the_rows() -> None:
    table = hb.kql("print who = 'ada' | render timechart")
    assert "no chart: a `timechart` needs a column of times" in table._repr_html_()
    assert table._repr_mimebundle_() == {}
    with pytest.raises(ValueError, match="column of times"):
        table.vega_lite()
    with pytest.raises(ValueError, match="does not ask for one"):
        hb.kql("print 1").vega_lite()


@pytest.mark.parametrize(
    "query",
    [
        BARS,
        "range t from datetime(2026-11-19) to datetime(2026-11-20) step 1h | extend n = 3 | render timechart",
        "range x from 1 to 5 step 1 | extend y = x * x | render scatterchart with (yaxis=log, legend=hidden)",
        "datatable(a:string,b:string,n:long)['x','p',1] | render columnchart with (kind=stacked100)",
        "datatable(a:string,n:long)['x',1,'y',2] | render piechart",
        "range x from 1 to 5 step 1 | extend y = x, z = x | render stackedareachart with (ymin=0, ymax=9)",
    ],
)
def test_altair_takes_the_document(query: str) -> None:
    chart = hb.kql(query).to_altair()
    assert type(chart).__module__.startswith("altair")
    assert chart.to_dict()["encoding"]


def test_without_altair_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "altair", None)
    with pytest.raises(hb.ConfigError) as caught:
        hb.kql(BARS).to_altair()
    assert caught.value.hints == ["pip install 'huntbook[charts]'"]


# ---------------------------------------------------------------- completion


def labels(magic: Magic, source: str) -> list[str]:
    offset = source.index("^")
    return [label for label, *_ in complete(magic, source.replace("^", ""), offset)]


@pytest.fixture
def magic(shell: Any, logs: Path) -> Magic:
    magic = Magic(shell)
    magic.line(f"--data '{logs}'")
    return magic


def test_a_cell_completes_tables_columns_and_functions(magic: Magic, logs: Path) -> None:
    assert labels(magic, "%%kql\nLog^")[0] == "Logons"
    assert labels(magic, "%%kql\nLogons\n| where Acc^ == 'x'\n| take 5") == ["Account"]
    assert "strcat" in labels(magic, "%%kql\nLogons | extend x = str^")
    assert labels(magic, f"%%kql --data '{logs}'\nLogons | where Acc^") == ["Account"]
    assert labels(magic, "%%kql\nLogons | where Computer == {host} and Acc^") == ["Account"]


def test_offsets_count_characters_not_bytes(magic: Magic) -> None:
    assert labels(magic, "%%kql\n// äöü 🙂\nLogons | where Account != 'ä' and Comp^") == ["Computer"]


def test_lines_and_strings_complete(magic: Magic, logs: Path, shell: Any) -> None:
    assert labels(magic, "x = 1\n%kql Logons | where Acc^") == ["Account"]
    assert labels(magic, "t = %kql --limit 5 Logons | where Acc^") == ["Account"]
    assert labels(magic, "hb.kql('Logons | where Acc^')") == ["Account"]
    assert labels(magic, 'hb.kql("""\nLogons\n| where Acc^\n""", "x")') == []
    shell.user_ns.update(folder=logs, db=hb.Database(logs))
    other = Magic(shell)
    assert labels(other, f"hb.kql('Logons | where Acc^', '{logs}')") == ["Account"]
    assert labels(other, "hb.kql('Logons | where Acc^', data_paths=folder)") == ["Account"]
    assert labels(other, "db.query('Logons | where Acc^')") == ["Account"]


def test_python_is_left_alone(magic: Magic) -> None:
    for source in ["pri^", "x = 'kql' + Acc^", "hb.kql('Logons')\nAcc^", "%%time\nLog^", "%%kql --da^\n"]:
        assert labels(magic, source) == []


def test_nothing_raises_while_somebody_types(magic: Magic) -> None:
    for source in ["%%kql --data nosuch\nLog^", "%%kql --nosuch\nLog^", "%%kql --data '\nx^"]:
        assert labels(magic, source) == []


def test_the_completer_of_ipython_asks(shell: Any, logs: Path) -> None:
    from IPython.core.completer import provisionalcompleter

    shell.run_line_magic("kql", f"--data '{logs}'")
    source = "%%kql\nLogons | where Acc"
    with provisionalcompleter():
        found = list(shell.Completer.completions(source, len(source)))
    assert [(one.text, one.type, one.start, one.end) for one in found] == [
        ("Account", "string", len(source) - 3, len(source))
    ]
