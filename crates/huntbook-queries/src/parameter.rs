//! Parameters: what a query asks of its caller.

use serde::Serialize;

use crate::Value;

/// What a parameter's value is, and so how it is checked and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ParameterType {
    /// Text. Outside a literal it is written as one.
    Str,
    /// A whole number of 64 bits.
    Int,
    /// A finite number.
    Float,
    /// True or false.
    Bool,
    /// An instant: RFC 3339, a date, or relative to now (`-30m`, `-1d@d`).
    Datetime,
    /// A length of time: `90m`, `1d`, `1.02:03:04`.
    Timespan,
    /// Items separated by commas. A text is split at its commas; `'a', 'b'` is read without its quotes.
    List,
    /// An IPv4 or IPv6 address.
    Ip,
    /// A GUID, with or without braces.
    Guid,
    /// The name of a table.
    Table,
    /// The name of a column.
    Column,
    /// Query text, written as it is: the only type that can change what the query does. It must be whole
    /// (balanced brackets and literals) and one statement.
    Clause,
}

impl ParameterType {
    /// All types, in the order of the documentation.
    pub const ALL: [Self; 12] = [
        Self::Str,
        Self::Int,
        Self::Float,
        Self::Bool,
        Self::Datetime,
        Self::Timespan,
        Self::List,
        Self::Ip,
        Self::Guid,
        Self::Table,
        Self::Column,
        Self::Clause,
    ];

    /// The name that a definition writes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Str => "str",
            Self::Int => "int",
            Self::Float => "float",
            Self::Bool => "bool",
            Self::Datetime => "datetime",
            Self::Timespan => "timespan",
            Self::List => "list",
            Self::Ip => "ip",
            Self::Guid => "guid",
            Self::Table => "table",
            Self::Column => "column",
            Self::Clause => "clause",
        }
    }

    /// Whether values are instants, which a template may ask for in a form of its own.
    pub(crate) const fn is_instant(self) -> bool {
        matches!(self, Self::Datetime)
    }

    /// The type called `name`, other common spellings included (`string`, `integer`, `real`, `ip_address`).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let lower = name.trim().to_ascii_lowercase();
        Some(match lower.as_str() {
            "str" | "string" | "text" => Self::Str,
            "int" | "integer" | "long" => Self::Int,
            "float" | "double" | "real" | "number" => Self::Float,
            "bool" | "boolean" => Self::Bool,
            "datetime" | "date" => Self::Datetime,
            "timespan" | "timedelta" | "duration" => Self::Timespan,
            "list" | "array" => Self::List,
            "ip" | "ip_address" | "ipaddress" => Self::Ip,
            "guid" | "uuid" => Self::Guid,
            "table" => Self::Table,
            "column" => Self::Column,
            "clause" | "raw" => Self::Clause,
            _ => return None,
        })
    }
}

/// One parameter of a query.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Parameter {
    /// The name in the template.
    pub name: String,
    /// The type of its values.
    pub kind: ParameterType,
    /// What it is for.
    pub description: String,
    /// The value when the caller gives none; relative times stay relative until rendered.
    pub default: Option<Value>,
    /// Other names a caller may use.
    pub aliases: Vec<String>,
    /// Text written around the value, with `{}` where the value goes; part of the template.
    pub format: Option<String>,
}

impl Parameter {
    /// A parameter called `name` of type `kind`, required, without description.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: ParameterType) -> Self {
        Self {
            name: name.into(),
            kind,
            description: String::new(),
            default: None,
            aliases: Vec::new(),
            format: None,
        }
    }

    /// The same parameter with a default, which makes it optional.
    #[must_use]
    pub fn with_default(mut self, default: impl Into<Value>) -> Self {
        self.default = Some(default.into());
        self
    }

    /// The same parameter with a description.
    #[must_use]
    pub fn described(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Whether the caller must give a value.
    #[must_use]
    pub const fn required(&self) -> bool {
        self.default.is_none()
    }

    /// Whether the caller may call it `name`.
    #[must_use]
    pub fn answers_to(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_read_by_its_own_name() {
        for kind in ParameterType::ALL {
            assert_eq!(ParameterType::from_name(kind.name()), Some(kind));
        }
        assert_eq!(ParameterType::from_name("strr"), None);
    }

    #[test]
    fn a_default_makes_a_parameter_optional() {
        let required = Parameter::new("host", ParameterType::Str);
        assert!(required.required());
        assert!(!required.with_default("").required());
    }
}
