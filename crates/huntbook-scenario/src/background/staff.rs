//! What administrators and the service desk do: work on servers, create accounts, reset passwords.

use chrono::{DateTime, TimeDelta, Utc};

use super::Background;
use crate::activity::{AccountCreated, Activity, DirectoryChange, LogonType, MemberAdded, Text};
use crate::company::names::{FIRST, LAST};
use crate::company::{Company, Job, Person, Role};
use crate::dice::Dice;
use crate::programs::{ADMINISTRATION, CMD, POWERSHELL};
use crate::world::{LogonShape, World};

impl Background {
    /// One thing that `person`, who looks after the computers of others, does.
    pub(super) fn staff<'c>(
        &mut self,
        world: &mut World<'c>,
        time: DateTime<Utc>,
        person: &'c Person,
    ) {
        match (person.job, self.dice.below(100)) {
            (Job::Administrator, 0..55) => self.administer(world, time, person),
            (Job::Administrator, 55..80) => self.work_on_a_server(world, time, person),
            (_, 80..84) => self.create_account(world, time, person),
            (_, 84..90) => self.make_local_administrator(world, time, person),
            _ => self.change_directory(world, time, person),
        }
    }

    /// A command at the administrator's own desk.
    fn administer<'c>(&mut self, world: &mut World<'c>, time: DateTime<Utc>, person: &'c Person) {
        let (program, arguments) = *self.dice.weighted(ADMINISTRATION);
        let console =
            world.running(time, person, &CMD).unwrap_or_else(|| world.open(time, person, &CMD, ""));
        let line = format!("{}{arguments}", program.file_name);
        let later = world.soon(time, 800);
        let account = &person.account;
        world.start(later, &console, program, line.into(), account, console.logon_id);
    }

    /// A remote desktop on a server, at times from home through the VPN.
    fn work_on_a_server<'c>(
        &mut self,
        world: &mut World<'c>,
        time: DateTime<Utc>,
        person: &'c Person,
    ) {
        let company = world.company;
        let server = self.dice.pick(company.servers());
        let desk = company.workstation(person);
        let address: Text<'c> = if self.dice.chance(250) {
            format!("10.250.{}.{}", self.dice.below(16), self.dice.between(2, 250)).into()
        } else {
            (&desk.address).into()
        };
        let shape = LogonShape {
            logon_type: LogonType::RemoteInteractive,
            address,
            workstation: (&desk.name).into(),
            elevated: true,
            seen_by_defender: true,
        };
        let session = world.desktop(time, server, &person.account, shape, 1);
        let mut parent = session.shell;
        for program in [&CMD, &POWERSHELL] {
            let later = world.soon(parent.started, 60_000);
            let line = format!("\"{}\"", program.path);
            let account = &person.account;
            parent = world.start(later, &parent, program, line.into(), account, session.logon_id);
        }
        let (program, arguments) = *self.dice.weighted(ADMINISTRATION);
        let line = format!("\"{}\"{arguments}", program.path);
        let later = world.soon(parent.started, 90_000);
        world.start(later, &parent, program, line.into(), &person.account, session.logon_id);
    }

    /// A new colleague's account, made on a domain controller and put into a group.
    fn create_account<'c>(
        &mut self,
        world: &mut World<'c>,
        time: DateTime<Utc>,
        person: &'c Person,
    ) {
        let company = world.company;
        let controller = &company.of_role(Role::DomainController)[0];
        world.services(time, controller);
        let shape = LogonShape::network(company.workstation(person), true, true);
        let logon_id = world.log_on(time, controller, &person.account, shape);
        let (first, last) = (*self.dice.pick(FIRST), *self.dice.pick(LAST));
        // A number keeps the new colleague apart from those of the same name.
        let number = self.dice.between(2, 99);
        let name = format!("{}.{}{number}", first.to_lowercase(), last.to_lowercase());
        let display_name = format!("{first} {last}");
        let sid = format!("{}-{}", company.domain_sid, self.dice.between(20_000, 90_000));
        let created = world.soon(time, 4_000);
        world.happen(
            created,
            Activity::AccountCreated(AccountCreated {
                host: controller,
                by: &person.account,
                logon_id,
                domain: crate::company::NT_DOMAIN.into(),
                display_name: display_name.clone().into(),
                name: name.clone().into(),
                sid: sid.clone().into(),
            }),
        );
        let added = world.soon(created, 9_000);
        world.happen(
            added,
            Activity::MemberAdded(MemberAdded {
                host: controller,
                by: &person.account,
                logon_id,
                member: format!("CN={display_name},OU=Staff,DC=contoso,DC=com").into(),
                member_sid: sid.into(),
                group: "Remote Desktop Users",
                group_sid: "S-1-5-32-555",
            }),
        );
        let change = DirectoryChange {
            operation: "Add user",
            category: "UserManagement",
            service: "Core Directory",
            by: &person.account,
            address: Company::egress(0).into(),
            target_id: self.dice.uuid().into(),
            target_name: display_name.clone().into(),
            target_upn: format!("{name}@contoso.com").into(),
            target_kind: "User",
            change: Some(("AccountEnabled", "[]".into(), "[true]".into())),
            reason: "",
        };
        world.happen(added + TimeDelta::minutes(3), Activity::Directory(change));
        let later = added + TimeDelta::minutes(12);
        world.log_off(later, controller, &person.account, LogonType::Network, logon_id);
    }

    /// A colleague becomes an administrator of their own workstation.
    fn make_local_administrator<'c>(
        &mut self,
        world: &mut World<'c>,
        time: DateTime<Utc>,
        person: &'c Person,
    ) {
        let company = world.company;
        let colleague = self.dice.pick(&company.people);
        let host = company.workstation(colleague);
        world.services(time, host);
        let shape = LogonShape::network(company.workstation(person), true, true);
        let logon_id = world.log_on(time, host, &person.account, shape);
        let added = world.soon(time, 5_000);
        world.happen(
            added,
            Activity::MemberAdded(MemberAdded {
                host,
                by: &person.account,
                logon_id,
                member: format!("CN={},OU=Staff,DC=contoso,DC=com", colleague.account.display_name)
                    .into(),
                member_sid: (&colleague.account.sid).into(),
                group: "Administrators",
                group_sid: "S-1-5-32-544",
            }),
        );
        let later = added + TimeDelta::minutes(2);
        world.log_off(later, host, &person.account, LogonType::Network, logon_id);
    }

    /// A change to a colleague's cloud account.
    fn change_directory<'c>(
        &mut self,
        world: &mut World<'c>,
        time: DateTime<Utc>,
        person: &'c Person,
    ) {
        let colleague = self.dice.pick(&world.company.people);
        let (operation, property, old, new) = *self.dice.weighted(&[
            (30, ("Update user", "JobTitle", "", "Senior")),
            (24, ("Reset password (by admin)", "PasswordProfile", "", "")),
            (18, ("Add member to group", "Group.DisplayName", "", "Project Falcon")),
            (10, ("Remove member from group", "Group.DisplayName", "Project Otter", "")),
            (10, ("Change user license", "AssignedLicense", "E3", "E5")),
            (8, ("Update StsRefreshTokenValidFrom Timestamp", "StsRefreshTokensValidFrom", "", "")),
        ]);
        let change = DirectoryChange {
            operation,
            category: if operation.contains("group") {
                "GroupManagement"
            } else {
                "UserManagement"
            },
            service: "Core Directory",
            by: &person.account,
            address: Company::egress(0).into(),
            target_id: (&colleague.account.object_id).into(),
            target_name: (&colleague.account.display_name).into(),
            target_upn: (&colleague.account.upn).into(),
            target_kind: "User",
            change: Some((property, old.into(), new.into())),
            reason: "",
        };
        world.happen(time, Activity::Directory(change));
    }
}

/// A change that people make to their own account, from their own address.
pub(super) fn own_account_change<'c>(
    dice: &mut Dice,
    person: &'c Person,
    address: &'c str,
) -> DirectoryChange<'c> {
    let (operation, category, service, reason) = *dice.weighted(&[
        (
            50,
            (
                "User changed default security info",
                "UserManagement",
                "Authentication Methods",
                "User changed the default security info for Authenticator App",
            ),
        ),
        (
            30,
            (
                "Change password (self-service)",
                "UserManagement",
                "Self-service Password Management",
                "Successfully completed change",
            ),
        ),
        (
            20,
            (
                "User registered security info",
                "UserManagement",
                "Authentication Methods",
                "User registered Mobile Phone SMS",
            ),
        ),
    ]);
    DirectoryChange {
        operation,
        category,
        service,
        by: &person.account,
        address: address.into(),
        target_id: (&person.account.object_id).into(),
        target_name: (&person.account.display_name).into(),
        target_upn: (&person.account.upn).into(),
        target_kind: "User",
        change: None,
        reason,
    }
}
