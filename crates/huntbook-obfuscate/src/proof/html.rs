//! The proof as HTML: for notebooks, reports and the command line, from one place.

use std::fmt::{Display, Write};

use super::{Finding, Proof};
use crate::files::FilesProof;

const STYLE: &str = include_str!("proof.css");

/// A fragment that needs nothing else.
pub(crate) fn fragment(proof: &Proof) -> String {
    let mut out = Html(String::with_capacity(4096));
    open(&mut out);
    body(&mut out, proof);
    out.raw("</section>");
    out.0
}

/// A fragment about files: what holds for all of them, then each.
pub(crate) fn files_fragment(proof: &FilesProof) -> String {
    let mut out = Html(String::with_capacity(4096 * (1 + proof.files.len())));
    open(&mut out);
    let verdict =
        if proof.ok { "no original value was found" } else { "findings; do not share this" };
    out.raw("<h2>")
        .text(format_args!("Proof of {} files: {verdict}", proof.files.len()))
        .raw("</h2>");
    list(&mut out, "Names of files", "bad", &proof.findings);
    for name in &proof.missing {
        out.raw("<p class=\"bad\">missing: <code>").text(name).raw("</code></p>");
    }
    if proof.unexpected > 0 {
        let unexpected = format_args!("{} files that no original gives", proof.unexpected);
        out.raw("<p class=\"bad\">").text(unexpected).raw("</p>");
    }
    for file in &proof.files {
        out.raw("<h3><code>").text(&file.file).raw("</code></h3>");
        body(&mut out, &file.proof);
    }
    out.raw("</section>");
    out.0
}

fn open(out: &mut Html) {
    out.raw("<section class=\"huntbook-proof\"><style>").raw(STYLE).raw("</style>");
}

fn body(out: &mut Html, proof: &Proof) {
    let (class, verdict) = if proof.ok {
        ("good", "Proof: no original value was found".to_owned())
    } else {
        ("bad", format!("Proof: {} finding(s); do not share this", proof.findings.len()))
    };
    out.raw("<h3 class=\"").raw(class).raw("\">").text(verdict).raw("</h3><p>");
    out.text(format_args!(
        "{} rows, {} columns; columns compared as joins in pairs: {}; scheme {}, realm {}, key {}",
        proof.rows,
        proof.columns.len(),
        proof.joins,
        proof.scheme,
        proof.realm,
        proof.key_fingerprint
    ));
    out.raw("</p>");
    list(out, "Findings", "bad", &proof.findings);
    list(out, "Notes", "note", &proof.notes);
    columns(out, proof);
    clear(out, proof);
    attack(out, proof);
}

fn list(out: &mut Html, title: &str, class: &str, findings: &[Finding]) {
    if findings.is_empty() {
        return;
    }
    out.raw("<h4>").text(title).raw("</h4><ul class=\"").raw(class).raw("\">");
    for finding in findings {
        out.raw("<li><b>").text(finding.rule.title()).raw("</b> ");
        if let Some(column) = &finding.column {
            out.raw("<code>").text(column).raw("</code> ");
        }
        out.text(&finding.message).text(format_args!(" ({}x", finding.count));
        if let Some(row) = finding.first_row {
            out.text(format_args!(", first in row {row}"));
        }
        out.raw(")</li>");
    }
    out.raw("</ul>");
}

fn columns(out: &mut Html, proof: &Proof) {
    out.raw("<h4>Columns</h4><table><thead><tr>");
    for title in [
        "column",
        "kind",
        "why",
        "values",
        "nulls",
        "distinct",
        "most frequent",
        "public",
        "overlap (by chance)",
    ] {
        out.raw("<th scope=\"col\">").text(title).raw("</th>");
    }
    out.raw("</tr></thead><tbody>");
    for column in &proof.columns {
        let count = |count: Option<u64>| count.map(|count| count.to_string()).unwrap_or_default();
        let share = column.most_frequent.map(|share| format!("{:.1} %", share * 100.0));
        let overlap = format!("{} ({:.1})", column.overlap, column.expected_overlap);
        out.raw("<tr><th scope=\"row\">").text(&column.column).raw("</th>");
        for text in [
            column.kind.to_string(),
            column.reason.clone(),
            column.values.to_string(),
            column.nulls.to_string(),
            count(column.distinct),
            share.unwrap_or_default(),
            column.public.to_string(),
            if column.overlap > 0 { overlap } else { String::new() },
        ] {
            out.raw("<td>").text(text).raw("</td>");
        }
        out.raw("</tr>");
    }
    out.raw("</tbody></table>");
}

fn clear(out: &mut Html, proof: &Proof) {
    let left = proof.left_in_clear();
    if left.is_empty() {
        return;
    }
    out.raw("<details><summary>Left in clear</summary><ul>");
    for left in left {
        out.raw("<li><code>").text(left.column).raw("</code> ").text(left.reason);
        if let Some(distinct) = left.distinct {
            out.text(format_args!(" ({distinct} different values)"));
        }
        out.raw("</li>");
    }
    out.raw("</ul></details>");
}

fn attack(out: &mut Html, proof: &Proof) {
    let attack = &proof.attack;
    out.raw("<details><summary>Attacks without the key</summary><ul><li>");
    out.text(format_args!(
        "{} functions without a key over {} values: {} matches ({})",
        attack.functions.len(),
        attack.values,
        attack.function_matches,
        attack.functions.join(", ")
    ));
    out.raw("</li><li>");
    out.text(format_args!(
        "{} guessed keys: {} matches; the key has {} bits, a token {}",
        attack.guessed_keys, attack.key_matches, attack.key_bits, attack.token_bits
    ));
    out.raw("</li><li>").text("not tried: ").text(attack.not_tried).raw("</li></ul>");
    out.raw("<p>What anyone sees, on purpose:</p><ul>");
    for fact in attack.seen_on_purpose {
        out.raw("<li>").text(fact).raw("</li>");
    }
    out.raw("</ul></details>");
}

/// HTML that is being written.
struct Html(String);

impl Html {
    /// Appends markup of this module.
    fn raw(&mut self, markup: &str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Appends text, escaped.
    fn text(&mut self, text: impl Display) -> &mut Self {
        write!(Escaped(&mut self.0), "{text}").expect("writing to a string does not fail");
        self
    }
}

struct Escaped<'h>(&'h mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for letter in text.chars() {
            match letter {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                // Controls and marks that turn the reading order could disguise a name.
                '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                    self.0.push('\u{fffd}');
                }
                letter if letter.is_control() => self.0.push('\u{fffd}'),
                letter => self.0.push(letter),
            }
        }
        Ok(())
    }
}
