//! One lane: files in one layout, one who follows them, and the writer.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hotconf::Format;
use hotconf::testing::Memory;

use crate::chance::{Chance, mix};
use crate::judge::{Judge, Sight};
use crate::place::{Layout, Place};
use crate::state::{Numbers, Scribe, Size};
use crate::store::{Eye, Library, Store, Watcher};
use crate::styles::{Edit, MENDING, Reach, STYLES, Style, Text};

/// An edit that is not in place by then counts as lost. What events miss is found by looking after about five seconds,
/// and a descriptor that is kept open is waited for two seconds long: this is between the two.
const IN_TIME: Duration = Duration::from_secs(4);
/// How long a rest waits for everything to come to its end.
const IN_THE_END: Duration = Duration::from_secs(20);
/// Edits between two rests.
const LEG: u64 = 200;
/// How long a bad state stands where nobody can tell that it was refused.
const BAD_MOMENT: Duration = Duration::from_millis(600);
/// Edits that follow one another without a wait do so for at most this long, because then a look comes in any case.
const LONGEST_BURST: Duration = Duration::from_secs(1);
/// A longer burst, of a machine that stood still, excuses what was torn: that look may come in the middle of a write.
const EXCUSED_BURST: Duration = Duration::from_millis(1900);
/// Where nobody tells of a close, files count as written once they have been at rest for a tenth of a second: when polling,
/// and in a folder that was put in place a moment ago and is not listened in yet.
const EXCUSED_STILL: Duration = Duration::from_millis(90);

/// What is driven against what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Course {
    pub(crate) library: Library,
    pub(crate) layout: Layout,
    pub(crate) watcher: Watcher,
    pub(crate) edits: u64,
    pub(crate) seed: u64,
}

impl Course {
    pub(crate) fn name(&self) -> String {
        format!("{} {} {}", self.library.name(), self.layout.name(), self.watcher.name())
    }

    pub(crate) fn judge(&self) -> Arc<Judge> {
        Arc::new(Judge::new(self.name(), mix(self.seed), STYLES.len()))
    }

    /// Drives the lane to its end. `goes_on` is asked before each edit.
    pub(crate) fn drive(&self, folder: &Path, judge: &Arc<Judge>, goes_on: &(dyn Fn() -> bool + Sync)) {
        let mut writer = Writer::new(self, folder, judge).expect("a folder of its own for each lane");
        let files: Vec<_> = (0..self.layout.files()).map(|part| writer.place.path(part)).collect();
        let store = self.library.open(&files, self.watcher, &writer.memory, judge);
        let (store, is_over) = (&*store, &AtomicBool::new(false));
        std::thread::scope(|scope| {
            for looks in [10, 100] {
                scope.spawn(move || read(store, judge, looks, is_over));
            }
            // Also a writer that fails ends the readers.
            let _end = End(is_over);
            let mut eyes = store.eyes();
            for number in 1..=self.edits {
                if !goes_on() {
                    break;
                }
                if let Err(error) = writer.edit(store, &mut *eyes[0]) {
                    judge.fault(|| format!("the writer failed: {error}"), |tally| tally.unconverged += 1);
                    return;
                }
                if number % LEG == 0 {
                    writer.rest(store, &mut *eyes[0]);
                }
            }
            writer.rest(store, &mut *eyes[0]);
        });
    }
}

struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Reads in all ways, so many times in a row, until the lane is over.
fn read(store: &dyn Store, judge: &Judge, looks: u32, is_over: &AtomicBool) {
    let mut eyes = store.eyes();
    let mut sights: Vec<Sight> = eyes.iter().map(|_| Sight::default()).collect();
    while !is_over.load(Ordering::Relaxed) {
        for _ in 0..looks {
            for (eye, sight) in eyes.iter_mut().zip(&mut sights) {
                eye.look(&mut |version, parts| judge.see(version, parts, sight));
            }
        }
        // So that there is time for others between the reads.
        std::thread::park_timeout(Duration::from_millis(2));
    }
}

struct Writer<'a> {
    course: &'a Course,
    judge: &'a Judge,
    chance: Chance,
    place: Place,
    memory: Memory,
    memory_text: String,
    styles: Vec<usize>,
    /// What stands written at present, if it is good.
    numbers: Numbers,
    /// Its place among all states.
    written: u64,
    number: u64,
    /// The part in which something bad stands.
    bad: Option<usize>,
    is_refusal_possible: bool,
    burst: Option<Instant>,
    /// A folder or a link was changed since something was last waited for.
    is_elsewhere: bool,
    /// The writer stood still since then: half of an edit may have been taken, and may be seen later than that.
    is_excused: bool,
    /// Edits that were lost one after the other.
    misses: u32,
    sight: Sight,
}

/// The part that the source in memory has.
const MEMORY: usize = 2;

