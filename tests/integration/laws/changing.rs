//! What a reload finds to differ, and what makes no difference.

use std::borrow::Cow;

use hotconf::{Format, Hot, HotConfig, KeyPath, Outcome, Value, Watch};
use hotconf_tests::Sandbox;
use proptest::prelude::*;

use super::document::{Document, can_say};
use super::layers::{FORMATS, Layers, Lower, Source, overridden, respelt, spread};
use super::sample::Sample;
use super::schema::Config;
use super::tree::{Dice, Tree};
use super::{cases, config, dice, is_read};

/// Files that say the tree together.
fn files(tree: &Tree, other: &Tree, count: usize, dice: &mut Dice) -> Layers {
    let trees = spread(tree, other, count, Lower::OfTheType, dice);
    let mut layers = Layers::default();
    for tree in &trees {
        layers.push(Source::File(dice.pick(FORMATS)), tree, &trees, dice);
    }
    layers
}

fn opened(layers: &Layers, sandbox: &Sandbox) -> Result<Hot<Config>, TestCaseError> {
    layers.open(sandbox).map_err(|error| TestCaseError::fail(format!("{error}{layers}")))
}

/// A store of a folder, in which files of any format may come and go.
fn opened_folder(layers: &Layers, sandbox: &Sandbox) -> Result<Hot<Config>, TestCaseError> {
    layers.rewrite(sandbox);
    let cfg = Hot::builder().dir(sandbox.root()).watch(Watch::Off).build();
    cfg.map_err(|error| TestCaseError::fail(format!("{error}{layers}")))
}

