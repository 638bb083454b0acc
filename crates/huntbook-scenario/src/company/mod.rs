//! The company: its people, services, hosts and addresses.
//!
//! Everything here follows from the seed and the size. One person has one workstation; person and
//! workstation of the same index belong together.

mod account;
mod host;
pub(crate) mod names;

pub(crate) use account::{Account, AccountKind};
pub(crate) use host::{Host, Role};

use crate::dice::Dice;
use names::{DEPARTMENTS, FIRST, HOMES, LAST, Town};

/// The NT domain.
pub(crate) const NT_DOMAIN: &str = "CONTOSO";
/// The suffix of user principal names and of host names.
pub(crate) const SUFFIX: &str = "contoso.com";

/// Never fewer people than a password spray needs to be one.
const FEWEST_PEOPLE: u64 = 70;

/// What a person's work asks of their computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Job {
    Employee,
    /// Resets passwords, creates accounts, makes people local administrators.
    Helpdesk,
    /// Works on servers.
    Administrator,
}

/// A person who works here.
#[derive(Debug)]
pub(crate) struct Person {
    /// The place in `Company::people`, and of the workstation in `Company::hosts`.
    pub(crate) index: usize,
    pub(crate) account: Account,
    pub(crate) job: Job,
    pub(crate) department: &'static str,
    /// The place of their office in `OFFICES`.
    pub(crate) office: usize,
    /// Where this person lives.
    pub(crate) home: &'static Town,
    /// The public address of this person's line at home, no one else's.
    pub(crate) home_address: String,
    /// The place of their browser in `internet::BROWSERS`.
    pub(crate) browser: usize,
}

/// A service account, the server it runs on and the servers it is used on.
#[derive(Debug)]
pub(crate) struct ServiceAccount {
    pub(crate) account: Account,
    /// The places in `Company::hosts` of its own servers.
    pub(crate) homes: Vec<usize>,
    /// The places in `Company::hosts` of the servers it logs on to over the network.
    pub(crate) targets: Vec<usize>,
    pub(crate) schedule: Schedule,
}

/// When a service account is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Schedule {
    Always,
    Night,
}

/// The company.
#[derive(Debug)]
pub(crate) struct Company {
    pub(crate) tenant_id: String,
    pub(crate) workspace_id: String,
    pub(crate) domain_sid: String,
    pub(crate) people: Vec<Person>,
    pub(crate) services: Vec<ServiceAccount>,
    /// Workstations first, in the order of `people`, then servers.
    pub(crate) hosts: Vec<Host>,
    pub(crate) system: Account,
    pub(crate) network_service: Account,
}

impl Company {
    /// The company that `seed` founds. It grows with the fourth root of `rows`: about 300 people
    /// at 200 000 rows, 800 at ten million.
    pub(crate) fn found(seed: u64, rows: u64) -> Self {
        let mut dice = Dice::new(seed, "company");
        let size = (14 * rows.isqrt().isqrt()).clamp(FEWEST_PEOPLE, 3000) as usize;
        let domain_sid = format!(
            "S-1-5-21-{}-{}-{}",
            dice.between(1_000_000_000, 4_200_000_000),
            dice.between(1_000_000_000, 4_200_000_000),
            dice.between(1_000_000_000, 4_200_000_000)
        );
        let hosts = found_hosts(&mut dice, &domain_sid, size);
        let people = hire_people(&mut dice, &domain_sid, &hosts[..size]);
        let services = found_services(&mut dice, &domain_sid, &hosts, size);
        Self {
            tenant_id: dice.uuid(),
            workspace_id: dice.uuid(),
            domain_sid,
            people,
            services,
            hosts,
            system: Account::built_in("SYSTEM", "S-1-5-18"),
            network_service: Account::built_in("NETWORK SERVICE", "S-1-5-20"),
        }
    }

    /// The workstation of `person`.
    pub(crate) fn workstation(&self, person: &Person) -> &Host {
        &self.hosts[person.index]
    }

