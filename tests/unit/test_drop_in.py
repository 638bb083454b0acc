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
