//! Tree to typed value, collecting every problem on the way.
//!
//! The derive writes one [`ConfigValue::build`] for each type; it asks [`Build`] for its section and the
//! [`Section`] for each field. A field that cannot be built is `None` and a problem, and the others are built all the
//! same, so that one load tells everything. Positions are looked up only for problems.

mod asked;
mod collections;
mod deserialize;
mod joined;
mod leaf;
mod mismatch;
mod missing;
mod remedies;
#[cfg(feature = "validator")]
mod rules;
#[cfg(feature = "secrecy")]
mod secrets;
mod section;
mod spelt;
mod strangers;
mod tuples;
mod union;

use crate::error::{Problem, ProblemKind};
use crate::key::KeyPath;
use crate::origin::Origin;
use crate::schema::{Facts, Literal, Schema, Shape, Union, Unknown, Variant};
use crate::tree::{Merged, Place, Spot, Stack};
use crate::value::{Value, View};

pub use asked::{ReadWhole, Told};
pub use deserialize::{InputDeserializer, ReadError};
pub use leaf::Whole;
pub(crate) use leaf::read_value;
use mismatch::Mismatch;
pub(crate) use mismatch::nearest;
#[cfg(feature = "validator")]
pub use rules::Validated;
pub use section::Section;
pub use tuples::Items;

/// A type that a configuration field can have.
///
/// Implemented by the derive for structs and enums, and by hotconf for the standard types:
///
/// | types | in a file (TOML) |
/// |---|---|
/// | `bool` | `true` |
/// | integers of any width, `NonZero` of them | `8000` |
/// | `f32`, `f64`, finite ones | `0.5`, `1` |
/// | `char` | `";"` |
/// | `String`, `Box<str>`, `Arc<str>`, `Cow<'static, str>`, `PathBuf` | `"text"` |
/// | `Duration` | `"30s"`, `"1h 30m"` |
/// | IP and socket addresses | `"10.0.0.1"`, `"[::1]:80"` |
/// | `Option` | as what is in it; `None` where nothing sets it |
/// | `Vec`, `VecDeque`, arrays, `Box<[T]>`, `Arc<[T]>`, `BTreeSet`, `HashSet` | `[1, 2]` |
/// | tuples of up to eight | `["a", 1]` |
/// | `BTreeMap`, `HashMap`, with keys that are read from text | a table |
/// | `Box`, `Arc` | as what is in it |
/// | `SecretString`, `SecretBox`, `SecretSlice` of secrecy, with the feature `secrecy` | as what is in it |
///
/// There is no need to implement it by hand: a type that only has serde's `Deserialize` is read whole by a field marked
/// `#[hot(leaf)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a configuration type",
    label = "hotconf cannot read this type by itself",
    note = "derive `HotConfig` for it, or put `#[hot(leaf)]` on the field to read it whole by its `Deserialize`"
)]
pub trait ConfigValue: Sized + 'static {
    /// The typed keys of this type within a configuration `C`: a [`Key`](crate::Key) for a single value, the section's
    /// key struct for a section.
    type Keys<C: 'static>: Copy + 'static;

    #[doc(hidden)]
    const SHAPE: Shape;

    #[doc(hidden)]
    const SHAPE_REF: &'static Shape = &Self::SHAPE;

    /// Whether a value of this type is a secret wherever it stands, or has such a one in it that has no key of its own.
    #[doc(hidden)]
    const IS_SECRET: bool = false;

    /// The keys of the type, where it is a section.
    #[doc(hidden)]
    const SECTION: Option<&'static Schema> = None;

    /// The keys of its items, where it is a list of sections.
    #[doc(hidden)]
    const ITEMS: Option<&'static Schema> = None;

    /// How a type that is one value, or a list of such, is read where all is well. Who gets nothing asks
    /// [`build`](ConfigValue::build), which gives the same value, or says what is wrong.
    #[doc(hidden)]
    const READ: Option<ReadPlain<Self>> = None;

    /// What a field of this type is described by.
    #[doc(hidden)]
    const FACTS: Facts = Facts { shape: Self::SHAPE_REF, is_secret: Self::IS_SECRET };

    /// Both ways to make a value, for a field of this type.
    #[doc(hidden)]
    const MAKE: Make<Self> = Make { read: Self::READ, build: Self::build };

    #[doc(hidden)]
    fn build<'a>(input: Input<'a>, build: &mut Build<'a>) -> Option<Self>;
}

