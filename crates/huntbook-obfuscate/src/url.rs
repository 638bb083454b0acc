//! URLs and URIs: the same components afterwards.
//!
//! Scheme, port, depth, keys and separators of the query, public words and extensions of the path (see
//! [`segment`](crate::segment)) and the public suffix of the host stay. The user is a label and the password a
//! token, the host is a host, segments of the path are labels; values of the query go by their content: an
//! address, UUID, hash, e-mail address, host, URL or path through the map of its kind, a number of six or more
//! digits through that of numbers, all else is a token. What is percent-encoded is decoded once and encoded
//! again. Defanged spellings (`hxxp://a[.]b`) stay defanged.
//!
//! A scheme that is not public becomes a label. A text that is no URL is a host, a path or a token.

use std::sync::Arc;

use crate::composed::Compose;
use crate::host;
use crate::ip;
use crate::label::{Composition, LabelTokens};
use crate::path::{self, Paths};
use crate::percent;
use crate::public_names::{OPAQUE_SCHEMES, SCHEMES};
use crate::segment::{Segments, Words, image};

/// How deep URLs inside of URLs are taken apart.
const MOST_LEVELS: u32 = 3;

/// The longest key of a query that stays.
const LONGEST_KEY: usize = 40;

/// URLs as text.
pub(crate) struct Urls {
    segments: Arc<Segments>,
    paths: Arc<Paths>,
}

impl Urls {
    pub(crate) fn new(segments: Arc<Segments>, paths: Arc<Paths>) -> Self {
        Self { segments, paths }
    }

    fn url(&self, text: &str, level: u32, out: &mut Composition) {
        if level > MOST_LEVELS {
            self.segments.token(text, out);
        } else if let Some((scheme, mark, rest)) = split_scheme(text) {
            if SCHEMES.contains(scheme) {
                out.keep(scheme);
            } else {
                out.replace(scheme);
            }
            out.keep(mark);
            let is_file = scheme.eq_ignore_ascii_case("file");
            let is_directory =
                ["ldap", "ldaps", "gc"].iter().any(|known| known.eq_ignore_ascii_case(scheme));
            let (authority, rest) = split_authority(rest);
            self.authority(authority, out);
            if is_file {
                self.file(rest, level, out);
            } else if is_directory {
                self.directory(rest, level, out);
            } else {
                self.resource(rest, level, out);
            }
        } else if let Some((scheme, rest)) = split_opaque(text) {
            out.keep(scheme);
            out.keep(":");
            self.opaque(scheme, rest, level, out);
        } else {
            self.relative(text, level, out);
        }
    }

    /// Composes `user:password@host:port`.
    fn authority(&self, authority: &str, out: &mut Composition) {
        let host = match authority.rsplit_once('@') {
            Some((user, host)) => {
                let (user, password) = user.split_at(user.find(':').unwrap_or(user.len()));
                self.decoded(user, out, |user, out| self.segments.user(user, out));
                if let Some(password) = password.strip_prefix(':') {
                    out.keep(":");
                    self.secret(password, out);
                }
                out.keep("@");
                host
            }
            None => authority,
        };
        let (host, port) = if ip::is_ip(host) { (host, "") } else { split_port(host) };
        self.host(host, out);
        out.keep(port);
    }

    fn host(&self, host: &str, out: &mut Composition) {
        let dots: Vec<&str> =
            dots(host).map(|(place, length)| &host[place..place + length]).collect();
        if dots.iter().all(|dot| *dot == ".") {
            self.decoded(host, out, |host, out| self.segments.hosts.compose(host, out));
            return;
        }
        let fanged = fang(host);
        let image = self.segments.render(out, |out| self.segments.hosts.compose(&fanged, out));
        if image.matches('.').count() == dots.len() {
            for (place, part) in image.split('.').enumerate() {
                if place > 0 {
                    out.keep(dots[place - 1]);
                }
                out.keep(part);
            }
        } else {
            out.keep(&image);
        }
    }

