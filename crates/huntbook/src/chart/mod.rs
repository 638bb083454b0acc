//! Charts: what `render` asks for, drawn from the rows of an answer.
//!
//! # Brief overview
//!
//! [`plot`] chooses columns as Kusto does and gives a [`Plot`]: points with an x, a y and a series. A plot is
//! drawn as a Vega-Lite document ([`Plot::vega_lite`]) or as lines of text ([`Plot::text`]).
//!
//! Rows are written by strangers. In the Vega-Lite document they stand as data only: fields are called `x`, `y`
//! and `s` whatever the columns are called, and no text of the data becomes part of an expression or of markup.
//!
//! Source of the rules: <https://learn.microsoft.com/kusto/query/render-operator>.

mod cells;
mod columns;
mod text;
mod vega;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use huntbook_diagnostics::visible;
use huntbook_kql::Chart;

use cells::Cell;
use columns::Roles;

/// The mimetype of what [`Plot::vega_lite`] gives.
pub const VEGA_LITE: &str = "application/vnd.vegalite.v5+json";

/// Points that are drawn at the most.
const MOST_POINTS: usize = 5_000;
/// Slices of a pie; the rest is one slice more.
const MOST_SLICES: usize = 20;

/// A chart with its points.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    shape: Shape,
    stacking: Stacking,
    title: Option<String>,
    x: Axis,
    y: Axis,
    /// What the series are: the names of their columns.
    series: Option<String>,
    has_legend: bool,
    points: Vec<Point>,
    /// What of the rows is not drawn, in words.
    note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Line,
    Area,
    Scatter,
    /// Bars to the right.
    Bar,
    /// Bars upwards.
    Column,
    Pie,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stacking {
    None,
    Stacked,
    /// Each stack fills the whole height.
    Whole,
}

/// An axis.
#[derive(Debug, Clone, Default, PartialEq)]
struct Axis {
    title: Option<String>,
    is_logarithmic: bool,
    least: Option<f64>,
    most: Option<f64>,
}

/// One point.
#[derive(Debug, Clone, PartialEq)]
struct Point {
    x: X,
    y: f64,
    series: String,
}

#[derive(Debug, Clone, PartialEq)]
enum X {
    /// Nanoseconds since 1970.
    Time(i64),
    Number(f64),
    Text(String),
}

impl X {
    fn label(&self) -> String {
        match self {
            Self::Time(nanoseconds) => {
                let time = chrono::DateTime::from_timestamp_nanos(*nanoseconds);
                time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
            }
            Self::Number(number) => number_text(*number),
            Self::Text(text) => text.clone(),
        }
    }

    /// Where it lies on an axis of numbers; `None` for text.
    fn position(&self) -> Option<f64> {
        match self {
            Self::Time(nanoseconds) => Some(*nanoseconds as f64),
            Self::Number(number) => Some(*number),
            Self::Text(_) => None,
        }
    }
}

