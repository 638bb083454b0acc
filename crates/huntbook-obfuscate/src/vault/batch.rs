//! What a vault takes from an obfuscated table.

use arrow::array::RecordBatch;
use hashbrown::HashSet;

use super::VaultWriter;
use crate::transform::is_placeholder;
use crate::{Kind, ObfuscationError, Obfuscator, Plan, leaves, token};

impl Obfuscator {
    /// Records in `vault` what the tokens of `obfuscated` stand for, which this obfuscator made of
    /// `original` by `plan`: each distinct value of a column whose kind is one-way, and each label in it
    /// (of free text the labels only), so that a token is revealed wherever it stands.
    ///
    /// Values of reversible kinds are left out: [`reveal`](Self::reveal) needs no vault.
    ///
    /// # Errors
    ///
    /// [`PlanMismatch`](ObfuscationError::PlanMismatch) if the batches are not of one table of the plan,
    /// and the errors of [`VaultWriter::record`].
    pub fn record_batch(
        &self,
        plan: &Plan,
        original: &RecordBatch,
        obfuscated: &RecordBatch,
        vault: &mut VaultWriter,
    ) -> Result<(), ObfuscationError> {
        let (originals, tokens) = (leaves::of_batch(original), leaves::of_batch(obfuscated));
        let mismatch = |column: &str| ObfuscationError::PlanMismatch {
            column: column.to_owned(),
            problem: "the batches are not of one table of the plan".to_owned(),
        };
        if originals.len() != plan.columns().len() || tokens.len() != plan.columns().len() {
            return Err(mismatch("*"));
        }
        for ((column, (path, original)), (_, token)) in
            plan.columns().iter().zip(&originals).zip(&tokens)
        {
            if *path != column.column || original.len() != token.len() {
                return Err(mismatch(&column.column));
            }
            if column.kind.is_reversible() || column.kind == Kind::Null {
                continue;
            }
            if let (Some(originals), Some(tokens)) = (leaves::texts(original), leaves::texts(token))
            {
                self.record_column(column.kind, originals.iter().zip(tokens.iter()), vault)?;
            }
        }
        Ok(())
    }

    fn record_column<'t>(
        &self,
        kind: Kind,
        pairs: impl Iterator<Item = (Option<&'t str>, Option<&'t str>)>,
        vault: &mut VaultWriter,
    ) -> Result<(), ObfuscationError> {
        let mut seen = HashSet::new();
        for (original, token) in pairs {
            let (Some(original), Some(token)) = (original, token) else { continue };
            if is_placeholder(original) || !seen.insert(original) {
                continue;
            }
            // Of a text only what is found in it is replaced, unless it did not parse.
            if !matches!(kind, Kind::Text | Kind::Json) || token.len() == token::LENGTH {
                vault.record(kind, original, token)?;
            }
            self.record_labels(kind, original, token, vault)?;
        }
        Ok(())
    }

    /// Records each label of `original` whose token stands in `token`.
    fn record_labels(
        &self,
        kind: Kind,
        original: &str,
        token: &str,
        vault: &mut VaultWriter,
    ) -> Result<(), ObfuscationError> {
        let Some(transform) = self.transform(kind) else { return Ok(()) };
        let mut labels: Vec<String> = Vec::new();
        transform.sensitive_parts(original, &mut |part| {
            if part != original && is_label(part) {
                labels.push(part.to_owned());
            }
        });
        if labels.is_empty() {
            return Ok(());
        }
        let lower = token.to_lowercase();
        for label in labels {
            let label_token = self.value(Kind::Account, &label);
            if lower.contains(&label_token.to_lowercase()) {
                vault.record(kind, &label, &label_token)?;
            }
        }
        Ok(())
    }
}

/// Whether `part` is one label, and not a name of several.
fn is_label(part: &str) -> bool {
    !part.is_empty() && !part.contains(['.', '@', '\\', '/', ':', ' '])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, StringArray};

    use super::*;
    use crate::{Key, Policy, Vault};

    fn table() -> RecordBatch {
        let column = |texts: Vec<Option<&str>>| -> ArrayRef { Arc::new(StringArray::from(texts)) };
        RecordBatch::try_from_iter([
            ("Account", column(vec![Some("CONTOSO\\bob"), None, Some("-"), Some("CONTOSO\\bob")])),
            ("Computer", column(vec![Some("srv1.contoso.com"); 4])),
            ("IpAddress", column(vec![Some("10.1.2.3"); 4])),
            ("Activity", column(vec![Some("kept"); 4])),
        ])
        .unwrap()
    }

    #[test]
    fn values_and_labels_of_one_way_columns_are_recorded_once() {
        let key = Key::from_bytes([3; 32]);
        let obfuscator = Obfuscator::new(&key, "here", Policy::builtin());
        let batch = table();
        let plan = obfuscator.plan(&batch.schema(), &batch);
        let safe = obfuscator.batch(&plan, &batch).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault");
        let mut writer = VaultWriter::create(&path, &key, "here").unwrap();
        obfuscator.record_batch(&plan, &batch, &safe, &mut writer).unwrap();
        let recorded = writer.len();
        obfuscator.record_batch(&plan, &batch, &safe, &mut writer).unwrap();
        assert_eq!(writer.len(), recorded);
        writer.finish().unwrap();
        let vault = Vault::open(&path, &key, "here").unwrap();
        let reveal = |kind, text| vault.reveal(&obfuscator.value(kind, text));
        assert_eq!(reveal(Kind::Account, "CONTOSO\\bob").unwrap(), "CONTOSO\\bob");
        assert_eq!(reveal(Kind::Account, "bob").unwrap().to_lowercase(), "bob");
        assert_eq!(reveal(Kind::Host, "srv1.contoso.com").unwrap(), "srv1.contoso.com");
        assert_eq!(reveal(Kind::Ip, "10.1.2.3"), None);
        assert_eq!(vault.reveal("kept"), None);
    }

    #[test]
    fn batches_of_two_tables_are_refused() {
        let key = Key::from_bytes([3; 32]);
        let obfuscator = Obfuscator::new(&key, "here", Policy::builtin());
        let batch = table();
        let plan = obfuscator.plan(&batch.schema(), &batch);
        let folder = tempfile::tempdir().unwrap();
        let mut writer = VaultWriter::create(&folder.path().join("vault"), &key, "here").unwrap();
        for other in [batch.slice(0, 2), batch.project(&[0]).unwrap()] {
            let error = obfuscator.record_batch(&plan, &batch, &other, &mut writer).unwrap_err();
            assert_eq!(error.code(), "OBF0010");
        }
    }
}
