//! The shop: a small web service whose configuration changes while it runs.
//!
//! In the order to read: [`settings`] declares what can be configured, [`sources`] says where it comes from,
//! [`service`] uses it, [`socket`], [`limiter`] and [`logger`] follow it, [`report`] prints what happens to it.
#![forbid(unsafe_code)]

pub mod settings;

pub mod sources;

pub mod limiter;
pub mod service;
pub mod socket;

pub mod logger;
pub mod report;
pub mod welcome;
