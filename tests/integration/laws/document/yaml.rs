//! YAML in blocks, where what belongs together is indented alike.

use super::Writer;
use crate::laws::tree::Tree;

impl Writer<'_> {
    pub(super) fn yaml_document(&mut self, tree: &Tree) {
        let start = self.dice.pick(&["", "", "---\n", "# a comment\n"]);
        self.text.push_str(start);
        if tree.is_empty_map() {
            let empty = self.dice.pick(&["{}\n", "# nothing\n"]);
            return self.text.push_str(empty);
        }
        self.block_map(tree, 0);
    }

    /// The entries of a map, each in lines of its own. The first begins where the writer stands.
    fn block_map(&mut self, tree: &Tree, indent: usize) {
        let entries = self.dice.shuffled(tree.entries().unwrap());
        for (place, (name, entry)) in entries.into_iter().enumerate() {
            if place > 0 {
                self.indent_by(indent);
            }
            let name = self.enter(name);
            let key = self.text.len();
            self.write_key(&name);
            self.text.push(':');
            self.indent = indent;
            match entry {
                Tree::Map(_, entries) if !entries.is_empty() && !self.dice.one_in(4) => {
                    self.end_of_line();
                    let inner = indent + self.dice.pick(&[2, 2, 1, 4]);
                    self.indent_by(inner);
                    self.note(key, self.text.len());
                    self.block_map(entry, inner);
                }
                Tree::List(_, items) if !items.is_empty() && !self.dice.one_in(4) => {
                    self.end_of_line();
                    let inner = indent + self.dice.pick(&[2, 0, 4]);
                    self.indent_by(inner);
                    self.note(key, self.text.len());
                    if inner == indent {
                        self.unindented.insert(self.path.clone());
                    }
                    self.block_list(items, inner);
                }
                other => {
                    self.text.push(' ');
                    self.note(key, self.text.len());
                    self.inline(other);
                }
            }
            self.leave();
        }
    }

    fn block_list(&mut self, items: &[Tree], indent: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.indent_by(indent);
            }
            let dash = self.text.len();
            self.text.push('-');
            self.text.push(' ');
            self.indent = indent;
            self.enter(&index.to_string());
            // A map has no beginning of its own that people know.
            let start = if matches!(item, Tree::Map(..)) { dash } else { self.text.len() };
            self.note(start, start);
            match item {
                Tree::Map(_, entries) if !entries.is_empty() && !self.dice.one_in(4) => {
                    self.block_map(item, indent + 2);
                }
                Tree::List(_, items) if !items.is_empty() && !self.dice.one_in(4) => {
                    self.block_list(items, indent + 2);
                }
                other => self.inline(other),
            }
            self.leave();
        }
    }

    /// A value that begins in the line of its key, and the end of its last line.
    fn inline(&mut self, tree: &Tree) {
        let is_block_text = match tree {
            Tree::Map(..) | Tree::List(..) => {
                self.flow(tree);
                false
            }
            scalar => {
                let start = self.text.len();
                self.scalar(scalar, false);
                self.text[start..].starts_with('|')
            }
        };
        if is_block_text { self.text.push('\n') } else { self.end_of_line() }
    }

    fn end_of_line(&mut self) {
        let end = self.dice.pick(&["\n", "\n", "\n", " # a comment\n", "\n\n"]);
        self.text.push_str(end);
    }

    fn indent_by(&mut self, indent: usize) {
        self.text.push_str(&" ".repeat(indent));
    }
}
