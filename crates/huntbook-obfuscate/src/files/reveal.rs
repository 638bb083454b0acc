//! One column of an obfuscated file, in clear, for the holder of the key.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, make_array};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde_json::Value;

use super::format::{self, Content, Format};
use super::progress::{Meter, Unwatched};
use super::run::{Job, refused};
use super::tables::{self, LINE, Table};
use crate::leaves;
use crate::{Kind, ObfuscationError, Obfuscator, Vault};

/// Gives each value of `column` in the file at `path` to `write`, in the order of rows; `None` for a null.
///
/// What `vault` knows comes from there. Otherwise the kind decides: what the policy or the content says, if none is given. A column is known by its dotted path; in
/// NDJSON that is a path of keys. Returns how many values could not be revealed, since they are tokens of what did
/// not parse: those come as they are.
///
/// # Errors
///
/// [`OneWay`](ObfuscationError::OneWay) if the kind makes tokens and there is no vault,
/// [`FileContent`](ObfuscationError::FileContent) if the file is damaged or has no such column,
/// [`UnsupportedType`](ObfuscationError::UnsupportedType) if the column is no text and the plan gives it another kind
/// than `kind`, and what `write` returns.
pub fn reveal_column(
    obfuscator: &Obfuscator,
    vault: Option<&Vault>,
    path: &Path,
    column: &str,
    kind: Option<Kind>,
    write: &mut dyn FnMut(Option<&str>) -> Result<(), ObfuscationError>,
) -> Result<u64, ObfuscationError> {
    let format = format::of(path).map_err(|reason| refused(path, &reason))?;
    if format == Format::Zip {
        return Err(refused(path, "a column of an archive is not revealed; unpack it first"));
    }
    let scratch = tempfile::tempdir().map_err(|error| super::run::unwritable(path, error))?;
    let meter = Meter::new(&Unwatched, 0);
    let job = Job {
        obfuscator,
        path,
        destination: path,
        scratch: scratch.path(),
        meter: &meter,
        skip_unknown: false,
    };
    let mut one_way = 0;
    tables::read(&job, path, format, &mut |table| {
        one_way = reveal_table(&job, vault, &table, column, kind, write)?;
        Ok(())
    })?;
    Ok(one_way)
}

fn reveal_table(
    job: &Job<'_>,
    vault: Option<&Vault>,
    table: &Table,
    column: &str,
    kind: Option<Kind>,
    write: &mut dyn FnMut(Option<&str>) -> Result<(), ObfuscationError>,
) -> Result<u64, ObfuscationError> {
    if matches!(table.content, Content::Ndjson | Content::Json) {
        return reveal_documents(job, vault, table, column, kind, write);
    }
    let missing = || job.damaged(None, format!("there is no column `{column}`"));
    let plan = &table.plan;
    let place = plan
        .columns()
        .iter()
        .position(|leaf| leaf.column.eq_ignore_ascii_case(column))
        .ok_or_else(missing)?;
    let planned = &plan.columns()[place];
    let kind = kind.unwrap_or(planned.kind);
    let mut one_way = 0;
    for batch in &table.batches {
        let (_, leaf) = leaves::of_batch(batch).swap_remove(place);
        if let Some(texts) = leaves::texts(&leaf) {
            for text in texts.iter() {
                one_way += reveal_text(job.obfuscator, vault, kind, text, write)?;
            }
        } else if kind == planned.kind {
            let revealed = job.obfuscator.reveal_batch(plan, batch)?;
            let (_, leaf) = leaves::of_batch(&revealed).swap_remove(place);
            write_values(&planned.column, &leaf, write)?;
        } else {
            return Err(ObfuscationError::UnsupportedType {
                column: planned.column.clone(),
                data_type: planned.data_type.to_string(),
            });
        }
    }
    Ok(one_way)
}

/// Writes values that are no text as Arrow shows them; times of a zone in UTC.
fn write_values(
    column: &str,
    values: &ArrayRef,
    write: &mut dyn FnMut(Option<&str>) -> Result<(), ObfuscationError>,
) -> Result<(), ObfuscationError> {
    let failed = |source| ObfuscationError::Arrow { column: column.to_owned(), source };
    let options = FormatOptions::default();
    let values = match values.data_type() {
        // Names of zones are not known here; they do not change what is stored.
        DataType::Timestamp(unit, Some(_)) => {
            let in_utc = DataType::Timestamp(*unit, Some("+00:00".into()));
            let data = values.to_data().into_builder().data_type(in_utc).build();
            make_array(data.map_err(failed)?)
        }
        _ => Arc::clone(values),
    };
    let formatter = ArrayFormatter::try_new(&values, &options).map_err(failed)?;
    for row in 0..values.len() {
        if values.is_null(row) {
            write(None)?;
        } else {
            write(Some(&formatter.value(row).try_to_string().map_err(failed)?))?;
        }
    }
    Ok(())
}

fn reveal_documents(
    job: &Job<'_>,
    vault: Option<&Vault>,
    table: &Table,
    column: &str,
    kind: Option<Kind>,
    write: &mut dyn FnMut(Option<&str>) -> Result<(), ObfuscationError>,
) -> Result<u64, ObfuscationError> {
    let kind = kind
        .or_else(|| job.obfuscator.policy().verdict(column).map(|verdict| verdict.kind))
        .ok_or_else(|| {
            job.damaged(None, format!("no rule says what `{column}` is; name a kind"))
        })?;
    let mut one_way = 0;
    for batch in &table.batches {
        for (path, leaf) in leaves::of_batch(batch) {
            debug_assert_eq!(path, LINE);
            let Some(texts) = leaves::texts(&leaf) else { continue };
            for line in texts.iter().flatten() {
                let document: Value = serde_json::from_str(line).unwrap_or_default();
                let text = column.split('.').try_fold(&document, |value, key| value.get(key));
                one_way +=
                    reveal_text(job.obfuscator, vault, kind, text.and_then(Value::as_str), write)?;
            }
        }
    }
    Ok(one_way)
}

/// Writes one value; returns 1 if it could not be revealed.
fn reveal_text(
    obfuscator: &Obfuscator,
    vault: Option<&Vault>,
    kind: Kind,
    text: Option<&str>,
    write: &mut dyn FnMut(Option<&str>) -> Result<(), ObfuscationError>,
) -> Result<u64, ObfuscationError> {
    let Some(text) = text else { return write(None).map(|()| 0) };
    if let Some(original) = vault.and_then(|vault| vault.reveal(text)) {
        return write(Some(&original)).map(|()| 0);
    }
    match obfuscator.reveal(kind, text) {
        Ok(original) => write(Some(&original)).map(|()| 0),
        Err(ObfuscationError::OneWay { .. }) if vault.is_some() => write(Some(text)).map(|()| 1),
        Err(ObfuscationError::NotRevealable { .. }) => write(Some(text)).map(|()| 1),
        Err(error) => Err(error),
    }
}
