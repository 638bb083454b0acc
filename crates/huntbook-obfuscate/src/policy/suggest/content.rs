//! What a value looks like.

use crate::{Kind, account, content, host, ip, mac, sid, uuid};

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
    Look { kind: Kind::Mac, what: "hardware addresses", holds: mac::is_separated },
    Look { kind: Kind::Timestamp, what: "times", holds: content::is_time },
    Look { kind: Kind::Hash, what: "hashes", holds: content::is_hash },
    Look { kind: Kind::Json, what: "JSON documents", holds: is_json },
    Look { kind: Kind::Resource, what: "resources of a cloud", holds: is_resource },
    Look { kind: Kind::Url, what: "URLs", holds: content::is_url },
    Look {
        kind: Kind::Account,
        what: "user principal names or e-mail addresses",
        holds: account::is_upn,
    },
    Look { kind: Kind::Path, what: "paths", holds: content::is_path },
    Look { kind: Kind::Account, what: "names of the form domain and user", holds: is_nt_account },
    Look { kind: Kind::Host, what: "domain names", holds: host::is_fqdn },
    Look { kind: Kind::Phone, what: "telephone numbers", holds: is_phone },
];

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

fn is_nt_account(text: &str) -> bool {
    text.split_once('\\').is_some_and(|(domain, user)| {
        !domain.is_empty() && domain.len() <= 64 && !user.is_empty() && !user.contains('\\')
    }) && !text.contains([':', '/'])
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
