//! Candidates: what stands at a place of a text and is of a kind of its own.
//!
//! Each finder looks at one place, where nothing of a word stands before, and says where its kind ends.

use super::class::{self, BACKSLASH, DIGIT, DOT, JOINER, LETTER, WORD};
use super::word;
use crate::{content, host, sid, uuid, well_known};

/// Names of one dot and such an ending are rather files or members than hosts.
const FILE_ENDINGS: &[&str] = &[
    "app", "as", "by", "cab", "cc", "data", "dot", "id", "in", "inc", "info", "is", "it", "link",
    "map", "md", "mov", "name", "pl", "prof", "ps", "pub", "py", "rs", "sh", "so", "st", "to",
    "zip",
];

/// Suffixes of names that are hosts even if all their labels are public words.
const SURE_SUFFIXES: &[&str] =
    &["com", "org", "edu", "gov", "mil", "int", "net", "local", "corp", "internal"];

/// Names of hosts and accounts are not longer.
const LONGEST_NAME: usize = 256;

/// Paths in quotes are not longer.
const LONGEST_QUOTED: usize = 1024;

/// Schemes of URLs are not longer.
const LONGEST_SCHEME: usize = 20;

/// Where `count` groups of hexadecimal digits of `width`, joined by `joiner`, end.
fn groups_end(bytes: &[u8], at: usize, count: usize, width: usize, joiner: u8) -> Option<usize> {
    let end = at + count * (width + 1) - 1;
    let fits = bytes.get(at..end)?.iter().enumerate().all(|(place, byte)| {
        if place % (width + 1) == width { *byte == joiner } else { byte.is_ascii_hexdigit() }
    });
    (fits && !continues(bytes, end, joiner)).then_some(end)
}

/// Whether what ends at `end` goes on there.
fn continues(bytes: &[u8], end: usize, joiner: u8) -> bool {
    class::is_at(bytes, end, WORD)
        || bytes.get(end) == Some(&joiner) && class::is_at(bytes, end + 1, WORD)
}

/// A hardware address.
pub(super) fn mac_end(bytes: &[u8], at: usize) -> Option<usize> {
    match *bytes.get(at + 2)? {
        joiner @ (b':' | b'-') => groups_end(bytes, at, 6, 2, joiner),
        _ => groups_end(bytes, at, 3, 4, b'.'),
    }
}

/// A UUID with its dashes.
pub(super) fn uuid_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    (bytes.get(at + 8) == Some(&b'-')).then_some(())?;
    let end = at + 36;
    uuid::parse(text.get(at..end)?)?;
    (!class::is_at(bytes, end, WORD)).then_some(end)
}

/// A security identifier.
pub(super) fn sid_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    matches!(bytes[at..], [b'S' | b's', b'-', b'1', b'-', ..]).then_some(())?;
    let rest =
        bytes[at + 4..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'-').count();
    let mut end = at + 4 + rest;
    while bytes[end - 1] == b'-' {
        end -= 1;
    }
    (sid::is_sid(&text[at..end]) && !class::is_at(bytes, end, WORD)).then_some(end)
}

/// An IPv4 address, or what looks like one, with its prefix length.
pub(super) fn ipv4_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut end = at;
    for group in 0..4 {
        if group > 0 {
            (*bytes.get(end)? == b'.').then(|| end += 1)?;
        }
        let digits = bytes[end..].iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
        (1..=3).contains(&digits).then(|| end += digits)?;
    }
    if continues(bytes, end, b'.') {
        return None;
    }
    if bytes.get(end) == Some(&b'/') {
        let digits =
            bytes[end + 1..].iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
        if (1..=2).contains(&digits) && !class::is_at(bytes, end + 1 + digits, WORD) {
            return Some(end + 1 + digits);
        }
    }
    Some(end)
}

