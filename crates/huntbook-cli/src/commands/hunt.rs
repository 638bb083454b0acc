//! `huntbook hunt`.

use std::fmt::Write as _;

use huntbook::HuntbookError;
use huntbook::diagnostics::visible;
use huntbook::drivers::Cancel;
use huntbook::hunt::{Hunt, HuntOptions, hunt};

use crate::args::HuntArguments;
use crate::commands::key;
use crate::commands::query_run::moment;
use crate::console::Console;

pub(crate) fn execute(arguments: &HuntArguments) -> Result<(), HuntbookError> {
    let now = Console::now();
    let at =
        |text: &Option<String>| text.as_deref().map(|text| moment(Some(text), now)).transpose();
    let options = HuntOptions {
        logs: arguments.logs.clone(),
        feeds: arguments.feed.clone(),
        report: arguments.report.clone(),
        start: at(&arguments.start)?,
        end: at(&arguments.end)?,
        now,
        key: key::load_or_create(arguments.key.as_deref())?,
        realm: arguments.realm.clone(),
    };
    let mut tell = |words: &str| Console::say(&format!("· {words}"));
    let hunt = hunt(&options, &Cancel::default(), &mut tell)?;
    Console::print(summary(&hunt))?;
    if arguments.json {
        Console::print(
            serde_json::to_string(&hunt.findings).expect("lists of text serialise") + "\n",
        )?;
    }
    for file in hunt.files.iter().filter(|file| file.extension() != Some("parquet".as_ref())) {
        Console::say(&format!("wrote {}", file.display()));
    }
    if hunt.proved() {
        Ok(())
    } else {
        Err(HuntbookError::Config {
            message: "the proof has findings: the report must not be shared".into(),
            hints: vec![format!("read {}", options.report.join("proof.json").display())],
        })
    }
}

/// What was found, in clear, for the hunter at the terminal.
fn summary(hunt: &Hunt) -> String {
    let found = &hunt.findings;
    let lines = [
        ("attacker's address", &found.attacker_addresses),
        ("account", &found.accounts),
        ("service account", &found.service_accounts),
        ("hosts", &found.hosts),
        ("domain", &found.domains),
        ("domain's address", &found.domain_addresses),
    ];
    let mut text = String::new();
    for (label, values) in lines {
        let values: Vec<String> = values.iter().map(|value| visible(value)).collect();
        let values = if values.is_empty() { "nothing found".into() } else { values.join(", ") };
        let _ = writeln!(text, "{label:<20}{values}");
    }
    let bad = hunt.judgements.iter().filter(|one| one.state.is_bad()).count();
    let asked = hunt.judgements.len();
    let proof =
        if hunt.proved() { "no original value in the evidence" } else { "FINDINGS, do not share" };
    for (label, words) in [
        ("feeds", format!("{bad} of {asked} indicators are known to be bad")),
        ("proof", proof.to_owned()),
    ] {
        let _ = writeln!(text, "{label:<20}{words}");
    }
    text
}
