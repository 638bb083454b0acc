//! The chronicle: everything that happens in the range, in the order of time.

use chrono::{DateTime, Utc};

use crate::Options;
use crate::activity::{Actor, Event};
use crate::background::Background;
use crate::calendar::Calendar;
use crate::company::Company;
use crate::intrusion::{Intruder, Intrusion, Step};
use crate::world::World;

/// The events of the range. Its memory is what is still to happen: the end of each open logon.
pub(crate) struct Chronicle<'c> {
    world: World<'c>,
    background: Background,
    intruder: Intruder<'c>,
    calendar: Calendar,
    /// The steps still to be taken, the next one last.
    steps: Vec<(DateTime<Utc>, Step)>,
    rows: u64,
    end: DateTime<Utc>,
    /// Nothing more is decided that happens before this.
    settled: DateTime<Utc>,
    finished: bool,
}

impl<'c> Chronicle<'c> {
    pub(crate) fn new(options: &Options, company: &'c Company, intrusion: &'c Intrusion) -> Self {
        let mut world = World::new(company, options.seed, options.end);
        // The hosts that the intruder will reach run before anyone uses them.
        for host in intrusion.hosts(company) {
            world.services(options.start(), host);
        }
        let mut steps: Vec<_> =
            Step::ALL.into_iter().map(|step| (intrusion.time(step), step)).collect();
        steps.reverse();
        Self {
            background: Background::new(company, options.seed),
            intruder: Intruder::new(intrusion),
            calendar: Calendar::new(options.start(), options.days),
            steps,
            rows: options.rows,
            end: options.end,
            settled: options.start(),
            finished: false,
            world,
        }
    }

    /// Decides what happens next: a step of the intruder or something ordinary, whichever is due.
    fn decide(&mut self) {
        let ordinary =
            (self.world.rows < self.rows).then(|| self.calendar.moment(self.world.rows, self.rows));
        match (ordinary, self.steps.last().copied()) {
            (ordinary, Some((due, step))) if ordinary.is_none_or(|time| due <= time) => {
                self.steps.pop();
                self.settled = due;
                self.world.actor = Actor::Intruder;
                self.intruder.take(step, &mut self.world);
                self.world.actor = Actor::Company;
            }
            (Some(time), _) => {
                self.settled = time;
                // Rows are spread evenly; what happens is not.
                let time = self.world.soon(time, 6_000);
                let before = self.world.rows;
                self.background.live(&mut self.world, time);
                // What falls past the end counts as well, or the last row would be tried for ever.
                self.world.rows = self.world.rows.max(before + 1);
            }
            (None, _) => {
                self.settled = self.end;
                self.finished = true;
            }
        }
    }
}

impl<'c> Iterator for Chronicle<'c> {
    type Item = Event<'c>;

    fn next(&mut self) -> Option<Event<'c>> {
        loop {
            if let Some(event) = self.world.next_before(self.settled) {
                return Some(event);
            }
            if self.finished {
                return None;
            }
            self.decide();
        }
    }
}
