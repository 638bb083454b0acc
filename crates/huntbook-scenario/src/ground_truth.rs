//! The ground truth: what the intruder really did, for comparing a hunt's findings with.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::Scenario;
use crate::intrusion::Step;

/// What the intruder really did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroundTruth {
    /// The seed of the scenario.
    pub seed: u64,
    /// Where the passwords were sprayed from.
    pub attacker_ip: String,
    /// The command-and-control server.
    pub c2_ip: String,
    /// The command-and-control domain.
    pub c2_domain: String,
    /// Whose password was guessed.
    pub victim: VictimTruth,
    /// Whose password was dumped.
    pub service_account: ServiceTruth,
    /// The hosts that were taken, in that order: full names in lower case.
    pub hosts: Vec<String>,
    /// The scheduled task on the second host, with its folders.
    pub task_name: String,
    /// The local account created on the second host.
    pub new_user: String,
    /// The first trace of the intruder.
    pub start: DateTime<Utc>,
    /// The last trace of the intruder.
    pub end: DateTime<Utc>,
    /// The steps in the order in which they were taken.
    pub steps: Vec<StepTruth>,
    /// Rows of each table, the intruder's among them.
    pub rows: BTreeMap<String, u64>,
    /// The intruder's rows of each table.
    pub attack_rows: BTreeMap<String, u64>,
}

/// The person whose password was guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VictimTruth {
    /// `ada.king@contoso.com`.
    pub upn: String,
    /// `CONTOSO\ada.king`.
    pub nt: String,
    /// The Windows security identifier.
    pub sid: String,
    /// The Entra object id.
    pub object_id: String,
}

/// The service account whose password was dumped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceTruth {
    /// `CONTOSO\svc-backup`.
    pub nt: String,
    /// `svc-backup@contoso.com`.
    pub upn: String,
    /// The Windows security identifier.
    pub sid: String,
}

/// A step of the intrusion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepTruth {
    /// What the step is.
    pub name: String,
    /// The ATT&CK id of the technique.
    pub technique: String,
    /// When the step began.
    pub time: DateTime<Utc>,
    /// The tables in which it left rows.
    pub tables: Vec<String>,
}

/// What is only known once the logs are written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) rows: BTreeMap<String, u64>,
    pub(crate) attack_rows: BTreeMap<String, u64>,
    pub(crate) first: Option<DateTime<Utc>>,
    pub(crate) last: Option<DateTime<Utc>>,
}

impl GroundTruth {
    /// The text of `ground-truth.json`.
    pub(crate) fn to_json(&self) -> String {
        let text =
            serde_json::to_string_pretty(self).expect("all keys are text, no number is a float");
        text + "\n"
    }

    pub(crate) fn new(scenario: &Scenario, tally: Tally) -> Self {
        let Scenario { options, company, intrusion } = scenario;
        let victim = intrusion.victim(company);
        let service = intrusion.service(company);
        let begin = intrusion.time(Step::PasswordSpray);
        Self {
            seed: options.seed,
            attacker_ip: intrusion.spray_address.clone(),
            c2_ip: intrusion.control_address.clone(),
            c2_domain: intrusion.control_domain.clone(),
            victim: VictimTruth {
                upn: victim.upn.clone(),
                nt: victim.nt.clone(),
                sid: victim.sid.clone(),
                object_id: victim.object_id.clone(),
            },
            service_account: ServiceTruth {
                nt: service.nt.clone(),
                upn: service.upn.clone(),
                sid: service.sid.clone(),
            },
            hosts: intrusion.hosts(company).map(|host| host.fqdn_lower.clone()).to_vec(),
            task_name: intrusion.task_name.clone(),
            new_user: intrusion.new_user.clone(),
            start: tally.first.unwrap_or(begin),
            end: tally.last.unwrap_or(begin),
            steps: Step::ALL
                .into_iter()
                .map(|step| StepTruth {
                    name: step.name().to_owned(),
                    technique: step.technique().to_owned(),
                    time: intrusion.time(step),
                    tables: step.tables().iter().map(ToString::to_string).collect(),
                })
                .collect(),
            rows: tally.rows,
            attack_rows: tally.attack_rows,
        }
    }
}
