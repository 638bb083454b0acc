//! Parquet files: read in place column by column, or from memory where they are packed.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, FieldRef, Schema, SchemaRef};
use bytes::Bytes;
use datafusion::catalog::TableProvider;
use datafusion::datasource::MemTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;

use super::error::{LocalError, Origin};
use super::file::DataFile;

const HELP: &str =
    "write or copy the file again; a Parquet file is whole only once its writer was closed";

/// The columns of the file at `path`, from its footer.
pub(super) fn schema(path: &Path) -> Result<SchemaRef, LocalError> {
    let origin = Origin::file(path);
    let file = File::open(path)
        .map_err(|error| LocalError::Read { origin: origin.clone(), reason: error.to_string() })?;
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())
        .map_err(|error| damaged(origin, &error, length))?;
    Ok(viewed(metadata.schema()))
}

/// The columns of each file, read on all cores.
pub(super) fn schemas(paths: &[impl AsRef<Path> + Sync]) -> Result<Vec<SchemaRef>, LocalError> {
    super::parallel::map(paths, |path| schema(path.as_ref()))
}

/// Files of one schema as one table, not read before a query does.
pub(super) fn listing(
    paths: &[&Path],
    schema: &SchemaRef,
) -> Result<Arc<dyn TableProvider>, LocalError> {
    let origin = || Origin::file(paths.first().copied().unwrap_or_else(|| Path::new("")));
    let build = |error: &dyn std::fmt::Display| LocalError::Build {
        origin: origin(),
        reason: error.to_string(),
    };
    let mut urls = Vec::with_capacity(paths.len());
    for path in paths {
        urls.push(ListingTableUrl::parse(url(path)?).map_err(|error| build(&error))?);
    }
    let options = ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension("");
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(options)
        .with_schema(Arc::clone(schema));
    Ok(Arc::new(ListingTable::try_new(config).map_err(|error| build(&error))?))
}

/// What is wrong with the file at `path`, found by reading all of it; `None` where nothing is.
pub(super) fn damage(path: &Path) -> Option<LocalError> {
    let origin = Origin::file(path);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => return Some(LocalError::Read { origin, reason: error.to_string() }),
    };
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(ParquetRecordBatchReaderBuilder::build);
    let reader = match reader {
        Ok(reader) => reader,
        Err(error) => return Some(damaged(origin, &error, length)),
    };
    let mut rows = 0;
    for batch in reader {
        match batch {
            Ok(batch) => rows += batch.num_rows(),
            Err(error) => {
                let reason = format!("its rows cannot be read from row {} on ({error})", rows + 1);
                return Some(LocalError::Damaged { origin, reason, help: HELP });
            }
        }
    }
    None
}

/// A packed file's rows, held in memory.
pub(super) fn unpacked(file: &DataFile) -> Result<(SchemaRef, Arc<dyn TableProvider>), LocalError> {
    let bytes = Bytes::from(file.bytes()?);
    let length = bytes.len() as u64;
    let damaged = |error: ParquetError| damaged(file.origin.clone(), &error, length);
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(damaged)?;
    let schema = bare(builder.schema());
    let reader = builder.build().map_err(damaged)?;
    let build = |error: &dyn std::fmt::Display| LocalError::Damaged {
        origin: file.origin.clone(),
        reason: error.to_string(),
        help: HELP,
    };
    let batches: Vec<RecordBatch> = reader
        .map(|batch| batch.and_then(|batch| batch.with_schema(Arc::clone(&schema))))
        .collect::<Result<_, _>>()
        .map_err(|error| build(&error))?;
    let table =
        MemTable::try_new(Arc::clone(&schema), vec![batches]).map_err(|error| build(&error))?;
    Ok((schema, Arc::new(table)))
}

/// The schema without what writers say about the file as a whole, which differs between files of one table.
fn bare(schema: &SchemaRef) -> SchemaRef {
    Arc::new(Schema::new(schema.fields().clone()))
}

/// The same with text as views: values of a dictionary are then read once, not once a row.
fn viewed(schema: &SchemaRef) -> SchemaRef {
    let field = |field: &FieldRef| match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 => {
            Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View))
        }
        _ => Arc::clone(field),
    };
    Arc::new(Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>()))
}

fn damaged(origin: Origin, error: &ParquetError, length: u64) -> LocalError {
    LocalError::Damaged {
        origin,
        reason: format!("not a readable Parquet file of {length} bytes ({error})"),
        help: HELP,
    }
}

/// `path` as a `file:` URL, in which nothing is taken for a pattern.
fn url(path: &Path) -> Result<String, LocalError> {
    let read = |reason: String| LocalError::Read { origin: Origin::file(path), reason };
    let absolute = std::fs::canonicalize(path).map_err(|error| read(error.to_string()))?;
    let text = absolute.to_str().ok_or_else(|| read("its path is not UTF-8".to_owned()))?;
    // A path without a leading slash begins with a drive.
    let root = if text.starts_with('/') { "file://" } else { "file:///" };
    let encoded = text.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' | b':' => {
            char::from(byte).to_string()
        }
        b'\\' => "/".to_owned(),
        other => format!("%{other:02X}"),
    });
    Ok(encoded.fold(root.to_owned(), |url, next| url + &next))
}
