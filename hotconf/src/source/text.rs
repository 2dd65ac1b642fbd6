//! A text that the program brings along.

use std::sync::Arc;

use super::{Reading, Request, Source, SourceError};
use crate::format::Format;
use crate::origin::OriginKind;

/// A text in the program, such as `include_str!("defaults.toml")`.
pub(crate) struct Text {
    pub(crate) name: Arc<str>,
    pub(crate) format: Format,
    pub(crate) text: String,
}

impl Source for Text {
    fn name(&self) -> String {
        (*self.name).to_owned()
    }

    fn read(&mut self, _: &Request<'_>) -> Result<Reading, SourceError> {
        Ok(Reading::text(self.format, self.text.clone()))
    }

    fn is_of_this_start(&self) -> bool {
        true
    }

    fn origin_kind(&self) -> OriginKind {
        OriginKind::Text(self.name.clone())
    }
}
