"""Charts of query results: what ``render`` asks for, as a Vega-Lite document or an altair chart.

A notebook draws the document by itself; altair is only needed to go on with the chart in Python.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from huntbook.errors import ConfigError

if TYPE_CHECKING:
    from huntbook.tables import Table


def vega_lite(table: Table) -> dict[str, Any]:
    """Return the chart of a query's result as a Vega-Lite 5 document.

    Parameters
    ----------
    table
        What a query gave that ends in ``render``.

    Raises
    ------
    ValueError
        If the query asks for no chart, or its rows cannot be drawn; the message says why.

    Examples
    --------
    >>> import huntbook as hb
    >>> table = hb.kql("datatable(who:string, n:long)['ada', 3] | render barchart")
    >>> vega_lite(table)["data"]["values"]
    [{'x': 'ada', 'label': 'ada', 'y': 3.0, 's': 'n'}]
    """
    return dict(json.loads(table.vega_lite_json()))


def to_altair(table: Table) -> Any:
    """Return the chart of a query's result as an ``altair.Chart``, to be changed and combined.

    Raises
    ------
    ConfigError
        If altair is not installed.
    ValueError
        As for `vega_lite`.
    """
    document = vega_lite(table)
    try:
        import altair as alt
    except ImportError as error:
        msg = "altair is not installed; the notebook draws the chart without it"
        raise ConfigError(msg, hints=["pip install 'huntbook[charts]'"]) from error
    del document["$schema"]
    return alt.Chart.from_dict(document)
