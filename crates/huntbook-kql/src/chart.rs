//! What `render` asks for.

/// A chart of a query's rows: its kind and the properties behind `with`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// `timechart`, `barchart`, `columnchart`, `piechart`, ...
    pub kind: String,
    /// `title`, `xcolumn`, `ycolumns`, `series`, `kind`, ... as written, in order.
    pub properties: Vec<(String, String)>,
}

impl Chart {
    /// The value of a property, whatever the case of its name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&str> {
        let found = self.properties.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}
