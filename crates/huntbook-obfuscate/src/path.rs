//! Paths of Windows, Unix and the registry, and file names.
//!
//! Separators, drive, device, depth and environment variables stay, and so do public names and extensions (see
//! [`segment`](crate::segment)). The folder below `Users`, `home` or `Documents and Settings` is an
//! account, the server of `\\server\share` a host, all other segments are labels.

use std::sync::Arc;

use crate::composed::Compose;
use crate::label::{Composition, LabelTokens};
use crate::public_names::{ENVIRONMENT, EXTENSIONS, SEGMENTS};
use crate::segment::{Segments, Words};

/// Paths as text.
pub(crate) struct Paths {
    segments: Arc<Segments>,
}

impl Paths {
    pub(crate) fn new(segments: Arc<Segments>) -> Self {
        Self { segments }
    }

    /// Composes the segments of `path`; `expected` says what its first one is.
    fn segments(&self, path: &str, mut expected: Expected, out: &mut Composition) {
        let mut rest = path;
        let mut is_first = true;
        loop {
            let end = memchr::memchr2(b'\\', b'/', rest.as_bytes()).unwrap_or(rest.len());
            let (segment, tail) = rest.split_at(end);
            expected = self.segment(segment, expected, is_first, tail.is_empty(), out);
            if tail.is_empty() {
                return;
            }
            out.keep(&tail[..1]);
            rest = &tail[1..];
            is_first &= segment.is_empty();
        }
    }

    /// Composes one segment, and says what follows it.
    fn segment(
        &self,
        segment: &str,
        expected: Expected,
        is_first: bool,
        is_last: bool,
        out: &mut Composition,
    ) -> Expected {
        match expected {
            _ if segment.is_empty() => return expected,
            Expected::Namespace if segment.eq_ignore_ascii_case("UNC") => {
                out.keep(segment);
                return Expected::Host;
            }
            Expected::Host => self.host(segment, out),
            Expected::User if is_last && has_public_extension(segment) => {
                self.plain(segment, is_first, out);
            }
            Expected::User => self.user(segment, out),
            Expected::Namespace | Expected::Any => self.plain(segment, is_first, out),
        }
        if holds_users(segment) { Expected::User } else { Expected::Any }
    }

    /// Composes `server` or `server@SSL@port`.
    fn host(&self, segment: &str, out: &mut Composition) {
        let (host, port) = segment.split_at(segment.find('@').unwrap_or(segment.len()));
        let is_port = port.split('@').all(|part| {
            part.eq_ignore_ascii_case("ssl")
                || part.len() <= 5 && part.bytes().all(|byte| byte.is_ascii_digit())
        });
        if is_port && !host.is_empty() {
            self.segments.hosts.compose(host, out);
            out.keep(port);
        } else {
            self.segments.token(segment, out);
        }
    }

    fn user(&self, segment: &str, out: &mut Composition) {
        match variable(segment) {
            Some((variable, "")) if is_known_variable(variable) => out.keep(segment),
            _ => self.segments.user(segment, out),
        }
    }

    fn plain(&self, segment: &str, is_first: bool, out: &mut Composition) {
        if is_first && is_drive(segment) {
            let (drive, rest) = segment.split_at(2);
            out.keep(drive);
            self.streams(rest, out);
        } else if let Some((variable, rest)) = variable(segment) {
            if is_known_variable(variable) {
                out.keep(variable);
            } else {
                out.keep("%");
                out.label(&variable[1..variable.len() - 1]);
                out.keep("%");
            }
            self.streams(rest, out);
        } else if is_known_shell_variable(segment) || matches!(segment, "~" | "?" | "??" | "*") {
            out.keep(segment);
        } else if let Some(name) = segment.strip_prefix("~$") {
            // The lock file that an office program puts beside a document.
            out.keep("~$");
            self.streams(name, out);
        } else if let Some(user) = segment.strip_prefix('~').filter(|_| is_first)
            && !has_public_extension(segment)
            && !segment.contains(':')
        {
            out.keep("~");
            self.segments.user(user, out);
        } else {
            self.streams(segment, out);
        }
    }

    /// Composes a file name and its alternate data streams.
    fn streams(&self, name: &str, out: &mut Composition) {
        for (place, part) in name.split(':').enumerate() {
            if place > 0 {
                out.keep(":");
            }
            self.segments.compose(part, Words::Path, out);
        }
    }
}

impl Compose for Paths {
    fn compose(&self, text: &str, out: &mut Composition) {
        let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        let path = quoted.unwrap_or(text);
        let quote = if quoted.is_some() { "\"" } else { "" };
        out.keep(quote);
        let bytes = path.as_bytes();
        if let [b'\\', b'\\', mark @ (b'?' | b'.'), b'\\', ..] = bytes {
            out.keep(&path[..2]);
            out.keep(if *mark == b'?' { "?" } else { "." });
            out.keep("\\");
            self.segments(&path[4..], Expected::Namespace, out);
        } else if let [b'\\', b'?', b'?', b'\\', ..] = bytes {
            out.keep(&path[..4]);
            self.segments(&path[4..], Expected::Namespace, out);
        } else if is_network(path) {
            out.keep(&path[..2]);
            self.segments(&path[2..], Expected::Host, out);
        } else {
            self.segments(path, Expected::Any, out);
        }
        out.keep(quote);
    }

    fn tokens(&self) -> &LabelTokens {
        &self.segments.labels
    }
}

/// What the next segment is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Expected {
    Any,
    /// A drive, a device or `UNC`.
    Namespace,
    Host,
    User,
}

/// Whether the folders in `folder` are named by users.
pub(crate) fn holds_users(folder: &str) -> bool {
    ["users", "home", "documents and settings", "docume~1"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(folder))
}

/// Whether `text` looks like a path rather than a name or a sentence.
pub(crate) fn is_path_like(text: &str) -> bool {
    is_drive(text)
        || text.starts_with('~')
        || memchr::memchr2(b'/', b'\\', text.as_bytes()).is_some()
}

/// Whether `path` begins with two separators and a server.
fn is_network(path: &str) -> bool {
    let Some(rest) = path.strip_prefix("\\\\").or_else(|| path.strip_prefix("//")) else {
        return false;
    };
    let server = rest.split(['\\', '/']).next().unwrap_or_default();
    // `//usr/bin` is a path of Unix.
    !server.is_empty() && (path.starts_with('\\') || !SEGMENTS.contains(server))
}

fn is_drive(segment: &str) -> bool {
    matches!(segment.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

fn has_public_extension(segment: &str) -> bool {
    segment
        .rsplit_once('.')
        .is_some_and(|(stem, extension)| !stem.is_empty() && EXTENSIONS.contains(extension))
}

/// Splits off a leading `%NAME%`.
fn variable(segment: &str) -> Option<(&str, &str)> {
    let end = segment.strip_prefix('%')?.find('%')? + 2;
    (end > 2).then(|| segment.split_at(end))
}

fn is_known_variable(variable: &str) -> bool {
    ENVIRONMENT.contains(variable.trim_matches('%'))
}

/// Whether `segment` is `$NAME`, `${NAME}` or `$env:NAME` of a known variable.
fn is_known_shell_variable(segment: &str) -> bool {
    let Some(name) = segment.strip_prefix('$') else { return false };
    let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
    let name = match name.get(..4) {
        Some(prefix) if prefix.eq_ignore_ascii_case("env:") => &name[4..],
        _ => name,
    };
    ENVIRONMENT.contains(name)
}
