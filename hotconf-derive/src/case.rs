//! The renaming rules of `rename_all`, as serde applies them.

/// How the names of fields or variants are spelt in a source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    pub(crate) const ALL: [(&str, Self); 8] = [
        ("lowercase", Self::Lower),
        ("UPPERCASE", Self::Upper),
        ("PascalCase", Self::Pascal),
        ("camelCase", Self::Camel),
        ("snake_case", Self::Snake),
        ("SCREAMING_SNAKE_CASE", Self::ScreamingSnake),
        ("kebab-case", Self::Kebab),
        ("SCREAMING-KEBAB-CASE", Self::ScreamingKebab),
    ];

    pub(crate) fn of_field(self, field: &str) -> String {
        match self {
            Self::Lower | Self::Snake => field.to_owned(),
            Self::Upper | Self::ScreamingSnake => field.to_ascii_uppercase(),
            Self::Pascal => capitalized_words(field),
            Self::Camel => first_lowered(&capitalized_words(field)),
            Self::Kebab => field.replace('_', "-"),
            Self::ScreamingKebab => field.to_ascii_uppercase().replace('_', "-"),
        }
    }

    pub(crate) fn of_variant(self, variant: &str) -> String {
        match self {
            Self::Pascal => variant.to_owned(),
            Self::Lower => variant.to_ascii_lowercase(),
            Self::Upper => variant.to_ascii_uppercase(),
            Self::Camel => first_lowered(variant),
            Self::Snake => separated_words(variant),
            Self::ScreamingSnake => separated_words(variant).to_ascii_uppercase(),
            Self::Kebab => separated_words(variant).replace('_', "-"),
            Self::ScreamingKebab => separated_words(variant).to_ascii_uppercase().replace('_', "-"),
        }
    }
}

fn capitalized_words(field: &str) -> String {
    let mut at_start = true;
    let mut name = String::new();
    for c in field.chars() {
        match c {
            '_' => at_start = true,
            c if at_start => {
                name.push(c.to_ascii_uppercase());
                at_start = false;
            }
            c => name.push(c),
        }
    }
    name
}

fn first_lowered(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(chars).collect()
}

fn separated_words(variant: &str) -> String {
    let mut name = String::new();
    for (i, c) in variant.char_indices() {
        if i > 0 && c.is_uppercase() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_renamed_as_serde_does() {
        let spellings = [
            "very_tasty",
            "VERY_TASTY",
            "VeryTasty",
            "veryTasty",
            "very_tasty",
            "VERY_TASTY",
            "very-tasty",
            "VERY-TASTY",
        ];
        for ((rule, case), expected) in Case::ALL.into_iter().zip(spellings) {
            assert_eq!(case.of_field("very_tasty"), expected, "{rule}");
        }
        assert_eq!(Case::Camel.of_field("_"), "");
        assert_eq!(Case::Pascal.of_field("z42"), "Z42");
    }

    #[test]
    fn variants_are_renamed_as_serde_does() {
        let spellings = [
            "verytasty",
            "VERYTASTY",
            "VeryTasty",
            "veryTasty",
            "very_tasty",
            "VERY_TASTY",
            "very-tasty",
            "VERY-TASTY",
        ];
        for ((rule, case), expected) in Case::ALL.into_iter().zip(spellings) {
            assert_eq!(case.of_variant("VeryTasty"), expected, "{rule}");
        }
        assert_eq!(Case::Snake.of_variant("A"), "a");
    }
}
