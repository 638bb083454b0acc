//! The world: hosts with their processes and sessions, and the verbs by which people, machines and
//! the intruder act in it.
//!
//! Everyone acts through the same verbs, so a process always has a parent that really started
//! earlier on its host, a logoff always has its logon, and the intruder leaves the same kinds of
//! traces as everyone else.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::activity::{
    Activity, Actor, Connection, DnsResponse, Event, Integrity, Logoff, Logon, LogonOutcome,
    LogonType, Lookup, Process, Text,
};
use crate::company::{Account, Company, Host, Person, Role};
use crate::dice::Dice;
use crate::programs::{
    BACKUP_AGENT, CCMEXEC, EXPLORER, LSASS, MSMPENG, Program, SERVICES, SMSS, SQLSERVR, SVCHOST,
    USERINIT, W3WP, WININIT, WINLOGON,
};

/// The logon id of the operating system itself.
pub(crate) const SYSTEM_LOGON: i64 = 0x3e7;

/// At most this many programs of a session are remembered as possible parents.
const REMEMBERED: usize = 6;

/// What runs on a host since it booted.
#[derive(Debug, Clone)]
pub(crate) struct Services<'c> {
    pub(crate) session_manager: Arc<Process<'c>>,
    pub(crate) security_authority: Arc<Process<'c>>,
    pub(crate) service_manager: Arc<Process<'c>>,
    /// `svchost.exe -k DcomLaunch`, the parent of what WMI and COM start.
    pub(crate) launcher: Arc<Process<'c>>,
    /// `svchost.exe -k netsvcs`, the parent of scheduled tasks.
    pub(crate) scheduler: Arc<Process<'c>>,
    pub(crate) antivirus: Arc<Process<'c>>,
    pub(crate) management: Arc<Process<'c>>,
    /// What the server is there for, on servers that have one.
    pub(crate) server: Option<Arc<Process<'c>>>,
}

/// A person at a desktop.
#[derive(Debug, Clone)]
pub(crate) struct Session<'c> {
    pub(crate) logon_id: i64,
    pub(crate) shell: Arc<Process<'c>>,
    until: DateTime<Utc>,
}

#[derive(Debug)]
struct Machine<'c> {
    services: Option<Services<'c>>,
    session: Option<Session<'c>>,
    programs: Vec<Arc<Process<'c>>>,
    next_process: i64,
    next_logon: i64,
}

/// An event whose time may not have come yet; the earliest is the greatest.
struct Pending<'c>(Reverse<(DateTime<Utc>, u64)>, Event<'c>);

impl PartialEq for Pending<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl Eq for Pending<'_> {}
impl PartialOrd for Pending<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Pending<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

/// What a logon looks like apart from its host and account.
#[derive(Debug, Clone)]
pub(crate) struct LogonShape<'c> {
    pub(crate) logon_type: LogonType,
    pub(crate) address: Text<'c>,
    pub(crate) workstation: Text<'c>,
    pub(crate) elevated: bool,
    pub(crate) seen_by_defender: bool,
}

/// Where a connection goes and what it carries.
#[derive(Debug, Clone)]
pub(crate) struct Traffic<'c> {
    pub(crate) address: Text<'c>,
    pub(crate) port: i32,
    pub(crate) name: Text<'c>,
    pub(crate) url: Text<'c>,
    pub(crate) category: &'static str,
    pub(crate) application: &'static str,
    pub(crate) sent: i64,
    pub(crate) received: i64,
    pub(crate) seconds: i64,
}

/// The company in motion.
pub(crate) struct World<'c> {
    pub(crate) company: &'c Company,
    pub(crate) dice: Dice,
    /// Who acts now; every event is marked with it.
    pub(crate) actor: Actor,
    /// Rows that the company's own events become.
    pub(crate) rows: u64,
    end: DateTime<Utc>,
    sequence: u64,
    pending: BinaryHeap<Pending<'c>>,
    machines: Vec<Machine<'c>>,
    name_servers: &'c [Host],
}

