//! Tests of free text.

use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use proptest::prelude::*;

use crate::settings::{Settings, Words};
use crate::{Key, Kind, Learned, Obfuscator, Policy};

static SHARED: LazyLock<Obfuscator> = LazyLock::new(|| with_settings(Settings::default()));

fn with_settings(settings: Settings) -> Obfuscator {
    Obfuscator::new(&Key::from_bytes([3; 32]), "tests", Policy::empty().with_settings(settings))
}

fn text(text: &str) -> String {
    SHARED.value(Kind::Text, text)
}

fn account(name: &str) -> String {
    SHARED.value(Kind::Account, name)
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn text_of_public_words_stays() {
    for public in [
        "An account was successfully logged on.\r\n\r\nSubject:\r\n\tSecurity ID:\t\tS-1-5-18\r\n",
        "powershell.exe -NoProfile -ExecutionPolicy Bypass -WindowStyle Hidden",
        "cmd.exe /c dir /s /b & echo done > nul 2>&1",
        "Microsoft-Windows-Sysmon/Operational",
        "NT AUTHORITY\\SYSTEM",
        "[System.Text.Encoding]::Unicode.GetString([System.Convert]::FromBase64String($x))",
        "New-Object System.Net.WebClient",
        "$env:COMSPEC %SystemRoot% %CD% %%1936 0x3e7 64bit x64 Win32",
        "2024-01-31T23:59:59.1234567Z 2020-09-21 22:38:48 12:34:56",
        "process id 4711, port 443, 17%",
        "<EventData><Data Name=\"ProcessId\">0x1a4</Data></EventData>",
        "\u{201c}failed\u{201d} \u{2014} \u{2713}\u{a0}\u{1f600}",
    ] {
        assert_eq!(text(public), public);
        assert!(SHARED.transform(Kind::Text).unwrap().is_public(public));
    }
}

#[test]
fn words_have_the_token_of_their_label_in_their_style() {
    assert_eq!(
        text("failed for bob, BOB and 'Bob'"),
        format!("failed for {}, {} and '{}'", account("bob"), account("BOB"), account("Bob"))
    );
    assert_eq!(text("ws-0001$ x"), format!("{}$ x", account("ws-0001")));
    assert_eq!(text("j\u{fc}rgen!"), format!("{}!", account("j\u{fc}rgen")));
    assert_eq!(text("bob.exe"), format!("{}.exe", account("bob")));
}

#[test]
fn identifiers_go_through_the_maps_of_their_kinds() {
    for (kind, value) in [
        (Kind::Ip, "10.1.2.3"),
        (Kind::Ip, "10.1.0.0/16"),
        (Kind::Ip, "2001:db8::1"),
        (Kind::Ip, "fe80::1%eth0"),
        (Kind::Uuid, "0f8fad5b-d9cb-469f-a165-70867728950e"),
        (Kind::Sid, "S-1-5-21-1004336348-1177238915-682003330-1104"),
        (Kind::Mac, "00:1a:2b:3c:4d:5e"),
        (Kind::Mac, "00-1A-2B-3C-4D-5E"),
        (Kind::Hash, "d41d8cd98f00b204e9800998ecf8427e"),
        (Kind::Hash, "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        (Kind::Account, "bob@contoso.com"),
        (Kind::Account, "CONTOSO\\bob"),
        (Kind::Account, "CONTOSO\\HOST1$"),
        (Kind::Host, "ws1.contoso.com"),
        (Kind::Host, "dc1.corp.local"),
        (Kind::Url, "https://contoso.com/a/b?c=d"),
        (Kind::Path, "C:\\Users\\bob\\x.exe"),
        (Kind::Path, "C:\\Program Files\\bob\\x.exe"),
        (Kind::Path, "\\\\server1\\share\\x"),
        (Kind::Path, "/home/bob/x"),
        (Kind::Path, "HKLM\\SOFTWARE\\Bob"),
        (Kind::Resource, "/subscriptions/0f8fad5b-d9cb-469f-a165-70867728950e/resourceGroups/bob"),
        (Kind::Resource, "arn:aws:iam::123456789123:user/pedro"),
        (Kind::Number, "123456789123"),
    ] {
        let image = SHARED.value(kind, value);
        assert_eq!(text(value), image, "{value}");
        assert_eq!(
            text(&format!("to=({value}), \"{value}\"")),
            format!("to=({image}), \"{image}\""),
            "{value}"
        );
        assert_eq!(
            text(&format!("failed {value}. The")),
            format!("failed {image}. The"),
            "{value}"
        );
    }
    let image = SHARED.value(Kind::Ip, "10.1.2.3");
    assert_eq!(text("http 10.1.2.3:443 [10.1.2.3]"), format!("http {image}:443 [{image}]"));
}

#[test]
fn times_are_shifted_where_the_settings_say_so() {
    let settings = Settings { times: crate::Times::Shift, ..Settings::default() };
    let shifted = with_settings(settings);
    let time = "2024-01-31T23:59:59Z";
    let image = shifted.value(Kind::Timestamp, time);
    assert_eq!(shifted.value(Kind::Text, &format!("at {time}")), format!("at {image}"));
}

#[test]
fn times_of_every_format_are_shifted_or_stay() {
    let shifted = with_settings(Settings { times: crate::Times::Shift, ..Settings::default() });
    let kept = with_settings(Settings::default());
    for time in [
        "2026-11-24T07:06:17.1234567Z",
        "2026-11-24 07:06:17",
        "2026/11/24",
        "20261124T070617Z",
        "11/24/2026 7:06:17 AM",
        "24/Nov/2026:07:06:17 +0000",
        "Tue, 24 Nov 2026 07:06:17 +0000",
        "Tue Nov 24 07:06:17 2026",
        "Nov 24 07:06:17",
    ] {
        let image = shifted.value(Kind::Timestamp, time);
        assert_ne!(image, time);
        for (before, after) in [("", ""), ("at ", " failed"), ("[", "]"), ("=\"", "\"; logon")] {
            let text = format!("{before}{time}{after}");
            assert_eq!(shifted.value(Kind::Text, &text), format!("{before}{image}{after}"));
            assert_eq!(kept.value(Kind::Text, &text), text);
        }
    }
}

#[test]
fn credentials_are_redacted() {
    for (original, expected) in [
        ("net user bob Secret123 /add", "net user {bob} [redacted] /add"),
        ("net.exe user /add bob \"Secret 123\"", "net.exe user /add {bob} [redacted]"),
        ("net use \\\\10.0.0.1\\c$ Secret123 /user:Administrator", "Secret123"),
        ("psexec.exe \\\\10.0.0.1 -u Administrator -p Secret123 cmd", "Secret123"),
        ("sshpass -p Secret123 ssh x", "sshpass -p [redacted] ssh x"),
        ("mysql -u root -pSecret123", "mysql -u root -p[redacted]"),
        ("curl -u root:Secret123 x", "curl -u root:[redacted] x"),
        ("cmdkey /add:x /user:root /pass:Secret123", "cmdkey /add:x /user:root /pass:[redacted]"),
        ("run --password=Secret123 x", "run --password=[redacted] x"),
        ("run -Password Secret123 -Force", "run -Password [redacted] -Force"),
        ("run -Password 'Secret 123' -Force", "run -Password '[redacted]' -Force"),
        ("\"password\": \"Secret123\", x", "\"password\": \"[redacted]\", x"),
        ("{\\\"password\\\":\\\"Secret123\\\"}", "{\\\"password\\\":\\\"[redacted]\\\"}"),
        ("<Password>Secret123</Password>", "<Password>[redacted]</Password>"),
        ("Server=x;User=root;Password=Secret;123;", "Secret;"),
        ("DefaultEndpointsProtocol=https;AccountKey=Secret123==;x", "Secret123"),
        ("Authorization: Bearer Secret123abc", "Authorization: Bearer [redacted]"),
        ("Authorization: Basic Ym9iOlNlY3JldDEyMw==", "Authorization: Basic [redacted]"),
        (
            "ConvertTo-SecureString \"Secret123\" -AsPlainText",
            "ConvertTo-SecureString \"[redacted]\" -AsPlainText",
        ),
        ("x https://root:Secret123@contoso.com/x", "Secret123"),
        ("x https://contoso.com/x?sv=1&sig=Secret123%3D&x=1", "Secret123"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nSecret123\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----[redacted]-----END RSA PRIVATE KEY-----",
        ),
        ("use ghp_Secret123Secret123Secret123", "use [redacted]"),
        ("key AKIASECRET123SECRET1", "key [redacted]"),
        ("aad3b435b51404eeaad3b435b51404ee:31d6cfe0d16ae931b73c59d7e0c089c0", "[redacted]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.Secret123Secret123", "[redacted]"),
        (
            "schtasks /create /ru root /rp Secret123 /tn x",
            "schtasks /create /ru root /rp [redacted] /tn x",
        ),
    ] {
        let image = text(original);
        assert!(!image.to_lowercase().contains("secret123"), "{original} -> {image}");
        if expected.to_lowercase().contains("secret") {
            assert!(image.contains("[redacted]"), "{original} -> {image}");
        } else {
            assert_eq!(image, expected.replace("{bob}", &account("bob")), "{original}");
        }
        assert_eq!(image.matches("[redacted]").count(), 1, "{image}");
    }
}

#[test]
fn text_inside_an_encoding_is_obfuscated_there() {
    let inner = "Get-Process -Name bob -ComputerName 10.1.2.3";
    let image = text(inner);
    assert!(image.contains(&account("bob")), "{image}");
    for (encoded, expected) in [
        (BASE64_STANDARD.encode(inner), BASE64_STANDARD.encode(&image)),
        (BASE64_STANDARD.encode(wide(inner)), BASE64_STANDARD.encode(wide(&image))),
        (hex::encode(inner), hex::encode(&image)),
        (hex::encode_upper(wide(inner)), hex::encode_upper(wide(&image))),
        (inner.replace(' ', "%20"), image.replace(' ', "%20")),
        (
            BASE64_STANDARD.encode(format!("iex {}", BASE64_STANDARD.encode(inner))),
            BASE64_STANDARD.encode(format!("iex {}", BASE64_STANDARD.encode(&image))),
        ),
    ] {
        assert_eq!(
            text(&format!("powershell -enc {encoded} x")),
            format!("powershell -enc {expected} x")
        );
    }
    let public = BASE64_STANDARD.encode(wide("Get-Process -Name explorer"));
    assert_eq!(text(&public), public);
}

#[test]
fn other_encoded_bytes_become_a_token_and_long_names_stay_names() {
    let bytes: Vec<u8> = (0..60_u8).map(|byte| byte.wrapping_mul(167) ^ 0x5a).collect();
    let blob = BASE64_STANDARD.encode(&bytes);
    let image = text(&format!("x {blob} y"));
    assert_eq!(image.len(), "x  y".len() + 17, "{image}");
    let digits = hex::encode(&bytes[..33]);
    assert_eq!(text(&digits).len(), 32);
    for name in [
        "InitiatingProcessCommandLine",
        "TargetUserNameFilterExpression",
        "Microsoft_Windows_Security_Auditing",
    ] {
        assert_eq!(text(name), name);
    }
}

#[test]
fn learnt_labels_are_replaced_though_they_are_public_or_short() {
    let mut learned = Learned::new();
    for label in ["april", "al", "bob.smith", "dc-01"] {
        learned.insert(label);
    }
    let obfuscator = Obfuscator::new(&Key::from_bytes([3; 32]), "tests", Policy::empty())
        .with_learned(Arc::new(learned));
    for (original, label) in [
        ("logon of APRIL failed", "APRIL"),
        ("user al logged on", "al"),
        ("user bob.smith logged on", "bob.smith"),
        ("ping dc-01 -n 1", "dc-01"),
        ("C:\\Users\\april\\Desktop", "april"),
        ("https://contoso.com/april", "april"),
    ] {
        let image = obfuscator.value(Kind::Text, original);
        assert!(!image.contains(label), "{image}");
        assert!(image.contains(&account(label)), "{original} -> {image}");
    }
    let image =
        obfuscator.value(Kind::Text, &BASE64_STANDARD.encode(wide("Get-Process -Name april")));
    assert_eq!(
        image,
        BASE64_STANDARD.encode(wide(&format!("Get-Process -Name {}", account("april"))))
    );
}

#[test]
fn setting_of_all_words_keeps_words_and_replaces_identifiers() {
    let settings = Settings { words: Words::All, ..Settings::default() };
    let obfuscator = with_settings(settings);
    let image = obfuscator.value(Kind::Text, "bob called bob@contoso.com at 10.1.2.3");
    assert!(
        image.starts_with("bob called ")
            && !image.contains("contoso")
            && !image.contains("10.1.2.3")
    );
}

#[test]
fn sensitive_parts_are_the_labels_and_the_values_of_their_kinds() {
    let mut parts = Vec::new();
    let transform = SHARED.transform(Kind::Text).unwrap();
    let original =
        format!("bob used 10.1.2.3 {}", BASE64_STANDARD.encode("whoami by alice@contoso.com"));
    transform.sensitive_parts(&original, &mut |part| parts.push(part.to_owned()));
    for part in ["bob", "10.1.2.3", "alice", "contoso", original.as_str()] {
        assert!(parts.iter().any(|found| found == part), "{part}: {parts:?}");
    }
    parts.clear();
    transform.sensitive_parts("logon failed", &mut |part| parts.push(part.to_owned()));
    assert!(parts.is_empty());
}

#[test]
fn work_grows_with_the_text_only() {
    for piece in
        ["a.", "a/", "a@:", "C:\\\\", "a-b%", "-p a ", "net use /", "\"C:\\", "a:", "x://", "Aa0+"]
    {
        let long = piece.repeat(100_000 / piece.len());
        let start = std::time::Instant::now();
        assert!(!text(&long).is_empty());
        assert!(start.elapsed().as_secs() < 20, "{piece}");
    }
}

const SECRETS: &[&str] =
    &["zarquon", "Hotblack", "FENCHURCH7", "wonko-sane", "prosser42", "m\u{fc}hlheim"];

const PUBLIC: &[&str] = &[
    "failed",
    "Logon",
    "process",
    "4624",
    "cmd.exe",
    "/c",
    "-Name",
    "Get-Process",
    "User:",
    "SYSTEM",
    "0x3e7",
    "\u{2713}",
];

fn spelled(secret: &str, spelling: u8) -> String {
    match spelling {
        0 => secret.to_owned(),
        1 => secret.to_uppercase(),
        2 => format!("C:\\Users\\{secret}\\x.exe"),
        3 => format!("/home/{secret}/.ssh"),
        4 => format!("https://{secret}.com/{secret}?x={secret}"),
        5 => format!("{{\"user\":\"{secret}\"}}"),
        6 => BASE64_STANDARD.encode(format!("the user {secret} failed")),
        7 => BASE64_STANDARD.encode(wide(&format!("user {secret}"))),
        8 => format!("user%20{secret}"),
        9 => format!("{secret}@{secret}.com"),
        10 => format!("DOMAIN\\{secret}"),
        11 => format!("--password={secret}"),
        12 => format!("\\\\{secret}\\share"),
        13 => BASE64_URL_SAFE_NO_PAD.encode(format!("the user {secret} failed")),
        14 => BASE64_STANDARD_NO_PAD.encode(format!(
            "iex {}",
            BASE64_STANDARD.encode(format!("Stop-Process -Name {secret}"))
        )),
        15 => format!(
            "%{}",
            secret.bytes().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join("%")
        ),
        _ => format!("x={secret};"),
    }
}

/// Whether `secret` stands in `text`, in any case and any encoding that the tests use.
fn holds(text: &str, secret: &str, depth: u8) -> bool {
    if text.to_lowercase().contains(&secret.to_lowercase()) {
        return true;
    }
    depth < 3
        && text
            .split(|letter: char| !letter.is_ascii_alphanumeric() && !"+/=_-%".contains(letter))
            .any(|run| {
                let run = run.trim_start_matches("x=");
                let percent = super::encodings::percent_decode(run).filter(|_| run.contains('%'));
                let bytes = BASE64_STANDARD
                    .decode(run)
                    .or_else(|_| BASE64_STANDARD_NO_PAD.decode(run))
                    .or_else(|_| BASE64_URL_SAFE_NO_PAD.decode(run))
                    .ok();
                let texts = bytes.map(|bytes| {
                    let units: Vec<u16> = bytes
                        .chunks_exact(2)
                        .map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
                        .collect();
                    [String::from_utf8_lossy(&bytes).into_owned(), String::from_utf16_lossy(&units)]
                });
                texts
                    .into_iter()
                    .flatten()
                    .chain(percent)
                    .any(|text| holds(&text, secret, depth + 1))
            })
}

proptest! {
    #[test]
    fn planted_secrets_are_gone_and_all_else_stays(
        pieces in prop::collection::vec(
            prop_oneof![
                (0..SECRETS.len(), 0..17_u8).prop_map(|(secret, spelling)| (Some(SECRETS[secret]), spelled(SECRETS[secret], spelling))),
                (0..PUBLIC.len()).prop_map(|word| (None, PUBLIC[word].to_owned())),
            ],
            0..8,
        ),
        blanks in prop::collection::vec("[ \t]{1,2}|\r\n|, |\" \"|\\) \\(| \\| ", 8),
    ) {
        let mut original = String::new();
        for ((_, piece), blank) in pieces.iter().zip(&blanks) {
            original.push_str(piece);
            original.push_str(blank);
        }
        let image = text(&original);
        for (secret, _) in &pieces {
            if let Some(secret) = secret {
                prop_assert!(!holds(&image, secret, 0), "{}: {:?} -> {:?}", secret, original, image);
            }
        }
        prop_assert_eq!(image.lines().count(), original.lines().count());
        prop_assert_eq!(text(&original), image.clone());
        // What is public and what lies between stands in the image in its order.
        let mut rest = image.as_str();
        for ((secret, piece), blank) in pieces.iter().zip(&blanks) {
            if secret.is_none() {
                let kept = format!("{piece}{blank}");
                let found = rest.find(&kept);
                prop_assert!(found.is_some(), "{:?} of {:?} in {:?}", kept, original, image);
                rest = &rest[found.unwrap() + kept.len()..];
            }
        }
    }

    #[test]
    fn any_text_is_taken_and_keeps_its_lines_and_blanks(
        original in "\\PC{0,60}|[-a-zA-Z0-9+/=%:.@\\\\_ \"'\u{e4}\n]{0,80}|(password|net user|-p|/user|-u|psexec|curl|Basic|eyJ|AKIA|SG\\.|ghp_|-----BEGIN PRIVATE KEY-----|https://|C:\\\\|%41|[ =:@./\\\\\"'\u{e4}a1]){0,12}",
    ) {
        let image = text(&original);
        prop_assert_eq!(text(&original), image);
    }

    #[test]
    fn equal_words_have_equal_tokens_in_every_kind_of_name(word in "[a-z]{5,12}", suffix in "[0-9]{1,3}") {
        let word = format!("{word}{suffix}");
        let token = account(&word);
        prop_assert_eq!(text(&word), token.clone());
        prop_assert_eq!(SHARED.value(Kind::Host, &word), token.clone());
        prop_assert_eq!(text(&format!("failed: {word}!")), format!("failed: {token}!"));
    }
}
