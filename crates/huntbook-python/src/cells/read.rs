//! The first walk: texts go to the leaves of their paths.

use std::ops::Range;

use arrow::datatypes::{DataType, TimeUnit};
use huntbook::obfuscate::Kind;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

use super::{Cells, Node, Odd, Source, Step, entries, with_text};

/// A value inside more containers than this is taken for one constant text.
const DEEPEST: usize = 128;

/// What stands for a value that lies too deep, or in itself.
const TOO_DEEP: &str = "nested too deep";

/// More paths than this in one column share the last one.
const MOST_PATHS: usize = 4096;

/// Values that pass unless a rule says otherwise.
#[derive(Clone, Copy)]
enum Passing {
    Int,
    Float,
    Bool,
    Time,
}

impl Passing {
    fn data_type(self) -> DataType {
        match self {
            Self::Int => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Bool => DataType::Boolean,
            Self::Time => DataType::Timestamp(TimeUnit::Nanosecond, Some("UTC".into())),
        }
    }
}

/// Reads columns.
pub(crate) struct Reader<'a, 'py> {
    pub(crate) odd: &'a Odd<'py>,
    /// What is done with values of a type at a path.
    pub(crate) plan: &'a dyn Fn(&str, DataType) -> Kind,
    /// Whether to note how many texts each row has.
    pub(crate) counts_rows: bool,
    /// Whether a container in a cell has a node of its own, apart from that of the cells.
    pub(crate) is_root_apart: bool,
}

