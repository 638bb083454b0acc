//! `SecurityEvent`: the Windows Security log, columns as Sentinel takes them out of each event.

use arrow::datatypes::Schema;

use super::event_data::{event_data, task_content};
use crate::activity::{
    AccountCreated, Activity, Event, ExplicitCredentials, Integrity, LogCleared, Logoff, Logon,
    LogonOutcome, LogonType, MemberAdded, Process, Task, Text,
};
use crate::columns::{TableRow, table_row};
use crate::company::{Account, Company, Host};
use crate::dice::{mix, uuid_for};
use crate::world::SYSTEM_LOGON;

table_row! {
    /// An event of the Security log.
    struct SecurityEventRow / SecurityEventColumns {
        time_generated: datetime = "TimeGenerated",
        tenant_id: string = "TenantId",
        source_system: string = "SourceSystem",
        account: string = "Account",
        account_type: string = "AccountType",
        computer: string = "Computer",
        event_source_name: string = "EventSourceName",
        channel: string = "Channel",
        task: int = "Task",
        level: string = "Level",
        event_id: int = "EventID",
        activity: string = "Activity",
        event_data: string = "EventData",
        event_record_id: string = "EventRecordId",
        subject_account: string = "SubjectAccount",
        subject_user_name: string = "SubjectUserName",
        subject_domain_name: string = "SubjectDomainName",
        subject_user_sid: string = "SubjectUserSid",
        subject_logon_id: string = "SubjectLogonId",
        target_account: string = "TargetAccount",
        target_user_name: string = "TargetUserName",
        target_domain_name: string = "TargetDomainName",
        target_user_sid: string = "TargetUserSid",
        target_sid: string = "TargetSid",
        target_logon_id: string = "TargetLogonId",
        target_server_name: string = "TargetServerName",
        target_info: string = "TargetInfo",
        logon_type: int = "LogonType",
        logon_type_name: string = "LogonTypeName",
        logon_process_name: string = "LogonProcessName",
        authentication_package_name: string = "AuthenticationPackageName",
        logon_guid: string = "LogonGuid",
        elevated_token: string = "ElevatedToken",
        ip_address: string = "IpAddress",
        ip_port: string = "IpPort",
        workstation_name: string = "WorkstationName",
        status: string = "Status",
        sub_status: string = "SubStatus",
        failure_reason: string = "FailureReason",
        privilege_list: string = "PrivilegeList",
        new_process_id: string = "NewProcessId",
        new_process_name: string = "NewProcessName",
        process_id: string = "ProcessId",
        process_name: string = "ProcessName",
        process: string = "Process",
        parent_process_name: string = "ParentProcessName",
        command_line: string = "CommandLine",
        token_elevation_type: string = "TokenElevationType",
        mandatory_label: string = "MandatoryLabel",
        member_name: string = "MemberName",
        member_sid: string = "MemberSid",
        sam_account_name: string = "SamAccountName",
        display_name: string = "DisplayName",
        user_principal_name: string = "UserPrincipalName",
        table: string = "Type",
    }
}

impl<'c> TableRow<'c> for SecurityEventRow<'c> {
    type Columns = SecurityEventColumns<'c>;

    fn schema() -> Schema {
        Self::arrow_schema()
    }

    fn record(event: &Event<'c>, company: &'c Company, rows: &mut Vec<Self>) {
        match &event.activity {
            Activity::Process(process) => rows.push(new_process(event, process, company)),
            Activity::Logon(logon) if logon.outcome == LogonOutcome::WrongPassword => {
                rows.push(failed_logon(event, logon, company));
            }
            Activity::Logon(logon) => {
                rows.push(successful_logon(event, logon, company));
                if logon.elevated {
                    rows.push(special_privileges(event, logon, company));
                }
            }
            Activity::Logoff(logoff) => rows.push(logged_off(event, logoff, company)),
            Activity::ExplicitCredentials(explicit) => {
                rows.push(explicit_credentials(event, explicit, company));
            }
            Activity::Task(task) => rows.push(task_created(event, task, company)),
            Activity::AccountCreated(created) => {
                rows.push(account_created(event, created, company));
            }
            Activity::MemberAdded(added) => rows.push(member_added(event, added, company)),
            Activity::LogCleared(cleared) => rows.push(log_cleared(event, cleared, company)),
            _ => {}
        }
    }
}