/// Reads a value where all is well.
#[doc(hidden)]
pub type ReadPlain<T> = fn(Spot<'_>) -> Option<T>;

/// Both ways to make a value: the short one, where the type has it, and the thorough one.
#[doc(hidden)]
pub struct Make<T> {
    read: Option<ReadPlain<T>>,
    build: for<'a> fn(Input<'a>, &mut Build<'a>) -> Option<T>,
}

/// A type that has an empty value, which a bare `#[hot(default)]` asks for: the standard types that have a `Default`,
/// and every section, as the section whose fields all have their own defaults.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no empty value for a bare `#[hot(default)]`",
    label = "there is no value that this could mean",
    note = "write the value: `#[hot(default = …)]`"
)]
pub trait EmptyValue: ConfigValue {
    #[doc(hidden)]
    fn empty(build: &mut Build<'_>) -> Option<Self> {
        Self::build(Input::absent(), build)
    }
}

/// What there is at one place of the configuration.
#[doc(hidden)]
#[derive(Clone)]
pub struct Input<'a> {
    content: Content<'a>,
}

#[derive(Clone)]
enum Content<'a> {
    /// Nothing, within the nearest section that is there.
    Absent { within: Option<Merged<'a>> },
    /// What the layers say.
    Place(Merged<'a>),
    /// The default that a field declares, by the names that its struct and it have in the program.
    Literal { literal: &'static Literal, of: (&'static str, &'static str) },
    /// The name of a map's entry, read as a value.
    Name { name: &'a str, entry: Merged<'a> },
}

impl<'a> Input<'a> {
    /// Nothing at all.
    #[must_use]
    pub fn absent() -> Self {
        Self { content: Content::Absent { within: None } }
    }

    pub(crate) fn root(stack: &'a Stack) -> Self {
        Self { content: Content::Place(Merged::root(stack)) }
    }

    fn view(&self) -> Option<View<'a>> {
        match &self.content {
            Content::Absent { .. } => None,
            Content::Place(place) => place.view(),
            Content::Literal { literal, .. } => Some(literal.view()),
            Content::Name { name, .. } => Some(View::Raw(name)),
        }
    }

    /// Where it stands, and how strong its layer is.
    fn origin(&self, stack: &Stack, shown: Place) -> (Option<Origin>, usize) {
        match &self.content {
            Content::Place(place) => (place.origin(shown), place.layer_index().unwrap_or(0)),
            Content::Name { entry, .. } => (entry.origin(Place::Key), entry.layer_index().unwrap_or(0)),
            Content::Literal { of: (section, field), .. } => (Some(Origin::default_of(section, field)), 0),
            Content::Absent { within } => match within {
                Some(section) if !section.is_absent() => section.home(),
                _ => Merged::root(stack).home(),
            },
        }
    }

    /// Whether it is from where only secrets are.
    fn is_secret(&self) -> bool {
        matches!(&self.content, Content::Place(place) | Content::Name { entry: place, .. } if place.is_secret())
    }

    /// How many items the list has.
    fn item_count(&self) -> usize {
        match &self.content {
            Content::Place(place) => place.items().len(),
            Content::Literal { literal: Literal::List(items), .. } => items.len(),
            _ => 0,
        }
    }

    /// The items of a list.
    fn items(&self) -> impl Iterator<Item = Input<'a>> + use<'a> {
        let (places, literals) = match &self.content {
            Content::Place(place) => (Some(place.items()), None),
            &Content::Literal { literal: Literal::List(items), of } => {
                (None, Some(items.iter().map(move |literal| Content::Literal { literal, of })))
            }
            _ => (None, None),
        };
        let places = places.into_iter().flatten().map(Content::Place);
        places.chain(literals.into_iter().flatten()).map(|content| Input { content })
    }

    /// The value, where it is one that is read without further ado.
    fn plain<T: ConfigValue>(&self) -> Option<T> {
        let read = T::READ?;
        match &self.content {
            Content::Place(place) => read(place.spot()?),
            Content::Absent { .. } | Content::Name { .. } | Content::Literal { .. } => None,
        }
    }

    /// The same as a section, a list or a map sees it.
    fn without_nothing(self) -> Self {
        match self.content {
            Content::Place(place) if place.has_nothing() || place.is_absent() => {
                let seen = place.clone().without_nothing();
                let content = if seen.is_absent() {
                    Content::Absent { within: Some(place) }
                } else {
                    Content::Place(seen)
                };
                Self { content }
            }
            _ => self,
        }
    }

    fn is_absent(&self) -> bool {
        match &self.content {
            Content::Absent { .. } => true,
            Content::Place(place) => place.is_absent(),
            _ => false,
        }
    }
}

/// More problems than these are not told of: nobody reads them all, and looking each up takes time.
const MOST_PROBLEMS: usize = 1000;

/// One segment of the path to where the build is.
#[derive(Clone, Copy)]
enum Segment<'a> {
    Name(&'a str),
    Index(usize),
    /// An item of a list that several layers give: its number, and which of the places it has that the build keeps.
    Joined {
        index: usize,
        place: usize,
    },
}

/// One build of a typed value: where it is, and what was wrong so far.
#[doc(hidden)]
pub struct Build<'a> {
    stack: &'a Stack,
    /// What the whole configuration expects.
    root: &'static Schema,
    path: Vec<Segment<'a>>,
    /// The places of the items of lists that several layers give, on the way to where the build is.
    joined: Vec<Merged<'a>>,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
    unknown: Unknown,
    secret: bool,
    /// The variant whose fields stand here, beside what says which it is.
    variant: Option<Standing>,
    /// The keys that may stand in what could not be read.
    lacking: &'a [KeyPath],
}

