//! Queries with one token changed, the same on every run.

use huntbook_kql_syntax::tokenize;

/// What may be put into a query: something of every kind that the grammar knows.
const INSERTED: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    ",",
    ";",
    ":",
    ".",
    "..",
    "=",
    "==",
    "!=",
    "=~",
    "!",
    "<",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "=>",
    "1",
    "1.5",
    "1d",
    "'text'",
    "true",
    "null",
    "x",
    "['odd name']",
    "f(x)",
    "x*",
    "$left",
    "where",
    "by",
    "on",
    "with",
    "to",
    "of",
    "from",
    "step",
    "limit",
    "as",
    "in",
    "has",
    "and",
    "or",
    "not",
    "between",
    "asc",
    "desc",
    "nulls",
    "first",
    "kind",
    "kind=inner",
    "default",
    "let",
    "set",
    "print",
    "union",
    "search",
    "find",
    "range",
    "join",
    "project",
    "count",
    "typeof(long)",
    "datetime(2024-05-01)",
    "dynamic([1])",
    "time",
    "int",
    "string",
    "title",
    "id",
    "matches",
    "regex",
    "has_any",
    "contains",
    "hint.strategy=shuffle",
    "datatable(a:long)[1]",
    "(T | take 1)",
];

/// Numbers that look random and are the same for the same seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let number = mixed ^ (mixed >> 31);
        usize::try_from(number % end as u64).unwrap_or(0)
    }
}

/// `query` with one token removed, doubled, exchanged with the next one, replaced, or put in.
pub(crate) fn mutated(query: &str, random: &mut Random) -> String {
    let tokens = tokenize(query);
    let mut pieces: Vec<&str> = tokens.iter().filter_map(|token| token.span.slice(query)).collect();
    let solid: Vec<usize> =
        (0..tokens.len()).filter(|&index| !tokens[index].kind.is_trivia()).collect();
    if solid.is_empty() {
        return query.to_owned();
    }
    let which = random.below(solid.len());
    let index = solid[which];
    let inserted = INSERTED[random.below(INSERTED.len())];
    match random.below(5) {
        0 => drop(pieces.remove(index)),
        1 => {
            pieces.insert(index, " ");
            pieces.insert(index, pieces[index + 1]);
        }
        2 => {
            let other = solid[(which + 1) % solid.len()];
            pieces.swap(index, other);
        }
        3 => pieces[index] = inserted,
        _ => {
            pieces.insert(index, " ");
            pieces.insert(index, inserted);
            pieces.insert(index, " ");
        }
    }
    pieces.concat()
}
