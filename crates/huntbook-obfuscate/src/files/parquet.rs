//! Parquet: columns are read, obfuscated and packed side by side, some ten thousand rows at a time.
//!
//! Where all pages of a text column are dictionary-encoded, each value of the dictionary is transformed once.
//! The output has the source's columns, types, row groups and compression; key-value metadata, statistics and
//! everything else in it come from the obfuscated values.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, RecordBatch};
use arrow::datatypes::{DataType, Field, FieldRef, Int32Type, Schema, SchemaRef};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, ArrowWriter,
    ArrowWriterOptions, compute_leaves,
};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, KeyValue, RowGroupMetaData};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use rayon::iter::{
    IntoParallelIterator, IntoParallelRefIterator, IntoParallelRefMutIterator, ParallelIterator,
};

use super::report::FileReport;
use super::run::{Job, SAMPLE_ROWS};
use crate::leaves::{self, LeafType};
use crate::{
    ColumnReport, KEY_METADATA, Kind, Learned, ObfuscationError, Obfuscator, Plan, REALM_METADATA,
    SCHEME, SCHEME_METADATA,
};

/// Rows that all columns go forward together.
const SLAB_ROWS: usize = 1 << 16;
/// Rows of one column that are decoded at a time, if they are short.
const BATCH_ROWS: usize = 8192;
/// Bytes of one column that are decoded at a time, about.
const BATCH_BYTES: u64 = 4 << 20;
/// Bytes of the sample, about.
const SAMPLE_BYTES: u64 = 32 << 20;
/// A row group is written when its packed columns take so much memory, or at so many rows.
const GROUP_BYTES: usize = 64 << 20;
const GROUP_ROWS: usize = 1 << 20;
/// Files are opened at most so often at once.
const MOST_LANES: usize = 64;
/// Parts of a batch are worked on side by side if they are not shorter than this.
const SHORTEST_PART: usize = 1024;

pub(super) fn obfuscate(
    job: &Job<'_>,
    path: &Path,
    output: &mut (dyn Write + Send),
) -> Result<FileReport, ObfuscationError> {
    let source = Source::open(job, path)?;
    let plan = source.plan(job)?;
    let empty = RecordBatch::new_empty(Arc::clone(source.metadata.schema()));
    let out_schema = job.obfuscator.batch(&plan, &empty)?.schema();
    let mut report = FileReport::new("parquet");
    report.count(plan.report(&[]));
    let options = ArrowWriterOptions::new()
        .with_properties(properties(job.obfuscator, source.metadata.metadata().row_groups()));
    let mut counted = CountedOut { inner: output, bytes: 0 };
    let (mut writer, factory) =
        ArrowWriter::try_new_with_options(&mut counted, Arc::clone(&out_schema), options)
            .and_then(ArrowWriter::into_serialized_writer)
            .map_err(|error| unwritable(job, error))?;
    let plans = plan.by_column(source.metadata.schema());
    for group in 0..source.metadata.metadata().num_row_groups() {
        let mut columns = source.group(job, group, &plans, &out_schema)?;
        let row_group = source.metadata.metadata().row_group(group);
        columns.copy(job, row_group, &factory, &mut writer, &mut report)?;
    }
    writer.close().map_err(|error| unwritable(job, error))?;
    report.bytes_out = counted.bytes;
    Ok(report)
}

/// A file to read.
pub(super) struct Source<'p> {
    path: &'p Path,
    pub(super) metadata: ArrowReaderMetadata,
}

