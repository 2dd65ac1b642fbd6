//! Tokens as a person would have written them: for the source text of defaults and rules.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// The source text of `tokens`. The layout is rebuilt from the kinds of the tokens alone, because the positions of
/// tokens are not to be had on every compiler.
pub(crate) fn source_text(tokens: TokenStream) -> String {
    let mut writer =
        Writer { text: String::new(), last: Last::Start, generics: 0, closure_parameters: false };
    writer.write_all(tokens);
    writer.text
}

/// What was written last, as far as the next token's place depends on it.
#[derive(PartialEq)]
enum Last {
    /// Nothing, an opening bracket, or a prefix: what follows is close to it.
    Start,
    /// A name, a literal or a closing bracket.
    Operand,
    /// The name of a type, after which `<` opens generics.
    TypeName,
    /// A keyword, after which an expression begins.
    Keyword,
    /// Something between two operands.
    Operator,
    /// `::`, which is close to both sides.
    PathSeparator,
}

struct Writer {
    text: String,
    last: Last,
    generics: usize,
    closure_parameters: bool,
}

impl Writer {
    fn write_all(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(name) => self.write_word(&name.to_string()),
                TokenTree::Literal(literal) => {
                    self.separate();
                    self.put(&literal.to_string(), Last::Operand);
                }
                TokenTree::Group(group) => self.write_group(group.delimiter(), group.stream()),
                TokenTree::Punct(first) => {
                    let mut operator = String::from(first.as_char());
                    let mut spacing = first.spacing();
                    while spacing == Spacing::Joint {
                        let Some(TokenTree::Punct(next)) = tokens.peek() else { break };
                        let longer = format!("{operator}{}", next.as_char());
                        if !is_operator(&longer) || (self.generics > 0 && operator == ">") {
                            break;
                        }
                        operator = longer;
                        spacing = next.spacing();
                        tokens.next();
                    }
                    self.write_operator(&operator);
                }
            }
        }
    }

    fn put(&mut self, text: &str, last: Last) {
        self.text.push_str(text);
        self.last = last;
    }

    /// A space, where what comes now would run into what came before.
    fn separate(&mut self) {
        if !matches!(self.last, Last::Start | Last::PathSeparator) && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    fn write_word(&mut self, word: &str) {
        self.separate();
        let is_keyword = matches!(
            word,
            "if" | "else" | "match" | "return" | "in" | "move" | "mut" | "as" | "let" | "ref" | "dyn" | "for"
        );
        let is_type = word.starts_with(char::is_uppercase) && word.chars().any(char::is_lowercase);
        self.put(
            word,
            match (is_keyword, is_type) {
                (true, _) => Last::Keyword,
                (_, true) => Last::TypeName,
                _ => Last::Operand,
            },
        );
    }

    fn write_group(&mut self, delimiter: Delimiter, content: TokenStream) {
        let (open, close) = match delimiter {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => ("{ ", " }"),
            Delimiter::None => return self.write_all(content),
        };
        if delimiter == Delimiter::Brace || matches!(self.last, Last::Keyword | Last::Operator) {
            self.separate();
        }
        if content.is_empty() {
            return self.put(&format!("{}{}", open.trim(), close.trim()), Last::Operand);
        }
        self.put(open, Last::Start);
        self.write_all(content);
        self.put(close, Last::Operand);
    }

    fn write_operator(&mut self, operator: &str) {
        let is_prefix = matches!(self.last, Last::Start | Last::Operator | Last::Keyword);
        match operator {
            "," | ";" | ":" => self.put(operator, Last::Operator),
            "." | ".." | "..=" => self.put(operator, Last::Start),
            "?" => self.put(operator, Last::Operand),
            "::" => {
                if is_prefix {
                    self.separate();
                }
                self.put(operator, Last::PathSeparator);
            }
            "<" if is_prefix || matches!(self.last, Last::TypeName | Last::PathSeparator) => {
                if is_prefix {
                    self.separate();
                }
                self.generics += 1;
                self.put(operator, Last::Start);
            }
            ">" if self.generics > 0 => {
                self.generics -= 1;
                self.put(operator, Last::Operand);
            }
            "|" if self.closure_parameters => {
                self.closure_parameters = false;
                self.put(operator, Last::Operator);
            }
            "|" if is_prefix => {
                self.separate();
                self.closure_parameters = true;
                self.put(operator, Last::Start);
            }
            // The mark of a macro's name, whose bracket follows closely.
            "!" if !is_prefix => self.put(operator, Last::Start),
            "-" | "*" | "&" | "!" | "&&" | "'" | "#" | "$" if is_prefix => {
                self.separate();
                self.put(operator, Last::Start);
            }
            _ => {
                self.separate();
                self.put(operator, Last::Operator);
            }
        }
    }
}

fn is_operator(text: &str) -> bool {
    matches!(
        text,
        "::" | "->"
            | "=>"
            | "=="
            | "!="
            | "<="
            | ">="
            | "&&"
            | "||"
            | ".."
            | "..="
            | "<<"
            | ">>"
            | "+="
            | "-="
            | "*="
            | "/="
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_as_it_was_written() {
        for text in [
            "Duration::from_secs(30)",
            "::std::env::temp_dir().join(\"cache\")",
            "vec![1, 2, 3]",
            "Vec::<Vec<u8>>::with_capacity(4 * KIB)",
            "<Level as Default>::default()",
            "HashMap::<String, u16>::from([(\"a\".to_owned(), 1)])",
            "if cfg!(debug_assertions) { Level::Debug } else { Level::Info }",
            "-LIMIT + 1",
            "A < B && !C",
            "(1..=4).map(|n| n * 2).collect()",
            "move || &DEFAULT[0]",
            "Limit { most: 5, least: -1 }",
            "Limit {}",
            "read(&mut input)? as u16",
            "min = 1, max = 512",
            "function = \"check\", code = 'x'",
        ] {
            assert_eq!(source_text(text.parse().unwrap()), text);
        }
    }
}