proptest! {
    #![proptest_config(cases(25))]

    #[test]
    fn a_change_is_the_keys_whose_fields_differ(
        from in config(), other in config(), count in 1..4usize, mut dice in dice(),
    ) {
        let to = from.mixed(&other, &mut dice);
        let before = files(&from.tree(), &other.tree(), count, &mut dice);
        let after = files(&to.tree(), &from.tree(), count, &mut dice);
        let sandbox = Sandbox::new();
        let cfg = opened_folder(&before, &sandbox)?;
        after.rewrite(&sandbox);
        let mut keys = Vec::new();
        from.differing(&to, &KeyPath::default(), &mut keys);
        keys.sort();
        // Of what is read whole nobody but its type knows that 1 and 1.0 are the same.
        keys.retain(|key| !key.as_str().contains(".point"));
        match cfg.reload() {
            Outcome::Applied(change) => {
                let changed = change.keys().iter().filter(|key| !key.as_str().contains(".point"));
                prop_assert_eq!(changed.collect::<Vec<_>>(), keys.iter().collect::<Vec<_>>(), "{} became {}", before, after);
            }
            Outcome::Unchanged => prop_assert!(keys.is_empty(), "{:?}: {} became {}", keys, before, after),
            other => prop_assert!(false, "{:?}: {} became {}", other, before, after),
        }
        is_read(&cfg.snapshot(), &to, &after)?;
        prop_assert!(matches!(cfg.reload(), Outcome::Unchanged));
    }

    #[test]
    fn another_spelling_is_no_change(config in config(), other in config(), count in 1..4usize, mut dice in dice()) {
        let tree = without_foreign(&config.tree());
        let foreign = Document::new(Format::Json, &only_foreign(&config.tree()), &mut Dice::new(Vec::new())).text;
        let before = files(&tree, &other.tree(), count, &mut dice);
        let after = files(&respelt(&tree, &mut dice), &other.tree(), count, &mut dice);
        let sandbox = Sandbox::new();
        let aside = Sandbox::new();
        std::fs::write(aside.at("foreign.json"), foreign).unwrap();
        before.rewrite(&sandbox);
        let builder = Hot::<Config>::builder().dir(sandbox.root()).file(aside.at("foreign.json")).watch(Watch::Off);
        let cfg = builder.build().map_err(|error| TestCaseError::fail(format!("{error}{before}")))?;
        is_read(&cfg.snapshot(), &config, &before)?;
        after.rewrite(&sandbox);
        let outcome = cfg.reload();
        prop_assert!(matches!(outcome, Outcome::Unchanged), "{:?}: {} became {}", outcome, before, after);
    }

    #[test]
    fn a_layer_that_says_the_same_is_no_change(config in config(), mut dice in dice()) {
        // From variables or arguments at first, and from a file above them then.
        let mut layers = Layers::default();
        let tree = without_foreign(&config.tree());
        let source = dice.pick(&[Source::Variables, Source::Arguments]);
        layers.push(source, &config.tree(), &[config.tree()], &mut dice);
        let sandbox = Sandbox::new();
        std::fs::write(sandbox.at("above.toml"), "# nothing").unwrap();
        let cfg = layers.builder(&sandbox).file(sandbox.at("above.toml")).build();
        let cfg = cfg.map_err(|error| TestCaseError::fail(format!("{error}{layers}")))?;
        let mut toml = Layers::default();
        toml.push(Source::File(Format::Toml), &without_nulls(&tree), &[], &mut dice);
        std::fs::write(sandbox.at("above.toml"), &toml.document(0).text).unwrap();
        let outcome = cfg.reload();
        prop_assert!(matches!(outcome, Outcome::Unchanged), "{:?}: {} under {}", outcome, layers, toml);
    }

    #[test]
    fn what_was_set_is_taken_back(config in config(), other in config(), count in 1..4usize, mut dice in dice()) {
        let layers = Layers::written(&spread(&config.tree(), &other.tree(), count, Lower::OfTheType, &mut dice), &mut dice);
        let (theirs, _) = overridden(&config.tree(), &other.tree(), &mut dice);
        let sandbox = Sandbox::new();
        let cfg = opened(&layers, &sandbox)?;
        let values = cfg.values();
        let mut set = Layers::default();
        set.push_overrides(&theirs, &mut dice);
        let some: Vec<_> = dice.shuffled(set.overrides()).into_iter().take(8).collect();
        for (key, value) in &some {
            if let Err(error) = cfg.set(key, value.clone()) {
                prop_assert!(false, "{}{}{}", error, layers, set);
            }
        }
        for (key, _) in dice.shuffled(some) {
            if let Err(error) = cfg.unset(key) {
                prop_assert!(false, "{}{}{}", error, layers, set);
            }
        }
        is_read(&cfg.snapshot(), &config, &layers)?;
        prop_assert_eq!(cfg.values(), values, "{}", layers);
    }

    #[test]
    fn what_adds_nothing_changes_nothing(config in config(), other in config(), count in 1..4usize, mut dice in dice()) {
        let trees = spread(&config.tree(), &other.tree(), count, Lower::OfTheType, &mut dice);
        let mut plain = Layers::default();
        let mut more = Layers::default();
        for tree in &trees {
            let format = dice.pick(&[Format::Yaml, Format::Json]);
            plain.push(Source::File(format), tree, &trees, &mut dice.clone());
            // Said by two layers, each a part of it; twice; with an empty layer in between; or as it is.
            match dice.below(4) {
                1 => {
                    let (one, another) = split(tree, &mut dice);
                    more.push(Source::File(format), &one, &trees, &mut dice);
                    more.push(Source::File(format), &another, &trees, &mut dice);
                }
                2 => {
                    more.push(Source::File(format), tree, &trees, &mut dice);
                    more.push(Source::File(format), tree, &trees, &mut dice);
                }
                3 => {
                    more.push(Source::File(dice.pick(FORMATS)), &Tree::section([]), &trees, &mut dice);
                    more.push(Source::File(format), tree, &trees, &mut dice);
                }
                _ => more.push(Source::File(format), tree, &trees, &mut dice),
            }
        }
        let (sandbox, other_sandbox) = (Sandbox::new(), Sandbox::new());
        let plainly = opened(&plain, &sandbox)?;
        let absent = more.builder(&other_sandbox).optional_file(other_sandbox.at("absent.toml"));
        let cfg = absent.build().map_err(|error| TestCaseError::fail(format!("{error}{more}")))?;
        is_read(&cfg.snapshot(), &config, &more)?;
        is_read(&plainly.snapshot(), &config, &plain)?;
    }

    #[test]
    fn paths_are_read_as_they_are_printed(
        segments in prop::collection::vec(String::sample(), 0..6), more in String::sample(),
    ) {
        let path = KeyPath::from_segments(&segments);
        let read = KeyPath::parse(path.as_str());
        prop_assert_eq!(&read, &path);
        prop_assert_eq!(read.segments().collect::<Vec<_>>(), segments.clone());
        let joined = path.join(&more);
        prop_assert!(path.contains(&joined) && !joined.contains(&path));
        prop_assert_eq!(joined.segments().last().map(Cow::into_owned), Some(more));
        let printed = path.to_string();
        prop_assert_eq!(printed.trim(), printed.as_str());
    }

    #[test]
    fn every_text_is_the_path_of_its_segments(text in r#"[ab."\\= é-]{0,12}"#) {
        let path = KeyPath::parse(&text);
        let segments: Vec<_> = path.segments().map(Cow::into_owned).collect();
        prop_assert_eq!(&KeyPath::from_segments(&segments), &path);
        prop_assert_eq!(&KeyPath::parse(path.as_str()), &path);
        prop_assert_eq!(&KeyPath::from(text.clone()), &path);
        prop_assert_eq!(segments.is_empty(), text.is_empty());
        if !text.contains('"') {
            let dots = text.matches('.').count();
            prop_assert_eq!(segments.len(), if text.is_empty() { 0 } else { dots + 1 });
        }
    }

    #[test]
    fn an_entry_is_found_by_its_printed_path(names in prop::collection::btree_map(String::sample(), any::<u8>(), 0..5)) {
        #[derive(HotConfig)]
        struct Entries {
            entries: std::collections::BTreeMap<String, u8>,
        }
        let arguments = names.iter().map(|(name, value)| {
            format!("{}={value}", KeyPath::from_segments(["entries", name]))
        });
        let arguments: Vec<String> = arguments.chain((names.is_empty()).then(|| "entries={}".to_owned())).collect();
        let cfg: Hot<Entries> = Hot::builder().arg_overrides(&arguments).watch(Watch::Off).build().unwrap();
        prop_assert_eq!(&cfg.load().entries, &names, "{:?}", arguments);
        let snapshot = cfg.snapshot();
        for (name, value) in &names {
            let path = KeyPath::from_segments(["entries", name]);
            prop_assert_eq!(cfg.get(path.as_str()), Some(Value::Integer((*value).into())));
            prop_assert_eq!(Entries::keys().entries.entry(name.as_str()).get(&snapshot), Some(value));
        }
    }
}

