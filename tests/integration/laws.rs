//! Laws that hold for every configuration.

mod found;
