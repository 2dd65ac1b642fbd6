//! Which variant of an enum a place means, and where its content is.
//!
//! The strongest layer that names a variant decides. Layers beneath it that name another have no say in the content, for
//! what they set belongs to that other one; layers that name none add to it, above and beneath.

use super::mask::Mask;
use super::merged::Merged;
use crate::schema::{Shape, Tagging, Union, Variant};
use crate::value::View;

/// The variant that a place means.
pub(crate) struct Chosen<'a> {
    pub(crate) number: usize,
    /// What it holds; an absent place where nothing is said of it.
    pub(crate) content: Merged<'a>,
    /// The key that leads to the content, where that has one of its own.
    pub(crate) step: Option<&'a str>,
    /// What stands beside the content and belongs to nobody.
    pub(crate) strangers: Option<Merged<'a>>,
}

/// Why a place means none.
pub(crate) enum Unclear<'a> {
    /// Nothing says which: the key that would, where there is such a key.
    Missing { tag: Option<&'static str> },
    /// A name that no variant has, at this place or as its key.
    Unknown { name: &'a str, at: Merged<'a>, step: &'a str, is_key: bool },
    /// Something that is no name, in place of one.
    NoName { at: Merged<'a>, tag: &'static str },
    /// A second variant in one layer.
    Second { at: Merged<'a>, name: &'a str, first: &'a str },
    /// Neither a name nor a map.
    Other,
}

impl Union {
    /// The variant that stands at `place`; not to be asked of one without tags.
    pub(crate) fn choose<'a>(&self, place: &Merged<'a>) -> Result<Chosen<'a>, Unclear<'a>> {
        match self.tagging {
            Tagging::External | Tagging::Untagged => self.by_key(place),
            Tagging::Internal { tag } => {
                let (number, place) = self.by_tag(place, tag)?;
                let content = place.masked(Mask::without(vec![tag]));
                Ok(match self.content(number) {
                    Some(_) => Chosen { number, content, step: None, strangers: None },
                    None => {
                        Chosen { number, content: place.strongest(0), step: None, strangers: Some(content) }
                    }
                })
            }
            Tagging::Adjacent { tag, content } => {
                let (number, place) = self.by_tag(place, tag)?;
                let is_empty = self.content(number).is_none();
                let known = if is_empty { vec![tag] } else { vec![tag, content] };
                let strangers = Some(place.masked(Mask::without(known)));
                Ok(Chosen { number, content: place.entry(content), step: Some(content), strangers })
            }
        }
    }

    /// By the one key of a map, or by a name that stands alone.
    fn by_key<'a>(&self, place: &Merged<'a>) -> Result<Chosen<'a>, Unclear<'a>> {
        match place.view() {
            None | Some(View::Null) => Err(Unclear::Missing { tag: None }),
            Some(View::Text(name) | View::Raw(name)) => {
                let unknown = || Unclear::Unknown { name, at: place.clone(), step: "", is_key: false };
                let number = Variant::named(name, self.variants).ok_or_else(unknown)?;
                Ok(Chosen { number, content: place.strongest(0), step: Some(name), strangers: None })
            }
            Some(View::Map) => {
                let mut chosen: Option<(usize, &'a str)> = None;
                let mut agreed = 0;
                'layers: for layer in place.layers() {
                    let mut here: Option<&'a str> = None;
                    for (name, at) in layer.keys() {
                        let step = name;
                        let number = Variant::named(name, self.variants).ok_or(Unclear::Unknown {
                            name,
                            at: at.clone(),
                            step,
                            is_key: true,
                        });
                        match (chosen, here) {
                            // What a weaker layer says of another variant, known or not, has no say.
                            (Some((other, _)), None) if number.as_ref().ok() != Some(&other) => break 'layers,
                            (_, Some(first)) => return Err(Unclear::Second { at, name, first }),
                            (Some(_), None) => {}
                            (None, None) => chosen = Some((number?, name)),
                        }
                        here = Some(name);
                    }
                    agreed += 1;
                }
                let Some((number, step)) = chosen else { return Err(Unclear::Missing { tag: None }) };
                let variant = &self.variants[number];
                let place = place.strongest(agreed);
                let content = if variant.is_other {
                    place.entry(step)
                } else {
                    place.field(variant.name, variant.aliases, &mut 0)
                };
                Ok(Chosen { number, content, step: Some(step), strangers: None })
            }
            Some(_) => Err(Unclear::Other),
        }
    }

    /// By the value of the key `tag`, with the place as those layers see it that agree.
    fn by_tag<'a>(&self, place: &Merged<'a>, tag: &'static str) -> Result<(usize, Merged<'a>), Unclear<'a>> {
        match place.view() {
            None | Some(View::Null | View::Map) => {}
            Some(_) => return Err(Unclear::Other),
        }
        let mut chosen = None;
        let mut agreed = 0;
        for layer in place.layers() {
            let at = layer.entry(tag);
            match (at.view(), chosen) {
                (None | Some(View::Null), _) => {}
                (Some(View::Text(name) | View::Raw(name)), None) => {
                    let unknown = || Unclear::Unknown { name, at: at.clone(), step: tag, is_key: false };
                    chosen = Some(Variant::named(name, self.variants).ok_or_else(unknown)?);
                }
                (Some(View::Text(name) | View::Raw(name)), Some(number)) => {
                    if Variant::named(name, self.variants) != Some(number) {
                        break;
                    }
                }
                (Some(_), None) => return Err(Unclear::NoName { at, tag }),
                (Some(_), Some(_)) => break,
            }
            agreed += 1;
        }
        let number = chosen.ok_or(Unclear::Missing { tag: Some(tag) })?;
        Ok((number, place.strongest(agreed)))
    }

    /// Whether it is certain which variant stands at `place`.
    pub(crate) fn is_clear(&self, place: &Merged<'_>) -> bool {
        self.tagging != Tagging::Untagged && self.choose(place).is_ok()
    }

    /// The first variant whose shape is that of what stands there, for an enum without tags. Without the rules and the
    /// conversions of its types, which nobody knows here.
    pub(crate) fn first_that_fits(&self, place: &Merged<'_>) -> Option<usize> {
        self.variants.iter().position(|variant| match variant.content {
            None => matches!(place.view(), None | Some(View::Null)),
            Some(content) => fits(content, place),
        })
    }
}

