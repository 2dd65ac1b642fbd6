//! Shared pieces of the tests: a folder of one's own, waiting without sleeping, sources that do as they are told.

mod alone;
mod documents;
mod gate;
pub mod hostile;
mod probe;
mod record;
mod sandbox;
mod templates;
mod tool;
mod waiting;

pub use alone::{outer_folder, run_alone};
pub use gate::Gate;
pub use probe::Probe;
pub use record::Record;
pub use sandbox::Sandbox;
pub use templates::{filled, template_loads_back, uncommented};
pub use tool::{run, tool};
pub use waiting::{DEADLINE, MOMENT, wait_until};