    /// The servers, whatever their role.
    pub(crate) fn servers(&self) -> &[Host] {
        &self.hosts[self.people.len()..]
    }

    /// The hosts of one role; every role has at least one.
    pub(crate) fn of_role(&self, role: Role) -> &[Host] {
        let hosts = if role == Role::Workstation { &self.hosts } else { self.servers() };
        // Hosts of one role stand side by side.
        hosts
            .chunk_by(|one, next| one.role == next.role)
            .find(|run| run[0].role == role)
            .unwrap_or(&[])
    }

    /// The company's public address of an office.
    pub(crate) fn egress(office: usize) -> &'static str {
        ["192.0.2.10", "192.0.2.20", "192.0.2.30"][office % 3]
    }
}

/// Half of the staff work in the first office, the rest in the other two.
fn office_of(person: usize) -> usize {
    [0, 1, 0, 2][person % 4]
}

fn found_hosts(dice: &mut Dice, domain_sid: &str, people: usize) -> Vec<Host> {
    let mut hosts = Vec::new();
    let mut add = |role: Role, number: usize, office: usize, address: String| {
        let name = match role {
            Role::Workstation => format!("{}-{number:04}", role.prefix()),
            _ => format!("{}-{number:02}", role.prefix()),
        };
        let index = hosts.len();
        let fqdn = format!("{name}.{SUFFIX}");
        hosts.push(Host {
            index,
            role,
            fqdn_lower: fqdn.to_ascii_lowercase(),
            fqdn,
            address,
            office,
            device_id: dice.hex(40),
            entra_id: dice.uuid(),
            account: Account::of_domain(
                AccountKind::Machine,
                format!("{name}$"),
                name.clone(),
                domain_sid,
                5000 + index,
                String::new(),
            ),
            name,
        });
    };
    for person in 0..people {
        let office = office_of(person);
        let floor = person / 800;
        let desk = (person / 4) % 200 + 20;
        // Offices 0 and 2 take every other desk of a subnet, so that no address is given twice.
        let wing = person % 4;
        let address = format!("10.{}.{}.{desk}", 10 * (office + 1), 4 * floor + wing);
        add(Role::Workstation, person + 1, office, address);
    }
    let extra = people / 60;
    let servers: [(Role, usize, u8); 9] = [
        (Role::DomainController, 2 + extra / 8, 1),
        (Role::Files, 2 + extra / 3, 2),
        (Role::Application, 3 + extra / 2, 3),
        (Role::Database, 2 + extra / 3, 4),
        (Role::Web, 2, 5),
        (Role::Backup, 1, 6),
        (Role::Management, 1, 6),
        (Role::Scanner, 1, 7),
        (Role::Gateway, 1, 8),
    ];
    let mut last_of_subnet = [9_u8; 9];
    for (role, count, subnet) in servers {
        for number in 1..=count {
            let last = &mut last_of_subnet[usize::from(subnet)];
            *last += 1;
            add(role, number, 0, format!("10.1.{subnet}.{last}"));
        }
    }
    hosts
}

fn hire_people(dice: &mut Dice, domain_sid: &str, workstations: &[Host]) -> Vec<Person> {
    let names = dice.sample(FIRST.len() * LAST.len(), workstations.len());
    // Two lines of one provider differ in their last sixteen bits.
    let lines = dice.sample(60_000, workstations.len());
    let mut people = Vec::with_capacity(workstations.len());
    for (index, (name, line)) in names.into_iter().zip(lines).enumerate() {
        let (first, last) = (FIRST[name % FIRST.len()], LAST[name / FIRST.len()]);
        let job = match index % 40 {
            5 | 25 => Job::Administrator,
            12 => Job::Helpdesk,
            _ => Job::Employee,
        };
        let department = match job {
            Job::Administrator | Job::Helpdesk => "IT",
            Job::Employee => *dice.weighted(DEPARTMENTS),
        };
        let office = workstations[index].office;
        let provider = ["86.148", "109.76", "85.242"][office];
        people.push(Person {
            index,
            account: Account::of_domain(
                AccountKind::Person,
                format!("{}.{}", first.to_lowercase(), last.to_lowercase()),
                format!("{first} {last}"),
                domain_sid,
                1100 + index,
                dice.uuid(),
            ),
            job,
            department,
            office,
            home: dice.pick(HOMES[office]),
            home_address: format!("{provider}.{}.{}", line / 250, line % 250 + 2),
            browser: dice.index(crate::internet::BROWSERS.len()),
        });
    }
    people
}

