//! Prints what happens to the configuration: every version with its values, every refusal, what waits for a restart.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use hotconf::{Change, Error, Hot, PendingRestart, Value};

use crate::settings::AppConfig;

/// How often the status is asked whether the sources are good again, which makes no version, and so calls nobody.
const LOOK: Duration = Duration::from_millis(200);

enum News {
    Changed(Change<AppConfig>),
    Refused(Error),
    Waiting(Vec<PendingRestart>),
}

/// Gives `print` a text for everything that happens from now on, until the configuration's last handle is gone.
pub fn follow(cfg: &Hot<AppConfig>, print: impl FnMut(&str) + Send + 'static) {
    let (changed, news) = mpsc::channel();
    let (refused, waiting) = (changed.clone(), changed.clone());
    let mut report = Report { print, is_refused: false };
    // Callbacks are called in turn, so they only pass on what they hear.
    cfg.on_change(move |change| drop(changed.send(News::Changed(change.clone())))).forever();
    cfg.on_rejected(move |error| drop(refused.send(News::Refused(error.clone())))).forever();
    cfg.on_pending_restart(move |pending| drop(waiting.send(News::Waiting(pending.to_vec())))).forever();
    // A handle of its own would keep the configuration going for ever.
    let weak = cfg.downgrade();
    std::thread::spawn(move || {
        loop {
            let news = news.recv_timeout(LOOK);
            let Some(cfg) = weak.upgrade() else { return };
            match news {
                Ok(News::Changed(change)) => report.changed(&change),
                Ok(News::Refused(error)) => report.refused(&cfg, &error),
                Ok(News::Waiting(pending)) => report.waiting(&pending),
                Err(RecvTimeoutError::Timeout) => report.look(&cfg),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    });
}

struct Report<P> {
    print: P,
    is_refused: bool,
}

impl<P: FnMut(&str)> Report<P> {
    fn changed(&mut self, change: &Change<AppConfig>) {
        let mut text = format!("version {}", change.version());
        for key in change.keys() {
            let (old, new) = change.values(key.as_str());
            text.push_str(&format!("\n  {key}: {} -> {}", show(old.as_ref()), show(new.as_ref())));
            if let Some(origin) = change.origin(key) {
                text.push_str(&format!("  ({origin})"));
            }
        }
        (self.print)(&text);
    }

    fn refused(&mut self, cfg: &Hot<AppConfig>, error: &Error) {
        self.is_refused = true;
        let error = error.to_string().replace('\n', "\n  ");
        (self.print)(&format!("refused; version {} keeps serving\n  {error}", cfg.version()));
    }

    fn look(&mut self, cfg: &Hot<AppConfig>) {
        let status = cfg.status();
        if self.is_refused && status.last_error().is_none() {
            self.is_refused = false;
            (self.print)(&format!("good again; version {} serves", status.version()));
        }
    }

    fn waiting(&mut self, pending: &[PendingRestart]) {
        let none = pending.is_empty();
        let mut text =
            if none { "nothing waits for a restart any more" } else { "waits for a restart" }.to_owned();
        for pending in pending {
            let (running, configured) = (show(pending.running()), show(pending.configured()));
            text.push_str(&format!("\n  {}: {running} runs, {configured} is configured", pending.key()));
            if let Some(origin) = pending.origin() {
                text.push_str(&format!("  ({origin})"));
            }
        }
        (self.print)(&text);
    }
}

fn show(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), Value::to_string)
}
