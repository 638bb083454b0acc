//! `DeviceLogonEvents`: 4624, 4625 and 4648 of the Security channel.

use super::super::recording::Recording;
use super::super::{WindowsEvent, logon_type};
use super::{Row, decimal, field, lower};

pub(super) fn row<'a>(event: &WindowsEvent<'_>, recording: &Recording) -> Option<Row<'a>> {
    if !event.is_security() {
        return None;
    }
    let action = match event.event_id()? {
        4624 => "LogonSuccess",
        4625 => "LogonFailed",
        4648 => "LogonAttempted",
        _ => return None,
    };
    let one = |name: &str| field(event, name);
    let mut row = Row::new(event, recording, action);
    row.put("AccountName", lower(one("TargetUserName")));
    row.put("AccountDomain", lower(one("TargetDomainName")));
    row.put("AccountSid", one("TargetUserSid").or_else(|| one("TargetSid")));
    row.put("LogonId", one("TargetLogonId"));
    row.put("LogonType", one("LogonType").as_deref().and_then(logon_type::word));
    row.put("Protocol", one("AuthenticationPackageName"));
    row.put("RemoteDeviceName", lower(one("WorkstationName").or_else(|| one("TargetServerName"))));
    row.put("RemoteIP", one("IpAddress"));
    row.put("RemotePort", one("IpPort").filter(|port| port.parse::<u16>().is_ok()));
    row.put("FailureReason", failure(one("SubStatus").as_deref(), one("Status").as_deref()));
    row.put_subject(event);
    row.put_actor_image(one("ProcessName").as_deref());
    row.put("InitiatingProcessId", decimal(one("ProcessId")));
    row.put_additional(&[
        ("LogonProcessName", one("LogonProcessName")),
        ("ElevatedToken", one("ElevatedToken")),
        ("LmPackageName", one("LmPackageName")),
    ]);
    Some(row)
}

/// Defender's word for the status of a failed logon.
fn failure(detail: Option<&str>, status: Option<&str>) -> Option<&'static str> {
    [detail, status].into_iter().flatten().find_map(|status| {
        Some(match status.to_ascii_lowercase().as_str() {
            "0xc0000064" | "0xc000006a" | "0xc000006d" => "InvalidUserNameOrPassword",
            "0xc0000072" => "AccountDisabled",
            "0xc0000193" => "AccountExpired",
            "0xc0000234" => "AccountLockedOut",
            "0xc0000071" => "PasswordExpired",
            "0xc0000224" => "PasswordMustChange",
            "0xc000006f" | "0xc0000070" | "0xc000015b" => "AccountRestriction",
            _ => return None,
        })
    })
}
