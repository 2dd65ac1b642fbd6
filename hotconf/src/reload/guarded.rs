//! Guards at work: what is looked at before a change is built, and what is let pass once.

use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::Shared;
use super::look::evaluate;
use super::manager::Manager;
use crate::cell::HotConfig;
use crate::error::Error;
use crate::guards::{GuardStatus, Settings, Shrinkage, Usage, excess, guard_status, shrinkage};
use crate::loader::{Built, Look};
use crate::status::Status;
use crate::tree::Layer;

/// The guards of one store.
pub(super) struct Guards {
    pub(super) settings: Settings,
    state: Mutex<State>,
    /// What the layers in place use. Counted when somebody asks, once for the same layers.
    counted: Mutex<Option<Counted>>,
}

struct Counted {
    /// Nobody keeps them in memory for this alone.
    layers: Weak<[Arc<Layer>]>,
    usage: Usage,
}

#[derive(Default)]
struct State {
    is_waived: bool,
    /// Whether what was judged last passes by the waiver only.
    needs_waiver: bool,
    /// Whether what was judged last is what the sources say.
    is_of_sources: bool,
    /// What it would have taken away.
    most_lost: f64,
}

impl Guards {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, state: Mutex::default(), counted: Mutex::default() }
    }

    /// Lets the next change pass, whatever it takes away.
    pub(super) fn waive(&self) {
        self.state.lock().is_waived = true;
        log::info!("hotconf: the guards are waived for the next change");
    }

    /// Notes that what was judged last is in place, as a new version or without one. The waiver is over once it was of use,
    /// and with the next change of the sources.
    pub(super) fn passed(&self, is_published: bool) {
        let is_used = {
            let mut state = self.state.lock();
            let is_used = state.is_waived && (state.needs_waiver || is_published && state.is_of_sources);
            state.is_waived &= !is_used;
            is_used
        };
        if is_used {
            log::info!("hotconf: the guards are no longer waived");
        }
    }
}

/// Builds the first configuration, or says all that is wrong with it.
pub(super) fn evaluate_first<T: HotConfig>(
    settings: &Settings,
    look: &Look,
    prefixes: &[String],
) -> Result<Built<T>, Error> {
    let size = excess(settings, &look.layers, &[]);
    let mut problems = size.problems;
    problems.extend(size.keys);
    if problems.is_empty() {
        return evaluate(look, &look.layers, prefixes);
    }
    problems.extend(look.failure.iter().flat_map(|failure| failure.problems.iter().cloned()));
    Err(Error::new(problems))
}

impl<T: HotConfig + Send + Sync> Manager<T> {
    /// Builds what was seen, the overrides on top, or says all that is wrong with it: also what the guards have against it.
    ///
    /// What is taken away is only asked of the sources. Whoever sets something, or goes back to a version, is there to see what
    /// comes of it.
    pub(super) fn guarded(&self, look: &Look, stack: &[Arc<Layer>]) -> Result<Built<T>, Error> {
        let Guards { settings, state, .. } = &self.shared.guards;
        let size = excess(settings, stack, self.shared.core.cell.fetch().layers());
        let shrinkage = match settings.shrink {
            // Of what cannot be read nobody knows what is in it.
            Some(share) if look.is_of_sources && look.failure.is_none() => {
                shrinkage(T::schema(), share, &self.applied, &look.layers)
            }
            _ => Shrinkage::default(),
        };
        let is_waived = {
            let mut state = state.lock();
            state.needs_waiver = size.keys.is_some() || !shrinkage.problems.is_empty();
            state.is_of_sources = look.is_of_sources;
            state.most_lost = shrinkage.most;
            state.is_waived
        };
        // What is beyond all measure is not built.
        let mut problems = size.problems;
        problems.extend(size.keys.filter(|_| !is_waived));
        let built = if problems.is_empty() {
            evaluate::<T>(look, stack, &self.shared.prefixes)
        } else {
            problems.extend(look.failure.iter().flat_map(|failure| failure.problems.iter().cloned()));
            Err(Error::new(problems))
        };
        let mut problems = if is_waived { Vec::new() } else { shrinkage.problems };
        match built {
            Ok(built) if problems.is_empty() => Ok(built),
            Ok(_) => Err(Error::new(problems)),
            Err(error) => {
                problems.extend_from_slice(error.problems());
                Err(Error::new(problems))
            }
        }
    }
}

impl<T: HotConfig> Shared<T> {
    /// The status with all that is only counted when somebody asks.
    pub(crate) fn whole_status(&self) -> Status {
        let mut status = self.status();
        if !self.is_fixed() {
            status.guards = self.guard_status();
        }
        status
    }

    fn guard_status(&self) -> Vec<GuardStatus> {
        let layers = self.in_place().layers;
        let in_place = Arc::downgrade(&layers);
        let known = self
            .guards
            .counted
            .lock()
            .as_ref()
            .and_then(|counted| counted.layers.ptr_eq(&in_place).then(|| counted.usage.clone()));
        let usage = known.unwrap_or_else(|| {
            let usage = Usage::of(T::schema(), &layers);
            *self.guards.counted.lock() = Some(Counted { layers: in_place, usage: usage.clone() });
            usage
        });
        let (most_lost, is_waived) = {
            let state = self.guards.state.lock();
            (state.most_lost, state.is_waived)
        };
        guard_status(&self.guards.settings, usage, most_lost, is_waived)
    }
}
