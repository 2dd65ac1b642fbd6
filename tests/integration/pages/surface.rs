//! The public items of the crate, read from its source, and the page that lists them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, ImplItem, Item, Meta, ReturnType, Signature, TraitItem, Type, UseTree, Visibility,
};

use super::{files, read, root};

/// Traits of others that are worth telling of.
const FOREIGN: [&str; 24] = [
    "AsRef",
    "Borrow",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Deref",
    "Diagnostic",
    "Display",
    "Eq",
    "Error",
    "From",
    "FromStr",
    "FusedIterator",
    "FusedStream",
    "Hash",
    "Iterator",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Serialize",
    "SourceCode",
    "Stream",
    "Termination",
];

struct File {
    /// The module that it belongs to, below the root of the crate.
    module: String,
    items: Vec<Item>,
}

struct Crate {
    files: Vec<File>,
    /// The public names, each with the module that defines it.
    exports: BTreeMap<String, String>,
    /// The documentation of what is passed on from other crates.
    passed_on: BTreeMap<String, String>,
}

/// What the page has to say beneath each public name.
pub(super) fn bodies() -> BTreeMap<String, String> {
    let all = Crate::read();
    let own = all.exports.iter().map(|(name, module)| (name.clone(), all.body(name, module)));
    own.chain(all.passed_on.iter().map(|(name, doc)| (name.clone(), format!("{doc}\n")))).collect()
}

