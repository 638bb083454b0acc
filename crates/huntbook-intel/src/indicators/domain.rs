//! Domain and host names with a known public suffix, lower case, in ASCII (punycode).
//!
//! A name counts when the public suffix list (compiled in) knows its suffix and the name is more than
//! that suffix. In running text much else looks like a name. Skipped there, unless the name is written
//! defanged:
//!
//! | text | why it is no domain |
//! |---|---|
//! | `C:\tools\update.com`, `CONTOSO\jo.li` | stands behind a backslash path; `\\srv.contoso.com` is a domain |
//! | `/opt/run.pl` | the last part of a path with the ending of a program or an archive |
//! | `deploy.sh`, `notes.md`, `data.zip` | two labels with such an ending |
//! | `setup.com`, `chcp.com`, `command.com` | a well-known DOS program |
//! | `System.Net`, `Microsoft.Exchange` | the suffix is capitalised, the name is not all capitals |
//! | `$_.name`, `console.log(`, `str.is(` | a member of a variable, or a call |
//! | `org.apache.commons.io` | a package name: begins with a suffix and does not end in `com`, `net` or `org` |

use std::borrow::Cow;
use std::ops::Range;

use psl::Type;

/// Longest name (RFC 1035).
const LONGEST: usize = 253;

/// Bytes of the longest character in UTF-8: a longer spelling cannot become a name short enough.
const LONGEST_CHARACTER: usize = 4;

/// Suffixes that are also the endings of programs, scripts and archives.
const FILE_ENDINGS: &[&str] = &["cab", "md", "mov", "ps", "py", "sh", "so", "zip"];

/// Suffixes that are endings of files only where a path says so: much of their use is in names.
const PATH_ENDINGS: &[&str] = &["app", "cc", "pl", "rs"];

/// Programs of DOS and Windows that end in `.com`.
const DOS_PROGRAMS: &[&str] = &[
    "chcp.com",
    "command.com",
    "diskcomp.com",
    "diskcopy.com",
    "edit.com",
    "format.com",
    "graftabl.com",
    "install.com",
    "loadfix.com",
    "mode.com",
    "more.com",
    "setup.com",
    "tree.com",
    "win.com",
];

/// Suffixes of names that no public server answers for.
const PRIVATE_SUFFIXES: &[&str] = &[
    "corp",
    "example",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "private",
    "test",
];

/// `name` in lower case and ASCII without a final dot, where it has the shape of a host name of at
/// least two labels.
///
/// The suffix need not be known; see [`is_public`].
pub(crate) fn normalise(name: &str) -> Option<Cow<'_, str>> {
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.len() > LONGEST * LONGEST_CHARACTER {
        return None;
    }
    let ascii = if !name.is_ascii() || name.contains("xn--") || name.contains("XN--") {
        Cow::Owned(idna::domain_to_ascii(name).ok()?)
    } else if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    };
    (ascii.len() <= LONGEST && ascii.contains('.') && ascii.split('.').all(is_label))
        .then_some(ascii)
}

