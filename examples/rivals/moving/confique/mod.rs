//! A service before and after it moved.
#![allow(dead_code)] // its fields are only printed
#![allow(unused_qualifications)] // in what its derive writes

pub(crate) mod after;
pub(crate) mod before;
