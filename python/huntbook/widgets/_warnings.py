"""Warnings of the widgets, shown at the line of the notebook that caused them."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

_PACKAGE = str(Path(__file__).parent)


class WidgetWarning(UserWarning):
    """Something about a widget is not as its author will have meant it."""


class DuplicateWidgetWarning(WidgetWarning):
    """Two widgets share one memory."""


class NobodyToAskWarning(WidgetWarning):
    """A question could not be put to anybody; the default was taken."""


def warn(message: str, category: type[WidgetWarning] = WidgetWarning) -> None:
    """Issue a warning, placed at the nearest caller outside this package."""
    level = 1
    frame = sys._getframe()  # noqa: SLF001 (public but for its name)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
        level += 1
    warnings.warn(message, category, stacklevel=level)
