//! What everyone does all day: browse, write, open programs, sign in, mistype a password.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::Background;
use crate::activity::{
    Activity, LogonType, OfficeAction, OfficeWork, Process, SignIn, SignInResult, VpnLogin,
};
use crate::company::names::OFFICES;
use crate::company::{Company, Job, Person, Role};
use crate::internet::{APPS, BROWSERS, Browser, PEOPLE_SITES, PHONE};
use crate::programs::{CHROME, DESKTOP, EDGE, Program};
use crate::world::{LogonShape, Traffic, World};

const MAIL: &[(u64, (&str, &str))] = &[
    (60, ("MailItemsAccessed", r"\Inbox")),
    (16, ("Send", r"\Sent Items")),
    (10, ("MoveToDeletedItems", r"\Deleted Items")),
    (8, ("Create", r"\Calendar")),
    (4, ("SoftDelete", r"\Recoverable Items")),
    (2, ("HardDelete", r"\Recoverable Items")),
];

const FILE_OPERATIONS: &[(u64, &str)] = &[
    (40, "FileAccessed"),
    (22, "FileModified"),
    (14, "FilePreviewed"),
    (9, "FileUploaded"),
    (9, "FileDownloaded"),
    (4, "FileSyncUploadedFull"),
    (2, "FileRenamed"),
];

const FILES: &[(&str, &str)] = &[
    ("budget-2027", "xlsx"),
    ("forecast-q4", "xlsx"),
    ("minutes", "docx"),
    ("roadmap", "pptx"),
    ("contract-draft", "docx"),
    ("onboarding", "pdf"),
    ("invoice", "pdf"),
    ("price-list", "xlsx"),
];

const TEAM_OPERATIONS: &[(u64, &str)] = &[
    (60, "MessageSent"),
    (20, "MeetingParticipantDetail"),
    (15, "TeamsSessionStarted"),
    (5, "ChatCreated"),
];

const TEAMS_OF_PEOPLE: &[(&str, &str)] = &[
    ("Everyone", "General"),
    ("Sales", "Pipeline"),
    ("Engineering", "Releases"),
    ("Finance", "Month end"),
];

