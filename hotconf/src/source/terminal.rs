//! What the environment says of colours.

use std::ffi::OsString;
use std::io::IsTerminal;

use crate::error::Report;

impl Report<'_> {
    /// The same for this output: with the colours of terminals where it is one, unless the variable
    /// [`NO_COLOR`](https://no-color.org) is set and not empty.
    ///
    /// ```
    /// use hotconf::{Hot, HotConfig};
    ///
    /// #[derive(HotConfig)]
    /// struct AppConfig {
    ///     #[hot(default = 8000)]
    ///     port: u16,
    /// }
    ///
    /// let error = Hot::<AppConfig>::builder().arg_overrides(["port=x"]).build().unwrap_err();
    /// let stderr = std::io::stderr();
    /// eprintln!("{}", error.report().colored_for(&stderr));
    /// ```
    pub fn colored_for(self, output: &impl IsTerminal) -> Self {
        self.colored(wants_colors(output.is_terminal(), std::env::var_os("NO_COLOR")))
    }
}

fn wants_colors(is_terminal: bool, no_color: Option<OsString>) -> bool {
    is_terminal && no_color.is_none_or(|wish| wish.is_empty())
}

#[cfg(test)]
mod tests {
    use super::wants_colors;

    #[test]
    fn colours_are_for_terminals_whose_users_have_not_refused_them() {
        assert!(wants_colors(true, None));
        assert!(wants_colors(true, Some("".into())));
        assert!(!wants_colors(true, Some("1".into())));
        assert!(!wants_colors(true, Some("0".into())));
        assert!(!wants_colors(false, None));
    }
}
