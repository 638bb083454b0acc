//! Credentials: what proves to a machine who somebody is. They are redacted, not replaced.
//!
//! Some are known by their own look, others by what stands before them: the name of a field, a switch of a
//! command line, a command.

use super::class;

/// What stands in place of a credential, in every realm.
pub(crate) const REDACTED: &str = "[redacted]";

/// Ends of names whose values are credentials, in lower case.
const KEY_ENDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "clientsecret",
    "client_secret",
    "client-secret",
    "appsecret",
    "app_secret",
    "secretkey",
    "secret_key",
    "secretaccesskey",
    "secret_access_key",
    "accountkey",
    "accesskey",
    "access_key",
    "sharedaccesskey",
    "sharedsecret",
    "shared_secret",
    "apikey",
    "api_key",
    "api-key",
    "privatekey",
    "private_key",
    "accesstoken",
    "access_token",
    "refreshtoken",
    "refresh_token",
    "idtoken",
    "id_token",
    "authtoken",
    "auth_token",
    "sessiontoken",
    "session_token",
    "securitytoken",
    "security-token",
    "sastoken",
    "x-amz-signature",
    "securestring",
];

/// Switches whose values are credentials if `:` or `=` joins them, in lower case.
const SWITCHES: &[&str] = &[
    "p", "pw", "pass", "psw", "rc4", "aes128", "aes256", "ntlm", "ntlmhash", "nthash", "ticket",
    "rp", "secret",
];

/// Names whose values are credentials if `=` joins them, in lower case.
const PARAMETERS: &[&str] =
    &["sig", "signature", "token", "secret", "pass", "passw", "sas", "code", "jwt"];

/// Commands that take a password after `-p`, `/p` or a switch of that kind.
const COMMANDS_WITH_PASSWORD: &[&str] = &[
    "psexec",
    "paexec",
    "csexec",
    "remcom",
    "sshpass",
    "plink",
    "pscp",
    "psftp",
    "putty",
    "winscp",
    "mysql",
    "smbclient",
    "smbmap",
    "rpcclient",
    "winexe",
    "wmiexec",
    "crackmapexec",
    "cme",
    "nxc",
    "netexec",
    "evil-winrm",
    "hydra",
    "medusa",
    "schtasks",
    "tasklist",
    "taskkill",
    "systeminfo",
    "driverquery",
    "eventcreate",
    "7z",
    "rar",
    "unzip",
    "zip",
    "kerbrute",
    "rubeus",
    "sqlcmd",
    "osql",
    "bcp",
    "pskill",
    "pslist",
    "psinfo",
    "psloggedon",
    "psservice",
    "xfreerdp",
    "rdesktop",
    "docker",
    "az ",
    "wmic",
    "ldapsearch",
    "bloodhound",
    "certipy",
    "ldapdomaindump",
];

/// Those that take it without a blank.
const COMMANDS_WITH_JOINED_PASSWORD: &[&str] = &["mysql", "sshpass", "7z", "rar"];

/// Commands whose `-u` or `-U` takes `user:password` or `user%password`.
const COMMANDS_WITH_PAIR: &[&str] = &["curl", "smbclient", "rpcclient", "wget"];

/// How much of a text before a switch is searched for its command.
const COMMAND_REACH: usize = 1024;

/// Beginnings of tokens of well-known services.
const TOKEN_STARTS: &[&str] = &[
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xoxr-",
    "xoxs-",
    "xapp-",
    "sk_live_",
    "rk_live_",
    "sk-ant-",
    "sk-proj-",
    "npm_",
    "pypi-",
    "dop_v1_",
    "AIza",
    "ya29",
    "SG.",
];

/// Whether values under `key` are credentials.
pub(crate) fn is_credential_key(key: &str) -> bool {
    has_key_end(key.as_bytes())
        && KEY_ENDS.iter().any(|end| ends_with(key.as_bytes(), end.as_bytes()))
}

/// Whether a word ends in three letters as one of [`KEY_ENDS`] does; most do not.
#[inline]
fn has_key_end(word: &[u8]) -> bool {
    let [.., first, second, third] = word else { return false };
    let end = [first | 0x20, second | 0x20, third | 0x20];
    [b"ord", b"swd", b"pwd", b"ase", b"ode", b"ret", b"key", b"ken", b"ure", b"ing"].contains(&&end)
}

fn ends_with(bytes: &[u8], end: &[u8]) -> bool {
    bytes.len().checked_sub(end.len()).is_some_and(|at| bytes[at..].eq_ignore_ascii_case(end))
}

