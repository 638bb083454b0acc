//! The rows of a file that is not Parquet: by which format they are read, and to which table they belong.

use super::columns::TooManyColumns;
use super::error::{LocalError, Origin};
use super::file::{DataFile, Format};
use super::json::{self, Mistake};
use super::record::Record;
use super::windows::{Foresight, Recording, View};
use super::{cloudtrail, csv, windows, zeek};

/// How much of a file is read to tell what it holds.
const HEAD: u64 = 256 << 10;

/// What a file's first bytes say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Parquet,
    /// Separated values; the separator where the name of the file says it.
    Separated(Option<u8>),
    Zeek,
    Json,
    /// JSON in which Windows events stand as a collector recorded them.
    WindowsEvents,
    /// JSON in which Windows events stand as rows of Sentinel's tables.
    ExportedEvents,
    /// JSON in which records of AWS's audit trail stand.
    CloudTrail,
    /// Nothing that rows can be read from.
    Unknown,
}

/// Which rows of a file a table takes, and how it shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mapping {
    /// Every record, as it is.
    Recorded,
    Windows(View),
    CloudTrail,
}

/// Why reading rows stopped.
pub(super) enum Stop {
    Mistake(Mistake),
    TooManyColumns,
    Build(arrow::error::ArrowError),
    /// The caller has seen enough.
    Enough,
}

impl From<Mistake> for Stop {
    fn from(mistake: Mistake) -> Self {
        Self::Mistake(mistake)
    }
}

impl From<TooManyColumns> for Stop {
    fn from(_: TooManyColumns) -> Self {
        Self::TooManyColumns
    }
}

impl From<arrow::error::ArrowError> for Stop {
    fn from(error: arrow::error::ArrowError) -> Self {
        Self::Build(error)
    }
}

impl Stop {
    /// The error for people; `text` is what was read from `origin`.
    pub(super) fn into_error(self, origin: Origin, text: &str) -> LocalError {
        match self {
            Self::Mistake(mistake) => {
                let before = &text.as_bytes()[..mistake.offset.min(text.len())];
                let line_start =
                    before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
                LocalError::Malformed {
                    origin,
                    line: memchr::memchr_iter(b'\n', before).count() + 1,
                    column: before.len() - line_start + 1,
                    reason: mistake.reason.to_owned(),
                    help: "repair or remove that line; the other tables can still be queried",
                }
            }
            Self::TooManyColumns => LocalError::Build {
                origin,
                reason: format!(
                    "its records have more than {} different field names; nest what has names of its own, so that it becomes one dynamic column",
                    super::columns::MOST_COLUMNS
                ),
            },
            Self::Build(error) => LocalError::Build { origin, reason: error.to_string() },
            Self::Enough => LocalError::Build { origin, reason: "reading was stopped".to_owned() },
        }
    }
}

impl Shape {
    /// Looks at the beginning of `file`.
    pub(super) fn of(file: &DataFile) -> Result<Self, LocalError> {
        match file.format {
            Format::Parquet => return Ok(Self::Parquet),
            Format::Csv => return Ok(Self::Separated(None)),
            Format::Tsv => return Ok(Self::Separated(Some(b'\t'))),
            // What is wrong with it is told when it is read.
            Format::Evtx => return Ok(Self::WindowsEvents),
            Format::Json | Format::Log => {}
        }
        let head = super::file::decode(file.head(HEAD)?).content;
        let first = head.trim_start().chars().next();
        if zeek::is_zeek(&head) {
            Ok(Self::Zeek)
        } else if matches!(first, Some('{' | '[')) || file.format == Format::Json {
            Ok(Self::of_json(&head))
        } else {
            Ok(Self::Unknown)
        }
    }

    fn of_json(head: &str) -> Self {
        let mut shape = Self::Json;
        // The head may end inside a record; those before it are enough.
        let _ends_early = json::for_each_record::<Stop>(head, &mut |record| {
            if windows::is_windows_event(&record) {
                let exported = record.get("TimeGenerated").is_some();
                shape = if exported { Self::ExportedEvents } else { Self::WindowsEvents };
            } else if cloudtrail::is_record(&record) {
                shape = Self::CloudTrail;
            }
            if shape == Self::Json { Ok(()) } else { Err(Stop::Enough) }
        });
        // An envelope longer than the head is still told by its beginning.
        if shape == Self::Json
            && head.trim_start().starts_with("{\"Records\":[")
            && head.contains("\"eventSource\"")
        {
            shape = Self::CloudTrail;
        }
        shape
    }

    /// Calls `visit` for each record of `text`.
    pub(super) fn for_each_record(
        self,
        text: &str,
        visit: &mut dyn FnMut(&Record<'_>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        match self {
            Self::Separated(separator) => {
                csv::for_each_record(text, separator, &mut |record| visit(&record))
            }
            Self::Zeek => zeek::for_each_record(text, &mut |record| visit(&record)),
            Self::Json | Self::WindowsEvents | Self::ExportedEvents | Self::CloudTrail => {
                json::for_each_record(text, &mut |record| visit(&record))
            }
            Self::Parquet | Self::Unknown => Ok(()),
        }
    }

    /// What `mapping` has to know of the recording in `text` before its rows are read.
    pub(super) fn recording(self, text: &str, mapping: Mapping) -> Recording {
        let foresight = match mapping {
            Mapping::Windows(view) => view.foresight(),
            Mapping::Recorded | Mapping::CloudTrail => Foresight::Clock,
        };
        let mut reader = Recording::reader(foresight);
        if self == Self::WindowsEvents {
            // A mistake in the text is reported when its rows are read.
            let _stopped = self.for_each_record(text, &mut |record| {
                reader.add(record);
                if reader.has_enough() { Err(Stop::Enough) } else { Ok(()) }
            });
        }
        reader.finish()
    }
}

impl Mapping {
    /// Calls `visit` with the table's row for `record`, if it has one.
    pub(super) fn with_row(
        self,
        record: &Record<'_>,
        recording: &Recording,
        visit: &mut dyn FnMut(&Record<'_>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let row = match self {
            Self::Recorded => return visit(record),
            Self::Windows(view) => view.row(record, recording),
            Self::CloudTrail => cloudtrail::row(record),
        };
        row.map_or(Ok(()), |row| visit(&row))
    }

    /// Whether the table is there, without rows, where no record is of its kind.
    pub(super) const fn may_be_empty(self) -> bool {
        matches!(self, Self::Windows(view) if view.may_be_empty())
    }

    /// What a table with this mapping holds, in words; `None` where it takes every record.
    pub(super) const fn wanted(self) -> Option<&'static str> {
        match self {
            Self::Recorded | Self::Windows(View::Recorded) => None,
            Self::Windows(view) => Some(view.wanted()),
            Self::CloudTrail => Some(cloudtrail::WANTED),
        }
    }
}
