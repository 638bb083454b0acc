//! Patterns of regular expressions: `parse kind=regex`. The text is matched from its start; a column of type string
//! takes as much as it can, any other what looks like a value of its type.

use std::borrow::Cow;

use datafusion::common::{DataFusionError, Result};
use regex::Regex;

use super::{Machine, Pieces};
use crate::functions::regexes;
use crate::types::KqlType;

/// What the groups of columns are called, before their position.
const GROUP: &str = "huntbook_column_";

/// The group of a column.
pub(crate) fn group(position: usize, kind: KqlType) -> String {
    let shape = match kind {
        KqlType::String | KqlType::Dynamic => ".*",
        KqlType::Bool => "true|false|True|False|TRUE|FALSE",
        KqlType::Int | KqlType::Long => r"\s*[-+]?\d+",
        KqlType::Real | KqlType::Decimal => r"\s*[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?",
        KqlType::Guid => r"\{?[0-9a-fA-F][0-9a-fA-F-]{31,35}\}?",
        KqlType::Datetime => {
            r"\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?(?:Z|[-+]\d{2}:?\d{2})?)?"
        }
        KqlType::Timespan => r"\s*-?(?:\d+\.)?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?",
    };
    format!("(?P<{GROUP}{position}>{shape})")
}

/// A pattern made ready.
pub(super) struct Matcher {
    regex: Regex,
    /// The numbers of the columns' groups.
    groups: Vec<usize>,
}

impl Matcher {
    pub(super) fn new(pattern: &str) -> Result<Self> {
        let regex = regexes::compile(pattern)
            .ok_or_else(|| DataFusionError::Internal("a pattern was not checked".to_owned()))?;
        let is_column = |name: Option<&str>| name.is_some_and(|name| name.starts_with(GROUP));
        let groups = regex.capture_names().enumerate().filter(|(_, name)| is_column(*name));
        let groups = groups.map(|(group, _)| group).collect();
        Ok(Self { regex, groups })
    }
}

impl Machine for Matcher {
    fn read<'a>(&self, text: &'a str, pieces: &mut Pieces<'a>) -> bool {
        let Some(found) = self.regex.captures(text) else { return false };
        for (piece, group) in pieces.iter_mut().zip(&self.groups) {
            *piece = found.get(*group).map(|found| Cow::Borrowed(found.as_str()));
        }
        true
    }
}
