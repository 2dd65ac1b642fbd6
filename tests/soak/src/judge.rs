//! What may be seen, and what was seen.
//!
//! A writer says beforehand what it is about to write as a whole good state. Whoever sees a configuration shows it here,
//! and it has to be one of those states, later than or equal to what the same follower saw before.

use std::collections::{HashMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::diary::Diary;
use crate::spread::Spread;
use crate::state::{Numbers, Parts};

/// What happened in one lane, or in several together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) edits: u64,
    pub(crate) versions: u64,
    /// Edits that were not in place in time.
    pub(crate) lost: u64,
    /// Values that do not belong together, and values that nobody wrote.
    pub(crate) torn: u64,
    /// The same, where the writer itself stood still for longer than the library waits by its own word.
    pub(crate) excused: u64,
    pub(crate) back: u64,
    /// Rests at which the store, or one who follows it, was not at the newest state.
    pub(crate) unconverged: u64,
    pub(crate) events: u64,
    /// Events whose old value was not the new one of the event before.
    pub(crate) broken_events: u64,
    /// Bad states that stood until they were told of, and how many were.
    pub(crate) bad: u64,
    pub(crate) refused: u64,
    /// Refusals of good states, and those where the writer left a file away for longer than it is waited for.
    pub(crate) needless: u64,
    pub(crate) excused_refusals: u64,
    /// A status that told of an error after all was good.
    pub(crate) stale_status: u64,
    pub(crate) spread: Spread,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.edits += other.edits;
        self.versions += other.versions;
        self.lost += other.lost;
        self.torn += other.torn;
        self.excused += other.excused;
        self.back += other.back;
        self.unconverged += other.unconverged;
        self.events += other.events;
        self.broken_events += other.broken_events;
        self.bad += other.bad;
        self.refused += other.refused;
        self.needless += other.needless;
        self.excused_refusals += other.excused_refusals;
        self.stale_status += other.stale_status;
        self.spread.merge(&other.spread);
    }

    /// Whether everything was as it is promised.
    pub(crate) fn is_sound(&self) -> bool {
        let faults =
            [self.lost, self.torn, self.back, self.unconverged, self.broken_events, self.stale_status];
        faults == [0; 6] && self.refused == self.bad
    }

    /// Whether anything happened that somebody may want to know of.
    pub(crate) fn is_remarkable(&self) -> bool {
        !self.is_sound() || self.excused + self.needless > 0
    }
}

/// The states that were written, newest last.
#[derive(Default)]
struct Ledger {
    places: HashMap<Numbers, u64>,
    order: VecDeque<Numbers>,
    next: u64,
}

/// States that are older than so many others cannot be in place any more.
const REMEMBERED: usize = 4096;

impl Ledger {
    fn add(&mut self, numbers: Numbers) -> u64 {
        let place = self.next;
        self.next += 1;
        self.places.insert(numbers, place);
        self.order.push_back(numbers);
        if self.order.len() > REMEMBERED {
            self.order.pop_front().map(|old| self.places.remove(&old));
        }
        place
    }
}

/// What one who follows has seen last.
#[derive(Debug, Default)]
pub(crate) struct Sight {
    version: u64,
    place: u64,
    claimed: Numbers,
}

/// The judge of one lane.
pub(crate) struct Judge {
    name: String,
    seal: u64,
    inner: Mutex<Inner>,
    moved: Condvar,
}

#[derive(Default)]
struct Inner {
    ledger: Ledger,
    /// The newest state that anybody has seen.
    newest: u64,
    /// The newest versions, what they say, and whether it belongs together.
    known: VecDeque<(u64, Numbers, bool)>,
    last_torn: Option<Numbers>,
    /// What is torn, and what was refused without need, until it is known how the writer fared.
    pending: u64,
    pending_refusals: u64,
    style: usize,
    /// The style of the edit before.
    before: usize,
    is_bad_possible: bool,
    styles: Vec<Tally>,
    words: Vec<String>,
    diary: Diary,
    /// When the writer did something last, and its longest pause in this edit.
    last_step: Option<Instant>,
    longest_pause: Duration,
    /// The same of the edit before, whose refusal may be told late.
    pause_before: Duration,
    /// What was found in the edit that goes on.
    found: Vec<String>,
    /// Whether any of it is more than what the writer may be excused for.
    is_grave: bool,
    told: usize,
}

