//! The examples of the language's documentation that have a result table, where a copy is at hand.
