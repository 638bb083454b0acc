//! What holds for every text.

use huntbook_kql_syntax::ast::{Expr, ExprKind, Literal, Statement};
use huntbook_kql_syntax::{parse, print, quote_name, quote_string, tokenize};
use proptest::prelude::*;

use crate::queries;

/// Queries as hunters write them, to be broken.
const QUERIES: &[&str] = &[
    "SigninLogs\n| where TimeGenerated > ago(1d) and ResultType !in (\"0\", \"50125\")\n| summarize Failures = count(), \
     Users = make_set(UserPrincipalName, 100) by IPAddress, bin(TimeGenerated, 1h)\n| where Failures >= 10\n| sort by \
     Failures desc nulls last",
    "let threshold = 5;\nlet suspicious = dynamic([\"mimikatz\", 'procdump', @\"C:\\Temp\\a.exe\"]);\nDeviceProcessEvents\n| \
     where ProcessCommandLine has_any (suspicious) or FileName =~ \"rundll32.exe\" // loader\n| extend Parent = \
     tostring(parse_json(AdditionalFields).parent['image name'])\n| project-away SHA1, SHA256\n| take threshold",
    "let lookup = (T:(Account:string, Count:long), since:timespan = 7d) { T | where Count > 3 };\nlet hosts = datatable(Host:string, \
     Score:real) [\"a\", 1.5, \"b\", real(null)];\nlookup((SecurityEvent | summarize Count = count() by Account))\n| join \
     kind=leftouter (hosts | distinct *) on $left.Account == $right.Host",
    "union isfuzzy=true (OfficeActivity | where Operation matches regex @\"(?i)inbox\\w+\"), AuditLogs\n| mv-expand t = \
     TargetResources\n| extend (a, b) = f(t), c = case(x between (1 .. 5), \"low\", x !between (5 .. 9), \"high\", '')",
    "print a = 1 + 2 * -3 / 4.5e-3 % 7, b = h'secret', c = ```multi\nline```, d = datetime(2024-05-01T10:00:00Z) - 1.5h, e = \
     typeof(long), f = guid(74be27de-1e4e-49d9-b579-fe0b331d3642), g = 0xFF",
    "T | join kind=leftouter hint.strategy=shuffle (U | where x > 1) on Account, $left.a == $right.b\n| lookup kind=inner \
     Names on Id | project-rename New = Old | project-reorder a, b* granny-asc, * | project-keep a*, b | project-away c*1_, \
     ['d e']",
    "union kind=outer withsource=Source isfuzzy=true Device*, (Events | take 5), cluster('c').database('d').T\n| mv-expand \
     kind=array a = b to typeof(string), c limit 10\n| mv-apply with_itemindex=i x = parse_json(y) to typeof(long) limit 3 on (where \
     x > 1 | summarize max(x))\n| parse kind=regex flags=Ui t with * 'user=' User:string ';' * 'n' N:long *\n| parse-where t with \
     @\"a\" b\n| parse-kv t as (k:string, ['odd k']:long) with (pair_delimiter=';', kv_delimiter='=', quote='\"')",
    "T | make-series n = count() default=0, avg(x) on TimeGenerated from ago(14d) to now() step 1d by User\n| make-series sum(y) \
     on t in range(1, 10, 2)\n| evaluate bag_unpack(d, 'p_') : (*, a:string, b:long)\n| invoke f(x, y = 1)\n| render timechart \
     with (title='a b', ycolumns=a, b, xcolumn=t, ymin=-5)",
    "range x from 1 to 10 step 1\n| top-nested 3 of a with others = 'rest' by count() desc, top-nested of b by max(x)\n| \
     top-hitters 3 of a by b\n| partition hint.strategy=native by a.b (where c | take 1)\n| partition by a { T | where b == \
     toscalar(a) }\n| sample 5 | sample-distinct 3 of a | serialize n = row_number(), m | serialize | getschema kind=csl\n| as \
     hint.materialized=true V | union V",
    "declare query_parameters(a:string = 'x', b:long);\nset querytrace = true;\nsearch kind=case_sensitive in (T, U*) 'x' and \
     a:'y' or * has 'z'\n| union (find withsource=s in (T, U) where a == 1 project b, c:string, pack(*)), \
     (externaldata(a:string) ['https://x/y', h'z'] with (format='csv', ignoreFirstRecord=true))",
    "set notruncation;\nT\n| where a has \"x\" and (b contains_cs 'y' or not(c startswith \"z\")) and * has \"w\"\n| top 10 by \
     strlen(['odd name']) asc\n| where Account in ((U | project Account)) and d.e[0].f == \"it\\\"s\"\n| count",
];