fn found_services(
    dice: &mut Dice,
    domain_sid: &str,
    hosts: &[Host],
    people: usize,
) -> Vec<ServiceAccount> {
    let of = |roles: &[Role]| -> Vec<usize> {
        hosts.iter().filter(|host| roles.contains(&host.role)).map(|host| host.index).collect()
    };
    let servers: Vec<usize> = (people..hosts.len()).collect();
    let data = [Role::Files, Role::Application, Role::Database];
    let mut services = Vec::new();
    let mut add = |name: &str, display_name: &str, homes, targets, schedule| {
        let account = Account::of_domain(
            AccountKind::Service,
            name.to_owned(),
            display_name.to_owned(),
            domain_sid,
            4100 + services.len(),
            dice.uuid(),
        );
        services.push(ServiceAccount { account, homes, targets, schedule });
    };
    let backup = of(&[Role::Backup]);
    let sql = of(&[Role::Database]);
    let application = of(&[Role::Application]);
    add("svc-backup", "Backup Service", backup, of(&data), Schedule::Night);
    add(
        "svc-sql",
        "SQL Server Agent",
        sql.clone(),
        of(&[Role::Database, Role::Files]),
        Schedule::Always,
    );
    add("svc-app", "Application Pool", application.clone(), sql, Schedule::Always);
    add("svc-web", "Web Front End", of(&[Role::Web]), application, Schedule::Always);
    add(
        "svc-deploy",
        "Software Deployment",
        of(&[Role::Management]),
        servers.clone(),
        Schedule::Always,
    );
    add("svc-scan", "Vulnerability Scanner", of(&[Role::Scanner]), servers, Schedule::Night);
    services
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_name_address_and_sid_belongs_to_one_alone() {
        for rows in [0, 200_000, 10_000_000, u64::MAX] {
            let company = Company::found(7, rows);
            let hosts = &company.hosts;
            let people = &company.people;
            let addresses: HashSet<_> = hosts.iter().map(|host| &host.address).collect();
            assert_eq!(addresses.len(), hosts.len());
            let homes: HashSet<_> = people.iter().map(|person| &person.home_address).collect();
            assert_eq!(homes.len(), people.len());
            let names: HashSet<_> = people.iter().map(|person| &person.account.upn).collect();
            assert_eq!(names.len(), people.len());
            let sids: HashSet<_> = people
                .iter()
                .map(|person| &person.account.sid)
                .chain(company.services.iter().map(|service| &service.account.sid))
                .chain(hosts.iter().map(|host| &host.account.sid))
                .collect();
            assert_eq!(sids.len(), people.len() + company.services.len() + hosts.len());
        }
    }

    #[test]
    fn every_person_and_service_has_an_nt_and_a_upn_spelling() {
        let company = Company::found(3, 200_000);
        let services = company.services.iter().map(|service| &service.account);
        for account in company.people.iter().map(|person| &person.account).chain(services) {
            assert_eq!(account.nt, format!("CONTOSO\\{}", account.name));
            assert_eq!(account.upn, format!("{}@contoso.com", account.name));
            assert!(account.sid.starts_with(&company.domain_sid));
            assert_eq!(account.object_id.len(), 36);
        }
    }

    #[test]
    fn every_role_has_all_of_its_hosts() {
        let company = Company::found(7, 10_000_000);
        for host in &company.hosts {
            assert!(company.of_role(host.role).iter().any(|of_role| of_role.index == host.index));
        }
    }

    #[test]
    fn company_has_about_three_hundred_people_at_the_default_size() {
        assert_eq!(Company::found(7, 200_000).people.len(), 294);
    }
}
