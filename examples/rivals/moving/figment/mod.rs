//! A service before and after it moved.
#![allow(dead_code)] // its fields are only printed
#![allow(clippy::result_large_err)] // as its users write it

pub(crate) mod after;
pub(crate) mod before;