/// An IPv6 address, with its zone or prefix length.
pub(super) fn ipv6_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if at > 0 && matches!(bytes[at - 1], b']' | b')') {
        return None;
    }
    let is_part = |byte: &&u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let length = bytes[at..].iter().take(46).take_while(is_part).count();
    let mut end = at + length;
    while end > at
        && (bytes[end - 1] == b'.' || bytes[end - 1] == b':' && !bytes[..end].ends_with(b"::"))
    {
        end -= 1;
    }
    (length > 2 && memchr::memchr_iter(b':', &bytes[at..end]).count() >= 2).then_some(())?;
    text[at..end].parse::<std::net::Ipv6Addr>().ok()?;
    if class::is_at(bytes, end, WORD) {
        return None;
    }
    match bytes.get(end) {
        Some(b'%') => {
            let zone =
                bytes[end + 1..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            Some(if zone > 0 { end + 1 + zone } else { end })
        }
        Some(b'/') => {
            let digits = bytes[end + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            Some(if (1..=3).contains(&digits) { end + 1 + digits } else { end })
        }
        _ => Some(end),
    }
}

/// An e-mail address or user principal name.
pub(super) fn email_end(bytes: &[u8], at: usize, atom: usize) -> Option<usize> {
    let atom = atom.min(at + LONGEST_NAME);
    let is_local = |byte: &&u8| {
        class::of(**byte) & (WORD | DOT | JOINER) != 0
            || matches!(byte, b'+' | b'#' | b'$' | b'~' | b'&')
    };
    let sign = at + bytes[at..atom].iter().take_while(is_local).count();
    (sign > at && bytes.get(sign) == Some(&b'@')).then_some(())?;
    let is_domain = |byte: &&u8| class::of(**byte) & (WORD | DOT | JOINER) != 0;
    let mut end = sign + 1 + bytes[sign + 1..].iter().take_while(is_domain).count();
    while end > at && class::of(bytes[end - 1]) & (DOT | JOINER) != 0 {
        end -= 1;
    }
    (end > sign + 1).then_some(end)
}

/// `DOMAIN\user`; a relative path is none.
pub(super) fn account_end(text: &str, at: usize, atom: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if at > 0 && matches!(bytes[at - 1], b'\\' | b'/' | b':' | b'%' | b'$') {
        return None;
    }
    let atom = atom.min(at + LONGEST_NAME);
    let is_name = |byte: &&u8| class::of(**byte) & (WORD | DOT | JOINER) != 0;
    let mark = at + bytes[at..atom].iter().take_while(is_name).count();
    (mark > at && bytes.get(mark) == Some(&b'\\') && class::is_at(bytes, mark + 1, WORD))
        .then_some(())?;
    let is_user = |byte: &&u8| is_name(byte) || **byte == b'$';
    let mut end = mark + 1 + bytes[mark + 1..].iter().take_while(is_user).count();
    while bytes[end - 1] == b'.' {
        end -= 1;
    }
    if class::is_at(bytes, end, BACKSLASH) {
        return None;
    }
    let (domain, user) = (&text[at..mark], &text[mark + 1..end]);
    if well_known::is_name(user) && word::is_public_name(domain) {
        return None;
    }
    let has_small = domain.bytes().any(|byte| byte.is_ascii_lowercase());
    let is_path = has_small && (word::is_public_name(domain) || user.contains('.'));
    (!is_path).then_some(end)
}

/// A host below a public or private suffix.
pub(super) fn host_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_part = |byte: &&u8| class::of(**byte) & (LETTER | DIGIT | DOT | JOINER) != 0;
    let mut end = at + bytes[at..].iter().take(LONGEST_NAME).take_while(is_part).count();
    while end > at && class::of(bytes[end - 1]) & (DOT | JOINER) != 0 {
        end -= 1;
    }
    if class::is_at(bytes, end, WORD) || end - at < 4 {
        return None;
    }
    let name = &text[at..end];
    let (labels, last) = name.rsplit_once('.')?;
    if last.len() < 2 || is_file_type(last) {
        return None;
    }
    let is_one_of = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(last));
    if !labels.contains('.') && is_one_of(FILE_ENDINGS) {
        return None;
    }
    if !(host::is_fqdn(name)
        || well_known::is_private_suffix(last) && labels.split('.').all(|label| !label.is_empty()))
    {
        return None;
    }
    // `System.Net` and `$user.name` are no hosts, `login.live.com` is one.
    if labels.split('.').all(word::is_public_name) {
        let is_capital = last.starts_with(|first: char| first.is_ascii_uppercase());
        if !is_one_of(SURE_SUFFIXES)
            || is_capital && name.bytes().any(|byte| byte.is_ascii_lowercase())
        {
            return None;
        }
    }
    Some(end)
}

/// Whether `ending` is that of files and of no names, so that the list of suffixes need not be searched.
fn is_file_type(ending: &str) -> bool {
    let mut lower = [0; 4];
    let Some(lower) = lower.get_mut(..ending.len()) else { return false };
    lower.copy_from_slice(ending.as_bytes());
    lower.make_ascii_lowercase();
    matches!(
        &*lower,
        b"exe"
            | b"dll"
            | b"sys"
            | b"ps1"
            | b"bat"
            | b"cmd"
            | b"log"
            | b"txt"
            | b"xml"
            | b"ini"
            | b"dat"
            | b"tmp"
            | b"evtx"
            | b"json"
            | b"vbs"
            | b"js"
            | b"db"
            | b"inf"
            | b"cpl"
            | b"ocx"
            | b"drv"
            | b"msi"
            | b"csv"
    )
}

