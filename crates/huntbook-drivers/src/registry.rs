//! The drivers there are.

/// What a driver is, for lists and help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct DriverInfo {
    /// The name that selects it.
    pub name: &'static str,
    /// The query language that it takes.
    pub language: &'static str,
    /// What it runs on, in a sentence.
    pub about: &'static str,
}

/// Every driver, one line each.
pub const DRIVERS: &[DriverInfo] = &[crate::local::INFO];
