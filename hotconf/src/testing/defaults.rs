//! Whether every default builds and passes its rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cell::HotConfig;
use crate::error::{Error, Problem, ProblemKind};
use crate::key::KeyPath;
use crate::loader;
use crate::origin::{Origin, OriginKind};
use crate::schema::{Field, Schema, Shape, Tagging};
use crate::tree::{Draft, Layer, LayerName};
use crate::value::Value;

/// The name of the entry that a map is given to look at the defaults of its entries. Most types of keys can read it.
const NAME: &str = "1";

/// Proves that every default of the configuration builds and passes its rules, also in sections that are optional, or
/// the items of lists or maps. Required keys are no faults.
///
/// The compiler refuses literal defaults that cannot be; this finds the others, such as a default that a function of its
/// own validates. The rules of a struct as a whole run where all of its fields are built: a struct that has required
/// fields is checked by the `range` and `length` of each field only. What is optional within the items of a list is not
/// looked at.
///
/// ```
/// use hotconf::HotConfig;
///
/// #[derive(HotConfig)]
/// struct AppConfig {
///     url: String,
///     #[hot(default = "30s")]
///     timeout: std::time::Duration,
/// }
///
/// hotconf::testing::check_defaults::<AppConfig>(); // in a test
/// ```
///
/// # Panics
///
/// When a default is bad; the message has every one with what is wrong.
#[track_caller]
pub fn check_defaults<T: HotConfig>() {
    let mut problems = Vec::new();
    let mut add = |layers: &[Arc<Layer>], probed: &KeyPath| {
        let Err(error) = loader::build::<T>(layers) else { return };
        for problem in error.problems() {
            // What was put in to have something to look at is not what is looked at, except by the rules of its type.
            let is_of_the_probe = problem.key().is_some_and(|key| {
                let is_about_it = key == probed && problem.kind() != ProblemKind::Rule;
                is_about_it || key != probed && key.contains(probed)
            });
            let is_fault = problem.kind() != ProblemKind::MissingKey && !is_of_the_probe;
            if is_fault && !problems.iter().any(|known: &Problem| is_same(known, problem)) {
                problems.push(problem.clone());
            }
        }
    };
    if let Err(error) = loader::check_schema(T::schema()) {
        panic!("{}: {error}", T::schema().name());
    }
    add(&[], &KeyPath::default());
    for Probe { path, value, stands } in probes(T::schema()) {
        add(&[Arc::new(layer(&path, value))], &stands);
    }
    assert!(problems.is_empty(), "defaults of {}: {}", T::schema().name(), Error::new(problems));
}

/// A section that stands only when a source says so, and the least that makes it stand.
struct Probe {
    path: KeyPath,
    value: Value,
    /// The path of the section.
    stands: KeyPath,
}

impl Probe {
    fn of_nothing(path: KeyPath) -> Self {
        Self { stands: path.clone(), path, value: Value::Map(BTreeMap::new()) }
    }
}

fn is_same(one: &Problem, other: &Problem) -> bool {
    one.key() == other.key() && one.message() == other.message()
}

fn layer(path: &KeyPath, value: Value) -> Layer {
    let kind = OriginKind::Source("the check of defaults".into());
    let segments: Vec<_> = path.segments().collect();
    let mut draft = Draft::default();
    draft.insert(segments.iter().map(AsRef::as_ref), Draft::value(value, Origin::new(kind.clone())));
    Layer::from_draft(LayerName::Other(kind), &draft)
}

fn probes(schema: &'static Schema) -> Vec<Probe> {
    let mut found = Vec::new();
    collect(schema, &KeyPath::default(), &mut vec![schema.own_fields().as_ptr()], &mut found);
    found
}

fn collect(schema: &'static Schema, path: &KeyPath, open: &mut Vec<*const Field>, found: &mut Vec<Probe>) {
    for field in schema.own_fields() {
        let path = field.path_in(path);
        found.extend(probes_of_variants(field.shape, &path));
        let (section, at) = match (field.shape, field.shape.inner()) {
            (Shape::Option(_), Shape::Section(section)) => {
                found.push(Probe::of_nothing(path.clone()));
                (section(), path)
            }
            (_, Shape::Section(section)) => (section(), path),
            (_, Shape::List(item) | Shape::Set(item)) => {
                if item.section().is_some() {
                    let value = Value::List(vec![Value::Map(BTreeMap::new())]);
                    found.push(Probe { stands: path.join("0"), path, value });
                }
                continue;
            }
            (_, Shape::Map(entry)) => match entry.section() {
                Some(section) => {
                    let entry = path.join(NAME);
                    found.push(Probe::of_nothing(entry.clone()));
                    (section, entry)
                }
                None => continue,
            },
            _ => continue,
        };
        // A type that contains itself has been looked at.
        if !open.contains(&section.own_fields().as_ptr()) {
            open.push(section.own_fields().as_ptr());
            collect(section, &at, open, found);
            open.pop();
        }
    }
}

/// Each variant that has fields, with none of them set. Where nothing names the variant another one may be meant, so
/// that enums without tags are not looked at.
fn probes_of_variants(shape: &'static Shape, path: &KeyPath) -> Vec<Probe> {
    let (union, stands, in_place): (_, _, fn(Value) -> Value) = match shape.inner() {
        Shape::Union(union) => (union(), path.clone(), |value| value),
        Shape::List(item) | Shape::Set(item) => match item.inner() {
            Shape::Union(union) => (union(), path.join("0"), |value| Value::List(vec![value])),
            _ => return Vec::new(),
        },
        Shape::Map(entry) => match entry.inner() {
            Shape::Union(union) => {
                (union(), path.join(NAME), |value| Value::Map(BTreeMap::from([(NAME.to_owned(), value)])))
            }
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    if union.tagging == Tagging::Untagged {
        return Vec::new();
    }
    let with_fields = union.variants.iter().filter(|variant| variant.content.is_some_and(Shape::is_optional));
    let probes = with_fields.map(|variant| {
        let nothing = Value::Map(BTreeMap::new());
        let value = in_place(union.tagging.written(variant.name, Some(nothing)));
        Probe { path: path.clone(), value, stands: stands.clone() }
    });
    probes.collect()
}
