use std::collections::BTreeMap;

use super::*;

fn kind(policy: &Policy, column: &str) -> Option<Kind> {
    policy.verdict(column).map(|verdict| verdict.kind)
}

fn assert_kinds(name: &str, expected: &[(&str, Kind)]) {
    let policy = Policy::named(name).unwrap();
    for (column, expected) in expected {
        assert_eq!(kind(&policy, column), Some(*expected), "{column} in {name}");
    }
}

#[test]
fn every_builtin_file_parses_and_has_the_keys_of_the_schema() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../policy/policy.schema.json")).unwrap();
    let keys = |value: &serde_json::Value| -> Vec<String> {
        value["properties"].as_object().unwrap().keys().cloned().collect()
    };
    let (top, group) = (keys(&schema), keys(&schema["properties"]["rules"]["items"]));
    for (name, yaml) in builtin::FILES {
        if let Err(error) = PolicyFile::read(yaml) {
            panic!("{name}: {error}");
        }
        let file: serde_json::Value = serde_norway::from_str(yaml).unwrap();
        assert_eq!(file["version"], 1, "{name}");
        let file = file.as_object().unwrap();
        assert!(file.keys().all(|key| top.contains(key)), "{name}");
        for rule in file.get("rules").and_then(|rules| rules.as_array()).into_iter().flatten() {
            let rule = rule.as_object().unwrap();
            assert!(rule.keys().all(|key| group.contains(key)), "{name}: {rule:?}");
            assert!(rule.contains_key("kind") && rule.contains_key("columns"), "{name}: {rule:?}");
        }
    }
    let kinds = schema["properties"]["rules"]["items"]["properties"]["kind"]["enum"].as_array();
    let names: Vec<&str> = kinds.unwrap().iter().filter_map(|kind| kind.as_str()).collect();
    assert_eq!(names, Kind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>());
}

#[test]
fn each_policy_is_known_by_its_name_and_an_unknown_one_names_the_nearest() {
    assert_eq!(Policy::names()[..2], ["default", "strict"]);
    for name in Policy::names() {
        Policy::named(&name.to_uppercase()).unwrap();
    }
    let error = Policy::named("sentinal").unwrap_err();
    assert_eq!(error.code(), "OBF0020");
    assert!(error.to_string().contains("`sentinel` is near"), "{error}");
    let error = Policy::from_yaml("version: 1\nextends: zeeek\n").unwrap_err();
    assert!(error.to_string().contains("`zeek` is near"), "{error}");
}

