//! `DeviceProcessEvents`: Sysmon 1, and 4688 of the Security channel where Sysmon does not tell of the process.

use super::super::WindowsEvent;
use super::super::recording::Recording;
use super::{
    Row, decimal, device, field, file_name, lower, split_account, split_hashes, well_known_sid,
};
use crate::local::timestamp;

/// A process as its start told of it.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Process {
    pub(super) image: Option<String>,
    pub(super) id: Option<String>,
    /// `DOMAIN\user`.
    pub(super) user: Option<String>,
    command_line: Option<String>,
    created: Option<i64>,
    integrity: Option<String>,
    logon: Option<String>,
    session: Option<String>,
    hashes: Option<String>,
    company: Option<String>,
    product: Option<String>,
    version: Option<String>,
    description: Option<String>,
    original_name: Option<String>,
    parent_guid: Option<String>,
    parent_id: Option<String>,
    parent_image: Option<String>,
    parent_command_line: Option<String>,
    parent_user: Option<String>,
}

/// What tells one start of a process from another: device, process identifier, image.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in super::super) struct Started(Option<String>, Option<String>, Option<String>);

impl Started {
    /// The start that an event 1 of Sysmon tells of.
    pub(in super::super) fn of_sysmon(event: &WindowsEvent<'_>) -> Self {
        Self(device(event), decimal(field(event, "ProcessId")), lower(field(event, "Image")))
    }

    fn of_security(event: &WindowsEvent<'_>) -> Self {
        let image = lower(field(event, "NewProcessName"));
        Self(device(event), decimal(field(event, "NewProcessId")), image)
    }
}

impl Process {
    /// The process that an event 1 of Sysmon tells of.
    pub(in super::super) fn of_sysmon(event: &WindowsEvent<'_>) -> Self {
        let one = |name: &str| field(event, name);
        Self {
            image: one("Image"),
            id: one("ProcessId"),
            user: one("User"),
            command_line: one("CommandLine"),
            created: one("UtcTime").and_then(|time| timestamp::parse_iso(&time)?.nanoseconds),
            integrity: one("IntegrityLevel"),
            logon: one("LogonId"),
            session: one("TerminalSessionId"),
            hashes: one("Hashes"),
            company: one("Company"),
            product: one("Product"),
            version: one("FileVersion"),
            description: one("Description"),
            original_name: one("OriginalFileName"),
            parent_guid: one("ParentProcessGuid"),
            parent_id: one("ParentProcessId"),
            parent_image: one("ParentImage"),
            parent_command_line: one("ParentCommandLine"),
            parent_user: one("ParentUser"),
        }
    }

    /// Sets the columns of the initiating process to this one.
    pub(super) fn put_as_actor(self, row: &mut Row<'_>, guid: Option<String>) {
        row.put_actor_image(self.image.as_deref());
        row.put("InitiatingProcessCommandLine", self.command_line);
        row.put("InitiatingProcessId", decimal(self.id));
        row.put("InitiatingProcessUniqueId", guid);
        row.put("InitiatingProcessIntegrityLevel", self.integrity);
        row.put("InitiatingProcessLogonId", self.logon);
        row.put("InitiatingProcessSessionId", self.session);
        row.put_time("InitiatingProcessCreationTime", self.created);
        if let Some(user) = self.user {
            let (domain, name) = split_account(&user);
            row.put("InitiatingProcessAccountSid", name.as_deref().and_then(well_known_sid));
            row.put("InitiatingProcessAccountDomain", domain);
            row.put("InitiatingProcessAccountName", name);
        }
        for (kind, hash) in self.hashes.as_deref().into_iter().flat_map(split_hashes) {
            match kind {
                "MD5" => row.put("InitiatingProcessMD5", Some(hash)),
                "SHA1" => row.put("InitiatingProcessSHA1", Some(hash)),
                "SHA256" => row.put("InitiatingProcessSHA256", Some(hash)),
                _ => {}
            }
        }
        row.put("InitiatingProcessVersionInfoCompanyName", self.company);
        row.put("InitiatingProcessVersionInfoProductName", self.product);
        row.put("InitiatingProcessVersionInfoProductVersion", self.version);
        row.put("InitiatingProcessVersionInfoFileDescription", self.description);
        row.put("InitiatingProcessVersionInfoOriginalFileName", self.original_name);
        row.put("InitiatingProcessParentFileName", self.parent_image.as_deref().map(file_name));
        row.put("InitiatingProcessParentId", decimal(self.parent_id));
    }

