//! The result table: one row an indicator and source, with the columns of `msticpy` (the *peer*) and
//! ours.
//!
//! | column | type | of | meaning |
//! |---|---|---|---|
//! | `QuerySubtype` | Utf8, null | source | null: feeds have no sub-queries |
//! | `Result` | Boolean | source | whether the source knows the indicator |
//! | `Details` | Utf8 (JSON) | source | state, confidence and evidence of this source |
//! | `RawResult` | Utf8 (JSON), null | source | the listings that matched; null where none did |
//! | `Reference` | Utf8, null | source | where the feed has it from |
//! | `Status` | Int64 | source | 0 OK, 1 not supported, 3 failed, 4 no data, 10 other |
//! | `Ioc` | Utf8 | indicator | the value |
//! | `IocType` | Utf8 | indicator | `ipv4`, `ipv6`, `dns`, `url`, `email`, `md5_hash`, `sha1_hash`, `sha256_hash` |
//! | `SafeIoc` | Utf8 | indicator | the value as the source was asked for it |
//! | `Severity` | Utf8 | source | `high`, `warning`, `information` or `unknown` |
//! | `Provider` | Utf8 | source | name of the source |
//! | `Verdict` | Utf8 | indicator | the words of the [`State`](crate::State) that all sources together give |
//! | `Confidence` | UInt8 | indicator | 0 to 100 |
//! | `Evidence` | Utf8 | indicator | sentences, one a line |
//! | `FirstSeen`, `LastSeen` | Timestamp(ns, UTC), null | indicator | earliest and latest time that a source names |

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray, TimestampNanosecondArray,
    UInt8Array, new_null_array,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Answer, Lookup};
use crate::{IndicatorKind, Judgement, Match, SourceAnswer, State};

impl Lookup {
    /// The judgements as a table, one row an indicator and source, in their order.
    ///
    /// The peer's columns, in the order of its version 3, speak of one source; `Verdict`, `Confidence`,
    /// `Evidence`, `FirstSeen` and `LastSeen` speak of the indicator and repeat on each of its rows. An
    /// indicator without sources has one row with an empty `Provider` and `Status` 10.
    #[must_use]
    pub fn to_batch(judgements: &[Judgement]) -> RecordBatch {
        batch(&judgements.iter().flat_map(rows_of).collect::<Vec<_>>())
    }

    /// The same of answers to texts: what was refused has one row with an empty `Provider` and `Status` 2, its verdict
    /// is *unsupported*, and the evidence says why.
    #[must_use]
    pub fn answers_to_batch(answers: &[Answer]) -> RecordBatch {
        let rows = answers.iter().flat_map(|answer| match answer {
            Answer::Judged(judgement) => rows_of(judgement),
            Answer::Refused { text, kind, reason } => vec![Row {
                value: text,
                ioc_type: kind.map_or("unknown", IndicatorKind::ioc_type),
                state: State::Unsupported,
                confidence: 0,
                evidence: reason.clone(),
                first_seen: None,
                last_seen: None,
                answer: None,
                unanswered: BAD_FORMAT,
            }],
        });
        batch(&rows.collect::<Vec<_>>())
    }
}