impl<'c> World<'c> {
    /// A company whose hosts are all switched off, until `end`.
    pub(crate) fn new(company: &'c Company, seed: u64, end: DateTime<Utc>) -> Self {
        let mut dice = Dice::new(seed, "world");
        let machines = company
            .hosts
            .iter()
            .map(|_| Machine {
                services: None,
                session: None,
                programs: Vec::new(),
                next_process: 4 * dice.between(80, 160) as i64,
                next_logon: dice.between(0x3_0000, 0x9_0000) as i64,
            })
            .collect();
        Self {
            company,
            dice,
            actor: Actor::Company,
            rows: 0,
            end,
            sequence: 0,
            pending: BinaryHeap::new(),
            machines,
            name_servers: company.of_role(Role::DomainController),
        }
    }

    /// Lets `activity` happen at `time`, or not at all if that is past the end of the range.
    pub(crate) fn happen(&mut self, time: DateTime<Utc>, activity: Activity<'c>) {
        if time >= self.end {
            return;
        }
        if self.actor == Actor::Company {
            self.rows += activity.rows();
        }
        let sequence = self.sequence;
        self.sequence += 1;
        let event = Event { time, sequence, actor: self.actor, activity };
        self.pending.push(Pending(Reverse((time, sequence)), event));
    }

