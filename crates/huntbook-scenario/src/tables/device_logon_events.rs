//! `DeviceLogonEvents`: Defender's record of logons.

use arrow::datatypes::Schema;
use serde_json::json;

use super::defender::{address_type, domain, name};
use crate::activity::{Activity, Event, Logon, LogonOutcome, LogonType};
use crate::columns::{TableRow, table_row};
use crate::company::Company;

table_row! {
    /// A logon or an attempt at one.
    struct DeviceLogonEventsRow / DeviceLogonEventsColumns {
        time_generated: datetime = "TimeGenerated",
        tenant_id: string = "TenantId",
        device_id: string = "DeviceId",
        device_name: string = "DeviceName",
        machine_group: string = "MachineGroup",
        action_type: string = "ActionType",
        logon_type: string = "LogonType",
        account_domain: string = "AccountDomain",
        account_name: string = "AccountName",
        account_sid: string = "AccountSid",
        protocol: string = "Protocol",
        failure_reason: string = "FailureReason",
        is_local_admin: bool = "IsLocalAdmin",
        logon_id: long = "LogonId",
        remote_device_name: string = "RemoteDeviceName",
        remote_ip: string = "RemoteIP",
        remote_ip_type: string = "RemoteIPType",
        remote_port: int = "RemotePort",
        initiating_file_name: string = "InitiatingProcessFileName",
        initiating_folder_path: string = "InitiatingProcessFolderPath",
        initiating_account_domain: string = "InitiatingProcessAccountDomain",
        initiating_account_name: string = "InitiatingProcessAccountName",
        initiating_account_sid: string = "InitiatingProcessAccountSid",
        report_id: long = "ReportId",
        additional_fields: dynamic = "AdditionalFields",
        source_system: string = "SourceSystem",
        table: string = "Type",
    }
}

impl<'c> TableRow<'c> for DeviceLogonEventsRow<'c> {
    type Columns = DeviceLogonEventsColumns<'c>;

    fn schema() -> Schema {
        Self::arrow_schema()
    }

    fn record(event: &Event<'c>, company: &'c Company, rows: &mut Vec<Self>) {
        if let Activity::Logon(logon) = &event.activity
            && logon.seen_by_defender
        {
            rows.push(row(event, logon, company));
        }
    }
}

impl LogonType {
    /// The word for the type of logon, as Windows and Defender use it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Interactive => "Interactive",
            Self::Network => "Network",
            Self::Service => "Service",
            Self::Unlock => "Unlock",
            Self::RemoteInteractive => "RemoteInteractive",
        }
    }
}

fn row<'c>(event: &Event<'c>, logon: &Logon<'c>, company: &'c Company) -> DeviceLogonEventsRow<'c> {
    let success = logon.outcome == LogonOutcome::Success;
    let network = logon.logon_type == LogonType::Network;
    let remote = network || logon.logon_type == LogonType::RemoteInteractive;
    DeviceLogonEventsRow {
        time_generated: Some(event.time),
        tenant_id: (&company.workspace_id).into(),
        device_id: (&logon.host.device_id).into(),
        device_name: (&logon.host.fqdn_lower).into(),
        machine_group: logon.host.role.machine_group().into(),
        action_type: if success { "LogonSuccess" } else { "LogonFailed" }.into(),
        logon_type: logon.logon_type.name().into(),
        account_domain: domain(logon.account).into(),
        account_name: name(logon.account),
        account_sid: (&logon.account.sid).into(),
        protocol: if network && success { "Kerberos" } else { "Negotiate" }.into(),
        failure_reason: if success { "" } else { "InvalidUserNameOrPassword" }.into(),
        is_local_admin: success.then_some(logon.elevated),
        logon_id: success.then_some(logon.logon_id),
        remote_device_name: if remote {
            logon.workstation.to_ascii_lowercase()
        } else {
            String::new()
        }
        .into(),
        remote_ip: if remote { logon.address.clone() } else { "".into() },
        remote_ip_type: if remote { address_type(&logon.address) } else { "" }.into(),
        remote_port: remote.then_some((49_152 + event.sequence % 16_000) as i32),
        initiating_file_name: if network { "" } else { "lsass.exe" }.into(),
        initiating_folder_path: if network { "" } else { r"C:\Windows\System32\lsass.exe" }.into(),
        initiating_account_domain: "nt authority".into(),
        initiating_account_name: "system".into(),
        initiating_account_sid: "S-1-5-18".into(),
        report_id: Some((event.sequence % 100_000_000) as i64),
        additional_fields: json!({ "IsLocalLogon": !remote }).into(),
        source_system: "".into(),
        table: "DeviceLogonEvents".into(),
    }
}