impl<'p> Source<'p> {
    pub(super) fn open(job: &Job<'_>, path: &'p Path) -> Result<Self, ObfuscationError> {
        let file = File::open(path).map_err(|error| job.unreadable(error))?;
        let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())
            .map_err(|error| damaged(job, &error))?;
        Ok(Self { path, metadata })
    }

    /// What is to be done with each column, decided by rules and the first rows.
    pub(super) fn plan(&self, job: &Job<'_>) -> Result<Plan, ObfuscationError> {
        Ok(job.obfuscator.plan(self.metadata.schema(), &self.sample(job)?))
    }

    /// The first rows.
    pub(super) fn sample(&self, job: &Job<'_>) -> Result<RecordBatch, ObfuscationError> {
        let schema = self.metadata.schema();
        let width = self.metadata.metadata().row_groups().first().map_or(1, |group| {
            group.total_byte_size().max(1) as u64 / group.num_rows().max(1) as u64
        });
        let rows = (SAMPLE_BYTES / width.max(1)).clamp(1, SAMPLE_ROWS as u64) as usize;
        let mut reader = self.builder(job, self.metadata.clone())?;
        reader = reader.with_batch_size(rows).with_limit(rows);
        let sample = reader.build().map_err(|error| damaged(job, &error))?.next().transpose();
        Ok(sample
            .map_err(|error| job.damaged(None, error.to_string()))?
            .unwrap_or_else(|| RecordBatch::new_empty(Arc::clone(schema))))
    }

    pub(super) fn builder(
        &self,
        job: &Job<'_>,
        metadata: ArrowReaderMetadata,
    ) -> Result<ParquetRecordBatchReaderBuilder<File>, ObfuscationError> {
        let file = File::open(self.path).map_err(|error| job.unreadable(error))?;
        Ok(ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata))
    }

    /// The metadata by which text columns of one row group that are all dictionaries are read as such.
    fn hinted(
        &self,
        job: &Job<'_>,
        group: usize,
        plans: &[Plan],
    ) -> Result<ArrowReaderMetadata, ObfuscationError> {
        let row_group = self.metadata.metadata().row_group(group);
        let fields = self.metadata.schema().fields();
        let hinted: Vec<FieldRef> = fields
            .iter()
            .zip(plans)
            .enumerate()
            .map(|(index, (field, plan))| {
                let as_dictionary = self.chunk(row_group, index).is_some_and(is_all_dictionary)
                    && matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8)
                    && !matches!(plan.columns()[0].kind, Kind::Keep | Kind::Null);
                if as_dictionary { Arc::new(dictionary_of(field)) } else { Arc::clone(field) }
            })
            .collect();
        let schema = Schema::new_with_metadata(hinted, self.metadata.schema().metadata().clone());
        let options = ArrowReaderOptions::new().with_schema(Arc::new(schema));
        ArrowReaderMetadata::try_new(Arc::clone(self.metadata.metadata()), options)
            .map_err(|error| damaged(job, &error))
    }

    /// Learns from the columns that teach; the others are not read.
    pub(super) fn learn(
        &self,
        job: &Job<'_>,
        plan: &Plan,
        learned: &mut Learned,
        fresh: fn() -> Learned,
    ) -> Result<(), ObfuscationError> {
        let plans = plan.by_column(self.metadata.schema());
        let teaches = |plan: &Plan| plan.columns().iter().any(|leaf| leaf.kind.teaches());
        let columns: Vec<usize> =
            (0..plans.len()).filter(|index| teaches(&plans[*index])).collect();
        for group in 0..self.metadata.metadata().num_row_groups() {
            job.meter.go_on()?;
            let metadata = self.hinted(job, group, &plans)?;
            let found = columns
                .par_iter()
                .map(|index| {
                    let mut found = fresh();
                    self.learn_column(job, &metadata, group, *index, &plans[*index], &mut found)?;
                    Ok(found)
                })
                .collect::<Result<Vec<Learned>, _>>()?;
            for found in &found {
                learned.merge(found);
            }
            let row_group = self.metadata.metadata().row_group(group);
            job.meter.advance(row_group.compressed_size().max(0) as u64, 0);
        }
        Ok(())
    }

    fn learn_column(
        &self,
        job: &Job<'_>,
        metadata: &ArrowReaderMetadata,
        group: usize,
        index: usize,
        plan: &Plan,
        learned: &mut Learned,
    ) -> Result<(), ObfuscationError> {
        let mask = ProjectionMask::roots(metadata.parquet_schema(), [index]);
        let reader = self
            .builder(job, metadata.clone())?
            .with_row_groups(vec![group])
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(|error| damaged(job, &error))?;
        let mut known: Option<ArrayRef> = None;
        for batch in reader {
            job.meter.go_on()?;
            let batch = batch.map_err(|error| job.damaged(None, error.to_string()))?;
            let column = batch.column(0);
            let Some(dictionary) = column.as_dictionary_opt::<Int32Type>() else {
                job.obfuscator.learn(plan, &batch, learned);
                continue;
            };
            let values = dictionary.values();
            if known.as_ref().is_some_and(|known| known.to_data().ptr_eq(&values.to_data())) {
                continue;
            }
            let values = values_batch(plan, values)?;
            job.obfuscator.learn(plan, &values, learned);
            known = Some(Arc::clone(dictionary.values()));
        }
        Ok(())
    }

    /// The columns of one row group, ready to be read.
    fn group(
        &self,
        job: &Job<'_>,
        group: usize,
        plans: &[Plan],
        out_schema: &Schema,
    ) -> Result<Columns, ObfuscationError> {
        let row_group = self.metadata.metadata().row_group(group);
        let fields = self.metadata.schema().fields();
        let metadata = self.hinted(job, group, plans)?;
        let mut lanes: Vec<Lane> = (0..fields.len().min(MOST_LANES)).map(|_| Lane::new()).collect();
        let lane_count = lanes.len();
        let mut files: Vec<Option<File>> = (0..lane_count).map(|_| None).collect();
        for (index, plan) in plans.iter().enumerate() {
            let lane = index % lane_count;
            // Readers of one file share its cursor, so they are never used side by side.
            let file = match &files[lane] {
                Some(file) => file.try_clone(),
                None => File::open(self.path),
            }
            .map_err(|error| job.unreadable(error))?;
            let kept = file.try_clone().map_err(|error| job.unreadable(error))?;
            files[lane].get_or_insert(kept);
            let width = self.chunk_bytes(row_group, index) / row_group.num_rows().max(1) as u64;
            let rows = (BATCH_BYTES / width.max(1)).clamp(64, BATCH_ROWS as u64) as usize;
            let mask = ProjectionMask::roots(metadata.parquet_schema(), [index]);
            let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone())
                .with_row_groups(vec![group])
                .with_projection(mask)
                .with_batch_size(rows)
                .build()
                .map_err(|error| damaged(job, &error))?;
            lanes[lane].columns.push(Column {
                index,
                reader,
                waiting: None,
                plan: plan.clone(),
                field: Arc::clone(&out_schema.fields()[index]),
                writers: Vec::new(),
                values: None,
                text_bytes: 0,
                counts: Vec::new(),
            });
        }
        Ok(Columns { lanes })
    }

    /// The chunk of a column that has only one.
    fn chunk<'g>(
        &self,
        group: &'g RowGroupMetaData,
        root: usize,
    ) -> Option<&'g ColumnChunkMetaData> {
        let schema = self.metadata.parquet_schema();
        let mut leaves =
            (0..schema.num_columns()).filter(|leaf| schema.get_column_root_idx(*leaf) == root);
        let leaf = leaves.next()?;
        leaves.next().is_none().then(|| group.column(leaf))
    }

    fn chunk_bytes(&self, group: &RowGroupMetaData, root: usize) -> u64 {
        let schema = self.metadata.parquet_schema();
        (0..schema.num_columns())
            .filter(|leaf| schema.get_column_root_idx(*leaf) == root)
            .map(|leaf| group.column(leaf).uncompressed_size().max(0) as u64)
            .sum()
    }
}

