//! What a whole value looks like.

use crate::settings::Times;
use crate::time_text::TimeText;
use crate::{Kind, Settings, account, host, ip, mac, sid, uuid};

/// Longer values are not looked at.
const LONGEST: usize = 4096;

/// The first components of absolute paths of Unix.
const UNIX_ROOTS: &[&str] = &[
    "applications",
    "bin",
    "boot",
    "data",
    "dev",
    "etc",
    "home",
    "lib",
    "lib64",
    "library",
    "media",
    "mnt",
    "opt",
    "private",
    "proc",
    "root",
    "run",
    "sbin",
    "snap",
    "srv",
    "sys",
    "system",
    "tmp",
    "users",
    "usr",
    "var",
    "volumes",
];

/// The kind that the whole of `value` is of; `None` if only free text can say. `json` is said of what may be a document,
/// `keep` of times that stay.
pub(crate) fn kind_of(value: &str, settings: Settings) -> Option<Kind> {
    let bytes = value.as_bytes();
    if bytes.len() > LONGEST && !matches!(bytes[0], b'{' | b'[') {
        return None;
    }
    match bytes.first()? {
        b'{' | b'[' if is_document_like(value) => return Some(Kind::Json),
        _ => {}
    }
    let marks = Marks::of(bytes);
    if !marks.any() {
        return is_hash(value).then_some(Kind::Hash);
    }
    if is_time(value) {
        return Some(if settings.times == Times::Shift { Kind::Timestamp } else { Kind::Keep });
    }
    if let Some(kind) = identifier_kind(value) {
        return Some(kind);
    }
    if marks.dot && host::is_fqdn(value) {
        return Some(Kind::Host);
    }
    if is_url(value) {
        return Some(Kind::Url);
    }
    if is_path(value) {
        return Some(Kind::Path);
    }
    None
}

/// The kind of an identifier: an address, a UUID, a SID, a hash, an e-mail address.
pub(crate) fn identifier_kind(value: &str) -> Option<Kind> {
    let bytes = value.as_bytes();
    let is_hex = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b'{' | b'[' | b':' | b'(');
    if bytes.len() > 1024 || bytes.len() < 2 {
        return None;
    }
    if is_hash(value) {
        return Some(Kind::Hash);
    }
    if bytes.first().is_some_and(is_hex) {
        if mac::is_separated(value) {
            return Some(Kind::Mac);
        }
        if ip::is_ip(value) {
            return Some(Kind::Ip);
        }
        if uuid::parse(value).is_some() {
            return Some(Kind::Uuid);
        }
    }
    if matches!(bytes[0], b'S' | b's') && sid::is_sid(value) {
        return Some(Kind::Sid);
    }
    (memchr::memchr(b'@', bytes).is_some() && account::is_upn(value)).then_some(Kind::Account)
}

/// Marks without which a value is a word, a number or prose.
struct Marks {
    dot: bool,
    other: bool,
}

impl Marks {
    fn of(bytes: &[u8]) -> Self {
        let (mut dot, mut other) = (false, false);
        for byte in bytes {
            dot |= *byte == b'.';
            other |= matches!(byte, b':' | b'-' | b'@' | b'/' | b'\\');
        }
        Self { dot, other }
    }

    const fn any(&self) -> bool {
        self.dot || self.other
    }
}

/// Whether `value` begins and ends as an object or a list does.
pub(crate) fn is_document_like(value: &str) -> bool {
    let bytes = value.trim().as_bytes();
    match bytes {
        [b'{', .., b'}'] => {
            let inner = bytes[1..bytes.len() - 1].trim_ascii_start();
            inner.is_empty() || inner[0] == b'"'
        }
        [b'[', .., b']'] => {
            let inner = bytes[1..bytes.len() - 1].trim_ascii_start();
            inner.first().is_none_or(|first| {
                matches!(first, b'"' | b'{' | b'[' | b'-' | b't' | b'f' | b'n')
                    || first.is_ascii_digit()
            })
        }
        _ => false,
    }
}

