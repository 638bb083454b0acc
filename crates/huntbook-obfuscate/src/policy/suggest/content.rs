//! What a value looks like.

use crate::{Kind, account, host, ip, sid, uuid};

/// One thing that values may be.
#[derive(Clone, Copy)]
pub(super) struct Look {
    pub(super) kind: Kind,
    /// In the plural.
    pub(super) what: &'static str,
    pub(super) holds: fn(&str) -> bool,
}

/// Every look; of two that hold as often, the first is meant.
pub(super) const LOOKS: [Look; 14] = [
    Look { kind: Kind::Ip, what: "IP addresses", holds: ip::is_ip },
    Look { kind: Kind::Uuid, what: "UUIDs", holds: |text| uuid::parse(text).is_some() },
    Look { kind: Kind::Sid, what: "security identifiers", holds: sid::is_sid },
    Look { kind: Kind::Mac, what: "hardware addresses", holds: is_mac },
    Look { kind: Kind::Timestamp, what: "times", holds: is_time },
    Look { kind: Kind::Hash, what: "hashes", holds: is_hash },
    Look { kind: Kind::Json, what: "JSON documents", holds: is_json },
    Look { kind: Kind::Resource, what: "resources of a cloud", holds: is_resource },
    Look { kind: Kind::Url, what: "URLs", holds: is_url },
    Look {
        kind: Kind::Account,
        what: "user principal names or e-mail addresses",
        holds: account::is_upn,
    },
    Look { kind: Kind::Path, what: "paths", holds: is_path },
    Look { kind: Kind::Account, what: "names of the form domain and user", holds: is_nt_account },
    Look { kind: Kind::Host, what: "domain names", holds: host::is_fqdn },
    Look { kind: Kind::Phone, what: "telephone numbers", holds: is_phone },
];

fn is_mac(text: &str) -> bool {
    let is_grouped = |separator: char, groups: usize, digits: usize| {
        text.split(separator).count() == groups
            && text.split(separator).all(|group| group.len() == digits && is_hexadecimal(group))
    };
    is_grouped(':', 6, 2) || is_grouped('-', 6, 2) || is_grouped('.', 3, 4)
}

fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_hash(text: &str) -> bool {
    matches!(text.len(), 32 | 40 | 64 | 96 | 128)
        && is_hexadecimal(text)
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// `2026-11-24`, and a time of day after it, if any.
fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some((date, rest)) = bytes.split_at_checked(10) else { return false };
    let is_date = date.iter().enumerate().all(|(place, byte)| match place {
        4 | 7 => matches!(byte, b'-' | b'/'),
        _ => byte.is_ascii_digit(),
    });
    let is_of_time = |byte: &u8| {
        byte.is_ascii_digit()
            || matches!(byte, b'T' | b'Z' | b' ' | b':' | b'.' | b',' | b'+' | b'-')
    };
    is_date && rest.len() <= 30 && rest.iter().all(is_of_time)
}

fn is_json(text: &str) -> bool {
    let text = text.trim();
    (text.starts_with('{') || text.starts_with('['))
        && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

fn is_resource(text: &str) -> bool {
    let starts = |prefix: &str| {
        text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    (starts("/subscriptions/") || starts("/providers/") || starts("arn:aws"))
        && !text.contains(char::is_whitespace)
}

fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, rest)| {
        !scheme.is_empty()
            && !rest.is_empty()
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    }) && !text.contains(char::is_whitespace)
}

fn is_nt_account(text: &str) -> bool {
    text.split_once('\\').is_some_and(|(domain, user)| {
        !domain.is_empty() && domain.len() <= 64 && !user.is_empty() && !user.contains('\\')
    }) && !text.contains([':', '/'])
}

fn is_path(text: &str) -> bool {
    let bytes = text.as_bytes();
    let has_drive = bytes.len() > 2
        && bytes[0].is_ascii_alphabetic()
        && bytes[1] == b':'
        && matches!(bytes[2], b'\\' | b'/');
    let is_registry = ["HKEY_", "HKLM\\", "HKCU\\", "\\REGISTRY\\"]
        .iter()
        .any(|root| text.get(..root.len()).is_some_and(|start| start.eq_ignore_ascii_case(root)));
    let is_unix = text.starts_with('/') && text.len() > 1 && !text.contains(char::is_whitespace);
    has_drive
        || is_registry
        || is_unix
        || text.starts_with("\\\\")
        || text.starts_with("\\Device\\")
}

fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    text.starts_with('+')
        && (8..=15).contains(&digits)
        && text.bytes().skip(1).all(|byte| byte.is_ascii_digit() || b" -()./".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(text: &str) -> Option<Kind> {
        LOOKS.iter().find(|look| (look.holds)(text)).map(|look| look.kind)
    }

    #[test]
    fn values_look_like_their_kind() {
        for (text, kind) in [
            ("10.0.0.1", Some(Kind::Ip)),
            ("00:1a:2b:3c:4d:5e", Some(Kind::Mac)),
            ("001a.2b3c.4d5e", Some(Kind::Mac)),
            ("2026-11-24T07:00:00.000Z", Some(Kind::Timestamp)),
            ("d41d8cd98f00b204e9800998ecf8427e00000000", Some(Kind::Hash)),
            ("{\"a\": 1}", Some(Kind::Json)),
            ("{a: 1}", None),
            ("/subscriptions/x/resourceGroups/y", Some(Kind::Resource)),
            ("arn:aws:iam::123456789012:user/bob", Some(Kind::Resource)),
            ("https://contoso.com/a", Some(Kind::Url)),
            ("bob@contoso.com", Some(Kind::Account)),
            ("CONTOSO\\bob", Some(Kind::Account)),
            ("C:\\Users\\bob", Some(Kind::Path)),
            ("\\\\srv\\share", Some(Kind::Path)),
            ("/etc/passwd", Some(Kind::Path)),
            ("HKLM\\SOFTWARE", Some(Kind::Path)),
            ("www.contoso.com", Some(Kind::Host)),
            ("+49 30 1234567", Some(Kind::Phone)),
            ("some words", None),
            ("é", None),
            ("", None),
        ] {
            assert_eq!(look(text), kind, "{text}");
        }
    }
}
