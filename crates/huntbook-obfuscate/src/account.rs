//! User and machine accounts in all their spellings.
//!
//! | spelling | what happens |
//! |---|---|
//! | `DOMAIN\user`, `DOMAIN/user` | the domain as a host, the user as a label |
//! | `user@domain` | the same, so both spellings of a person share the token of `user` |
//! | `user_home.com#EXT#@tenant.com` | user, home and tenant domain |
//! | `live.com#user@domain` | the provider as a host, the rest as above |
//! | `HOST1$` | the token of `HOST1`, and `$` |
//! | `class/host`, `class/host@REALM` | service principal names: the class stays, the rest are hosts |
//! | `user+tag@domain`, `"user"@domain` | the tag is a label of its own, quotes stay |
//! | `Some Name <user@domain>`, `a@x; b@y`, `SMTP:user@domain` | each word of the name a label, each address as above |
//! | a SID, a UUID | the maps of those kinds |
//! | anything else | one label |
//!
//! Names that are the same everywhere (`NT AUTHORITY\SYSTEM`, `Administrator`, `krbtgt`) stay.

use std::sync::Arc;

use crate::composed;
use crate::host::{self, Hosts};
use crate::label::{Composition, LabelTokens, Lesson};
use crate::mail::{self, Piece};
use crate::sid::Sids;
use crate::transform::{Texts, Transform, canonical_identifier, is_placeholder, is_same_name};
use crate::uuid::Uuids;
use crate::{sid, uuid, well_known};

const GUEST_MARK: &str = "#EXT#";

/// Accounts as text.
pub(crate) struct Accounts {
    labels: Arc<LabelTokens>,
    hosts: Arc<Hosts>,
    sids: Arc<Sids>,
    uuids: Arc<Uuids>,
}

impl Accounts {
    pub(crate) fn new(
        labels: Arc<LabelTokens>,
        hosts: Arc<Hosts>,
        sids: Arc<Sids>,
        uuids: Arc<Uuids>,
    ) -> Self {
        Self { labels, hosts, sids, uuids }
    }

    #[inline]
    pub(crate) fn compose(&self, text: &str, out: &mut Composition) {
        let mut marks = 0;
        for byte in text.bytes() {
            marks |= MARKS[usize::from(byte)];
        }
        let may_be_identifier = matches!(text.as_bytes(), [b'S' | b's' | b'%', b'-' | b'{', ..])
            || (32..=45).contains(&text.len());
        match marks {
            _ if may_be_identifier => self.compose_other(text, out),
            0 if !text.is_empty() => out.label(text),
            BACKSLASH | AT if !well_known::is_name(text) => {
                let mark = if marks == AT { b'@' } else { b'\\' };
                let place = text.bytes().position(|byte| byte == mark).unwrap_or_default();
                let (left, right) = (&text[..place], &text[place + 1..]);
                if right.bytes().any(|byte| byte == mark) {
                    self.compose_other(text, out);
                } else if marks == AT {
                    compose_user(left, out);
                    out.keep("@");
                    self.domain(right, out);
                } else {
                    self.domain(left, out);
                    out.keep("\\");
                    compose_user(right, out);
                }
            }
            _ => self.compose_other(text, out),
        }
    }

    #[inline]
    fn domain(&self, name: &str, out: &mut Composition) {
        if well_known::is_name(name) {
            out.keep(name);
        } else {
            self.hosts.compose(name, out);
        }
    }

    /// Composes an account of any form.
    fn compose_other(&self, text: &str, out: &mut Composition) {
        if let Some(image) = self.identifier(text) {
            out.image(text, &image);
            return;
        }
        match mail::split(text) {
            Some(pieces) => {
                pieces.into_iter().flat_map(piece_parts).for_each(|part| self.part(part, out));
            }
            None => parts(text).into_iter().for_each(|part| self.part(part, out)),
        }
    }

    #[inline]
    fn part(&self, part: Part<'_>, out: &mut Composition) {
        match part {
            Part::Keep(text) => out.keep(text),
            Part::User(label) => out.label(label),
            Part::Domain(name) => self.domain(name, out),
        }
    }

    /// The image of a SID or UUID that stands where an account is expected.
    fn identifier(&self, text: &str) -> Option<String> {
        match text.as_bytes() {
            [b'S' | b's' | b'%', b'-' | b'{', ..] => self.sids.obfuscate(text),
            bytes if (32..=45).contains(&bytes.len()) => self.uuids.obfuscate(text),
            _ => None,
        }
    }
}

