//! Enums whose variants have content: which one stands there, and what is told where none does.

use std::cmp::Reverse;

use super::mismatch::describe;
use super::{Build, Input, Mismatch, Segment, Standing};
use crate::build::Content;
use crate::error::{Problem, ProblemKind};
use crate::key::KeyPath;
use crate::schema::{Schema, Shape, Tagging, Union, Variant};
use crate::tree::{Chosen, Place, Unclear};
use crate::value::View;

/// The section that a variant without content is, beside whose tag nothing may stand.
static NO_KEYS: Schema = Schema::new("", &[]);

impl<'a> Build<'a> {
    /// The enum that stands here. `read` makes the variant of a number from what the variant holds.
    pub fn union<T>(
        &mut self,
        input: Input<'a>,
        union: &'static Union,
        read: impl Fn(usize, Input<'a>, &mut Self) -> Option<T>,
    ) -> Option<T> {
        let input = input.without_nothing();
        if union.tagging == Tagging::Untagged {
            return self.untagged(&input, union, read);
        }
        let place = match &input.content {
            Content::Place(place) => place.clone(),
            Content::Absent { .. } => {
                return self.unclear(&input, union, Unclear::Missing { tag: union.tag() });
            }
            // A name alone, from a default or as the key of a map.
            Content::Literal { .. } | Content::Name { .. } => return self.by_name(&input, union, read),
        };
        match union.choose(&place) {
            Ok(chosen) => self.chosen(&input, union, chosen, read),
            Err(unclear) => self.unclear(&input, union, unclear),
        }
    }

    fn by_name<T>(
        &mut self,
        input: &Input<'a>,
        union: &'static Union,
        read: impl Fn(usize, Input<'a>, &mut Self) -> Option<T>,
    ) -> Option<T> {
        match (union.tagging, input.view()) {
            (Tagging::External, Some(View::Text(name) | View::Raw(name))) => {
                match Variant::named(name, union.variants) {
                    Some(number) => read(number, Input { content: Content::Absent { within: None } }, self),
                    None => {
                        self.mismatch(input, Mismatch::variant(Variant::names(union.variants)));
                        None
                    }
                }
            }
            _ => self.unclear(input, union, Unclear::Other),
        }
    }

    fn chosen<T>(
        &mut self,
        input: &Input<'a>,
        union: &'static Union,
        chosen: Chosen<'a>,
        read: impl Fn(usize, Input<'a>, &mut Self) -> Option<T>,
    ) -> Option<T> {
        let Chosen { number, content, step, strangers } = chosen;
        let (depth, secret, variant) = (self.path.len(), self.secret, self.variant);
        let name = union.variants[number].name;
        let is_named_by_path = union.tagging == Tagging::External;
        if !is_named_by_path {
            self.variant = Some(Standing { depth, name, union });
        }
        if let Some(strangers) = strangers {
            let known = match union.tagging {
                Tagging::Adjacent { tag, content } if union.content(number).is_some() => vec![tag, content],
                Tagging::Adjacent { tag, .. } => vec![tag],
                _ => Vec::new(),
            };
            self.report_strangers(&NO_KEYS, known, &strangers);
        }
        self.path.extend(step.map(Segment::Name));
        let depth_of_content = self.path.len();
        let standing = Standing { depth: depth_of_content, name, union };
        self.variant = Some(standing).filter(|_| !is_named_by_path);
        self.secret |= union.variants[number].is_secret || content.is_secret();
        let content = if content.is_absent() {
            let within = match &input.content {
                Content::Place(place) => Some(place.clone()),
                _ => None,
            };
            Input { content: Content::Absent { within } }
        } else {
            Input { content: Content::Place(content) }
        };
        let value = match (union.content(number), content.view()) {
            // Something that the variant has no use for would be lost without a word.
            (None, Some(view)) if view != View::Null && is_named_by_path => {
                let mismatch =
                    Mismatch::expected(format!("nothing, for the variant `{name}` has no content"));
                // It may be what another variant keeps secret.
                self.mismatch_in_place_of(union.has_secret(), &content, mismatch);
                None
            }
            _ => read(number, content, self),
        };
        self.path.truncate(depth);
        (self.secret, self.variant) = (secret, variant);
        value
    }

    /// Reports why none of the variants stands there.
    fn unclear<T>(&mut self, input: &Input<'a>, union: &'static Union, unclear: Unclear<'a>) -> Option<T> {
        let names: Vec<_> = Variant::names(union.variants).collect();
        let outside = self.secret;
        let depth = self.path.len();
        // What stands there instead may be a secret of one of the variants.
        self.secret |= union.has_secret();
        match unclear {
            Unclear::Missing { tag: Some(tag) } => {
                self.path.push(Segment::Name(tag));
                if !self.may_lack(|| self.path()) {
                    let message = format!(
                        "is required, and set nowhere; it says which of {} is meant",
                        names.join(", ")
                    );
                    let (origin, layer) = self.home_of(input);
                    let key = self.path_as_spelt(input);
                    let problem = Problem::new(ProblemKind::MissingKey, message).with_key(key);
                    self.report(problem.with_origin(origin, layer));
                }
            }
            Unclear::Missing { tag: None }
                if input.view() == Some(View::Map) && self.may_lack(|| self.path()) => {}
            Unclear::Missing { tag: None } if input.view() == Some(View::Map) => {
                let mismatch = Mismatch::expected(format!("one of {} as its key", names.join(", ")));
                self.mismatch(input, mismatch);
            }
            Unclear::Missing { tag: None } => return self.missing(input),
            Unclear::Unknown { name, at, step, is_key } => {
                if !step.is_empty() {
                    self.path.push(Segment::Name(step));
                }
                // The name of a variant is no secret where only content of variants is. A text alone may be that
                // content in the wrong place.
                let is_content = self.secret && union.tagging == Tagging::External;
                let is_secret = !is_key && (outside || at.is_secret() || is_content);
                let problem = Mismatch::variant(names.into_iter()).into_problem(View::Text(name), is_secret);
                let place = if is_key { Place::Key } else { super::shown(is_secret) };
                let layer = at.layer_index().unwrap_or(0);
                let key = self.path_as_spelt_at(&at);
                self.report(problem.with_key(key).with_origin(at.origin(place), layer));
            }
            Unclear::NoName { at, tag } => {
                self.path.push(Segment::Name(tag));
                let mismatch = Mismatch::expected(format!("one of {}", names.join(", ")));
                self.mismatch(&Input { content: Content::Place(at) }, mismatch);
            }
            Unclear::Second { at, name, first } => {
                self.path.push(Segment::Name(name));
                let message =
                    format!("`{first}` stands here already, and only one variant can; keep one of them");
                let layer = at.layer_index().unwrap_or(0);
                let key = self.path_as_spelt_at(&at);
                let problem = Problem::new(ProblemKind::WrongType, message).with_key(key);
                self.report(problem.with_origin(at.origin(Place::Key), layer));
            }
            Unclear::Other => {
                let what = match union.tagging {
                    Tagging::External | Tagging::Untagged => {
                        format!("one of {}, by name or as the one key of a section", names.join(", "))
                    }
                    Tagging::Internal { tag } | Tagging::Adjacent { tag, .. } => {
                        format!("a section whose key `{tag}` is one of {}", names.join(", "))
                    }
                };
                self.mismatch(input, Mismatch::expected(what));
            }
        }
        self.path.truncate(depth);
        self.secret = outside;
        None
    }

    /// Where a key that is missing from what stands here could be added.
    fn home_of(&self, input: &Input<'a>) -> (Option<crate::origin::Origin>, usize) {
        match &input.content {
            Content::Place(place) if !place.is_absent() => place.home(),
            _ => input.origin(self.stack, Place::Value),
        }
    }

    /// The first variant that what stands here can be built as.
    fn untagged<T>(
        &mut self,
        input: &Input<'a>,
        union: &'static Union,
        read: impl Fn(usize, Input<'a>, &mut Self) -> Option<T>,
    ) -> Option<T> {
        if matches!(input.view(), None | Some(View::Null)) {
            let empty = union.variants.iter().position(|variant| variant.content.is_none());
            return match empty {
                Some(number) => read(number, input.clone(), self),
                None => self.missing(input),
            };
        }
        let mut tried = Vec::new();
        let mut is_undecided = false;
        let outside = self.secret;
        // What is read as one variant by mistake may be the secret of another.
        self.secret |= union.has_secret();
        for (number, variant) in union.variants.iter().enumerate() {
            if variant.content.is_none() {
                continue;
            }
            let problems = std::mem::take(&mut self.problems);
            let warnings = self.warnings.len();
            let value = read(number, input.clone(), self);
            let faults = std::mem::replace(&mut self.problems, problems);
            if value.is_some() && faults.is_empty() {
                self.secret = outside;
                return value;
            }
            // Nothing is wrong with it but what may stand in what could not be read.
            is_undecided |= faults.is_empty();
            tried.push(Attempt { variant, faults });
            self.warnings.truncate(warnings);
        }
        if !(is_undecided && self.may_lack(|| self.path())) {
            self.report_attempts(input, union, tried);
        }
        self.secret = outside;
        None
    }

    /// Reports what is wrong with the variant that came furthest, and in a note why it is none of the others. Where none
    /// came further than others it is one problem, with the reasons of each.
    fn report_attempts(&mut self, input: &Input<'a>, union: &'static Union, tried: Vec<Attempt>) {
        let key = self.path_as_spelt(input);
        let depth = self.path.len();
        let ranks: Vec<_> = tried.iter().map(|attempt| attempt.rank(depth)).collect();
        let best = ranks.iter().max().filter(|best| best.is_inside);
        let furthest = best.filter(|best| ranks.iter().filter(|rank| rank == best).count() == 1);
        let Some(place) = furthest.and_then(|best| ranks.iter().position(|rank| rank == best)) else {
            let reasons: Vec<_> = tried.iter().filter_map(|attempt| attempt.told(depth)).collect();
            let found = describe(input.view().unwrap_or(View::Null), self.secret);
            let message = format!("{found} fits no variant of `{}`: {}", union.name, reasons.join("; "));
            let (origin, layer) = input.origin(self.stack, super::shown(self.secret));
            self.report(
                Problem::new(ProblemKind::NoVariant, message).with_key(key).with_origin(origin, layer),
            );
            return;
        };
        let mut others = tried;
        let Attempt { variant, faults } = others.remove(place);
        let reasons: Vec<_> = others.iter().filter_map(|attempt| attempt.told(depth)).collect();
        for (number, fault) in faults.into_iter().enumerate() {
            let fault = if number == 0 && !reasons.is_empty() {
                let read_as = format!("read as `{}` of `{}`", variant.name, union.name);
                let message = format!("{} ({read_as}; {})", fault.message(), reasons.join("; "));
                fault.with_message(message)
            } else {
                fault
            };
            self.report(fault);
        }
    }
}

/// One variant that what stands there could not be built as.
struct Attempt {
    variant: &'static Variant,
    faults: Vec<Problem>,
}

/// How far the reading of a variant came.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// To what is within, rather than not past the door.
    is_inside: bool,
    /// The fewer keys it does not know or lacks, the likelier it is the one that was meant.
    keys_amiss: Reverse<usize>,
    depth: usize,
    faults: Reverse<usize>,
}

impl Attempt {
    /// `depth` is that of the enum.
    fn rank(&self, depth: usize) -> Rank {
        let depths = || self.faults.iter().filter_map(Problem::key).map(|key| key.segments().count());
        let is_amiss =
            |fault: &&Problem| matches!(fault.kind(), ProblemKind::UnknownKey | ProblemKind::MissingKey);
        Rank {
            is_inside: !self.faults.is_empty() && depths().all(|found| found > depth),
            keys_amiss: Reverse(self.faults.iter().filter(is_amiss).count()),
            depth: depths().max().unwrap_or(0),
            faults: Reverse(self.faults.len()),
        }
    }

    /// Why it is not that.
    fn told(&self, depth: usize) -> Option<String> {
        /// What the variants of variants say is not repeated at every level, and of a variant that fits in nothing not all.
        const ENOUGH: usize = 200;
        const ENOUGH_FAULTS: usize = 3;
        let faults = self.faults.iter().take(ENOUGH_FAULTS).map(|fault| {
            let message = fault.message();
            let end = message.char_indices().nth(ENOUGH).map_or(message.len(), |(end, _)| end);
            let mark = if end < message.len() { "…" } else { "" };
            let key = fault.key().map(|key| KeyPath::from_segments(key.segments().skip(depth)));
            match key.filter(|key| !key.is_root()) {
                Some(key) => format!("`{key}`: {}{mark}", &message[..end]),
                None => format!("{}{mark}", &message[..end]),
            }
        });
        let faults: Vec<_> = faults.collect();
        let more = if self.faults.len() > ENOUGH_FAULTS { ", …" } else { "" };
        (!faults.is_empty()).then(|| format!("as `{}`, {}{more}", self.variant.name, faults.join(", ")))
    }
}

impl Union {
    /// The key that says which variant is meant, where there is one.
    fn tag(&self) -> Option<&'static str> {
        match self.tagging {
            Tagging::Internal { tag } | Tagging::Adjacent { tag, .. } => Some(tag),
            Tagging::External | Tagging::Untagged => None,
        }
    }

    /// The fields of the variant with this number, which has some.
    #[must_use]
    pub fn fields_of(&self, number: usize) -> &'static Schema {
        self.content(number).and_then(Shape::section).unwrap_or(&NO_KEYS)
    }

    /// The items of the variant with this number, which has some.
    #[must_use]
    pub fn items_of(&self, number: usize) -> &'static Shape {
        self.content(number).unwrap_or(&Shape::Tuple(&[]))
    }
}