fn is_all_dictionary(chunk: &ColumnChunkMetaData) -> bool {
    use parquet::basic::Encoding;
    chunk.dictionary_page_offset().is_some()
        && chunk.page_encoding_stats_mask().is_some_and(|mask| {
            mask.is_only(Encoding::RLE_DICTIONARY) || mask.is_only(Encoding::PLAIN_DICTIONARY)
        })
}

fn dictionary_of(field: &Field) -> Field {
    let data_type =
        DataType::Dictionary(Box::new(DataType::Int32), Box::new(field.data_type().clone()));
    field.clone().with_data_type(data_type)
}

fn properties(obfuscator: &Obfuscator, groups: &[RowGroupMetaData]) -> WriterProperties {
    let compression = groups
        .first()
        .and_then(|group| group.columns().first())
        .map(ColumnChunkMetaData::compression);
    let compression = match compression {
        Some(
            same @ (Compression::SNAPPY
            | Compression::GZIP(_)
            | Compression::ZSTD(_)
            | Compression::LZ4_RAW
            | Compression::UNCOMPRESSED),
        ) => same,
        Some(Compression::LZ4) => Compression::LZ4_RAW,
        _ => Compression::ZSTD(ZstdLevel::default()),
    };
    let metadata = [
        (SCHEME_METADATA, SCHEME),
        (REALM_METADATA, obfuscator.realm()),
        (KEY_METADATA, obfuscator.key_fingerprint()),
    ];
    let metadata =
        metadata.map(|(name, value)| KeyValue::new(name.to_owned(), value.to_owned())).to_vec();
    WriterProperties::builder()
        .set_compression(compression)
        .set_key_value_metadata(Some(metadata))
        .build()
}