fn is_label(label: &str) -> bool {
    let bytes = label.as_bytes();
    (1..=63).contains(&bytes.len())
        && bytes[0] != b'-'
        && bytes[bytes.len() - 1] != b'-'
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Whether the public suffix list knows the suffix of a normalised `name`, and `name` is one that a
/// server can have.
pub(crate) fn is_public(name: &str) -> bool {
    match registrable(name) {
        Some(registrable) => !registrable.split('.').next().unwrap_or_default().contains('_'),
        // `s3.amazonaws.com` and `github.io` are suffixes of other people's names, and servers as well.
        None => psl::suffix(name.as_bytes())
            .is_some_and(|suffix| suffix.is_known() && suffix.typ() == Some(Type::Private)),
    }
}

/// The part of a normalised `name` that someone registered: the public suffix and one label.
pub(crate) fn registrable(name: &str) -> Option<&str> {
    let domain = psl::domain(name.as_bytes())?;
    domain.suffix().is_known().then(|| &name[name.len() - domain.as_bytes().len()..])
}

/// The names above `name`, nearest first, down to the registrable one; to two labels where the suffix
/// is unknown.
pub(crate) fn parents(name: &str) -> impl Iterator<Item = &str> {
    let shortest = registrable(name).map_or_else(
        || name.rmatch_indices('.').nth(1).map_or(name.len(), |(dot, _)| name.len() - dot - 1),
        str::len,
    );
    name.match_indices('.')
        .map(|(dot, _)| &name[dot + 1..])
        .take_while(move |parent| parent.len() >= shortest)
}

/// Whether a normalised `name` means another server in each network (`.local`, `.corp`, `.internal`
/// ...).
pub(crate) fn is_private(name: &str) -> bool {
    PRIVATE_SUFFIXES.iter().any(|suffix| {
        name.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// The name at `span` of `text` and its span without punctuation, unless what stands around says that
/// it is something else.
pub(crate) fn read(
    text: &str,
    span: &Range<usize>,
    defanged: bool,
) -> Option<(String, Range<usize>)> {
    let word = text.get(span.clone())?;
    let opened = word.trim_start_matches(['.', '-', '_']);
    let start = span.start + (word.len() - opened.len());
    let written = opened.trim_end_matches(['.', '-', '_']);
    let name = normalise(written)?;
    if !is_public(&name) {
        return None;
    }
    let span = start..start + written.len();
    (defanged || !is_something_else(text, &span, written, &name)).then(|| (name.into_owned(), span))
}

fn is_something_else(text: &str, span: &Range<usize>, written: &str, name: &str) -> bool {
    let before = text.get(..span.start).unwrap_or_default();
    let after = text.get(span.end..).unwrap_or_default();
    is_behind_backslash(before)
        || is_file_name(name, before)
        || is_capitalised(written)
        || is_package(name)
        || before.ends_with('$')
        || after.starts_with('(')
}

/// `C:\dir\name` and `DOMAIN\name`, but not the server of `\\name\share`.
fn is_behind_backslash(before: &str) -> bool {
    let start = before.trim_end_matches('\\');
    start.len() < before.len()
        && start.ends_with(|c: char| {
            c.is_alphanumeric() || matches!(c, ':' | '.' | ')' | '%' | '}' | '_' | '-' | '$' | '~')
        })
}

fn is_file_name(name: &str, before: &str) -> bool {
    let Some((stem, suffix)) = name.rsplit_once('.') else { return false };
    let in_path = before.ends_with('/') && !before.ends_with("//");
    DOS_PROGRAMS.contains(&name)
        || (FILE_ENDINGS.contains(&suffix) && (in_path || !stem.contains('.')))
        || (PATH_ENDINGS.contains(&suffix) && in_path)
}

fn is_capitalised(written: &str) -> bool {
    let suffix = written.rsplit('.').next().unwrap_or_default();
    suffix.starts_with(|c: char| c.is_ascii_uppercase())
        && written.contains(|c: char| c.is_ascii_lowercase())
}

fn is_package(name: &str) -> bool {
    const ROOTS: &[&str] = &["com.", "org.", "net.", "io.", "edu.", "gov."];
    const ENDS: &[&str] = &[".com", ".net", ".org"];
    ROOTS.iter().any(|root| name.starts_with(root)) && !ENDS.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        crate::extract(text).into_iter().map(|found| found.indicator.value).collect()
    }

    #[test]
    fn names_are_found_in_lower_case_without_the_final_dot() {
        assert_eq!(
            found("dns evil.com., EVIL.EXAMPLE.NET; Sub.evil.co.uk"),
            ["evil.com", "evil.example.net", "sub.evil.co.uk"]
        );
        assert_eq!(&"at evil.com."[crate::extract("at evil.com.")[0].span.clone()], "evil.com");
    }

    #[test]
    fn file_names_are_no_domains() {
        let text = r"setup.com foo.exe Foo.Bar.Baz deploy.sh notes.md data.zip C:\tools\update.com C:\\t\\evil.com /opt/run.pl ..\x\a.net";
        assert!(found(text).is_empty(), "{:?}", found(text));
    }

    #[test]
    fn code_is_no_domain() {
        let text = "System.Net Microsoft.Exchange $_.name console.log(1) str.is(x) org.apache.commons.io end.Next e.g. i.e. Net.WebClient";
        assert!(found(text).is_empty(), "{:?}", found(text));
    }

    #[test]
    fn a_defanged_name_is_a_domain_whatever_it_looks_like() {
        assert_eq!(
            found("setup[.]com deploy(.)sh Evil{.}Com"),
            ["setup.com", "deploy.sh", "evil.com"]
        );
    }

    #[test]
    fn servers_and_service_names_are_domains() {
        assert_eq!(
            found(r"\\srv-file-01.contoso.com\share HTTP/web.contoso.com"),
            ["srv-file-01.contoso.com", "web.contoso.com"]
        );
    }

    #[test]
    fn an_account_behind_its_nt_domain_is_no_domain() {
        assert!(found(r"CONTOSO\jo.li").is_empty());
    }

    #[test]
    fn international_names_are_punycode() {
        assert_eq!(
            found("bücher.example.com, 例え.jp, xn--bcher-kva.example"),
            ["xn--bcher-kva.example.com", "xn--r8jz45g.jp"]
        );
        assert_eq!(found("访问evil.com下载"), ["evil.com"]);
    }

    #[test]
    fn a_percent_encoded_name_is_found() {
        assert_eq!(found("u=https%3A%2F%2Fevil.com%2Fpath"), ["evil.com"]);
    }

    #[test]
    fn a_public_suffix_alone_is_no_domain_unless_a_server_has_it() {
        assert!(found("co.uk uk").is_empty());
        assert_eq!(found("s3.amazonaws.com"), ["s3.amazonaws.com"]);
    }

    #[test]
    fn parents_end_at_the_registrable_name() {
        assert_eq!(parents("a.b.evil.co.uk").collect::<Vec<_>>(), ["b.evil.co.uk", "evil.co.uk"]);
        assert!(parents("evil.github.io").next().is_none());
        assert_eq!(parents("a.srv.corp").collect::<Vec<_>>(), ["srv.corp"]);
    }

    #[test]
    fn private_names_are_told_by_their_suffix() {
        assert!(is_private("printer.local") && is_private("a.home.arpa"));
        assert!(!is_private("notlocal.com") && !is_private("xlocal"));
    }
}
