//! `DeviceEvents`: what Defender tells of without a table of its own, of Sysmon's, Security's, System's and
//! PowerShell's channels.

use super::super::WindowsEvent;
use super::super::recording::Recording;
use super::{Row, decimal, device, field, lower};

/// What tells one new service from another: device and name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in super::super) struct Service(Option<String>, Option<String>);

impl Service {
    /// The service that 4697 of Security or 7045 of System tells of.
    pub(in super::super) fn of(event: &WindowsEvent<'_>) -> Self {
        Self(device(event), lower(field(event, "ServiceName")))
    }
}

pub(super) fn row<'a>(event: &WindowsEvent<'_>, recording: &Recording) -> Option<Row<'a>> {
    let id = event.event_id()?;
    if event.is_sysmon() {
        of_sysmon(id, event, recording)
    } else if event.is_security() {
        of_security(id, event, recording)
    } else {
        of_others(id, event, recording)
    }
}

fn of_sysmon<'a>(id: i64, event: &WindowsEvent<'_>, recording: &Recording) -> Option<Row<'a>> {
    let one = |name: &str| field(event, name);
    let row = |action: &'static str| Row::new(event, recording, action);
    Some(match id {
        6 => {
            let mut row = row("DriverLoad");
            row.put_file(one("ImageLoaded").as_deref());
            row.put_hashes(one("Hashes").as_deref());
            row.put_additional(&[("Signed", one("Signed")), ("Signature", one("Signature"))]);
            row
        }
        8 | 10 => {
            let mut row =
                row(if id == 8 { "CreateRemoteThreadApiCall" } else { "OpenProcessApiCall" });
            row.put_file(one("TargetImage").as_deref());
            row.put("ProcessId", decimal(one("TargetProcessId")));
            let target = one("TargetProcessGuid").or_else(|| one("TargetProcessGUID"));
            let target = target.as_deref().and_then(|guid| recording.process(guid));
            if let Some(process) = target {
                process.put_as_target(&mut row);
            }
            row.put_actor(event, recording, "Source");
            row.put_additional(&[
                ("DesiredAccess", decimal(one("GrantedAccess"))),
                ("CallTrace", one("CallTrace")),
                ("StartAddress", one("StartAddress")),
                ("StartModule", one("StartModule")),
                ("StartFunction", one("StartFunction")),
            ]);
            row
        }
        17 | 18 => {
            let mut row = row("NamedPipeEvent");
            row.put_actor(event, recording, "");
            let pipe = one("PipeName");
            let whole = pipe.as_deref().map(|name| format!("\\Device\\NamedPipe{name}"));
            let operation = if id == 17 { "File created" } else { "File opened" };
            row.put_additional(&[
                ("PipeName", whole),
                ("FileOperation", Some(operation.to_owned())),
            ]);
            row
        }
        21 => {
            let mut row = row("WmiBindEventFilterToConsumer");
            row.put_additional(&[("Consumer", one("Consumer")), ("ESS", one("Filter"))]);
            row
        }
        22 => {
            let mut row = row("DnsQueryResponse");
            row.put_actor(event, recording, "");
            row.put("RemoteUrl", one("QueryName"));
            row.put_additional(&[
                ("DnsQueryString", one("QueryName")),
                ("DnsQueryResult", one("QueryResults")),
                ("QueryStatus", one("QueryStatus")),
            ]);
            row
        }
        _ => return None,
    })
}