fn is_one_of(name: &str, list: &[&str]) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Where the credential stands that the word between two places announces; `None` if it announces none.
#[inline]
pub(super) fn announced(text: &str, from: usize, to: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let is_switch = from > 0 && matches!(bytes[from - 1], b'-' | b'/');
    match *bytes.get(to)? {
        b' ' | b'\t' => after_blank(text, from, to, is_switch),
        next @ (b'=' | b':' | b'"' | b'\'' | b'\\' | b'>') => {
            let word = &text[from..to];
            let is_named = is_credential_key(word)
                || next == b'=' && is_one_of(word, PARAMETERS)
                || is_switch && matches!(next, b'=' | b':') && is_one_of(word, SWITCHES);
            if is_named { value_after(text, to, is_switch) } else { None }
        }
        _ => None,
    }
}

/// The password that stands at `at` behind the `p` of a switch, without a blank.
#[inline]
pub(super) fn joined(text: &str, at: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    (bytes[at] == b'p' && at > 0 && bytes[at - 1] == b'-').then_some(())?;
    let end = blank_from(bytes, at);
    (end > at + 1 && follows(text, at, COMMANDS_WITH_JOINED_PASSWORD)).then_some((at + 1, end))
}

/// What is announced by a word with a blank after it.
fn after_blank(text: &str, from: usize, to: usize, is_switch: bool) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let word = &text[from..to];
    if is_switch {
        let short = word.len() <= 4 && matches!(bytes[from] | 0x20, b'p' | b'r');
        if short && is_one_of(word, &["p", "pw", "pass", "rp"]) {
            let value = value_after(text, to, true)?;
            let is_sure = word.len() > 1 || follows(text, from, COMMANDS_WITH_PASSWORD);
            return is_sure.then_some(value);
        }
        if is_one_of(word, &["u", "user"]) && follows(text, from, COMMANDS_WITH_PAIR) {
            let start = blanks_end(bytes, to);
            let start = start + usize::from(matches!(bytes.get(start), Some(b'"' | b'\'')));
            let end = blank_from(bytes, start);
            let mark = bytes[start..end].iter().position(|byte| matches!(byte, b':' | b'%'))?;
            let end = start
                + bytes[start..end]
                    .iter()
                    .position(|byte| matches!(byte, b'"' | b'\''))
                    .unwrap_or(end - start);
            return (start + mark + 1 < end).then_some((start + mark + 1, end));
        }
    }
    match *bytes.get(from)? | 0x20 {
        b'b' if is_one_of(word, &["bearer", "basic"]) => {
            let start = blanks_end(bytes, to);
            let end = start
                + bytes[start..]
                    .iter()
                    .take_while(|byte| {
                        byte.is_ascii_alphanumeric()
                            || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_' | b'.' | b'~')
                    })
                    .count();
            let value = &bytes[start..end];
            let is_token = value.len() >= 6
                && value[1..].iter().any(|byte| !byte.is_ascii_lowercase() && *byte != b'.');
            is_token.then_some((start, end))
        }
        b'u' if is_one_of(word, &["user", "use"]) => net_password(text, from, to),
        _ if is_switch && is_credential_key(word)
            || ends_with(word.as_bytes(), b"securestring") =>
        {
            value_after(text, to, true)
        }
        _ => None,
    }
}

/// The password of `net user NAME PASSWORD` and `net use \\host\share PASSWORD`.
fn net_password(text: &str, from: usize, to: usize) -> Option<(usize, usize)> {
    let before = text[..from].trim_end().trim_end_matches('"').as_bytes();
    [&b"net"[..], b"net1", b"net.exe", b"net1.exe"]
        .iter()
        .any(|name| ends_with(before, name))
        .then_some(())?;
    let bytes = text.as_bytes();
    let is_user = to - from == 4;
    let mut at = to;
    let mut names = 0;
    loop {
        let start = blanks_end(bytes, at);
        let end = argument_end(bytes, start);
        if end == start || matches!(bytes[start], b'&' | b'|' | b'>' | b'\r' | b'\n') {
            return None;
        }
        let argument = &bytes[start..end];
        let is_other = match argument {
            [b'/', ..] | [b'*'] => true,
            [b'\\', b'\\', ..] | [b'"', b'\\', b'\\', ..] | [_, b':'] => !is_user,
            _ => false,
        };
        if !is_other {
            if !is_user || names == 1 {
                return Some((start, end));
            }
            names += 1;
        }
        at = end;
    }
}

