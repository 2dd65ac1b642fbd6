//! What a store does, in a page: layers, overrides, refusals, restarts, rollbacks.

use std::collections::{BTreeMap, VecDeque};

use hotconf::HotConfig;

#[derive(Debug, Clone, PartialEq, Default, HotConfig)]
pub(super) struct App {
    #[hot(default)]
    pub(super) a: u8,
    #[hot(default)]
    pub(super) b: u8,
    #[hot(default, restart)]
    pub(super) fixed: u8,
    #[hot(default)]
    pub(super) map: BTreeMap<String, u8>,
}

/// Every key that anything is said of, in the order in which changes name them.
pub(super) const KEYS: [&str; 5] = ["a", "b", "fixed", "map.x", "map.y"];

type Values = BTreeMap<String, i64>;

/// What a source says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Said {
    Values(Values),
    Failed,
}

/// What came of a step, with the keys of the change.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Came {
    Applied(Vec<String>),
    Unchanged,
    Refused,
}

#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) version: u64,
    applied: [Values; 2],
    overrides: Values,
}

#[derive(Debug)]
pub(super) struct Model {
    pub(super) said: [Said; 2],
    /// What the sources said at the last look that was followed to its end, and whether that was refused.
    pub(super) looked_at: [Said; 2],
    pub(super) is_refused: bool,
    applied: [Values; 2],
    overrides: Values,
    pub(super) running: App,
    pub(super) version: u64,
    pub(super) history: VecDeque<Kept>,
    pub(super) held: Option<u64>,
}

impl App {
    pub(super) fn get(&self, key: &str) -> Option<u8> {
        match key {
            "a" => Some(self.a),
            "b" => Some(self.b),
            "fixed" => Some(self.fixed),
            entry => self.map.get(&entry["map.".len()..]).copied(),
        }
    }

    /// The configuration that these layers are, if each value fits its key.
    fn of<'l>(layers: impl IntoIterator<Item = &'l Values>) -> Option<Self> {
        let mut merged = Values::new();
        for layer in layers {
            merged.extend(layer.clone());
        }
        let mut app = Self::default();
        for (key, value) in merged {
            let value = u8::try_from(value).ok()?;
            match key.as_str() {
                "a" => app.a = value,
                "b" => app.b = value,
                "fixed" => app.fixed = value,
                entry => drop(app.map.insert(entry["map.".len()..].to_owned(), value)),
            }
        }
        Some(app)
    }
}

/// What the sources say, if all of them can be read.
fn read(said: &[Said; 2]) -> Option<[Values; 2]> {
    match said {
        [Said::Values(low), Said::Values(high)] => Some([low.clone(), high.clone()]),
        _ => None,
    }
}

impl Model {
    pub(super) fn new() -> Self {
        let nothing = || [Said::Values(Values::new()), Said::Values(Values::new())];
        let first = Kept { version: 1, applied: Default::default(), overrides: Values::new() };
        Self {
            said: nothing(),
            looked_at: nothing(),
            is_refused: false,
            applied: Default::default(),
            overrides: Values::new(),
            running: App::default(),
            version: 1,
            history: [first].into(),
            held: None,
        }
    }

    pub(super) fn say(&mut self, source: usize, key: &str, value: Option<i64>) {
        if self.said[source] == Said::Failed {
            self.said[source] = Said::Values(Values::new());
        }
        let Said::Values(values) = &mut self.said[source] else { return };
        match value {
            Some(value) => drop(values.insert(key.to_owned(), value)),
            None => drop(values.remove(key)),
        }
    }

    /// What waits for a restart.
    pub(super) fn pending(&self) -> Vec<String> {
        let configured = App::of(self.applied.iter().chain([&self.overrides]));
        let waits = configured.is_some_and(|configured| configured.fixed != self.running.fixed);
        if waits { vec!["fixed".to_owned()] } else { Vec::new() }
    }

    /// The configuration that would run, and the keys that it changes.
    fn candidate(&self, applied: &[Values; 2], overrides: &Values) -> Option<(App, Vec<String>)> {
        let configured = App::of(applied.iter().chain([overrides]))?;
        let mixed = App { fixed: self.running.fixed, ..configured };
        let differs = |key: &&&str| mixed.get(key) != self.running.get(key);
        let keys = KEYS.iter().filter(differs).map(ToString::to_string).collect();
        Some((mixed, keys))
    }

    /// Puts these layers in place, unless they are bad or somebody refuses the change.
    fn put(&mut self, applied: [Values; 2], overrides: Values) -> Came {
        let Some((app, keys)) = self.candidate(&applied, &overrides) else { return Came::Refused };
        if !keys.is_empty() && (app.b == 12 || app.b == 13) {
            return Came::Refused;
        }
        (self.applied, self.overrides) = (applied, overrides);
        if keys.is_empty() {
            return Came::Unchanged;
        }
        self.running = app;
        self.version += 1;
        let overrides = self.overrides.clone();
        self.history.push_back(Kept { version: self.version, applied: self.applied.clone(), overrides });
        if self.history.len() > 8 {
            self.history.pop_front();
        }
        Came::Applied(keys)
    }

    /// Whether the sources mean what they meant at the last look, in whatever words.
    fn is_held(&self) -> bool {
        let meant = |said: &[Said; 2]| {
            let merged: Values = read(said)?.into_iter().flatten().collect();
            // Unlike an entry of a map a field that nobody sets is there, with its default.
            let value = |key: &str| merged.get(key).copied().or((!key.starts_with("map.")).then_some(0));
            Some(KEYS.map(value))
        };
        let means_the_same = meant(&self.said).is_some() && meant(&self.said) == meant(&self.looked_at);
        self.held.is_some() && !self.is_refused && means_the_same
    }

    pub(super) fn reload(&mut self) -> Came {
        let is_held = self.is_held();
        self.looked_at = self.said.clone();
        if is_held {
            return Came::Unchanged;
        }
        let came = match read(&self.said) {
            Some(applied) => self.put(applied, self.overrides.clone()),
            None => Came::Refused,
        };
        self.is_refused = came == Came::Refused;
        if !self.is_refused {
            self.held = None;
        }
        came
    }

    /// Over the layers in place, whatever the sources say at present.
    pub(super) fn edit(&mut self, edits: &[(&str, Option<i64>)]) -> Came {
        let mut overrides = self.overrides.clone();
        for (key, value) in edits {
            match value {
                Some(value) => drop(overrides.insert((*key).to_owned(), *value)),
                None => drop(overrides.remove(*key)),
            }
        }
        self.put(self.applied.clone(), overrides)
    }

    pub(super) fn roll_back(&mut self, version: u64) -> Came {
        let kept = self.history.iter().find(|kept| kept.version == version).cloned();
        let Some(kept) = kept else { return Came::Refused };
        let came = self.put(kept.applied, kept.overrides);
        if came != Came::Refused {
            self.held = Some(version);
        }
        came
    }

    pub(super) fn release(&mut self) -> Came {
        if self.held.take().is_some() { self.reload() } else { Came::Unchanged }
    }

    /// What a reload would come to, but for those who take part in changes.
    pub(super) fn plan(&self) -> Came {
        let applied = if self.is_held() { Some(self.applied.clone()) } else { read(&self.said) };
        match applied.and_then(|applied| self.candidate(&applied, &self.overrides)) {
            None => Came::Refused,
            Some((_, keys)) if keys.is_empty() => Came::Unchanged,
            Some((_, keys)) => Came::Applied(keys),
        }
    }
}
