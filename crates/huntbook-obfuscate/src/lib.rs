//! Keyed, structure-preserving obfuscation of values, text and Arrow tables, with a proof.