/// Two parts that have no place in common, and together are the tree.
fn split(tree: &Tree, dice: &mut Dice) -> (Tree, Tree) {
    let (mut one, mut another) = (Tree::section([]), Tree::section([]));
    for (path, leaf) in tree.leaves().into_iter().filter(|(path, _)| !path.is_empty()) {
        let part = if dice.one_in(2) { &mut one } else { &mut another };
        part.insert(&path, leaf.clone(), Some(tree));
    }
    (one, another)
}

/// Without what is read by somebody else's `Deserialize`: of that nobody knows which spellings mean the same.
fn without_foreign(tree: &Tree) -> Tree {
    kept(tree, |path, _| !is_foreign(path))
}

fn only_foreign(tree: &Tree) -> Tree {
    kept(tree, |path, _| is_foreign(path))
}

fn is_foreign(path: &[String]) -> bool {
    path.iter().any(|name| matches!(name.as_str(), "point" | "points" | "speed"))
}

fn kept(tree: &Tree, is_kept: impl Fn(&[String], &Tree) -> bool) -> Tree {
    let mut kept = Tree::section([]);
    for (path, leaf) in tree.leaves().into_iter().filter(|(path, leaf)| is_kept(path, leaf)) {
        kept.insert(&path, leaf.clone(), Some(tree));
    }
    kept
}

/// Without what TOML cannot say.
fn without_nulls(tree: &Tree) -> Tree {
    kept(tree, |_, leaf| can_say(Format::Toml, leaf))
}