/// The variant of an enum whose fields stand where the path is this long.
#[derive(Clone, Copy)]
struct Standing {
    depth: usize,
    name: &'static str,
    union: &'static Union,
}

impl<'a> Build<'a> {
    pub(crate) fn new(stack: &'a Stack, root: &'static Schema) -> Self {
        Self {
            stack,
            root,
            path: Vec::new(),
            joined: Vec::new(),
            problems: Vec::new(),
            warnings: Vec::new(),
            unknown: Unknown::Deny,
            secret: false,
            variant: None,
            lacking: &[],
        }
    }

    /// The same where some of what there is could not be read, and these keys may stand in it.
    pub(crate) fn without(self, lacking: &'a [KeyPath]) -> Self {
        Self { lacking, ..self }
    }

    /// Whether the key at `path`, or some of what is beneath it, may stand in what could not be read.
    fn may_lack(&self, path: impl FnOnce() -> KeyPath) -> bool {
        if self.lacking.is_empty() {
            return false;
        }
        let path = path();
        self.lacking.iter().any(|key| key.contains(&path) || path.contains(key))
    }

    /// The problems and the warnings.
    pub(crate) fn into_findings(self) -> (Vec<Problem>, Vec<Problem>) {
        (self.problems, self.warnings)
    }

    /// Reports a panic in the code of a type, which has left the build where it was. What it said is not repeated for a
    /// secret, because it may hold the value.
    pub(crate) fn panicked(&mut self, words: &str) {
        let words =
            if self.secret { "its message is withheld, because the value is a secret" } else { words };
        let problem = Problem::new(ProblemKind::Panic, format!("the code of its type panicked: {words}"));
        self.report(problem.with_key(self.path()));
    }

    /// The index of the name that stands here among those of a unit enum.
    pub fn choice(&mut self, input: Input<'a>, variants: &'static [Variant]) -> Option<usize> {
        match input.view() {
            None | Some(View::Null) => self.missing(&input),
            Some(View::Text(text) | View::Raw(text)) => {
                let found = Variant::named(text, variants);
                if found.is_none() {
                    self.mismatch(&input, Mismatch::variant(Variant::names(variants)));
                }
                found
            }
            Some(view) => {
                let names: Vec<_> = Variant::names(variants).collect();
                // `1.2` without quotes is a number, also where it is a name.
                let text = mismatch::quote(view, false);
                let remedy = names.contains(&text.as_str()).then_some("put it in quotes");
                let mismatch = Mismatch::expected(format!("one of {}", names.join(", ")));
                self.mismatch(&input, mismatch.with_remedy_for_value(remedy));
                None
            }
        }
    }

