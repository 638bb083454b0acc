//! What a caller sees of obfuscation, kind by kind.

mod names;