const KINDS: &[(i32, i32, &str)] = &[
    (4624, 12544, "4624 - An account was successfully logged on."),
    (4625, 12544, "4625 - An account failed to log on."),
    (4634, 12545, "4634 - An account was logged off."),
    (4648, 12544, "4648 - A logon was attempted using explicit credentials."),
    (4672, 12548, "4672 - Special privileges assigned to new logon."),
    (4688, 13312, "4688 - A new process has been created."),
    (4698, 12804, "4698 - A scheduled task was created."),
    (4720, 13824, "4720 - A user account was created."),
    (4732, 13826, "4732 - A member was added to a security-enabled local group."),
    (1102, 104, "1102 - The audit log was cleared."),
];

/// What every event has: where and when, its number and its words.
fn base<'c>(
    event: &Event<'c>,
    host: &'c Host,
    company: &'c Company,
    event_id: i32,
) -> SecurityEventRow<'c> {
    let (_, task, activity) =
        *KINDS.iter().find(|kind| kind.0 == event_id).expect("every event has its words");
    SecurityEventRow {
        time_generated: Some(event.time),
        tenant_id: (&company.workspace_id).into(),
        source_system: "OpsManager".into(),
        computer: (&host.fqdn).into(),
        event_source_name: "Microsoft-Windows-Security-Auditing".into(),
        channel: "Security".into(),
        task: Some(task),
        level: "0".into(),
        event_id: Some(event_id),
        activity: activity.into(),
        event_record_id: (4_000_000 + event.sequence).to_string().into(),
        table: "SecurityEvent".into(),
        ..SecurityEventRow::default()
    }
}

fn hexadecimal<'c>(value: i64) -> Text<'c> {
    format!("0x{value:x}").into()
}

impl<'c> SecurityEventRow<'c> {
    /// Whoever did it, as the event's main account, too.
    fn by(self, host: &'c Host, account: &'c Account, logon_id: i64) -> Self {
        let row = self.subject(host, account, logon_id);
        Self {
            account: row.subject_account.clone(),
            account_type: account.account_type().into(),
            ..row
        }
    }

    /// Whoever did it. The system speaks by the name of its host's computer account.
    fn subject(self, host: &'c Host, account: &'c Account, logon_id: i64) -> Self {
        let named = if logon_id == SYSTEM_LOGON { &host.account } else { account };
        Self {
            subject_account: (&named.nt).into(),
            subject_user_name: (&named.name).into(),
            subject_domain_name: named.domain.into(),
            subject_user_sid: (&account.sid).into(),
            subject_logon_id: hexadecimal(logon_id),
            ..self
        }
    }

    /// No one: the other side of a logon over the network.
    fn null_subject(self) -> Self {
        Self {
            subject_account: r"-\-".into(),
            subject_user_name: "-".into(),
            subject_domain_name: "-".into(),
            subject_user_sid: "S-1-0-0".into(),
            subject_logon_id: "0x0".into(),
            ..self
        }
    }

    fn target(self, account: &'c Account) -> Self {
        Self {
            target_account: (&account.nt).into(),
            target_user_name: (&account.name).into(),
            target_domain_name: account.domain.into(),
            target_user_sid: (&account.sid).into(),
            ..self
        }
    }

    fn logon_type(self, logon_type: LogonType) -> Self {
        let number = logon_type as i32;
        Self {
            logon_type: Some(number),
            logon_type_name: format!("{number} - {}", logon_type.name()).into(),
            ..self
        }
    }
}

