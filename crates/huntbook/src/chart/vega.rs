//! A plot as a Vega-Lite document.
//!
//! Vega-Lite writes the titles of tooltips into expressions, and its tooltips take a field called `image` for the
//! address of a picture: what stands there is made of letters and digits only, and never one of those words.

use serde_json::{Map, Value, json};

use super::{Axis, Plot, Point, Shape, Stacking, X};

const SCHEMA: &str = "https://vega.github.io/schema/vega-lite/v5.json";
/// Of the whole chart, titles and legend included: an output of JupyterLab is a little wider.
const WIDTH: u32 = 800;
const HEIGHT: u32 = 360;
/// A line with at most this many points shows them as dots.
const MOST_DOTS: usize = 200;
/// Names that a legend lists.
const MOST_NAMES: usize = 30;
/// The height of a bar to the right, and of what stands around all of them.
const BAR_HEIGHT: usize = 22;
const AROUND_BARS: usize = 70;
/// Pixels that a label may take; an axis has no more room for them.
const MOST_LABEL: u32 = 180;

impl Plot {
    /// The plot as a Vega-Lite 5 document, its points inside.
    #[must_use]
    pub fn vega_lite(&self) -> Value {
        let values: Vec<Value> = self.points.iter().map(|point| self.value(point)).collect();
        let mut document = json!({
            "$schema": SCHEMA,
            "width": WIDTH,
            "autosize": { "type": "fit", "contains": "padding" },
            "height": self.height(),
            "data": { "values": values },
            "mark": self.mark(),
            "encoding": self.encoding(),
        });
        if self.title.is_some() || self.note.is_some() {
            document["title"] = json!({
                "text": self.title.as_deref().unwrap_or_default(),
                "subtitle": self.note.as_deref().unwrap_or_default(),
            });
        }
        document
    }

    fn value(&self, point: &Point) -> Value {
        let x = match (&point.x, self.is_continuous()) {
            // Milliseconds, as JavaScript counts.
            (X::Time(time), true) => json!(*time as f64 / 1e6),
            (X::Number(number), true) => json!(number),
            (x, _) => json!(x.label()),
        };
        json!({ "x": x, "label": point.x.label(), "y": point.y, "s": point.series })
    }

    const fn is_continuous(&self) -> bool {
        matches!(self.shape, Shape::Line | Shape::Area | Shape::Scatter)
    }

    fn height(&self) -> usize {
        if self.shape != Shape::Bar {
            return HEIGHT as usize;
        }
        let mut labels: Vec<String> = self.points.iter().map(|point| point.x.label()).collect();
        labels.sort_unstable();
        labels.dedup();
        let beside = if self.stacking == Stacking::None { self.series_names().len() } else { 1 };
        (labels.len() * beside.clamp(1, 10) * BAR_HEIGHT + AROUND_BARS).clamp(140, 1200)
    }

    fn mark(&self) -> Value {
        let dots = self.points.len() <= MOST_DOTS;
        // Without ends that the query sets, all points are inside, and dots at the edge stay whole.
        let clip = self.y.least.is_some() || self.y.most.is_some();
        match self.shape {
            Shape::Line => json!({ "type": "line", "point": dots, "clip": clip }),
            Shape::Area => json!({ "type": "area", "line": true, "opacity": 0.6, "clip": clip }),
            Shape::Scatter => json!({ "type": "point", "filled": true, "clip": clip }),
            Shape::Bar | Shape::Column => json!({ "type": "bar", "clip": clip }),
            Shape::Pie => json!({ "type": "arc" }),
        }
    }

