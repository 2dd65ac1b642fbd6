//! Where configuration comes from. Each source gives one layer when it is asked; a folder gives one for each file.
//!
//! Invariant: the only floor that reads files and the environment, and with `kept` the only one that writes a file. A source has no clock: it says what it finds now,
//! and how patient one should be about it; the reload loop decides when to ask again.

mod arguments;
mod dir;
mod dotenv;
mod env_file;
mod environment;
mod file;
mod folder;
mod kept;
mod meant;
mod names;
mod provider;
pub(crate) mod read;
mod reading;
mod secrets;
mod terminal;
mod text;
mod typed;
mod variables;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::origin::{Origin, OriginKind};
use crate::schema::Schema;
use crate::tree::Stack;

pub(crate) use arguments::Arguments;
pub(crate) use dir::Dir;
pub(crate) use env_file::EnvFile;
pub(crate) use environment::{Environment, Variables, process_environment};
pub(crate) use file::File;
pub(crate) use kept::KeptFile;
pub(crate) use provider::FigmentProvider;
pub use reading::Reading;
pub(crate) use reading::{Content, Failure, Patience};
pub(crate) use secrets::SecretsDir;
pub(crate) use text::Text;
pub(crate) use typed::typed_draft;
pub(crate) use variables::{key_of, names_of};

/// One place that configuration comes from: it gives one layer whenever it is asked.
///
/// hotconf's own sources are made by the builder's methods; implement this for a store of your own and give it to
/// [`Builder::source`](crate::Builder::source). Sources are asked on one thread, at build and at each reload; what they
/// say is compared with what they said before, so a source may be asked often, and need not know what changed. A panic
/// in it is caught and refuses the load. [`testing::conformance`](crate::testing::conformance) tries whatever a source
/// has to keep to.
///
/// ```
/// use hotconf::{Hot, HotConfig, Reading, Request, Source, SourceError, Value};
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     #[hot(default = 4)]
///     workers: usize,
/// }
///
/// /// Workers by the machine's size.
/// struct Machine;
///
/// impl Source for Machine {
///     fn name(&self) -> String {
///         "the machine".to_owned()
///     }
///
///     fn read(&mut self, _: &Request<'_>) -> Result<Reading, SourceError> {
///         Ok(Reading::values([("workers", 16)]))
///     }
/// }
///
/// let cfg: Hot<AppConfig> = Hot::builder().source(Machine).build()?;
/// assert_eq!(cfg.load().workers, 16);
/// assert_eq!(cfg.explain("workers").to_string(), "workers = 16\n  from the machine\n  over 4, the default");
/// # Ok::<(), hotconf::Error>(())
/// ```
pub trait Source: Send + 'static {
    /// What the source is called in messages: `the machine`, `etcd at 10.0.0.1`. One line, which stays the same.
    fn name(&self) -> String;

    /// What the source says now: all that it holds, also where nothing has changed since it was asked last.
    ///
    /// # Errors
    ///
    /// When it cannot say. The load is then refused, and the last good configuration keeps serving. As long as it is the
    /// same failure the error says the same, so that it is announced once.
    fn read(&mut self, request: &Request<'_>) -> Result<Reading, SourceError>;

    /// The files and folders whose change is a reason to ask again. Asked after each reading.
    fn paths(&self) -> Vec<SourcePath> {
        Vec::new()
    }

    /// Takes the bell of the store, once, before the first reading. A source that learns of changes by itself rings it
    /// after the change, and never while it is read; the store then looks at all sources again.
    fn connect(&mut self, bell: Bell) {
        let _ = bell;
    }

    /// Whether what was read last is still what stands there. Asked after all sources were read, so that files that
    /// change together are read together.
    #[doc(hidden)]
    fn is_current(&self) -> bool {
        true
    }

    /// Whether what it says belongs to one start of the program, as variables and arguments do, so that it is not kept for
    /// another.
    #[doc(hidden)]
    fn is_of_this_start(&self) -> bool {
        false
    }

    /// Where the layer comes from, for sources that are more than a name.
    #[doc(hidden)]
    fn origin_kind(&self) -> OriginKind {
        OriginKind::Source(self.name().into())
    }
}

/// What a source may want to know to give its layer.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    pub(crate) schema: &'static Schema,
    pub(crate) below: &'a Stack,
    /// The index that the layer is going to have.
    pub(crate) index: usize,
    pub(crate) max_size: u64,
}

impl Request<'_> {
    /// What the configuration expects.
    #[must_use]
    pub fn schema(&self) -> &'static Schema {
        self.schema
    }

    /// The largest text that the store wants to be given, in bytes: that of
    /// [`Builder::max_file_size`](crate::Builder::max_file_size). A source that reads files, or answers of strangers,
    /// refuses a larger one instead of taking it into memory.
    #[must_use]
    pub fn max_file_size(&self) -> u64 {
        self.max_size
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("schema", &self.schema).finish_non_exhaustive()
    }
}

/// A file or a folder that a source reads: what [`Source::paths`] gives, to be watched.
///
/// ```
/// use hotconf::{Format, Reading, Request, Source, SourceError, SourcePath};
///
/// /// A file with a line of its own in front.
/// struct Signed;
///
/// impl Source for Signed {
///     fn name(&self) -> String {
///         "signed.toml".to_owned()
///     }
///
///     fn read(&mut self, _: &Request<'_>) -> Result<Reading, SourceError> {
///         let text = std::fs::read_to_string("signed.toml").map_err(SourceError::new)?;
///         let (_signature, rest) = text.split_once('\n').ok_or_else(|| SourceError::new("has no signature"))?;
///         Ok(Reading::text(Format::Toml, rest))
///     }
///
///     fn paths(&self) -> Vec<SourcePath> {
///         vec![SourcePath::file("signed.toml")]
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePath {
    pub(crate) path: PathBuf,
    pub(crate) is_folder: bool,
}

impl SourcePath {
    /// A file, which need not exist. A relative path is taken from the folder the program is in now.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { path: absolute(path.into()), is_folder: false }
    }

    /// A folder in which any file may matter; it need not exist.
    #[must_use]
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        Self { path: absolute(path.into()), is_folder: true }
    }
}

/// The path from the root, symbolic links kept. A program that changes its folder later must not read other files.
fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

/// Why a source could not say what it holds.
///
/// The text is shown to people: it must not contain a secret.
#[derive(Debug, Clone)]
pub struct SourceError {
    message: String,
}

impl SourceError {
    /// An error with this text, without the name of the source, which is added. It takes an error too:
    /// `.map_err(SourceError::new)?`.
    #[must_use]
    pub fn new(message: impl fmt::Display) -> Self {
        Self { message: message.to_string() }
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SourceError {}

/// Tells a store that a source may have changed. Cheap to clone; may be rung from any thread, and never blocks. Ringing
/// it after the store is gone does nothing.
#[derive(Clone)]
pub struct Bell {
    ring: Arc<dyn Fn() + Send + Sync>,
}

impl Bell {
    pub(crate) fn new(ring: impl Fn() + Send + Sync + 'static) -> Self {
        Self { ring: Arc::new(ring) }
    }

    /// Says "look again".
    pub fn ring(&self) {
        (self.ring)();
    }
}

impl fmt::Debug for Bell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bell")
    }
}

/// The origin of a whole source.
fn whole(kind: OriginKind) -> Option<Origin> {
    Some(Origin::new(kind))
}
