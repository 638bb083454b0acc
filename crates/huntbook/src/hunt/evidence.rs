//! The answers of a hunt, obfuscated, each with its proof.

use arrow::array::RecordBatch;
use huntbook_obfuscate::{ColumnReport, Obfuscator, Policy, Proof, prove};

use crate::HuntbookError;
use crate::hunt::{HuntOptions, Step};

/// One answer as it may be shown.
#[derive(Debug)]
pub(crate) struct Evidence {
    /// File name without extension: `01-password-spray`.
    pub(crate) name: String,
    /// The obfuscated rows, one batch.
    pub(crate) batch: RecordBatch,
    /// What was done to each column and why.
    pub(crate) columns: Vec<ColumnReport>,
    /// The leak check against the original rows.
    pub(crate) proof: Proof,
}

/// The obfuscator of this hunt.
pub(crate) fn obfuscator(options: &HuntOptions) -> Obfuscator {
    Obfuscator::new(&options.key, &options.realm, Policy::builtin())
}

/// Obfuscates the answer of each step and proves it.
pub(crate) fn obfuscate(
    options: &HuntOptions,
    steps: &[Step],
) -> Result<Vec<Evidence>, HuntbookError> {
    let obfuscator = obfuscator(options);
    steps
        .iter()
        .enumerate()
        .map(|(index, step)| {
            let original = step.batch();
            let plan = obfuscator.plan(original.schema_ref(), &original);
            let batch = obfuscator.batch(&plan, &original)?;
            let safe = std::slice::from_ref(&batch);
            let proof = prove(&[original], safe, &plan, &obfuscator);
            let columns = plan.report(safe);
            Ok(Evidence { name: format!("{:02}-{}", index + 1, step.slug), batch, columns, proof })
        })
        .collect()
}