#[test]
fn each_source_knows_its_own_names() {
    assert_kinds(
        "sentinel",
        &[
            ("SrcIpAddr", Kind::Ip),
            ("ActorUsername", Kind::Account),
            ("ActorUsernameType", Kind::Keep),
            ("TargetProcessCommandLine", Kind::Text),
            ("TargetFileSHA256", Kind::Hash),
            ("Authorization_d", Kind::Json),
            ("_ResourceId", Kind::Resource),
            ("SyslogMessage", Kind::Text),
        ],
    );
    assert_kinds(
        "defender",
        &[
            ("InitiatingProcessAccountUpn", Kind::Account),
            ("InitiatingProcessFolderPath", Kind::Path),
            ("InitiatingProcessSHA1", Kind::Hash),
            ("ProcessCommandLine", Kind::Text),
            ("RemoteUrl", Kind::Url),
            ("MacAddress", Kind::Mac),
            ("AzureResourceId", Kind::Resource),
            ("EmailDirection", Kind::Keep),
        ],
    );
    assert_kinds(
        "windows",
        &[
            ("EventData.TargetUserName", Kind::Account),
            ("winlog.event_data.SubjectUserSid", Kind::Sid),
            ("winlog.event_data.Image", Kind::Path),
            ("winlog.computer_name", Kind::Host),
            ("winlog.channel", Kind::Keep),
            ("ScriptBlockText", Kind::Text),
            ("LogonGuid", Kind::Uuid),
            ("FailureReason", Kind::Keep),
        ],
    );
    assert_kinds(
        "entra",
        &[
            ("InitiatedBy.user.userPrincipalName", Kind::Account),
            ("TargetResources.displayName", Kind::Account),
            ("TargetResources.0.displayName", Kind::Account),
            ("TargetResources.modifiedProperties.displayName", Kind::Keep),
            ("TargetResources.0.modifiedProperties.1.newValue", Kind::Text),
            ("DeviceDetail.displayName", Kind::Host),
            ("LocationDetails.geoCoordinates.latitude", Kind::Geo),
            ("LocationDetails.city", Kind::String),
            ("LocationDetails.state", Kind::String),
            ("LocationDetails.countryOrRegion", Kind::Keep),
        ],
    );
    assert_kinds(
        "office",
        &[
            ("MailboxOwnerUPN", Kind::Account),
            ("Site_Url", Kind::Url),
            ("Parameters.Value", Kind::Text),
            ("Parameters.3.Name", Kind::Keep),
            ("ClientIP", Kind::Ip),
            ("LogonUserSid", Kind::Sid),
        ],
    );
    assert_kinds(
        "aws_cloudtrail",
        &[
            ("userIdentity.arn", Kind::Resource),
            ("userIdentity.accessKeyId", Kind::String),
            ("userIdentity.sessionContext.sessionIssuer.userName", Kind::Account),
            ("UserIdentityArn", Kind::Resource),
            ("sourceIPAddress", Kind::Host),
            ("recipientAccountId", Kind::Number),
            ("requestParameters.bucketName", Kind::Account),
            ("responseElements.credentials.sessionToken", Kind::String),
            ("eventName", Kind::Keep),
        ],
    );
    assert_kinds(
        "zeek",
        &[
            ("id.orig_h", Kind::Ip),
            ("uid", Kind::String),
            ("query", Kind::Host),
            ("host", Kind::Host),
            ("uri", Kind::Url),
            ("user_agent", Kind::Text),
            ("certificate.subject", Kind::Text),
            ("name", Kind::Path),
            ("conn_state", Kind::Keep),
        ],
    );
    assert_kinds(
        "cef",
        &[
            ("suser", Kind::Account),
            ("dhost", Kind::Host),
            ("SourceMACAddress", Kind::Mac),
            ("cs1", Kind::Text),
            ("DeviceCustomString6", Kind::Text),
            ("RequestURL", Kind::Url),
            ("SourceTranslatedAddress", Kind::Ip),
        ],
    );
    assert_kinds(
        "ecs",
        &[
            ("source.ip", Kind::Ip),
            ("host.name", Kind::Host),
            ("user.name", Kind::Account),
            ("process.parent.user.name", Kind::Account),
            ("user.email", Kind::Account),
            ("process.command_line", Kind::Text),
            ("process.parent.executable", Kind::Path),
            ("url.original", Kind::Url),
            ("file.path", Kind::Path),
            ("file.hash.sha256", Kind::Hash),
            ("client.geo.location.lat", Kind::Geo),
            ("event.category", Kind::Keep),
        ],
    );
    assert_kinds(
        "ocsf",
        &[
            ("actor.user.name", Kind::Account),
            ("src_endpoint.ip", Kind::Ip),
            ("device.hostname", Kind::Host),
            ("actor.process.file.hashes.0.value", Kind::Hash),
            ("actor.process.parent_process.cmd_line", Kind::Text),
            ("src_endpoint.location.city", Kind::String),
            ("cloud.account.uid", Kind::Number),
            ("class_name", Kind::Keep),
        ],
    );
}

#[test]
fn default_knows_the_columns_of_the_field() {
    assert_kinds(
        "default",
        &[
            ("IpAddress", Kind::Ip),
            ("ipaddress", Kind::Ip),
            ("ActorIpAddress", Kind::Ip),
            ("InitiatingProcessRemoteSessionIP", Kind::Ip),
            ("TargetUserSid", Kind::Sid),
            ("AADTenantId", Kind::Uuid),
            ("Account", Kind::Account),
            ("SourceUserName", Kind::Account),
            ("Computer", Kind::Host),
            ("InitiatingProcessAccountDomain", Kind::Host),
            ("Activity", Kind::Text),
            ("DestinationPort", Kind::Text),
            ("TargetLogonId", Kind::Text),
            ("NewProcessId", Kind::Text),
            ("ProviderGuid", Kind::Keep),
            ("eventID", Kind::Text),
            ("from", Kind::Account),
            ("Z", Kind::Text),
            ("Cat", Kind::Text),
            ("Status", Kind::Text),
            ("CommandLine", Kind::Text),
            ("NewProcessName", Kind::Path),
            ("UserAgent", Kind::Text),
            ("source.ip", Kind::Ip),
            ("id.orig_h", Kind::Ip),
            ("src_endpoint.ip", Kind::Ip),
            ("userIdentity.arn", Kind::Resource),
        ],
    );
}

#[test]
fn strict_hides_when_where_and_on_what() {
    let policy = Policy::named("strict").unwrap();
    assert_eq!(policy.settings().times, crate::Times::Shift);
    assert_kinds(
        "strict",
        &[
            ("UtcTime", Kind::Timestamp),
            ("LocationDetails.geoCoordinates.latitude", Kind::Null),
            ("MobilePhone", Kind::Null),
            ("HttpUserAgent", Kind::String),
            ("OSVersion", Kind::String),
            ("host.os.version", Kind::String),
            ("LocationDetails.countryOrRegion", Kind::String),
            ("Account", Kind::Account),
            ("EventID", Kind::Text),
            ("EventRecordId", Kind::Keep),
        ],
    );
}

