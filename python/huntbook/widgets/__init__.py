"""Notebook widgets that remember, take parameters and really wait.

>>> from huntbook.widgets import GetText, OptionButtons
>>> GetText(default="contoso", description="Workspace", id="workspace").value
'contoso'

`registry` lists what is remembered in this kernel, and forgets it.

Importing this module imports neither ipywidgets nor anywidget; they come with
the extra `huntbook[notebook]` and are loaded when a widget is first shown.
"""

from __future__ import annotations

from huntbook.widgets._attendance import UnattendedError
from huntbook.widgets._decision import Decision, How
from huntbook.widgets._display import IPyDisplayMixin
from huntbook.widgets._memory import Origin
from huntbook.widgets._registered import RegisteredWidget
from huntbook.widgets._registry import Registry, registry
from huntbook.widgets._store import StoreError
from huntbook.widgets._warnings import (
    DuplicateWidgetWarning,
    NobodyToAskWarning,
    WidgetWarning,
)
from huntbook.widgets.get_environment_key import GetEnvironmentKey
from huntbook.widgets.get_text import GetText
from huntbook.widgets.lookback import Lookback
from huntbook.widgets.option_buttons import OptionButtons
from huntbook.widgets.progress import Progress
from huntbook.widgets.query_time import QueryTime, QueryTimes
from huntbook.widgets.select_alert import AlertSelector, SelectAlert
from huntbook.widgets.select_item import SelectItem, SelectString
from huntbook.widgets.select_subset import SelectSubset
from huntbook.widgets.time_unit import TimeUnit

EnvironmentString = GetEnvironmentKey

__all__ = [
    "AlertSelector",
    "Decision",
    "DuplicateWidgetWarning",
    "EnvironmentString",
    "GetEnvironmentKey",
    "GetText",
    "How",
    "IPyDisplayMixin",
    "Lookback",
    "NobodyToAskWarning",
    "OptionButtons",
    "Origin",
    "Progress",
    "QueryTime",
    "QueryTimes",
    "RegisteredWidget",
    "Registry",
    "SelectAlert",
    "SelectItem",
    "SelectString",
    "SelectSubset",
    "StoreError",
    "TimeUnit",
    "UnattendedError",
    "WidgetWarning",
    "registry",
]