impl<'py> Reader<'_, 'py> {
    /// What stands in the cells `source` of the column `name`.
    pub(crate) fn read(
        &self,
        py: Python<'py>,
        name: &str,
        source: Source<'py>,
    ) -> PyResult<Cells<'py>> {
        let mut cells = Cells::new(name, source);
        self.read_rows(py, &mut cells, 0..usize::MAX)?;
        cells.end();
        Ok(cells)
    }

    /// Reads the next rows.
    pub(crate) fn read_rows(
        &self,
        py: Python<'py>,
        cells: &mut Cells<'py>,
        rows: Range<usize>,
    ) -> PyResult<()> {
        let mut above = Vec::new();
        let source = cells.source.clone();
        source.each(py, rows, |row, value| {
            self.value(cells, value, 0, &mut above)?;
            if self.counts_rows {
                for node in &mut cells.nodes {
                    node.ends.resize(row, 0);
                    node.ends.push(node.leaf.len());
                }
            }
            Ok(())
        })
    }

    fn value(
        &self,
        cells: &mut Cells<'py>,
        value: &Bound<'py, PyAny>,
        node: usize,
        above: &mut Vec<usize>,
    ) -> PyResult<()> {
        if let Ok(text) = value.cast::<PyString>() {
            let here = &mut cells.nodes[node];
            if !self.counts_rows && here.keeps_texts(self.plan) {
                here.kept += 1;
                cells.steps.push(Step::Pass);
            } else {
                with_text(text, |text| here.leaf.push(text))?;
                cells.steps.push(Step::Text(node as u32));
            }
        } else if value.is_none() {
            cells.pass_missing(node);
        } else if let Ok(dict) = value.cast::<PyDict>() {
            if !cells.enters(value, node, above) {
                return Ok(());
            }
            let (entries, step) = (entries(dict), cells.steps.len());
            cells.steps.push(Step::Dict(entries.len() as u32));
            for (place, (key, value)) in entries.iter().enumerate() {
                let child = cells.child(node, place, key)?;
                self.value(cells, value, child, above)?;
            }
            cells.copy_if_alike(dict, &entries, node, step)?;
            above.pop();
        } else if let Ok(list) = value.cast::<PyList>() {
            self.items(cells, value, Step::List(list.len() as u32), list.iter(), (node, above))?;
        } else if let Ok(tuple) = value.cast_exact::<PyTuple>() {
            self.items(cells, value, Step::Tuple(tuple.len() as u32), tuple.iter(), (node, above))?;
        } else if let Ok(number) = value.cast_exact::<PyFloat>() {
            if number.extract::<f64>()?.is_nan() {
                cells.pass_missing(node);
            } else {
                self.passing(cells, value, node, Passing::Float, None)?;
            }
        } else if value.cast_exact::<PyBool>().is_ok() {
            self.passing(cells, value, node, Passing::Bool, None)?;
        } else if value.cast_exact::<PyInt>().is_ok() {
            self.passing(cells, value, node, Passing::Int, None)?;
        } else {
            self.odd(cells, value, node, above)?;
        }
        Ok(())
    }

    /// Goes into a container whose items have no names: they belong to its own node.
    fn items(
        &self,
        cells: &mut Cells<'py>,
        value: &Bound<'py, PyAny>,
        step: Step,
        items: impl Iterator<Item = Bound<'py, PyAny>>,
        (node, above): (usize, &mut Vec<usize>),
    ) -> PyResult<()> {
        if !cells.enters(value, node, above) {
            return Ok(());
        }
        cells.steps.push(step);
        let node = self.node_of_items(cells, node);
        for item in items {
            self.value(cells, &item, node, above)?;
        }
        above.pop();
        Ok(())
    }

    /// The node of the items of a container that stands at `node`.
    fn node_of_items(&self, cells: &mut Cells<'py>, node: usize) -> usize {
        if self.is_root_apart && node == 0 { cells.named_child(0, "[]".to_owned()) } else { node }
    }

    /// Passes `value`, or takes its text where a rule names its path.
    fn passing(
        &self,
        cells: &mut Cells<'py>,
        value: &Bound<'py, PyAny>,
        node: usize,
        class: Passing,
        text: Option<&Bound<'py, PyString>>,
    ) -> PyResult<()> {
        let here = &mut cells.nodes[node];
        let passes = here.passes[class as usize]
            .get_or_insert_with(|| (self.plan)(&here.path, class.data_type()) == Kind::Keep);
        if *passes {
            cells.steps.push(Step::Pass);
            return Ok(());
        }
        match text {
            Some(text) => with_text(text, |text| here.leaf.push(text))?,
            None => with_text(&value.str()?, |text| here.leaf.push(text))?,
        }
        cells.steps.push(Step::Repacked(node as u32));
        Ok(())
    }

    fn odd(
        &self,
        cells: &mut Cells<'py>,
        value: &Bound<'py, PyAny>,
        node: usize,
        above: &mut Vec<usize>,
    ) -> PyResult<()> {
        let made = self.odd.unpack.call1((value,))?;
        if made.is_none() {
            cells.pass_missing(node);
            return Ok(());
        }
        let (class, content) = made.extract::<(String, Bound<'py, PyAny>)>()?;
        if class == "items" {
            if !cells.enters(value, node, above) {
                return Ok(());
            }
            cells.steps.push(Step::Unpacked);
            cells.unpacked.push(content.clone().unbind());
            let node = self.node_of_items(cells, node);
            self.value(cells, &content, node, above)?;
            above.pop();
            return Ok(());
        }
        let text = content.cast::<PyString>()?;
        let class = match class.as_str() {
            "int" => Passing::Int,
            "float" => Passing::Float,
            "bool" => Passing::Bool,
            "time" => Passing::Time,
            "text" => {
                with_text(text, |text| cells.nodes[node].leaf.push(text))?;
                cells.steps.push(Step::Repacked(node as u32));
                return Ok(());
            }
            other => return Err(PyTypeError::new_err(format!("no class of values is `{other}`"))),
        };
        self.passing(cells, value, node, class, Some(text))
    }
}

impl Node {
    /// Whether a rule keeps the texts here, whatever they are.
    #[inline]
    fn keeps_texts(&mut self, plan: &dyn Fn(&str, DataType) -> Kind) -> bool {
        *self.keeps.get_or_insert_with(|| plan(&self.path, DataType::LargeUtf8) == Kind::Keep)
    }
}

