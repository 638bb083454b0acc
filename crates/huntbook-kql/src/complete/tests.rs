use std::sync::Arc;

use arrow::datatypes::Schema;

use super::*;
use crate::Engine;

fn engine() -> Engine {
    let table = |name: &str, columns: &[(&str, KqlType)]| {
        let fields: Vec<_> = columns.iter().map(|(name, kind)| kind.to_arrow(name)).collect();
        (name.to_owned(), Arc::new(Schema::new(fields)), Vec::new())
    };
    let tables = [
        table(
            "SecurityEvent",
            &[
                ("TimeGenerated", KqlType::Datetime),
                ("Computer", KqlType::String),
                ("Account", KqlType::String),
                ("EventID", KqlType::Int),
                ("odd name", KqlType::String),
            ],
        ),
        table(
            "SigninLogs",
            &[("TimeGenerated", KqlType::Datetime), ("IPAddress", KqlType::String)],
        ),
    ];
    let database = Database::from_batches(tables).unwrap();
    Engine::new(database, "2026-11-20T00:00:00Z".parse().unwrap())
}

/// What is offered at the `^` of `text`, as `label: kind`.
fn offered(text: &str) -> Vec<String> {
    let offset = text.find('^').unwrap();
    let text = text.replacen('^', "", 1);
    let found = engine().complete(&text, offset);
    for item in &found {
        assert!(item.replace.end == offset && item.replace.slice(&text).is_some(), "{item:?}");
    }
    found.iter().map(|item| format!("{}: {}", item.label, item.kind.name())).collect()
}

fn of_kind(text: &str, kind: &str) -> Vec<String> {
    let ends = format!(": {kind}");
    offered(text).iter().filter_map(|item| item.strip_suffix(&ends)).map(str::to_owned).collect()
}

fn offers(text: &str, items: &[&str]) {
    let found = offered(text);
    for item in items {
        assert!(found.iter().any(|one| one == item), "`{text}`: no `{item}` in {found:?}");
    }
}

#[test]
fn a_query_begins_with_a_table() {
    offers("^", &["SecurityEvent: table", "print: keyword"]);
    assert_eq!(offered("Sec^")[0], "SecurityEvent: table");
    offers("let n = 5; ^", &["SigninLogs: table", "n: let"]);
    offers("let T = Sig^", &["SigninLogs: table"]);
    offers("union ^", &["SigninLogs: table"]);
    offers("union SecurityEvent, ^", &["SigninLogs: table"]);
    offers("materialize(^", &["SigninLogs: table"]);
}

#[test]
fn an_operator_follows_a_pipe() {
    offers("SecurityEvent | ^", &["where: operator", "summarize: operator"]);
    assert_eq!(offered("SecurityEvent | wh^"), ["where: operator"]);
    assert_eq!(offered("SecurityEvent | project-aw^"), ["project-away: operator"]);
    assert!(offered("SecurityEvent\n| project-^").contains(&"project-keep: operator".to_owned()));
    assert!(of_kind("SecurityEvent | ^", "column").is_empty());
}

#[test]
fn columns_are_those_of_the_rows_at_the_cursor() {
    assert_eq!(
        of_kind("SecurityEvent | where ^", "column"),
        ["TimeGenerated", "Computer", "Account", "EventID", "[\"odd name\"]"]
    );
    assert_eq!(of_kind("SecurityEvent | where Acc^", "column"), ["Account"]);
    assert_eq!(
        of_kind("SecurityEvent | project who = Account, EventID | where ^ | take 5", "column"),
        ["who", "EventID"]
    );
    assert_eq!(
        of_kind("SecurityEvent | summarize n = count() by Computer | sort by ^", "column"),
        ["Computer", "n"]
    );
    assert_eq!(of_kind("SecurityEvent | project-away ev^", "column"), ["EventID"]);
    assert_eq!(
        of_kind("let T = SigninLogs | project IPAddress; T | where ^", "column"),
        ["IPAddress"]
    );
    assert_eq!(of_kind("print x = 1 | extend y = ^", "column"), ["x"]);
}

#[test]
fn a_column_says_its_type_and_a_function_its_signature() {
    let text = "SecurityEvent | where ";
    let found = engine().complete(text, text.len());
    let detail =
        |label: &str| found.iter().find(|item| item.label == label).unwrap().detail.as_str();
    assert_eq!(detail("EventID"), "int");
    assert!(detail("strcat").contains("string"), "{}", detail("strcat"));
}

#[test]
fn an_operator_with_problems_does_not_hide_the_columns_before_it() {
    assert_eq!(of_kind("SecurityEvent | where nosuch == 1 | where Comp^", "column"), ["Computer"]);
    assert_eq!(of_kind("SecurityEvent | wrong stuff | where Comp^", "column"), ["Computer"]);
}

