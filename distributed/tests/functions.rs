//! Every function of plans keeps what it is on its way as bytes, and so do the plans of all conformance cases.
#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::config::ConfigOptions;
use datafusion::execution::TaskContext;
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};
use datafusion::physical_plan::expressions::Column;
use datafusion::physical_plan::{collect, displayable};
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_proto::physical_plan::PhysicalExtensionCodec;
use datafusion_proto::physical_plan::from_proto::parse_physical_expr;
use datafusion_proto::physical_plan::to_proto::serialize_physical_expr;
use huntbook_distributed::{PlanCodec, Stays, cluster_config, cluster_rules, decode, encode};
use huntbook_kql::{Database, Engine, distributed};

fn context(codec: &PlanCodec, config: SessionConfig) -> Arc<TaskContext> {
    SessionContext::new_with_state(codec.functions().session(config).unwrap()).task_ctx()
}

#[test]
fn each_scalar_function_comes_back_equal() {
    let codec = PlanCodec::default();
    let context = context(&codec, SessionConfig::new());
    let schema = Schema::new(vec![Field::new("a", DataType::Utf8View, true)]);
    let functions = distributed::scalar_functions();
    assert!(functions.len() > 400, "{}", functions.len());
    for function in functions {
        let call: Arc<dyn PhysicalExpr> = Arc::new(ScalarFunctionExpr::new(
            function.name(),
            Arc::clone(&function),
            vec![Arc::new(Column::new("a", 0))],
            Arc::new(Field::new(function.name(), DataType::Utf8View, true)),
            Arc::new(ConfigOptions::default()),
        ));
        let bytes = serialize_physical_expr(&call, &codec).unwrap();
        let back = parse_physical_expr(&bytes, &context, &schema, &codec).unwrap();
        let back = back.downcast_ref::<ScalarFunctionExpr>().unwrap();
        assert_eq!(back.fun(), function.as_ref());
        assert_eq!(back.fun().signature().volatility, function.signature().volatility);
        assert_eq!(back.to_string(), call.to_string());
    }
}

#[test]
fn each_aggregate_and_window_function_comes_back_equal() {
    let codec = PlanCodec::default();
    for function in distributed::aggregate_functions() {
        codec.try_encode_udaf(&function, &mut Vec::new()).unwrap();
        assert_eq!(codec.try_decode_udaf(function.name(), &[]).unwrap(), function);
    }
    for function in distributed::window_functions() {
        codec.try_encode_udwf(&function, &mut Vec::new()).unwrap();
        assert_eq!(codec.try_decode_udwf(function.name(), &[]).unwrap(), function);
    }
}

#[test]
fn a_function_of_an_unknown_name_is_an_error() {
    let error = PlanCodec::default().try_decode_udf("kql_of_tomorrow", &[]).unwrap_err();
    assert!(error.to_string().contains("kql_of_tomorrow"), "{error}");
}

/// The queries of all conformance cases.
fn queries() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance/kql");
    let mut queries = Vec::new();
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        let fences = text.split("```kql\n").skip(1);
        queries.extend(fences.filter_map(|rest| Some(rest.split_once("\n```")?.0.to_owned())));
    }
    queries
}

/// Whether two runs of a query may differ.
fn is_left_to_chance(query: &str) -> bool {
    ["rand(", "new_guid(", "sample"].iter().any(|word| query.contains(word))
}

/// The plans travel to this very process, so that all of their steps are tried without a cluster.
#[tokio::test(flavor = "multi_thread")]
async fn plans_of_the_conformance_cases_give_the_same_rows_after_their_way() {
    let codec = PlanCodec::default();
    let engine = Engine::new(Database::new(), "2024-05-01T12:30:00Z".parse().unwrap());
    let (mut compared, mut stayed) = (0, BTreeMap::<String, usize>::new());
    for query in queries() {
        let Ok(local) = engine.query(&query).await else { continue };
        let plan = engine.plan_for(&query, cluster_config(4), &cluster_rules()).await.unwrap();
        let bytes = match encode(&plan.physical, &codec) {
            Ok(bytes) => bytes,
            // The steps of `scan` travel in its function.
            Err(Stays::NoForm { .. }) if query.contains("scan ") => continue,
            Err(Stays::NoForm { reason }) => panic!("{reason}\n{query}"),
            Err(stays) => {
                *stayed.entry(format!("{stays}\n{query}")).or_default() += 1;
                continue;
            }
        };
        let context = context(&codec, plan.config.clone());
        let back = decode(&bytes, &context, &codec).unwrap_or_else(|why| panic!("{why}\n{query}"));
        let shown = |plan| displayable(plan).indent(true).to_string();
        let sent = shown(plan.physical.as_ref());
        // A union that comes back casts columns whose nullability differs between its inputs.
        if !sent.contains("UnionExec") {
            assert_eq!(shown(back.as_ref()), sent, "{query}");
        }
        if is_left_to_chance(&query) {
            continue;
        }
        let rows = collect(back, context).await.unwrap_or_else(|why| panic!("{why}\n{query}"));
        let lines = |batches: &[_]| {
            let text = pretty_format_batches(batches).unwrap().to_string();
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort_unstable();
            lines
        };
        let (here, there) = (lines(&local.batches), lines(&rows));
        if local.row_count() > 0 {
            assert_eq!(there, here, "{query}");
        }
        compared += 1;
    }
    println!("{compared} cases compared, of others: {stayed:#?}");
    assert!(compared > 800, "{compared}");
    assert!(stayed.is_empty(), "{stayed:#?}");
}
