"""The query provider and the look-up as existing notebooks call them: pandas frames come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import huntbook as hb
from huntbook.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd

    from huntbook.local import Paths


class QueryProvider(hb.QueryProvider):
    """`huntbook.QueryProvider` with the constructor that notebooks use; results are DataFrames.

    Parameters
    ----------
    data_environment
        Name, or an enum member with such a name.
    driver
        ``"local"``; None is the same when `data_paths` is given.
    query_paths
        Further query files and folders.
    data_paths
        Files and folders of logs.
    **kwargs
        ``now``; options of drivers that huntbook lacks are refused by name.

    Raises
    ------
    ConfigError
        If an option is unknown, or there is no driver for the environment yet.
    """

    def __init__(
        self,
        data_environment: Any,
        driver: str | None = None,
        query_paths: Paths | None = None,
        *,
        data_paths: Paths | None = None,
        **kwargs: Any,
    ) -> None:
        now = kwargs.pop("now", None)
        if kwargs:
            msg = f"options without effect here: {', '.join(sorted(kwargs))}"
            raise ConfigError(msg)
        super().__init__(data_environment, driver, data_paths=data_paths, query_paths=query_paths, now=now)

    def connect(
        self, connection_str: str | None = None, *, data_paths: Paths | None = None, **kwargs: Any
    ) -> None:
        """Connect to files and folders; there is no driver for a service yet.

        Raises
        ------
        ConfigError
            If anything but `data_paths` is given.
        """
        if data_paths is None and self.connected and connection_str is None and not kwargs:
            return
        if data_paths is None or connection_str is not None or kwargs:
            msg = f"{self.environment}: huntbook has no driver for the service yet; give data_paths=..."
            raise ConfigError(msg)
        super().connect(data_paths=data_paths)

    def run(self, query_name: str, /, **parameters: object) -> pd.DataFrame:
        """Return the result of a catalogue query as a DataFrame."""
        return super().run(query_name, **parameters).to_pandas()

    def exec_query(self, query: str, **_options: Any) -> pd.DataFrame:
        """Return the result of a query text as a DataFrame."""
        return super().exec_query(query).to_pandas()


class TILookup(hb.TILookup):
    """`huntbook.TILookup` over the feeds of ``HUNTBOOK_FEEDS``; results are DataFrames.

    Rows that say *not supported* or *bad format* are left out unless `show_not_supported` is set, as
    notebooks expect.
    """

    def lookup_ioc(self, *args: Any, show_not_supported: bool = False, **kwargs: Any) -> pd.DataFrame:
        """Return what the feeds say of one indicator as a DataFrame."""
        return _shown(super().lookup_ioc(*args, **_known(kwargs)).to_pandas(), show_not_supported)

    def lookup_iocs(self, *args: Any, show_not_supported: bool = False, **kwargs: Any) -> pd.DataFrame:
        """Return what the feeds say of many indicators as a DataFrame."""
        return _shown(super().lookup_iocs(*args, **_known(kwargs)).to_pandas(), show_not_supported)

    @staticmethod
    def result_to_df(ioc_lookup: pd.DataFrame) -> pd.DataFrame:
        """Return the frame as it is."""
        return ioc_lookup


def _known(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the options without those that change nothing on offline feeds."""
    without_effect = {"ioc_query_type", "default_providers", "prov_scope", "progress", "start", "end"}
    return {name: value for name, value in kwargs.items() if name not in without_effect}


def _shown(frame: pd.DataFrame, everything: bool) -> pd.DataFrame:
    return frame if everything else frame[~frame["Status"].isin((1, 2))].reset_index(drop=True)
