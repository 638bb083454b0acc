use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampNanosecondArray};
use arrow::datatypes::{DataType, Field, Schema};
use serde_json::Value;

use super::*;

const HOUR: i64 = 3_600_000_000_000;
const HOSTILE: &str = "<img src=https://evil.example/x onerror=alert(1)>";

fn chart(kind: &str, properties: &[(&str, &str)]) -> Chart {
    let properties = properties.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    Chart { kind: kind.into(), properties: properties.collect() }
}

fn times(hours: &[i64]) -> ArrayRef {
    let times: Vec<i64> = hours.iter().map(|hour| hour * HOUR).collect();
    Arc::new(TimestampNanosecondArray::from(times).with_timezone("UTC"))
}

fn longs(values: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

fn texts(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn plotted(chart: &Chart, columns: Vec<(&str, ArrayRef)>) -> Result<Plot, String> {
    let fields =
        columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).unwrap();
    plot(chart, &schema, &[batch])
}

fn over_time() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("Account", texts(&["ada", "bob", "ada", "bob"])),
        ("TimeGenerated", times(&[0, 0, 1, 1])),
        ("count_", longs(&[1, 2, 8, 4])),
    ]
}

#[test]
fn a_timechart_takes_the_first_time_the_numbers_and_a_series_for_each_text() {
    let plot = plotted(&chart("timechart", &[("title", "logons")]), over_time()).unwrap();
    let document = plot.vega_lite();
    assert_eq!(document["data"]["values"][2]["x"], 3_600_000.0);
    assert_eq!(document["data"]["values"][2]["s"], "ada");
    assert_eq!(document["encoding"]["x"]["type"], "temporal");
    assert_eq!(document["encoding"]["x"]["scale"]["type"], "utc");
    assert_eq!(document["encoding"]["x"]["title"], "TimeGenerated");
    assert_eq!(document["encoding"]["color"]["title"], "Account");
    assert_eq!(document["title"]["text"], "logons");
    assert_eq!(
        plot.text(Some(60)),
        "logons\nada  ▁      █  1 to 8\nbob  ▂      ▄  2 to 4\n     1970-01-01T00:00:00Z to 1970-01-01T01:00:00Z\n"
    );
}

#[test]
fn properties_choose_columns_titles_and_ends() {
    let properties = [
        ("xcolumn", "TimeGenerated"),
        ("ycolumns", "count_"),
        ("series", "Account"),
        ("xtitle", "when"),
        ("ytitle", "how many"),
        ("ymin", "1"),
        ("ymax", "20"),
        ("yaxis", "log"),
        ("legend", "hidden"),
    ];
    let encoding =
        plotted(&chart("linechart", &properties), over_time()).unwrap().vega_lite()["encoding"]
            .clone();
    assert_eq!(encoding["x"]["title"], "when");
    assert_eq!(encoding["y"]["title"], "how many");
    assert_eq!(encoding["y"]["scale"]["domainMin"], 1.0);
    assert_eq!(encoding["y"]["scale"]["domainMax"], 20.0);
    assert_eq!(encoding["y"]["scale"]["type"], "symlog");
    assert_eq!(encoding["color"]["legend"], Value::Null);
}

#[test]
fn a_property_that_names_no_column_is_said_with_near_names() {
    let error = plotted(&chart("timechart", &[("ycolumns", "count")]), over_time()).unwrap_err();
    assert!(error.contains("`count`") && error.contains("`count_`"), "{error}");
    let error = plotted(&chart("timechart", &[("ycolumns", "Account")]), over_time()).unwrap_err();
    assert_eq!(error, "column `Account` has no numbers to draw");
}

#[test]
fn bars_stand_beside_each_other_or_on_each_other() {
    let mark = |kind: &str, stacking: &str| {
        let plot = plotted(&chart(kind, &[("kind", stacking)]), over_time()).unwrap();
        plot.vega_lite()["encoding"].clone()
    };
    assert_eq!(mark("columnchart", "unstacked")["y"]["stack"], Value::Null);
    assert_eq!(mark("columnchart", "stacked")["y"]["stack"], "zero");
    assert_eq!(mark("barchart", "stacked100")["x"]["stack"], "normalize");
    let columns = vec![
        ("Account", texts(&["ada", "bob"])),
        ("failed", longs(&[4, 1])),
        ("passed", longs(&[2, 8])),
    ];
    let plot = plotted(&chart("columnchart", &[]), columns).unwrap();
    assert_eq!(plot.vega_lite()["encoding"]["xOffset"]["field"], "s");
    assert_eq!(plot.series_names(), ["failed", "passed"]);
}

#[test]
fn bars_of_text_are_as_long_as_their_numbers() {
    let columns = vec![("Account", texts(&["ada", "bob", "eve"])), ("n", longs(&[16, 8, -4]))];
    let plot = plotted(&chart("barchart", &[]), columns).unwrap();
    assert_eq!(
        plot.text(Some(40)),
        format!(
            "ada  {} 16\nbob  {}▌ 8\neve  {} -4\n",
            "█".repeat(31),
            "█".repeat(15),
            "░".repeat(8)
        )
    );
}