impl Transform for Accounts {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        let mut composition = Composition::with_capacity(texts.len());
        for text in texts {
            self.compose(text, &mut composition);
            composition.end_row();
        }
        self.labels.write(&composition, out);
    }

    fn is_public(&self, text: &str) -> bool {
        is_placeholder(text) || is_fixed(text)
    }

    fn sensitive_parts(&self, text: &str, found: &mut dyn FnMut(&str)) {
        sensitive_labels(text).for_each(&mut *found);
        canonical_identifier(text, found);
        found(text);
    }

    fn lessons(&self, texts: &[&str], lesson: &mut dyn FnMut(usize, Lesson)) {
        composed::lessons(texts, lesson, |text, out| self.compose(text, out));
    }

    fn write_and_teach(
        &self,
        texts: &[&str],
        out: &mut Texts,
        lesson: &mut dyn FnMut(usize, Lesson),
    ) {
        let compose = |text: &str, out: &mut Composition| self.compose(text, out);
        composed::write_and_teach(&self.labels, texts, out, lesson, compose);
    }

    fn is_same(&self, left: &str, right: &str) -> bool {
        is_same_name(left, right)
    }
}

const BACKSLASH: u8 = 1;
const AT: u8 = 2;
const OTHER: u8 = 4;

/// Which bytes divide an account.
static MARKS: [u8; 256] = {
    let mut marks = [0; 256];
    marks[b'\\' as usize] = BACKSLASH;
    marks[b'@' as usize] = AT;
    let others = b"#/+<>;,:\"";
    let mut place = 0;
    while place < others.len() {
        marks[others[place] as usize] = OTHER;
        place += 1;
    }
    marks
};

/// A part of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part<'t> {
    Keep(&'t str),
    User(&'t str),
    Domain(&'t str),
}

const EMPTY: Part<'static> = Part::Keep("");

/// The parts of all pieces of `text`.
fn all_parts(text: &str) -> Vec<Part<'_>> {
    match mail::split(text) {
        Some(pieces) => pieces.into_iter().flat_map(piece_parts).collect(),
        None => parts(text).to_vec(),
    }
}

fn piece_parts(piece: Piece<'_>) -> [Part<'_>; 7] {
    let part = match piece {
        Piece::Keep(text) => Part::Keep(text),
        Piece::Word(word) => Part::User(word),
        Piece::Address(address) => return parts(address),
    };
    [part, EMPTY, EMPTY, EMPTY, EMPTY, EMPTY, EMPTY]
}

/// Takes `text` apart; the parts together are the text.
fn parts(text: &str) -> [Part<'_>; 7] {
    let mut parts = [EMPTY; 7];
    if well_known::is_name(text) {
        parts[0] = Part::Keep(text);
    } else if let Some((domain, user)) = split_at(text, memchr::memchr(b'\\', text.as_bytes())) {
        parts[..3].copy_from_slice(&[Part::Domain(domain), Part::Keep("\\"), user_part(user)]);
    } else if let Some((local, domain)) = split_at(text, memchr::memrchr(b'@', text.as_bytes())) {
        split_mailbox(local, &mut parts);
        parts[5..].copy_from_slice(&[Part::Keep("@"), Part::Domain(domain)]);
    } else {
        split_local(text, &mut parts);
    }
    parts
}

/// Takes apart what stands before `@`, into the first five parts.
fn split_local<'t>(local: &'t str, parts: &mut [Part<'t>; 7]) {
    if let Some(mark) = find_ignoring_case(local, GUEST_MARK) {
        let (guest, mark) = local.split_at(mark);
        match split_at(guest, memchr::memrchr(b'_', guest.as_bytes())) {
            Some((user, home)) => {
                parts[..3].copy_from_slice(&[user_part(user), Part::Keep("_"), Part::Domain(home)]);
            }
            None => parts[0] = user_part(guest),
        }
        let (mark, rest) = mark.split_at(GUEST_MARK.len());
        parts[3..5].copy_from_slice(&[Part::Keep(mark), user_part(rest)]);
    } else if let Some((left, right)) = split_at(local, memchr::memchr(b'/', local.as_bytes())) {
        let (left, right) = if well_known::is_service_class(left) {
            (Part::Keep(left), Part::Domain(right))
        } else {
            (Part::Domain(left), user_part(right))
        };
        parts[..3].copy_from_slice(&[left, Part::Keep("/"), right]);
    } else if let Some((provider, user)) = split_at(local, memchr::memchr(b'#', local.as_bytes()))
        && host::is_fqdn(provider)
    {
        parts[..3].copy_from_slice(&[Part::Domain(provider), Part::Keep("#"), user_part(user)]);
    } else {
        parts[0] = user_part(local);
    }
}

/// Takes apart what stands before the `@` of an address: quotes and tags, too.
fn split_mailbox<'t>(local: &'t str, parts: &mut [Part<'t>; 7]) {
    let quoted = local.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
    if let Some(inner) = quoted {
        parts[..3].copy_from_slice(&[Part::Keep("\""), user_part(inner), Part::Keep("\"")]);
    } else if let Some((user, tag)) = split_at(local, memchr::memchr(b'+', local.as_bytes()))
        && !user.is_empty()
        && !local.contains(['#', '/'])
    {
        parts[..3].copy_from_slice(&[user_part(user), Part::Keep("+"), user_part(tag)]);
    } else {
        split_local(local, parts);
    }
}

#[inline]
fn compose_user(user: &str, out: &mut Composition) {
    if !user.is_empty() {
        out.label(user);
    }
}

fn user_part(user: &str) -> Part<'_> {
    if user.is_empty() { EMPTY } else { Part::User(user) }
}

