//! Keys that no field has taken.

use super::Build;
use super::mismatch::nearest;
use crate::error::{Problem, ProblemKind};
use crate::schema::{Schema, Taken, Unknown};
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
            let path = self.path().join(name);
            let problem = match schema.member(name) {
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
                None if self.unknown == Unknown::Ignore => continue,
                None => {
                    let message = match self.variant_here(0) {
                        Some(variant) => format!("unknown key of the variant `{variant}`"),
                        None => "unknown key".to_owned(),
                    };
                    Problem::new(ProblemKind::UnknownKey, message)
                        .with_suggestion(nearest(name, names.iter().copied()))
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
}
