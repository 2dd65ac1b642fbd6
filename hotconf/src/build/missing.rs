//! What is missing, and where it could be added.

use super::{Build, Input};
use crate::error::{Problem, ProblemKind};
use crate::key::KeyPath;
use crate::tree::{LayerName, Place};
use crate::value::View;

impl<'a> Build<'a> {
    /// Tells that nothing stands here, or a null.
    pub(super) fn missing<T>(&mut self, input: &Input<'a>) -> Option<T> {
        if self.may_lack(|| self.path()) {
            return None;
        }
        let is_null = input.view() == Some(View::Null);
        // A key with nothing behind it has no value that could be pointed at.
        let is_bare = is_null && input.clone().without_nothing().is_absent();
        let message = match self.variant_here(1) {
            _ if is_bare => "has nothing behind it, and no default".to_owned(),
            _ if is_null => "is null here, and has no default".to_owned(),
            Some(variant) => format!("is required by the variant `{variant}`, and set nowhere"),
            None => "is required, and set nowhere".to_owned(),
        };
        let (origin, layer) = input.origin(self.stack, if is_bare { Place::Key } else { Place::Shown });
        let path = self.path_as_spelt(input);
        let help = if is_null { None } else { self.where_to_add(&path) };
        let problem = Problem::new(ProblemKind::MissingKey, message).with_key(path).with_help(help);
        self.report(problem.with_origin(origin, layer));
        None
    }

    /// Where the key of this path could be added: the section, and the texts where there are some to choose from.
    pub(super) fn where_to_add(&self, path: &KeyPath) -> Option<String> {
        /// Nobody chooses from more than these.
        const MOST_TEXTS: usize = 4;
        let segments: Vec<_> = path.segments().collect();
        let (last, outer) = segments.split_last()?;
        let section = KeyPath::from_segments(outer);
        let name = KeyPath::from_segments([last]);
        let is_item = |segment: &str| segment.bytes().all(|byte| byte.is_ascii_digit());
        let mut help = match outer.last() {
            None => format!("add `{name}` at the top level"),
            Some(index) if is_item(index) => format!("add `{name}` to the item `{section}`"),
            Some(_) => format!("add `{name}` to the section `{section}`"),
        };
        let texts = self.stack.iter().filter_map(|layer| match layer.name() {
            LayerName::File(path) => Some(path.display().to_string()),
            LayerName::Text(name) => Some(name.to_string()),
            LayerName::Other(_) => None,
        });
        let texts: Vec<_> = texts.collect();
        if let (Some((last, others)), 2..=MOST_TEXTS) = (texts.split_last(), texts.len()) {
            help = format!("{help}, in {} or {last}", others.join(", "));
        }
        Some(help)
    }
}
