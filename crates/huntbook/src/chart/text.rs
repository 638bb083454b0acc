//! A plot as lines of text: bars of block characters, and lines as a row of them.

use std::fmt::Write as _;

use super::{Plot, Point, Shape, Stacking, X, number_text};

/// An eighth of a cell, two eighths and so on, upwards.
const UP: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// The same to the right.
const RIGHT: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
/// Lines that are drawn at the most.
const MOST_LINES: usize = 40;
/// The width where none is given.
const USUAL_WIDTH: usize = 100;
/// Cells that a name may take.
const MOST_NAME: usize = 32;

impl Plot {
    /// The plot as lines of text, each at most `width` characters wide.
    #[must_use]
    pub fn text(&self, width: Option<u16>) -> String {
        let width = width.map_or(USUAL_WIDTH, usize::from).max(40);
        let mut out = String::new();
        if let Some(title) = &self.title {
            let _ = writeln!(out, "{}", cut(title, width));
        }
        match self.shape {
            Shape::Bar | Shape::Column | Shape::Pie => self.bars(&mut out, width),
            Shape::Line | Shape::Area | Shape::Scatter => self.lines(&mut out, width),
        }
        if let Some(note) = &self.note {
            let _ = writeln!(out, "{note}");
        }
        out
    }

    /// A bar for each point; series of one x stand together.
    fn bars(&self, out: &mut String, width: usize) {
        let several = self.shape != Shape::Pie && self.series_names().len() > 1;
        let total: f64 = self.points.iter().map(|point| point.y).sum();
        let label = |point: &Point| {
            let x = point.x.label();
            if several { format!("{x} · {}", point.series) } else { x }
        };
        let value = |point: &Point| match (self.shape, self.stacking) {
            (Shape::Pie, _) => {
                format!("{} ({:.1} %)", number_text(point.y), 100.0 * point.y / total)
            }
            (_, Stacking::Whole) => {
                let same = self.points.iter().filter(|other| other.x == point.x);
                let whole: f64 = same.map(|other| other.y).sum();
                format!("{} ({:.1} %)", number_text(point.y), 100.0 * point.y / whole)
            }
            _ => number_text(point.y),
        };
        let mut points: Vec<&Point> = self.points.iter().collect();
        if several {
            // Rows of one x may stand apart in the result.
            let mut order: Vec<&X> = Vec::new();
            for point in &points {
                if order.len() < MOST_LINES && !order.contains(&&point.x) {
                    order.push(&point.x);
                }
            }
            points.sort_by_key(|point| {
                order.iter().position(|x| **x == point.x).unwrap_or(usize::MAX)
            });
        }
        let shown = &points[..points.len().min(MOST_LINES)];
        let lines: Vec<(String, f64, String)> = shown
            .iter()
            .map(|point| (cut(&label(point), MOST_NAME), point.y, value(point)))
            .collect();
        let names = lines.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or(0);
        let values = lines.iter().map(|(.., value)| value.chars().count()).max().unwrap_or(0);
        let room = width.saturating_sub(names + values + 4).max(8);
        let most = lines.iter().map(|(_, y, _)| y.abs()).fold(0.0, f64::max);
        for (name, y, value) in &lines {
            let bar = bar(*y, most, room);
            let _ = writeln!(out, "{name:<names$}  {bar} {value}");
        }
        if shown.len() < points.len() {
            let _ = writeln!(out, "... and {} more", points.len() - shown.len());
        }
    }

    /// A row of blocks for each series, all of one scale.
    fn lines(&self, out: &mut String, width: usize) {
        let all = self.series_names();
        let names = &all[..all.len().min(MOST_LINES)];
        let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        let longest = longest.min(MOST_NAME);
        let places = self.points.iter().filter_map(|point| point.x.position());
        let (first, last) = ends(places);
        let (low, high) = ends(self.points.iter().map(|point| point.y));
        let low = low.min(0.0);
        let room = width.saturating_sub(longest + 26).clamp(8, self.steps().max(8));
        let cell = |place: f64| {
            let part = if last > first { (place - first) / (last - first) } else { 0.0 };
            (part * (room - 1) as f64).round() as usize
        };
        for name in names {
            // Several points of one cell: the highest counts, since peaks are what is looked for.
            let mut cells: Vec<Option<f64>> = vec![None; room];
            let of_series = self.points.iter().filter(|point| point.series == **name);
            let (bottom, top) = ends(of_series.clone().map(|point| point.y));
            for (place, y) in of_series.filter_map(|point| Some((point.x.position()?, point.y))) {
                let held = &mut cells[cell(place).min(room - 1)];
                *held = Some(held.map_or(y, |other| other.max(y)));
            }
            let drawn: String =
                cells.into_iter().map(|y| y.map_or(' ', |y| up(y, low, high))).collect();
            let (bottom, top) = (number_text(bottom), number_text(top));
            let range = if bottom == top { top } else { format!("{bottom} to {top}") };
            let _ = writeln!(out, "{:<longest$}  {drawn}  {range}", cut(name, MOST_NAME));
        }
        if names.len() < all.len() {
            let _ = writeln!(out, "... and {} more", all.len() - names.len());
        }
        let by_place = |one: &&Point, other: &&Point| {
            one.x.position().unwrap_or(0.0).total_cmp(&other.x.position().unwrap_or(0.0))
        };
        let (from, to) = (self.points.iter().min_by(by_place), self.points.iter().max_by(by_place));
        if let (Some(from), Some(to)) = (from, to) {
            let axis = format!("{} to {}", from.x.label(), to.x.label());
            let _ = writeln!(out, "{:<longest$}  {axis}", "");
        }
    }

    /// How many places there are when the smallest distance between two is that between all.
    fn steps(&self) -> usize {
        let mut places: Vec<f64> =
            self.points.iter().filter_map(|point| point.x.position()).collect();
        places.sort_by(f64::total_cmp);
        places.dedup();
        let (first, last) = ends(places.iter().copied());
        let (distance, _) = ends(places.windows(2).map(|pair| pair[1] - pair[0]));
        // A conversion of what is too large ends at the largest number.
        (((last - first) / distance).round() as usize).saturating_add(1)
    }
}

fn ends(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| {
        (low.min(number), high.max(number))
    })
}

/// `text` in at most `most` characters.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

fn up(y: f64, low: f64, high: f64) -> char {
    let part = if high > low { (y - low) / (high - low) } else { 0.0 };
    UP[((part * 8.0).ceil() as usize).clamp(1, 8) - 1]
}

/// A bar for `y` where `most` fills the room; a light one below zero.
fn bar(y: f64, most: f64, room: usize) -> String {
    if most <= 0.0 {
        return String::new();
    }
    let eighths = (y.abs() / most * room as f64 * 8.0).round() as usize;
    if y < 0.0 {
        return "░".repeat(eighths.div_ceil(8));
    }
    let mut bar = "█".repeat(eighths / 8);
    match eighths % 8 {
        0 if eighths == 0 && y > 0.0 => bar.push(RIGHT[0]),
        0 => {}
        rest => bar.push(RIGHT[rest - 1]),
    }
    bar
}