impl Crate {
    fn read() -> Self {
        let base = root().join("hotconf/src");
        let mut paths = files("hotconf/src");
        // The file of a module before those beneath it.
        paths.sort_by_key(|path| path.with_extension(""));
        let mut found = Self { files: Vec::new(), exports: BTreeMap::new(), passed_on: BTreeMap::new() };
        for path in paths {
            let inner = path.strip_prefix(&base).unwrap();
            if inner == Path::new("lib.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let items =
                syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())).items;
            found.files.push(File { module: module_of(inner), items });
        }
        let lib = syn::parse_file(&read("hotconf/src/lib.rs")).unwrap();
        found.export("", &lib.items);
        assert!(found.passed_on.values().all(|doc| !doc.is_empty()), "{:?}", found.passed_on);
        found
    }

    /// Notes what the items of a public module make public. `at` is the path of the module.
    fn export(&mut self, at: &str, items: &[Item]) {
        let within = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}::{name}") };
        for item in items.iter().filter(|item| is_public(item)) {
            match item {
                Item::Use(item) => {
                    for (module, name) in leaves(&item.tree) {
                        match module {
                            Some(module) if module == "hotconf_derive" => {
                                let derive = format!("derive({name})");
                                self.passed_on.insert(derive, first_sentence(&item.attrs));
                            }
                            Some(module) => _ = self.exports.insert(within(&name), within(&module)),
                            None => _ = self.passed_on.insert(within(&name), first_sentence(&item.attrs)),
                        }
                    }
                }
                Item::Mod(item) => {
                    let inner = within(&item.ident.to_string());
                    let file = self.files.iter().find(|file| file.module == inner);
                    let items = file.unwrap_or_else(|| panic!("no module {inner}")).items.clone();
                    self.export(&inner, &items);
                }
                item => {
                    let name = name_of(item).unwrap_or_else(|| panic!("an item of {at} has no name"));
                    self.exports.insert(within(&name), at.to_owned());
                }
            }
        }
    }

    /// The files of a module and of those beneath it.
    fn within(&self, module: &str) -> Vec<&Item> {
        let files = self.files.iter().filter(|file| {
            let rest = file.module.strip_prefix(module);
            module.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        });
        files.flat_map(|file| &file.items).collect()
    }

    fn defines(&self, module: &str, name: &str) -> Option<&Item> {
        self.within(module).into_iter().find(|item| name_of(item).is_some_and(|own| own == name))
    }

    fn body(&self, path: &str, module: &str) -> String {
        let name = path.rsplit("::").next().unwrap();
        let Some(item) = self.defines(module, name) else {
            return self.made_by_macro(module, name);
        };
        let (attributes, mut members) = match item {
            Item::Struct(item) => (&item.attrs, Vec::new()),
            Item::Enum(item) => {
                let variants = item.variants.iter().map(|variant| {
                    let fields = match &variant.fields {
                        syn::Fields::Unit => String::new(),
                        syn::Fields::Unnamed(fields) => text(fields.span()),
                        syn::Fields::Named(fields) => {
                            let fields = fields.named.iter().map(|field| {
                                let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
                                format!("{name}: {}", text(field.ty.span()))
                            });
                            format!(" {{ {} }}", fields.collect::<Vec<_>>().join(", "))
                        }
                    };
                    (format!("{}{fields}", variant.ident), first_sentence(&variant.attrs))
                });
                (&item.attrs, variants.collect())
            }
            Item::Trait(item) => (&item.attrs, members_of_trait(&item.items)),
            Item::Type(item) => (&item.attrs, Vec::new()),
            Item::Fn(item) => (&item.attrs, vec![(signature(&item.sig, None), String::new())]),
            _ => panic!("{path} is of an unknown kind"),
        };
        let mut traits = BTreeSet::new();
        traits.extend(derived(attributes));
        for (file, implementation) in self.files.iter().flat_map(|file| {
            file.items.iter().filter_map(move |item| match item {
                Item::Impl(implementation) => Some((file, implementation)),
                _ => None,
            })
        }) {
            if last_name(&implementation.self_ty).is_none_or(|own| own != name) {
                continue;
            }
            let top = file.module.split("::").next().unwrap();
            let is_another = module.split("::").next() != Some(top) && self.defines(top, name).is_some();
            if is_another || is_hidden(&implementation.attrs) {
                continue;
            }
            match &implementation.trait_ {
                Some((path, _)) => traits.extend(self.worth_telling(path)),
                None => members.extend(methods(name, &implementation.items)),
            }
        }
        let mut body = first_sentence(attributes);
        if !traits.is_empty() {
            let traits: Vec<_> = traits.iter().map(|name| format!("`{name}`")).collect();
            _ = write!(body, " *Is* {}.", traits.join(", "));
        }
        body.push('\n');
        for (at, (signature, doc)) in members.iter().enumerate() {
            let gap = if at == 0 { "\n" } else { "" };
            let says = if doc.is_empty() { String::new() } else { format!(": {doc}") };
            _ = writeln!(body, "{gap}- `{signature}`{says}");
        }
        body
    }

    fn worth_telling(&self, path: &syn::Path) -> Option<String> {
        let last = path.segments.last()?;
        let name = last.ident.to_string();
        let is_own = self.exports.contains_key(&name) && path.segments.len() == 1 && name != "Error";
        (is_own || FOREIGN.contains(&&*name)).then(|| text(last.span()))
    }

    /// An enum that a macro makes of a list: `Name = "code",` with the documentation of each.
    fn made_by_macro(&self, module: &str, name: &str) -> String {
        let of_module = files("hotconf/src").into_iter().filter(|path| {
            let inner = path.strip_prefix(root().join("hotconf/src")).unwrap();
            module_of(inner).split("::").next() == Some(module)
        });
        let made = format!("pub enum {name} {{");
        let file =
            of_module.map(|path| std::fs::read_to_string(path).unwrap()).find(|text| text.contains(&made));
        let file = file.unwrap_or_else(|| panic!("{module}: no {name}"));
        let (_, docs) = file.split_once("macro_rules!").unwrap_or_else(|| panic!("{module}: no macro"));
        let doc = docs.lines().find_map(|line| line.trim().strip_prefix("/// ")).unwrap();
        let mut body = format!("{}\n", plain(doc));
        let (_, list) = docs.split_once("\n}\n").unwrap();
        let mut pending = String::new();
        for line in list.lines().map(str::trim) {
            if let Some(doc) = line.strip_prefix("/// ") {
                pending = plain(doc);
            } else if let Some((variant, _)) = line.split_once(" = \"") {
                let gap = if body.lines().count() == 1 { "\n" } else { "" };
                _ = writeln!(body, "{gap}- `{variant}`: {pending}");
            }
        }
        body
    }
}

