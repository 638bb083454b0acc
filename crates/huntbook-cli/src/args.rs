//! The command line, apart from what the commands do.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use huntbook::obfuscate::{Kind, ObfuscationError};

use crate::local_data::LocalArguments;

/// Ask your logs, judge what you find, share it without exposing anyone.
#[derive(Debug, Parser)]
#[command(name = "huntbook", version, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run, list and show queries
    #[command(subcommand)]
    Query(QueryCommand),
    /// Ask feeds about indicators
    Lookup(LookupArguments),
    /// Write the demo's logs: a company's week, and one intrusion
    Scenario(ScenarioArguments),
    /// Hunt an intrusion through a folder of logs and write a report that can be shared
    Hunt(HuntArguments),
    /// Obfuscate files and folders, so that they can be shared
    Obfuscate(ObfuscateArguments),
    /// Prove that obfuscated files hold nothing of the originals
    Prove(ProveArguments),
    /// Get originals back, with the key: a column of a file, or single values
    Reveal(RevealArguments),
    /// Obfuscate single values: one a line
    Value(ValueArguments),
    /// List and show the rules of obfuscation
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Say what an error code means
    Explain(ExplainArguments),
}

#[derive(Debug, Subcommand)]
pub(crate) enum QueryCommand {
    /// Run KQL, or a query of the catalogue, on files and folders
    Run(RunArguments),
    /// Check KQL files without running them: syntax, and with `--data` names and types
    Check(CheckArguments),
    /// List the queries of the catalogue
    List(ListArguments),
    /// Show a query: what it does, what it takes, its text
    Show(ShowArguments),
}

/// Run KQL, or a query of the catalogue, on files and folders.
#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// KQL text, or the name of a catalogue query such as `Azure.list_password_spray`
    #[arg(required_unless_present = "file")]
    pub(crate) query: Option<String>,
    /// Files and folders: Parquet, CSV, NDJSON, JSON, each also gzipped or in a zip
    #[arg(value_name = "DATA")]
    pub(crate) paths: Vec<PathBuf>,
    /// The same as DATA, by name
    #[arg(long = "data", short = 'd', value_name = "PATH")]
    pub(crate) data: Vec<PathBuf>,
    /// Read the KQL text from a file
    #[arg(long, short = 'f', value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) local: Box<LocalArguments>,
    /// A value for a parameter of a catalogue query
    #[arg(long = "parameter", short = 'p', value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub(crate) parameters: Vec<(String, String)>,
    /// Whose catalogue: MSSentinel, M365D, ...
    #[arg(long, default_value = "MSSentinel")]
    pub(crate) environment: String,
    /// What `now()` means, such as 2026-11-20T00:00:00Z; default: the present moment
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<String>,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = Output::Table)]
    pub(crate) output: Output,
    /// At most this many rows are drawn by `--output table`
    #[arg(long, default_value_t = 50, value_name = "ROWS")]
    pub(crate) rows: usize,
    /// At most this many rows are wanted; a longer answer is cut there, and says so
    #[arg(long, value_name = "ROWS")]
    pub(crate) limit_rows: Option<usize>,
    /// At most so much memory, such as 2GB; sorts and groups beyond it go to disk
    #[arg(long, value_name = "SIZE")]
    pub(crate) memory: Option<String>,
    /// At most so much time, such as 30s or 5m
    #[arg(long, value_name = "TIME")]
    pub(crate) timeout: Option<String>,
    /// Show the rows where the query ends in `render`, instead of its chart
    #[arg(long)]
    pub(crate) no_chart: bool,
    /// Show the query at a stage, and do not run it: `plan` where none is named
    #[arg(long, value_enum, value_name = "STAGE", num_args = 0..=1, default_missing_value = "plan")]
    pub(crate) explain: Option<ExplainStage>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainStage {
    /// The text as it was understood, in its normal form
    Syntax,
    /// Every name resolved and every type known
    Bound,
    /// The plan that runs
    Plan,
    /// SQL, where the query can be said in it
    Sql,
}

