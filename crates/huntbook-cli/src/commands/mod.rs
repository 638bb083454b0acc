//! One file a command: what it does once the command line is read.

pub(crate) mod explain;
pub(crate) mod hunt;
pub(crate) mod lookup;
pub(crate) mod output;
pub(crate) mod query_list;
pub(crate) mod query_run;
pub(crate) mod query_show;
pub(crate) mod scenario;
