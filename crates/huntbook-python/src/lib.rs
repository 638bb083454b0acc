//! The native module behind the Python package `huntbook`: the border, and nothing but the border.
//!
//! Whatever takes long goes through [`enter`](enter::enter). Tables come and go as Arrow streams.

#![expect(clippy::needless_pass_by_value, reason = "pyo3 hands arguments over by value")]

mod cells;
mod enter;
mod errors;
mod frame;
mod intel;
mod jobs;
mod leaf;
mod masks;
mod obfuscation;
mod parallel;
mod queries;
mod scenario;
mod table;
mod values;

use pyo3::prelude::*;

/// Private; the Python modules beside it are its public face.
#[pymodule(gil_used = true)]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<table::Table>()?;
    module.add_class::<queries::Database>()?;
    module.add_class::<queries::Provider>()?;
    module.add_class::<obfuscation::Key>()?;
    module.add_class::<obfuscation::Obfuscator>()?;
    module.add_class::<intel::Lookup>()?;
    module.add_function(wrap_pyfunction!(intel::extract, module)?)?;
    module.add_function(wrap_pyfunction!(queries::parse_time, module)?)?;
    module.add_function(wrap_pyfunction!(queries::cell_names, module)?)?;
    module.add_function(wrap_pyfunction!(queries::fill_cell, module)?)?;
    module.add_function(wrap_pyfunction!(scenario::write_scenario, module)?)?;
    Ok(())
}