/// Whether `value` is of hexadecimal digits and as long as the digest of a common hash function.
pub(crate) fn is_hash(value: &str) -> bool {
    is_digest_length(value.len()) && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether MD5, SHA-1 or a member of SHA-2 has so many hexadecimal digits.
pub(crate) const fn is_digest_length(length: usize) -> bool {
    matches!(length, 32 | 40 | 56 | 64 | 96 | 128)
}

/// Whether the whole of `value` is a time with a date, in any of the formats of [`TimeText`].
pub(crate) fn is_time(value: &str) -> bool {
    TimeText::whole(value).is_some()
}

/// Whether the whole of `value` is a URL.
pub(crate) fn is_url(value: &str) -> bool {
    value
        .split_once("://")
        .is_some_and(|(scheme, rest)| is_scheme(scheme.as_bytes()) && !rest.is_empty())
        && !value.bytes().any(|byte| byte <= b' ' || matches!(byte, b'"' | b'<' | b'>'))
}

/// Whether `scheme` can stand before `://`.
pub(crate) fn is_scheme(scheme: &[u8]) -> bool {
    (2..=20).contains(&scheme.len())
        && scheme[0].is_ascii_alphabetic()
        && scheme
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// Whether the whole of `value` is an absolute path, and not a command line.
pub(crate) fn is_path(value: &str) -> bool {
    let is_absolute = begins_windows_path(value.as_bytes()) || begins_unix_path(value.as_bytes());
    is_absolute
        && !value
            .bytes()
            .any(|byte| byte < b' ' || matches!(byte, b'"' | b'<' | b'>' | b'|' | b'*' | b'?'))
        && !value.contains(" /")
        && !value.contains(" -")
        && !ends_before_blank(value)
}

/// Whether a path seems to end at a blank inside `value`, after an ending or a comma.
fn ends_before_blank(value: &str) -> bool {
    let mut words = value.split(' ').peekable();
    while let Some(word) = words.next() {
        let name = word.rsplit(['\\', '/']).next().unwrap_or_default();
        if words.peek().is_some() && name.contains(['.', ',', ';']) {
            return true;
        }
    }
    let name = value.rsplit(['\\', '/']).next().unwrap_or_default();
    name.contains(' ') && !name.contains('.')
}

/// Whether an absolute path of Windows or the registry begins `bytes`.
pub(crate) fn begins_windows_path(bytes: &[u8]) -> bool {
    match bytes {
        [letter, b':', b'\\' | b'/', ..] => letter.is_ascii_alphabetic(),
        [b'\\', b'\\', next, ..] => next.is_ascii_alphanumeric() || matches!(next, b'.' | b'?'),
        [b'\\', ..] => {
            ["\\device\\", "\\registry\\", "\\systemroot\\", "\\??\\"].iter().any(|root| {
                bytes
                    .get(..root.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(root.as_bytes()))
            })
        }
        [b'H' | b'h', b'K' | b'k', ..] => {
            let root =
                bytes.iter().position(|byte| matches!(byte, b'\\' | b':')).unwrap_or_default();
            is_registry_root(&bytes[..root])
        }
        _ => false,
    }
}

fn is_registry_root(root: &[u8]) -> bool {
    [
        "hklm",
        "hkcu",
        "hku",
        "hkcr",
        "hkcc",
        "hkey_local_machine",
        "hkey_current_user",
        "hkey_users",
        "hkey_classes_root",
        "hkey_current_config",
    ]
    .iter()
    .any(|known| root.eq_ignore_ascii_case(known.as_bytes()))
}

/// Whether an absolute path of Unix below a well-known root begins `bytes`.
pub(crate) fn begins_unix_path(bytes: &[u8]) -> bool {
    let [b'/', rest @ ..] = bytes else { return false };
    let root = rest.iter().position(|byte| *byte == b'/').unwrap_or_default();
    root > 0 && UNIX_ROOTS.iter().any(|known| rest[..root].eq_ignore_ascii_case(known.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_values_are_known_by_their_look() {
        for (value, kind) in [
            ("10.0.0.1", Some(Kind::Ip)),
            ("fe80::1", Some(Kind::Ip)),
            ("{5770385F-C22A-43E0-BF4C-06F5698FFBD9}", Some(Kind::Uuid)),
            ("S-1-5-21-1-2-3-500", Some(Kind::Sid)),
            ("bob@contoso.com", Some(Kind::Account)),
            ("ws1.contoso.com", Some(Kind::Host)),
            ("https://contoso.com/a?b=c", Some(Kind::Url)),
            ("C:\\Program Files\\a b.exe", Some(Kind::Path)),
            ("\\\\server\\share", Some(Kind::Path)),
            ("HKLM\\SOFTWARE\\x", Some(Kind::Path)),
            ("/usr/bin/python3", Some(Kind::Path)),
            ("d41d8cd98f00b204e9800998ecf8427e", Some(Kind::Hash)),
            ("00-11-22-33-44-55", Some(Kind::Mac)),
            ("2024-01-31T23:59:59.123Z", Some(Kind::Keep)),
            ("2024-01-31 23:59:59", Some(Kind::Keep)),
            ("{\"a\":1}", Some(Kind::Json)),
            ("C:\\Windows\\cmd.exe /c dir", None),
            ("C:\\Windows\\cmd.exe run.bat", None),
            ("net user", None),
            ("", None),
            ("{", None),
            ("2024-13-31", None),
            ("/c", None),
        ] {
            assert_eq!(kind_of(value, Settings::default()), kind, "{value}");
        }
    }
}