/// Check KQL texts without running them, for CI.
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// Files of KQL, one query each
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Files and folders whose tables and columns the queries must find; without any, only the syntax is checked
    #[arg(long, short = 'd', value_name = "PATH")]
    pub(crate) data: Vec<PathBuf>,
    /// Warnings count as errors
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// Drawn for people
    Table,
    /// Comma-separated values with a header
    Csv,
    /// One JSON object a line
    Ndjson,
}

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// Only queries whose name contains this, in any case
    pub(crate) filter: Option<String>,
    /// Whose catalogue: MSSentinel, M365D, ...
    #[arg(long, default_value = "MSSentinel")]
    pub(crate) environment: String,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    /// The query, such as `Azure.list_password_spray`
    pub(crate) name: String,
    /// Whose catalogue: MSSentinel, M365D, ...
    #[arg(long, default_value = "MSSentinel")]
    pub(crate) environment: String,
}

#[derive(Debug, Args)]
pub(crate) struct LookupArguments {
    /// Addresses, domains, URLs, hashes, e-mail addresses, defanged or not
    #[arg(required = true)]
    pub(crate) indicators: Vec<String>,
    /// A feed file or a folder of them: CSV, STIX 2.1, lists
    #[arg(long, required = true, value_name = "PATH")]
    pub(crate) feed: Vec<PathBuf>,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = Output::Table)]
    pub(crate) output: Output,
}

#[derive(Debug, Args)]
pub(crate) struct ScenarioArguments {
    /// Where `logs/`, `feed/` and `ground-truth.json` are written
    pub(crate) folder: PathBuf,
    /// The same seed gives the same logs on every machine
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// Background rows over all tables; the attack comes on top
    #[arg(long, default_value_t = 200_000)]
    pub(crate) rows: u64,
    /// How many days the logs cover
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=365))]
    pub(crate) days: u32,
    /// The file format
    #[arg(long, value_enum, default_value_t = LogFormat::Parquet)]
    pub(crate) format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Parquet,
    Ndjson,
}

#[derive(Debug, Args)]
pub(crate) struct HuntArguments {
    /// The folder of logs
    #[arg(required = true)]
    pub(crate) logs: Vec<PathBuf>,
    /// A feed file or a folder of them
    #[arg(long, required = true, value_name = "PATH")]
    pub(crate) feed: Vec<PathBuf>,
    /// Where the report is written
    #[arg(long, default_value = "hunt-report", value_name = "FOLDER")]
    pub(crate) report: PathBuf,
    /// First moment of the hunt; default: the first event in the logs
    #[arg(long, value_name = "TIME")]
    pub(crate) start: Option<String>,
    /// End of the hunt; default: the last event in the logs
    #[arg(long, value_name = "TIME")]
    pub(crate) end: Option<String>,
    /// The key of the obfuscation; made there on first use
    #[arg(long, env = "HUNTBOOK_KEY_FILE", value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// Who the report goes to: data of two realms cannot be joined
    #[arg(long, default_value = "hunt-report")]
    pub(crate) realm: String,
    /// Print what was found as one line of JSON, too
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// A code such as KQL0102; without one, all are listed
    pub(crate) code: Option<String>,
}

/// How values are obfuscated. The same choices give the same output on every machine.
#[derive(Debug, Args)]
pub(crate) struct ObfuscationArguments {
    #[command(flatten)]
    pub(crate) values: ValueChoices,
    /// What one column holds, over the policy; `keep` leaves it in clear
    #[arg(long = "column", value_name = "NAME=KIND", value_parser = column_and_kind)]
    pub(crate) columns: Vec<(String, Kind)>,
}

