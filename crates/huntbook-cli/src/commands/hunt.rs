//! `huntbook hunt`.

use std::fmt::Write as _;
use std::path::PathBuf;

use huntbook::HuntbookError;
use huntbook::diagnostics::visible;
use huntbook::drivers::Cancel;
use huntbook::hunt::{Hunt, HuntOptions, hunt};
use huntbook::obfuscate::Key;

use crate::args::HuntArguments;
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
        key: Key::load_or_create(&key_file(arguments)?)?,
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

fn key_file(arguments: &HuntArguments) -> Result<PathBuf, HuntbookError> {
    if let Some(file) = &arguments.key {
        return Ok(file.clone());
    }
    let home = std::env::home_dir().ok_or_else(|| HuntbookError::Config {
        message: "there is no home folder to keep the key in".into(),
        hints: vec!["name a file for it with `--key`".into()],
    })?;
    Ok(home.join(".config/huntbook/key"))
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