/// Columns that one thread at a time works on.
struct Lane {
    columns: Vec<Column>,
}

impl Lane {
    const fn new() -> Self {
        Self { columns: Vec::new() }
    }
}

/// All columns of a row group.
struct Columns {
    lanes: Vec<Lane>,
}

impl Columns {
    /// Obfuscates all rows of `group` and writes them as one row group or more.
    fn copy<W: Write + Send>(
        &mut self,
        job: &Job<'_>,
        group: &RowGroupMetaData,
        factory: &ArrowRowGroupWriterFactory,
        writer: &mut SerializedFileWriter<W>,
        report: &mut FileReport,
    ) -> Result<(), ObfuscationError> {
        let rows = usize::try_from(group.num_rows()).unwrap_or(0);
        let (mut done, mut in_group) = (0, 0);
        while done < rows {
            job.meter.go_on()?;
            if in_group == 0 {
                self.start(job, factory, writer.flushed_row_groups().len())?;
            }
            let slab = SLAB_ROWS.min(rows - done);
            self.lanes
                .par_iter_mut()
                .flat_map_iter(|lane| &mut lane.columns)
                .try_for_each(|column| column.advance(job, slab))?;
            let share = |rows: usize| {
                (group.compressed_size().max(0) as u128 * rows as u128
                    / group.num_rows().max(1) as u128) as u64
            };
            job.meter.advance(share(done + slab) - share(done), slab as u64);
            done += slab;
            in_group += slab;
            report.rows += slab as u64;
            if done == rows || in_group >= GROUP_ROWS || self.memory() >= GROUP_BYTES {
                self.finish(job, writer)?;
                in_group = 0;
            }
        }
        let mut counts: Vec<(usize, Vec<ColumnReport>)> = Vec::new();
        for column in self.lanes.iter_mut().flat_map(|lane| &mut lane.columns) {
            report.text_bytes += column.text_bytes;
            counts.push((column.index, std::mem::take(&mut column.counts)));
        }
        counts.sort_by_key(|(index, _)| *index);
        let counts: Vec<ColumnReport> = counts.into_iter().flat_map(|(_, counts)| counts).collect();
        if counts.len() == report.columns.len() {
            report.count(counts);
        }
        Ok(())
    }

    fn start(
        &mut self,
        job: &Job<'_>,
        factory: &ArrowRowGroupWriterFactory,
        group: usize,
    ) -> Result<(), ObfuscationError> {
        let writers =
            factory.create_column_writers(group).map_err(|error| unwritable(job, error))?;
        let mut columns: Vec<&mut Column> =
            self.lanes.iter_mut().flat_map(|lane| &mut lane.columns).collect();
        columns.sort_by_key(|column| column.index);
        let mut writers = writers.into_iter();
        for column in columns {
            let count = parquet_leaves(&column.field);
            column.writers = writers.by_ref().take(count).collect();
        }
        Ok(())
    }

    fn memory(&self) -> usize {
        let columns = self.lanes.iter().flat_map(|lane| &lane.columns);
        columns.flat_map(|column| &column.writers).map(ArrowColumnWriter::memory_size).sum()
    }