/// Names that sound as if they named someone, and are kept: types of names, levels and ports.
const KEPT_ALTHOUGH: &[&str] = &[
    "*groupnametype",
    "sourceuserprivileges",
    "destinationuserprivileges",
    "useraccountcontrol",
    "usertype",
    "user.type",
    "user.type_id",
    "actor.user.type",
    "actor.user.type_id",
    "useridentitytype",
    "useridentity.type",
    "useridentity.sessioncontext.sessionissuer.type",
    "useridentity.sessioncontext.attributes.mfaauthenticated",
    "useridentity.sessioncontext.attributes.creationdate",
    "userlevelaction",
    "targetuserorgrouptype",
    "*usernametype",
    "*useridtype",
    "*usertype",
    "localiptype",
    "remoteiptype",
    "ipport",
    "ipversion",
    "ipcategory",
    "ipprotocol",
    "maliciousipcountry",
    "remoteipcountry",
    "emailaction",
    "emaildirection",
    "emaillanguage",
    "sourceisipv6",
    "destinationisipv6",
    "user_agent.device.name",
    "user_agent.name",
    "user_agent.os.name",
    "user_agent.os.version",
    "user_agent.version",
    "resourceprovider",
    "resourceprovidervalue",
];

#[test]
fn keep_rules_name_nobody() {
    let names = ["user", "account", "mail", "owner", "upn", "sender", "recipient", "host"];
    let kept_types = [
        "accounttype",
        "virtualaccount",
        "host_key_alg",
        "accountexpires",
        "newmaxusers",
        "oldmaxusers",
    ];
    let mut found = Vec::new();
    for (source, yaml) in builtin::FILES {
        for rule in PolicyFile::read(yaml).unwrap().rules.iter() {
            let column = rule.column.as_str();
            let is_host_detail = column.starts_with("host.") || column.contains("hostversion");
            let sounds = names.iter().any(|name| column.contains(name)) && !is_host_detail
                || column.ends_with("ip")
                || column.contains("ipaddr");
            let is_listed = KEPT_ALTHOUGH.contains(&column) || kept_types.contains(&column);
            if rule.kind == Kind::Keep && sounds && !is_listed {
                found.push(format!("{source}: {column}"));
            }
        }
    }
    assert!(found.is_empty(), "kept although they sound like someone: {found:?}");
    let policy = Policy::builtin();
    for column in [
        "from",
        "Note",
        "x.service",
        "Keywords",
        "date",
        "app",
        "passport",
        "Report",
        "x.UserName",
        "Owner",
        "vip",
        "Zip",
        "Transport",
    ] {
        assert_ne!(kind(&policy, column), Some(Kind::Keep), "{column}");
    }
}

#[test]
fn added_rule_goes_before_all_others() {
    let policy =
        Policy::builtin().with_rule("Act*", Kind::String).with_rule("ACTIVITY", Kind::Null);
    assert_eq!(kind(&policy, "Activity"), Some(Kind::Null));
    assert_eq!(kind(&policy, "ActionType"), Some(Kind::String));
    assert_eq!(kind(&policy, "Channel"), Some(Kind::Keep));
    let policy = policy.with_rule("displayName", Kind::Null);
    assert_eq!(kind(&policy, "DeviceDetail.displayName"), Some(Kind::Null));
}

#[test]
fn file_goes_before_what_it_extends() {
    let yaml = "version: 1\nextends: default\nrules:\n  - {kind: host, columns: ['*Name']}\n";
    let policy = Policy::from_yaml(yaml).unwrap();
    assert_eq!(kind(&policy, "UserName"), Some(Kind::Host));
    assert_eq!(kind(&policy, "Account"), Some(Kind::Account));
    let verdict = policy.verdict("UserName").unwrap();
    assert!(!verdict.is_exact && verdict.reason.contains("*name"), "{verdict:?}");
    let both = Policy::from_yaml("version: 1\nextends: [zeek, cef]\n").unwrap();
    assert_eq!(kind(&both, "suser"), Some(Kind::Account));
    assert_eq!(kind(&both, "uid"), Some(Kind::String));
}

#[test]
fn policy_file_is_loaded_and_its_errors_name_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.yaml");
    assert_eq!(Policy::load(&path).unwrap_err().code(), "OBF0021");
    fs::write(&path, "version: 1\nextends: strict\n").unwrap();
    assert_eq!(Policy::load(&path).unwrap().settings().times, crate::Times::Shift);
    fs::write(&path, "version: 1\nrules:\n - kind: hots\n   columns: [a]\n").unwrap();
    let error = Policy::load(&path).unwrap_err().to_string();
    assert!(error.contains("policy.yaml") && error.contains("line 3"), "{error}");
}