/// A file that is away for longer is called missing: half a second is what it is given.
const EXCUSED_AWAY: Duration = Duration::from_millis(490);

/// So many faults of a lane are told in words.
const MOST_WORDS: usize = 12;

impl Judge {
    pub(crate) fn new(name: String, seal: u64, styles: usize) -> Self {
        let inner = Inner { styles: vec![Tally::default(); styles], ..Inner::default() };
        Self { name, seal, inner: Mutex::new(inner), moved: Condvar::new() }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From here on this state may be seen. Gives its place among all states.
    pub(crate) fn allow(&self, numbers: Numbers) -> u64 {
        self.inner().ledger.add(numbers)
    }

    /// An edit of this style begins.
    pub(crate) fn begin(&self, style: usize, is_bad: bool) {
        let mut inner = self.inner();
        inner.before = std::mem::replace(&mut inner.style, style);
        inner.is_bad_possible |= is_bad;
        inner.tally().edits += 1;
        let edits: u64 = inner.styles.iter().map(|tally| tally.edits).sum();
        let name = crate::styles::STYLES[style].name;
        inner.pause_before = std::mem::take(&mut inner.longest_pause);
        inner.last_step = Some(Instant::now());
        inner.diary.begin(format!("edit {edits}, “{name}”"));
    }

    /// The writer has done something.
    pub(crate) fn step(&self, words: impl FnOnce() -> String) {
        let mut inner = self.inner();
        let now = Instant::now();
        let pause = inner.last_step.replace(now).map_or(Duration::ZERO, |last| now - last);
        inner.longest_pause = inner.longest_pause.max(pause);
        inner.diary.note(words);
    }

    /// The longest time that the writer took from one step of this edit to the next.
    pub(crate) fn longest_pause(&self) -> Duration {
        self.inner().longest_pause
    }

    /// The edit is over, and so is the wait for it. What was torn is excused where the writer stood still, and so
    /// is what was called missing where it was away for long. All else that was found is told at once, with how the lane is
    /// doing.
    pub(crate) fn end(&self, is_excused: bool, status: impl FnOnce() -> String) {
        let mut inner = self.inner();
        let pending = std::mem::take(&mut inner.pending);
        let tally = inner.tally();
        *if is_excused { &mut tally.excused } else { &mut tally.torn } += pending;
        let refusals = std::mem::take(&mut inner.pending_refusals);
        let was_away = inner.longest_pause.max(inner.pause_before) > EXCUSED_AWAY;
        let tally = inner.tally();
        *if was_away { &mut tally.excused_refusals } else { &mut tally.needless } += refusals;
        let found = std::mem::take(&mut inner.found);
        let is_fault =
            std::mem::take(&mut inner.is_grave) || pending > 0 && !is_excused || refusals > 0 && !was_away;
        if is_fault && inner.told < MOST_WORDS {
            inner.told += 1;
            let (name, diary) = (&self.name, &inner.diary);
            let words = format!("{name}: {}\n{diary}", found.join("\n  "));
            drop(inner);
            eprintln!("{words}  {}\n", status());
        }
    }

    /// Counts something for the edit that goes on.
    pub(crate) fn count(&self, change: impl FnOnce(&mut Tally)) {
        change(self.inner().tally());
    }

    /// Counts a fault, and keeps its words if they are among the first.
    pub(crate) fn fault(&self, words: impl FnOnce() -> String, change: impl FnOnce(&mut Tally)) {
        let mut inner = self.inner();
        change(inner.tally());
        inner.is_grave = true;
        inner.say(&self.name, words);
    }

    /// A state that was good stands unharmed: what is refused from here on is refused without need.
    pub(crate) fn all_is_good(&self) {
        self.inner().is_bad_possible = false;
    }

    /// The library refused what it saw.
    pub(crate) fn refused(&self, words: impl FnOnce() -> String) {
        let mut inner = self.inner();
        let words = words();
        inner.diary.note(|| format!("refused: {words}"));
        if !inner.is_bad_possible {
            inner.pending_refusals += 1;
            inner.say(&self.name, || format!("refused without need: {words}"));
        }
        drop(inner);
        self.moved.notify_all();
    }

    /// A configuration was seen.
    pub(crate) fn see(&self, version: Option<u64>, parts: &Parts, sight: &mut Sight) {
        let claimed = parts.claimed();
        let is_known = version.is_none_or(|version| version == sight.version) && claimed == sight.claimed;
        if is_known && parts.agrees() {
            return;
        }
        let is_whole = parts.is_whole(self.seal);
        let mut inner = self.inner();
        let place = inner.judge(&self.name, version, claimed, is_whole);
        let went_back = version.is_some_and(|version| version < sight.version)
            || place.is_some_and(|place| place < sight.place);
        if went_back {
            inner.tally().back += 1;
            inner.is_grave = true;
            inner.say(&self.name, || format!("{claimed:?} of version {version:?} was seen after {sight:?}"));
        }
        *sight = Sight { version: version.unwrap_or_default(), place: place.unwrap_or(sight.place), claimed };
        drop(inner);
        self.moved.notify_all();
    }

    /// Waits until the condition holds, and says whether it does in time.
    pub(crate) fn wait(&self, time: Duration, mut condition: impl FnMut() -> bool) -> bool {
        let deadline = Instant::now() + time;
        loop {
            if condition() {
                return true;
            }
            if Instant::now() >= deadline {
                return false;
            }
            let inner = self.inner();
            drop(self.moved.wait_timeout(inner, Duration::from_millis(3)));
        }
    }

    /// The place of the newest state that was seen.
    pub(crate) fn newest(&self) -> u64 {
        self.inner().newest
    }

    /// What happened so far, by style, and the first faults in words.
    pub(crate) fn verdict(&self) -> (Vec<Tally>, Vec<String>) {
        let inner = self.inner();
        (inner.styles.clone(), inner.words.clone())
    }

    pub(crate) fn seal(&self) -> u64 {
        self.seal
    }
}

impl Inner {
    fn tally(&mut self) -> &mut Tally {
        &mut self.styles[self.style]
    }

