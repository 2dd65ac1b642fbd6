//! The shop's log: lines on standard error, as many as `log_level` says at the moment.

use hotconf::Hot;
use log::{LevelFilter, Log, Metadata, Record};

use crate::settings::AppConfig;

struct Logger;

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // hotconf logs versions, refusals and warnings by itself. The shop prints them with their values, so here they
        // would stand twice.
        metadata.target().starts_with("shop")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            eprintln!("{:5} {}", record.level(), record.args());
        }
    }

    fn flush(&self) {}
}

/// Logs to standard error, and follows `log_level` from now on.
pub fn start(cfg: &Hot<AppConfig>) {
    if log::set_logger(&Logger).is_ok() {
        cfg.on(AppConfig::keys().log_level, |_, new| log::set_max_level(LevelFilter::from(*new))).forever();
        log::set_max_level(cfg.read(|config| config.log_level).into());
    }
}