    fn finish<W: Write + Send>(
        &mut self,
        job: &Job<'_>,
        writer: &mut SerializedFileWriter<W>,
    ) -> Result<(), ObfuscationError> {
        let failed = |error| unwritable(job, error);
        let mut closed = self
            .lanes
            .par_iter_mut()
            .flat_map_iter(|lane| &mut lane.columns)
            .map(|column| {
                let writers = std::mem::take(&mut column.writers);
                let chunks: Result<Vec<ArrowColumnChunk>, ParquetError> =
                    writers.into_iter().map(ArrowColumnWriter::close).collect();
                chunks.map(|chunks| (column.index, chunks))
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(failed)?;
        closed.sort_by_key(|(index, _)| *index);
        let mut group = writer.next_row_group().map_err(failed)?;
        for chunk in closed.into_iter().flat_map(|(_, chunks)| chunks) {
            chunk.append_to_row_group(&mut group).map_err(failed)?;
        }
        group.close().map_err(failed)?;
        Ok(())
    }
}

/// How many Parquet columns a field takes.
fn parquet_leaves(field: &Field) -> usize {
    match field.data_type() {
        DataType::Struct(fields) => fields.iter().map(|field| parquet_leaves(field)).sum(),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::FixedSizeList(item, _)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::Map(item, _) => parquet_leaves(item),
        _ => 1,
    }
}

/// One column of the table: where it is read, and where its obfuscated form goes.
struct Column {
    index: usize,
    reader: ParquetRecordBatchReader,
    /// Rows that were read and not yet taken.
    waiting: Option<RecordBatch>,
    plan: Plan,
    field: FieldRef,
    writers: Vec<ArrowColumnWriter>,
    /// The values of the last dictionary, and their obfuscated form.
    values: Option<(ArrayRef, ArrayRef)>,
    text_bytes: u64,
    counts: Vec<ColumnReport>,
}

impl Column {
    /// Reads, obfuscates and packs the next `rows` rows.
    fn advance(&mut self, job: &Job<'_>, rows: usize) -> Result<(), ObfuscationError> {
        let mut left = rows;
        while left > 0 {
            let batch = match self.waiting.take() {
                Some(batch) => batch,
                None => match self.reader.next() {
                    Some(batch) => batch.map_err(|error| job.damaged(None, error.to_string()))?,
                    None => {
                        return Err(job.damaged(
                            None,
                            "a column has fewer rows than its row group".to_owned(),
                        ));
                    }
                },
            };
            let taken = batch.num_rows().min(left);
            if taken < batch.num_rows() {
                self.waiting = Some(batch.slice(taken, batch.num_rows() - taken));
            }
            self.write(job, &batch.slice(0, taken))?;
            left -= taken;
        }
        Ok(())
    }

    fn write(&mut self, job: &Job<'_>, batch: &RecordBatch) -> Result<(), ObfuscationError> {
        let counts = self.plan.report(std::slice::from_ref(batch));
        if self.counts.is_empty() {
            self.counts = counts;
        } else {
            for (total, more) in self.counts.iter_mut().zip(counts) {
                total.values += more.values;
                total.nulls += more.nulls;
            }
        }
        if self.plan.columns().iter().any(|leaf| !matches!(leaf.kind, Kind::Keep | Kind::Null)) {
            self.text_bytes += text_bytes(batch);
        }
        for array in self.obfuscate(job, batch)? {
            let leaves =
                compute_leaves(&self.field, &array).map_err(|error| unwritable(job, error))?;
            for (writer, leaf) in self.writers.iter_mut().zip(&leaves) {
                writer.write(leaf).map_err(|error| unwritable(job, error))?;
            }
        }
        Ok(())
    }

    fn obfuscate(
        &mut self,
        job: &Job<'_>,
        batch: &RecordBatch,
    ) -> Result<Vec<ArrayRef>, ObfuscationError> {
        let planned = &self.plan.columns()[0].data_type;
        if let Some(dictionary) = batch.column(0).as_dictionary_opt::<Int32Type>()
            && planned == dictionary.values().data_type()
        {
            let values = self.dictionary_values(job, dictionary.values())?;
            let array =
                DictionaryArray::<Int32Type>::try_new(dictionary.keys().clone(), values).map_err(
                    |source| ObfuscationError::Arrow { column: self.field.name().clone(), source },
                )?;
            return Ok(vec![Arc::new(array)]);
        }
        let parts = (batch.num_rows() / SHORTEST_PART).clamp(1, rayon::current_num_threads());
        let is_leaf_text =
            leaves::leaf_type(batch.column(0).data_type()) == LeafType::Text && parts > 1;
        if !is_leaf_text || matches!(batch.column(0).data_type(), DataType::Dictionary(..)) {
            return Ok(vec![Arc::clone(job.obfuscator.batch(&self.plan, batch)?.column(0))]);
        }
        let length = batch.num_rows().div_ceil(parts);
        let parts: Vec<RecordBatch> = (0..parts)
            .map(|part| {
                let start = part * length;
                batch.slice(start, length.min(batch.num_rows() - start))
            })
            .collect();
        parts
            .into_par_iter()
            .map(|part| Ok(Arc::clone(job.obfuscator.batch(&self.plan, &part)?.column(0))))
            .collect()
    }

    /// The obfuscated values of a dictionary, which many batches share.
    fn dictionary_values(
        &mut self,
        job: &Job<'_>,
        values: &ArrayRef,
    ) -> Result<ArrayRef, ObfuscationError> {
        if let Some((known, obfuscated)) = &self.values
            && known.to_data().ptr_eq(&values.to_data())
        {
            return Ok(Arc::clone(obfuscated));
        }
        let batch = values_batch(&self.plan, values)?;
        let obfuscated = Arc::clone(job.obfuscator.batch(&self.plan, &batch)?.column(0));
        self.values = Some((Arc::clone(values), Arc::clone(&obfuscated)));
        Ok(obfuscated)
    }
}

/// The values of a dictionary as a table of the planned column.
fn values_batch(plan: &Plan, values: &ArrayRef) -> Result<RecordBatch, ObfuscationError> {
    let column = &plan.columns()[0].column;
    let field = Field::new(column, values.data_type().clone(), true);
    let schema: SchemaRef = Arc::new(Schema::new(vec![field]));
    RecordBatch::try_new(schema, vec![Arc::clone(values)])
        .map_err(|source| ObfuscationError::Arrow { column: column.clone(), source })
}

/// How many bytes the texts of `batch` have, written out.
fn text_bytes(batch: &RecordBatch) -> u64 {
    fn of<O: arrow::array::OffsetSizeTrait>(texts: &arrow::array::GenericStringArray<O>) -> u64 {
        let offsets = texts.value_offsets();
        (offsets[offsets.len() - 1].as_usize() - offsets[0].as_usize()) as u64
    }
    let bytes = |(_, leaf): (String, ArrayRef)| match leaf.data_type() {
        DataType::Utf8 => of(leaf.as_string::<i32>()),
        DataType::LargeUtf8 => of(leaf.as_string::<i64>()),
        DataType::Utf8View => {
            leaf.as_string_view().iter().flatten().map(|text| text.len() as u64).sum()
        }
        DataType::Dictionary(..) => leaf.as_dictionary_opt::<Int32Type>().map_or(0, |dictionary| {
            let Some(texts) = leaves::texts(dictionary.values()) else { return 0 };
            let lengths: Vec<u64> =
                texts.iter().map(|text| text.map_or(0, |text| text.len() as u64)).collect();
            dictionary.keys().iter().flatten().map(|key| lengths[key as usize]).sum()
        }),
        _ => 0,
    };
    leaves::of_batch(batch).into_iter().map(bytes).sum()
}

fn damaged(job: &Job<'_>, error: &ParquetError) -> ObfuscationError {
    job.damaged(None, format!("it is no readable Parquet file ({error})"))
}

fn unwritable(job: &Job<'_>, error: ParquetError) -> ObfuscationError {
    job.unwritable(std::io::Error::other(error))
}

/// Counts what is written.
struct CountedOut<'w> {
    inner: &'w mut (dyn Write + Send),
    bytes: u64,
}

impl Write for CountedOut<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}
