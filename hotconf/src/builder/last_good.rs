//! Where the last good configuration is kept.

use std::path::Path;

use super::Builder;
use crate::cell::HotConfig;
use crate::source::KeptFile;

impl<T: HotConfig + Send + Sync> Builder<T> {
    /// Keeps what the sources say, whenever it is good, in this file; where the sources are bad when the program starts, it
    /// starts from that, and heals by itself once they are good.
    ///
    /// Such a start is told: by an error in the log with all that is wrong, and by
    /// [`Status::started_from_last_good`](crate::Status::started_from_last_good), `last_error` and `warnings`, as long as
    /// the sources are bad; what is registered by [`on_rejected`](crate::Hot::on_rejected) meanwhile hears of it. Values from
    /// the file have origins that end in `(last good)`. What a participant refuses to begin with is refused.
    ///
    /// * Files and other sources are kept; variables, arguments and texts of the program are those of the present start, and
    ///   overrides end with it. A file of other sources, or of another type, is not used.
    /// * A file that had keys and is empty now is bad, as while the program runs.
    /// * No secret is written: a key that is marked, or is from [`secrets_dir`](Builder::secrets_dir) or a `NAME_FILE`
    ///   variable, is left out, in a list the whole list. It has to be in what can be read at the start, else that fails. A
    ///   key that no field has is left out as well.
    /// * The file is JSON, replaced in one step, and readable by its owner alone. Its folder must exist, and should be no
    ///   source itself. That it cannot be written is a warning.
    ///
    /// Where the file cannot be used, the errors of the sources are followed by one that says why.
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # use hotconf::testing::Memory;
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 4)] workers: u8 }
    /// # let folder = std::env::temp_dir().join(format!("hotconf-last-good-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// # let memory = Memory::new();
    /// # memory.set("workers", 8);
    /// let builder = || Hot::<AppConfig>::builder().source(memory.clone()).last_good(folder.join("last-good.json"));
    /// drop(builder().build()?);
    ///
    /// memory.fail("the server is away");
    /// let cfg = builder().build()?;
    /// assert_eq!(cfg.load().workers, 8);
    /// assert!(cfg.status().started_from_last_good().is_some());
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn last_good(mut self, path: impl AsRef<Path>) -> Self {
        self.last_good = Some((KeptFile::new(path.as_ref()), false));
        self
    }

    /// As [`last_good`](Builder::last_good), except that secrets are kept as well, as they are: whoever can read the file
    /// can read them.
    pub fn last_good_with_secrets(mut self, path: impl AsRef<Path>) -> Self {
        self.last_good = Some((KeptFile::new(path.as_ref()), true));
        self
    }
}
