//! The documents of the project: their code is compiled, and run where it can be.
#![cfg(doctest)]

#[doc = include_str!("../../README.md")]
struct Readme;

#[doc = include_str!("../../docs/ARCHITECTURE.md")]
struct Architecture;

#[doc = include_str!("../../docs/GUIDE.md")]
struct Guide;

#[doc = include_str!("../../docs/ATTRIBUTES.md")]
struct Attributes;

#[doc = include_str!("../../docs/API.md")]
struct Api;
