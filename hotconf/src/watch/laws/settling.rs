//! Bursts of signs alone: when the look is due that answers them.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{cases, kind};
use crate::watch::SignKind;
use crate::watch::settle::{Settle, Settling};

const MILLISECOND: Duration = Duration::from_millis(1);

#[derive(Debug, Clone)]
enum Step {
    Wait(u64),
    Event(SignKind, Vec<u8>),
    Rescan,
    /// The slow check finds a difference.
    Found,
    /// Somebody asks for a look, and gets what there is.
    Ask,
    /// The watches are made to fit again in the middle of a look.
    Rearm,
    /// What the look has read is there. If a writer disturbed it, it is dropped.
    Finish,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_u64..30).prop_map(Step::Wait),
        2 => (0_u64..3000).prop_map(Step::Wait),
        8 => (kind(), prop::collection::vec(0_u8..3, 1..3)).prop_map(|(kind, paths)| Step::Event(kind, paths)),
        1 => Just(Step::Rescan),
        1 => Just(Step::Found),
        1 => Just(Step::Ask),
        1 => Just(Step::Rearm),
        5 => Just(Step::Finish),
    ]
}

fn rules() -> impl Strategy<Value = Settle> {
    let quiet = prop_oneof![3 => Just(None), 1 => Just(Some(0)), 2 => (1_u64..400).prop_map(Some)];
    let milliseconds = Duration::from_millis;
    (quiet, prop_oneof![Just(0), Just(2000), 1_u64..2000]).prop_map(move |(quiet, at_most)| Settle {
        quiet: quiet.map(milliseconds),
        at_most: milliseconds(at_most),
    })
}

fn path(number: u8) -> PathBuf {
    PathBuf::from(format!("file {number}"))
}

/// A sign that no look has answered which was armed after it and came to its end.
struct Unanswered {
    at: Instant,
    said: Said,
    is_armed: bool,
    /// A look was begun because of it.
    is_taken: bool,
}

enum Said {
    Event(SignKind, Vec<u8>),
    Rescan,
    Found,
}

/// The manager, and what is known about the signs that it was given.
struct Manager {
    rules: Settle,
    closes: bool,
    settling: Settling,
    now: Instant,
    is_looking: bool,
    is_asked: bool,
    unanswered: Vec<Unanswered>,
}