    fn say(&mut self, name: &str, words: impl FnOnce() -> String) {
        if self.words.len() < MOST_WORDS || self.told < MOST_WORDS && self.found.len() < MOST_WORDS {
            let words = words();
            self.diary.note(|| format!("found: {words}"));
            let [style, before] = [self.style, self.before].map(|style| crate::styles::STYLES[style].name);
            if self.words.len() < MOST_WORDS {
                self.words.push(format!("{name}, during “{style}” after “{before}”: {words}"));
            }
            self.found.push(words);
        }
    }

    /// Judges what is new, and gives the place of a state that was written.
    fn judge(&mut self, name: &str, version: Option<u64>, claimed: Numbers, is_whole: bool) -> Option<u64> {
        let place = self.ledger.places.get(&claimed).copied().filter(|_| is_whole);
        let is_new = match version {
            Some(version) => self.is_new_version(name, version, claimed, is_whole),
            None => place.map_or(self.last_torn != Some(claimed), |place| place > self.newest),
        };
        if is_new {
            self.tally().versions += 1;
            self.diary.note(|| format!("seen: version {version:?}, which says {claimed:?}"));
        }
        match place {
            Some(place) => self.newest = self.newest.max(place),
            None if is_new => {
                self.last_torn = Some(claimed);
                self.pending += 1;
                let what = if is_whole { "was never written" } else { "does not belong together" };
                self.say(name, || format!("{claimed:?} of version {version:?} {what}"));
            }
            None => {}
        }
        place
    }

