//! Deterministic synthetic logs of a company and of one intrusion.
