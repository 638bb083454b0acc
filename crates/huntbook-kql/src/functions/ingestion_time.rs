//! `ingestion_time`: files do not say when a row came in; the time of the event stands for it.

use super::{Function, Naming};
use crate::ir::Scalar;
use crate::types::KqlType;

pub(crate) const INGESTION_TIME: Function = Function {
    name: "ingestion_time",
    aliases: &[],
    signature: "ingestion_time() -> datetime",
    summary: "The row's `TimeGenerated`, or else its `Timestamp`, since files do not say when a row came in. Null where the rows have neither.",
    naming: Naming::Fixed("$IngestionTime"),
    bind: |call| {
        call.arity(0..=0)?;
        let found = ["TimeGenerated", "Timestamp"].iter().find(|name| {
            call.columns
                .iter()
                .any(|column| column.name == **name && column.kind == KqlType::Datetime)
        });
        Ok(match found {
            Some(name) => Scalar::column(*name, KqlType::Datetime),
            None => Scalar::null(KqlType::Datetime),
        })
    },
};
