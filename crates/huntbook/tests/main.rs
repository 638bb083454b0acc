//! The whole hunt on generated logs, held against what the intruder really did.

mod catalogue;
mod hunting;
