//! `DeviceProcessEvents`: Defender's record of process starts.

use arrow::datatypes::Schema;

use super::defender::{domain, name};
use crate::activity::{Activity, Event, Process};
use crate::columns::{TableRow, table_row};
use crate::company::Company;

table_row! {
    /// A process start.
    struct DeviceProcessEventsRow / DeviceProcessEventsColumns {
        time_generated: datetime = "TimeGenerated",
        tenant_id: string = "TenantId",
        device_id: string = "DeviceId",
        device_name: string = "DeviceName",
        machine_group: string = "MachineGroup",
        action_type: string = "ActionType",
        file_name: string = "FileName",
        folder_path: string = "FolderPath",
        sha1: string = "SHA1",
        sha256: string = "SHA256",
        md5: string = "MD5",
        file_size: long = "FileSize",
        company_name: string = "ProcessVersionInfoCompanyName",
        product_version: string = "ProcessVersionInfoProductVersion",
        original_file_name: string = "ProcessVersionInfoOriginalFileName",
        file_description: string = "ProcessVersionInfoFileDescription",
        process_id: long = "ProcessId",
        process_command_line: string = "ProcessCommandLine",
        process_integrity_level: string = "ProcessIntegrityLevel",
        process_token_elevation: string = "ProcessTokenElevation",
        process_creation_time: datetime = "ProcessCreationTime",
        session_id: long = "CreatedProcessSessionId",
        account_domain: string = "AccountDomain",
        account_name: string = "AccountName",
        account_sid: string = "AccountSid",
        account_upn: string = "AccountUpn",
        account_object_id: string = "AccountObjectId",
        logon_id: long = "LogonId",
        initiating_account_domain: string = "InitiatingProcessAccountDomain",
        initiating_account_name: string = "InitiatingProcessAccountName",
        initiating_account_sid: string = "InitiatingProcessAccountSid",
        initiating_account_upn: string = "InitiatingProcessAccountUpn",
        initiating_account_object_id: string = "InitiatingProcessAccountObjectId",
        initiating_logon_id: long = "InitiatingProcessLogonId",
        initiating_integrity_level: string = "InitiatingProcessIntegrityLevel",
        initiating_sha256: string = "InitiatingProcessSHA256",
        initiating_file_name: string = "InitiatingProcessFileName",
        initiating_folder_path: string = "InitiatingProcessFolderPath",
        initiating_id: long = "InitiatingProcessId",
        initiating_command_line: string = "InitiatingProcessCommandLine",
        initiating_creation_time: datetime = "InitiatingProcessCreationTime",
        initiating_parent_id: long = "InitiatingProcessParentId",
        initiating_parent_file_name: string = "InitiatingProcessParentFileName",
        initiating_parent_creation_time: datetime = "InitiatingProcessParentCreationTime",
        report_id: long = "ReportId",
        additional_fields: dynamic = "AdditionalFields",
        source_system: string = "SourceSystem",
        table: string = "Type",
    }
}

impl<'c> TableRow<'c> for DeviceProcessEventsRow<'c> {
    type Columns = DeviceProcessEventsColumns<'c>;

    fn schema() -> Schema {
        Self::arrow_schema()
    }

    fn record(event: &Event<'c>, company: &'c Company, rows: &mut Vec<Self>) {
        let Activity::Process(process) = &event.activity else { return };
        let mut row = started(event, process, company);
        if let Some(parent) = &process.parent {
            initiated_by(&mut row, parent);
        } else {
            // The kernel itself, which no one starts.
            row.initiating_account_domain = "nt authority".into();
            row.initiating_account_name = "system".into();
            row.initiating_account_sid = "S-1-5-18".into();
            row.initiating_file_name = "System".into();
            row.initiating_id = Some(4);
        }
        rows.push(row);
    }
}

fn started<'c>(
    event: &Event<'c>,
    process: &Process<'c>,
    company: &'c Company,
) -> DeviceProcessEventsRow<'c> {
    let program = process.program;
    let account = process.account;
    DeviceProcessEventsRow {
        time_generated: Some(event.time),
        tenant_id: (&company.workspace_id).into(),
        device_id: (&process.host.device_id).into(),
        device_name: (&process.host.fqdn_lower).into(),
        machine_group: process.host.role.machine_group().into(),
        action_type: "ProcessCreated".into(),
        file_name: program.file_name.as_ref().into(),
        folder_path: program.path.as_ref().into(),
        sha1: program.hash("sha1", 40).into(),
        sha256: program.hash("sha256", 64).into(),
        md5: program.hash("md5", 32).into(),
        file_size: Some(program.size()),
        company_name: program.company.into(),
        product_version: program.version.into(),
        original_file_name: if program.company.is_empty() {
            ""
        } else {
            program.file_name.as_ref()
        }
        .into(),
        file_description: program.description.into(),
        process_id: Some(process.id),
        process_command_line: process.command_line.clone(),
        process_integrity_level: process.integrity.name().into(),
        process_token_elevation: process.integrity.elevation().into(),
        process_creation_time: Some(process.started),
        session_id: Some(process.session),
        account_domain: domain(account).into(),
        account_name: name(account),
        account_sid: (&account.sid).into(),
        account_upn: (&account.upn).into(),
        account_object_id: (&account.object_id).into(),
        logon_id: Some(process.logon_id),
        report_id: Some((event.sequence % 100_000_000) as i64),
        source_system: "".into(),
        table: "DeviceProcessEvents".into(),
        ..DeviceProcessEventsRow::default()
    }
}

fn initiated_by<'c>(row: &mut DeviceProcessEventsRow<'c>, parent: &Process<'c>) {
    let account = parent.account;
    row.initiating_account_domain = domain(account).into();
    row.initiating_account_name = name(account);
    row.initiating_account_sid = (&account.sid).into();
    row.initiating_account_upn = (&account.upn).into();
    row.initiating_account_object_id = (&account.object_id).into();
    row.initiating_logon_id = Some(parent.logon_id);
    row.initiating_integrity_level = parent.integrity.name().into();
    row.initiating_sha256 = parent.program.hash("sha256", 64).into();
    row.initiating_file_name = parent.program.file_name.as_ref().into();
    row.initiating_folder_path = parent.program.path.as_ref().into();
    row.initiating_id = Some(parent.id);
    row.initiating_command_line.clone_from(&parent.command_line);
    row.initiating_creation_time = Some(parent.started);
    if let Some(grandparent) = &parent.parent {
        row.initiating_parent_id = Some(grandparent.id);
        row.initiating_parent_file_name = grandparent.program.file_name.as_ref().into();
        row.initiating_parent_creation_time = Some(grandparent.started);
    } else {
        row.initiating_parent_id = Some(4);
        row.initiating_parent_file_name = "System".into();
    }
}
