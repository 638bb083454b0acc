//! Names of files and folders: words that are public stay, everything else is obfuscated.
//!
//! The known ends of a name, such as `.json.gz`, stay, since they tell the format.

use std::collections::HashSet;

use crate::{Kind, Obfuscator};

/// The ends of names that stay.
const EXTENSIONS: &[&str] =
    &["parquet", "pq", "csv", "tsv", "ndjson", "jsonl", "json", "zip", "gz", "txt", "log", "evtx"];

/// Names of tables and logs that products give, the same for everyone. In lower case.
const PUBLIC: &[&str] = &[
    "aadmanagedidentitysigninlogs",
    "aadnoninteractiveusersigninlogs",
    "aadserviceprincipalsigninlogs",
    "alertevidence",
    "alertinfo",
    "auditlogs",
    "awscloudtrail",
    "azureactivity",
    "azurediagnostics",
    "azuremetrics",
    "behaviorentities",
    "behaviorinfo",
    "cloudappevents",
    "cloudtrail",
    "commonsecuritylog",
    "conn",
    "dce_rpc",
    "deviceevents",
    "devicefilecertificateinfo",
    "devicefileevents",
    "deviceimageloadevents",
    "deviceinfo",
    "devicelogonevents",
    "devicenetworkevents",
    "devicenetworkinfo",
    "deviceprocessevents",
    "deviceregistryevents",
    "dhcp",
    "dns",
    "dnsevents",
    "emailattachmentinfo",
    "emailevents",
    "emailpostdeliveryevents",
    "emailurlinfo",
    "event",
    "events",
    "files",
    "ftp",
    "heartbeat",
    "http",
    "identitydirectoryevents",
    "identityinfo",
    "identitylogonevents",
    "identityqueryevents",
    "kerberos",
    "logs",
    "networkaccesstraffic",
    "notice",
    "ntlm",
    "officeactivity",
    "pe",
    "rdp",
    "securityalert",
    "securityevent",
    "securityincident",
    "signinlogs",
    "smb_files",
    "smb_mapping",
    "smtp",
    "software",
    "ssh",
    "ssl",
    "syslog",
    "sysmon",
    "threatintelligenceindicator",
    "urlclickevents",
    "vmconnection",
    "weird",
    "windowsevent",
    "windowsfirewall",
    "x509",
    "zeek",
];

/// What follows the last dot of `name`, if that leaves a name.
pub(super) fn extension(name: &str) -> Option<&str> {
    name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, extension)| extension)
}

/// Names under one folder, no two alike.
#[derive(Default)]
pub(super) struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// The obfuscated form of the file at `components`, different from all that were given before, whatever the case.
    pub(super) fn file(&mut self, obfuscator: &Obfuscator, components: &[String]) -> Vec<String> {
        let mut names: Vec<String> =
            components.iter().map(|component| name(obfuscator, component)).collect();
        let Some(last) = names.pop() else { return names };
        let (stem, ending) = split_ending(&last);
        let folder = names.join("/");
        let mut unique = last.clone();
        let mut number = 2;
        while !self.taken.insert(format!("{folder}/{unique}").to_lowercase()) {
            unique = format!("{stem}-{number}{ending}");
            number += 1;
        }
        names.push(unique);
        names
    }
}

/// The obfuscated form of one name of a file or folder; always a plain name, never a way to another folder.
pub(super) fn name(obfuscator: &Obfuscator, original: &str) -> String {
    let (stem, ending) = split_ending(original);
    let stem = if PUBLIC.contains(&stem.to_lowercase().as_str()) {
        stem.to_owned()
    } else {
        obfuscator.value(Kind::Text, stem)
    };
    let stem: String = stem
        .chars()
        .map(|letter| {
            let is_special = letter.is_control() || "/\\:*?\"<>|".contains(letter);
            if is_special { '_' } else { letter }
        })
        .collect();
    match stem.as_str() {
        "" | "." | ".." => format!("_{ending}"),
        _ => stem + ending,
    }
}

/// `name` without its known ends, and those with their dots.
fn split_ending(name: &str) -> (&str, &str) {
    let mut at = name.len();
    while let Some(known) = extension(&name[..at])
        && EXTENSIONS.iter().any(|extension| extension.eq_ignore_ascii_case(known))
    {
        at -= known.len() + 1;
    }
    name.split_at(at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Key, Policy};

    fn obfuscator() -> Obfuscator {
        Obfuscator::new(&Key::from_bytes([4; 32]), "tests", Policy::builtin())
    }

    #[test]
    fn name_of_a_table_stays_and_the_name_of_a_machine_does_not() {
        let obfuscator = obfuscator();
        assert_eq!(name(&obfuscator, "SigninLogs.parquet"), "SigninLogs.parquet");
        let machine = name(&obfuscator, "DESKTOP-BOB_2020.json.gz");
        assert!(machine.ends_with(".json.gz"), "{machine}");
        assert!(!machine.to_lowercase().contains("bob"), "{machine}");
        assert!(!name(&obfuscator, "notes.bob").contains("bob"));
    }

    #[test]
    fn names_that_would_be_one_file_are_told_apart() {
        let obfuscator = obfuscator();
        let mut names = Names::default();
        let path = |name: &str| vec!["logs".to_owned(), name.to_owned()];
        let first = names.file(&obfuscator, &path("conn.log"));
        let second = names.file(&obfuscator, &path("CONN.log"));
        assert_eq!((first[1].as_str(), second[1].as_str()), ("conn.log", "CONN-2.log"));
    }

    proptest! {
        #[test]
        fn any_name_gives_a_plain_name(original in "\\PC{0,20}|[./\\\\:a-z0-9-]{0,12}") {
            let name = name(&obfuscator(), &original);
            prop_assert!(!name.is_empty() && name != "." && name != "..");
            prop_assert!(!name.contains(['/', '\\', '\0']));
        }
    }
}
