//! Every built-in query over log tables runs on the scenario.

use std::ops::ControlFlow;

use huntbook::QueryProvider;
use huntbook::drivers::Cancel;
use huntbook::queries::{Arguments, ParameterType, Value};
use huntbook::scenario::{Format, Options, write_folder};

#[test]
fn each_query_of_the_catalogue_runs_on_the_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { seed: 9, rows: 10_000, ..Options::default() };
    write_folder(folder.path(), &options, Format::Parquet, &mut |_| ControlFlow::Continue(()))
        .unwrap();
    let mut sentinel = QueryProvider::new("MSSentinel").unwrap();
    sentinel.connect_local(&[folder.path().join("logs")]).unwrap();
    let defender = sentinel.beside("M365D").unwrap();
    let now = options.end;
    let mut run = 0;
    for provider in [&sentinel, &defender] {
        for query in provider.list(None) {
            let name = query.qualified_name();
            let mut arguments = Arguments::new();
            for parameter in query.parameters.iter().filter(|parameter| parameter.required()) {
                let sample = match parameter.kind {
                    ParameterType::Int => Value::Int(1),
                    ParameterType::Ip => Value::from("203.0.113.9"),
                    ParameterType::List => Value::from(vec!["powershell.exe"]),
                    _ => Value::from("sample"),
                };
                arguments.insert(parameter.name.clone(), sample);
            }
            let result = provider.run(&name, &arguments, now, &Cancel::new());
            let result = result.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(result.complete, "{name}");
            assert!(!result.schema.fields().is_empty(), "{name}");
            run += 1;
        }
    }
    assert!(run >= 15, "{run}");
}