fn module_of(path: &Path) -> String {
    let parts: Vec<_> =
        path.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let parts = parts.strip_suffix(&["mod".to_owned()]).unwrap_or(&parts);
    parts.join("::")
}

fn is_public(item: &Item) -> bool {
    let (visibility, attributes) = match item {
        Item::Use(item) => (&item.vis, &item.attrs),
        Item::Mod(item) => (&item.vis, &item.attrs),
        Item::Struct(item) => (&item.vis, &item.attrs),
        Item::Enum(item) => (&item.vis, &item.attrs),
        Item::Trait(item) => (&item.vis, &item.attrs),
        Item::Type(item) => (&item.vis, &item.attrs),
        Item::Fn(item) => (&item.vis, &item.attrs),
        Item::Const(item) => (&item.vis, &item.attrs),
        Item::Static(item) => (&item.vis, &item.attrs),
        _ => return false,
    };
    matches!(visibility, Visibility::Public(_)) && !is_hidden(attributes)
}

fn name_of(item: &Item) -> Option<String> {
    let name = match item {
        Item::Struct(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        _ => return None,
    };
    Some(name.to_string())
}

fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let Meta::List(list) = &attribute.meta else { return false };
        let words = list.tokens.to_string();
        attribute.path().is_ident("doc") && words == "hidden"
            || attribute.path().is_ident("cfg") && words == "test"
    })
}

/// The names of a `use`, each with the module that it is from; a whole crate has none.
fn leaves(tree: &UseTree) -> Vec<(Option<String>, String)> {
    match tree {
        UseTree::Path(path) => {
            let names = leaves(&path.tree);
            names.into_iter().map(|(_, name)| (Some(path.ident.to_string()), name)).collect()
        }
        UseTree::Name(name) => vec![(None, name.ident.to_string())],
        UseTree::Rename(name) => vec![(None, name.rename.to_string())],
        UseTree::Group(group) => group.items.iter().flat_map(leaves).collect(),
        UseTree::Glob(_) => panic!("a glob re-export"),
    }
}

fn last_name(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    Some(path.path.segments.last()?.ident.to_string())
}

fn derived(attributes: &[Attribute]) -> Vec<String> {
    let derives = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    let lists = derives.filter_map(|attribute| match &attribute.meta {
        Meta::List(list) => Some(list.tokens.to_string()),
        _ => None,
    });
    let names = |list: String| {
        let names = list.split(',').filter_map(|name| Some(name.rsplit("::").next()?.trim().to_owned()));
        names.collect::<Vec<_>>()
    };
    lists.flat_map(names).collect()
}

fn methods(name: &str, items: &[ImplItem]) -> Vec<(String, String)> {
    let found = items.iter().filter_map(|item| match item {
        ImplItem::Fn(item) if matches!(item.vis, Visibility::Public(_)) && !is_hidden(&item.attrs) => {
            Some((signature(&item.sig, Some(name)), first_sentence(&item.attrs)))
        }
        _ => None,
    });
    found.collect()
}

fn members_of_trait(items: &[TraitItem]) -> Vec<(String, String)> {
    let found = items.iter().filter_map(|item| match item {
        TraitItem::Fn(item) if !is_hidden(&item.attrs) => {
            Some((signature(&item.sig, None), first_sentence(&item.attrs)))
        }
        TraitItem::Type(item) if !is_hidden(&item.attrs) => {
            Some((format!("type {}", item.ident), first_sentence(&item.attrs)))
        }
        _ => None,
    });
    found.collect()
}