#[test]
fn a_pie_merges_equal_and_small_slices() {
    let names: Vec<String> = (0..40).map(|index| format!("h{}", index % 30)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let numbers: Vec<i64> = (1..=40).collect();
    let columns = vec![("Computer", texts(&names)), ("n", longs(&numbers))];
    let plot = plotted(&chart("piechart", &[]), columns).unwrap();
    assert_eq!(plot.points.len(), MOST_SLICES + 1);
    assert_eq!(plot.points.last().unwrap().series, "10 others");
    let total: f64 = plot.points.iter().map(|point| point.y).sum();
    assert_eq!(number_text(total), "820");
    assert!(plot.text(None).contains(" %)"));
}

#[test]
fn lists_of_make_series_are_points() {
    let columns = vec![
        ("Account", texts(&["ada"])),
        ("n", texts(&["[1,0,5]"])),
        (
            "T",
            texts(&[r#"["2026-11-20T00:00:00Z","2026-11-20T01:00:00Z","2026-11-20T02:00:00Z"]"#]),
        ),
    ];
    let dynamic = |name: &str| {
        let metadata = [(huntbook_kql::TYPE_KEY.to_owned(), "dynamic".to_owned())];
        Field::new(name, DataType::Utf8, true).with_metadata(metadata.into())
    };
    let fields = vec![Field::new("Account", DataType::Utf8, true), dynamic("n"), dynamic("T")];
    let schema = Arc::new(Schema::new(fields));
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).unwrap();
    let plot = plot(&chart("timechart", &[]), &schema, &[batch]).unwrap();
    let ys: Vec<f64> = plot.points.iter().map(|point| point.y).collect();
    assert_eq!((ys, plot.series_names()), (vec![1.0, 0.0, 5.0], vec!["ada"]));
}

#[test]
fn names_and_values_of_strangers_are_data_and_nothing_else() {
    for name in ["a.b[0]\"'\\", "image", "title", HOSTILE, "x\\"] {
        let columns = vec![(name, texts(&[HOSTILE, "b"])), ("n\\\" + warn()", longs(&[1, 2]))];
        let plot = plotted(&chart("barchart", &[]), columns).unwrap();
        let document = plot.vega_lite();
        for channel in ["x", "y"] {
            assert!(matches!(document["encoding"][channel]["field"].as_str(), Some("x" | "y")));
        }
        for row in document["encoding"]["tooltip"].as_array().unwrap() {
            let title = row["title"].as_str().unwrap();
            assert!(!title.contains(['"', '\\', '<', '\'', '[']), "{title}");
            assert!(title != "image" && title != "title");
        }
        assert!(document.get("transform").is_none() && document.get("params").is_none());
    }
    let turned = vec![("a", texts(&["\u{202e}x\x1b[31m"])), ("n", longs(&[1]))];
    let plot = plotted(&chart("barchart", &[]), turned).unwrap();
    assert!(!plot.text(None).contains(['\u{1b}', '\u{202e}']));
    assert!(!plot.vega_lite().to_string().contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn what_cannot_be_drawn_says_why() {
    let names = || vec![("Account", texts(&["ada"]))];
    let error = |kind: &str| plotted(&chart(kind, &[]), names()).unwrap_err();
    assert!(error("timechart").contains("a column of times"));
    assert!(error("piechart").contains("a column of numbers"));
    assert_eq!(error("treemap"), "a `treemap` is shown as a table");
    let none = vec![("Account", texts(&[])), ("n", longs(&[]))];
    assert_eq!(plotted(&chart("barchart", &[]), none).unwrap_err(), "there are no rows to draw");
}

#[test]
fn rows_beyond_the_limit_are_counted() {
    let numbers: Vec<i64> = (0..6_000).collect();
    let hours: Vec<i64> = (0..6_000).collect();
    let columns = vec![("T", times(&hours)), ("n", longs(&numbers))];
    let plot = plotted(&chart("timechart", &[]), columns).unwrap();
    assert_eq!(plot.points.len(), MOST_POINTS);
    let note = "the first 5000 of 6000 rows are drawn";
    assert_eq!(plot.vega_lite()["title"]["subtitle"], note);
    assert!(plot.text(None).contains(note));
}

#[test]
fn accumulated_values_grow_within_their_series() {
    let plot = plotted(&chart("timechart", &[("accumulate", "true")]), over_time()).unwrap();
    let of = |name: &str| {
        let points = plot.points.iter().filter(|point| point.series == name);
        points.map(|point| point.y).collect::<Vec<_>>()
    };
    assert_eq!((of("ada"), of("bob")), (vec![1.0, 9.0], vec![2.0, 6.0]));
}
