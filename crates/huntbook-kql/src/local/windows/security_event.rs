//! `SecurityEvent`: the Security channel in the columns of Sentinel.
//!
//! Accounts are put together as `DOMAIN\user`; `Account` is the account that the event is about: the one
//! that logs on for the events of authentication, the acting one otherwise. Fields that the table has no
//! column for stay, under the names that they were recorded with.
//!
//! Source: <https://learn.microsoft.com/azure/azure-monitor/reference/tables/securityevent>

use std::borrow::Cow;

use hashbrown::HashSet;

use super::super::record::Record;
use super::super::schemas;
use super::super::value::Value;
use super::{COMPUTER, Clock, MESSAGE, RECORD_ID, WindowsEvent, data_xml, logon_type};
use crate::types::KqlType;

/// The row of `SecurityEvent` for an event of the Security channel.
pub(super) fn row<'a>(event: &WindowsEvent<'a>, clock: Clock) -> Record<'a> {
    let id = event.event_id();
    let mut row = Record::default();
    if let Some(time) = event.time(clock) {
        row.push("TimeGenerated", Value::Time(time));
    }
    let mut put = |name: &'static str, text: Option<String>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            row.push(name, Value::text(text));
        }
    };
    let envelope = |names: &[&str]| event.envelope.first_text(names).map(Cow::into_owned);
    let subject = account(event, "SubjectDomainName", "SubjectUserName");
    let target = account(event, "TargetDomainName", "TargetUserName");
    put("EventID", id.map(|id| id.to_string()));
    put("Activity", id.and_then(|id| activity(id, event.envelope.first_text(MESSAGE).as_deref())));
    put("Computer", envelope(COMPUTER));
    put("Channel", Some("Security".to_owned()));
    put("EventSourceName", event.source().map(Cow::into_owned));
    let about = match (id, &subject, &target) {
        (Some(id), _, Some(target)) if is_authentication(id) => Some(target),
        (_, Some(subject), _) => Some(subject),
        (_, None, target) => target.as_ref(),
    };
    put("Account", about.cloned());
    put("AccountType", about.map(|account| account_type(account).to_owned()));
    put("SubjectAccount", subject.clone());
    put("TargetAccount", target.clone());
    put("Process", process(event));
    put("LogonTypeName", event.field("LogonType").and_then(|kind| logon_type_name(&kind)));
    put("EventRecordId", envelope(RECORD_ID));
    put("Keywords", envelope(&["Keywords", "keywords"]).map(|keywords| hexadecimal(&keywords)));
    put("Task", envelope(&["Task", "task"]).filter(|task| task.parse::<i32>().is_ok()));
    put("Opcode", envelope(&["Opcode", "opcode"]));
    put(
        "Version",
        envelope(&["Version", "version"]).filter(|version| version.parse::<i32>().is_ok()),
    );
    put("Correlation", envelope(&["ActivityID", "activity_id"]));
    put("SystemProcessId", envelope(&["ExecutionProcessID", "process_id"]));
    put("SystemThreadId", envelope(&["ThreadID", "thread_id"]));
    put("SystemUserId", envelope(&["UserID"]));
    put("EventData", Some(data_xml::event_data(&event.data, event.field_order())));
    for (name, value) in event.data.iter() {
        // A dash is how Windows writes "nothing"; a number cannot be one.
        let unset = is_number(name) && value.as_text().is_some_and(|text| text.trim() == "-");
        if unset {
            row.push(name.to_owned(), Value::Null);
        }
    }
    event.add_rest(&mut row);
    row
}

fn is_number(column: &str) -> bool {
    use std::sync::OnceLock;
    static NUMBERS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    NUMBERS
        .get_or_init(|| {
            let columns =
                schemas::known("SecurityEvent").into_iter().flat_map(schemas::Known::columns);
            columns.filter(|(_, kind)| *kind == KqlType::Int).map(|(name, _)| name).collect()
        })
        .contains(column)
}

fn account(event: &WindowsEvent<'_>, domain: &str, user: &str) -> Option<String> {
    let user = event.field(user)?;
    Some(format!("{}\\{user}", event.field(domain).unwrap_or_default()))
}

