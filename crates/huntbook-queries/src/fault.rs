//! A finding about a definition file.

use std::fmt;

use huntbook_diagnostics::{Diagnostic, Position};

/// One finding about one definition file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiagnostic {
    /// The file, as the caller named it.
    pub path: String,
    /// Line and column in the file, where known.
    pub position: Option<Position>,
    /// The finding; its span, if any, points into the file.
    pub diagnostic: Diagnostic,
}

impl fmt::Display for FileDiagnostic {
    /// `path:line:column: error[QRY0012]: message`, then one line a hint.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.path)?;
        if let Some(position) = self.position {
            write!(out, ":{}:{}", position.line, position.column)?;
        }
        let diagnostic = &self.diagnostic;
        write!(out, ": {}[{}]: ", diagnostic.severity.word(), diagnostic.code)?;
        out.write_str(&diagnostic.message)?;
        for hint in &diagnostic.hints {
            write!(out, "\nhint: {hint}")?;
        }
        Ok(())
    }
}
