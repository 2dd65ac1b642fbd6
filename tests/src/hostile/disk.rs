//! A disk with a few files on it that are changed in all ways, two sources that read them, and a model of what a store of
//! those sources may say.
//!
//! A program is bytes, two for each step. What the store does with a bell it does in its own time, so the model knows all
//! states that there were; what it answers to a call is exact.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hotconf::{
    Bell, Change, Error, Format, Hot, HotConfig, Outcome, Reading, Request, Source, SourceError, Watch,
};

use crate::{Record, wait_until};

/// What a program came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Played {
    /// How many changes were published.
    pub changes: u64,
    /// How many calls were refused.
    pub refused: usize,
}

/// Longer programs are cut; fewer refusals than the store remembers for slow callbacks.
const MOST_STEPS: usize = 24;

/// The files; the sources read the first two.
const NAMES: [&str; 3] = ["a", "b", "c"];

#[derive(HotConfig, Debug, Clone, PartialEq)]
struct Config {
    a: Option<u32>,
    b: Option<u32>,
}

#[derive(Clone)]
enum Node {
    Text(String),
    Link(usize),
    /// It cannot be read.
    Fault(String),
}

/// What a source finds: nothing, a text, or why it cannot say.
type Found = Result<Option<String>, String>;

/// What the store can find, in both files.
type State = [Found; 2];

#[derive(Default)]
struct Disk {
    nodes: [Option<(Node, u64)>; 3],
    stamps: u64,
}

impl Disk {
    /// What the name leads to, and the stamps on the way.
    fn find(&self, name: usize) -> (Found, Vec<u64>) {
        let (mut at, mut stamps) = (name, Vec::new());
        while stamps.len() <= NAMES.len() {
            let Some((node, stamp)) = &self.nodes[at] else { return (Ok(None), stamps) };
            stamps.push(*stamp);
            match node {
                Node::Text(text) => return (Ok(Some(text.clone())), stamps),
                Node::Fault(reason) => return (Err(reason.clone()), stamps),
                Node::Link(to) => at = *to,
            }
        }
        (Err("the links are a circle".to_owned()), stamps)
    }

    fn state(&self) -> State {
        [0, 1].map(|name| self.find(name).0)
    }
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Disk>>);

