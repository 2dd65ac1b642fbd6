//! Names of environment variables, compared without being made.

use super::{Field, Schema, letter_of_variable};

impl Schema {
    /// Whether two keys may share a variable under `prefix`. Almost always it is known that none do, at a small part of
    /// what the names themselves would cost.
    pub(crate) fn may_share_variables(&self, prefix: &str) -> bool {
        let prefix = prefix.trim_end_matches('_');
        let mut names = Vec::new();
        let above = Name::EMPTY.followed_by(prefix.chars());
        self.hash_names(above, &mut vec![self.fields.as_ptr()], &mut names);
        names.sort_unstable();
        names.windows(2).any(|pair| pair[0] == pair[1])
    }

    fn hash_names(&self, above: Name, open: &mut Vec<*const Field>, names: &mut Vec<u64>) {
        for field in self.fields {
            let name = match field.is_flat {
                true => above,
                false => above.separated().followed_by(field.name.chars().map(letter_of_variable)),
            };
            match field.shape.section() {
                Some(section) if !open.contains(&section.fields.as_ptr()) => {
                    open.push(section.fields.as_ptr());
                    section.hash_names(name, open, names);
                    open.pop();
                }
                Some(_) => {}
                None if field.is_flat => {}
                None => {
                    names.push(name.hash);
                    let explicit = field.env.iter().map(|name| Name::EMPTY.followed_by(name.chars()));
                    names.extend(explicit.map(|name| name.hash));
                }
            }
        }
    }
}

/// The beginning of a name, as a number that is almost certainly its own: an FNV-1a hash, because names that are equal by
/// chance cost no more than a second look.
#[derive(Clone, Copy)]
struct Name {
    hash: u64,
    is_empty: bool,
}

impl Name {
    const EMPTY: Self = Self { hash: 0xcbf2_9ce4_8422_2325, is_empty: true };

    fn separated(self) -> Self {
        if self.is_empty { self } else { self.followed_by(std::iter::once('_')) }
    }

    fn followed_by(mut self, letters: impl Iterator<Item = char>) -> Self {
        for letter in letters {
            self.hash = (self.hash ^ u64::from(u32::from(letter))).wrapping_mul(0x0100_0000_01b3);
            self.is_empty = false;
        }
        self
    }
}
