//! The last good configuration: kept in a file whenever there is another, and started from where the sources are bad.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::guarded::evaluate_first;
use crate::cell::HotConfig;
use crate::error::{Error, Problem, ProblemKind};
use crate::explain::{locate, of_keys, showable};
use crate::format::{Kept, KeptFault, KeptLayer, KeptSource};
use crate::guards::Settings;
use crate::key::KeyPath;
use crate::loader::{self, Built, Loader, Look};
use crate::origin::{Origin, OriginKind};
use crate::schema::Schema;
use crate::source::KeptFile;
use crate::tree::{Draft, Layer, LayerName, NodeId};

/// Where the last good configuration is kept, and what is known of the file.
pub(crate) struct LastGood {
    file: KeptFile,
    keeps_secrets: bool,
    max_size: u64,
    /// The layers that were to be kept last.
    layers: Vec<Arc<Layer>>,
    /// Why they could not be.
    failure: Option<Problem>,
}

/// What a store begins with: what its sources say or, where that is bad, the last good configuration.
pub(super) struct First<T> {
    pub(super) built: Built<T>,
    pub(super) layers: Vec<Arc<Layer>>,
    pub(super) degraded: Option<Degraded>,
}

/// A start from the last good configuration.
pub(super) struct Degraded {
    /// What is wrong with the sources.
    pub(super) error: Error,
    /// When the configuration was kept.
    pub(super) time: SystemTime,
    /// That it is so, to be told as long as it is.
    pub(super) warning: Problem,
}

impl<T: HotConfig> First<T> {
    pub(super) fn new(
        guards: &Settings,
        look: &Look,
        loader: &mut Loader,
        prefixes: &[String],
        last_good: Option<&LastGood>,
    ) -> Result<Self, Error> {
        let error = match evaluate_first::<T>(guards, look, prefixes) {
            Ok(built) => return Ok(Self { built, layers: look.layers.clone(), degraded: None }),
            Err(error) => error,
        };
        let Some(last_good) = last_good else { return Err(error) };
        match last_good.recall::<T>(loader) {
            Ok(None) => Err(error),
            Ok(Some((built, layers, time))) => {
                let warning = last_good.warning(time);
                Ok(Self { built, layers, degraded: Some(Degraded { error, time, warning }) })
            }
            Err(useless) => Err(after(&error, useless.problems().iter().cloned())),
        }
    }

    /// The error of a participant who refuses to begin with it.
    pub(super) fn refused(&self, refusal: Error) -> Error {
        let Some(Degraded { error, .. }) = &self.degraded else { return refusal };
        after(error, refusal.problems().iter().cloned().map(|problem| problem.with_origin(None, usize::MAX)))
    }
}

impl Degraded {
    /// Says in the log what is wrong, and what serves in its place.
    pub(super) fn log(&self) {
        let Self { error, time, .. } = self;
        let age = SystemTime::now().duration_since(*time).unwrap_or_default();
        let age = humantime::format_duration(Duration::from_secs(age.as_secs()));
        log::error!("hotconf: started from the last good configuration, which is {age} old: {error}");
    }
}

/// An error with more problems behind its own.
fn after(error: &Error, more: impl IntoIterator<Item = Problem>) -> Error {
    Error::new(error.problems().iter().cloned().chain(more).collect())
}

type Recalled<T> = (Built<T>, Vec<Arc<Layer>>, SystemTime);

impl LastGood {
    pub(crate) fn new(file: KeptFile, keeps_secrets: bool, max_size: u64) -> Self {
        Self { file, keeps_secrets, max_size, layers: Vec::new(), failure: None }
    }

    /// Why the last good configuration is not in the file.
    pub(super) fn failure(&self) -> Option<&Problem> {
        self.failure.as_ref()
    }

    /// What is not in the file and should be.
    pub(super) fn not_kept(&self) -> Option<Vec<Arc<Layer>>> {
        self.failure.is_some().then(|| self.layers.clone())
    }