impl<'py> Cells<'py> {
    /// Cells of the column `name` of which none was read yet.
    pub(crate) fn new(name: &str, source: Source<'py>) -> Self {
        Self {
            nodes: vec![Node { path: name.to_owned(), ..Node::default() }],
            steps: Vec::with_capacity(source.len()),
            copied: Vec::new(),
            unpacked: Vec::new(),
            source,
        }
    }

    /// Says that all rows were read.
    pub(crate) fn end(&mut self) {
        let only = self.nodes.len() == 1;
        for node in &mut self.nodes {
            node.is_leaf = only || node.leaf.len() > 0 || node.kept > 0;
        }
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.source.len()
    }

    /// Passes a value that is missing.
    fn pass_missing(&mut self, node: usize) {
        self.nodes[node].nulls += 1;
        self.steps.push(Step::Pass);
    }

    /// Whether to go into the container `value`; where it lies too deep a text stands for it.
    fn enters(&mut self, value: &Bound<'py, PyAny>, node: usize, above: &mut Vec<usize>) -> bool {
        let place = value.as_ptr() as usize;
        if above.len() >= DEEPEST || above.contains(&place) {
            self.nodes[node].leaf.push(TOO_DEEP);
            self.steps.push(Step::Text(node as u32));
            return false;
        }
        above.push(place);
        true
    }

    /// The node of the value under `key`, which is at `place` in its dict.
    fn child(&mut self, node: usize, place: usize, key: &Bound<'py, PyAny>) -> PyResult<usize> {
        if let Some((known, child)) = self.nodes[node].order.get(place)
            && known.is(key)
        {
            return Ok(*child as usize);
        }
        let mut name = String::new();
        if let Ok(text) = key.cast::<PyString>() {
            with_text(text, |text| name.push_str(text))?;
        } else if key.cast_exact::<PyInt>().is_ok() {
            name = key.str()?.to_string();
        } else {
            name = key.get_type().name()?.to_string();
        }
        let child = self.named_child(node, name);
        let order = &mut self.nodes[node].order;
        let known = (key.clone().unbind(), child as u32);
        if let Some(slot) = order.get_mut(place) {
            *slot = known;
        } else if order.len() == place && place < MOST_PATHS {
            order.push(known);
        }
        Ok(child)
    }

    /// Copies a dict whose keys are those of the first one at `node`, and whose values pass or are text, as the steps from
    /// `step` on tell: while it is near it takes less time, and later it need not be looked at again.
    fn copy_if_alike(
        &mut self,
        dict: &Bound<'py, PyDict>,
        entries: &[(Bound<'py, PyAny>, Bound<'py, PyAny>)],
        node: usize,
        step: usize,
    ) -> PyResult<()> {
        let first = self.nodes[node]
            .first
            .get_or_insert_with(|| entries.iter().map(|(key, _)| key.clone().unbind()).collect());
        let is_alike = dict.as_any().cast_exact::<PyDict>().is_ok()
            && self.steps.len() == step + 1 + entries.len()
            && self.steps[step + 1..].iter().all(|step| matches!(step, Step::Pass | Step::Text(_)))
            && first.len() == entries.len()
            && first.iter().zip(entries).all(|(known, (key, _))| key.is(known));
        if is_alike {
            self.steps[step] = Step::Alike(node as u32);
            self.copied.push(dict.copy()?.unbind());
        }
        Ok(())
    }

    /// The node under `name`.
    fn named_child(&mut self, node: usize, name: String) -> usize {
        if let Some(child) = self.nodes[node].children.get(&name) {
            *child as usize
        } else if self.nodes.len() > MOST_PATHS {
            MOST_PATHS
        } else {
            let is_last = self.nodes.len() == MOST_PATHS;
            let path = if is_last {
                format!("{}.*", self.nodes[0].path)
            } else {
                format!("{}.{name}", self.nodes[node].path)
            };
            let child = self.nodes.len();
            self.nodes.push(Node { path, ..Node::default() });
            if !is_last {
                self.nodes[node].children.insert(name, child as u32);
            }
            child
        }
    }
}
