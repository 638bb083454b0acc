//! The whole hunt on generated logs, held against what the intruder really did.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod catalogue;
mod hunting;
mod reference;
