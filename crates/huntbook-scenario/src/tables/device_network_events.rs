//! `DeviceNetworkEvents`: Defender's record of connections and the processes that made them.

use arrow::datatypes::Schema;

use super::defender::{address_type, domain, name};
use crate::activity::{Activity, Connection, Event, Process};
use crate::columns::{Dynamic, TableRow, table_row};
use crate::company::Company;

table_row! {
    /// A connection.
    struct DeviceNetworkEventsRow / DeviceNetworkEventsColumns {
        time_generated: datetime = "TimeGenerated",
        tenant_id: string = "TenantId",
        device_id: string = "DeviceId",
        device_name: string = "DeviceName",
        machine_group: string = "MachineGroup",
        action_type: string = "ActionType",
        remote_ip: string = "RemoteIP",
        remote_port: int = "RemotePort",
        remote_url: string = "RemoteUrl",
        remote_ip_type: string = "RemoteIPType",
        local_ip: string = "LocalIP",
        local_port: int = "LocalPort",
        local_ip_type: string = "LocalIPType",
        protocol: string = "Protocol",
        initiating_sha256: string = "InitiatingProcessSHA256",
        initiating_file_name: string = "InitiatingProcessFileName",
        initiating_folder_path: string = "InitiatingProcessFolderPath",
        initiating_id: long = "InitiatingProcessId",
        initiating_command_line: string = "InitiatingProcessCommandLine",
        initiating_creation_time: datetime = "InitiatingProcessCreationTime",
        initiating_parent_id: long = "InitiatingProcessParentId",
        initiating_parent_file_name: string = "InitiatingProcessParentFileName",
        initiating_parent_creation_time: datetime = "InitiatingProcessParentCreationTime",
        initiating_account_domain: string = "InitiatingProcessAccountDomain",
        initiating_account_name: string = "InitiatingProcessAccountName",
        initiating_account_sid: string = "InitiatingProcessAccountSid",
        initiating_account_upn: string = "InitiatingProcessAccountUpn",
        initiating_account_object_id: string = "InitiatingProcessAccountObjectId",
        initiating_integrity_level: string = "InitiatingProcessIntegrityLevel",
        report_id: long = "ReportId",
        additional_fields: dynamic = "AdditionalFields",
        source_system: string = "SourceSystem",
        table: string = "Type",
    }
}

impl<'c> TableRow<'c> for DeviceNetworkEventsRow<'c> {
    type Columns = DeviceNetworkEventsColumns<'c>;

    fn schema() -> Schema {
        Self::arrow_schema()
    }

    fn record(event: &Event<'c>, company: &'c Company, rows: &mut Vec<Self>) {
        if let Activity::Connection(connection) = &event.activity
            && let Some(process) = &connection.process
        {
            rows.push(row(event, connection, process, company));
        }
    }
}

fn row<'c>(
    event: &Event<'c>,
    connection: &Connection<'c>,
    process: &Process<'c>,
    company: &'c Company,
) -> DeviceNetworkEventsRow<'c> {
    let host = connection.host;
    let account = process.account;
    let parent = process.parent.as_ref();
    DeviceNetworkEventsRow {
        time_generated: Some(event.time),
        tenant_id: (&company.workspace_id).into(),
        device_id: (&host.device_id).into(),
        device_name: (&host.fqdn_lower).into(),
        machine_group: host.role.machine_group().into(),
        action_type: "ConnectionSuccess".into(),
        remote_ip: connection.address.clone(),
        remote_port: Some(connection.port),
        remote_url: connection.name.clone(),
        remote_ip_type: address_type(&connection.address).into(),
        local_ip: (&host.address).into(),
        local_port: Some(connection.local_port),
        local_ip_type: "Private".into(),
        protocol: "Tcp".into(),
        initiating_sha256: process.program.hash("sha256", 64).into(),
        initiating_file_name: process.program.file_name.as_ref().into(),
        initiating_folder_path: process.program.path.as_ref().into(),
        initiating_id: Some(process.id),
        initiating_command_line: process.command_line.clone(),
        initiating_creation_time: Some(process.started),
        initiating_parent_id: Some(parent.map_or(4, |parent| parent.id)),
        initiating_parent_file_name: parent
            .map_or("System", |parent| parent.program.file_name.as_ref())
            .into(),
        initiating_parent_creation_time: parent.map(|parent| parent.started),
        initiating_account_domain: domain(account).into(),
        initiating_account_name: name(account),
        initiating_account_sid: (&account.sid).into(),
        initiating_account_upn: (&account.upn).into(),
        initiating_account_object_id: (&account.object_id).into(),
        initiating_integrity_level: process.integrity.name().into(),
        report_id: Some((event.sequence % 100_000_000) as i64),
        additional_fields: Dynamic::default(),
        source_system: "".into(),
        table: "DeviceNetworkEvents".into(),
    }
}