/// Not a benchmark: it fails where a key of a document costs so much that an attacker can stop all.
#[test]
fn verdict_is_quick_also_for_keys_made_to_be_slow() {
    let policy = Policy::builtin();
    let keys = [
        "TargetResources.0.modifiedProperties.0.newValue".to_owned(),
        "no.rule.names.this_one".to_owned(),
        "a.".repeat(50_000),
        "type".repeat(128),
        format!("{}id", "x.".repeat(250)),
    ];
    for key in keys {
        let start = std::time::Instant::now();
        for _ in 0..1000 {
            std::hint::black_box(policy.verdict(&key));
        }
        let each = start.elapsed() / 1000;
        println!("{} bytes: {each:?} a verdict", key.len());
        assert!(each < std::time::Duration::from_millis(5), "{} bytes: {each:?}", key.len());
    }
}

/// The least share of the text columns of a table that must have a rule, in percent.
const LEAST_SHARES: &[(&str, usize)] = &[
    ("SecurityEvent", 90),
    ("WindowsEvent", 90),
    ("Event", 95),
    ("SigninLogs", 95),
    ("AADNonInteractiveUserSignInLogs", 95),
    ("AADServicePrincipalSignInLogs", 95),
    ("AuditLogs", 95),
    ("OfficeActivity", 95),
    ("AzureActivity", 95),
    ("CommonSecurityLog", 95),
    ("Syslog", 95),
    ("DnsEvents", 90),
    ("W3CIISLog", 95),
    ("VMConnection", 90),
    ("SecurityAlert", 95),
    ("SecurityIncident", 95),
    ("BehaviorAnalytics", 90),
    ("DeviceProcessEvents", 98),
    ("DeviceNetworkEvents", 98),
    ("DeviceFileEvents", 98),
    ("DeviceLogonEvents", 98),
    ("DeviceRegistryEvents", 98),
    ("DeviceEvents", 98),
    ("DeviceInfo", 90),
    ("EmailEvents", 95),
    ("EmailUrlInfo", 95),
    ("IdentityLogonEvents", 95),
    ("IdentityInfo", 90),
    ("CloudAppEvents", 90),
    ("AlertEvidence", 90),
    ("AWSCloudTrail", 90),
    ("ASimProcessEventLogs", 90),
    ("ASimNetworkSessionLogs", 90),
    ("ASimAuthenticationEventLogs", 90),
];

#[test]
fn default_names_most_text_columns_of_the_published_tables_or_is_skipped_without_them() {
    let path =
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/kql/table-schemas.json");
    let Ok(text) = fs::read_to_string(path) else {
        eprintln!("skipped: no table-schemas.json");
        return;
    };
    let tables: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(&text).unwrap();
    let policy = Policy::builtin();
    let (mut all, mut all_named) = (0, 0);
    let mut nulled = Vec::new();
    let mut poor = Vec::new();
    for (table, columns) in &tables {
        let texts: Vec<&str> = columns
            .iter()
            .filter(|(_, data_type)| matches!(data_type.as_str(), "string" | "dynamic" | "guid"))
            .map(|(column, _)| column.as_str())
            .collect();
        let (named, unnamed): (Vec<&str>, Vec<&str>) =
            texts.iter().partition(|column| policy.verdict(column).is_some());
        for (column, data_type) in columns {
            let verdict = policy.verdict(column);
            let hides = verdict.is_some_and(|v| v.is_exact && v.kind != Kind::Keep);
            if hides && !texts.contains(&column.as_str()) {
                nulled.push(format!("{table}.{column}: {data_type}"));
            }
        }
        all += texts.len();
        all_named += named.len();
        if let Some((_, least)) = LEAST_SHARES.iter().find(|(known, _)| known == table) {
            let share = 100 * named.len() / texts.len().max(1);
            println!("{table}: {}/{} ({share} %), without: {unnamed:?}", named.len(), texts.len());
            if share < *least {
                poor.push(format!("{table}: {share} % of {least}: {unnamed:?}"));
            }
        }
    }
    println!("all {} tables: {all_named}/{all} ({} %)", tables.len(), 100 * all_named / all.max(1));
    assert!(poor.is_empty(), "{poor:#?}");
    assert!(100 * all_named >= 80 * all, "{all_named} of {all}");
    println!("columns of numbers and times that a rule for text names: {nulled:?}");
    assert!(nulled.len() < 25, "{nulled:#?}");
}
