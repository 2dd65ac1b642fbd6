//! What waits for a restart, and what is let pass once.

use super::Hot;
use crate::cell::HotConfig;
use crate::listeners::Listener;
use crate::reload::{Outcome, Task};
use crate::status::PendingRestart;

impl<T: HotConfig + Send + Sync> Hot<T> {
    /// Calls `callback` when it changes which keys wait for a restart, or with what value, with the whole list of them; with
    /// an empty one when nothing waits any more. It is that of
    /// [`Status::pending_restart`](crate::Status::pending_restart), and the callback is not called with the one that it
    /// finds. One that is slower than the changes is told of the newest list. For the rest it is as with
    /// [`on_change`](Hot::on_change).
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { #[hot(default = 8000, restart)] port: u16 }
    /// # let (tell, told) = std::sync::mpsc::channel();
    /// let cfg: Hot<AppConfig> = Hot::builder().build()?;
    /// cfg.on_pending_restart(move |pending| {
    ///     let keys: Vec<String> = pending.iter().map(|pending| pending.key().to_string()).collect();
    ///     tell.send(format!("a restart is due for {keys:?}")).unwrap();
    /// })
    /// .forever();
    /// let _ = cfg.set("port", 9000)?;
    /// assert_eq!(told.recv().unwrap(), r#"a restart is due for ["port"]"#);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    pub fn on_pending_restart(&self, callback: impl FnMut(&[PendingRestart]) + Send + 'static) -> Listener {
        let shared = self.shared();
        let (listener, is_first) = shared.listeners.on_pending(Box::new(callback));
        if is_first {
            shared.start_listening();
        }
        listener
    }

    /// Lets the next change pass that [`shrink_guard`](crate::Builder::shrink_guard) or
    /// [`max_keys`](crate::Builder::max_keys) would refuse, and looks at all sources now. So a change that was refused for
    /// that is put in place by this very call.
    ///
    /// Where there is none the guards stay waived until a change of the sources is put in place, whether it needed that or
    /// not; [`GuardStatus::is_waived`](crate::GuardStatus::is_waived) tells. There is no call that takes it back. What is
    /// [`set`](Hot::set) uses it up only where it needs it, to go beyond `max_keys`. Everything else is checked as ever: the
    /// call may be answered by [`Rejected`](Outcome::Rejected), and the guards stay waived. A store that
    /// [`fixed`](Hot::fixed) made has no guards, and answers [`Unchanged`](Outcome::Unchanged).
    ///
    /// ```
    /// # use hotconf::{Hot, HotConfig, Outcome, testing::Memory};
    /// # #[derive(HotConfig)]
    /// # struct AppConfig { upstreams: Vec<String> }
    /// # let memory = Memory::new();
    /// # memory.set("upstreams", ["a", "b", "c", "d"]);
    /// # let cfg: Hot<AppConfig> = Hot::builder().source(memory.clone()).shrink_guard(0.5).build()?;
    /// memory.set("upstreams", ["a"]);
    /// assert!(matches!(cfg.reload(), Outcome::Rejected(_)));
    /// assert!(matches!(cfg.waive_guards(), Outcome::Applied(_)));
    /// assert_eq!(cfg.load().upstreams, ["a"]);
    /// # Ok::<(), hotconf::Error>(())
    /// ```
    pub fn waive_guards(&self) -> Outcome<T> {
        self.shared().call(Task::WaiveGuards).unwrap_or_else(Outcome::Rejected)
    }
}
