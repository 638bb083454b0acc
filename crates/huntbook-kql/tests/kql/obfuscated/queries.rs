//! Queries over record batches: in KQL on the engine, in SQL on DataFusion itself.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::TableReference;
use datafusion::datasource::MemTable;
use datafusion::logical_expr::{ColumnarValue, Volatility, create_udf};
use datafusion::prelude::{SessionConfig, SessionContext};
use huntbook_kql::{Database, Engine};
use tokio::runtime::Runtime;

use super::cases::Language;
use super::rows::Rows;
use super::world::Tables;

/// Tables that can be asked in both languages.
pub(super) struct Side {
    pub(super) tables: Tables,
    engine: Engine,
    context: SessionContext,
    runtime: Runtime,
}

impl Side {
    pub(super) fn new(tables: Tables, now: &str) -> Self {
        let sources = tables
            .iter()
            .map(|(name, batches)| (name.clone(), batches[0].schema(), batches.clone()));
        let database = Database::from_batches(sources).expect("batches of one table are alike");
        let config = SessionConfig::new()
            .with_target_partitions(2)
            .set_bool("datafusion.sql_parser.enable_ident_normalization", false);
        let context = SessionContext::new_with_config(config);
        for (name, batches) in &tables {
            let table = MemTable::try_new(batches[0].schema(), vec![batches.clone()])
                .expect("batches of one table are alike");
            context
                .register_table(TableReference::bare(name.as_str()), Arc::new(table))
                .expect("a fresh context");
        }
        let text = DataType::Utf8;
        context.register_udf(create_udf(
            "entra_sid",
            vec![text.clone()],
            text,
            Volatility::Immutable,
            Arc::new(|arguments: &[ColumnarValue]| {
                let arrays = ColumnarValue::values_to_arrays(arguments)?;
                let texts = cast(&arrays[0], &DataType::Utf8)?;
                let sids = texts.as_string::<i32>().iter().map(|id| entra_sid(id?));
                let sids: StringArray = sids.collect();
                Ok(ColumnarValue::Array(Arc::new(sids) as ArrayRef))
            }),
        ));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .build()
            .expect("the test machine has threads");
        let engine = Engine::new(database, now.parse().expect("a time"));
        Self { tables, engine, context, runtime }
    }
}

/// The rows of a query, or what is wrong with it.
pub(super) fn run(side: &Side, language: Language, query: &str) -> Result<Rows, String> {
    match language {
        Language::Kql => {
            let answer = side.runtime.block_on(side.engine.query(query));
            let answer = answer.map_err(|error| format!("{error}\n{query}"))?;
            Ok(Rows::of(&answer.schema, &answer.batches))
        }
        Language::Sql => side.runtime.block_on(async {
            let frame = side.context.sql(query).await.map_err(|error| error.to_string())?;
            let schema = Arc::clone(frame.schema().inner());
            let batches = frame.collect().await.map_err(|error| error.to_string())?;
            Ok(Rows::of(&schema, &batches))
        }),
    }
}

/// The security identifier that Windows gives to the Entra object `id`; `None` if it is no UUID.
pub(super) fn entra_sid(id: &str) -> Option<String> {
    let bytes = uuid::Uuid::parse_str(id).ok()?.to_bytes_le();
    let part = |place: usize| {
        u32::from_le_bytes(bytes[place..place + 4].try_into().expect("four of sixteen bytes"))
    };
    Some(format!("S-1-12-1-{}-{}-{}-{}", part(0), part(4), part(8), part(12)))
}
