//! A service before and after it moved.
#![allow(dead_code)] // its fields are only printed

pub(crate) mod after;
pub(crate) mod before;
