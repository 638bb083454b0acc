//! Threat hunting in one crate: ask, judge, share.