/// Pieces that mean something to the grammar.
const PIECES: &[&str] = &[
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
    "!~",
    "!",
    "~",
    "<",
    "<=",
    "+",
    "-",
    "*",
    "/",
    "%",
    "@",
    "?",
    "#",
    "\"",
    "'",
    "```",
    "h'",
    "@\"",
    "\\",
    "//",
    "\n",
    " ",
    "1",
    "1d",
    "1.5",
    "0x",
    "a",
    "T",
    "where",
    "project",
    "summarize",
    "by",
    "let",
    "in",
    "has",
    "between",
    "and",
    "or",
    "matches",
    "regex",
    "datetime(",
    "dynamic(",
    "datatable(",
    "print ",
    "union ",
    "typeof(",
    "asc",
    "nulls",
    "join",
    "$left",
    "\u{feff}",
    "é",
    "hint.x=1",
    "view",
    "range x from",
    "externaldata(",
    "set ",
    "true",
    "long(null)",
    "on",
    "with",
    "to",
    "step",
    "of",
    "kind=inner",
    "join",
    "lookup",
    "mv-expand",
    "mv-apply",
    "parse",
    "parse-kv",
    "make-series",
    "evaluate f()",
    "invoke f()",
    "render",
    "top-nested",
    "partition by",
    "sample-distinct",
    "serialize",
    "getschema",
    "as",
    "search",
    "find",
    "project-reorder",
    "project-away",
    "a*",
    "others =",
    "default =",
    "limit",
    "(where a)",
    "declare query_parameters(",
];

/// A query with a few bytes, tokens or lines changed.
fn broken_query() -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..5_u8);
    let whole: Vec<&str> = QUERIES.iter().chain(queries::QUERIES).copied().collect();
    (prop::sample::select(whole), prop::collection::vec(change, 0..4)).prop_map(
        |(query, changes)| {
            let mut pieces: Vec<String> = tokenize(query)
                .iter()
                .filter_map(|token| token.span.slice(query))
                .map(str::to_owned)
                .collect();
            for (at, with, kind) in changes {
                let at = at.index(pieces.len());
                match kind {
                    0 if pieces.len() > 1 => drop(pieces.remove(at)),
                    1 => pieces.insert(at, PIECES[with.index(PIECES.len())].to_owned()),
                    2 => PIECES[with.index(PIECES.len())].clone_into(&mut pieces[at]),
                    3 => {
                        let other = with.index(pieces.len());
                        pieces.swap(at, other);
                    }
                    _ => drop(pieces[at].pop()),
                }
            }
            pieces.concat()
        },
    )
}

/// Pieces in any order.
fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..60).prop_map(|pieces| pieces.join(" "))
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![2 => broken_query(), 2 => soup(), 1 => any::<String>(), 1 => "[ -~\n]{0,80}"]
}

fn only_expression(text: &str) -> Option<Expr> {
    match parse(text).query.statements.as_slice() {
        [Statement::Expression(expr)] => Some(expr.clone()),
        _ => None,
    }
}

#[test]
fn the_queries_to_be_broken_are_whole_and_parsed_in_full() {
    for query in QUERIES {
        let parsed = parse(query);
        assert_eq!(parsed.diagnostics, [], "{query}");
        assert!(!format!("{:?}", parsed.query).contains("Unsupported"), "{query}");
        let once = print(&parsed.query);
        assert_eq!(print(&parse(&once).query), once);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_parses_to_a_tree_and_problems_in_source_order(text in any_text()) {
        let parsed = parse(&text);
        prop_assert!(parsed.diagnostics.is_sorted_by_key(|problem| problem.span));
        for problem in &parsed.diagnostics {
            prop_assert!(problem.span.and_then(|span| span.slice(&text)).is_some(), "{:?}", problem);
        }
        prop_assert!(parsed.query.span.slice(&text).is_some());
        prop_assert!(print(&parsed.query).len() <= 20 * text.len() + 200);
    }

    #[test]
    fn tokens_of_any_text_cover_every_byte(text in any_text()) {
        let mut end = 0;
        for token in tokenize(&text) {
            prop_assert_eq!(token.span.start, end);
            prop_assert!(!token.span.is_empty());
            prop_assert!(token.span.slice(&text).is_some());
            end = token.span.end;
        }
        prop_assert_eq!(end, text.len());
    }

    #[test]
    fn a_text_without_errors_prints_stably(text in any_text()) {
        let parsed = parse(&text);
        if parsed.has_errors() {
            return Ok(());
        }
        let once = print(&parsed.query);
        let again = parse(&once);
        prop_assert!(!again.has_errors(), "{}", once);
        prop_assert_eq!(print(&again.query), once);
    }

    #[test]
    fn a_quoted_string_reads_back_as_its_value(value in any::<String>()) {
        let literal = quote_string(&value);
        prop_assert_eq!(tokenize(&literal).len(), 1);
        let read = only_expression(&literal).map(|expr| expr.kind);
        prop_assert_eq!(read, Some(ExprKind::Literal(Literal::String { value, hidden: false })));
    }

    #[test]
    fn a_quoted_string_never_leaves_its_literal(before in "[a-z =|]{0,10}", value in any::<String>(), after in "[a-z =|]{0,10}") {
        let text = format!("{before} {} {after}", quote_string(&value));
        let literals = tokenize(&text).iter().filter(|token| {
            matches!(token.kind, huntbook_kql_syntax::TokenKind::String(_))
        }).count();
        prop_assert_eq!(literals, 1);
    }

    #[test]
    fn a_quoted_name_reads_back_as_the_name(name in prop_oneof![any::<String>(), "[a-z_$0-9 ]{0,12}"]) {
        let read = only_expression(&quote_name(&name)).map(|expr| expr.kind);
        let Some(ExprKind::Name(read)) = read else { return Err(TestCaseError::fail(format!("{read:?}"))) };
        prop_assert_eq!(read.name, name);
    }
}