fn of_security<'a>(id: i64, event: &WindowsEvent<'_>, recording: &Recording) -> Option<Row<'a>> {
    let one = |name: &str| field(event, name);
    let action = match id {
        1102 => "SecurityLogCleared",
        4697 => "ServiceInstalled",
        4698 => "ScheduledTaskCreated",
        4699 => "ScheduledTaskDeleted",
        4700 => "ScheduledTaskEnabled",
        4701 => "ScheduledTaskDisabled",
        4702 => "ScheduledTaskUpdated",
        4719 => "AuditPolicyModification",
        4720 => "UserAccountCreated",
        4723 | 4724 => "PasswordChangeAttempt",
        4726 => "UserAccountDeleted",
        4727 | 4731 | 4754 => "SecurityGroupCreated",
        4730 | 4734 | 4758 => "SecurityGroupDeleted",
        4732 => "UserAccountAddedToLocalGroup",
        4733 => "UserAccountRemovedFromLocalGroup",
        4738 => "UserAccountModified",
        _ => return None,
    };
    let mut row = Row::new(event, recording, action);
    row.put_subject(event);
    let members: Vec<(&str, Option<String>)> = match action {
        "ServiceInstalled" => {
            put_service(&mut row, one("ServiceFileName"));
            vec![
                ("ServiceName", one("ServiceName")),
                ("ServiceAccount", one("ServiceAccount")),
                ("ServiceStartType", one("ServiceStartType")),
                ("ServiceType", one("ServiceType")),
            ]
        }
        _ if action.starts_with("ScheduledTask") => {
            let content = one("TaskContent").or_else(|| one("TaskContentNew"));
            vec![("TaskName", one("TaskName")), ("TaskContent", content)]
        }
        "AuditPolicyModification" => vec![
            ("CategoryId", one("CategoryId")),
            ("SubcategoryGuid", one("SubcategoryGuid")),
            ("AuditPolicyChanges", one("AuditPolicyChanges")),
        ],
        "UserAccountAddedToLocalGroup" | "UserAccountRemovedFromLocalGroup" => {
            row.put("AccountSid", one("MemberSid"));
            vec![
                ("GroupName", one("TargetUserName")),
                ("GroupDomainName", one("TargetDomainName")),
                ("GroupSid", one("TargetSid")),
            ]
        }
        "SecurityLogCleared" => Vec::new(),
        _ => {
            row.put("AccountName", lower(one("TargetUserName")));
            row.put("AccountDomain", lower(one("TargetDomainName")));
            row.put("AccountSid", one("TargetSid"));
            Vec::new()
        }
    };
    row.put_additional(&members);
    Some(row)
}

fn of_others<'a>(id: i64, event: &WindowsEvent<'_>, recording: &Recording) -> Option<Row<'a>> {
    let one = |name: &str| field(event, name);
    let channel = event.channel().unwrap_or_default();
    if id == 7045 && channel.eq_ignore_ascii_case("System") {
        if recording.has_service(&Service::of(event)) {
            return None;
        }
        let mut row = Row::new(event, recording, "ServiceInstalled");
        put_service(&mut row, one("ImagePath"));
        row.put_additional(&[
            ("ServiceName", one("ServiceName")),
            ("ServiceStartType", one("StartType")),
            ("ServiceType", one("ServiceType")),
        ]);
        return Some(row);
    }
    let is_powershell = channel.eq_ignore_ascii_case("Microsoft-Windows-PowerShell/Operational")
        || channel.eq_ignore_ascii_case("PowerShellCore/Operational");
    if matches!(id, 4103 | 4104) && is_powershell {
        let mut row = Row::new(event, recording, "PowerShellCommand");
        row.put_actor_image(Some("powershell.exe"));
        // 4103 tells of one command that was run, 4104 of a whole script.
        let command = match id {
            4103 => one("Payload").as_deref().and_then(invoked).map(str::to_owned),
            _ => one("ScriptBlockText"),
        };
        row.put_additional(&[
            ("Command", command),
            ("ScriptBlockId", one("ScriptBlockId")),
            ("Path", one("Path")),
        ]);
        return Some(row);
    }
    None
}

/// The name in `CommandInvocation(Get-Process): "Get-Process"`.
fn invoked(payload: &str) -> Option<&str> {
    let (_, rest) = payload.split_once("CommandInvocation(")?;
    rest.split_once(')').map(|(name, _)| name)
}

/// The program and the command line of a service.
fn put_service(row: &mut Row<'_>, command: Option<String>) {
    let Some(command) = command else { return };
    let path = match command.strip_prefix('"') {
        Some(rest) => rest.split('"').next(),
        None => command.split(' ').next(),
    };
    row.put_file(path);
    row.put("ProcessCommandLine", Some(command));
}