fn split_at(text: &str, place: Option<usize>) -> Option<(&str, &str)> {
    let place = place?;
    Some((&text[..place], &text[place + 1..]))
}

/// Where the ASCII text `needle` stands in `text`, whatever its case.
fn find_ignoring_case(text: &str, needle: &str) -> Option<usize> {
    memchr::memchr_iter(b'#', text.as_bytes()).find(|place| {
        text.as_bytes()[*place..]
            .get(..needle.len())
            .is_some_and(|part| part.eq_ignore_ascii_case(needle.as_bytes()))
    })
}

/// Whether `text` is `user@domain` under a suffix of the public suffix list.
pub(crate) fn is_upn(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !local.contains(['@', '\\', '/', ' ', '\t']) && host::is_fqdn(domain)
    })
}

/// Whether nothing in `text` says anything about anyone.
pub(crate) fn is_fixed(text: &str) -> bool {
    if sid::is_sid(text) {
        return sid::is_fixed(text);
    }
    if let Some((value, _)) = uuid::parse(text) {
        return uuid::is_fixed(value);
    }
    all_parts(text).iter().all(|part| match part {
        Part::Keep(_) => true,
        Part::User(user) => well_known::is_name(user),
        Part::Domain(domain) => well_known::is_name(domain) || host::is_fixed(domain),
    })
}

