"""What huntbook raises: one tree, each with a stable code, a place and hints."""

from __future__ import annotations


class HuntbookError(Exception):
    """Root of every error that huntbook raises on purpose.

    Parameters
    ----------
    message
        What is wrong, where, and what would help; a query's error draws the line with a caret.
    code
        Stable identifier such as ``KQL0102``; None where the error has none.
    span
        First and last-plus-one byte of the place in the text; None where there is no text.
    hints
        What would help, one suggestion each.

    Examples
    --------
    >>> error = HuntbookError("no such table", code="KQL0101", hints=["similar table: `Event`"])
    >>> error.code, error.hints
    ('KQL0101', ['similar table: `Event`'])
    """

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        span: tuple[int, int] | None = None,
        hints: list[str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.span = span
        self.hints = hints or []


class KqlError(HuntbookError):
    """A KQL text has no meaning here: it is wrong, or a feature of it is not supported yet."""


class QueryError(HuntbookError):
    """A catalogue query cannot be found, or cannot be rendered with the values given."""


class ObfuscationError(HuntbookError):
    """A key, a policy or a table cannot be used for obfuscation."""


class IndicatorError(HuntbookError):
    """A feed or a column cannot be read for indicators."""


class ConfigError(HuntbookError):
    """A setting, a path or an environment is wrong."""


class LimitError(HuntbookError):
    """A query would take more time or memory than it may; the message says which, and where."""


class RemoteError(HuntbookError):
    """A data source answered with an error, or only in part."""
