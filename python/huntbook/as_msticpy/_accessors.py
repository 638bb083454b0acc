"""The accessors that existing notebooks call on a frame: `df.mp.mask` and `df.mp_obf.obfuscate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from huntbook.data_obfus import mask_df

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["MsticpyCoreAccessor", "ObfuscationAccessor", "register"]


class MsticpyCoreAccessor:
    """`df.mp`: what huntbook has of it."""

    def __init__(self, pandas_obj: pd.DataFrame) -> None:
        self._df = pandas_obj

    def mask(self, column_map: Mapping[str, Any] | None = None, use_default: bool = True) -> pd.DataFrame:
        """Return a copy of the frame with the mapped columns obfuscated, as `mask_df` does it."""
        return mask_df(self._df, column_map, use_default)


class ObfuscationAccessor:
    """`df.mp_obf`, the older name."""

    def __init__(self, pandas_obj: pd.DataFrame) -> None:
        self._df = pandas_obj

    def obfuscate(
        self, column_map: Mapping[str, Any] | None = None, use_default: bool = True
    ) -> pd.DataFrame:
        """Return a copy of the frame with the mapped columns obfuscated, as `mask_df` does it."""
        return mask_df(self._df, column_map, use_default)


def register() -> None:
    """Put both accessors on pandas' frames, where pandas is installed; ones that are there stay."""
    try:
        import pandas as pd
    except ImportError:
        return
    for name, accessor in (("mp", MsticpyCoreAccessor), ("mp_obf", ObfuscationAccessor)):
        if not hasattr(pd.DataFrame, name):
            pd.api.extensions.register_dataframe_accessor(name)(accessor)