impl Shared {
    fn with<R>(&self, use_disk: impl FnOnce(&mut Disk) -> R) -> R {
        use_disk(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Says what one file holds.
struct Reader {
    name: usize,
    disk: Shared,
    read: Vec<u64>,
    bells: Record<Bell>,
}

impl Source for Reader {
    fn name(&self) -> String {
        format!("file {}", NAMES[self.name])
    }

    fn read(&mut self, _: &Request<'_>) -> Result<Reading, SourceError> {
        let found;
        (found, self.read) = self.disk.with(|disk| disk.find(self.name));
        match found.map_err(SourceError::new)? {
            None => Ok(Reading::absent()),
            Some(text) if text.is_empty() => Ok(Reading::text(Format::Toml, "")),
            Some(text) => Ok(Reading::text(Format::Toml, format!("{} = {text}\n", NAMES[self.name]))),
        }
    }

    fn connect(&mut self, bell: Bell) {
        self.bells.push(bell);
    }

    fn is_current(&self) -> bool {
        self.disk.with(|disk| disk.find(self.name)).1 == self.read
    }
}

/// What both files say, where they are good.
fn said(state: &State) -> Option<Config> {
    let number = |found: &Found| match found {
        Ok(None) => Some(None),
        Ok(Some(text)) if text.is_empty() => Some(None),
        Ok(Some(text)) => text.parse().ok().map(Some),
        Err(_) => None,
    };
    Some(Config { a: number(&state[0])?, b: number(&state[1])? })
}

/// Whether it may be refused as well, because a file that had keys is empty: that hangs on what is in place.
fn is_empty_somewhere(state: &State) -> bool {
    state.iter().any(|found| found.as_ref().is_ok_and(|text| text.as_deref() == Some("")))
}

/// Whether the words of a refusal are about this content, which has a number that no other has.
fn is_about(words: &str, found: &Found) -> bool {
    match found {
        Err(reason) => words.contains(reason),
        Ok(Some(text)) => text.ends_with('"') && words.contains(text.trim_matches('"')),
        Ok(None) => false,
    }
}

/// Versions and values before and after a change, as a callback is told of them.
type Told = ((u64, Config), (u64, Config));

fn told(change: &Change<Config>) -> Told {
    let one = |snapshot: &hotconf::Snapshot<Config>| (snapshot.version(), Config::clone(snapshot));
    (one(change.old()), one(change.new()))
}

struct Play {
    disk: Shared,
    bells: Record<Bell>,
    cfg: Hot<Config>,
    serial: u32,
    /// All states since the start, each time that there was another.
    states: Vec<State>,
    /// Whether a text was replaced by one with the same stamp: then two files may be read that were not there together.
    has_lied: bool,
    announced: Record<String>,
    played: Played,
}

/// Plays a program, and holds the store to the model.
///
/// # Panics
///
/// When something does not hold that must.
pub fn play(program: &[u8]) -> Played {
    let (disk, bells) = (Shared::default(), Record::new());
    let reader = |name| Reader { name, disk: disk.clone(), read: Vec::new(), bells: bells.clone() };
    let builder = Hot::<Config>::builder().watch(Watch::Off).settle(Duration::ZERO, Duration::from_secs(2));
    let cfg = builder.source(reader(0)).source(reader(1)).build().expect("nothing is said at first");
    let (changes, announced) = (Record::new(), Record::new());
    let (to_changes, to_announced) = (changes.clone(), announced.clone());
    cfg.on_change(move |change| to_changes.push(told(change))).forever();
    cfg.on_rejected(move |error| to_announced.push(error.to_string())).forever();
    let mut play = Play {
        states: vec![disk.with(|disk| disk.state())],
        disk,
        bells,
        cfg,
        serial: 0,
        has_lied: false,
        announced,
        played: Played::default(),
    };
    for step in program.chunks_exact(2).take(MOST_STEPS) {
        play.step(step[0], step[1]);
    }
    play.call();
    play.holds(&changes);
    play.played
}

impl Play {
    /// One step: what is done, and to which file, with a bell before, after, both or neither.
    fn step(&mut self, what: u8, to: u8) {
        let (name, other) = (usize::from(to) % NAMES.len(), usize::from(to >> 2) % NAMES.len());
        let (rings_before, rings_after) = (to & 0x40 != 0, to & 0x80 == 0);
        self.serial += 1;
        let number = format!("{}{:03}", self.serial, u32::from(to));
        if rings_before {
            self.ring();
        }
        match what % 16 {
            0 | 1 => self.put(name, Some(Node::Text(number))),
            // Half of it can be read as well.
            2 => {
                self.put(name, Some(Node::Text(number[..2].to_owned())));
                if rings_after {
                    self.ring();
                }
                self.put(name, Some(Node::Text(number)));
            }
            3 => {
                self.put(name, Some(Node::Text(String::new())));
                if rings_after {
                    self.ring();
                }
                self.put(name, Some(Node::Text(number)));
            }
            4 => self.put(name, Some(Node::Text(format!("\"word {number}")))),
            5 => self.put(name, Some(Node::Text(format!("\"word {number}\"")))),
            6 => self.put(name, Some(Node::Fault(format!("the disk says {number}")))),
            7 => self.put(name, None),
            8 => self.put(name, Some(Node::Text(String::new()))),
            9 => self.put(name, Some(Node::Link(other))),
            // The same as before, with another stamp.
            10 => {
                let node = self.disk.with(|disk| disk.nodes[name].clone());
                self.put(name, node.map(|(node, _)| node));
            }
            11 => self.rename(other, name),
            12 => self.put_with_the_same_stamp(name, number),
            // There and back.
            13 => {
                let node = self.disk.with(|disk| disk.nodes[name].clone()).map(|(node, _)| node);
                self.put(name, Some(Node::Text(number)));
                self.put(name, node);
            }
            14 => self.rest(to),
            _ => self.call(),
        }
        if rings_after {
            self.ring();
        }
    }

    fn ring(&self) {
        self.bells.all().iter().for_each(Bell::ring);
    }

    fn put(&mut self, name: usize, node: Option<Node>) {
        self.disk.with(|disk| {
            disk.stamps += 1;
            disk.nodes[name] = node.map(|node| (node, disk.stamps));
        });
        self.note();
    }

    /// In one step, with the stamp that it had.
    fn rename(&mut self, from: usize, to: usize) {
        self.disk.with(|disk| {
            if let Some(node) = disk.nodes[from].take() {
                disk.nodes[to] = Some(node);
            }
        });
        self.note();
    }

    fn put_with_the_same_stamp(&mut self, name: usize, text: String) {
        self.disk.with(|disk| {
            if let Some((node, _)) = &mut disk.nodes[name] {
                *node = Node::Text(text);
                self.has_lied = true;
            }
        });
        self.note();
    }

    fn note(&mut self) {
        let state = self.disk.with(|disk| disk.state());
        if self.states.last() != Some(&state) {
            self.states.push(state);
        }
    }

    fn now(&self) -> State {
        self.disk.with(|disk| disk.state())
    }

    /// Somebody asks: the answer is for what is there now.
    fn call(&mut self) {
        let state = self.now();
        let outcome = self.cfg.reload();
        let is_refused = outcome.error().is_some();
        match (said(&state), outcome) {
            (Some(config), Outcome::Applied(change)) => {
                assert_eq!(change.version(), change.old().version() + 1, "versions rise by one");
                assert_eq!(**change.new(), config, "another state is in place");
                assert_ne!(**change.old(), config, "a version without a difference");
            }
            (Some(config), Outcome::Unchanged) => assert_eq!(*self.cfg.load(), config, "nothing was applied"),
            (Some(_), Outcome::Rejected(error)) if is_empty_somewhere(&state) => {
                assert!(error.to_string().contains("the file had keys and is now empty"), "{error}");
                self.played.refused += 1;
            }
            (None, Outcome::Rejected(error)) => self.is_refused(&error),
            (said, outcome) => panic!("{said:?} is there, and the answer is {outcome:?}"),
        }
        assert_eq!(self.cfg.status().last_error().is_some(), is_refused, "the status is another");
    }

    fn is_refused(&mut self, error: &Error) {
        self.played.refused += 1;
        let text = error.to_string();
        assert!(self.is_possible(&self.cfg.load()), "{:?} was never there", *self.cfg.load());
        wait_until("a refusal is announced", || self.announced.all().contains(&text));
    }

    /// Nobody asks, and the bell is rung: the store comes to what is there by itself.
    fn rest(&mut self, dice: u8) {
        let state = self.now();
        let config = said(&state);
        // It takes its time before it refuses, so that is tried now and then.
        if config.is_none() && dice % 16 != 0 {
            return;
        }
        self.ring();
        match config {
            Some(_) if is_empty_somewhere(&state) => {}
            Some(config) => wait_until("the last state is in place", || {
                *self.cfg.load() == config && self.cfg.status().last_error().is_none()
            }),
            None => wait_until("the last error is told", || self.cfg.status().last_error().is_some()),
        }
    }

    /// Whether a configuration was there at some moment.
    fn is_possible(&self, config: &Config) -> bool {
        let mut good = self.states.iter().filter_map(said);
        if self.has_lied {
            let good: Vec<Config> = good.collect();
            let one = |name: usize| self.states.iter().map(move |state| state[name].clone());
            let has = |name: usize, value: Option<u32>| {
                one(name).any(|found| match found {
                    Ok(None) => value.is_none(),
                    Ok(Some(text)) if text.is_empty() => value.is_none(),
                    Ok(Some(text)) => value.is_some() && text.parse().ok() == value,
                    Err(_) => false,
                })
            };
            return good.contains(config) || has(0, config.a) && has(1, config.b);
        }
        good.any(|good| good == *config)
    }

    /// What must hold of all that was told.
    fn holds(&mut self, changes: &Record<Told>) {
        let newest = self.cfg.snapshot();
        self.played.changes = newest.version() - 1;
        wait_until("all is told", || {
            changes.all().last().map_or(1, |(_, (version, _))| *version) == newest.version()
        });
        let mut seen = (1, Config { a: None, b: None });
        for (old, new) in changes.all() {
            assert_eq!(old, seen, "a change begins where the one before ended");
            assert!(new.0 > old.0, "version {} after {}", new.0, old.0);
            assert!(self.is_possible(&new.1), "{:?} was never there", new.1);
            seen = new;
        }
        if self.has_lied {
            return;
        }
        let announced = self.announced.all();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        announced.iter().for_each(|words| *counts.entry(words).or_default() += 1);
        for (words, count) in counts {
            let is_in = |state: &&State| state.iter().any(|found| is_about(words, found));
            let entered = self.states.iter().filter(is_in).count();
            assert!(
                entered == 0 || count <= entered,
                "announced {count} times, and so {entered} times: {words}"
            );
        }
        let bad =
            self.states.iter().filter(|state| said(state).is_none() || is_empty_somewhere(state)).count();
        assert!(announced.len() <= bad, "{bad} bad states, and announced were {announced:?}");
    }
}