fn logon<'c>(
    event: &Event<'c>,
    logon: &Logon<'c>,
    company: &'c Company,
    event_id: i32,
) -> SecurityEventRow<'c> {
    let row = base(event, logon.host, company, event_id)
        .target(logon.account)
        .logon_type(logon.logon_type);
    let row = if logon.logon_type == LogonType::Network {
        row.null_subject()
    } else {
        row.subject(logon.host, &company.system, SYSTEM_LOGON)
    };
    let network = logon.logon_type == LogonType::Network;
    let local = matches!(logon.logon_type, LogonType::Interactive | LogonType::Unlock);
    let port = match () {
        () if local => "0".into(),
        () => (49_152 + mix(event.sequence) % 16_000).to_string().into(),
    };
    SecurityEventRow {
        account: (&logon.account.nt).into(),
        account_type: logon.account.account_type().into(),
        logon_process_name: if network { "Kerberos" } else { "User32 " }.into(),
        authentication_package_name: if network { "Kerberos" } else { "Negotiate" }.into(),
        ip_address: if logon.address.is_empty() { "-".into() } else { logon.address.clone() },
        ip_port: port,
        workstation_name: logon.workstation.clone(),
        process_id: if network { "0x0" } else { "0x2f4" }.into(),
        process_name: if network { "-" } else { r"C:\Windows\System32\svchost.exe" }.into(),
        process: if network { "-" } else { "svchost.exe" }.into(),
        ..row
    }
}

fn successful_logon<'c>(
    event: &Event<'c>,
    made: &Logon<'c>,
    company: &'c Company,
) -> SecurityEventRow<'c> {
    SecurityEventRow {
        target_logon_id: hexadecimal(made.logon_id),
        logon_guid: uuid_for("logon", event.sequence).into(),
        elevated_token: if made.elevated { "%%1842" } else { "%%1843" }.into(),
        ..logon(event, made, company, 4624)
    }
}

fn failed_logon<'c>(
    event: &Event<'c>,
    attempt: &Logon<'c>,
    company: &'c Company,
) -> SecurityEventRow<'c> {
    let network = attempt.logon_type == LogonType::Network;
    SecurityEventRow {
        target_user_sid: "S-1-0-0".into(),
        status: "0xc000006d".into(),
        sub_status: "0xc000006a".into(),
        failure_reason: "%%2313".into(),
        logon_process_name: if network { "NtLmSsp " } else { "User32 " }.into(),
        authentication_package_name: if network { "NTLM" } else { "Negotiate" }.into(),
        ..logon(event, attempt, company, 4625)
    }
}

fn special_privileges<'c>(
    event: &Event<'c>,
    logon: &Logon<'c>,
    company: &'c Company,
) -> SecurityEventRow<'c> {
    SecurityEventRow {
        privilege_list: "SeSecurityPrivilege\r\n\t\t\tSeBackupPrivilege\r\n\t\t\tSeRestorePrivilege\r\n\t\t\tSeTakeOwnershipPrivilege\r\n\t\t\tSeDebugPrivilege".into(),
        ..base(event, logon.host, company, 4672).by(logon.host, logon.account, logon.logon_id)
    }
}

fn logged_off<'c>(
    event: &Event<'c>,
    logoff: &Logoff<'c>,
    company: &'c Company,
) -> SecurityEventRow<'c> {
    SecurityEventRow {
        account: (&logoff.account.nt).into(),
        account_type: logoff.account.account_type().into(),
        target_logon_id: hexadecimal(logoff.logon_id),
        ..base(event, logoff.host, company, 4634)
            .target(logoff.account)
            .logon_type(logoff.logon_type)
    }
}

fn explicit_credentials<'c>(
    event: &Event<'c>,
    explicit: &ExplicitCredentials<'c>,
    company: &'c Company,
) -> SecurityEventRow<'c> {
    let process = &explicit.process;
    SecurityEventRow {
        target_user_sid: "".into(),
        target_server_name: (&explicit.server.fqdn).into(),
        target_info: format!("cifs/{}", explicit.server.fqdn_lower).into(),
        logon_guid: "00000000-0000-0000-0000-000000000000".into(),
        process_id: hexadecimal(process.id),
        process_name: process.program.path.as_ref().into(),
        process: process.program.file_name.as_ref().into(),
        ip_address: "-".into(),
        ip_port: "-".into(),
        ..base(event, process.host, company, 4648).target(explicit.target).by(
            process.host,
            process.account,
            process.logon_id,
        )
    }
}

