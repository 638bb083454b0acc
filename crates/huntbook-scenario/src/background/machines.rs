//! What machines do on their own: telemetry, updates, service accounts, backups, scans.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::Background;
use crate::activity::{Activity, ExplicitCredentials, LogonType, Probe, Process, Task};
use crate::calendar::is_night;
use crate::company::{Host, Role, Schedule, ServiceAccount};
use crate::internet::MACHINE_SITES;
use crate::programs::{
    CMD, CONHOST, MANAGEMENT_SCRIPTS, MSIEXEC, POWERSHELL, SERVICE_WORK, SVCHOST,
};
use crate::world::{LogonShape, SYSTEM_LOGON, Traffic, World};

/// Tasks that software registers when it is installed or updated.
const UPDATERS: &[(&str, &str, &str)] = &[
    (
        r"\GoogleUpdateTaskMachineUA",
        r"C:\Program Files (x86)\Google\Update\GoogleUpdate.exe",
        "/ua /installsource scheduler",
    ),
    (
        r"\MicrosoftEdgeUpdateTaskMachineCore",
        r"C:\Program Files (x86)\Microsoft\EdgeUpdate\MicrosoftEdgeUpdate.exe",
        "/c",
    ),
    (
        r"\Microsoft\Office\Office Automatic Updates 2.0",
        r"C:\Program Files\Common Files\Microsoft Shared\ClickToRun\OfficeC2RClient.exe",
        "/frequentupdate SCHEDULEDTASK displaylevel=False",
    ),
    (
        r"\Contoso\Inventory",
        r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
        r"-NonInteractive -File C:\ProgramData\Contoso\inventory.ps1",
    ),
];

/// Who knocks at the firewall: the first octets of networks that scan the whole internet.
const SCANNERS: &[&str] =
    &["71.6.135", "80.82.77", "89.248.165", "162.142.125", "167.94.138", "185.142.236"];