fn batch(rows: &[Row<'_>]) -> RecordBatch {
    let text = |of: &dyn Fn(&Row<'_>) -> Option<String>| -> ArrayRef {
        Arc::new(rows.iter().map(of).collect::<StringArray>())
    };
    let time = |of: &dyn Fn(&Row<'_>) -> Option<DateTime<Utc>>| -> ArrayRef {
        let nanoseconds = rows.iter().map(|row| of(row)?.timestamp_nanos_opt());
        Arc::new(nanoseconds.collect::<TimestampNanosecondArray>().with_timezone("UTC"))
    };
    let answered = |of: &dyn Fn(&SourceAnswer) -> String, otherwise: &str| {
        text(&|row| Some(row.answer.map_or_else(|| otherwise.to_owned(), of)))
    };
    let known =
        rows.iter().map(|row| Some(row.answer.is_some_and(|answer| answer.state.is_known())));
    let status =
        rows.iter().map(|row| row.answer.map_or(row.unanswered, |answer| answer.state.status()));
    let columns: Vec<ArrayRef> = vec![
        new_null_array(&DataType::Utf8, rows.len()),
        Arc::new(known.collect::<BooleanArray>()),
        answered(&|answer| details(answer).to_string(), "{}"),
        text(&|row| row.answer.and_then(raw_result)),
        text(&|row| row.answer.and_then(reference)),
        Arc::new(Int64Array::from_iter_values(status)),
        text(&|row| Some(row.value.to_owned())),
        text(&|row| Some(row.ioc_type.to_owned())),
        text(&|row| Some(row.value.to_owned())),
        answered(&|answer| answer.state.severity().to_owned(), "unknown"),
        answered(&|answer| answer.source.clone(), ""),
        text(&|row| Some(row.state.words().to_owned())),
        Arc::new(UInt8Array::from_iter_values(rows.iter().map(|row| row.confidence))),
        text(&|row| Some(row.evidence.clone())),
        time(&|row| row.first_seen),
        time(&|row| row.last_seen),
    ];
    RecordBatch::try_new(schema(), columns)
        .expect("the columns are made in the order and types of `schema`")
}

/// `LookupStatus.OTHER` of the peer.
const OTHER: i64 = 10;

/// `LookupStatus.BAD_FORMAT` of the peer.
const BAD_FORMAT: i64 = 2;

fn schema() -> SchemaRef {
    let time = DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into()));
    let field =
        |name: &str, data_type: &DataType, nullable| Field::new(name, data_type.clone(), nullable);
    Arc::new(Schema::new(vec![
        field("QuerySubtype", &DataType::Utf8, true),
        field("Result", &DataType::Boolean, false),
        field("Details", &DataType::Utf8, false),
        field("RawResult", &DataType::Utf8, true),
        field("Reference", &DataType::Utf8, true),
        field("Status", &DataType::Int64, false),
        field("Ioc", &DataType::Utf8, false),
        field("IocType", &DataType::Utf8, false),
        field("SafeIoc", &DataType::Utf8, false),
        field("Severity", &DataType::Utf8, false),
        field("Provider", &DataType::Utf8, false),
        field("Verdict", &DataType::Utf8, false),
        field("Confidence", &DataType::UInt8, false),
        field("Evidence", &DataType::Utf8, false),
        field("FirstSeen", &time, true),
        field("LastSeen", &time, true),
    ]))
}

/// What is said of one text by one source.
struct Row<'a> {
    value: &'a str,
    ioc_type: &'static str,
    state: State,
    confidence: u8,
    evidence: String,
    first_seen: Option<DateTime<Utc>>,
    last_seen: Option<DateTime<Utc>>,
    answer: Option<&'a SourceAnswer>,
    /// The status where there is no answer.
    unanswered: i64,
}

fn rows_of(judgement: &Judgement) -> Vec<Row<'_>> {
    let row = |answer| Row {
        value: &judgement.indicator.value,
        ioc_type: judgement.indicator.kind.ioc_type(),
        state: judgement.state,
        confidence: judgement.confidence,
        evidence: judgement.evidence.join("\n"),
        first_seen: judgement.first_seen,
        last_seen: judgement.last_seen,
        answer,
        unanswered: OTHER,
    };
    if judgement.sources.is_empty() {
        return vec![row(None)];
    }
    judgement.sources.iter().map(|answer| row(Some(answer))).collect()
}

fn details(answer: &SourceAnswer) -> Value {
    json!({
        "verdict": answer.state.words(),
        "confidence": answer.confidence,
        "evidence": answer.evidence,
        "first_seen": written(answer.first_seen),
        "last_seen": written(answer.last_seen),
    })
}

fn raw_result(answer: &SourceAnswer) -> Option<String> {
    let matches: Vec<Value> = answer.matches.iter().map(listing).collect();
    (!matches.is_empty()).then(|| Value::from(matches).to_string())
}

fn listing(found: &Match) -> Value {
    let listing = &found.listing;
    json!({
        "listed": listing.listed.to_string(),
        "type": listing.listed.kind().name(),
        "relation": found.relation.words(),
        "verdict": listing.opinion.word(),
        "confidence": listing.confidence,
        "first_seen": written(listing.first_seen),
        "last_seen": written(listing.last_seen),
        "valid_until": written(listing.valid_until),
        "revoked": listing.revoked,
        "description": listing.description,
        "source": listing.source,
    })
}

