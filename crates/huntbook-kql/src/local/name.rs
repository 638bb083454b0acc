//! What a file's table is called.
//!
//! The rule: the file's stem without a date or part number at its end, every character that a KQL name
//! cannot hold made an underscore. `SecurityEvent.parquet`, `SecurityEvent-2026-11-01.parquet` and
//! `SecurityEvent_part-0003.csv.gz` are all `SecurityEvent`; `zeek conn.2023.log` is `zeek_conn`. Files in a
//! folder inside the opened one belong to the table that the folder is named after, unless their own
//! name is that of a well-known table.

use std::sync::OnceLock;

use regex::Regex;

use super::schemas;

/// The table that a file with this stem belongs to; `folder` is the one it stands in, below the opened one.
pub(super) fn table_name(stem: &str, folder: Option<&str>) -> String {
    let own = sanitise(without_suffix(stem));
    match folder {
        Some(folder) if schemas::known(&own).is_none() => sanitise(without_suffix(folder)),
        _ => own,
    }
}

/// `stem` without what only tells one file of a table from the next.
fn without_suffix(stem: &str) -> &str {
    static SUFFIX: OnceLock<Regex> = OnceLock::new();
    let suffix = SUFFIX.get_or_init(|| {
        let date =
            r"(?:19|20)\d\d(?:[-_.]?(?:0[1-9]|1[0-2])(?:[-_.]?[0-3]\d(?:[-_.T]?\d[-\d_.:TZ]*)?)?)?";
        let hours = r"\d\d:\d\d:\d\d(?:-\d\d:\d\d:\d\d)?";
        let part = r"(?:part|chunk|shard)[-_.]?\d+|\d+[-_.]?of[-_.]?\d+|0\d+|\d{1,3}";
        Regex::new(&format!(r"(?i)[-_. ]+(?:{date}|{hours}|{part})$"))
            .expect("the pattern is constant")
    });
    let mut stem = stem;
    while let Some(found) = suffix.find(stem)
        && found.start() > 0
    {
        stem = &stem[..found.start()];
    }
    stem
}

fn sanitise(stem: &str) -> String {
    let mut name: String = stem
        .trim()
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() { character } else { '_' })
        .collect();
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_part_numbers_are_no_part_of_a_name() {
        for (stem, name) in [
            ("SecurityEvent", "SecurityEvent"),
            ("SecurityEvent-2026-11-01", "SecurityEvent"),
            ("SecurityEvent_20261101", "SecurityEvent"),
            ("SecurityEvent.2026-11-01T10", "SecurityEvent"),
            ("SecurityEvent-part-0003", "SecurityEvent"),
            ("SecurityEvent-00001-of-00004", "SecurityEvent"),
            ("SecurityEvent_2026-11-01_part2", "SecurityEvent"),
            ("cmd_psexec_lsa_secrets_dump_2020-10-1903305471", "cmd_psexec_lsa_secrets_dump"),
            ("mimikatz_CVE-2020-1472_Netr_2020-09-16233923", "mimikatz_CVE_2020_1472_Netr"),
            ("exploit_CVE-2020-1472", "exploit_CVE_2020_1472"),
            ("conn", "conn"),
            ("conn.00:00:00-01:00:00", "conn"),
            ("a b-c", "a_b_c"),
            ("2020", "_2020"),
            ("events4625", "events4625"),
            ("\u{e9}t\u{e9}", "_t_"),
        ] {
            assert_eq!(table_name(stem, None), name, "{stem}");
        }
    }

    #[test]
    fn a_folder_names_the_table_of_its_files() {
        assert_eq!(table_name("part-1", Some("SigninLogs")), "SigninLogs");
        assert_eq!(table_name("anything", Some("my logs")), "my_logs");
        assert_eq!(table_name("SigninLogs", Some("export")), "SigninLogs");
    }
}
