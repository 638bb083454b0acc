//! What has to be known about a whole recording before one of its events can be shown.
//!
//! Sysmon tells a process's command line and account once, when it starts; Defender repeats both with
//! everything that the process does. The Security channel tells again of processes and connections that
//! Sysmon has told of, and the System channel of services that Security has; Defender has each once.

use hashbrown::{HashMap, HashSet};

use super::super::record::Record;
use super::WindowsEvent;
use super::clock::{Clock, Votes};
use super::device::{Connection, Process, Service, Started};

/// Most processes and connections that are kept in mind; what comes behind is shown without them.
const MOST_KEPT: usize = 1 << 20;

/// The clock of a recording, and what has been told of in it.
#[derive(Debug, Default)]
pub(in super::super) struct Recording {
    pub(super) clock: Clock,
    processes: HashMap<String, Process>,
    started: HashSet<Started>,
    connections: HashSet<Connection>,
    services: HashSet<Service>,
}

/// How much of a recording has to be read before its rows can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Foresight {
    /// Enough to know its clock.
    Clock,
    /// All of it.
    Processes,
}

/// A recording that is being read.
#[derive(Debug)]
pub(in super::super) struct Reader {
    votes: Votes,
    foresight: Foresight,
    recording: Recording,
}

impl Recording {
    pub(in super::super) fn reader(foresight: Foresight) -> Reader {
        Reader { votes: Clock::votes(), foresight, recording: Self::default() }
    }

    /// What was done to times without a zone, in words; `None` where nothing was.
    pub(in super::super) fn describe(&self) -> Option<String> {
        self.clock.describe()
    }

    /// The process with this GUID, where its start was recorded.
    pub(super) fn process(&self, guid: &str) -> Option<&Process> {
        self.processes.get(&guid.to_ascii_lowercase())
    }

    /// Whether Sysmon told of this start of a process.
    pub(super) fn has_started(&self, started: &Started) -> bool {
        self.started.contains(started)
    }

    /// Whether the Security channel told of this new service.
    pub(super) fn has_service(&self, service: &Service) -> bool {
        self.services.contains(service)
    }

    /// Whether Sysmon told of this connection.
    pub(super) fn has_connection(&self, connection: &Connection) -> bool {
        self.connections.contains(connection)
    }
}

impl Reader {
    /// Whether further records would tell nothing more.
    pub(in super::super) fn has_enough(&self) -> bool {
        self.foresight == Foresight::Clock && self.votes.are_enough()
    }

    pub(in super::super) fn add(&mut self, record: &Record<'_>) {
        if !self.votes.are_enough() {
            self.votes.add(record);
        }
        if self.foresight == Foresight::Clock {
            return;
        }
        let event = WindowsEvent::read(record);
        let recording = &mut self.recording;
        match event.event_id() {
            Some(1) if event.is_sysmon() && recording.processes.len() < MOST_KEPT => {
                if let Some(guid) = event.field("ProcessGuid") {
                    let process = Process::of_sysmon(&event);
                    recording.processes.insert(guid.to_ascii_lowercase(), process);
                }
                recording.started.insert(Started::of_sysmon(&event));
            }
            Some(3) if event.is_sysmon() && recording.connections.len() < MOST_KEPT => {
                recording.connections.insert(Connection::of_sysmon(&event));
            }
            Some(4697) if event.is_security() && recording.services.len() < MOST_KEPT => {
                recording.services.insert(Service::of(&event));
            }
            _ => {}
        }
    }

    pub(in super::super) fn finish(self) -> Recording {
        Recording { clock: self.votes.clock(), ..self.recording }
    }
}
