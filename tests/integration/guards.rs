//! Guards: what a configuration may be at most, and what a change may take away.

mod shrinking;
mod size;
mod told;
mod waiving;

use std::collections::{BTreeMap, BTreeSet};

use hotconf::{Builder, Error, Format, Hot, HotConfig, Outcome, testing::Memory};

#[derive(Debug, HotConfig)]
struct App {
    #[hot(default = 1)]
    workers: u32,
    #[hot(default)]
    flags: BTreeMap<String, bool>,
    #[hot(default = ["one"], max_items = 100)]
    mirrors: Vec<String>,
    #[hot(default)]
    regions: BTreeSet<String>,
    server: Server,
    tls: Option<Tls>,
    #[hot(default)]
    upstreams: BTreeMap<String, Upstream>,
    #[hot(default, secret)]
    tokens: BTreeMap<String, String>,
    store: Option<Store>,
    limits: Limits,
}

#[derive(Debug, HotConfig)]
struct Server {
    #[hot(default = "localhost")]
    host: String,
    #[hot(default = 8000)]
    port: u16,
    #[hot(default)]
    names: Vec<String>,
}

#[derive(Debug, HotConfig)]
struct Tls {
    #[hot(default = "cert.pem")]
    cert: String,
}

#[derive(Debug, HotConfig)]
struct Upstream {
    #[hot(default = 1)]
    weight: u32,
    #[hot(default)]
    hosts: Vec<String>,
}

#[derive(Debug, HotConfig)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Store {
    Files {
        #[hot(default)]
        folders: Vec<String>,
    },
    Memory,
}

#[derive(Debug, HotConfig)]
struct Limits {
    #[hot(default)]
    #[serde(flatten)]
    by_name: BTreeMap<String, u32>,
}

/// A store of one text.
struct Kept {
    memory: Memory,
    cfg: Hot<App>,
}

impl Kept {
    #[track_caller]
    fn new(text: &str, guard: impl FnOnce(Builder<App>) -> Builder<App>) -> Self {
        let memory = Memory::new();
        memory.set_text(Format::Toml, text);
        let cfg = guard(Hot::builder().source(memory.clone())).build().expect("the first state is good");
        Self { memory, cfg }
    }

    /// With a guard that lets this share go.
    #[track_caller]
    fn shrinking(text: &str, share: f64) -> Self {
        Self::new(text, |builder| builder.shrink_guard(share))
    }

    /// Says this text, which is refused.
    #[track_caller]
    fn refused(&self, text: &str) -> Error {
        self.memory.set_text(Format::Toml, text);
        let version = self.cfg.version();
        let Outcome::Rejected(error) = self.cfg.reload() else { panic!("{text} is let in") };
        assert_eq!(self.cfg.version(), version);
        error
    }

    /// What the refusal of this text says.
    #[track_caller]
    fn words(&self, text: &str) -> Vec<String> {
        let error = self.refused(text);
        let words = error.problems().iter().map(|problem| {
            let message = problem.message().split("; where").next().unwrap();
            problem.key().map_or_else(|| message.to_owned(), |key| format!("{key}: {message}"))
        });
        words.collect()
    }

    /// Says this text, which is put in place.
    #[track_caller]
    fn accepted(&self, text: &str) {
        self.memory.set_text(Format::Toml, text);
        let outcome = self.cfg.reload();
        assert!(outcome.error().is_none(), "{outcome:?}");
        assert_eq!(self.cfg.status().last_error(), None);
    }
}

/// How much is used of a guard, its limit, and whether it is waived.
#[track_caller]
fn guard(cfg: &Hot<App>, name: &str) -> (f64, f64, bool) {
    let status = cfg.status();
    let guard = status.guards().iter().find(|guard| guard.name() == name).expect("the guard is listed");
    (guard.used(), guard.limit(), guard.is_waived())
}
