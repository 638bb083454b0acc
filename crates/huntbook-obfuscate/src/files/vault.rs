//! What a vault takes from files: each table once more, beside its obfuscated form.

use super::folder::Entry;
use super::run::Job;
use super::{pipeline, tables};
use crate::{ObfuscationError, VaultWriter};

/// Records in `vault` what the tokens stand for that `job` makes of `entry`.
///
/// Memory for the largest table of it.
pub(super) fn record(
    job: &Job<'_>,
    entry: &Entry,
    vault: &mut VaultWriter,
) -> Result<(), ObfuscationError> {
    tables::read(job, &entry.source, entry.format, &mut |table| {
        let mut batches = table.batches.into_iter();
        pipeline::run(
            || {
                job.meter.go_on()?;
                Ok(batches.next())
            },
            |batch| {
                let obfuscated = job.obfuscator.batch(&table.plan, &batch)?;
                Ok((batch, obfuscated))
            },
            |(batch, obfuscated)| {
                job.obfuscator.record_batch(&table.plan, &batch, &obfuscated, vault)
            },
        )
    })?;
    job.meter.advance(entry.bytes, 0);
    Ok(())
}
