//! The obfuscator as its users see it, on many values, all types of columns, and many threads.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod every_type;
mod learning;
mod million;
mod names;
mod threads;
mod vectors;