    /// What had keys at the last good configuration; nothing where that cannot be told.
    pub(super) fn had_keys(&self) -> Vec<OriginKind> {
        let text = self.file.read(self.max_size).ok().flatten();
        let Some(kept) = text.and_then(|text| Kept::of_text(&text).ok()) else { return Vec::new() };
        let layers = kept.sources.into_iter().flat_map(|source| source.layers);
        layers.filter(|layer| !layer.content.is_empty_map()).map(|layer| layer.kind).collect()
    }

    /// Keeps these layers, which are good. A file that says the same stays as it is.
    pub(super) fn keep(
        &mut self,
        schema: &'static Schema,
        loader: &Loader,
        layers: Vec<Arc<Layer>>,
        version: u64,
    ) {
        let is_same = self.layers.len() == layers.len()
            && self.layers.iter().zip(&layers).all(|(mine, theirs)| Arc::ptr_eq(mine, theirs));
        if is_same && self.failure.is_none() && !layers.is_empty() {
            return;
        }
        let kept = self.kept(schema, loader, &layers, version);
        self.layers = layers;
        self.failure = self.write(kept).err().map(|why| {
            let problem = self.problem(format!("the last good configuration cannot be kept: {why}"));
            problem.into_warning()
        });
    }

    fn kept(&self, schema: &'static Schema, loader: &Loader, layers: &[Arc<Layer>], version: u64) -> Kept {
        let mut left_out: Vec<KeyPath> = Vec::new();
        let mut content = |layer: &Arc<Layer>| {
            if self.keeps_secrets {
                return Draft::of(layer, NodeId::ROOT);
            }
            let (draft, secrets) = showable(schema, layer);
            left_out.extend(secrets);
            draft
        };
        let sources = loader.names().enumerate().filter(|(_, (_, is_of_this_start))| !is_of_this_start);
        let sources = sources.map(|(index, (name, _))| {
            let layers = layers.iter().filter(|layer| layer.index() == index);
            let layers =
                layers.map(|layer| KeptLayer { kind: layer.name().origin_kind(), content: content(layer) });
            KeptSource { name: name.to_owned(), layers: layers.collect() }
        });
        let sources = sources.collect();
        left_out.sort_unstable();
        left_out.dedup();
        // A clock that was never set may be before all times that can be written.
        let time = SystemTime::now().max(SystemTime::UNIX_EPOCH);
        Kept { configuration: schema.name().to_owned(), version, time, left_out, sources }
    }

    fn write(&self, kept: Kept) -> Result<(), String> {
        let text = kept.to_text();
        if text.len() as u64 > self.max_size {
            let (size, limit) = (text.len(), self.max_size);
            return Err(format!(
                "it has {size} bytes, more than the limit of {limit}; raise `max_file_size`"
            ));
        }
        // What cannot be read is written anew.
        if let Some(before) = self.file.read(self.max_size).ok().flatten() {
            if let Ok(Kept { version, time, .. }) = Kept::of_text(&before) {
                if (Kept { version, time, ..kept }).to_text() == before {
                    return Ok(());
                }
            }
        }
        self.file.write(&text)
    }

    /// The configuration that is kept, with what belongs to this start and the secrets that can be read now. `None` where
    /// none was kept yet.
    fn recall<T: HotConfig>(&self, loader: &mut Loader) -> Result<Option<Recalled<T>>, Error> {
        let text = self.file.read(self.max_size).map_err(|why| self.useless(&why))?;
        let Some(text) = text else { return Ok(None) };
        let kept = Kept::of_text(&text).map_err(|fault| {
            let origin = match &fault {
                KeptFault::Damaged(fault) => self.origin().at(fault.line, fault.column),
                KeptFault::OtherFormat(_) => self.origin(),
            };
            Error::from(self.useless(&fault.to_string()).with_origin(Some(origin), usize::MAX))
        })?;
        self.check_identity(&kept, T::schema(), loader)?;
        let layers = self.layers_of::<T>(&kept, loader)?;
        let built = loader::build::<T>(&layers).map_err(|error| {
            let useless = error.problems().iter().map(|problem| {
                let useless = self.useless(&format!("it does not fit: {}", problem.message()));
                useless.with_key(problem.key().cloned().unwrap_or_default())
            });
            Error::new(useless.collect())
        })?;
        Ok(Some((built, layers, kept.time)))
    }

