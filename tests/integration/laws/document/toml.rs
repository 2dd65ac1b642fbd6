//! TOML: a table may be written by a header, by dotted keys or inline, and a list of tables by a header for each.

use super::Writer;
use crate::laws::tree::Tree;

/// How a table is written.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Inline,
    Dotted,
    Header,
}

/// Where a header line has its names and its brackets.
struct Header {
    names: Vec<usize>,
    start: usize,
}

impl Header {
    fn last_name(&self) -> usize {
        self.names[self.names.len() - 1]
    }
}

impl Writer<'_> {
    pub(super) fn toml_document(&mut self, tree: &Tree) {
        if self.dice.one_in(4) || tree.is_empty_map() {
            self.text.push_str("# a comment\n");
        }
        self.table_body(tree, &[]);
    }

    /// What follows a header: first all that stands in the table itself, then what has headers of its own.
    fn table_body(&mut self, tree: &Tree, header: &[String]) {
        let Tree::Map(_, entries) = tree else { unreachable!("a table is a map") };
        let mut later = Vec::new();
        for (name, entry) in self.dice.shuffled(entries) {
            let form = match entry {
                Tree::Map(..) => self.dice.pick(&[Form::Header, Form::Dotted, Form::Inline]),
                Tree::List(_, items)
                    if !items.is_empty() && items.iter().all(|item| item.entries().is_some()) =>
                {
                    self.dice.pick(&[Form::Header, Form::Inline])
                }
                _ => Form::Inline,
            };
            let name = self.enter(name);
            match form {
                Form::Header => later.push((self.path.clone(), self.spelt.clone(), entry)),
                form => self.line(&name, entry, form),
            }
            self.leave();
        }
        for (path, spelt, entry) in later {
            let mut header = header.to_vec();
            header.extend(spelt.last().cloned());
            let around = (std::mem::replace(&mut self.path, path), std::mem::replace(&mut self.spelt, spelt));
            match entry {
                Tree::List(_, items) => {
                    for (index, item) in items.iter().enumerate() {
                        let header_line = self.header(&header, "[[", "]]");
                        let start = header_line.start;
                        self.note(header_line.last_name(), start);
                        self.enter(&index.to_string());
                        self.note(start, start);
                        self.table_body(item, &header);
                        self.leave();
                    }
                }
                table => {
                    let has_own = |entry: &Tree| !matches!(entry, Tree::Map(..) | Tree::List(..));
                    let is_needed = table.is_empty_map() || table.entries().unwrap().values().any(has_own);
                    if is_needed || !self.dice.one_in(3) {
                        let key = self.header(&header, "[", "]").last_name();
                        self.note(key, key);
                        self.table_body(table, &header);
                    } else {
                        self.only_inner_headers(table, &header);
                    }
                }
            }
            (self.path, self.spelt) = around;
        }
    }

    /// The tables of a table that has no header itself, each with one of its own.
    fn only_inner_headers(&mut self, tree: &Tree, header: &[String]) {
        let entries = tree.entries().unwrap();
        let has_header = |entry: &Tree| match entry {
            Tree::Map(..) => true,
            Tree::List(_, items) => !items.is_empty() && items.iter().all(|item| item.entries().is_some()),
            _ => false,
        };
        if !entries.values().all(has_header) {
            let key = self.header(header, "[", "]").last_name();
            self.note(key, key);
            return self.table_body(tree, header);
        }
        let (outer, outer_spelt) = (self.path.clone(), self.spelt.clone());
        for (name, entry) in entries {
            let name = self.enter(name);
            let mut header = header.to_vec();
            header.push(name);
            let items = match entry {
                Tree::List(_, items) => items.iter().collect(),
                table => vec![table],
            };
            let (open, close) = if matches!(entry, Tree::List(..)) { ("[[", "]]") } else { ("[", "]") };
            for (index, item) in items.into_iter().enumerate() {
                let header_line = self.header(&header, open, close);
                let (key, start) = (header_line.last_name(), header_line.start);
                // The table around is implied by the first header that has its name.
                let implied = header_line.names[header_line.names.len() - 2];
                self.places.entry(outer.clone()).or_insert_with(|| (implied, implied, outer_spelt.clone()));
                self.note(key, if open == "[[" { start } else { key });
                if open == "[[" {
                    self.enter(&index.to_string());
                    self.note(start, start);
                }
                self.table_body(item, &header);
                if open == "[[" {
                    self.leave();
                }
            }
            self.leave();
        }
    }

    /// A header line, and where its names and its brackets stand. A table is where its name is, and a list of tables where
    /// the brackets of its first are.
    fn header(&mut self, names: &[String], open: &str, close: &str) -> Header {
        if self.dice.one_in(3) {
            self.text.push('\n');
        }
        let start = self.text.len();
        self.text.push_str(open);
        let mut starts = Vec::new();
        for (place, name) in names.iter().enumerate() {
            self.text.push_str(if place > 0 { "." } else { "" });
            starts.push(self.text.len());
            self.write_key(name);
        }
        self.text.push_str(close);
        self.end_line();
        Header { names: starts, start }
    }

    fn line(&mut self, name: &str, tree: &Tree, form: Form) {
        let mut keys = Vec::new();
        self.dotted(&mut keys, name, tree, form);
    }

    /// The lines of a value; of a table by dotted keys one for each value in it.
    fn dotted(
        &mut self,
        outer: &mut Vec<(Vec<String>, Vec<String>, String)>,
        name: &str,
        tree: &Tree,
        form: Form,
    ) {
        outer.push((self.path.clone(), self.spelt.clone(), name.to_owned()));
        match tree {
            Tree::Map(_, entries) if form == Form::Dotted && !entries.is_empty() => {
                for (name, entry) in self.dice.shuffled(entries) {
                    let name = self.enter(name);
                    let form = self.dice.pick(&[Form::Dotted, Form::Inline]);
                    self.dotted(outer, &name, entry, form);
                    self.leave();
                }
            }
            _ => {
                let mut starts = Vec::new();
                for (place, (_, _, name)) in outer.iter().enumerate() {
                    self.text.push_str(if place > 0 { "." } else { "" });
                    starts.push(self.text.len());
                    self.write_key(name);
                }
                let equals = self.dice.pick(&[" = ", "=", "\t= "]);
                self.text.push_str(equals);
                for ((path, spelt, _), start) in outer.iter().zip(starts) {
                    let value = if *path == self.path { self.text.len() } else { start };
                    self.places.entry(path.clone()).or_insert_with(|| (start, value, spelt.clone()));
                }
                self.flow(tree);
                self.end_line();
            }
        }
        outer.pop();
    }

    fn end_line(&mut self) {
        let end = self.dice.pick(&["\n", "\n", " # a comment\n", "\r\n"]);
        self.text.push_str(end);
    }
}
