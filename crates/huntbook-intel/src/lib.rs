//! Indicators in text and tables, feeds of known ones, and verdicts.