/// The labels of `text` that are replaced.
pub(crate) fn sensitive_labels(text: &str) -> impl Iterator<Item = &str> {
    let is_identifier = sid::is_sid(text) || uuid::parse(text).is_some();
    let parts = if is_identifier { Vec::new() } else { all_parts(text) };
    parts.into_iter().flat_map(|part| {
        let (user, domain) = match part {
            Part::Keep(_) => (None, None),
            Part::User(user) => (Some(user.strip_suffix('$').unwrap_or(user)), None),
            Part::Domain(domain) => (None, Some(domain)),
        };
        let labels = domain.map(host::sensitive_labels).into_iter().flatten();
        user.filter(|user| !well_known::is_name(user)).into_iter().chain(labels)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ip::Ips;
    use crate::ipv4::Ipv4Map;
    use crate::ipv6::Ipv6Map;
    use crate::string::StringTokens;
    use crate::uuid::UuidMap;

    fn accounts() -> Accounts {
        let strings = Arc::new(StringTokens::new(&[3; 16]));
        let labels = Arc::new(LabelTokens::new(&[4; 16], &[5; 16]));
        let ips = Ips::new(Ipv4Map::new(&[1; 16]), Ipv6Map::new(&[2; 16]), Arc::clone(&strings));
        let uuids = Arc::new(UuidMap::new(&[6; 16]));
        Accounts::new(
            Arc::clone(&labels),
            Arc::new(Hosts::new(labels, Arc::new(ips), Arc::clone(&strings))),
            Arc::new(Sids::new(&[7; 16], &[8; 16], Arc::clone(&uuids), Arc::clone(&strings))),
            Arc::new(Uuids::new(uuids, strings)),
        )
    }

    fn obfuscate(text: &str) -> String {
        let mut out = Texts::default();
        accounts().write(&[text], &mut out);
        String::from_utf8(out.bytes).unwrap()
    }

    #[test]
    fn spellings_of_one_person_share_the_token() {
        let bob = obfuscate("bob");
        let contoso = obfuscate("contoso");
        assert_eq!(bob.len(), 17);
        assert_eq!(obfuscate("BOB"), bob.to_uppercase());
        assert_eq!(obfuscate("CONTOSO\\bob"), format!("{}\\{bob}", contoso.to_uppercase()));
        assert_eq!(obfuscate("contoso/bob"), format!("{contoso}/{bob}"));
        assert_eq!(obfuscate("bob@contoso.com"), format!("{bob}@{contoso}.com"));
        let guest = obfuscate("bob_contoso.com#EXT#@fabrikam.onmicrosoft.com");
        assert!(guest.starts_with(&format!("{bob}_{contoso}.com#EXT#@")), "{guest}");
        assert_eq!(
            obfuscate("live.com#bob@contoso.com").rsplit_once('#').unwrap().1,
            format!("{bob}@{contoso}.com")
        );
    }

    #[test]
    fn machine_account_has_the_token_of_its_host() {
        let host = obfuscate("HOST1");
        assert_eq!(obfuscate("HOST1$"), format!("{host}$"));
        assert!(obfuscate("CONTOSO\\HOST1$").ends_with(&format!("\\{host}$")));
        let service = obfuscate("HTTP/host1.contoso.com@CONTOSO.COM");
        assert!(service.starts_with(&format!("HTTP/{}.", host.to_lowercase())), "{service}");
        assert_eq!(service.rsplit_once('.').unwrap().1, "COM", "{service}");
    }

    #[test]
    fn well_known_names_stay() {
        for text in [
            "SYSTEM",
            "NT AUTHORITY\\SYSTEM",
            "NT AUTHORITY\\ANONYMOUS LOGON",
            "Window Manager\\DWM-1",
            "Font Driver Host\\UMFD-0",
            "-",
            "",
            "-\\-",
            "krbtgt",
            "Administrator",
            "root",
            "BUILTIN\\Administrators",
            "NT SERVICE\\TrustedInstaller",
        ] {
            assert_eq!(obfuscate(text), text);
            assert!(is_fixed(text), "{text}");
        }
        assert!(obfuscate("CONTOSO\\Administrator").ends_with("\\Administrator"));
        assert!(!is_fixed("CONTOSO\\Administrator"));
    }

    #[test]
    fn identifiers_go_through_their_own_maps() {
        let sid = obfuscate("S-1-5-21-1-2-3-1104");
        assert!(sid.starts_with("S-1-5-21-") && sid.ends_with("-1104"), "{sid}");
        let uuid = obfuscate("0f8fad5b-d9cb-469f-a165-70867728950e");
        assert!(uuid::parse(&uuid).is_some(), "{uuid}");
    }

    #[test]
    fn addresses_are_replaced_one_by_one() {
        let bob = obfuscate("bob@contoso.com");
        let (user, domain) = bob.split_once('@').unwrap();
        assert_eq!(
            obfuscate("bob+news@contoso.com"),
            format!("{user}+{}@{domain}", obfuscate("news"))
        );
        assert_eq!(obfuscate("\"bob\"@contoso.com"), format!("\"{user}\"@{domain}"));
        assert_eq!(
            obfuscate("Bob \"Stone\" <bob@contoso.com>"),
            format!("{} \"{}\" <{bob}>", obfuscate("Bob"), obfuscate("Stone"))
        );
        assert_eq!(obfuscate("bob@contoso.com; bob@contoso.com"), format!("{bob}; {bob}"));
        assert_eq!(obfuscate("SMTP:bob@contoso.com"), format!("SMTP:{bob}"));
        assert_eq!(obfuscate("sip:bob@contoso.com"), format!("sip:{bob}"));
        let labels: Vec<&str> = sensitive_labels("Bob Stone <al+x@contoso.com>").collect();
        assert_eq!(labels, ["Bob", "Stone", "al", "x", "contoso"]);
    }

    #[test]
    fn odd_accounts_are_replaced_without_harm() {
        for text in [
            "a@b@c",
            "a\\b\\c",
            "@",
            "\\",
            "\\\\",
            "/",
            "#EXT#",
            "@contoso.com",
            "bob@",
            "é\\ü",
            "CN=Bob,OU=x",
            "<@>",
            "a@b, <",
            ":@,;",
            "+@x",
            "\"@x",
        ] {
            let image = obfuscate(text);
            assert_eq!(image == text, is_fixed(text), "{text} -> {image}");
        }
    }
}
