"""The drop-in names, used as an existing notebook does."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Demo

NOTEBOOK = """
import huntbook.as_msticpy
from msticpy.data import QueryProvider
from msticpy.data.data_obfus import hash_account, hash_ip, mask_df, check_masking
from msticpy.sectools.tilookup import TILookup
import pandas as pd, sys, warnings

logs, feed, attacker = sys.argv[1:]
qp = QueryProvider("AzureSentinel", data_paths=[logs])
qp.connect()
frame = qp.Azure.list_password_spray(start="2026-11-13", end="2026-11-20")
assert isinstance(frame, pd.DataFrame) and attacker in set(frame["IPAddress"]), frame
assert "SigninLogs" in qp.Azure.list_password_spray("print")
seen = TILookup().lookup_ioc(attacker)
assert isinstance(seen, pd.DataFrame) and (seen["Severity"] == "high").any(), seen

account = "CONTOSO\\\\ada"
data = pd.DataFrame({"Account": [account, None], "IpAddress": ["10.1.2.3", "x"], "Odd": ["s3cret", None]})
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    masked = mask_df(data)
assert "Odd" in str(caught[0].message)
assert masked["Odd"].tolist()[0] == "s3cret" and data["Account"].tolist()[0] == account
assert masked["IpAddress"].tolist()[0].startswith("10.")
assert masked["Account"].isna().tolist() == [False, True]
assert masked["Account"].tolist()[0] == hash_account(account)
assert "account-#" in hash_account(account)
nulled = mask_df(data, {"Odd": "null"})
assert nulled["Odd"].isna().all() and data["Odd"].tolist()[0] == "s3cret"
unchanged, changed = check_masking(masked, data)
assert any("Odd" in line for line in unchanged) and any("Account" in line for line in changed)
print("done")
"""


@pytest.mark.pandas
def test_a_notebook_of_the_peer_runs_unchanged(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUNTBOOK_FEEDS", str(demo.feed))
    command = [sys.executable, "-c", NOTEBOOK, str(demo.logs), str(demo.feed), demo.truth["attacker_ip"]]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.stdout.strip() == "done", ran.stderr


def test_shapes_that_callers_know_stay() -> None:
    from huntbook import data_obfus as do

    assert do.hash_ip("192.168.3.1").startswith("192.168.")
    assert do.hash_ip("2001:0db8:85a3:0000:0000:8a2e:0370:7334").count(":") >= 2
    one, two, far = do.hash_ip(["10.20.30.1", "10.20.30.2", "10.99.0.1"])
    assert one.rpartition(".")[0] == two.rpartition(".")[0] != far.rpartition(".")[0]
    assert do.hash_ip([]) == []
    assert do.hash_ip("") == ""
    assert do.hash_ip(None) is None
    assert do.hash_string("42").isdigit()
    assert do.hash_item("web.webapp.web01.com", ".").count(".") == 3
    assert "app" not in do.hash_item("web.webapp.web01.com", ".")
    assert do.hash_item("a@b/c", "@/")[17:].count("@") == 1
    assert do.hash_sid("S-1-5-18") == "S-1-5-18"
    assert do.hash_sid("S-1-5-21-1-2-3-500").endswith("-500")
    assert do.hash_account("NT AUTHORITY\\SYSTEM") == "NT AUTHORITY\\SYSTEM"
    assert do.hash_account("a@b@c")
    assert do.obfuscate_df is do.mask_df
    assert do.check_obfuscation is do.check_masking
    for work in (do.hash_string, do.hash_item, do.hash_sid, do.hash_account, do.replace_guid):
        assert work(None) is None
        assert work("") == ""


def test_addresses_and_sids_inside_containers_are_known_and_numbers_stay() -> None:
    from huntbook import data_obfus as do

    sid = "S-1-5-21-1004336348-1177238915-682003330-1104"
    cell = {"ip": "10.1.2.3", "sid": sid, "n": 4, "ok": True, "none": None, "deep": [{"x": ["zquagga", 1.5]}]}
    new = do.hash_dict(cell)
    assert list(new) == list(cell)
    assert new["ip"] == do.hash_ip("10.1.2.3")
    assert new["sid"] == do.hash_sid(sid)
    assert (new["n"], new["ok"], new["none"], new["deep"][0]["x"][1]) == (4, True, None, 1.5)
    assert new["deep"][0]["x"][0] == do.hash_string("zquagga")
    assert do.hash_list(["10.1.2.3", {"a": "b"}])[0] == do.hash_ip("10.1.2.3")
    ring: list[object] = ["zquagga"]
    ring.append(ring)
    assert "zquagga" not in str(do.hash_list(ring))


@pytest.mark.pandas
def test_mask_df_takes_any_column_and_leaves_the_input_alone() -> None:
    import numpy as np
    import pandas as pd

    from huntbook import data_obfus as do

    frame = pd.DataFrame(
        {
            "id": ["0f8fad5b-d9cb-469f-a165-70867728950e", None, np.nan],
            "who": ["CONTOSO\\zquagga", None, "zquagga"],
            "bag": [{"a": "zquagga"}, None, '{"a": "json"}'],
            "list": [["zquagga", "10.1.2.3"], [], np.nan],
            "path": ["/zquagga/okapi", None, ""],
            "kind": pd.Categorical(["zquagga", None, "okapi"]),
            "text": pd.Series(["zquagga", None, "okapi"], dtype="string"),
            "gone": [1, 2, 3],
        }
    )
    before = frame.copy(deep=True)
    codes = {"id": "uuid", "who": "acct", "bag": "dict", "list": "list", "path": "/", "kind": "str",
             "text": "str", "gone": "null"}  # fmt: skip
    safe = do.mask_df(frame, codes, use_default=False)
    pd.testing.assert_frame_equal(frame, before)
    assert safe.isna().sum().to_dict() == {**before.isna().sum().to_dict(), "gone": 3}
    assert "zquagga" not in str(safe.to_dict())
    assert safe["path"][0].count("/") == 2
    assert safe["text"].dtype == "string"
    assert safe["list"][0][1] == do.hash_ip("10.1.2.3")
    twice = pd.DataFrame([["zquagga", "zquagga"]], columns=["who", "who"])
    assert len(set(do.mask_df(twice, {"who": "str"}).iloc[0])) == 1
    for no_kind in ("hush", "found", "items"):
        with pytest.raises(Exception, match="kind"):
            do.mask_df(frame, {"who": no_kind})


@pytest.mark.pandas
def test_accessors_are_there_after_the_import() -> None:
    code = (
        "import huntbook.as_msticpy, msticpy\n"
        "import pandas as pd\n"
        "frame = pd.DataFrame({'Account': ['zquagga']})\n"
        "one, other = frame.mp.mask(), frame.mp_obf.obfuscate({'Account': 'acct'})\n"
        "assert one['Account'][0] == other['Account'][0] != 'zquagga'\n"
        "from msticpy.init.mp_pandas_accessors import MsticpyCoreAccessor\n"
        "print('done')\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.stdout.strip() == "done", ran.stderr