    /// The next event not later than `until`, in the order of time.
    pub(crate) fn next_before(&mut self, until: DateTime<Utc>) -> Option<Event<'c>> {
        let Reverse((time, _)) = self.pending.peek()?.0;
        if time > until { None } else { self.pending.pop().map(|pending| pending.1) }
    }

    /// `time` and up to `milliseconds` more, in ticks of 100 ns.
    pub(crate) fn soon(&mut self, time: DateTime<Utc>, milliseconds: u64) -> DateTime<Utc> {
        let ticks = self.dice.between(1, milliseconds * 10_000) as i64;
        time + TimeDelta::nanoseconds(ticks * 100)
    }

    /// Starts a process and returns it. It starts at `time`, or just after its parent did.
    pub(crate) fn start(
        &mut self,
        time: DateTime<Utc>,
        parent: &Arc<Process<'c>>,
        program: &'c Program,
        command_line: Text<'c>,
        account: &'c Account,
        logon_id: i64,
    ) -> Arc<Process<'c>> {
        let started = time.max(parent.started + TimeDelta::microseconds(900));
        let session = if logon_id == SYSTEM_LOGON { 0 } else { parent.session };
        let integrity = match () {
            () if logon_id == SYSTEM_LOGON => Integrity::System,
            () if session == 0 => Integrity::High,
            () => Integrity::Medium,
        };
        let process = Process {
            host: parent.host,
            id: self.process_id(parent.host),
            started,
            program,
            command_line,
            account,
            logon_id,
            integrity,
            session,
            parent: Some(Arc::clone(parent)),
        };
        self.run(process)
    }

    fn run(&mut self, process: Process<'c>) -> Arc<Process<'c>> {
        let process = Arc::new(process);
        self.happen(process.started, Activity::Process(Arc::clone(&process)));
        process
    }

    // Never reused, so that an id names one process of a host.
    fn process_id(&mut self, host: &Host) -> i64 {
        let id = self.machines[host.index].next_process;
        self.machines[host.index].next_process += 4 * self.dice.between(1, 12) as i64;
        id
    }

    /// What runs on `host`; boots it at `time` if it is off.
    pub(crate) fn services(&mut self, time: DateTime<Utc>, host: &'c Host) -> Services<'c> {
        if let Some(services) = &self.machines[host.index].services {
            return services.clone();
        }
        let system = &self.company.system;
        let id = self.process_id(host);
        let session_manager = self.run(Process {
            host,
            id,
            started: time,
            program: &SMSS,
            command_line: r"\SystemRoot\System32\smss.exe".into(),
            account: system,
            logon_id: SYSTEM_LOGON,
            integrity: Integrity::System,
            session: 0,
            parent: None,
        });
        let mut boot =
            |parent: &Arc<Process<'c>>, program: &'c Program, arguments: &'static str| {
                let line = format!("{}{arguments}", program.path);
                let later = self.soon(parent.started, 400);
                self.start(later, parent, program, line.into(), system, SYSTEM_LOGON)
            };
        let init = boot(&session_manager, &WININIT, "");
        let service_manager = boot(&init, &SERVICES, "");
        let security_authority = boot(&init, &LSASS, "");
        let launcher = boot(&service_manager, &SVCHOST, " -k DcomLaunch -p -s LSM");
        let scheduler = boot(&service_manager, &SVCHOST, " -k netsvcs -p -s Schedule");
        let antivirus = boot(&service_manager, &MSMPENG, "");
        let management = boot(&service_manager, &CCMEXEC, "");
        let server = match host.role {
            Role::Database => Some(boot(&service_manager, &SQLSERVR, " -sMSSQLSERVER")),
            Role::Web | Role::Application => {
                Some(boot(&scheduler, &W3WP, r#" -ap "DefaultAppPool" -v "v4.0""#))
            }
            Role::Backup => Some(boot(&service_manager, &BACKUP_AGENT, " --service")),
            _ => None,
        };
        let running = Services {
            session_manager,
            security_authority,
            service_manager,
            launcher,
            scheduler,
            antivirus,
            management,
            server,
        };
        self.machines[host.index].services = Some(running.clone());
        running
    }

    /// A logon id of `host` that was not used before.
    pub(crate) fn logon_id(&mut self, host: &Host) -> i64 {
        let id = self.machines[host.index].next_logon;
        self.machines[host.index].next_logon += self.dice.between(200, 90_000) as i64;
        id
    }

    /// Logs `account` on to `host` and returns the logon id.
    pub(crate) fn log_on(
        &mut self,
        time: DateTime<Utc>,
        host: &'c Host,
        account: &'c Account,
        shape: LogonShape<'c>,
    ) -> i64 {
        let logon_id = self.logon_id(host);
        let outcome = LogonOutcome::Success;
        self.happen(time, Activity::Logon(shape.of(host, account, outcome, logon_id)));
        logon_id
    }

    /// A logon that fails for a wrong password.
    pub(crate) fn fail_to_log_on(
        &mut self,
        time: DateTime<Utc>,
        host: &'c Host,
        account: &'c Account,
        shape: LogonShape<'c>,
    ) {
        let outcome = LogonOutcome::WrongPassword;
        self.happen(time, Activity::Logon(shape.of(host, account, outcome, 0)));
    }

    /// Ends a logon.
    pub(crate) fn log_off(
        &mut self,
        time: DateTime<Utc>,
        host: &'c Host,
        account: &'c Account,
        logon_type: LogonType,
        logon_id: i64,
    ) {
        self.happen(time, Activity::Logoff(Logoff { host, account, logon_type, logon_id }));
    }

    /// The desktop of `account` on `host`: a logon, and the processes from `winlogon.exe` to
    /// `explorer.exe`.
    pub(crate) fn desktop(
        &mut self,
        time: DateTime<Utc>,
        host: &'c Host,
        account: &'c Account,
        shape: LogonShape<'c>,
        hours: u64,
    ) -> Session<'c> {
        let services = self.services(time, host);
        let (logon_type, elevated) = (shape.logon_type, shape.elevated);
        let later = self.soon(time, 300);
        let winlogon = self.run_in_session(later, &services.session_manager, elevated);
        let logon_id = self.log_on(winlogon.started, host, account, shape);
        let later = self.soon(winlogon.started, 700);
        let path = USERINIT.path.clone();
        let userinit = self.start(later, &winlogon, &USERINIT, path, account, logon_id);
        let later = self.soon(userinit.started, 500);
        let path = EXPLORER.path.clone();
        let shell = self.start(later, &userinit, &EXPLORER, path, account, logon_id);
        let minutes = self.dice.between(hours * 45, hours * 60) as i64;
        let until = time + TimeDelta::minutes(minutes);
        self.log_off(until, host, account, logon_type, logon_id);
        Session { logon_id, shell, until }
    }

    fn run_in_session(
        &mut self,
        time: DateTime<Utc>,
        manager: &Arc<Process<'c>>,
        elevated: bool,
    ) -> Arc<Process<'c>> {
        let id = self.process_id(manager.host);
        let session = self.dice.between(1, if elevated { 5 } else { 2 }) as i64;
        self.run(Process {
            host: manager.host,
            id,
            started: time.max(manager.started + TimeDelta::microseconds(900)),
            program: &WINLOGON,
            command_line: "winlogon.exe".into(),
            account: &self.company.system,
            logon_id: SYSTEM_LOGON,
            integrity: Integrity::System,
            session,
            parent: Some(Arc::clone(manager)),
        })
    }

    /// The session of `person` at their own workstation; they log on if they are not.
    pub(crate) fn session(&mut self, time: DateTime<Utc>, person: &'c Person) -> Session<'c> {
        if let Some(session) = &self.machines[person.index].session
            && session.until > time
        {
            return session.clone();
        }
        let host = self.company.workstation(person);
        let shape = LogonShape {
            logon_type: LogonType::Interactive,
            address: "127.0.0.1".into(),
            workstation: (&host.name).into(),
            elevated: person.job != crate::company::Job::Employee,
            seen_by_defender: true,
        };
        let session = self.desktop(time, host, &person.account, shape, 9);
        self.machines[person.index].session = Some(session.clone());
        self.machines[person.index].programs.clear();
        session
    }

    /// Starts a program on the desktop of `person` and remembers it as one that is running.
    pub(crate) fn open(
        &mut self,
        time: DateTime<Utc>,
        person: &'c Person,
        program: &'c Program,
        arguments: &'static str,
    ) -> Arc<Process<'c>> {
        let session = self.session(time, person);
        let line = format!("\"{}\"{arguments}", program.path);
        let account = &person.account;
        let logon_id = session.logon_id;
        let process = self.start(time, &session.shell, program, line.into(), account, logon_id);
        let programs = &mut self.machines[person.index].programs;
        if programs.len() == REMEMBERED {
            programs.remove(0);
        }
        programs.push(Arc::clone(&process));
        process
    }

    /// A program that runs on the desktop of `person` since before `time`, if there is one.
    pub(crate) fn running(
        &self,
        time: DateTime<Utc>,
        person: &Person,
        program: &Program,
    ) -> Option<Arc<Process<'c>>> {
        let programs = &self.machines[person.index].programs;
        let found = programs
            .iter()
            .find(|process| process.program.path == program.path && process.started < time);
        found.cloned()
    }

    /// Asks a DNS server for the addresses of `name`.
    pub(crate) fn look_up(
        &mut self,
        time: DateTime<Utc>,
        host: &'c Host,
        name: Text<'c>,
        query_type: &'static str,
        addresses: Text<'c>,
    ) {
        let response = if addresses.is_empty() && query_type == "A" {
            DnsResponse::NoSuchName
        } else {
            DnsResponse::Success
        };
        let server = &self.name_servers[host.index % self.name_servers.len()];
        let lookup = Lookup { host, server, name, query_type, addresses, response };
        self.happen(time, Activity::Lookup(lookup));
    }

    /// Connects `host` to somewhere outside its own subnet.
    pub(crate) fn connect(
        &mut self,
        time: DateTime<Utc>,
        host: &'c Host,
        user: Option<&'c Account>,
        process: Option<Arc<Process<'c>>>,
        traffic: Traffic<'c>,
    ) {
        let time = process
            .as_ref()
            .map_or(time, |process| time.max(process.started + TimeDelta::milliseconds(3)));
        let local_port = self.dice.between(49_152, 65_535) as i32;
        let connection = Connection {
            host,
            user,
            process,
            crosses_firewall: true,
            local_port,
            address: traffic.address,
            port: traffic.port,
            name: traffic.name,
            url: traffic.url,
            category: traffic.category,
            application: traffic.application,
            sent: traffic.sent,
            received: traffic.received,
            seconds: traffic.seconds,
        };
        self.happen(time, Activity::Connection(connection));
    }
}

impl<'c> LogonShape<'c> {
    /// A logon over the network from `source`.
    pub(crate) fn network(source: &'c Host, elevated: bool, seen_by_defender: bool) -> Self {
        Self {
            logon_type: LogonType::Network,
            address: (&source.address).into(),
            workstation: (&source.name).into(),
            elevated,
            seen_by_defender,
        }
    }

    fn of(
        self,
        host: &'c Host,
        account: &'c Account,
        outcome: LogonOutcome,
        logon_id: i64,
    ) -> Logon<'c> {
        Logon {
            host,
            account,
            logon_type: self.logon_type,
            outcome,
            logon_id,
            address: self.address,
            workstation: self.workstation,
            elevated: self.elevated,
            seen_by_defender: self.seen_by_defender,
        }
    }
}