impl Background {
    /// One thing that `person` does.
    pub(super) fn person<'c>(
        &mut self,
        world: &mut World<'c>,
        time: DateTime<Utc>,
        person: &'c Person,
    ) {
        let work_of_staff = match person.job {
            Job::Employee => 0,
            Job::Helpdesk | Job::Administrator => 160,
        };
        if self.dice.chance(work_of_staff) {
            return self.staff(world, time, person);
        }
        match self.dice.below(1000) {
            0..500 => self.browse(world, time, person),
            500..632 => self.office(world, time, person),
            632..704 => self.open_program(world, time, person),
            704..872 => self.sign_in(world, time, person),
            872..960 => self.open_share(world, time, person),
            960..968 => self.connect_vpn(world, time, person),
            968..976 => mistype_at_the_desk(world, time, person),
            976..980 => self.mistype_at_the_gateway(world, time, person),
            _ => self.housekeeping(world, time, person),
        }
    }

    fn browse<'c>(&mut self, world: &mut World<'c>, time: DateTime<Utc>, person: &'c Person) {
        let site = &PEOPLE_SITES[self.busy_people_sites.draw(&mut self.dice)];
        let traffic = self.visit(site);
        let host = world.company.workstation(person);
        world.look_up(time, host, traffic.name.clone(), "A", traffic.address.clone());
        let user = Some(&person.account);
        let mut when = time;
        for _ in 0..self.dice.between(1, 2) {
            when = world.soon(when, 900);
            let process = self.dice.chance(400).then(|| browser(world, time, person));
            let traffic = Traffic { sent: traffic.sent / 2, ..traffic.clone() };
            world.connect(when, host, user, process, traffic);
        }
    }

    fn open_program<'c>(&mut self, world: &mut World<'c>, time: DateTime<Utc>, person: &'c Person) {
        let (program, arguments) = *self.dice.weighted(DESKTOP);
        let process = world.open(time, person, program, arguments);
        if program.path == EDGE.path || program.path == CHROME.path {
            for kind in [
                "gpu-process",
                "utility --utility-sub-type=network.mojom.NetworkService",
                "renderer",
            ] {
                let later = world.soon(process.started, 1500);
                let line = format!("\"{}\" --type={kind}", program.path);
                let account = &person.account;
                world.start(later, &process, program, line.into(), account, process.logon_id);
            }
        }
    }

    fn office<'c>(&mut self, world: &mut World<'c>, time: DateTime<Utc>, person: &'c Person) {
        let place = self.place(person);
        let mut when = time;
        for _ in 0..self.dice.between(1, 4) {
            let work = match self.dice.below(10) {
                0..5 => {
                    let (operation, folder) = *self.dice.weighted(MAIL);
                    OfficeWork::Mail { operation, folder, items: self.dice.between(1, 12) }
                }
                5..8 => self.file(person),
                _ => {
                    let operation = *self.dice.weighted(TEAM_OPERATIONS);
                    let (team, channel) = *self.dice.pick(TEAMS_OF_PEOPLE);
                    OfficeWork::Team { operation, team, channel }
                }
            };
            let action = OfficeAction {
                account: &person.account,
                address: place.address.into(),
                user_agent: place.browser.user_agent,
                work,
            };
            world.happen(when, Activity::Office(action));
            when = world.soon(when, 40_000);
        }
    }

    fn file<'c>(&mut self, person: &'c Person) -> OfficeWork<'c> {
        let (stem, extension) = *self.dice.pick(FILES);
        let number = self.dice.between(1, 40);
        let own = self.dice.chance(500);
        let operation = *self.dice.weighted(FILE_OPERATIONS);
        OfficeWork::File {
            operation,
            site: if own {
                let folder = person.account.name.replace('.', "_");
                format!("https://contoso-my.sharepoint.com/personal/{folder}_contoso_com/").into()
            } else {
                let site = person.department.to_lowercase().replace(' ', "-");
                format!("https://contoso.sharepoint.com/sites/{site}/").into()
            },
            folder: if own { "Documents" } else { "Shared Documents" },
            file: format!("{stem}-{number}.{extension}").into(),
            extension,
        }
    }

    fn sign_in<'c>(&mut self, world: &mut World<'c>, time: DateTime<Utc>, person: &'c Person) {
        let place = self.place(person);
        let app = &APPS[self.dice.index(APPS.len() - 1)];
        let mut sign_in = SignIn {
            account: &person.account,
            address: place.address.into(),
            town: place.town,
            app,
            browser: place.browser,
            device: place.managed.then(|| world.company.workstation(person)),
            result: SignInResult::Success,
        };
        let mut when = time;
        // Failures come from people's own lines only: an office shares one address.
        if !place.in_office && self.dice.chance(70) {
            sign_in.result = *self.dice.weighted(&[
                (60, SignInResult::InvalidPassword),
                (34, SignInResult::MfaRequired),
                (6, SignInResult::PasswordExpired),
            ]);
            for _ in 0..self.dice.between(1, 3) {
                world.happen(when, Activity::SignIn(sign_in.clone()));
                when = world.soon(when, 25_000);
            }
            sign_in.result = SignInResult::Success;
        }
        world.happen(when, Activity::SignIn(sign_in));
    }

    fn open_share<'c>(&mut self, world: &mut World<'c>, time: DateTime<Utc>, person: &'c Person) {
        let company = world.company;
        let source = company.workstation(person);
        let servers = company.of_role(Role::Files);
        let server = &servers[(person.index + self.dice.index(2)) % servers.len()];
        world.services(time, server);
        let seen = self.dice.chance(150);
        let shape = LogonShape::network(source, false, seen);
        let logon_id = world.log_on(time, server, &person.account, shape);
        let later = time + TimeDelta::milliseconds(self.dice.between(400, 900_000) as i64);
        world.log_off(later, server, &person.account, LogonType::Network, logon_id);
    }

    fn connect_vpn<'c>(&mut self, world: &mut World<'c>, time: DateTime<Utc>, person: &'c Person) {
        let tunnel = format!("10.250.{}.{}", self.dice.below(16), self.dice.between(2, 250));
        let login = VpnLogin {
            account: &person.account,
            address: (&person.home_address).into(),
            country: person.home.country,
            tunnel: tunnel.into(),
            client: (&world.company.workstation(person).name).into(),
            system: BROWSERS[person.browser].system,
        };
        world.happen(time, Activity::Vpn(login));
    }

    fn mistype_at_the_gateway<'c>(
        &mut self,
        world: &mut World<'c>,
        time: DateTime<Utc>,
        person: &'c Person,
    ) {
        let gateway = &world.company.of_role(Role::Gateway)[0];
        let shape = LogonShape {
            logon_type: LogonType::Network,
            address: (&person.home_address).into(),
            workstation: (&world.company.workstation(person).name).into(),
            elevated: false,
            seen_by_defender: true,
        };
        let mut when = time;
        for _ in 0..self.dice.between(1, 3) {
            world.fail_to_log_on(when, gateway, &person.account, shape.clone());
            when = world.soon(when, 20_000);
        }
    }

    /// The odd chores of a mailbox and an account.
    fn housekeeping<'c>(&mut self, world: &mut World<'c>, time: DateTime<Utc>, person: &'c Person) {
        let place = self.place(person);
        if self.dice.chance(120) {
            let (name, folder) = *self.dice.pick(&[
                ("Newsletters", "Newsletters"),
                ("Build results", "Builds"),
                ("Travel", "Travel"),
            ]);
            let parameters = vec![
                ("Name", name.into()),
                ("SubjectOrBodyContainsWords", name.to_lowercase().into()),
                ("MoveToFolder", folder.into()),
                ("StopProcessingRules", "False".into()),
            ];
            let action = OfficeAction {
                account: &person.account,
                address: place.address.into(),
                user_agent: place.browser.user_agent,
                work: OfficeWork::InboxRule { parameters },
            };
            world.happen(time, Activity::Office(action));
        } else {
            let change = super::staff::own_account_change(&mut self.dice, person, place.address);
            world.happen(time, Activity::Directory(change));
        }
    }

    /// Where `person` is now.
    fn place<'c>(&mut self, person: &'c Person) -> Place<'c> {
        let office = person.office;
        match self.dice.below(100) {
            0..62 => Place {
                address: Company::egress(office),
                town: &OFFICES[office],
                browser: &BROWSERS[person.browser],
                managed: true,
                in_office: true,
            },
            62..82 => Place {
                address: &person.home_address,
                town: person.home,
                browser: &BROWSERS[person.browser],
                managed: true,
                in_office: false,
            },
            _ => Place {
                address: &person.home_address,
                town: person.home,
                browser: &PHONE,
                managed: false,
                in_office: false,
            },
        }
    }
}