fn reference(answer: &SourceAnswer) -> Option<String> {
    answer.matches.iter().find_map(|found| found.listing.source.clone())
}

fn written(time: Option<DateTime<Utc>>) -> Option<String> {
    time.map(|time| time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
}

#[cfg(test)]
mod tests {
    use arrow::array::AsArray;
    use arrow::util::display::array_value_to_string;

    use super::*;
    use crate::{Feed, Indicator};

    fn table() -> RecordBatch {
        let feed = "type,value,verdict,confidence,first_seen,source\ndomain,evil.example.net,malicious,90,2026-11-16T00:00:00Z,demo\n";
        let feeds = vec![
            Feed::from_csv("a.csv", feed).unwrap().0,
            Feed::from_text("b.txt", "good.example.net").0,
        ];
        let asked =
            ["evil.example.net", "other.example.org"].map(|text| Indicator::parse(text).unwrap());
        Lookup::to_batch(&Lookup::new(feeds, DateTime::UNIX_EPOCH).ask(&asked))
    }

    #[test]
    fn the_columns_are_the_peers_in_its_order_and_then_ours() {
        let names: Vec<_> =
            table().schema().fields().iter().map(|field| field.name().clone()).collect();
        assert_eq!(
            names.join(","),
            "QuerySubtype,Result,Details,RawResult,Reference,Status,Ioc,IocType,SafeIoc,Severity,Provider,Verdict,Confidence,Evidence,FirstSeen,LastSeen"
        );
    }

    #[test]
    fn a_row_speaks_of_its_source_and_of_the_indicator() {
        let table = table().project(&[1, 4, 5, 6, 7, 9, 10, 11, 12]).unwrap();
        let rows: Vec<String> = (0..table.num_rows())
            .map(|row| {
                let cells = table
                    .columns()
                    .iter()
                    .map(|column| array_value_to_string(column, row).unwrap());
                cells.collect::<Vec<_>>().join(" | ")
            })
            .collect();
        assert_eq!(
            rows,
            [
                "true | demo | 0 | evil.example.net | dns | high | a.csv | malicious | 90",
                "false |  | 4 | evil.example.net | dns | unknown | b.txt | malicious | 90",
                "false |  | 4 | other.example.org | dns | unknown | a.csv | not found | 0",
                "false |  | 4 | other.example.org | dns | unknown | b.txt | not found | 0",
            ]
        );
    }

    #[test]
    fn what_was_refused_has_a_row_that_says_so() {
        let refused =
            Answer::Refused { text: "x y".into(), kind: None, reason: "it is none".into() };
        let table = Lookup::answers_to_batch(&[refused]).project(&[5, 6, 7, 10, 11, 13]).unwrap();
        let cells: Vec<_> = table
            .columns()
            .iter()
            .map(|column| array_value_to_string(column, 0).unwrap())
            .collect();
        assert_eq!(cells, ["2", "x y", "unknown", "", "unsupported", "it is none"]);
    }

    #[test]
    fn times_are_nanoseconds_in_utc_and_null_where_no_source_names_one() {
        use arrow::datatypes::TimestampNanosecondType;
        let table = table();
        let times = table.column_by_name("FirstSeen").unwrap();
        assert_eq!(times.data_type().to_string(), "Timestamp(ns, \"UTC\")");
        let seconds: Vec<_> = times
            .as_primitive::<TimestampNanosecondType>()
            .iter()
            .map(|time| Some(time? / 1_000_000_000))
            .collect();
        let listed = Some(1_794_787_200);
        assert_eq!(seconds, [listed, listed, None, None]);
    }

    #[test]
    fn details_and_raw_result_are_json() {
        let table = table();
        for column in ["Details", "RawResult"] {
            for text in table.column_by_name(column).unwrap().as_string::<i32>().iter().flatten() {
                serde_json::from_str::<Value>(text).unwrap();
            }
        }
    }

    #[test]
    fn an_indicator_without_sources_is_one_row() {
        let asked = [Indicator::parse("1.2.3.4").unwrap()];
        let table = Lookup::to_batch(&Lookup::new(Vec::new(), DateTime::UNIX_EPOCH).ask(&asked));
        assert_eq!(table.num_rows(), 1);
        assert_eq!(Lookup::to_batch(&[]).num_rows(), 0);
    }
}
