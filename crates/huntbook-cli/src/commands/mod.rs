//! One file a command: what it does once the command line is read. What several commands share stands in `key`
//! (where the key is), `how` (choices of obfuscation), `output` and `watch` (progress).

pub(crate) mod explain;
pub(crate) mod how;
pub(crate) mod hunt;
pub(crate) mod key;
pub(crate) mod lookup;
pub(crate) mod obfuscate;
pub(crate) mod output;
pub(crate) mod policy;
pub(crate) mod prove;
pub(crate) mod query_check;
pub(crate) mod query_list;
pub(crate) mod query_run;
pub(crate) mod query_show;
pub(crate) mod reveal;
pub(crate) mod scenario;
mod summary;
pub(crate) mod value;
pub(crate) mod watch;