fn fits(shape: &Shape, place: &Merged<'_>) -> bool {
    let view = match (shape, place.view()) {
        (Shape::Option(_), None | Some(View::Null)) => return true,
        (_, None) => return false,
        (_, Some(view)) => view,
    };
    match shape.inner() {
        Shape::Leaf(leaf) => leaf.structured || (leaf.canonical)(view).is_some(),
        Shape::List(item) | Shape::Set(item) => {
            view == View::List && place.items().all(|place| fits(item, &place))
        }
        Shape::Tuple(items) => {
            let places = place.items();
            view == View::List
                && places.len() == items.len()
                && items.iter().zip(places).all(|(item, place)| fits(item, &place))
        }
        Shape::Map(entry) => view == View::Map && place.entries().all(|(_, place)| fits(entry, &place)),
        Shape::Section(schema) => {
            let schema = schema();
            let fields = schema.own_fields().iter();
            view == View::Map
                && place.keys().all(|(name, _)| schema.member(name).is_some() || place.discards(name))
                && fields.map(|field| (field, place.member(schema, field, &mut 0))).all(|(field, place)| {
                    let is_optional = field.has_default() || field.shape.is_optional();
                    is_optional && place.is_absent() || fits(field.shape, &place)
                })
        }
        Shape::Union(union) => match union().tagging {
            Tagging::Untagged => union().first_that_fits(place).is_some(),
            _ => union().choose(place).is_ok_and(|chosen| {
                let content = union().content(chosen.number);
                content.is_none_or(|content| fits(content, &chosen.content))
            }),
        },
        Shape::Option(_) => true,
    }
}
