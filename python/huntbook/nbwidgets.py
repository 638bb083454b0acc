"""The widgets, under the name that existing notebooks import them by."""

from __future__ import annotations

from huntbook.widgets import *  # noqa: F403
from huntbook.widgets import __all__ as __all__  # noqa: PLC0414
