//! Plans as bytes: functions by their names, Ballista's own steps as Ballista writes them.

use std::sync::Arc;

use ballista_core::serde::BallistaPhysicalExtensionCodec;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};

use crate::functions::Functions;

/// Writes a function as its name, and only where the other side finds the same function under it: one that holds
/// something of this machine, such as an open file, is an error.
#[derive(Debug, Default)]
pub struct PlanCodec {
    functions: Functions,
    ballista: BallistaPhysicalExtensionCodec,
}

impl PlanCodec {
    /// The functions that both sides know.
    #[must_use]
    pub fn functions(&self) -> &Functions {
        &self.functions
    }
}

fn bound_here(name: &str) -> DataFusionError {
    let name = name.trim_start_matches("kql_");
    DataFusionError::NotImplemented(format!(
        "`{name}` cannot run on other machines: its function carries something of this one"
    ))
}

fn unknown(name: &str) -> DataFusionError {
    DataFusionError::Plan(format!(
        "no function `{name}` is known here; scheduler, executors and client must be of one version"
    ))
}

/// Nothing but the name is written, so there is nothing to check where a function is found.
fn same<F: PartialEq + ?Sized>(known: Option<&Arc<F>>, function: &F, name: &str) -> Result<()> {
    match known {
        Some(known) if **known == *function => Ok(()),
        _ => Err(bound_here(name)),
    }
}

impl PhysicalExtensionCodec for PlanCodec {
    fn try_decode(
        &self,
        bytes: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        context: &TaskContext,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.ballista.try_decode(bytes, inputs, context, converter)
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        bytes: &mut Vec<u8>,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        self.ballista.try_encode(node, bytes, converter)
    }

    fn try_encode_udf(&self, function: &ScalarUDF, _: &mut Vec<u8>) -> Result<()> {
        same(self.functions.scalar(function.name()), function, function.name())
    }

    fn try_decode_udf(&self, name: &str, _: &[u8]) -> Result<Arc<ScalarUDF>> {
        self.functions.scalar(name).cloned().ok_or_else(|| unknown(name))
    }

    fn try_encode_udaf(&self, function: &AggregateUDF, _: &mut Vec<u8>) -> Result<()> {
        same(self.functions.aggregate(function.name()), function, function.name())
    }

    fn try_decode_udaf(&self, name: &str, _: &[u8]) -> Result<Arc<AggregateUDF>> {
        self.functions.aggregate(name).cloned().ok_or_else(|| unknown(name))
    }

    fn try_encode_udwf(&self, function: &WindowUDF, _: &mut Vec<u8>) -> Result<()> {
        same(self.functions.window(function.name()), function, function.name())
    }

    fn try_decode_udwf(&self, name: &str, _: &[u8]) -> Result<Arc<WindowUDF>> {
        self.functions.window(name).cloned().ok_or_else(|| unknown(name))
    }
}
