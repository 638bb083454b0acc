//! Which column is what: those that the query names, else those that Kusto would take.

use huntbook_diagnostics::near_hint;
use huntbook_kql::Chart;

use super::cells::Column;

/// The parts that columns play, by position.
pub(super) struct Roles {
    pub(super) x: usize,
    pub(super) y: Vec<usize>,
    pub(super) series: Vec<usize>,
}

impl Roles {
    pub(super) fn of(chart: &Chart, table: &[Column]) -> Result<Self, String> {
        let x = match named(chart, "xcolumn", table)?.first() {
            Some(named) => *named,
            None => x_column(&chart.kind, table)?,
        };
        let mut series = named(chart, "series", table)?;
        let mut y = named(chart, "ycolumns", table)?;
        if let Some(odd) = y.iter().find(|index| !table[**index].is_number()) {
            return Err(format!("column `{}` has no numbers to draw", table[*odd].name));
        }
        if y.is_empty() {
            let free = |index: &usize| *index != x && !series.contains(index);
            y = (0..table.len()).filter(free).filter(|index| table[*index].is_number()).collect();
        }
        let is_pie = chart.kind == "piechart";
        if is_pie {
            y.truncate(1);
            series.clear();
        } else if series.is_empty() {
            let free = |index: &usize| *index != x && !y.contains(index);
            series =
                (0..table.len()).filter(free).filter(|index| table[*index].is_text()).collect();
        }
        if y.is_empty() {
            return Err("there is no column of numbers to draw".to_owned());
        }
        Ok(Self { x, y, series })
    }

    /// What the series are, for the legend.
    pub(super) fn series_title(&self, table: &[Column]) -> Option<String> {
        let names: Vec<&str> =
            self.series.iter().map(|index| table[*index].name.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

/// The columns that the property names, in order.
fn named(chart: &Chart, property: &str, table: &[Column]) -> Result<Vec<usize>, String> {
    let written = chart.properties.iter().filter(|(name, _)| name.eq_ignore_ascii_case(property));
    let mut found = Vec::new();
    for (_, value) in written {
        if let Some(index) = table.iter().position(|column| column.name == *value) {
            found.push(index);
            continue;
        }
        // Written as one text, the names stand between commas.
        for name in value.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let index = table.iter().position(|column| column.name == name).ok_or_else(|| {
                let names = table.iter().map(|column| column.name.as_str());
                let hint = near_hint("column", name, names)
                    .map_or(String::new(), |hint| format!("; {hint}"));
                format!("`{property}` names `{name}`, which is no column of the result{hint}")
            })?;
            found.push(index);
        }
    }
    Ok(found)
}

/// The first column that suits the chart and leaves one of numbers to draw.
fn x_column(kind: &str, table: &[Column]) -> Result<usize, String> {
    let leaves_numbers = |x: &usize| {
        table.iter().enumerate().any(|(index, column)| index != *x && column.is_number())
    };
    let first = |suits: &dyn Fn(&Column) -> bool| {
        (0..table.len()).filter(|index| suits(&table[*index])).find(leaves_numbers)
    };
    match kind {
        "timechart" | "anomalychart" => first(&Column::is_time)
            .ok_or_else(|| format!("a `{kind}` needs a column of times, and one of numbers")),
        "linechart" | "areachart" | "stackedareachart" | "scatterchart" => {
            first(&|column| column.is_time() || column.is_number()).ok_or_else(|| {
                format!("a `{kind}` needs a column of times or numbers, and one of numbers")
            })
        }
        _ => first(&|_| true)
            .ok_or_else(|| format!("a `{kind}` needs a column of numbers beside the one of names")),
    }
}