    fn encoding(&self) -> Value {
        let mut encoding = Map::new();
        let mut set =
            |channel: &str, value: Value| drop(encoding.insert(channel.to_owned(), value));
        let value = self.value_axis();
        match self.shape {
            Shape::Pie => {
                set("theta", json!({ "field": "y", "type": "quantitative", "stack": true }));
                set("order", json!({ "field": "y", "type": "quantitative", "sort": "descending" }));
            }
            Shape::Bar => {
                set("x", value);
                set("y", self.place_axis());
            }
            _ => {
                set("x", self.place_axis());
                set("y", value);
            }
        }
        let several = self.series_names().len() > 1;
        if several && self.stacking == Stacking::None {
            let beside = json!({ "field": "s", "type": "nominal", "sort": null });
            match self.shape {
                Shape::Bar => set("yOffset", beside),
                Shape::Column => set("xOffset", beside),
                _ => {}
            }
        }
        if several || self.series.is_some() || self.shape == Shape::Pie {
            set("color", self.color());
        }
        set("tooltip", self.tooltip());
        Value::Object(encoding)
    }

    fn place_axis(&self) -> Value {
        let title = json!(self.x.title);
        if !self.is_continuous() {
            let axis = json!({ "labelOverlap": true, "labelLimit": MOST_LABEL });
            return json!({
                "field": "x", "type": "nominal", "sort": null, "title": title, "axis": axis,
            });
        }
        match self.points.first().map(|point| &point.x) {
            Some(X::Time(_)) => json!({
                "field": "x", "type": "temporal", "title": title, "scale": { "type": "utc" },
            }),
            _ => json!({
                "field": "x", "type": "quantitative", "title": title,
                "scale": scale(&self.x, false),
            }),
        }
    }

    fn value_axis(&self) -> Value {
        let stack = match (self.stacking, self.shape) {
            (Stacking::Stacked, _) => json!("zero"),
            (Stacking::Whole, _) => json!("normalize"),
            (Stacking::None, _) => Value::Null,
        };
        let from_zero = !matches!(self.shape, Shape::Scatter);
        json!({
            "field": "y", "type": "quantitative", "title": self.y.title, "stack": stack,
            "scale": scale(&self.y, from_zero),
        })
    }

    fn color(&self) -> Value {
        let names = self.series_names().len();
        let legend = if self.has_legend {
            json!({ "symbolLimit": MOST_NAMES, "labelLimit": MOST_LABEL })
        } else {
            Value::Null
        };
        let scheme = if names > 10 { "tableau20" } else { "tableau10" };
        json!({
            "field": "s", "type": "nominal", "sort": null, "title": self.series,
            "legend": legend, "scale": { "scheme": scheme },
        })
    }

    fn tooltip(&self) -> Value {
        let x = key(self.x.title.as_deref(), "x");
        let y = key(self.y.title.as_deref(), "value");
        let mut rows = vec![
            json!({ "field": "label", "type": "nominal", "title": x }),
            json!({ "field": "y", "type": "quantitative", "title": y }),
        ];
        if self.shape != Shape::Pie {
            let series = key(self.series.as_deref(), "series");
            rows.push(json!({ "field": "s", "type": "nominal", "title": series }));
        }
        Value::Array(rows)
    }
}

fn scale(axis: &Axis, from_zero: bool) -> Value {
    let mut scale = Map::new();
    if axis.is_logarithmic {
        // Unlike `log`, it has a place for zero.
        scale.insert("type".to_owned(), json!("symlog"));
    } else {
        scale.insert("zero".to_owned(), json!(from_zero && axis.least.is_none()));
    }
    for (name, end) in [("domainMin", axis.least), ("domainMax", axis.most)] {
        if let Some(end) = end {
            scale.insert(name.to_owned(), json!(end));
        }
    }
    Value::Object(scale)
}

/// A column's name as the title of a row of a tooltip.
fn key(name: Option<&str>, otherwise: &str) -> String {
    let plain = |character: char| match character {
        ' ' | '_' | '-' | '.' | ',' | '(' | ')' => character,
        other if other.is_alphanumeric() => other,
        _ => '_',
    };
    let name: String = name.unwrap_or(otherwise).chars().map(plain).collect();
    match name.as_str() {
        "image" | "title" => format!("column {name}"),
        _ => name,
    }
}
