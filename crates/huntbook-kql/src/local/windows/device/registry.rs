//! `DeviceRegistryEvents`: Sysmon 12, 13 and 14, and 4657 of the Security channel.

use super::super::WindowsEvent;
use super::super::recording::Recording;
use super::{Row, decimal, field};

/// How recorders shorten the roots of the registry, and what Defender calls these.
const ROOTS: [(&str, &str); 9] = [
    ("HKLM", "HKEY_LOCAL_MACHINE"),
    ("HKU", "HKEY_USERS"),
    ("HKCR", "HKEY_LOCAL_MACHINE\\SOFTWARE\\Classes"),
    ("HKCU", "HKEY_CURRENT_USER"),
    ("HKCC", "HKEY_CURRENT_CONFIG"),
    ("\\REGISTRY\\MACHINE", "HKEY_LOCAL_MACHINE"),
    ("\\REGISTRY\\USER", "HKEY_USERS"),
    ("HKEY_LOCAL_MACHINE", "HKEY_LOCAL_MACHINE"),
    ("HKEY_USERS", "HKEY_USERS"),
];

pub(super) fn row<'a>(event: &WindowsEvent<'_>, recording: &Recording) -> Option<Row<'a>> {
    let id = event.event_id()?;
    if event.is_sysmon() {
        of_sysmon(id, event, recording)
    } else if id == 4657 && event.is_security() {
        Some(of_security(event, recording))
    } else {
        None
    }
}

fn of_sysmon<'a>(id: i64, event: &WindowsEvent<'_>, recording: &Recording) -> Option<Row<'a>> {
    let one = |name: &str| field(event, name);
    let kind = one("EventType").unwrap_or_default();
    let action = match (id, kind.as_str()) {
        (12, "DeleteKey") => "RegistryKeyDeleted",
        (12, "DeleteValue") => "RegistryValueDeleted",
        (12, _) => "RegistryKeyCreated",
        (13, _) => "RegistryValueSet",
        (14, _) => "RegistryKeyRenamed",
        _ => return None,
    };
    let mut row = Row::new(event, recording, action);
    let target = one("TargetObject").map(|path| with_root(&path)).unwrap_or_default();
    let is_value = action.starts_with("RegistryValue");
    match target.rsplit_once('\\').filter(|_| is_value) {
        Some((key, value)) => {
            row.put("RegistryKey", Some(key));
            row.put("RegistryValueName", (value != "(Default)").then_some(value));
        }
        None if action == "RegistryKeyRenamed" => {
            row.put("PreviousRegistryKey", Some(target));
            row.put("RegistryKey", one("NewName").map(|path| with_root(&path)));
        }
        None => row.put("RegistryKey", Some(target)),
    }
    if let Some(details) = one("Details") {
        let (kind, data) = value_of(&details);
        row.put("RegistryValueType", Some(kind));
        row.put("RegistryValueData", data);
    }
    row.put_actor(event, recording, "");
    Some(row)
}

fn of_security<'a>(event: &WindowsEvent<'_>, recording: &Recording) -> Row<'a> {
    let one = |name: &str| field(event, name);
    let deleted = one("OperationType").as_deref() == Some("%%1906");
    let action = if deleted { "RegistryValueDeleted" } else { "RegistryValueSet" };
    let mut row = Row::new(event, recording, action);
    row.put("RegistryKey", one("ObjectName").map(|path| with_root(&path)));
    row.put("RegistryValueName", one("ObjectValueName"));
    row.put("RegistryValueData", one("NewValue"));
    row.put("PreviousRegistryValueData", one("OldValue"));
    let kind = match one("NewValueType").as_deref() {
        Some("%%1872") => Some("None"),
        Some("%%1873") => Some("String"),
        Some("%%1874") => Some("ExpandString"),
        Some("%%1875") => Some("Binary"),
        Some("%%1876") => Some("Dword"),
        Some("%%1879") => Some("MultiString"),
        Some("%%1883") => Some("Qword"),
        _ => None,
    };
    row.put("RegistryValueType", kind);
    row.put_subject(event);
    row.put_actor_image(one("ProcessName").as_deref());
    row.put("InitiatingProcessId", decimal(one("ProcessId")));
    row
}

/// `path` with the root spelt as Defender does.
fn with_root(path: &str) -> String {
    let found = ROOTS.iter().find_map(|(short, root)| {
        let head = path.get(..short.len())?;
        let rest = &path[short.len()..];
        let whole = rest.is_empty() || rest.starts_with('\\');
        (whole && head.eq_ignore_ascii_case(short)).then(|| format!("{root}{rest}"))
    });
    found.unwrap_or_else(|| path.to_owned())
}

/// The type and the data in Sysmon's words for a value, as Defender has them.
fn value_of(details: &str) -> (&'static str, Option<String>) {
    let number = |prefix: &str| {
        let digits = details.strip_prefix(prefix)?.strip_prefix(" (")?.strip_suffix(')')?;
        u64::from_str_radix(digits.strip_prefix("0x")?, 16).ok()
    };
    if let Some(number) = number("DWORD") {
        return ("Dword", Some(number.to_string()));
    }
    // Two halves with a dash between them.
    if let Some(halves) = details.strip_prefix("QWORD (0x").and_then(|rest| rest.strip_suffix(')'))
    {
        let digits = halves.replace("-0x", "");
        let number = u64::from_str_radix(&digits, 16).ok().map(|number| number.to_string());
        return ("Qword", number.or_else(|| Some(details.to_owned())));
    }
    match details {
        "Binary Data" => ("Binary", None),
        "(Empty)" => ("String", None),
        text => ("String", Some(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_spelt_out() {
        for (short, long) in [
            ("HKLM\\System\\x", "HKEY_LOCAL_MACHINE\\System\\x"),
            ("\\REGISTRY\\MACHINE\\SOFTWARE", "HKEY_LOCAL_MACHINE\\SOFTWARE"),
            ("HKU\\S-1-5-18", "HKEY_USERS\\S-1-5-18"),
            ("HKLMX\\a", "HKLMX\\a"),
            ("\u{e9}", "\u{e9}"),
        ] {
            assert_eq!(with_root(short), long);
        }
    }

    #[test]
    fn numbers_are_decimal() {
        assert_eq!(value_of("DWORD (0x0000000a)"), ("Dword", Some("10".to_owned())));
        assert_eq!(
            value_of("QWORD (0x00000001-0x00000000)"),
            ("Qword", Some("4294967296".to_owned()))
        );
        assert_eq!(value_of("Binary Data"), ("Binary", None));
        assert_eq!(value_of("DWORD ("), ("String", Some("DWORD (".to_owned())));
    }
}
