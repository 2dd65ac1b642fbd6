//! What sorts of problems there are, each with the name that logs and pages know it by.

macro_rules! kinds {
    ($($(#[$docs:meta])* $kind:ident = $code:literal,)*) => {
        /// What sort of problem a [`Problem`](crate::Problem) is.
        ///
        /// More may be added. [`code`](ProblemKind::code) is the name for logs and metrics: `missing-key` for
        /// [`MissingKey`](ProblemKind::MissingKey), and so on. By it each has a page in the folder `docs/errors` of the
        /// repository, with an example and what else there is to know.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ProblemKind {
            $($(#[$docs])* $kind,)*
        }

        impl ProblemKind {
            /// The short name that stays the same from version to version.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$kind => $code,)*
                }
            }
        }
    };
}

kinds! {
    /// A required key is set nowhere.
    MissingKey = "missing-key",
    /// A value is of another type than its field.
    WrongType = "wrong-type",
    /// A number does not fit the type of its field.
    OutOfRange = "out-of-range",
    /// A key that no field has.
    UnknownKey = "unknown-key",
    /// A name that is none of those the field can have.
    UnknownVariant = "unknown-variant",
    /// A value that none of an enum's variants, which have no names in the sources, can be built from.
    NoVariant = "no-variant",
    /// A text that its type cannot read.
    InvalidValue = "invalid-value",
    /// A `#[validate(...)]` rule failed.
    Rule = "rule",
    /// One key stands twice in a source.
    DuplicateKey = "duplicate-key",
    /// A key that should not be used any more.
    DeprecatedKey = "deprecated-key",
    /// A source is not written in its format.
    Syntax = "syntax",
    /// A required file is not there.
    MissingSource = "missing-source",
    /// A file that had keys is now empty.
    EmptySource = "empty-source",
    /// A source cannot be read.
    UnreadableSource = "unreadable-source",
    /// A text is not UTF-8.
    Encoding = "encoding",
    /// A limit on size, depth, aliases or items is exceeded.
    Limit = "limit",
    /// A change takes away more than the shrink guard allows.
    Shrink = "shrink",
    /// An environment variable under the prefix that no key has.
    UnknownVariable = "unknown-variable",
    /// Two keys share one environment variable.
    AmbiguousVariable = "ambiguous-variable",
    /// Two fields share one name, because one is flattened into the section of the other.
    AmbiguousKey = "ambiguous-key",
    /// The change is possible only together with a restart.
    NeedsRestart = "needs-restart",
    /// Somebody who takes part in changes refused this one.
    Refused = "refused",
    /// The last good configuration cannot be kept or used, or serves since the start.
    LastGood = "last-good",
    /// Code that hotconf was given to run panicked.
    Panic = "panic",
    /// The call makes no sense for this store or key.
    Misuse = "misuse",
}