/// A URL; where its authority begins, and where it ends.
pub(super) fn url(bytes: &[u8], at: usize, atom: usize) -> Option<(usize, usize)> {
    let near = &bytes[at..atom.min(at + LONGEST_SCHEME + 1)];
    let colon = at + memchr::memchr(b':', near)?;
    (bytes.get(colon..colon + 3)? == b"://" && content::is_scheme(&bytes[at..colon]))
        .then_some(())?;
    let authority = colon + 3;
    let is_part = |byte: &&u8| {
        **byte > b' ' && !matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'|' | b'\\' | 0x7f)
    };
    let mut end = authority + bytes[authority..].iter().take_while(is_part).count();
    while end > authority
        && matches!(bytes[end - 1], b'.' | b',' | b';' | b':' | b')' | b']' | b'}' | b'!')
    {
        end -= 1;
    }
    (end > authority).then_some((authority, end))
}

/// An absolute path of Windows, the registry or Unix.
pub(super) fn path_end(text: &str, at: usize, atom: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_windows = content::begins_windows_path(&bytes[at..]);
    if !is_windows && !content::begins_unix_path(&bytes[at..]) {
        return None;
    }
    if let Some(end) = quoted_path_end(text, at) {
        return Some(end);
    }
    // Doubled separators are those of a string in a program.
    if memchr::memmem::find(bytes.get(at + 2..atom)?, b"\\\\").is_some() {
        return None;
    }
    let mut end = atom;
    if is_windows {
        while let Some(end_of_folder) = folder_with_blank_end(bytes, end) {
            let is_part = |byte: &&u8| class::of(**byte) != 0;
            end = end_of_folder + bytes[end_of_folder..].iter().take_while(is_part).count();
        }
        // An offset into a module, as call traces have it.
        if let Some(plus) = memchr::memrchr(b'+', &bytes[at..end]) {
            let offset = &bytes[at + plus + 1..end];
            if !offset.is_empty() && offset.iter().all(u8::is_ascii_hexdigit) {
                end = at + plus;
            }
        }
    }
    while end > at && matches!(bytes[end - 1], b'.' | b':' | b'=' | b'?' | b'&') {
        end -= 1;
    }
    (end > at + 3).then_some(end)
}

/// Where a path in quotes ends, with its blanks.
fn quoted_path_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = *bytes.get(at.checked_sub(1)?)?;
    matches!(quote, b'"' | b'\'').then_some(())?;
    let near = &bytes[at..bytes.len().min(at + LONGEST_QUOTED)];
    let length = memchr::memchr3(quote, b'\n', b'\r', near)?;
    (bytes[at + length] == quote && content::is_path(&text[at..at + length])).then_some(at + length)
}

/// Where the folder ends whose name has a blank at `at`, such as `Program Files`.
fn folder_with_blank_end(bytes: &[u8], at: usize) -> Option<usize> {
    [
        (&b"Program"[..], &b" Files (x86)\\"[..]),
        (b"Program", b" Files\\"),
        (b"Documents", b" and Settings\\"),
    ]
    .iter()
    .find(|(first, rest)| {
        ends_with_ignoring_case(&bytes[..at], first)
            && bytes.get(at..at + rest.len()).is_some_and(|next| next.eq_ignore_ascii_case(rest))
    })
    .map(|(_, rest)| at + rest.len())
}

fn ends_with_ignoring_case(bytes: &[u8], end: &[u8]) -> bool {
    bytes.len().checked_sub(end.len()).is_some_and(|at| bytes[at..].eq_ignore_ascii_case(end))
}

/// The identifier of a cloud resource.
pub(super) fn resource_end(bytes: &[u8], at: usize, atom: usize) -> Option<usize> {
    let starts = |start: &[u8]| {
        bytes.get(at..at + start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start))
    };
    (starts(b"arn:aws") || starts(b"/subscriptions/") || starts(b"/providers/microsoft."))
        .then_some(())?;
    let mut end = atom;
    while matches!(bytes[end - 1], b'.' | b':' | b'=' | b'?' | b'&') {
        end -= 1;
    }
    (end > at + 8).then_some(end)
}