/// Computers' own accounts end in a dollar sign.
fn account_type(account: &str) -> &'static str {
    if account.ends_with('$') { "Machine" } else { "User" }
}

/// Events that are about the account in their target fields: logon, logoff, Kerberos, NTLM, sessions,
/// lockout.
const fn is_authentication(id: i64) -> bool {
    matches!(
        id,
        4624 | 4625 | 4626 | 4634 | 4646 | 4647 | 4649 | 4675 | 4740 | 4768..=4779 | 4800..=4803 | 4964
    )
}

/// The file name of the process that the event is about.
fn process(event: &WindowsEvent<'_>) -> Option<String> {
    let path = event.field("NewProcessName").or_else(|| event.field("ProcessName"))?;
    let name = path.rsplit(['\\', '/']).next().unwrap_or(&path);
    (name != "-").then(|| name.to_owned())
}

/// `4688 - A new process has been created.`, from the event's own message where it has one.
fn activity(id: i64, message: Option<&str>) -> Option<String> {
    let first = message.and_then(|message| message.lines().next()).map(str::trim);
    let words = first.filter(|line| !line.is_empty()).or_else(|| known_activity(id))?;
    Some(format!("{id} - {words}"))
}

/// What Windows calls the events that hunters ask for most.
const fn known_activity(id: i64) -> Option<&'static str> {
    Some(match id {
        1102 => "The audit log was cleared.",
        4624 => "An account was successfully logged on.",
        4625 => "An account failed to log on.",
        4634 => "An account was logged off.",
        4647 => "User initiated logoff.",
        4648 => "A logon was attempted using explicit credentials.",
        4656 | 4661 => "A handle to an object was requested.",
        4657 => "A registry value was modified.",
        4658 => "The handle to an object was closed.",
        4660 => "An object was deleted.",
        4662 => "An operation was performed on an object.",
        4663 => "An attempt was made to access an object.",
        4670 => "Permissions on an object were changed.",
        4672 => "Special privileges assigned to new logon.",
        4673 => "A privileged service was called.",
        4674 => "An operation was attempted on a privileged object.",
        4688 => "A new process has been created.",
        4689 => "A process has exited.",
        4690 => "An attempt was made to duplicate a handle to an object.",
        4697 => "A service was installed in the system.",
        4698 => "A scheduled task was created.",
        4699 => "A scheduled task was deleted.",
        4702 => "A scheduled task was updated.",
        4703 => "A user right was adjusted.",
        4719 => "System audit policy was changed.",
        4720 => "A user account was created.",
        4722 => "A user account was enabled.",
        4723 => "An attempt was made to change an account's password.",
        4724 => "An attempt was made to reset an account's password.",
        4725 => "A user account was disabled.",
        4726 => "A user account was deleted.",
        4728 => "A member was added to a security-enabled global group.",
        4732 => "A member was added to a security-enabled local group.",
        4738 => "A user account was changed.",
        4740 => "A user account was locked out.",
        4742 => "A computer account was changed.",
        4756 => "A member was added to a security-enabled universal group.",
        4768 => "A Kerberos authentication ticket (TGT) was requested.",
        4769 => "A Kerberos service ticket was requested.",
        4771 => "Kerberos pre-authentication failed.",
        4776 => "The computer attempted to validate the credentials for an account.",
        4798 => "A user's local group membership was enumerated.",
        4799 => "A security-enabled local group membership was enumerated.",
        5140 => "A network share object was accessed.",
        5145 => {
            "A network share object was checked to see whether client can be granted desired access."
        }
        5156 => "The Windows Filtering Platform has permitted a connection.",
        5158 => "The Windows Filtering Platform has permitted a bind to a local port.",
        _ => return None,
    })
}

fn logon_type_name(number: &str) -> Option<String> {
    Some(format!("{} - {}", number.trim(), logon_type::word(number)?))
}

/// Keywords are a 64-bit set; some recorders write it as a signed number.
fn hexadecimal(keywords: &str) -> String {
    keywords
        .parse::<i64>()
        .map_or_else(|_| keywords.to_owned(), |bits| format!("0x{:x}", bits as u64))
}