    /// Whether it was kept by this program for these sources.
    fn check_identity(&self, kept: &Kept, schema: &Schema, loader: &Loader) -> Result<(), Error> {
        let (theirs, ours) = (&kept.configuration, schema.name());
        if theirs != ours {
            let why = format!("it is of `{theirs}`, and not of `{ours}`; name another file for each program");
            return Err(self.useless(&why).into());
        }
        let ours = loader.names().filter(|(_, is_of_this_start)| !is_of_this_start).map(|(name, _)| name);
        let theirs = kept.sources.iter().map(|source| source.name.as_str());
        if !ours.eq(theirs.clone()) {
            let theirs: Vec<_> = theirs.collect();
            return Err(self.useless(&format!("it was kept of other sources: {}", theirs.join(", "))).into());
        }
        Ok(())
    }

    /// The layers of a start from it, the lowest first.
    fn layers_of<T: HotConfig>(&self, kept: &Kept, loader: &mut Loader) -> Result<Vec<Arc<Layer>>, Error> {
        let schema = T::schema();
        let names: Vec<_> = loader.names().map(|(name, is_present)| (name.to_owned(), is_present)).collect();
        let layer = |kind, draft: &Draft, index| {
            Arc::new(Layer::from_draft(LayerName::Other(kind), draft).with_index(index))
        };
        let mut kept_sources = kept.sources.iter();
        let mut layers = Vec::new();
        let mut present = Vec::new();
        for (index, (name, is_of_this_start)) in names.into_iter().enumerate() {
            if is_of_this_start {
                // Which key a variable means may hang on the entries of maps in the layers beneath.
                let said = loader.read_over::<T>(index, &layers);
                let said = said.ok_or_else(|| {
                    self.useless(&format!(
                        "{name} cannot be read, and is not kept from one start to the next"
                    ))
                })?;
                present.extend_from_slice(&said);
                layers.extend(said);
                continue;
            }
            for KeptLayer { kind, content } in
                kept_sources.next().into_iter().flat_map(|source| &source.layers)
            {
                layers.push(layer(kind.clone(), content, index));
            }
            for said in loader.rest(index) {
                let secrets = of_keys(schema, &said, &kept.left_out);
                if !secrets.is_empty_map() {
                    let secrets = layer(said.name().origin_kind(), &secrets, index);
                    present.push(secrets.clone());
                    layers.push(secrets);
                }
            }
        }
        let is_one_away = loader.states().iter().any(|state| state.has_failed);
        let is_said = |key: &&KeyPath| {
            present.iter().any(|layer| {
                let alone = [layer.clone()];
                // A list that merges has a part in each source, and may lack that of the one which cannot be read.
                locate(schema, &alone, key)
                    .is_some_and(|at| !(at.place.is_absent() || is_one_away && at.place.merges()))
            })
        };
        // A default in place of a secret would be a configuration that never was good.
        let why = "this is a secret, which is not kept, and no source that can be read has it";
        let lacking = kept.left_out.iter().filter(|key| !is_said(key));
        let lacking: Vec<_> = lacking.map(|key| self.useless(why).with_key(key.clone())).collect();
        if lacking.is_empty() { Ok(layers) } else { Err(Error::new(lacking)) }
    }

    fn origin(&self) -> Origin {
        Origin::new(OriginKind::File(self.file.shown.as_path().into()))
    }

    /// A problem of the file, which is told behind all others.
    fn problem(&self, message: String) -> Problem {
        Problem::new(ProblemKind::LastGood, message).with_origin(Some(self.origin()), usize::MAX)
    }

    fn useless(&self, why: &str) -> Problem {
        let problem = self.problem(format!("the last good configuration cannot be used instead: {why}"));
        problem.with_help(Some("repair the sources; the file is written anew once they are good"))
    }

    fn warning(&self, time: SystemTime) -> Problem {
        let time = humantime::format_rfc3339_seconds(time);
        let message = format!(
            "the sources have been bad since the start, and the last good configuration serves, which was kept at {time}"
        );
        self.problem(message).into_warning()
    }
}