    /// Composes what follows the authority: path, query, fragment.
    fn resource(&self, text: &str, level: u32, out: &mut Composition) {
        let (path, rest) = text.split_at(text.find(['?', '#']).unwrap_or(text.len()));
        let mut is_user = false;
        for (place, segment) in path.split('/').enumerate() {
            if place > 0 {
                out.keep("/");
            }
            self.segment(segment, is_user, level, out);
            is_user = segment.eq_ignore_ascii_case("users") || segment.eq_ignore_ascii_case("home");
        }
        self.query_and_fragment(rest, level, out);
    }

    /// Composes a segment of a path and its parameters.
    fn segment(&self, segment: &str, is_user: bool, level: u32, out: &mut Composition) {
        let (name, parameters) = segment.split_at(segment.find(';').unwrap_or(segment.len()));
        self.decoded(name, out, |name, out| {
            if matches!(name, "." | ".." | "*") {
                out.keep(name);
            } else if is_user && !is_action(name) {
                self.segments.user(name, out);
            } else if let Some(user) = name.strip_prefix('~') {
                out.keep("~");
                self.segments.user(user, out);
            } else if name.contains(['/', '\\']) {
                self.value(name, level, out);
            } else {
                self.segments.compose(name, Words::Url, out);
            }
        });
        self.parameters(parameters, level, out);
    }

    fn query_and_fragment(&self, text: &str, level: u32, out: &mut Composition) {
        let (query, fragment) = text.split_at(text.find('#').unwrap_or(text.len()));
        self.parameters(query, level, out);
        if let Some(fragment) = fragment.strip_prefix('#') {
            out.keep("#");
            self.secret(fragment, out);
        }
    }

