//! Where a query runs: one contract, one file for each data source.
//!
//! # Brief overview
//!
//! A [`Driver`] takes the text of a query and gives a [`QueryResult`]: Arrow batches, whether they are all
//! of it, and if not, why. A [`Run`] carries what belongs to one call: the [`Cancel`] that may stop it,
//! how many rows are wanted, whether a part of the answer is better than none. What can go wrong is a
//! [`DriverError`]; findings about the text pass through it as the language's own diagnostics.
//!
//! [`DRIVERS`] lists the drivers there are; each is one file here.
//!
//! ```
//! use huntbook_drivers::{Driver, LocalDriver, Run};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! std::fs::write(folder.path().join("logons.csv"), "user,count\nbob,3\nann,1\n")?;
//!
//! let driver = LocalDriver::open(&[folder.path().to_owned()])?;
//! let run = Run::at(chrono::DateTime::UNIX_EPOCH);
//! let result = driver.run("logons | where ['count'] > 2", &run)?;
//! assert_eq!(result.rows(), 1);
//! assert!(result.complete);
//! # Ok(())
//! # }
//! ```

mod cancel;
mod driver;
mod error;
mod local;
mod local_data;
mod registry;
mod result;
mod worker;

pub use cancel::Cancel;
pub use driver::{Column, Driver, Partial, Run, Schema, Table};
pub use error::DriverError;
pub use huntbook_kql::{Bytes, Limits, UnknownSize};
pub use local::LocalDriver;
pub use local_data::{LocalData, WatchlistFile};
pub use registry::{DRIVERS, DriverInfo};
pub use result::{QueryResult, Statistics};