fn new_process<'c>(
    event: &Event<'c>,
    process: &Process<'c>,
    company: &'c Company,
) -> SecurityEventRow<'c> {
    let parent = process.parent.as_ref();
    SecurityEventRow {
        target_user_sid: "S-1-0-0".into(),
        target_account: r"-\-".into(),
        target_user_name: "-".into(),
        target_domain_name: "-".into(),
        target_logon_id: "0x0".into(),
        new_process_id: hexadecimal(process.id),
        new_process_name: process.program.path.as_ref().into(),
        process: process.program.file_name.as_ref().into(),
        process_id: hexadecimal(parent.map_or(4, |parent| parent.id)),
        parent_process_name: parent.map_or("System", |parent| parent.program.path.as_ref()).into(),
        command_line: process.command_line.clone(),
        token_elevation_type: match process.integrity {
            Integrity::Medium => "%%1938",
            Integrity::High | Integrity::System => "%%1936",
        }
        .into(),
        mandatory_label: match process.integrity {
            Integrity::Medium => "S-1-16-8192",
            Integrity::High => "S-1-16-12288",
            Integrity::System => "S-1-16-16384",
        }
        .into(),
        ..base(event, process.host, company, 4688).by(
            process.host,
            process.account,
            process.logon_id,
        )
    }
}

fn task_created<'c>(
    event: &Event<'c>,
    task: &Task<'c>,
    company: &'c Company,
) -> SecurityEventRow<'c> {
    let account = task.account;
    let content = task_content(&account.nt, &task.name, &task.command, &task.arguments);
    let data = event_data(&[
        ("SubjectUserSid", &account.sid),
        ("SubjectUserName", &account.name),
        ("SubjectDomainName", account.domain),
        ("SubjectLogonId", &hexadecimal(task.logon_id)),
        ("TaskName", &task.name),
        ("TaskContent", &content),
    ]);
    SecurityEventRow {
        event_data: data.into(),
        ..base(event, task.host, company, 4698).by(task.host, account, task.logon_id)
    }
}

fn account_created<'c>(
    event: &Event<'c>,
    created: &AccountCreated<'c>,
    company: &'c Company,
) -> SecurityEventRow<'c> {
    let in_domain = created.domain == crate::company::NT_DOMAIN;
    SecurityEventRow {
        target_account: format!("{}\\{}", created.domain, created.name).into(),
        target_user_name: created.name.clone(),
        target_domain_name: created.domain.clone(),
        target_sid: created.sid.clone(),
        sam_account_name: created.name.clone(),
        display_name: created.display_name.clone(),
        user_principal_name: if in_domain {
            format!("{}@{}", created.name, crate::company::SUFFIX)
        } else {
            "-".to_owned()
        }
        .into(),
        ..base(event, created.host, company, 4720).by(created.host, created.by, created.logon_id)
    }
}

fn member_added<'c>(
    event: &Event<'c>,
    added: &MemberAdded<'c>,
    company: &'c Company,
) -> SecurityEventRow<'c> {
    SecurityEventRow {
        target_account: format!("Builtin\\{}", added.group).into(),
        target_user_name: added.group.into(),
        target_domain_name: "Builtin".into(),
        target_sid: added.group_sid.into(),
        member_name: if added.member.is_empty() { "-".into() } else { added.member.clone() },
        member_sid: added.member_sid.clone(),
        ..base(event, added.host, company, 4732).by(added.host, added.by, added.logon_id)
    }
}

fn log_cleared<'c>(
    event: &Event<'c>,
    cleared: &LogCleared<'c>,
    company: &'c Company,
) -> SecurityEventRow<'c> {
    SecurityEventRow {
        event_source_name: "Microsoft-Windows-Eventlog".into(),
        level: "4".into(),
        ..base(event, cleared.host, company, 1102).by(cleared.host, cleared.by, cleared.logon_id)
    }
}