/// A signature in short: without the receiver, with the name of its type where there is none.
fn signature(signature: &Signature, of: Option<&str>) -> String {
    let has_receiver = signature.receiver().is_some();
    let mut short = String::new();
    if signature.asyncness.is_some() {
        short.push_str("async ");
    }
    if let (Some(name), false) = (of, has_receiver) {
        _ = write!(short, "{name}::");
    }
    _ = write!(short, "{}", signature.ident);
    let arguments = signature.inputs.iter().filter_map(|argument| match argument {
        FnArg::Typed(argument) => {
            let pattern = text(argument.pat.span());
            Some(format!("{}: {}", pattern.trim_start_matches("mut "), text(argument.ty.span())))
        }
        FnArg::Receiver(_) => None,
    });
    let arguments = arguments.collect::<Vec<_>>().join(", ");
    let parameters = signature.generics.type_params().map(|parameter| parameter.ident.to_string());
    // What no argument tells has to be named by the caller.
    let named: Vec<_> = parameters.filter(|name| !words(&arguments).any(|word| word == name)).collect();
    if !named.is_empty() {
        _ = write!(short, "::<{}>", named.join(", "));
    }
    _ = write!(short, "({arguments})");
    if let ReturnType::Type(_, ty) = &signature.output {
        _ = write!(short, " -> {}", text(ty.span()));
    }
    short
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

/// The source on one line.
fn text(span: Span) -> String {
    let source = span.source_text().unwrap();
    let words: Vec<_> = source.split_whitespace().collect();
    words.join(" ").replace(", }", " }").replace(",)", ")")
}

/// The first sentence of the documentation.
fn first_sentence(attributes: &[Attribute]) -> String {
    let mut paragraph = String::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        let Meta::NameValue(pair) = &attribute.meta else { continue };
        let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(line), .. }) = &pair.value else { continue };
        let line = line.value();
        match line.trim() {
            "" if paragraph.is_empty() => {}
            "" => break,
            line => {
                paragraph.push_str(line);
                paragraph.push(' ');
            }
        }
    }
    plain(&paragraph)
}

/// The first sentence of a text, links as what they are called.
fn plain(text: &str) -> String {
    let sentence = match text.split_once(". ") {
        Some((sentence, _)) => format!("{sentence}."),
        None => text.trim().to_owned(),
    };
    let mut plain = String::new();
    let mut rest = sentence.as_str();
    while let Some((before, link)) = rest.split_once('[') {
        let Some((name, after)) = link.split_once(']') else { break };
        // A list in code is no link.
        if before.matches('`').count() % 2 == 1 {
            _ = write!(plain, "{before}[{name}]");
            rest = after;
            continue;
        }
        plain.push_str(before);
        plain.push_str(name);
        rest = match after.strip_prefix('(').and_then(|target| target.split_once(')')) {
            Some((_, after)) => after,
            None => after,
        };
    }
    plain.push_str(rest);
    plain
}

/// The page with what it has to say in place of what it says, and the public names that it has a heading for.
pub(super) fn rewritten(page: &str, bodies: &BTreeMap<String, String>) -> (String, BTreeSet<String>) {
    let (mut written, mut headings) = (String::new(), BTreeSet::new());
    let mut is_replaced = false;
    for line in page.lines() {
        if line.starts_with('#') {
            is_replaced = false;
        }
        if let Some(name) = line.strip_prefix("### ") {
            headings.insert(name.to_owned());
            if let Some(body) = bodies.get(name) {
                is_replaced = true;
                _ = write!(written, "{line}\n\n{body}\n");
                continue;
            }
        }
        if !is_replaced {
            written.push_str(line);
            written.push('\n');
        }
    }
    (written.trim_end().to_owned() + "\n", headings)
}

/// Where the page is.
pub(super) fn page() -> PathBuf {
    root().join("docs/API.md")
}
