//! The background: ordinary life, including what looks like an attack and is none.
//!
//! Each call lets one thing happen at one moment: a person or a machine, chosen by habit, does
//! something, chosen by weight.

mod machines;
mod people;
mod staff;

use chrono::{DateTime, Utc};

use crate::calendar::people_share;
use crate::company::Company;
use crate::dice::Dice;
use crate::habits::Zipf;
use crate::internet::{MACHINE_SITES, PEOPLE_SITES, Site};
use crate::world::{Traffic, World};

/// Ordinary life.
pub(crate) struct Background {
    dice: Dice,
    /// The people, the busiest first.
    people: Vec<usize>,
    busy_people: Zipf,
    /// The hosts, the busiest first.
    hosts: Vec<usize>,
    busy_hosts: Zipf,
    busy_people_sites: Zipf,
    busy_machine_sites: Zipf,
}

impl Background {
    /// The habits of `company`.
    pub(crate) fn new(company: &Company, seed: u64) -> Self {
        let mut dice = Dice::new(seed, "background");
        let (people, hosts) = (company.people.len(), company.hosts.len());
        Self {
            people: dice.sample(people, people),
            busy_people: Zipf::new(people),
            hosts: dice.sample(hosts, hosts),
            busy_hosts: Zipf::new(hosts),
            busy_people_sites: Zipf::new(PEOPLE_SITES.len()),
            busy_machine_sites: Zipf::new(MACHINE_SITES.len()),
            dice,
        }
    }

    /// Lets one thing happen at `time`; it becomes one row or more.
    pub(crate) fn live(&mut self, world: &mut World<'_>, time: DateTime<Utc>) {
        if self.dice.chance(people_share(time)) {
            let rank = self.busy_people.draw(&mut self.dice);
            let person = &world.company.people[self.people[rank]];
            self.person(world, time, person);
        } else {
            let rank = self.busy_hosts.draw(&mut self.dice);
            let host = &world.company.hosts[self.hosts[rank]];
            self.machine(world, time, host);
        }
    }

    /// What a visit to `site` carries. Only cloud storage ever takes a large upload.
    fn visit(&mut self, site: &'static Site) -> Traffic<'static> {
        use crate::internet::Visitor;
        let dice = &mut self.dice;
        let sent = match site.visitor {
            Visitor::CloudStorage if dice.chance(60) => dice.between(40_000_000, 900_000_000),
            Visitor::CloudStorage => dice.between(2_000, 4_000_000),
            Visitor::People | Visitor::Machines if dice.chance(20) => {
                dice.between(100_000, 5_000_000)
            }
            Visitor::People | Visitor::Machines => dice.between(600, 60_000),
        };
        let updates = site.domain.ends_with("windowsupdate.com") || site.domain.starts_with("dl.");
        let received = if updates {
            dice.between(200_000, 300_000_000)
        } else {
            dice.between(2_000, 2_500_000)
        };
        Traffic {
            address: site.address(dice.bits()).into(),
            port: if site.domain.starts_with("ctldl.") || site.domain.starts_with("ocsp.") {
                80
            } else {
                443
            },
            name: site.domain.into(),
            url: "".into(),
            category: site.category,
            application: match site.visitor {
                Visitor::CloudStorage => "sharepoint-online",
                Visitor::People => "ssl",
                Visitor::Machines => "ms-update",
            },
            sent: sent as i64,
            received: received as i64,
            seconds: dice.between(1, 240) as i64,
        }
    }
}