/// Where a person is and what they hold in their hands.
struct Place<'c> {
    address: &'c str,
    town: &'static crate::company::names::Town,
    browser: &'static Browser,
    managed: bool,
    in_office: bool,
}

/// The browser of `person`, opened if it is not running.
fn browser<'c>(world: &mut World<'c>, time: DateTime<Utc>, person: &'c Person) -> Arc<Process<'c>> {
    let program: &'static Program =
        if BROWSERS[person.browser].name.starts_with("Chrome") { &CHROME } else { &EDGE };
    world.session(time, person);
    world.running(time, person, program).unwrap_or_else(|| world.open(time, person, program, ""))
}

fn mistype_at_the_desk<'c>(world: &mut World<'c>, time: DateTime<Utc>, person: &'c Person) {
    let host = world.company.workstation(person);
    world.services(time, host);
    let shape = LogonShape {
        logon_type: LogonType::Unlock,
        address: (&host.address).into(),
        workstation: (&host.name).into(),
        elevated: false,
        seen_by_defender: true,
    };
    world.fail_to_log_on(time, host, &person.account, shape.clone());
    let later = world.soon(time, 15_000);
    let logon_id = world.log_on(later, host, &person.account, shape);
    let later = later + TimeDelta::minutes(40);
    world.log_off(later, host, &person.account, LogonType::Unlock, logon_id);
}
