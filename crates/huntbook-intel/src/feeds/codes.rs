//! The diagnostics that reading a feed can give.

use huntbook_diagnostics::CodeDoc;

/// A row or line of a feed is left out.
pub(crate) const BAD_ROW: CodeDoc = CodeDoc {
    code: "INT0001",
    title: "a row of a feed cannot be read",
    explanation: "The row lists no indicator of the kind it names, or has no readable verdict. It is left out and counted; the other rows stay.",
    example: "type,value\nipv4,999.1.1.1",
};

/// A field of a row is left out.
pub(crate) const BAD_FIELD: CodeDoc = CodeDoc {
    code: "INT0002",
    title: "a field of a feed cannot be read",
    explanation: "A confidence or a time is not one. The row stays, without that field.",
    example: "value,confidence\n203.0.113.7,very",
};

/// An object of a bundle is left out.
pub(crate) const BAD_OBJECT: CodeDoc = CodeDoc {
    code: "INT0003",
    title: "an indicator of a bundle cannot be read",
    explanation: "Its pattern is not made of single comparisons joined by `OR`, or a property has the wrong type. It is left out and counted.",
    example: "{\"type\": \"indicator\", \"pattern\": \"[file:name = 'a' AND file:size = 1]\"}",
};

/// More problems than are listed.
pub(crate) const MORE: CodeDoc = CodeDoc {
    code: "INT0004",
    title: "a feed has more problems than are listed",
    explanation: "The first thousand problems are listed; all rows that were left out are counted.",
    example: "a list of two thousand words that are no indicators",
};

/// Every code of this crate.
pub const CODES: &[CodeDoc] = &[BAD_ROW, BAD_FIELD, BAD_OBJECT, MORE];