    /// Composes `?key=value&key=value`, where `;` separates, too.
    fn parameters(&self, text: &str, level: u32, out: &mut Composition) {
        let is_separator = |letter: char| matches!(letter, '?' | '&' | ';');
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.find(is_separator).unwrap_or(rest.len());
            let (parameter, tail) = rest.split_at(end);
            match parameter.split_once('=') {
                Some((key, value)) => {
                    if self.is_public_key(key) {
                        out.keep(key);
                    } else {
                        self.decoded(key, out, |key, out| self.value(key, level, out));
                    }
                    out.keep("=");
                    self.decoded(value, out, |value, out| self.value(value, level, out));
                }
                None => self.decoded(parameter, out, |value, out| self.value(value, level, out)),
            }
            let separator = usize::from(!tail.is_empty());
            out.keep(&tail[..separator]);
            rest = &tail[separator..];
        }
    }

    /// Whether `key` is a word that a service chose rather than a value.
    fn is_public_key(&self, key: &str) -> bool {
        key.len() <= LONGEST_KEY
            && key.bytes().filter(u8::is_ascii_digit).count() < 6
            && key.bytes().all(|byte| {
                byte.is_ascii_alphanumeric()
                    || matches!(byte, b'_' | b'-' | b'.' | b'[' | b']' | b'$' | b':')
            })
            && !host::is_fqdn(key)
            && !self.segments.identifier(key, &mut Composition::default())
    }

    /// Composes the value of a parameter by its content.
    fn value(&self, value: &str, level: u32, out: &mut Composition) {
        let is_number = || value.bytes().all(|byte| byte.is_ascii_digit());
        let is_word = || {
            value
                .chars()
                .all(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-' | '$'))
        };
        if value.is_empty() || self.segments.identifier(value, out) {
        } else if value.len() >= 6 && is_number() {
            image(&*self.segments.numbers, value, out);
        } else if split_scheme(value).is_some() || split_opaque(value).is_some() {
            self.url(value, level + 1, out);
        } else if host::is_fqdn(value) {
            self.segments.hosts.compose(value, out);
        } else if path::is_path_like(value) {
            self.paths.compose(value, out);
        } else if is_word() {
            out.unrecorded(|out| out.replace(value));
        } else {
            self.secret(value, out);
        }
    }

    /// Replaces `text` by a token; what it was is not looked for elsewhere.
    fn secret(&self, text: &str, out: &mut Composition) {
        if !text.is_empty() {
            out.unrecorded(|out| self.segments.token(text, out));
        }
    }

    /// Composes `text`, decoded first and encoded again if it is encoded.
    fn decoded(
        &self,
        text: &str,
        out: &mut Composition,
        compose: impl FnOnce(&str, &mut Composition),
    ) {
        let Some(decoded) = percent::decode(text) else {
            compose(text, out);
            return;
        };
        let image = self.segments.render(out, |out| compose(&decoded, out));
        let mut encoded = String::with_capacity(image.len());
        percent::encode(&image, text, &mut encoded);
        out.keep(&encoded);
    }

    /// Composes the path of a `file` URL.
    fn file(&self, text: &str, level: u32, out: &mut Composition) {
        let (path, rest) = text.split_at(text.find(['?', '#']).unwrap_or(text.len()));
        self.decoded(path, out, |path, out| self.paths.compose(path, out));
        self.query_and_fragment(rest, level, out);
    }

    /// Composes the distinguished name of an `ldap` URL.
    fn directory(&self, text: &str, level: u32, out: &mut Composition) {
        let (path, rest) = text.split_at(text.find(['?', '#']).unwrap_or(text.len()));
        let (slash, name) = path.split_at(usize::from(path.starts_with('/')));
        if is_distinguished_name(&percent::decode(name).unwrap_or_else(|| name.to_owned())) {
            out.keep(slash);
            self.decoded(name, out, |name, out| self.distinguished_name(name, out));
            self.query_and_fragment(rest, level, out);
        } else {
            self.resource(text, level, out);
        }
    }

    fn distinguished_name(&self, name: &str, out: &mut Composition) {
        let parts: Vec<(&str, &str)> =
            name.split(',').filter_map(|part| part.split_once('=')).collect();
        let is_domain = |key: &str| key.trim().eq_ignore_ascii_case("dc");
        let labels: Vec<&str> =
            parts.iter().filter(|(key, _)| is_domain(key)).map(|(_, value)| *value).collect();
        let domain =
            self.segments.render(out, |out| self.segments.hosts.compose(&labels.join("."), out));
        let mut images: Vec<&str> = domain.split('.').collect();
        if images.len() != labels.len() || labels.iter().any(|label| label.contains('.')) {
            images.clear();
        }
        let mut images = images.into_iter();
        for (place, (key, value)) in parts.iter().enumerate() {
            if place > 0 {
                out.keep(",");
            }
            out.keep(key);
            out.keep("=");
            match is_domain(key).then(|| images.next()).flatten() {
                Some(image) => out.keep(image),
                None if value.is_empty() => {}
                None => self.segments.user(value, out),
            }
        }
    }

    /// Composes what follows the scheme of a URI that has no authority.
    fn opaque(&self, scheme: &str, rest: &str, level: u32, out: &mut Composition) {
        let is = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(scheme));
        if is(&["mailto", "sip", "sips", "xmpp", "skype"]) {
            let (names, query) = rest.split_at(rest.find(['?', ';']).unwrap_or(rest.len()));
            for (place, name) in names.split(',').enumerate() {
                if place > 0 {
                    out.keep(",");
                }
                self.decoded(name, out, |name, out| self.segments.accounts.compose(name, out));
            }
            self.parameters(query, level, out);
        } else if is(&["view-source", "blob", "jdbc"]) && split_scheme(rest).is_some() {
            self.url(rest, level + 1, out);
        } else if is(&["about", "chrome", "edge"]) && rest.len() <= 16 && self.is_public_word(rest)
        {
            out.keep(rest);
        } else {
            self.secret(rest, out);
        }
    }

    fn is_public_word(&self, word: &str) -> bool {
        let mut composition = Composition::default();
        self.segments.compose(word, Words::Url, &mut composition);
        word == "blank" || composition.is_text(word)
    }

    /// Composes a text without a scheme.
    fn relative(&self, text: &str, level: u32, out: &mut Composition) {
        let fanged = fang(text);
        if fanged.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
            self.segments.token(text, out);
            return;
        }
        let (slashes, rest) = match text.strip_prefix("//") {
            Some(rest) => ("//", rest),
            None => ("", text),
        };
        let (authority, path) = split_authority(rest);
        let name = fang(authority.rsplit_once('@').map_or(authority, |(_, host)| host));
        let (host, port) = split_port(&name);
        let is_host = ip::is_ip(&name) || ip::is_ip(host) || host::is_fqdn(host);
        if !authority.is_empty() && (is_host || !slashes.is_empty()) {
            out.keep(slashes);
            self.authority(authority, out);
            self.resource(path, level, out);
        } else if text.starts_with('/')
            || text.starts_with("./")
            || text.starts_with("../")
            || text.starts_with('?')
        {
            self.resource(text, level, out);
        } else if path::is_path_like(text) {
            self.paths.compose(text, out);
        } else if path.is_empty() && !host.contains(['=', '&', ':']) && !authority.contains('@') {
            self.segments.hosts.compose(host, out);
            out.keep(port);
        } else {
            self.segments.token(text, out);
        }
    }
}

