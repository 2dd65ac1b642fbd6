//! Whatever happens to a store, in whatever order: it does what a model of a page says.

mod semantics;

use std::time::Duration;

use hotconf::testing::Memory;
use hotconf::{Error, HistoryEntry, Hot, Outcome, Subscription};
use proptest::prelude::*;

use semantics::{App, Came, KEYS, Model, Said};

/// Something that happens.
#[derive(Debug, Clone)]
enum Step {
    /// A source says something else.
    Say {
        source: usize,
        key: usize,
        value: Option<i64>,
    },
    /// A source cannot be read.
    Fail {
        source: usize,
    },
    Reload,
    /// Overrides are set, or taken away.
    Override(Vec<(usize, Option<i64>)>),
    /// To the version that was published so many versions ago.
    RollBack(u64),
    Release,
    Plan,
}

fn step() -> impl Strategy<Value = Step> {
    let key = 0..KEYS.len();
    // 12 is refused and 13 panicked over, where `b` has it; 300 is too large for any key.
    let value = prop::sample::select(vec![0, 1, 2, 3, 12, 13, 300]);
    let edit = (key.clone(), prop::option::weighted(0.7, value.clone()));
    prop_oneof![
        6 => (0..2_usize, key, prop::option::weighted(0.8, value))
            .prop_map(|(source, key, value)| Step::Say { source, key, value }),
        1 => (0..2_usize).prop_map(|source| Step::Fail { source }),
        6 => Just(Step::Reload),
        4 => prop::collection::vec(edit, 1..4).prop_map(Step::Override),
        2 => (0..10_u64).prop_map(Step::RollBack),
        1 => Just(Step::Release),
        1 => Just(Step::Plan),
    ]
}

/// A store that looks at its sources only when it is told to.
struct Store {
    cfg: Hot<App>,
    sources: [Memory; 2],
    changes: Subscription<App>,
    /// The version that the subscription has seen last.
    seen: u64,
}

impl Store {
    fn new() -> Self {
        const LONG: Duration = Duration::from_secs(3600);
        let sources = [Memory::new(), Memory::new()];
        let builder = Hot::builder().source(sources[0].clone()).source(sources[1].clone());
        let cfg: Hot<App> = builder.settle(LONG, LONG).build().expect("the defaults are good");
        cfg.prepare(|_, new: &App| match new.b {
            12 => Err("not twelve")?,
            13 => panic!("not thirteen"),
            _ => Ok(|| ()),
        })
        .forever();
        Self { changes: cfg.subscribe(), cfg, sources, seen: 1 }
    }

    fn say(&self, source: usize, said: &Said) {
        match said {
            Said::Values(values) => self.sources[source].set_all(values.clone()),
            Said::Failed => self.sources[source].fail("it is away"),
        }
    }

    /// What came of a call, as the model has it.
    fn came(outcome: Result<Outcome<App>, Error>) -> Came {
        match outcome {
            Ok(Outcome::Applied(change)) => {
                Came::Applied(change.keys().iter().map(ToString::to_string).collect())
            }
            Ok(Outcome::Unchanged) => Came::Unchanged,
            Ok(Outcome::Rejected(_)) | Err(_) => Came::Refused,
            Ok(Outcome::Deferred) => panic!("nobody is called"),
        }
    }

    /// Does one step, here and in the model, and says what came of it in both.
    fn take(&self, model: &mut Model, step: &Step) -> (Came, Came) {
        match step {
            Step::Say { source, key, value } => {
                model.say(*source, KEYS[*key], *value);
                self.say(*source, &model.said[*source]);
                (Came::Unchanged, Came::Unchanged)
            }
            Step::Fail { source } => {
                model.said[*source] = Said::Failed;
                self.say(*source, &Said::Failed);
                (Came::Unchanged, Came::Unchanged)
            }
            Step::Reload => (Self::came(Ok(self.cfg.reload())), model.reload()),
            Step::Override(edits) => {
                let outcome = self.cfg.update(|edit| {
                    for (key, value) in edits {
                        match value {
                            Some(value) => edit.set(KEYS[*key], *value),
                            None => edit.unset(KEYS[*key]),
                        };
                    }
                });
                let edits: Vec<_> = edits.iter().map(|(key, value)| (KEYS[*key], *value)).collect();
                (Self::came(outcome), model.edit(&edits))
            }
            Step::RollBack(back) => {
                let version = model.version.saturating_sub(*back);
                (Self::came(self.cfg.rollback(version)), model.roll_back(version))
            }
            Step::Release => (Self::came(Ok(self.cfg.release_rollback())), model.release()),
            Step::Plan => {
                let plan = self.cfg.plan();
                let keys = plan.changes().iter().map(|change| change.key().to_string()).collect();
                let planned = match (plan.error(), plan.changes()) {
                    (Some(_), _) => Came::Refused,
                    (None, []) => Came::Unchanged,
                    (None, _) => Came::Applied(keys),
                };
                (planned, model.plan())
            }
        }
    }

    /// Everything that can be asked for is what the model says.
    fn agrees(&mut self, model: &Model) {
        let (cfg, status) = (&self.cfg, self.cfg.status());
        assert_eq!(*cfg.load(), model.running, "the running values");
        assert_eq!((cfg.snapshot().version(), status.version()), (model.version, model.version));
        assert_eq!(status.last_error().is_some(), model.is_refused, "{:?}", status.last_error());
        assert_eq!(status.rolled_back_to(), model.held);
        let pending: Vec<_> =
            status.pending_restart().iter().map(|pending| pending.key().to_string()).collect();
        assert_eq!(pending, model.pending());
        let kept: Vec<_> = cfg.history().iter().map(HistoryEntry::version).collect();
        assert_eq!(kept, model.history.iter().map(|kept| kept.version).collect::<Vec<_>>());
        for key in KEYS {
            assert_eq!(cfg.get_as::<u8>(key).ok(), model.running.get(key), "{key} by its path");
        }
        // Whoever listens ends at the newest, from the one before.
        if let Some(change) = self.changes.try_next() {
            assert_eq!((change.old().version(), change.version()), (self.seen, model.version));
            self.seen = change.version();
        }
        assert_eq!(self.seen, model.version);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, max_shrink_iters: 2000, ..ProptestConfig::default() })]

    #[test]
    fn a_store_does_what_the_model_says(steps in prop::collection::vec(step(), 1..30)) {
        let mut store = Store::new();
        let mut model = Model::new();
        for (at, step) in steps.iter().enumerate() {
            let was_refused = model.is_refused;
            let (did, says) = store.take(&mut model, step);
            prop_assert_eq!(&did, &says, "step {}: {:?}", at, step);
            let has_news = model.said != model.looked_at;
            // After an edit what was refused is tried again by itself, and what a plan has seen may be taken back before
            // it is followed. Both are brought to their end before anything else happens.
            if matches!(step, Step::Override(_)) && was_refused || matches!(step, Step::Plan) && has_news {
                let _ = store.cfg.reload();
                let _ = model.reload();
            }
            store.agrees(&model);
        }
    }
}
