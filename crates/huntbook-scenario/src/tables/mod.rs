//! The tables: what each product records of what happens.

mod audit_logs;
mod common_security_log;
mod defender;
mod device_logon_events;
mod device_network_events;
mod device_process_events;
mod dns_events;
mod event_data;
mod office_activity;
mod security_event;
mod signin_logs;

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use chrono::{DateTime, Utc};

use crate::activity::Actor;
use crate::chronicle::Chronicle;
use crate::columns::{Columns, TableRow};
use crate::company::Company;

/// Rows of a record batch; the last batch of a table has fewer.
const BATCH_ROWS: usize = 8192;

macro_rules! tables {
    ($($table:ident => $module:ident::$row:ident,)*) => {
        /// A table of the scenario, named as Microsoft Sentinel names it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the names are the products' own")]
        pub enum Table {
            $($table,)*
        }

        impl Table {
            /// Every table.
            pub const ALL: &[Self] = &[$(Self::$table,)*];

            /// The name of the table and, with a suffix, of its file.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$table => stringify!($table),)*
                }
            }

            /// The Arrow schema of the table.
            #[must_use]
            pub fn schema(self) -> SchemaRef {
                Arc::new(match self {
                    $(Self::$table => $module::$row::schema(),)*
                })
            }

            /// What the table records of `chronicle`.
            pub(crate) fn recorder<'c>(
                self,
                chronicle: Chronicle<'c>,
                company: &'c Company,
            ) -> Box<dyn Iterator<Item = Recorded> + 'c> {
                let schema = self.schema();
                match self {
                    $(Self::$table => Box::new(Recorder::<$module::$row<'c>>::new(schema, chronicle, company)),)*
                }
            }
        }
    };
}

tables! {
    SecurityEvent => security_event::SecurityEventRow,
    SigninLogs => signin_logs::SigninLogsRow,
    AuditLogs => audit_logs::AuditLogsRow,
    OfficeActivity => office_activity::OfficeActivityRow,
    DeviceProcessEvents => device_process_events::DeviceProcessEventsRow,
    DeviceNetworkEvents => device_network_events::DeviceNetworkEventsRow,
    DeviceLogonEvents => device_logon_events::DeviceLogonEventsRow,
    DnsEvents => dns_events::DnsEventsRow,
    CommonSecurityLog => common_security_log::CommonSecurityLogRow,
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A batch of a table and the intruder's share in it.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) batch: RecordBatch,
    /// The times of the intruder's rows.
    pub(crate) intruder: Vec<DateTime<Utc>>,
}

/// Turns events into batches of one table.
struct Recorder<'c, Row: TableRow<'c>> {
    schema: SchemaRef,
    chronicle: Chronicle<'c>,
    company: &'c Company,
    columns: Row::Columns,
    rows: Vec<Row>,
}

impl<'c, Row: TableRow<'c>> Recorder<'c, Row> {
    fn new(schema: SchemaRef, chronicle: Chronicle<'c>, company: &'c Company) -> Self {
        Self { schema, chronicle, company, columns: Row::Columns::new(), rows: Vec::new() }
    }
}

impl<'c, Row: TableRow<'c>> Iterator for Recorder<'c, Row> {
    type Item = Recorded;

    fn next(&mut self) -> Option<Recorded> {
        let mut intruder = Vec::new();
        let mut length = 0;
        while length < BATCH_ROWS {
            let Some(event) = self.chronicle.next() else { break };
            Row::record(&event, self.company, &mut self.rows);
            for row in self.rows.drain(..) {
                self.columns.append(&row);
                length += 1;
                if event.actor == Actor::Intruder {
                    intruder.push(event.time);
                }
            }
        }
        (length > 0).then(|| Recorded { batch: self.columns.finish(&self.schema), intruder })
    }
}
