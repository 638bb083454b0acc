//! What each kind is measured on: a value for every row, near-unique, of usual shape.

use arrow::array::StringArray;
use huntbook_obfuscate::Kind;

/// A case: what the column is called in the output, its kind, and its value in a row.
pub(crate) type Case = (&'static str, Kind, fn(u64) -> String);

/// Limits in million values a second, on a core that does nothing else: needed, and the goal.
pub(crate) const CASES: &[Case] = &[
    // 20, 40
    ("ipv4", Kind::Ip, |bits| std::net::Ipv4Addr::from(bits as u32).to_string()),
    // 6, 15
    ("ipv6", Kind::Ip, |bits| {
        let network = 0x2001_0db8_u128 << 96;
        std::net::Ipv6Addr::from(network | u128::from(bits) << 8).to_string()
    }),
    // 15, 30
    ("uuid", Kind::Uuid, |bits| {
        let (high, low) = (bits, bits.rotate_left(29));
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 52,
            low & 0xffff_ffff_ffff
        )
    }),
    // 8, 20
    ("sid", Kind::Sid, |bits| {
        format!(
            "S-1-5-21-{}-{}-{}-{}",
            bits as u32,
            bits >> 32,
            (bits >> 16) as u32,
            1000 + bits % 5000
        )
    }),
    // 8, 20
    ("account: user@domain", Kind::Account, |bits| {
        format!("user{:x}@contoso.com", bits & 0xf_ffff)
    }),
    // 8, 20
    ("account: DOMAIN\\user", Kind::Account, |bits| format!("CONTOSO\\user{:x}", bits & 0xf_ffff)),
    // 8, 20
    ("host", Kind::Host, |bits| format!("host{:x}.corp.contoso.com", bits & 0xf_ffff)),
    // in MB/s: 100, 300
    ("text: command line", Kind::Text, command_line),
    // in MB/s: 100, 300
    ("text: message", Kind::Text, message),
    // in MB/s: 150, 500
    ("json: event", Kind::Json, event),
    // 0.5, 2: a URL has about ten parts, each looked up
    ("url", Kind::Url, |bits| {
        format!("https://host{:x}.contoso.com/api/v1/item{bits:x}?user=bob", bits & 0xfff)
    }),
    // 1, 4
    ("path", Kind::Path, |bits| {
        format!("C:\\Users\\user{:x}\\AppData\\Local\\Temp\\tool{bits:x}.exe", bits & 0xf_ffff)
    }),
    // 0.5, 2
    ("resource: azure", Kind::Resource, |bits| {
        format!(
            "/subscriptions/{:08x}-7a1f-4c31-9d2e-5b1c2d3e4f5a/resourceGroups/group{:x}/providers/Microsoft.Compute/virtualMachines/vm{bits:x}",
            bits as u32,
            bits & 0xfff
        )
    }),
    // 0.5, 2
    ("resource: aws", Kind::Resource, |bits| {
        format!("arn:aws:iam::{:012}:role/role{bits:x}", bits % 1_000_000_000_000)
    }),
    // 5, 20
    ("string", Kind::String, |bits| format!("C:\\Windows\\System32\\tool{bits:x}.exe -run {bits}")),
];

/// A command line of the kind that process events have.
fn command_line(bits: u64) -> String {
    let user = bits & 0xfff;
    match bits >> 12 & 7 {
        0 => format!(
            "\"C:\\Windows\\System32\\cmd.exe\" /c dir /s C:\\Users\\user{user:x}\\Desktop > out.txt"
        ),
        1 => format!(
            "powershell.exe -NoProfile -ExecutionPolicy Bypass -File script{user:x}.ps1 -ComputerName ws-{user:04}"
        ),
        2 => "C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s Schedule".to_owned(),
        3 => format!("net use \\\\srv{user:x}\\share /user:CONTOSO\\user{user:x}"),
        4 => format!("ping -n 4 10.{}.{}.7", bits >> 20 & 255, bits >> 30 & 255),
        5 => "rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 624 lsass.dmp full"
            .to_owned(),
        6 => format!(
            "schtasks /create /tn task{user:x} /tr \"wscript.exe run.vbs\" /sc daily /st 09:00"
        ),
        _ => {
            format!("msiexec.exe /i https://files{user:x}.contoso.com/setup.msi /quiet /norestart")
        }
    }
}

/// The message of a logon.
fn message(bits: u64) -> String {
    format!(
        "An account was successfully logged on.\r\n\r\nSubject:\r\n\tSecurity ID:\t\tS-1-5-18\r\n\tAccount Name:\t\tWS-{:04}$\r\n\tAccount Domain:\t\tCONTOSO\r\n\tLogon ID:\t\t0x3E7\r\n\r\nLogon Information:\r\n\tLogon Type:\t\t3\r\n\tRestricted Admin Mode:\t-\r\n\tVirtual Account:\t\tNo\r\n\tElevated Token:\t\tYes\r\n\r\nNew Logon:\r\n\tAccount Name:\t\tuser{:x}\r\n\tLogon ID:\t\t0x{:x}\r\n\r\nNetwork Information:\r\n\tSource Network Address:\t10.1.{}.{}\r\n\tSource Port:\t\t{}\r\n",
        bits & 0xfff,
        bits >> 12 & 0xfff,
        bits >> 24 & 0xff_ffff,
        bits >> 8 & 255,
        bits >> 16 & 255,
        bits & 0x7fff
    )
}

/// An event as a line of NDJSON.
fn event(bits: u64) -> String {
    format!(
        "{{\"EventID\":4688,\"Channel\":\"Security\",\"Hostname\":\"ws-{:04}.contoso.com\",\"EventTime\":\"2020-09-21 22:38:{:02}\",\"SubjectUserName\":\"user{:x}\",\"SubjectUserSid\":\"S-1-5-21-1004336348-1177238915-682003330-{}\",\"NewProcessId\":\"0x{:x}\",\"ProcessGuid\":\"{{d273d0f0-e866-5f64-1100-{:012x}}}\",\"SourceAddress\":\"10.1.{}.{}\",\"Task\":13312,\"Severity\":\"INFO\",\"SourceName\":\"Microsoft-Windows-Security-Auditing\",\"CommandLine\":\"{}\",\"Category\":\"Process Creation\"}}",
        bits & 0xfff,
        bits % 60,
        bits >> 12 & 0xfff,
        bits & 0xffff,
        bits & 0xffff,
        bits >> 16 & 0xffff_ffff,
        bits >> 8 & 255,
        bits >> 16 & 255,
        command_line(bits).replace('\\', "\\\\").replace('"', "\\\"")
    )
}

/// A column of so many near-unique values of a case.
pub(crate) fn column(rows: u64, value: fn(u64) -> String) -> StringArray {
    (0..rows).map(|row| Some(value(scatter(row)))).collect()
}

/// Spreads row numbers over 64 bits, one to one.
fn scatter(row: u64) -> u64 {
    let mixed = (row ^ row >> 31).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}