    /// Sets the columns of the process that the row is about to this one.
    fn put_as_subject(&self, row: &mut Row<'_>) {
        row.put_file(self.image.as_deref());
        self.put_as_target(row);
        row.put("ProcessId", decimal(self.id.clone()));
        row.put("ProcessIntegrityLevel", self.integrity.clone());
        row.put("CreatedProcessSessionId", self.session.clone());
        row.put("ProcessVersionInfoCompanyName", self.company.clone());
        row.put("ProcessVersionInfoProductName", self.product.clone());
        row.put("ProcessVersionInfoProductVersion", self.version.clone());
        row.put("ProcessVersionInfoFileDescription", self.description.clone());
        row.put("ProcessVersionInfoOriginalFileName", self.original_name.clone());
    }

    /// Sets the columns of the process that something was done to, but for its image and identifier.
    pub(super) fn put_as_target(&self, row: &mut Row<'_>) {
        row.put("ProcessCommandLine", self.command_line.clone());
        row.put_time("ProcessCreationTime", self.created);
        row.put("LogonId", self.logon.clone());
        if let Some(user) = &self.user {
            let (domain, name) = split_account(user);
            row.put("AccountSid", name.as_deref().and_then(well_known_sid));
            row.put("AccountDomain", domain);
            row.put("AccountName", name);
        }
        row.put_hashes(self.hashes.as_deref());
    }

    /// The parent: as its own start told of it, completed by what its child's says.
    fn parent(&self, recording: &Recording) -> Self {
        let known = self.parent_guid.as_deref().and_then(|guid| recording.process(guid));
        let mut parent = known.cloned().unwrap_or_default();
        parent.image = self.parent_image.clone().or(parent.image);
        parent.command_line = self.parent_command_line.clone().or(parent.command_line);
        parent.id = self.parent_id.clone().or(parent.id);
        parent.user = self.parent_user.clone().or(parent.user);
        parent
    }
}

pub(super) fn row<'a>(event: &WindowsEvent<'_>, recording: &Recording) -> Option<Row<'a>> {
    match event.event_id() {
        Some(1) if event.is_sysmon() => {
            let process = Process::of_sysmon(event);
            let mut row = Row::new(event, recording, "ProcessCreated");
            process.put_as_subject(&mut row);
            row.put("ProcessUniqueId", field(event, "ProcessGuid"));
            process.parent(recording).put_as_actor(&mut row, process.parent_guid.clone());
            Some(row)
        }
        Some(4688) if event.is_security() => {
            let known = recording.has_started(&Started::of_security(event));
            (!known).then(|| of_security(event, recording))
        }
        _ => None,
    }
}

fn of_security<'a>(event: &WindowsEvent<'_>, recording: &Recording) -> Row<'a> {
    let one = |name: &str| field(event, name);
    let mut row = Row::new(event, recording, "ProcessCreated");
    let image = one("NewProcessName");
    row.put_file(image.as_deref());
    row.put("ProcessCommandLine", one("CommandLine"));
    row.put("ProcessId", decimal(one("NewProcessId")));
    row.put_time("ProcessCreationTime", event.time(recording.clock));
    row.put("ProcessIntegrityLevel", one("MandatoryLabel").as_deref().and_then(integrity));
    row.put("ProcessTokenElevation", one("TokenElevationType").as_deref().and_then(elevation));
    // The account of the new process where it is another than that of its creator.
    let (name, domain, sid, logon) = if one("TargetUserName").is_some() {
        ("TargetUserName", "TargetDomainName", "TargetUserSid", "TargetLogonId")
    } else {
        ("SubjectUserName", "SubjectDomainName", "SubjectUserSid", "SubjectLogonId")
    };
    row.put("AccountName", lower(one(name)));
    row.put("AccountDomain", lower(one(domain)));
    row.put("AccountSid", one(sid));
    row.put("LogonId", one(logon));
    row.put_subject(event);
    row.put_actor_image(one("ParentProcessName").as_deref());
    row.put("InitiatingProcessId", decimal(one("ProcessId")));
    row
}

/// The name of a mandatory label.
fn integrity(label: &str) -> Option<&'static str> {
    Some(match label {
        "S-1-16-4096" => "Low",
        "S-1-16-8192" | "S-1-16-8448" => "Medium",
        "S-1-16-12288" => "High",
        "S-1-16-16384" => "System",
        _ => return None,
    })
}

fn elevation(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "%%1936" => "TokenElevationTypeDefault",
        "%%1937" => "TokenElevationTypeFull",
        "%%1938" => "TokenElevationTypeLimited",
        _ => return None,
    })
}
