//! Keys that no field has taken.

use std::borrow::Cow;

use super::Build;
use super::mismatch::nearest;
use crate::error::{Problem, ProblemKind};
use crate::key::KeyPath;
use crate::schema::{Member, Schema, Tagging, Taken, Unknown};
use crate::tree::{Merged, Place};

impl<'a> Build<'a> {
    /// Tells of the keys at `place` that a section of this schema does not know. `beside` are names that are known there
    /// all the same, and may have been meant.
    #[cold]
    pub(super) fn report_strangers(
        &mut self,
        schema: &'static Schema,
        beside: Vec<&'static str>,
        place: &Merged<'a>,
    ) {
        let Taken { mut names, .. } = schema.taken();
        names.extend(beside);
        for (name, key) in place.keys() {
            let layer = key.layer_index().unwrap_or(0);
            let path = self.key_as_spelt_at(&key, name);
            let problem = match schema.member(name).filter(|member| !is_of_no_variant(member, place)) {
                // Known, so the layer has it under another of its names as well, and that one counts.
                Some(member) => {
                    let spellings = member.name.into_iter().chain(member.aliases.iter().copied());
                    let in_this_layer = place.keys().filter(|(_, other)| other.is_in_layer_of(&key));
                    let present: Vec<_> = in_this_layer.map(|(name, _)| name).collect();
                    let Some(taken) = spellings.into_iter().find(|spelling| present.contains(spelling))
                    else {
                        continue;
                    };
                    if taken == name {
                        continue;
                    }
                    let message =
                        format!("is another name of `{taken}`, which is set here too; keep one of them");
                    Problem::new(ProblemKind::DuplicateKey, message)
                }
                None if self.unknown == Unknown::Ignore || place.discards(name) => continue,
                None if self.may_be_of_another_variant(name) => continue,
                None => {
                    let message = match self.variant_here(0) {
                        Some(variant) => format!("unknown key of the variant `{variant}`"),
                        None => "unknown key".to_owned(),
                    };
                    match self.as_nested_key(name) {
                        Some(remedy) => Problem::new(ProblemKind::UnknownKey, format!("{message}; {remedy}")),
                        None => self.with_nearest_key(
                            Problem::new(ProblemKind::UnknownKey, message),
                            name,
                            &names,
                        ),
                    }
                }
            };
            let problem = problem.with_key(path).with_origin(key.origin(Place::Key), layer);
            if problem.kind() == ProblemKind::UnknownKey && self.unknown == Unknown::Warn {
                self.warnings.push(problem);
            } else {
                self.report(problem);
            }
        }
    }

    /// The problem with the key that the unknown one was probably meant to be: one of this section that is spelt like it,
    /// else one of the same name in another section, the nearest around this one first.
    fn with_nearest_key(&self, problem: Problem, name: &str, names: &[&'static str]) -> Problem {
        if let Some(near) = nearest(name, names.iter().copied()) {
            return problem.with_suggestion(Some(near));
        }
        let as_variable = || self.elsewhere(without_prefix(name)?);
        let meant = self.around(name).or_else(|| self.elsewhere(name)).or_else(as_variable);
        let Some(meant) = meant else { return problem };
        let segments: Vec<_> = meant.segments().map(Cow::into_owned).collect();
        let (last, outer) = segments.split_last().unzip();
        let (last, outer) =
            (last.map_or("", String::as_str), KeyPath::from_segments(outer.unwrap_or_default()));
        let home =
            if outer.is_root() { "the top level".to_owned() } else { format!("the section `{outer}`") };
        problem.with_suggestion(Some(meant.as_str())).with_help(Some(format!("`{last}` is a key of {home}")))
    }

    /// The key of this name in a section that this one is in.
    fn around(&self, name: &str) -> Option<KeyPath> {
        let path = self.path();
        let here: Vec<_> = path.segments().collect();
        (0..here.len()).rev().find_map(|depth| {
            let mut names = self.schema_at(&here[..depth])?.taken().names.into_iter();
            let known = names.find(|known| same_name(known, name))?;
            Some(KeyPath::from_segments(&here[..depth]).join(known))
        })
    }

    /// What the section at this path expects.
    fn schema_at(&self, path: &[Cow<'_, str>]) -> Option<&'static Schema> {
        let Some((first, rest)) = path.split_first() else { return Some(self.root) };
        let first = self.root.member(first)?.shape;
        rest.iter().try_fold(first, |shape, segment| shape.beneath(segment))?.section()
    }

    /// The one key of this name in another section, or with this name as its whole path, as variables are spelt; none
    /// where there are several, or where it would be here.
    fn elsewhere(&self, name: &str) -> Option<KeyPath> {
        let here = self.path();
        let mut found: Option<KeyPath> = None;
        for field in self.root.fields().filter(|field| !field.is_flattened()) {
            // A section of that name is as good as a key.
            let segments: Vec<_> = field.key().segments().collect();
            let end = match segments.iter().position(|segment| same_name(segment, name)) {
                Some(end) => end,
                None if same_name(&segments.join("_"), name) => segments.len() - 1,
                None => continue,
            };
            let path = KeyPath::from_segments(&segments[..=end]);
            if path == here.join(name) || found.as_ref() == Some(&path) {
                continue;
            }
            if found.replace(path).is_some() {
                return None;
            }
        }
        found
    }

    /// What to do about a name with dots in it that would be a key if it were nested.
    fn as_nested_key(&self, name: &str) -> Option<String> {
        let nested: Vec<String> = name.split('.').map(str::to_owned).collect();
        let (last, outer) = nested.split_last().filter(|(_, outer)| !outer.is_empty())?;
        let path = self.path();
        let segments: Vec<String> =
            path.segments().map(Cow::into_owned).chain(nested.iter().cloned()).collect();
        let first = self.root.member(segments.first()?)?.shape;
        segments[1..].iter().try_fold(first, |shape, segment| shape.beneath(segment))?;
        Some(format!("a dot in a name does not nest; write `{last}` within `{}`", outer.join(".")))
    }
}

/// Whether it could be an entry of a variant that is a map, and nothing says which variant stands there.
fn is_of_no_variant(member: &Member, place: &Merged<'_>) -> bool {
    member.name.is_none()
        && member.union.is_some_and(|(union, _)| match union.tagging {
            Tagging::Internal { tag } => place.entry(tag).is_absent(),
            Tagging::Adjacent { .. } | Tagging::External | Tagging::Untagged => false,
        })
}

/// The name of a variable without the prefix of all of them.
fn without_prefix(name: &str) -> Option<&str> {
    let is_of_variable = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let (_, rest) = name.split_once('_')?;
    name.chars().all(is_of_variable).then_some(rest)
}

fn same_name(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

fn plain(name: &str) -> String {
    name.to_lowercase().replace('-', "_")
}