/// The value behind the name that ends at `at`: after `=`, `:` or `>`, or after a blank if it is that of a switch.
fn value_after(text: &str, at: usize, is_switch: bool) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut start = at;
    while matches!(bytes.get(start), Some(b'"' | b'\'' | b'\\')) {
        start += 1;
    }
    start = blanks_end(bytes, start);
    let mark = bytes.get(start).copied().filter(|byte| matches!(byte, b'=' | b':' | b'>'));
    if mark.is_some() {
        start += 1;
        while matches!(bytes.get(start), Some(b'=' | b'>')) {
            start += 1;
        }
        start = blanks_end(bytes, start);
    } else if !is_switch || start == at || matches!(bytes.get(start), Some(b'-' | b'/')) {
        return None;
    }
    let (start, end) = match bytes.get(start..)? {
        [b'\\', quote @ (b'"' | b'\''), rest @ ..] => {
            (start + 2, start + 2 + memchr::memchr2(b'\\', *quote, rest).unwrap_or(rest.len()))
        }
        [quote @ (b'"' | b'\''), rest @ ..] => {
            (start + 1, start + 1 + memchr::memchr(*quote, rest).unwrap_or(rest.len()))
        }
        rest if mark == Some(b'>') => {
            (start, start + memchr::memchr(b'<', rest).unwrap_or(rest.len()))
        }
        rest => {
            let is_part = |byte: &&u8| {
                **byte > b' '
                    && !matches!(byte, b'"' | b'\'' | b'<')
                    && (mark.is_none() || !matches!(byte, b';' | b'&'))
            };
            (start, start + rest.iter().take_while(is_part).count())
        }
    };
    (end > start
        && text.is_char_boundary(end)
        && &text[start..end] != "-"
        && &text[start..end] != REDACTED)
        .then_some((start, end))
}

fn blanks_end(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

fn blank_from(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..].iter().take_while(|byte| **byte > b' ').count()
}

/// Where an argument of a command line ends, quotes and all.
fn argument_end(bytes: &[u8], at: usize) -> usize {
    let mut is_quoted = false;
    let is_part = |byte: &&u8| {
        is_quoted ^= **byte == b'"';
        is_quoted && !matches!(byte, b'\r' | b'\n') || **byte > b' '
    };
    at + bytes[at..].iter().take_while(is_part).count()
}

/// Whether one of `commands` stands in the text before `at`.
fn follows(text: &str, at: usize, commands: &[&str]) -> bool {
    let bytes = text.as_bytes();
    let lower = bytes[at.saturating_sub(COMMAND_REACH)..at].to_ascii_lowercase();
    commands.iter().any(|command| {
        memchr::memmem::find_iter(&lower, command.as_bytes())
            .any(|found| found == 0 || !lower[found - 1].is_ascii_alphanumeric())
    })
}

/// Whether a query of a URL holds a credential.
pub(super) fn is_in_query(query: &str) -> bool {
    query.split('&').any(|pair| {
        pair.split_once('=')
            .is_some_and(|(name, _)| is_one_of(name, PARAMETERS) || is_credential_key(name))
    })
}

/// Where the credential ends that begins at `at` and is known by its look.
pub(super) fn evident_end(bytes: &[u8], at: usize) -> Option<usize> {
    let is_part = |byte: &&u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'+' | b'=')
    };
    match bytes[at] {
        b'e' if bytes[at..].starts_with(b"eyJ") => {
            let is_part =
                |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
            let end = at + bytes[at..].iter().take_while(is_part).count();
            let dots = memchr::memchr_iter(b'.', &bytes[at..end]).count();
            (end - at >= 20 && (2..=4).contains(&dots)).then_some(end)
        }
        b'A' if matches!(bytes.get(at..at + 4)?, b"AKIA" | b"ASIA" | b"AROA" | b"AIDA") => {
            let length = bytes[at..]
                .iter()
                .take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
                .count();
            ((16..=40).contains(&length) && !class::is_at(bytes, at + length, class::WORD))
                .then_some(at + length)
        }
        b'g' | b'x' | b's' | b'r' | b'n' | b'p' | b'd' | b'A' | b'y' | b'S' => {
            TOKEN_STARTS
                .iter()
                .any(|start| bytes[at..].starts_with(start.as_bytes()))
                .then_some(())?;
            let length = bytes[at..].iter().take_while(is_part).count();
            (length >= 20).then_some(())?;
            let has_digit = bytes[at + 4..at + length].iter().any(u8::is_ascii_digit);
            has_digit.then_some(at + length)
        }
        _ => None,
    }
}

/// Whether two hashes of 32 digits, LM and NT, are joined by `:` at `at`.
pub(super) fn hash_pair_end(bytes: &[u8], at: usize) -> Option<usize> {
    let end = at + 65;
    let pair = bytes.get(at..end)?;
    let is_pair = pair[32] == b':'
        && pair[..32].iter().chain(&pair[33..]).all(u8::is_ascii_hexdigit)
        && !class::is_at(bytes, end, class::WORD);
    is_pair.then_some(end)
}

/// The body of the private key whose block begins at `at`.
pub(super) fn key_block(text: &str, at: usize) -> Option<(usize, usize)> {
    let rest = &text[at..];
    let header = rest.strip_prefix("-----BEGIN ")?;
    let (name, _) = header.split_once("-----")?;
    (name.len() < 64 && name.contains("PRIVATE KEY")).then_some(())?;
    let from = at + 11 + name.len() + 5;
    let to = text[from..].find("-----END").map_or(text.len(), |end| from + end);
    (to > from).then_some((from, to))
}