impl<'a> Writer<'a> {
    fn new(course: &'a Course, folder: &Path, judge: &'a Judge) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let has_memory = course.watcher == Watcher::Memory;
        let files = course.layout.files();
        let scribe = |part| Scribe { syntax: course.library.syntax(), seal: judge.seal(), part };
        let texts = (0..files).map(|part| scribe(part).text(1, Size::Short)).collect();
        let memory_text = scribe(MEMORY).text(1, Size::Short);
        let memory = Memory::new();
        memory.set_text(Format::Toml, memory_text.as_str());
        let mut numbers = [0; 3];
        numbers[..files].fill(1);
        numbers[MEMORY] = has_memory.into();
        let fits = |&style: &usize| STYLES[style].fits(course.layout, has_memory);
        Ok(Self {
            course,
            judge,
            chance: Chance::new(course.seed),
            place: Place::new(folder.to_owned(), course.layout, course.library.syntax(), texts)?,
            memory,
            memory_text,
            styles: (0..STYLES.len()).filter(fits).collect(),
            numbers,
            written: judge.allow(numbers),
            number: 1,
            bad: None,
            is_refusal_possible: false,
            burst: None,
            is_elsewhere: false,
            is_excused: false,
            misses: 0,
            sight: Sight::default(),
        })
    }

    /// Makes one edit, and mostly waits until it is in place.
    fn edit(&mut self, store: &dyn Store, eye: &mut dyn Eye) -> io::Result<()> {
        self.place.held = None;
        self.number += 1;
        if self.number % 32 == 0 {
            self.place.sweep()?;
        }
        let (index, part) = self.choose();
        let style = &STYLES[index];
        let is_same = self.bad == Some(part) && self.chance.percent(30);
        self.judge.begin(index, style.reach.is_bad());
        let burst = *self.burst.get_or_insert_with(Instant::now);
        self.perform(style, part, is_same)?;
        let done = Instant::now();
        let numbers = self.numbers;
        self.judge.step(|| format!("written: {numbers:?}"));
        self.bad = style.reach.is_bad().then_some(part);

        let waits = match style.reach.is_bad() {
            true => self.chance.percent(30),
            false => style.is_slow || is_same || done - burst > LONGEST_BURST || self.chance.percent(60),
        };
        if waits && style.reach.is_bad() {
            self.wait_for_refusal(store);
        } else if waits {
            self.wait_for_success(store, eye, done, is_same);
        }
        let is_unheard = self.course.watcher == Watcher::Polling || self.is_elsewhere;
        let stood_still = is_unheard && self.judge.longest_pause() > EXCUSED_STILL;
        self.is_excused |= stood_still || done - burst > EXCUSED_BURST;
        self.judge.end(self.is_excused, || store.status());
        self.is_elsewhere |= style.reach == Reach::Folder;
        if waits {
            self.begin_anew();
        }
        Ok(())
    }

    /// What was written so far was waited for.
    fn begin_anew(&mut self) {
        (self.burst, self.is_elsewhere, self.is_excused) = (None, false, false);
    }

    /// The style of the next edit, and the part that it begins with.
    fn choose(&mut self) -> (usize, usize) {
        if let Some(part) = self.bad {
            let name = match part {
                MEMORY => "memory",
                _ => MENDING[self.chance.below(2) as usize],
            };
            let style = STYLES.iter().position(|style| style.name == name);
            return (style.expect("it is one of the styles"), part);
        }
        let total = self.styles.iter().map(|&style| STYLES[style].weight).sum();
        let mut at = self.chance.below(total);
        let chosen = self.styles.iter().find(|&&style| {
            let weight = STYLES[style].weight;
            let is_here = at < weight;
            at = at.saturating_sub(weight);
            is_here
        });
        let style = *chosen.expect("weights add up to the total");
        let part = match STYLES[style].reach {
            Reach::Memory | Reach::BadMemory => MEMORY,
            _ => self.chance.below(self.course.layout.files() as u64) as usize,
        };
        (style, part)
    }

    fn perform(&mut self, style: &Style, part: usize, is_same: bool) -> io::Result<()> {
        let files = self.course.layout.files();
        let is_all = match style.reach {
            Reach::Folder => self.chance.percent(50),
            Reach::Each => true,
            _ => false,
        };
        let parts: Vec<usize> = if is_all { (0..files).collect() } else { vec![part] };
        let befores: Vec<String> = parts.iter().map(|&part| self.text_of(part).clone()).collect();
        if style.reach.is_bad() {
            self.is_refusal_possible = true;
            let text = self.new_text(style.text, part);
            return self.run(style, part, befores[0].clone(), text);
        }
        if style.reach == Reach::Each {
            // Between one and the next the files say something together that is good as well.
            for (part, before) in parts.into_iter().zip(befores) {
                self.renew(style.text, part);
                self.written = self.judge.allow(self.numbers);
                let text = self.text_of(part).clone();
                self.run(style, part, before, text)?;
            }
            return Ok(());
        }
        if !is_same {
            for &part in &parts {
                self.renew(style.text, part);
            }
            self.written = self.judge.allow(self.numbers);
        }
        let text = self.text_of(part).clone();
        let before = if is_all { String::new() } else { befores[0].clone() };
        self.run(style, part, before, text)
    }

    fn run(&mut self, style: &Style, part: usize, before: String, text: String) -> io::Result<()> {
        let scribe = self.scribe(part);
        let file = if part == MEMORY { Default::default() } else { self.place.real(part) };
        let pause = match (self.course.watcher, self.chance.below(20)) {
            (Watcher::Polling, _) => Duration::from_millis(10),
            (_, 0) => Duration::from_millis(150),
            _ => Duration::from_millis(30),
        };
        let edit = &mut Edit {
            place: &mut self.place,
            memory: Some(&self.memory),
            scribe,
            file,
            before,
            text,
            number: self.number,
            chance: &mut self.chance,
            pause,
            judge: self.judge,
        };
        self.judge
            .step(|| format!("the writer begins {:?} with a text of {} bytes", edit.file, edit.text.len()));
        (style.run)(edit).map_err(|error| io::Error::other(format!("{}: {error}", style.name)))
    }

    fn scribe(&self, part: usize) -> Scribe {
        Scribe { syntax: self.course.library.syntax(), seal: self.judge.seal(), part }
    }

    fn text_of(&mut self, part: usize) -> &mut String {
        if part == MEMORY { &mut self.memory_text } else { &mut self.place.texts[part] }
    }

    /// A text that says the present number.
    fn new_text(&mut self, text: Text, part: usize) -> String {
        let size = match self.chance.below(20) {
            0 => Size::Long,
            1..=8 => Size::Middle,
            _ => Size::Short,
        };
        let (scribe, number) = (self.scribe(part), self.number);
        let before = self.text_of(part);
        match text {
            // What is appended to for ever becomes long.
            Text::Appended if before.len() < 200_000 => format!("{before}{}", scribe.block(number, size)),
            Text::Substituted => {
                let replaced = scribe.substitutes(before, number).into_iter();
                replaced.fold(before.clone(), |text, (before, after)| text.replace(&before, &after))
            }
            Text::New | Text::Appended => scribe.text(number, size),
        }
    }

    /// The part says the present number from here on.
    fn renew(&mut self, text: Text, part: usize) {
        let text = self.new_text(text, part);
        *self.text_of(part) = text;
        self.numbers[part] = self.number;
    }

    /// The longest wait, which becomes short for those who are deaf.
    fn patience(&self, longest: Duration) -> Duration {
        (longest / 2u32.pow(self.misses.min(4))).max(Duration::from_millis(250))
    }

    fn wait_for_success(&mut self, store: &dyn Store, eye: &mut dyn Eye, done: Instant, is_same: bool) {
        let longest = self.patience(IN_TIME);
        let (judge, sight, written) = (self.judge, &mut self.sight, self.written);
        let is_in_place = judge.wait(longest, || {
            eye.look(&mut |version, parts| judge.see(version, parts, sight));
            judge.newest() >= written && (!is_same || store.is_refusing() != Some(true))
        });
        let took = done.elapsed();
        if !is_in_place {
            self.misses += 1;
            let numbers = self.numbers;
            judge.fault(|| format!("{numbers:?} was not in place after {took:?}"), |tally| tally.lost += 1);
            return;
        }
        self.misses = 0;
        if is_same {
            return;
        }
        judge.count(|tally| tally.spread.add(took));
        if !judge.wait(IN_TIME, || store.is_refusing() != Some(true)) {
            judge.fault(|| "the status tells of an error".to_owned(), |tally| tally.stale_status += 1);
        }
        if self.is_refusal_possible && judge.wait(IN_TIME, || store.is_followed_to_its_end()) {
            // Refusals are told in the order of the changes, so that none of the bad states is still to come.
            self.is_refusal_possible = false;
            judge.all_is_good();
        }
    }

    fn wait_for_refusal(&mut self, store: &dyn Store) {
        let judge = self.judge;
        if store.is_refusing().is_none() {
            judge.wait(BAD_MOMENT, || false);
            return;
        }
        judge.count(|tally| tally.bad += 1);
        match judge.wait(self.patience(2 * IN_TIME), || store.is_refusing() == Some(true)) {
            true => judge.count(|tally| tally.refused += 1),
            false => judge.fault(|| "a bad state was not refused".to_owned(), |_| {}),
        }
    }

    /// Waits until everyone who follows has come to what stands written now.
    fn rest(&mut self, store: &dyn Store, eye: &mut dyn Eye) {
        self.place.held = None;
        if self.bad.is_some() {
            // The next edit mends it.
            return;
        }
        let (judge, sight, numbers) = (self.judge, &mut self.sight, self.numbers);
        let longest = if self.misses < 3 { IN_THE_END } else { IN_TIME / 2 };
        let mut last = None;
        let is_at_rest = judge.wait(longest, || {
            eye.look(&mut |version, parts| {
                judge.see(version, parts, sight);
                last = Some(parts.claimed());
            });
            last == Some(numbers) && store.is_refusing() != Some(true) && store.is_followed_to_its_end()
        });
        if !is_at_rest {
            judge.fault(
                || format!("{numbers:?} is written and {last:?} is read, for good"),
                |tally| tally.unconverged += 1,
            );
        }
        judge.end(self.is_excused, || store.status());
        self.begin_anew();
    }
}
