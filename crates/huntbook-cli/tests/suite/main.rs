//! Command-line transcripts: what is typed, what comes back, and the exit status.
//!
//! `TRYCMD=overwrite cargo test -p huntbook-cli` rewrites them; read the difference before it is kept.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test that fails says where")]

mod hunt;
#[cfg(unix)]
mod interrupt;
mod obfuscate;
mod recordings;
mod vectors;

#[test]
fn transcripts() {
    trycmd::TestCases::new().case("tests/cmd/*.md");
}