impl Compose for Urls {
    fn compose(&self, text: &str, out: &mut Composition) {
        self.url(text, 0, out);
    }

    fn tokens(&self) -> &LabelTokens {
        &self.segments.labels
    }
}

/// Whether a segment after `users` says what to do rather than with whom.
fn is_action(segment: &str) -> bool {
    ["me", "login", "logout", "register", "new", "search", "list", "current", "delta"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(segment))
}

/// Whether `name` is a list of attributes and values, such as `CN=Bob,DC=contoso,DC=com`.
fn is_distinguished_name(name: &str) -> bool {
    const ATTRIBUTES: [&str; 9] = ["dc", "cn", "ou", "o", "c", "l", "st", "uid", "street"];
    name.split(',').all(|part| {
        part.split_once('=').is_some_and(|(key, value)| {
            !value.contains(['/', '?', '='])
                && ATTRIBUTES.iter().any(|known| known.eq_ignore_ascii_case(key.trim()))
        })
    })
}

/// Splits `scheme`, `://` or a defanged spelling of it, and the rest.
pub(crate) fn split_scheme(text: &str) -> Option<(&str, &str, &str)> {
    const MARKS: [&str; 6] = ["://", "[://]", "[:]//", "[:/]/", ":[//]", ":\\\\"];
    let end = text.bytes().position(|byte| {
        !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'*'))
    })?;
    let (scheme, rest) = text.split_at(end);
    let mark = MARKS.iter().find(|mark| rest.starts_with(**mark))?;
    let (mark, rest) = rest.split_at(mark.len());
    // One letter is a drive.
    (scheme.len() > 1 && scheme.as_bytes()[0].is_ascii_alphabetic()).then_some((scheme, mark, rest))
}

/// Splits a public scheme that has no authority, and what follows its colon.
fn split_opaque(text: &str) -> Option<(&str, &str)> {
    text.split_once(':').filter(|(scheme, _)| OPAQUE_SCHEMES.contains(scheme))
}

/// Splits before the path, query or fragment.
fn split_authority(text: &str) -> (&str, &str) {
    text.split_at(text.find(['/', '?', '#', '\\', ';']).unwrap_or(text.len()))
}

/// Splits off `:port`.
fn split_port(host: &str) -> (&str, &str) {
    // `[:]` defangs the colon.
    match host.rfind(':') {
        Some(colon) => {
            let defanged = host[..colon].ends_with('[') && host[colon + 1..].starts_with(']');
            let (from, to) = if defanged { (colon - 1, colon + 2) } else { (colon, colon + 1) };
            let port = &host[to..];
            if port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit()) {
                host.split_at(from)
            } else {
                (host, "")
            }
        }
        None => (host, ""),
    }
}

/// Defanged spellings of the dot.
const DOTS: [&str; 5] = ["[.]", "(.)", "{.}", "[dot]", "(dot)"];

/// Where the dots of `host` are, and how long each is.
fn dots(host: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut place = 0;
    std::iter::from_fn(move || {
        while place < host.len() {
            let rest = &host.as_bytes()[place..];
            let length = DOTS
                .iter()
                .find(|dot| {
                    rest.get(..dot.len())
                        .is_some_and(|text| text.eq_ignore_ascii_case(dot.as_bytes()))
                })
                .map_or(usize::from(rest[0] == b'.'), |dot| dot.len());
            place += length.max(1);
            if length > 0 {
                return Some((place - length, length));
            }
        }
        None
    })
}

/// `host` with plain dots.
fn fang(host: &str) -> String {
    let mut fanged = String::with_capacity(host.len());
    let mut from = 0;
    for (place, length) in dots(host) {
        fanged.push_str(&host[from..place]);
        fanged.push('.');
        from = place + length;
    }
    fanged.push_str(&host[from..]);
    fanged
}
