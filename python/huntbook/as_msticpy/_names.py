"""Which name of msticpy is which of huntbook: one line a name.

To add a name, add its line. The modules are those that the lines mention.
"""

from __future__ import annotations

from typing import NamedTuple


class Name(NamedTuple):
    """A name of msticpy, and the module and attribute of huntbook that it means."""

    module: str
    attribute: str
    target: str


def _same(module: str, target: str, attributes: str) -> list[Name]:
    return [Name(module, attribute, f"{target}:{attribute}") for attribute in attributes.split()]


_OBFUSCATION = (
    "check_masking check_obfuscation hash_account hash_dict hash_ip hash_item hash_list hash_sid "
    "hash_string mask_df obfuscate_df replace_guid"
)

_WIDGETS: dict[str, str] = {
    "core": "IPyDisplayMixin RegisteredWidget TimeUnit",
    "get_environment_key": "EnvironmentString GetEnvironmentKey",
    "get_text": "GetText",
    "lookback": "Lookback",
    "option_buttons": "OptionButtons",
    "progress": "Progress",
    "query_time": "QueryTime QueryTimes",
    "select_alert": "AlertSelector SelectAlert",
    "select_item": "SelectItem SelectString",
    "select_subset": "SelectSubset",
}
"""The widgets by the module of `nbwidgets` that has them; `nbwidgets` itself has all of them."""
_TIME_UNITS = "default_before_after default_max_buffer parse_time_unit"

_ACCESSORS = "huntbook.as_msticpy._accessors"

NAMES: tuple[Name, ...] = (
    Name("msticpy", "__version__", "huntbook:__version__"),
    Name("msticpy", "init_notebook", "huntbook.as_msticpy._init_notebook:init_notebook"),
    Name("msticpy", "QueryProvider", "huntbook.as_msticpy._frames:QueryProvider"),
    Name("msticpy", "TILookup", "huntbook.as_msticpy._frames:TILookup"),
    *_same("msticpy.nbwidgets", "huntbook.widgets", " ".join(_WIDGETS.values())),
    *(
        name
        for module, names in _WIDGETS.items()
        for name in _same(f"msticpy.nbwidgets.{module}", "huntbook.widgets", names)
    ),
    *_same("msticpy.nbwidgets.core", "huntbook.widgets.time_unit", _TIME_UNITS),
    *_same("msticpy.common.timespan", "huntbook.timespan", "TimeSpan"),
    *_same("msticpy.data", "huntbook.as_msticpy._frames", "QueryProvider"),
    *_same("msticpy.data.data_providers", "huntbook.as_msticpy._frames", "QueryProvider"),
    *_same("msticpy.data.core.data_providers", "huntbook.as_msticpy._frames", "QueryProvider"),
    *_same("msticpy.data.data_obfus", "huntbook.data_obfus", _OBFUSCATION),
    Name("msticpy.data.data_obfus", "ObfuscationAccessor", f"{_ACCESSORS}:ObfuscationAccessor"),
    Name("msticpy.init.mp_pandas_accessors", "MsticpyCoreAccessor", f"{_ACCESSORS}:MsticpyCoreAccessor"),
    *_same("msticpy.context", "huntbook.as_msticpy._frames", "TILookup"),
    *_same("msticpy.context.tilookup", "huntbook.as_msticpy._frames", "TILookup"),
    *_same("msticpy.sectools", "huntbook.as_msticpy._frames", "TILookup"),
    *_same("msticpy.sectools.tilookup", "huntbook.as_msticpy._frames", "TILookup"),
)

SAME_MODULES: dict[str, str] = {
    "msticpy.nbtools.nbwidgets": "msticpy.nbwidgets",
}
"""Modules that have the names of another one, under an older path."""