impl Background {
    /// One thing that `host` does.
    pub(super) fn machine<'c>(
        &mut self,
        world: &mut World<'c>,
        time: DateTime<Utc>,
        host: &'c Host,
    ) {
        let services = world.services(time, host);
        match self.dice.below(1000) {
            0..220 => self.report_to_the_vendor(world, time, host),
            220..380 => self.visit_domain_controller(world, time, host),
            380..470 => self.resolve(world, time, host),
            470..535 => {
                let (program, arguments) = *self.dice.weighted(SERVICE_WORK);
                let parent = if program.file_name.starts_with(['t', 'M', 'G', 'r']) {
                    &services.scheduler
                } else {
                    &services.launcher
                };
                let line = format!("{}{arguments}", program.path);
                let system = &world.company.system;
                world.start(time, parent, program, line.into(), system, SYSTEM_LOGON);
            }
            535..550 => self.run_management_script(world, time, host),
            550..580 => start_service(world, time, host),
            580..800 => self.turn_away_a_scanner(world, time),
            800..999 => self.use_service_account(world, time),
            _ => self.register_updater(world, time, host),
        }
    }

    fn report_to_the_vendor<'c>(
        &mut self,
        world: &mut World<'c>,
        time: DateTime<Utc>,
        host: &'c Host,
    ) {
        let site = &MACHINE_SITES[self.busy_machine_sites.draw(&mut self.dice)];
        let traffic = self.visit(site);
        world.look_up(time, host, traffic.name.clone(), "A", traffic.address.clone());
        let services = world.services(time, host);
        let process =
            if site.domain.starts_with('w') { services.antivirus } else { services.scheduler };
        let seen = self.dice.chance(450).then_some(process);
        let later = world.soon(time, 700);
        world.connect(later, host, None, seen, traffic);
    }

    fn visit_domain_controller<'c>(
        &mut self,
        world: &mut World<'c>,
        time: DateTime<Utc>,
        host: &'c Host,
    ) {
        let controllers = world.company.of_role(Role::DomainController);
        let controller = &controllers[self.dice.index(controllers.len())];
        world.services(time, controller);
        let shape = LogonShape::network(host, host.role == Role::DomainController, false);
        let logon_id = world.log_on(time, controller, &host.account, shape);
        let later = world.soon(time, 60_000);
        world.log_off(later, controller, &host.account, LogonType::Network, logon_id);
    }

    /// Names that machines ask for without anyone visiting them.
    fn resolve<'c>(&mut self, world: &mut World<'c>, time: DateTime<Utc>, host: &'c Host) {
        let company = world.company;
        match self.dice.below(100) {
            0..45 => {
                let server = self.dice.pick(company.servers());
                let (name, address) = (&server.fqdn_lower, &server.address);
                world.look_up(time, host, name.into(), "A", address.into());
            }
            45..65 => {
                let name = "_ldap._tcp.dc._msdcs.contoso.com";
                world.look_up(time, host, name.into(), "SRV", "".into());
            }
            65..80 => world.look_up(time, host, "wpad.contoso.com".into(), "A", "".into()),
            // The antivirus asks for the reputation of a file by its hash, as a long subdomain.
            80..95 => {
                let name = format!("{}.avqs.mcafee.com", self.dice.hex(32));
                world.look_up(time, host, name.into(), "A", "127.0.0.1".into());
            }
            _ => {
                let domain = *self.dice.pick(&[
                    "_dmarc.contoso.com",
                    "selector1._domainkey.contoso.com",
                    "_spf.google.com",
                ]);
                world.look_up(time, host, domain.into(), "TXT", "".into());
            }
        }
    }

    fn run_management_script<'c>(
        &mut self,
        world: &mut World<'c>,
        time: DateTime<Utc>,
        host: &'c Host,
    ) {
        let parent = world.services(time, host).management;
        let arguments = *self.dice.pick(MANAGEMENT_SCRIPTS);
        let line = format!("\"{}\"{arguments}", POWERSHELL.path);
        let system = &world.company.system;
        let script = world.start(time, &parent, &POWERSHELL, line.into(), system, SYSTEM_LOGON);
        let later = world.soon(script.started, 90);
        let line = r"\??\C:\Windows\System32\conhost.exe 0xffffffff -ForceV1";
        world.start(later, &script, &CONHOST, line.into(), system, SYSTEM_LOGON);
    }

    fn turn_away_a_scanner(&mut self, world: &mut World<'_>, time: DateTime<Utc>) {
        let network = *self.dice.pick(SCANNERS);
        let address = format!("{network}.{}", self.dice.between(1, 254));
        let target = format!("192.0.2.{}", self.dice.between(1, 254));
        let port = *self.dice.pick(&[22, 23, 80, 443, 445, 1433, 3389, 5900, 8080, 8443]);
        world.happen(time, Activity::Probe(Probe { address, target, port }));
    }

    /// A service account logs on from one of its own servers to one that it works with.
    fn use_service_account(&mut self, world: &mut World<'_>, time: DateTime<Utc>) {
        let company = world.company;
        let awake: Vec<&ServiceAccount> = company
            .services
            .iter()
            .filter(|service| service.schedule == Schedule::Always || is_night(time))
            .collect();
        // At night the backup does most of the work.
        let service = if is_night(time) && self.dice.chance(500) {
            awake[0]
        } else {
            *self.dice.pick(&awake)
        };
        let home = &company.hosts[*self.dice.pick(&service.homes)];
        let target = &company.hosts[*self.dice.pick(&service.targets)];
        let services = world.services(time, home);
        world.services(time, target);
        let elevated = service.schedule == Schedule::Night || service.account.name == "svc-deploy";
        // A forgotten password in the scheduler: one account, one address, again and again.
        if service.account.name == "svc-app" && self.dice.chance(60) {
            let shape = LogonShape::network(home, false, true);
            return world.fail_to_log_on(time, target, &service.account, shape);
        }
        if self.dice.chance(80) {
            let process = services.server.unwrap_or(services.scheduler);
            let explicit =
                ExplicitCredentials { process, target: &service.account, server: target };
            world.happen(time, Activity::ExplicitCredentials(explicit));
        }
        let later = world.soon(time, 60);
        let shape = LogonShape::network(home, elevated, self.dice.chance(180));
        let logon_id = world.log_on(later, target, &service.account, shape);
        if service.account.name == "svc-deploy" && self.dice.chance(40) {
            self.deploy(world, later, target, service, logon_id);
        }
        self.reach(world, later, home, target);
        let later = later + TimeDelta::milliseconds(self.dice.between(800, 1_200_000) as i64);
        world.log_off(later, target, &service.account, LogonType::Network, logon_id);
    }

    /// The deployment tool installs a package.
    fn deploy<'c>(
        &mut self,
        world: &mut World<'c>,
        time: DateTime<Utc>,
        target: &'c Host,
        service: &'c ServiceAccount,
        logon_id: i64,
    ) {
        let launcher = world.services(time, target).management;
        let shell = self.dice.chance(500);
        let parent: Arc<Process<'c>> = if shell {
            let line = r"cmd.exe /c C:\Windows\ccmcache\install.cmd";
            world.start(time, &launcher, &CMD, line.into(), &service.account, logon_id)
        } else {
            launcher
        };
        let line =
            format!(r"msiexec.exe /i C:\Windows\ccmcache\{}\package.msi /qn", self.dice.hex(2));
        let later = world.soon(time.max(parent.started), 2_000);
        world.start(later, &parent, &MSIEXEC, line.into(), &service.account, logon_id);
    }

    /// The traffic between two servers, now and then on the firewall between their subnets.
    fn reach<'c>(
        &mut self,
        world: &mut World<'c>,
        time: DateTime<Utc>,
        from: &'c Host,
        to: &'c Host,
    ) {
        if !self.dice.chance(400) {
            return;
        }
        let (port, application) = match to.role {
            Role::Database => (1433, "mssql-db"),
            Role::Application | Role::Web => (443, "ssl"),
            _ => (445, "ms-ds-smb"),
        };
        let traffic = Traffic {
            address: (&to.address).into(),
            port,
            name: (&to.fqdn_lower).into(),
            url: "".into(),
            category: "private-ip-addresses",
            application,
            sent: self.dice.between(1_000, 20_000_000) as i64,
            received: self.dice.between(1_000, 20_000_000) as i64,
            seconds: self.dice.between(1, 900) as i64,
        };
        world.connect(time, from, None, None, traffic);
    }

    fn register_updater<'c>(&mut self, world: &mut World<'c>, time: DateTime<Utc>, host: &'c Host) {
        let (name, command, arguments) = *self.dice.pick(UPDATERS);
        let task = Task {
            host,
            account: &world.company.system,
            logon_id: SYSTEM_LOGON,
            name: name.into(),
            command: command.into(),
            arguments: arguments.into(),
        };
        world.happen(time, Activity::Task(task));
    }
}

/// A service starts: the system logs itself on and runs it.
fn start_service<'c>(world: &mut World<'c>, time: DateTime<Utc>, host: &'c Host) {
    let services = world.services(time, host).service_manager;
    let system = &world.company.system;
    let shape = LogonShape {
        logon_type: LogonType::Service,
        address: "-".into(),
        workstation: "-".into(),
        elevated: true,
        seen_by_defender: false,
    };
    world.log_on(time, host, system, shape);
    let later = world.soon(time, 40);
    let line = format!("{} -k wsappx -p -s ClipSVC", SVCHOST.path);
    world.start(later, &services, &SVCHOST, line.into(), system, SYSTEM_LOGON);
}
