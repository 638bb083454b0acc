//! The report: what may be handed on. Every value of the company in it is obfuscated.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use huntbook_diagnostics::visible;
use huntbook_intel::{IndicatorKind, Judgement, State};
use huntbook_obfuscate::{Kind, Obfuscator};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use parquet::arrow::ArrowWriter;
use serde_json::json;

use crate::HuntbookError;
use crate::html::table;
use crate::hunt::evidence::{Evidence, obfuscator};
use crate::hunt::{Findings, HuntOptions, Step};

/// Rows of each answer that the page shows; the Parquet file beside it has all of them.
const ROWS_SHOWN: usize = 12;

const STYLE: &str = include_str!("report.css");

/// Writes `report.html`, `proof.json` and `evidence/*.parquet` into the report folder, which is replaced
/// whole: a reader never sees half of a report.
pub(crate) fn write(
    options: &HuntOptions,
    findings: &Findings,
    steps: &[Step],
    judgements: &[Judgement],
    evidence: &[Evidence],
) -> Result<Vec<PathBuf>, HuntbookError> {
    let target = &options.report;
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|error| HuntbookError::write(parent, error))?;
    let making = sibling(target, "making");
    let removed = sibling(target, "removed");
    for leftover in [&making, &removed] {
        if leftover.exists() {
            fs::remove_dir_all(leftover).map_err(|error| HuntbookError::write(leftover, error))?;
        }
    }
    let written = fill(&making, options, findings, steps, judgements, evidence).and_then(|files| {
        if target.exists() {
            fs::rename(target, &removed).map_err(|error| HuntbookError::write(target, error))?;
        }
        fs::rename(&making, target).map_err(|error| HuntbookError::write(target, error))?;
        Ok(files)
    });
    // What is left of a failed report, or of the one before, is of no use to anyone.
    let _ = fs::remove_dir_all(&making);
    let _ = fs::remove_dir_all(&removed);
    written
}

fn sibling(target: &Path, suffix: &str) -> PathBuf {
    let name = target.file_name().map_or("report".into(), |name| name.to_string_lossy());
    target.with_file_name(format!(".{name}.{suffix}"))
}

fn fill(
    folder: &Path,
    options: &HuntOptions,
    findings: &Findings,
    steps: &[Step],
    judgements: &[Judgement],
    evidence: &[Evidence],
) -> Result<Vec<PathBuf>, HuntbookError> {
    let tables = folder.join("evidence");
    fs::create_dir_all(&tables).map_err(|error| HuntbookError::write(&tables, error))?;
    let mut files = Vec::new();
    for one in evidence {
        let name = PathBuf::from("evidence").join(format!("{}.parquet", one.name));
        write_parquet(&folder.join(&name), one)?;
        files.push(options.report.join(name));
    }
    let proof = json!({
        "ok": evidence.iter().all(|one| one.proof.ok),
        "tables": evidence
            .iter()
            .map(|one| json!({"table": one.name, "columns": one.columns, "proof": one.proof}))
            .collect::<Vec<_>>(),
    });
    let page = page(options, findings, steps, judgements, evidence).into_string();
    for (name, text) in [("proof.json", format!("{proof:#}\n")), ("report.html", page)] {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| HuntbookError::write(&path, error))?;
        files.push(options.report.join(name));
    }
    Ok(files)
}

fn write_parquet(path: &Path, evidence: &Evidence) -> Result<(), HuntbookError> {
    let file = File::create(path).map_err(|error| HuntbookError::write(path, error))?;
    ArrowWriter::try_new(file, evidence.batch.schema(), None)
        .and_then(|mut writer| {
            writer.write(&evidence.batch)?;
            writer.close()
        })
        .map_err(|error| HuntbookError::write(path, error))?;
    Ok(())
}

fn page(
    options: &HuntOptions,
    findings: &Findings,
    steps: &[Step],
    judgements: &[Judgement],
    evidence: &[Evidence],
) -> Markup {
    let safe = obfuscator(options);
    let shown = |kind: Kind, values: &[String]| -> Vec<String> {
        values.iter().map(|value| safe.value(kind, value)).collect()
    };
    let facts = [
        ("Sprayed and signed in from", shown(Kind::Ip, &findings.attacker_addresses)),
        ("As", shown(Kind::Account, &findings.accounts)),
        ("Moved with", shown(Kind::Account, &findings.service_accounts)),
        ("Through", shown(Kind::Host, &findings.hosts)),
        ("Talked to", shown(Kind::Host, &findings.domains)),
    ];
    let proved = evidence.iter().all(|one| one.proof.ok);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { "Hunt report" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Hunt report" }
                p class="note" {
                    "Names, addresses and identifiers are obfuscated for realm "
                    code { (visible(&options.realm)) } " with key "
                    code { (options.key.fingerprint()) } "; equal values carry equal tokens. "
                    @if proved { strong class="good" { "Proof: no original value was found in the evidence." } }
                    @else { strong class="bad" { "Proof: there are findings; do not share this report." } }
                }
                h2 { "Who and what" }
                dl {
                    @for (label, values) in &facts {
                        dt { (label) }
                        dd {
                            @if values.is_empty() { "nothing found" }
                            @for value in values { code { (visible(value)) } " " }
                        }
                    }
                }
                h2 { "What happened" }
                @for (step, one) in steps.iter().zip(evidence) {
                    section {
                        h3 { (step.title) @for technique in &step.techniques { " " small { (technique) } } }
                        p { (step.reason) }
                        p class="note" {
                            "query " code { (step.query) } ", "
                            a href=(format!("evidence/{}.parquet", one.name)) { "all rows as Parquet" }
                        }
                        (table(&one.batch.schema(), std::slice::from_ref(&one.batch), ROWS_SHOWN))
                    }
                }
                h2 { "What the feeds say" }
                (verdicts(&safe, judgements))
                h2 { "What was done to the data" }
                @for one in evidence {
                    details {
                        summary { (one.name) ": " @if one.proof.ok { "proved" } @else { "findings" } }
                        table {
                            thead { tr { th { "column" } th { "kind" } th { "why" } } }
                            tbody {
                                @for column in &one.columns {
                                    tr {
                                        td { (visible(&column.column)) }
                                        td { (column.kind) }
                                        td { (visible(&column.reason)) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The judgements that say something, obfuscated as the evidence is.
fn verdicts(safe: &Obfuscator, judgements: &[Judgement]) -> Markup {
    let known: Vec<&Judgement> =
        judgements.iter().filter(|one| one.state != State::NotFound).collect();
    html! {
        p {
            (known.len()) " of " (judgements.len())
            " indicators in the evidence are known to the feeds; not found does not mean clean."
        }
        div class="huntbook-table" {
            table {
                thead { tr { th { "indicator" } th { "type" } th { "verdict" } th { "confidence" } } }
                tbody {
                    @for judgement in known {
                        tr {
                            td { (visible(&safe_value(safe, judgement))) }
                            td { (judgement.indicator.kind) }
                            td { (judgement.state) }
                            td { (judgement.confidence) }
                        }
                    }
                }
            }
        }
    }
}

fn safe_value(safe: &Obfuscator, judgement: &Judgement) -> String {
    let kind = match judgement.indicator.kind {
        IndicatorKind::Ipv4 | IndicatorKind::Ipv6 => Kind::Ip,
        IndicatorKind::Domain => Kind::Host,
        IndicatorKind::Email => Kind::Account,
        _ => Kind::String,
    };
    safe.value(kind, &judgement.indicator.value)
}
