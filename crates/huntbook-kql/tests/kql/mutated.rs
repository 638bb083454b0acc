//! Real queries with one token out of place: whatever that makes of them, they are bound, or refused at places inside of
//! the text.
//!
//! The queries are those of the corpus beside the checkout, or else those of the conformance files.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use huntbook_kql::Engine;
use huntbook_kql_syntax::tokenize;

use crate::corpus;

const MUTATIONS: usize = 10_000;

/// Numbers that look random, the same ones each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }
}

/// The text with one token left out, doubled, or in the place of another.
fn mutated(text: &str, numbers: &mut Numbers) -> String {
    let tokens = tokenize(text);
    let spans: Vec<&str> =
        tokens.iter().map(|token| token.span.slice(text).unwrap_or_default()).collect();
    let (at, other) = (numbers.below(spans.len()), numbers.below(spans.len()));
    let kind = numbers.below(4);
    let mut out = String::with_capacity(text.len() + 16);
    for (position, span) in spans.iter().enumerate() {
        match (position == at, kind) {
            (true, 0) => {}
            (true, 1) => out.extend([*span, " ", *span]),
            (true, 2) => out.push_str(spans[other]),
            (true, _) => out.extend([*span, spans[other]]),
            (false, _) => out.push_str(span),
        }
    }
    out
}

#[test]
fn ten_thousand_changed_queries_are_bound_or_refused_in_place() {
    let queries = corpus::queries().unwrap_or_else(conformance_queries);
    let engine = Engine::new(
        corpus::public_tables().unwrap_or_default(),
        "2024-05-01T12:30:00Z".parse().expect("it is a time"),
    );
    let mut numbers = Numbers(20_261_124);
    let mut sound = 0;
    for _ in 0..MUTATIONS {
        let query = mutated(&queries[numbers.below(queries.len())], &mut numbers);
        let found = catch_unwind(AssertUnwindSafe(|| engine.check(&query)));
        let found = found.unwrap_or_else(|_| panic!("panicked: {query}"));
        sound += usize::from(!found.iter().any(huntbook_diagnostics::Diagnostic::is_error));
        for diagnostic in found {
            let inside = diagnostic.span.is_none_or(|span| span.slice(&query).is_some());
            assert!(inside, "{diagnostic:?} of {query}");
        }
    }
    println!("changed queries: {sound} of {MUTATIONS} are still good");
}

fn conformance_queries() -> Vec<String> {
    let folder =
        std::path::Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
            .join("../../conformance/kql");
    let files = fs::read_dir(folder).expect("the folder is there").flatten();
    let text = files.map(|file| fs::read_to_string(file.path()).expect("it is text"));
    text.flat_map(|text| {
        let blocks = text.split("```kql\n").skip(1);
        blocks.filter_map(|block| block.split("```").next().map(str::to_owned)).collect::<Vec<_>>()
    })
    .collect()
}