#[test]
fn between_values_stand_words() {
    offers("SecurityEvent | where Account ^", &["has: keyword", "in~: keyword"]);
    assert!(of_kind("SecurityEvent | where Account ^", "column").is_empty());
    offers("SecurityEvent | where Account !h^", &["!has: keyword"]);
    assert_eq!(of_kind("SecurityEvent | where Account has 'x' and Comp^", "column"), ["Computer"]);
    offers("SecurityEvent | sort by Account ^", &["desc: keyword", "nulls last: keyword"]);
    offers("SecurityEvent | top 5 ^", &["by: keyword"]);
    offers("SecurityEvent | summarize count() ^", &["by: keyword"]);
}

#[test]
fn summarize_takes_aggregates_and_then_keys() {
    offers("SecurityEvent | summarize ^", &["count: aggregate", "arg_max: aggregate"]);
    assert!(of_kind("SecurityEvent | where ^", "aggregate").is_empty());
    offers("SecurityEvent | summarize dcount(^", &["Account: column", "tolower: function"]);
    offers("SecurityEvent | summarize count() by ^", &["Account: column", "bin: function"]);
    assert!(of_kind("SecurityEvent | summarize count() by ^", "aggregate").is_empty());
}

#[test]
fn a_join_takes_a_kind_a_table_and_columns_of_both() {
    offers("SecurityEvent | join kind=^", &["leftouter: keyword", "leftanti: keyword"]);
    offers("SecurityEvent | join kind=inner ^", &["SigninLogs: table"]);
    offers("SecurityEvent | join (Sig^", &["SigninLogs: table"]);
    assert_eq!(
        of_kind("SecurityEvent | join (SigninLogs | where ^) on TimeGenerated", "column"),
        ["TimeGenerated", "IPAddress"]
    );
    offers("SecurityEvent | join kind=inner SigninLogs ^", &["on: keyword"]);
    assert_eq!(
        of_kind("SecurityEvent | join kind=inner (SigninLogs) on ^", "column"),
        ["TimeGenerated"]
    );
    assert_eq!(
        of_kind("SecurityEvent | join SigninLogs on $left.Account == $right.^", "column"),
        ["TimeGenerated", "IPAddress"]
    );
    assert_eq!(of_kind("SecurityEvent | join SigninLogs on $left.Acc^", "column"), ["Account"]);
}

#[test]
fn a_function_body_sees_its_parameters() {
    let text = "let f = (who: string, T: (a: long, b: real)) { T | where ^";
    assert_eq!(of_kind(text, "column"), ["a", "b"]);
    assert!(of_kind(text, "let").contains(&"who".to_owned()));
}

#[test]
fn a_subquery_has_columns_of_its_own() {
    assert_eq!(
        of_kind(
            "SecurityEvent | where Account in ((SigninLogs | project IPAddress | where ^",
            "column"
        ),
        ["IPAddress"]
    );
    assert_eq!(of_kind("let n = toscalar(SigninLogs | summarize max(IP^", "column"), ["IPAddress"]);
}

#[test]
fn render_takes_charts_properties_and_columns() {
    offers("SecurityEvent | render ^", &["timechart: keyword"]);
    offers("SecurityEvent | render timechart with (^", &["title: keyword"]);
    offers("SecurityEvent | render barchart with (kind=^", &["stacked100: keyword"]);
    assert_eq!(
        of_kind("SecurityEvent | render barchart with (xcolumn=Comp^", "column"),
        ["Computer"]
    );
}

#[test]
fn types_follow_a_colon_and_typeof() {
    offers("datatable(x: ^", &["string: type", "datetime: type"]);
    offers("SecurityEvent | mv-expand Account to typeof(^", &["long: type"]);
}

#[test]
fn nothing_is_offered_inside_of_literals_comments_and_paths() {
    for text in [
        "SecurityEvent | where Account has 'Sec^'",
        "SecurityEvent | where Account has 'Sec^",
        "// Sec^",
        "SecurityEvent | take 1^",
        "SecurityEvent | where Account.Sec^",
        "SecurityEvent | count ^",
        "print datetime(20^",
    ] {
        assert!(offered(text).is_empty(), "{text}: {:?}", offered(text));
    }
}

#[test]
fn any_text_and_any_place_is_survived() {
    let engine = engine();
    let texts = [
        "let f = (a:string, ) { T | where ä } ; f(x) | join kind= ( ) on ) } ] | project-",
        "|||;;;{{((([[[ in (( | where ] } ) . : = !has -",
        "let x = ; let = ( ){ | ; } union ( | , ) render with ( = ",
        "SecurityEvent | join hint.x=",
    ];
    for text in texts {
        for offset in 0..=text.len() + 2 {
            drop(engine.complete(text, offset));
        }
    }
}
