//! `DnsEvents`: the analytic log of the domain controllers' DNS servers.

use arrow::datatypes::Schema;

use crate::activity::{Activity, DnsResponse, Event};
use crate::columns::{TableRow, table_row};
use crate::company::Company;

table_row! {
    /// A name that was asked for.
    struct DnsEventsRow / DnsEventsColumns {
        time_generated: datetime = "TimeGenerated",
        computer: string = "Computer",
        event_id: int = "EventId",
        sub_type: string = "SubType",
        client_ip: string = "ClientIP",
        name: string = "Name",
        query_type: string = "QueryType",
        ip_addresses: string = "IPAddresses",
        result: string = "Result",
        result_code: int = "ResultCode",
        severity: int = "Severity",
        task_category: string = "TaskCategory",
        message: string = "Message",
        source_system: string = "SourceSystem",
        table: string = "Type",
    }
}

impl<'c> TableRow<'c> for DnsEventsRow<'c> {
    type Columns = DnsEventsColumns<'c>;

    fn schema() -> Schema {
        Self::arrow_schema()
    }

    fn record(event: &Event<'c>, _company: &'c Company, rows: &mut Vec<Self>) {
        let Activity::Lookup(lookup) = &event.activity else { return };
        let (result, code) = match lookup.response {
            DnsResponse::Success => ("Success", 0),
            DnsResponse::NoSuchName => ("NXDomain", 3),
        };
        rows.push(DnsEventsRow {
            time_generated: Some(event.time),
            computer: (&lookup.server.fqdn).into(),
            event_id: Some(257),
            sub_type: "LookupQuery".into(),
            client_ip: (&lookup.host.address).into(),
            name: lookup.name.clone(),
            query_type: lookup.query_type.into(),
            ip_addresses: lookup.addresses.clone(),
            result: result.into(),
            result_code: Some(code),
            severity: Some(0),
            task_category: "LOOK_UP".into(),
            message: "".into(),
            source_system: "OpsManager".into(),
            table: "DnsEvents".into(),
        });
    }
}