    /// Whether nobody has seen the version before. It says one thing to all, and something else than its neighbours.
    fn is_new_version(&mut self, name: &str, version: u64, claimed: Numbers, is_whole: bool) -> bool {
        let at = self.known.partition_point(|(known, ..)| *known < version);
        if let Some((known, said, _)) = self.known.get(at).copied().filter(|(known, ..)| *known == version) {
            if said != claimed {
                self.pending += 1;
                self.say(name, || format!("version {known} says {said:?} and {claimed:?}"));
            }
            return false;
        }
        if at == 0 && self.known.len() == REMEMBERED {
            return false;
        }
        let before = at.checked_sub(1).map(|before| self.known[before]);
        for neighbour in [before, self.known.get(at).copied()].into_iter().flatten() {
            // What is torn has the number of the text that it is half of.
            if neighbour.0.abs_diff(version) == 1 && neighbour.1 == claimed && neighbour.2 && is_whole {
                self.tally().back += 1;
                self.is_grave = true;
                self.say(name, || format!("versions {} and {version} both say {claimed:?}", neighbour.0));
            }
        }
        self.known.insert(at, (version, claimed, is_whole));
        if self.known.len() > REMEMBERED {
            self.known.pop_front();
        }
        true
    }
}

/// The events of one who is told of changes.
#[derive(Debug, Default)]
pub(crate) struct Told {
    last: Option<(Option<u64>, Numbers)>,
    sight: Sight,
}

impl Told {
    /// A change was told: its old state is the new one of the change before.
    pub(crate) fn hear(&mut self, judge: &Judge, old: (Option<u64>, &Parts), new: (Option<u64>, &Parts)) {
        let before = (old.0, old.1.claimed());
        if let Some(last) = self.last.filter(|last| *last != before) {
            judge.fault(
                || format!("an event starts from {before:?} after one that ended at {last:?}"),
                |tally| tally.broken_events += 1,
            );
        }
        judge.count(|tally| tally.events += 1);
        judge.see(new.0, new.1, &mut self.sight);
        self.last = Some((new.0, new.1.claimed()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Scribe, Size, Syntax};
    use hotconf::{Format, Hot};

    const SEAL: u64 = 5;

    /// What a text that was cut after so many bytes says.
    fn parts(number: u64, end: usize) -> Hot<Parts> {
        let text = Scribe { syntax: Syntax::Toml, seal: SEAL, part: 0 }.text(number, Size::Middle);
        Hot::builder().text(Format::Toml, &text[..end.min(text.len())]).build().expect("it can be read")
    }

    fn judge() -> Judge {
        let judge = Judge::new("a lane".to_owned(), SEAL, crate::styles::STYLES.len());
        judge.allow([1, 0, 0]);
        judge.begin(0, false);
        judge
    }

    fn total(judge: &Judge) -> Tally {
        let mut total = Tally::default();
        judge.verdict().0.iter().for_each(|tally| total.add(tally));
        total
    }

    #[test]
    fn half_a_text_and_the_whole_are_not_two_versions_of_the_same() {
        for is_excused in [true, false] {
            let (judge, mut sight) = (judge(), Sight::default());
            judge.see(Some(2), &parts(1, 200).load(), &mut sight);
            judge.see(Some(3), &parts(1, usize::MAX).load(), &mut sight);
            judge.end(is_excused, String::new);
            let tally = total(&judge);
            let (torn, excused) = if is_excused { (0, 1) } else { (1, 0) };
            assert_eq!((tally.torn, tally.excused, tally.back), (torn, excused, 0));
        }
    }

    #[test]
    fn two_versions_that_say_the_same_are_a_fault() {
        let (judge, mut sight) = (judge(), Sight::default());
        for version in [2, 3] {
            judge.see(Some(version), &parts(1, usize::MAX).load(), &mut sight);
        }
        assert_eq!(total(&judge).back, 1);
    }
}