impl Manager {
    fn new(rules: Settle, closes: bool) -> Self {
        let mut settling = Settling::new(rules);
        settling.set_closes(closes);
        Self {
            rules,
            closes,
            settling,
            now: Instant::now(),
            is_looking: false,
            is_asked: false,
            unanswered: Vec::new(),
        }
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Wait(milliseconds) => self.wait(self.now + *milliseconds as u32 * MILLISECOND),
            Step::Event(kind, paths) => {
                self.settling.event(*kind, paths.iter().map(|number| path(*number)), self.now);
                self.note_sign(Said::Event(*kind, paths.clone()));
            }
            Step::Rescan => {
                self.settling.rescan(self.now);
                self.note_sign(Said::Rescan);
            }
            Step::Found => {
                self.settling.found(self.now);
                self.note_sign(Said::Found);
            }
            Step::Ask if !self.is_looking => {
                self.is_asked = true;
                self.begin();
            }
            Step::Rearm if self.is_looking => self.arm(),
            Step::Finish if self.is_looking => self.finish(),
            Step::Ask | Step::Rearm | Step::Finish => {}
        }
        self.holds();
    }

    fn note_sign(&mut self, said: Said) {
        self.unanswered.push(Unanswered { at: self.now, said, is_armed: false, is_taken: false });
    }

    /// The paths that are being written, as far as the signs tell that ask for the next look.
    fn writing(&self) -> Vec<u8> {
        let mut writing = Vec::new();
        for sign in self.unanswered.iter().filter(|sign| !sign.is_taken) {
            let Said::Event(kind, paths) = &sign.said else { continue };
            match kind {
                SignKind::Data => writing.extend(paths),
                SignKind::Metadata | SignKind::Unknown => {}
                _ => writing.retain(|number| !paths.contains(number)),
            }
        }
        writing
    }

    /// Whether somebody wrote, or made a name, as far as the signs tell that ask for the next look.
    fn is_begun(&self) -> bool {
        let begins =
            |kind: &SignKind| matches!(kind, SignKind::Data | SignKind::Created | SignKind::FolderCreated);
        let mut next = self.unanswered.iter().filter(|sign| !sign.is_taken);
        next.any(|sign| matches!(&sign.said, Said::Event(kind, _) if begins(kind)))
    }

    /// Looks as soon as one is due, unless there is one under way.
    fn wait(&mut self, until: Instant) {
        while let Some(due) = self.settling.due().filter(|due| *due <= until && !self.is_looking) {
            self.now = self.now.max(due);
            self.is_due_rightly(due);
            assert!(self.settling.take_due(self.now).is_some(), "what is due can be taken");
            self.begin();
        }
        self.now = self.now.max(until);
    }

    fn begin(&mut self) {
        self.is_looking = true;
        self.arm();
        if !self.is_asked {
            self.unanswered.iter_mut().for_each(|sign| sign.is_taken = true);
        }
    }

    fn arm(&mut self) {
        self.settling.mark_armed();
        self.unanswered.iter_mut().for_each(|sign| sign.is_armed = true);
    }

    fn finish(&mut self) {
        let settling = &self.settling;
        let is_met = settling.is_disturbed() || settling.was_disturbed();
        let is_dropped = !self.is_asked && (is_met || settling.is_disturbed_by_a_new_name(self.now));
        (self.is_looking, self.is_asked) = (false, false);
        if is_dropped {
            assert!(self.is_begun(), "a look is dropped only for who writes, or is about to");
        } else {
            self.settling.looked();
            self.unanswered.retain(|sign| !sign.is_armed);
        }
    }

    fn limit(&self) -> Option<Instant> {
        self.unanswered.iter().map(|sign| sign.at).min().map(|first| first + self.rules.at_most)
    }

    /// A look comes before the limit only when the writers are done, and after the last sign.
    fn is_due_rightly(&self, due: Instant) {
        if self.limit().is_some_and(|limit| due >= limit) {
            return;
        }
        // What the slow check finds besides needs no wait of its own.
        let mut told = self.unanswered.iter().filter(|sign| !matches!(sign.said, Said::Found));
        assert!(told.all(|sign| sign.at <= due), "the look is due before a sign that it answers");
        let (writing, waits_for_close) =
            (self.writing(), self.closes && self.rules.quiet != Some(Duration::ZERO));
        assert!(writing.is_empty() || !waits_for_close, "{writing:?} are being written");
    }

    fn holds(&self) {
        if self.is_looking {
            return;
        }
        match (self.settling.due(), self.limit()) {
            (None, None) => {}
            (Some(due), Some(limit)) => {
                assert!(due <= limit, "the look is due {:?} after the limit", due - limit);
            }
            (Some(_), None) => panic!("a look is due, and there is nothing to answer"),
            (None, Some(_)) => panic!("no look is due, and there is a sign to answer"),
        }
    }
}

proptest! {
    #![proptest_config(cases(2048))]

    #[test]
    fn every_sign_is_answered_in_time_and_not_too_early(
        rules in rules(),
        closes: bool,
        steps in prop::collection::vec(step(), 0..60),
    ) {
        let mut manager = Manager::new(rules, closes);
        for step in &steps {
            manager.take(step);
        }
        // Whatever was said, all is answered when the limit is over and nobody says any more.
        manager.take(&Step::Finish);
        while let Some(due) = manager.settling.due() {
            manager.wait(due);
            manager.take(&Step::Finish);
        }
        prop_assert!(manager.unanswered.is_empty());
    }

    /// Different paths have nothing to do with each other: which of two signs came first makes no difference.
    #[test]
    fn the_order_of_signs_of_different_paths_does_not_matter(
        rules in rules(),
        closes: bool,
        before in prop::collection::vec((kind(), 0_u8..3, 0_u64..30), 0..6),
        one in kind(),
        other in kind(),
        after in prop::collection::vec((kind(), 0_u8..3, 0_u64..30), 0..6),
    ) {
        let start = Instant::now();
        let dues = |two: [(SignKind, u8); 2]| {
            let mut settling = Settling::new(rules);
            settling.set_closes(closes);
            let mut now = start;
            let mut event = |kind, number, wait: u64| {
                now += wait as u32 * MILLISECOND;
                settling.event(kind, [path(number)], now);
                settling.due()
            };
            for (kind, number, wait) in &before {
                event(*kind, *number, *wait);
            }
            let [_, both] = two.map(|(kind, number)| event(kind, number, 0));
            let rest: Vec<_> = after.iter().map(|(kind, number, wait)| event(*kind, *number, *wait)).collect();
            (both, rest)
        };
        prop_assert_eq!(dues([(one, 0), (other, 1)]), dues([(other, 1), (one, 0)]));
    }
}
