//! Every function that plans hold and DataFusion does not have, by the name that it has there.
//!
//! Functions carry no state: what a call needs beside its rows are constant arguments. So a plan can be rebuilt on
//! another machine from names. Two functions are not here, since they carry something:
//! `kql_geo_info_from_ip_address` the file that it reads, `kql_scan` the expressions of its steps.
#![cfg_attr(
    not(feature = "distributed"),
    allow(dead_code, reason = "who sends plans away asks for the functions that they hold")
)]

use std::sync::Arc;

use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

use crate::kernel::Kernel;
use crate::{aggregates, convert, extract, functions, lower, operators, windows};

/// Every kernel.
fn kernels() -> impl Iterator<Item = &'static Kernel> {
    let of_operators = [convert::KERNELS, operators::make_series::KERNELS];
    functions::KERNELS
        .iter()
        .chain(operators::evaluate::KERNELS)
        .copied()
        .chain(of_operators)
        .flatten()
        .copied()
}

/// Every scalar function.
pub(crate) fn scalar_functions() -> impl Iterator<Item = Arc<ScalarUDF>> {
    kernels()
        .map(Kernel::function)
        .chain(lower::functions())
        .chain([extract::function()])
        .map(Arc::new)
}

/// Every aggregate.
pub(crate) fn aggregate_functions() -> impl Iterator<Item = Arc<AggregateUDF>> {
    aggregates::OWN.iter().map(|function| function())
}

/// Every window function.
pub(crate) fn window_functions() -> impl Iterator<Item = Arc<WindowUDF>> {
    windows::RUNNING.iter().map(|running| Arc::new(lower::window_function(running)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn names() -> Vec<String> {
        let scalar = scalar_functions().map(|function| function.name().to_owned());
        let aggregates = aggregate_functions().map(|function| function.name().to_owned());
        let windows = window_functions().map(|function| function.name().to_owned());
        scalar.chain(aggregates).chain(windows).collect()
    }

    #[test]
    fn every_function_has_a_name_of_its_own() {
        let mut seen = BTreeSet::new();
        let twice: Vec<String> =
            names().into_iter().filter(|name| !seen.insert(name.clone())).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }

    /// The names that stand in the sources, but for those that macros put together.
    #[test]
    fn no_function_of_the_sources_is_missing() {
        let known: BTreeSet<String> = names().into_iter().collect();
        let (mut lists, mut missing) = (0, Vec::new());
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                if path.ends_with("registry.rs") || path.ends_with("text_functions.rs") {
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                let is_listed = text.contains("const KERNELS: &[&Kernel]");
                lists += usize::from(is_listed);
                if text.contains("Kernel = ") && !is_listed {
                    missing.push(path.display().to_string());
                }
                let quoted = text.split('"').skip(1).filter(|text| text.starts_with("kql_"));
                let whole = quoted.filter(|name| !name.ends_with('_') && !CARRYING.contains(name));
                missing.extend(whole.filter(|name| !known.contains(*name)).map(str::to_owned));
            }
        }
        assert!(missing.is_empty(), "{missing:?}");
        assert_eq!(lists, functions::KERNELS.len() + operators::evaluate::KERNELS.len() + 2);
    }

    const CARRYING: [&str; 2] = ["kql_geo_info_from_ip_address", "kql_scan"];
}
