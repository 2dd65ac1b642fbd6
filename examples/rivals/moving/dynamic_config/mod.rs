//! A service before and after it moved.

pub(crate) mod after;
pub(crate) mod before;
