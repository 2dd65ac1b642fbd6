//! An explanation as text, and as data.

use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::Explanation;
use super::listing::shortened;
use crate::key::KeyPath;
use crate::origin::OriginKind;

/// In the alternate form with all that is known of the key.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.root {
            Some(name) => write!(f, "{name}, the whole configuration")?,
            None => self.layers(f)?,
        }
        for note in &self.notes {
            write!(f, "\n  {note}")?;
        }
        if f.alternate() {
            self.known(f)?;
        }
        match self.root {
            Some(_) => self.keys_beneath(f, "  "),
            None if f.alternate() && !self.listing.keys.is_empty() => {
                f.write_str("\n  keys:")?;
                self.keys_beneath(f, "    ")
            }
            None => Ok(()),
        }
    }
}

impl Explanation {
    /// What the layers say: the value, and a line for each that says something.
    fn layers(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.value, &self.origin) {
            (Some(value), _) => write!(f, "{} = {value}", self.key)?,
            (None, Some(_)) if self.is_null => write!(f, "{} = null", self.key)?,
            (None, Some(_)) => match &self.code {
                Some(code) => write!(f, "{} = {code}", self.key)?,
                None => write!(f, "{} is set, to something that cannot be shown", self.key)?,
            },
            (None, None) if self.is_in_code => write!(f, "{} is set in code", self.key)?,
            (None, None) => write!(f, "{} is not set", self.key)?,
        }
        if let Some(origin) = &self.origin {
            match origin.kind() {
                OriginKind::Default => f.write_str("\n  the default")?,
                _ => {
                    f.write_str("\n  ")?;
                    if let Some(part) = self.own_part.as_ref().filter(|_| self.parts() > 0) {
                        write!(f, "{part} ")?;
                    }
                    write!(f, "{} {origin}", origin.preposition())?;
                }
            }
        }
        for (number, (value, origin)) in self.over.iter().enumerate() {
            let word = if number < self.parts() { "with" } else { "over" };
            write!(f, "\n  {word} {value} {} {origin}", origin.preposition())?;
        }
        if let Some(default) = &self.default {
            write!(f, "\n  over {default}, the default")?;
        }
        Ok(())
    }

    /// How many weaker layers have a part in the list. A null ends it.
    fn parts(&self) -> usize {
        let others = self.over.iter().take_while(|(value, _)| !value.is_null());
        self.own_part.as_ref().map_or(0, |_| others.count())
    }

    /// What else is known, a line for each.
    fn known(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.hidden {
            write!(f, "\n  {line}")?;
        }
        self.running(f)?;
        self.absence(f)?;
        let facts = &self.facts;
        for line in facts.doc.lines().map(str::trim_end) {
            write!(f, "\n{}{line}", if line.is_empty() { "" } else { "  " })?;
        }
        if let (Some(what), None) = (&facts.type_name, self.root) {
            write!(f, "\n  type: {what}")?;
        }
        for (name, doc) in facts.variants.iter().filter(|(_, doc)| !doc.is_empty()) {
            write!(f, "\n    {name}: {}", doc.replace('\n', " "))?;
        }
        if let Some((name, origin)) = &self.variant {
            write!(f, "\n  variant: {name}")?;
            if let Some(origin) = origin {
                write!(f, ", {} {origin}", origin.preposition())?;
            }
        }
        let most = facts.max_items.map(|most| format!("at most {most} items"));
        // That a section has rules within shows in its keys.
        let own = facts.rules.iter().filter(|rule| rule.name() != "nested");
        let rules = own.map(ToString::to_string).chain(most);
        list(f, "rules", rules)?;
        if let Some(words) = facts.merge.in_words() {
            write!(f, "\n  {words}")?;
        }
        list(f, "variables", self.env_names.iter())?;
        if let Some((outer, names)) = &self.set_whole {
            write!(f, "\n  variables: none of its own; {} sets `{outer}` as a whole", names[0])?;
        }
        if let Some(name) = facts.name {
            write!(f, "\n  another name of `{name}`")?;
        }
        list(f, "also called", facts.aliases.iter())?;
        if let Some(example) = facts.example {
            write!(f, "\n  example: {example}")?;
        }
        match &self.away {
            Some(outer) if facts.is_required => write!(f, "\n  required where `{outer}` is there")?,
            None if facts.is_required => f.write_str("\n  required")?,
            _ => {}
        }
        let marks = [
            (facts.is_secret, "secret: its value is shown nowhere"),
            (facts.is_restart, "a change waits for a restart"),
            (self.is_in_code, "set by `Hot::fixed` or `Hot::replace`, and by nothing else"),
        ];
        for (_, mark) in marks.iter().filter(|(is_so, _)| *is_so) {
            write!(f, "\n  {mark}")?;
        }
        self.meant(f)
    }

    /// What runs until a restart, and where the value stands that waits for it.
    fn running(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((configured, origin)) = &self.configured else { return Ok(()) };
        let text = |value: Option<&crate::value::Value>| {
            value.map_or_else(|| "nothing".to_owned(), |value| shortened(&value.to_string()))
        };
        let running = text(self.value.as_ref());
        let configured = text(configured.as_ref());
        match origin {
            Some(origin) => {
                let preposition = origin.preposition();
                write!(
                    f,
                    "\n  running {running} until then, and {configured} {preposition} {origin} afterwards"
                )
            }
            None => write!(f, "\n  running {running} until then, and {configured}, the default, afterwards"),
        }
    }

    /// Why there may be no value.
    fn absence(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.value.is_some() || self.origin.is_some() || self.is_in_code || !self.is_known {
            return Ok(());
        }
        match &self.away {
            Some(outer) => write!(f, "\n  `{outer}`, which it is part of, is optional and not there"),
            None if self.facts.is_optional => f.write_str("\n  optional: nothing has to set it"),
            None => Ok(()),
        }
    }

    /// What was probably meant by a key that there is not.
    fn meant(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for origin in &self.strays {
            write!(f, "\n  set {} {origin}, where it has no effect", origin.preposition())?;
        }
        let quoted: Vec<String> = self.suggestions.iter().map(|key| format!("`{key}`")).collect();
        let Some((last, others)) = quoted.split_last() else { return Ok(()) };
        if let (Some(name), Some(outer)) = (self.key.segments().last(), self.outer_of_the_meant()) {
            write!(f, "\n  `{name}` belongs under `{outer}`")?;
        }
        match others {
            [] => write!(f, "\n  did you mean {last}?"),
            others => write!(f, "\n  did you mean {} or {last}?", others.join(", ")),
        }
    }

    /// The section of the one key that has the name which was looked for elsewhere.
    fn outer_of_the_meant(&self) -> Option<KeyPath> {
        let [meant] = &self.suggestions[..] else { return None };
        let segments: Vec<_> = meant.segments().collect();
        let (last, outer) = segments.split_last()?;
        let is_same = self.key.segments().last().is_some_and(|name| name == *last);
        let outer = KeyPath::from_segments(outer);
        (is_same && !outer.is_root()).then_some(outer)
    }

    fn keys_beneath(&self, f: &mut fmt::Formatter<'_>, indent: &str) -> fmt::Result {
        for key in &self.listing.keys {
            write!(f, "\n{indent}{key}")?;
        }
        match self.listing.left_out {
            0 => Ok(()),
            more => write!(f, "\n{indent}… and {more} more"),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, name: &str, items: impl Iterator<Item = impl ToString>) -> fmt::Result {
    let items: Vec<String> = items.map(|item| item.to_string()).collect();
    if items.is_empty() { Ok(()) } else { write!(f, "\n  {name}: {}", items.join(", ")) }
}

impl Serialize for Explanation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let facts = &self.facts;
        let rules: Vec<String> = facts.rules.iter().map(ToString::to_string).collect();
        let mut explanation = serializer.serialize_struct("Explanation", 30)?;
        explanation.serialize_field("key", self.key.as_str())?;
        explanation.serialize_field("value", &self.value)?;
        explanation.serialize_field("origin", &self.origin)?;
        explanation.serialize_field("over", &self.over)?;
        explanation.serialize_field("default", &self.default)?;
        explanation.serialize_field("restart", &facts.is_restart)?;
        explanation.serialize_field("notes", &self.notes)?;
        explanation.serialize_field("known", &self.is_known)?;
        explanation.serialize_field("in_code", &self.is_in_code)?;
        explanation.serialize_field("doc", facts.doc)?;
        explanation.serialize_field("type_name", &facts.type_name)?;
        explanation.serialize_field("rules", &rules)?;
        explanation.serialize_field("max_items", &facts.max_items)?;
        explanation.serialize_field("merge", &facts.merge.to_string())?;
        explanation.serialize_field("variants", &self.variants().collect::<Vec<_>>())?;
        explanation.serialize_field("variant", &self.variant())?;
        explanation.serialize_field("variant_origin", &self.variant_origin())?;
        explanation.serialize_field("env_names", &self.env_names)?;
        explanation.serialize_field("aliases", facts.aliases)?;
        explanation.serialize_field("example", &facts.example)?;
        explanation.serialize_field("deprecated", &facts.deprecated)?;
        explanation.serialize_field("secret", &facts.is_secret)?;
        explanation.serialize_field("optional", &facts.is_optional)?;
        explanation.serialize_field("required", &facts.is_required)?;
        explanation.serialize_field("pending", &self.is_pending())?;
        explanation.serialize_field("configured", &self.configured())?;
        explanation.serialize_field("keys", &self.listing.keys)?;
        explanation.serialize_field("keys_left_out", &self.listing.left_out)?;
        explanation.serialize_field("hidden", &self.hidden)?;
        explanation.serialize_field("suggestions", &self.suggestions)?;
        explanation.end()
    }
}