    /// Reads a single value.
    fn leaf<T>(&mut self, input: &Input<'a>, read: fn(View<'_>) -> Result<T, Mismatch>) -> Option<T> {
        match input.view() {
            None | Some(View::Null) => self.missing(input),
            Some(view) => match read(view) {
                Ok(value) => Some(value),
                Err(mismatch) => {
                    self.mismatch(input, mismatch);
                    None
                }
            },
        }
    }

    /// Takes in a problem. A text that is wrong throughout is not told of for ever.
    fn report(&mut self, problem: Problem) {
        match self.problems.len() {
            count if count < MOST_PROBLEMS => self.problems.push(problem),
            MOST_PROBLEMS => {
                let message =
                    format!("there are more than {MOST_PROBLEMS} problems; the others are left out");
                self.problems.push(Problem::new(ProblemKind::Limit, message).with_origin(None, usize::MAX));
            }
            _ => {}
        }
    }

    /// A value of this shape that cannot become what it is to be. What is said of it may hold the value.
    pub fn refused<T>(&mut self, input: Input<'a>, shape: &'static Shape, words: impl Told) -> Option<T> {
        // A conversion of several keys together may miss some of them.
        let is_of_several = matches!(input.view(), None | Some(View::Map));
        if !(is_of_several && self.may_lack(|| self.path())) {
            self.mismatch_in_place_of(shape.has_secret(), &input, Mismatch::refused(words.to_string()));
        }
        None
    }

    fn mismatch(&mut self, input: &Input<'a>, mismatch: Mismatch) {
        let is_default = matches!(input.content, Content::Literal { .. });
        if is_default && self.may_lack(|| self.path()) {
            return;
        }
        let view = input.view().unwrap_or(View::Null);
        let secret = self.secret || input.is_secret();
        let problem = mismatch.into_problem(view, secret);
        let (origin, layer) = input.origin(self.stack, shown(secret));
        self.report(problem.with_key(self.path_as_spelt(input)).with_origin(origin, layer));
    }

    /// The mismatch of something else in the place of a section, a list or a map, which may be a secret that belongs
    /// further in.
    fn mismatch_in_place_of(&mut self, has_secret: bool, input: &Input<'a>, mismatch: Mismatch) {
        let outside = self.secret;
        self.secret |= has_secret;
        self.mismatch(input, mismatch);
        self.secret = outside;
    }

    /// The variant whose fields stand so many segments up from here.
    fn variant_here(&self, up: usize) -> Option<&'static str> {
        let Standing { depth, name, .. } = self.variant?;
        (depth + up == self.path.len()).then_some(name)
    }

    /// Whether a key that the variant here does not know may be that of another variant, which what could not be read
    /// may have named.
    fn may_be_of_another_variant(&self, name: &str) -> bool {
        let Some(Standing { depth, union, .. }) = self.variant else { return false };
        let is_known = || union.variants.iter().any(|variant| knows(variant, name));
        depth == self.path.len() && self.may_lack(|| self.path()) && is_known()
    }

    fn path(&self) -> KeyPath {
        KeyPath::from_segments(self.path.iter().map(|segment| match segment {
            Segment::Name(name) => (*name).to_owned(),
            Segment::Index(index) | Segment::Joined { index, .. } => index.to_string(),
        }))
    }
}

fn knows(variant: &Variant, name: &str) -> bool {
    let section = variant.content.and_then(Shape::section);
    section.is_some_and(|section| section.member(name).is_some())
}

/// The value, shown in the excerpt if it is no secret.
fn shown(secret: bool) -> Place {
    if secret { Place::Value } else { Place::Shown }
}

/// The name that a spelling of a unit enum's variant stands for.
#[doc(hidden)]
#[must_use]
pub fn canonical_choice(view: View<'_>, variants: &'static [Variant]) -> Option<Value> {
    match view {
        View::Text(text) | View::Raw(text) => {
            let variant = variants.get(Variant::named(text, variants)?)?;
            // Every name that is none of the others means that variant, and they differ.
            Some(Value::String(if variant.is_other { text } else { variant.name }.to_owned()))
        }
        _ => None,
    }
}
