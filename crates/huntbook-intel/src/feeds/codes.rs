//! The diagnostics that reading a feed can give.

use huntbook_diagnostics::CodeDoc;

/// A row or line of a feed is left out.
pub(crate) const BAD_ROW: CodeDoc = CodeDoc::new(
    "INT0001",
    "a row of a feed cannot be read",
    "The row lists no indicator of the kind it names, or has no readable verdict. It is left out and counted; the other rows stay.",
    "type,value\nipv4,999.1.1.1",
);

/// A field of a row is left out.
pub(crate) const BAD_FIELD: CodeDoc = CodeDoc::new(
    "INT0002",
    "a field of a feed cannot be read",
    "A confidence or a time is not one. The row stays, without that field.",
    "value,confidence\n203.0.113.7,very",
);

/// An object of a bundle is left out.
pub(crate) const BAD_OBJECT: CodeDoc = CodeDoc::new(
    "INT0003",
    "an indicator of a bundle cannot be read",
    "Its pattern is not made of single comparisons joined by `OR`, or a property has the wrong type. It is left out and counted.",
    "{\"type\": \"indicator\", \"pattern\": \"[file:name = 'a' AND file:size = 1]\"}",
);

/// More problems than are listed.
pub(crate) const MORE: CodeDoc = CodeDoc::new(
    "INT0004",
    "a feed has more problems than are listed",
    "The first thousand problems are listed; all rows that were left out are counted.",
    "a list of two thousand words that are no indicators",
);

/// Every code of this crate.
pub const CODES: &[CodeDoc] = &[BAD_ROW, BAD_FIELD, BAD_OBJECT, MORE];
