//! The list of codes: each crate that makes diagnostics documents its own.

use serde::Serialize;

/// What a diagnostic code means, for `huntbook explain` and the reference page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CodeDoc {
    /// The code, such as `KQL0102`.
    pub code: &'static str,
    /// What it says, in a few words.
    pub title: &'static str,
    /// Why it is raised and what to do, in a sentence or two.
    pub explanation: &'static str,
    /// An input that raises it.
    pub example: &'static str,
}

impl CodeDoc {
    /// The description of one code, in the order of the fields.
    #[must_use]
    pub const fn new(
        code: &'static str,
        title: &'static str,
        explanation: &'static str,
        example: &'static str,
    ) -> Self {
        Self { code, title, explanation, example }
    }
}
