//! The parser takes any text: no panic, every span lies inside it, what is printed parses to the same print.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let parsed = huntbook_kql_syntax::parse(text);
    for diagnostic in &parsed.diagnostics {
        assert!(diagnostic.span.is_none_or(|span| text.get(span.start..span.end).is_some()));
    }
    if parsed.diagnostics.is_empty() {
        let printed = huntbook_kql_syntax::print(&parsed.query);
        let again = huntbook_kql_syntax::parse(&printed);
        assert!(again.diagnostics.is_empty(), "{printed}");
        assert_eq!(huntbook_kql_syntax::print(&again.query), printed);
    }
});
