//! `DeviceNetworkEvents`: Sysmon 3, and 5154 and 5156 of the Security channel where Sysmon does not tell of the
//! connection.

use std::net::IpAddr;

use super::super::WindowsEvent;
use super::super::recording::Recording;
use super::{Row, decimal, device, field};

/// What tells one connection from another: device, port here, address and port there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in super::super) struct Connection(Option<String>, [Option<String>; 3]);

impl Connection {
    /// The connection that an event 3 of Sysmon tells of.
    pub(in super::super) fn of_sysmon(event: &WindowsEvent<'_>) -> Self {
        let names = ["SourcePort", "DestinationIp", "DestinationPort"];
        Self(device(event), names.map(|name| field(event, name)))
    }

    fn of_security(event: &WindowsEvent<'_>) -> Self {
        let names = ["SourcePort", "DestAddress", "DestPort"];
        Self(device(event), names.map(|name| field(event, name)))
    }
}

pub(super) fn row<'a>(event: &WindowsEvent<'_>, recording: &Recording) -> Option<Row<'a>> {
    match event.event_id() {
        Some(3) if event.is_sysmon() => Some(of_sysmon(event, recording)),
        Some(5156) if event.is_security() => {
            let known = recording.has_connection(&Connection::of_security(event));
            (!known).then(|| of_security(event, recording))
        }
        Some(5154) if event.is_security() => {
            let mut row = Row::new(event, recording, "ListeningConnectionCreated");
            put_end(&mut row, End::Local, field(event, "SourceAddress"), None);
            row.put("LocalPort", field(event, "SourcePort"));
            put_platform_actor(&mut row, event);
            Some(row)
        }
        _ => None,
    }
}

fn of_sysmon<'a>(event: &WindowsEvent<'_>, recording: &Recording) -> Row<'a> {
    let one = |name: &str| field(event, name);
    // The source is whoever asked for the connection, wherever that is.
    let outbound = one("Initiated").is_none_or(|word| word.eq_ignore_ascii_case("true"));
    let (action, local, remote) = if outbound {
        ("ConnectionSuccess", "Source", "Destination")
    } else {
        ("InboundConnectionAccepted", "Destination", "Source")
    };
    let mut row = Row::new(event, recording, action);
    put_end(&mut row, End::Local, one(&format!("{local}Ip")), one(&format!("{local}Port")));
    put_end(&mut row, End::Remote, one(&format!("{remote}Ip")), one(&format!("{remote}Port")));
    row.put("RemoteUrl", one(&format!("{remote}Hostname")));
    row.put("Protocol", one("Protocol").map(|name| capitalised(&name)));
    row.put_actor(event, recording, "");
    row
}

fn of_security<'a>(event: &WindowsEvent<'_>, recording: &Recording) -> Row<'a> {
    let one = |name: &str| field(event, name);
    let outbound = one("Direction").is_none_or(|direction| direction != "%%14592");
    let action = if outbound { "ConnectionSuccess" } else { "InboundConnectionAccepted" };
    let mut row = Row::new(event, recording, action);
    put_end(&mut row, End::Local, one("SourceAddress"), one("SourcePort"));
    put_end(&mut row, End::Remote, one("DestAddress"), one("DestPort"));
    let protocol = match one("Protocol").as_deref() {
        Some("1") => Some("Icmp"),
        Some("6") => Some("Tcp"),
        Some("17") => Some("Udp"),
        _ => None,
    };
    row.put("Protocol", protocol);
    put_platform_actor(&mut row, event);
    row
}

/// The process as the filtering platform names it: `\device\harddiskvolume2\windows\system32\svchost.exe`. The
/// volume that Windows stands on is taken for `c:`.
fn put_platform_actor(row: &mut Row<'_>, event: &WindowsEvent<'_>) {
    let path = field(event, "Application");
    let windows = path.as_deref().and_then(|path| {
        let (volume, rest) = path.get(1..)?.split_once("\\windows\\")?;
        let is_volume = volume.starts_with("device\\") && !volume[7..].contains('\\');
        is_volume.then(|| format!("c:\\windows\\{rest}"))
    });
    row.put_actor_image(windows.or(path).as_deref());
    let id = field(event, "ProcessID").or_else(|| field(event, "ProcessId"));
    row.put("InitiatingProcessId", decimal(id));
}

#[derive(Clone, Copy)]
enum End {
    Local,
    Remote,
}

fn put_end(row: &mut Row<'_>, end: End, address: Option<String>, port: Option<String>) {
    let [address_column, port_column, type_column] = match end {
        End::Local => ["LocalIP", "LocalPort", "LocalIPType"],
        End::Remote => ["RemoteIP", "RemotePort", "RemoteIPType"],
    };
    let kind = address.as_deref().and_then(|text| text.parse().ok()).map(address_type);
    row.put(type_column, kind);
    row.put(address_column, address);
    row.put(port_column, port);
}

/// Defender's word for what kind of address this is.
fn address_type(address: IpAddr) -> &'static str {
    match address {
        _ if address.is_loopback() => "Loopback",
        _ if address.is_multicast() => "Multicast",
        IpAddr::V4(v4) if v4.is_broadcast() => "Broadcast",
        IpAddr::V4(v4) if v4.is_link_local() => "LinkLocal",
        IpAddr::V4(v4) if v4.is_private() => "Private",
        IpAddr::V4(v4) if v4.is_unspecified() || v4.octets()[0] == 0 => "Reserved",
        IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some() => "FourToSixMapping",
        IpAddr::V6(v6) if v6.is_unique_local() => "Private",
        IpAddr::V6(v6) if v6.is_unicast_link_local() => "LinkLocal",
        IpAddr::V6(v6) if v6.is_unspecified() => "Reserved",
        _ => "Public",
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect()
    })
}