/// How single values are obfuscated.
#[derive(Debug, Args)]
pub(crate) struct ValueChoices {
    /// Who the data goes to: data of two realms cannot be joined
    #[arg(long, default_value = "shared")]
    pub(crate) realm: String,
    /// The key; default: ~/.config/huntbook/key
    #[arg(long, env = "HUNTBOOK_KEY_FILE", value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// Which columns hold what: a policy by name, or a file of rules
    #[arg(long, default_value = "default", value_name = "NAME|FILE")]
    pub(crate) policy: String,
    /// What happens to times; default: as the policy says
    #[arg(long, value_enum, value_name = "MODE")]
    pub(crate) times: Option<TimesChoice>,
    /// Which words of free text stay; default: as the policy says
    #[arg(long, value_enum, value_name = "MODE")]
    pub(crate) words: Option<WordsChoice>,
    /// How addresses are mapped; default: as the policy says
    #[arg(long, value_enum, value_name = "MODE")]
    pub(crate) ip: Option<IpChoice>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TimesChoice {
    /// They stay
    Keep,
    /// All are moved by one secret number of weeks
    Shift,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WordsChoice {
    /// Words of the language of logs
    Public,
    /// All that are not names or parts of identifiers
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum IpChoice {
    /// Common prefixes and classes stay
    Prefix,
    /// Addresses of one /24 or /64 stay together, classes stay
    Subnet,
    /// Classes stay
    Flat,
    /// For exchange with other tools: prefixes stay
    IpcryptPfx,
    /// For exchange with other tools: every address becomes an IPv6 address
    IpcryptDeterministic,
}

#[derive(Debug, Args)]
pub(crate) struct ObfuscateArguments {
    /// Files and folders: Parquet, CSV, NDJSON, JSON, text, each also gzipped or in a zip
    #[arg(required = true, value_name = "SOURCE")]
    pub(crate) sources: Vec<PathBuf>,
    /// Where the obfuscated form goes: a file for a file, else a folder
    pub(crate) destination: PathBuf,
    #[command(flatten)]
    pub(crate) how: ObfuscationArguments,
    /// Replace what is at the destination
    #[arg(long)]
    pub(crate) overwrite: bool,
    /// Leave out what cannot be read, instead of stopping
    #[arg(long)]
    pub(crate) skip_unknown: bool,
    /// Write what tokens stand for into an encrypted file, for the holder of the key
    #[arg(long, value_name = "FILE")]
    pub(crate) vault: Option<PathBuf>,
    /// Print the report as JSON; it can be shared with the files
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ProveArguments {
    /// The original file or folder
    pub(crate) original: PathBuf,
    /// What was made of it
    pub(crate) obfuscated: PathBuf,
    #[command(flatten)]
    pub(crate) how: ObfuscationArguments,
    /// Print the proof as JSON; it holds no value
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the proof as a page
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RevealArguments {
    /// An obfuscated file, with `--column`; else obfuscated values of `--kind`, or tokens in `--vault`
    #[arg(required = true, value_name = "FILE|VALUE")]
    pub(crate) what: Vec<String>,
    /// The column of the file
    #[arg(long, short = 'c', value_name = "COLUMN")]
    pub(crate) column: Option<String>,
    /// What the values are; default: as the policy says
    #[arg(long, short = 'k', required_unless_present_any = ["column", "vault"])]
    pub(crate) kind: Option<Kind>,
    /// What `huntbook obfuscate --vault` wrote: it knows what tokens stand for
    #[arg(long, value_name = "FILE")]
    pub(crate) vault: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) how: ValueChoices,
}

#[derive(Debug, Args)]
pub(crate) struct ValueArguments {
    /// What the values are: ip, mac, uuid, sid, account, host, url, path, resource, hash, phone, card, number,
    /// timestamp, geo, string, text, json
    pub(crate) kind: Kind,
    /// The values; without one, lines of standard input
    #[arg(value_name = "VALUE")]
    pub(crate) values: Vec<String>,
    #[command(flatten)]
    pub(crate) how: ValueChoices,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// List the policies by name
    List,
    /// Show the rules of a policy
    Show(PolicyShowArguments),
    /// Suggest rules for the columns of a file that no rule names, by its first rows
    Suggest(PolicySuggestArguments),
}

#[derive(Debug, Args)]
pub(crate) struct PolicyShowArguments {
    /// The name of the policy
    #[arg(default_value = "default")]
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct PolicySuggestArguments {
    /// The file: Parquet, CSV, NDJSON, JSON, also gzipped
    pub(crate) file: PathBuf,
    /// Whose rules go before suggestions: a policy by name, or a file of rules
    #[arg(long, default_value = "default", value_name = "NAME|FILE")]
    pub(crate) policy: String,
    /// Print all that was found as JSON; it holds no value
    #[arg(long)]
    pub(crate) json: bool,
}

fn column_and_kind(text: &str) -> Result<(String, Kind), String> {
    let (name, kind) =
        text.split_once('=').ok_or("expected NAME=KIND, such as CommandLine=keep")?;
    Ok((name.to_owned(), kind.parse().map_err(|error: ObfuscationError| error.to_string())?))
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE, such as host=WS-0001")?;
    Ok((name.to_owned(), value.to_owned()))
}