/// A number for people: whole where it is, else with at most three digits behind the point.
fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The points of the chart that an answer asks for.
///
/// # Errors
///
/// Why it cannot be drawn, as a sentence without capital and period; the rows are as good as before.
pub fn plot(chart: &Chart, schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Plot, String> {
    let Some((shape, mut stacking)) = shape(&chart.kind) else {
        return Err(format!("a `{}` is shown as a table", chart.kind));
    };
    match chart.property("kind") {
        Some("stacked") => stacking = Stacking::Stacked,
        Some("stacked100") => stacking = Stacking::Whole,
        Some("unstacked" | "default") => stacking = Stacking::None,
        _ => {}
    }
    let total: usize = batches.iter().map(RecordBatch::num_rows).sum();
    if total == 0 {
        return Err("there are no rows to draw".to_owned());
    }
    let table = cells::read(schema, batches, MOST_POINTS);
    let roles = Roles::of(chart, &table)?;
    let mut points = points(&table, &roles, shape);
    let mut note = None;
    let drawn = total.min(MOST_POINTS);
    if drawn < total {
        note = Some(format!("the first {drawn} of {total} rows are drawn"));
    }
    if points.len() > MOST_POINTS {
        note = Some(format!("the first {MOST_POINTS} of {} points are drawn", points.len()));
        points.truncate(MOST_POINTS);
    }
    if points.is_empty() {
        return Err("no row has both an x and a number to draw".to_owned());
    }
    if chart.property("accumulate") == Some("true") {
        accumulate(&mut points);
    }
    if shape == Shape::Pie {
        merge_slices(&mut points);
    }
    let shown = |text: &str| visible(text);
    let number = |name: &str| chart.property(name).and_then(|text| text.parse().ok());
    let is_log = |name: &str| chart.property(name) == Some("log");
    let y_title = match roles.y.as_slice() {
        [only] => Some(table[*only].name.clone()),
        _ => None,
    };
    Ok(Plot {
        shape,
        stacking,
        title: chart.property("title").map(shown),
        x: Axis {
            title: Some(shown(chart.property("xtitle").unwrap_or(&table[roles.x].name))),
            is_logarithmic: is_log("xaxis"),
            ..Axis::default()
        },
        y: Axis {
            title: chart.property("ytitle").map(str::to_owned).or(y_title).map(|text| shown(&text)),
            is_logarithmic: is_log("yaxis"),
            least: number("ymin"),
            most: number("ymax"),
        },
        series: roles.series_title(&table).map(|text| shown(&text)),
        has_legend: chart.property("legend") != Some("hidden"),
        points,
        note,
    })
}

fn shape(kind: &str) -> Option<(Shape, Stacking)> {
    Some(match kind {
        "timechart" | "linechart" | "anomalychart" => (Shape::Line, Stacking::None),
        "areachart" => (Shape::Area, Stacking::None),
        "stackedareachart" => (Shape::Area, Stacking::Stacked),
        "scatterchart" => (Shape::Scatter, Stacking::None),
        "barchart" => (Shape::Bar, Stacking::None),
        "columnchart" => (Shape::Column, Stacking::None),
        "piechart" => (Shape::Pie, Stacking::None),
        _ => return None,
    })
}

/// A point for each row and y column; one for each element where the cells are lists, as `make-series` gives them.
fn points(table: &[cells::Column], roles: &Roles, shape: Shape) -> Vec<Point> {
    let mut points = Vec::new();
    let rows = table.first().map_or(0, |column| column.cells.len());
    for row in 0..rows {
        let named = roles.series.iter().map(|index| table[*index].cells[row].label());
        let named = named.collect::<Vec<_>>().join(", ");
        for y in &roles.y {
            let series = match (roles.series.is_empty(), roles.y.len()) {
                (true, _) => table[*y].name.clone(),
                (false, 1) => named.clone(),
                (false, _) => format!("{named}: {}", table[*y].name),
            };
            let series = visible(&series);
            let (x, y) = (&table[roles.x].cells[row], &table[*y].cells[row]);
            let mut add = |x: &Cell, y: &Cell| {
                if let (Some(x), Some(y)) = (x.as_x(shape), y.as_number()) {
                    points.push(Point { x, y, series: series.clone() });
                }
            };
            match (x, y) {
                (Cell::List(xs), Cell::List(ys)) => {
                    xs.iter().zip(ys).for_each(|(x, y)| add(x, y));
                }
                (x, y) => add(x, y),
            }
        }
    }
    points
}

/// Each value becomes the sum of those of its series up to it.
fn accumulate(points: &mut [Point]) {
    points.sort_by(|one, other| {
        one.x.position().partial_cmp(&other.x.position()).unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut sums = std::collections::BTreeMap::<String, f64>::new();
    for point in points {
        let sum = sums.entry(point.series.clone()).or_default();
        *sum += point.y;
        point.y = *sum;
    }
}

/// Slices of one name are one; behind the largest ones, all others are one. What is not above zero has no slice.
fn merge_slices(points: &mut Vec<Point>) {
    let mut slices: Vec<Point> = Vec::new();
    for point in points.drain(..).filter(|point| point.y > 0.0) {
        let label = point.x.label();
        match slices.iter_mut().find(|slice| slice.series == label) {
            Some(slice) => slice.y += point.y,
            None => slices.push(Point { series: label, ..point }),
        }
    }
    slices.sort_by(|one, other| other.y.total_cmp(&one.y));
    if slices.len() > MOST_SLICES + 1 {
        let rest = slices.split_off(MOST_SLICES);
        let label = format!("{} others", rest.len());
        let y = rest.iter().map(|slice| slice.y).sum();
        slices.push(Point { x: X::Text(label.clone()), y, series: label });
    }
    *points = slices;
}

impl Plot {
    /// The series in the order in which they appear.
    fn series_names(&self) -> Vec<&str> {
        let mut seen = std::collections::BTreeSet::new();
        let names = self.points.iter().map(|point| point.series.as_str());
        names.filter(|name| seen.insert(*name)).collect()
    }
}

#[cfg(test)]
mod tests;
