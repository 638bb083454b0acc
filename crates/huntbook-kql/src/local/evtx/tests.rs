//! Event logs made for the purpose, whole and damaged.

use super::write::{Event, Form, file};
use super::{CHUNK, FILE_HEADER, read};

/// 2020-01-01T00:00:00.1234567Z.
const TICKS: u64 = 132_223_104_001_234_567;
const MOST: u64 = 64 << 20;

fn events() -> Vec<Event<'static>> {
    let security = Event {
        channel: "Security",
        id: 4688,
        ticks: TICKS,
        data: &[
            ("SubjectUserName", "bob"),
            ("NewProcessName", "C:\\a\\\u{e9}\u{1F600}.exe"),
            ("CommandLine", "x \"<&>\" \u{1}"),
        ],
    };
    let classic = Event {
        channel: "Application",
        id: 1000,
        ticks: TICKS + 1,
        data: &[("", "one"), ("", "two")],
    };
    let empty = Event { channel: "Security", id: 1102, ticks: TICKS + 2, data: &[] };
    vec![security, classic, empty, security]
}

fn lines(file: &[u8]) -> Vec<serde_json::Value> {
    let events = read(file, MOST).expect("a log");
    events.json.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn events_with_and_without_a_template_are_the_same() {
    for form in [Form::Plain, Form::Template] {
        let bytes = file(&events(), form);
        if let Some(folder) = std::env::var_os("EVTX_OUT") {
            let name = if form == Form::Plain { "plain.evtx" } else { "template.evtx" };
            std::fs::write(std::path::Path::new(&folder).join(name), &bytes).expect("written");
        }
        let found = read(&bytes, MOST).expect("a log");
        assert_eq!((found.read, found.unreadable, found.changed), (4, 0, 0), "{:?}", found.reason);
        let lines = lines(&bytes);
        for (name, text) in [
            ("SourceName", "Example-Provider"),
            ("EventID", "4688"),
            ("Level", "4"),
            ("Keywords", "0x8020000000000000"),
            ("SystemTime", "2020-01-01T00:00:00.123456700Z"),
            ("ExecutionProcessID", "4242"),
            ("Channel", "Security"),
            ("Computer", "host.corp"),
            ("UserID", "S-1-5-18"),
            ("EventRecordID", "1"),
        ] {
            assert_eq!(lines[0][name], text, "{name}");
        }
        assert_eq!(lines[0].get("Task"), None);
        assert_eq!(lines[0]["EventData"]["CommandLine"], "x \"<&>\" \u{1}");
        assert_eq!(lines[0]["EventData"]["NewProcessName"], "C:\\a\\\u{e9}\u{1F600}.exe");
        assert!(found.json.contains(r#""EventData":{"Data":"one","Data":"two"}"#));
        assert_eq!(lines[2]["EventData"], serde_json::json!({}));
        assert_eq!(lines[3]["EventData"], lines[0]["EventData"]);
        assert_eq!(lines[3]["EventRecordID"], "4");
    }
}

#[test]
fn another_file_is_refused() {
    assert!(read(b"ElfFil", MOST).is_err());
    assert!(read(b"", MOST).is_err());
    assert!(read(&vec![0; 100_000], MOST).is_err());
}

#[test]
fn a_file_that_was_cut_off_gives_the_records_before_the_cut() {
    let bytes = file(&events(), Form::Template);
    let second = FILE_HEADER + 512 + 2000;
    let found = read(&bytes[..second], MOST).expect("a log");
    assert!(found.read >= 1 && found.unreadable >= 1, "{found:?}");
    assert_eq!(found.read as u64 + found.unreadable, 4);
    assert!(found.reason.is_some());
}

#[test]
fn a_changed_byte_is_noticed() {
    let mut bytes = file(&events(), Form::Plain);
    let at = bytes.windows(6).position(|text| text == b"b\0o\0b\0").expect("the name");
    bytes[at] = b'B';
    let found = read(&bytes, MOST).expect("a log");
    assert_eq!((found.read, found.changed), (4, 1));
}

#[test]
fn a_damaged_record_is_counted_and_the_others_are_read() {
    let mut bytes = file(&events(), Form::Plain);
    // The first token of the first record's first element.
    bytes[FILE_HEADER + 512 + 24 + 4] = 0x3F;
    let found = read(&bytes, MOST).expect("a log");
    assert_eq!((found.read, found.unreadable), (3, 1));
    assert!(found.reason.expect("why").contains("token"));
}

#[test]
fn numbers_out_of_all_proportion_are_no_harm() {
    let good = file(&events(), Form::Template);
    for at in (FILE_HEADER..FILE_HEADER + 600).chain([32, 40, 42]) {
        let mut bytes = good.clone();
        for (offset, byte) in bytes.iter_mut().skip(at).take(4).enumerate() {
            *byte = [0xFF, 0xFF, 0xFF, 0x7F][offset];
        }
        let _events_or_error = read(&bytes, MOST);
    }
}

#[test]
fn a_template_that_repeats_a_long_value_is_cut_short() {
    // A record may not unfold to more than a bounded text, however its bytes are read.
    let long = "x".repeat(30_000);
    let data = [("a", long.as_str())];
    let event = Event { channel: "Security", id: 1, ticks: TICKS, data: &data };
    let bytes = file(&[event], Form::Template);
    assert_eq!(read(&bytes, MOST).expect("a log").read, 1);
}

#[test]
fn two_thousand_mutations_of_a_log_do_not_panic() {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let logs = [file(&events(), Form::Plain), file(&events(), Form::Template)];
    for round in 0..2000_usize {
        let mut bytes = logs[round % 2].clone();
        let used = 4000;
        for _ in 0..=next() % 12 {
            let place =
                if next() % 4 == 0 { next() as usize % 128 } else { next() as usize % used };
            let at = if next() % 8 == 0 { place } else { FILE_HEADER + place };
            bytes[at] = match next() % 3 {
                0 => 0xFF,
                1 => (next() & 0x0F) as u8,
                _ => next() as u8,
            };
        }
        if next() % 5 == 0 {
            bytes.truncate(next() as usize % (FILE_HEADER + CHUNK));
        }
        if let Ok(found) = read(&bytes, MOST) {
            for line in found.json.lines() {
                assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
            }
        }
    }
}

/// Figures: `cargo test -p huntbook-kql --lib a_hundred_megabytes -- --ignored --nocapture`.
#[test]
#[ignore = "measures"]
fn a_hundred_megabytes_of_events_are_read() {
    let many: Vec<_> = events().into_iter().cycle().take(120).collect();
    let one = file(&many, Form::Template);
    let mut whole = one.clone();
    for _ in 1..1600 {
        whole.extend(&one[FILE_HEADER..]);
    }
    let began = std::time::Instant::now();
    let found = read(&whole, u64::MAX).expect("a log");
    eprintln!(
        "{} MB, {} events: {:.1?}, {} MB of JSON",
        whole.len() >> 20,
        found.read,
        began.elapsed(),
        found.json.len() >> 20
    );
    assert_eq!((found.read, found.unreadable), (120 * 1600, 0));
}
