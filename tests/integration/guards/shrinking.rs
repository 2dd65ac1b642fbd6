//! What a change may take away.

use std::collections::BTreeMap;

use hotconf::{Error, Format, Hot, Outcome, ProblemKind, testing::Memory};
use hotconf_tests::{Record, Sandbox, wait_until};

use super::{App, Kept, guard};

#[test]
fn more_than_the_share_is_refused_and_the_share_itself_is_not() {
    let kept = Kept::shrinking("mirrors = ['a', 'b', 'c', 'd']\n", 0.5);
    let error = kept.refused("mirrors = ['a']\n");
    let problem = &error.problems()[0];
    assert_eq!((problem.kind(), problem.code()), (ProblemKind::Shrink, "shrink"));
    assert_eq!(
        error.to_string(),
        "1 problem in the configuration\n\
         mirrors: would lose 3 of 4 entries, more than the shrink guard of 50 % allows; where that is meant, \
         `waive_guards` lets the change pass\n  from memory:1:1"
    );
    assert_eq!(guard(&kept.cfg, "shrink_guard"), (0.75, 0.5, false));
    kept.accepted("mirrors = ['a', 'b']\n");
    assert_eq!(guard(&kept.cfg, "shrink_guard"), (0.5, 0.5, false));
    kept.accepted("mirrors = ['a', 'b', 'c', 'd', 'e', 'f', 'g']\n");
    assert_eq!(guard(&kept.cfg, "shrink_guard").0, 0.0);
    assert_eq!(kept.cfg.load().mirrors.len(), 7);
}

/// The only entry is all there is.
#[test]
fn the_last_entry_is_all_of_it() {
    let kept = Kept::shrinking("[flags]\na = true\n", 0.9);
    assert_eq!(
        kept.words("flags = {}\n"),
        ["flags: would lose 1 of 1 entry, more than the shrink guard of 90 % allows"]
    );
    kept.refused("[flags]\nb = true\n");
    kept.accepted("[flags]\na = false\n");
}

/// Where none of it is left there is no place, but for the source.
#[test]
fn a_collection_that_goes_has_lost_all() {
    let text = "workers = 2\nmirrors = ['a', 'b']\nregions = ['x']\n[flags]\na = true\n";
    let kept = Kept::shrinking(text, 0.5);
    let mut lost = kept.words("workers = 2\n");
    lost.sort();
    assert_eq!(
        lost,
        [
            "flags: would lose 1 of 1 entry, more than the shrink guard of 50 % allows",
            "mirrors: would lose 2 of 2 entries, more than the shrink guard of 50 % allows",
            "regions: would lose 1 of 1 entry, more than the shrink guard of 50 % allows",
        ]
    );
    let error = kept.refused("workers = 2\n");
    assert_eq!(error.problems()[0].origin().unwrap().to_string(), "memory");
    // A default is set by nobody, and whatever comes in its place takes nothing away.
    let kept = Kept::shrinking("workers = 2\n", 0.0);
    kept.accepted("workers = 2\nmirrors = []\n");
}

#[test]
fn entries_go_by_their_names_and_items_of_sets_by_their_values() {
    let kept = Kept::shrinking("regions = ['a', 'b', 'c']\n[flags]\na = true\nb = true\nc = true\n", 0.5);
    assert_eq!(
        kept.words("regions = ['c', 'x', 'y']\n[flags]\na = true\nx = true\ny = true\n"),
        [
            "regions: would lose 2 of 3 entries, more than the shrink guard of 50 % allows",
            "flags: would lose 2 of 3 entries, more than the shrink guard of 50 % allows",
        ]
    );
    // One that stands twice is one.
    kept.accepted("regions = ['c', 'b', 'b', 'b']\n[flags]\nc = true\nb = false\n");
    // Items of a list may all be others.
    let kept = Kept::shrinking("mirrors = ['a', 'b', 'c']\n", 0.0);
    kept.accepted("mirrors = ['x', 'y', 'z']\n");
}

#[test]
fn a_section_is_emptied_whatever_the_share() {
    for share in [0.0, 0.5, 1.0] {
        let kept =
            Kept::shrinking("workers = 2\n[server]\nport = 80\nhost = 'h'\n[tls]\ncert = 'c'\n", share);
        let emptied = "would lose all that the sources set in it, which the shrink guard does not allow";
        assert_eq!(kept.words("workers = 2\n[tls]\ncert = 'c'\n"), [format!("server: {emptied}")]);
        assert_eq!(kept.words("workers = 2\n[server]\nport = 80\n[tls]\n"), [format!("tls: {emptied}")]);
        assert_eq!(kept.words("workers = 2\n"), [format!("server: {emptied}"), format!("tls: {emptied}")]);
        assert_eq!(guard(&kept.cfg, "shrink_guard").0, 1.0);
        assert_eq!(kept.words("# nothing\n"), [format!("the configuration {emptied}")]);
        // One key is left of it.
        kept.accepted("workers = 2\n[server]\nport = 81\n[tls]\ncert = 'c'\n");
    }
}

#[test]
fn a_share_of_one_guards_sections_alone() {
    let kept = Kept::shrinking("workers = 2\nmirrors = ['a', 'b']\n[server]\nport = 80\n", 1.0);
    kept.accepted("workers = 2\n[server]\nport = 80\n");
    kept.refused("workers = 2\n");
}

/// What is no share counts as the nearest that is one.
#[test]
fn a_share_is_one() {
    for (said, limit) in [(-1.0, 0.0), (f64::NAN, 0.0), (7.0, 1.0), (0.25, 0.25)] {
        let kept = Kept::shrinking("", said);
        assert_eq!(guard(&kept.cfg, "shrink_guard").1, limit);
    }
    assert!(
        Kept::new("", |builder| builder).cfg.status().guards().iter().all(|g| g.name() != "shrink_guard")
    );
}

#[test]
fn what_lies_further_in_is_guarded_as_well() {
    let text = "[server]\nport = 80\nnames = ['a', 'b', 'c']\n[upstreams.a]\nhosts = ['x', 'y']\n[upstreams.b]\n\
                weight = 2\n[store]\ntype = 'files'\nfolders = ['x', 'y', 'z']\n[limits]\none = 1\ntwo = 2\n";
    let kept = Kept::shrinking(text, 0.5);
    let refused = |from: &str, to: &str| kept.words(&text.replace(from, to)).concat();
    let would_lose =
        |key, count| format!("{key}: would lose {count} entries, more than the shrink guard of 50 % allows");
    assert_eq!(refused("['a', 'b', 'c']", "['a']"), would_lose("server.names", "2 of 3"));
    assert_eq!(refused("['x', 'y']", "[]"), would_lose("upstreams.a.hosts", "2 of 2"));
    assert_eq!(refused("['x', 'y', 'z']", "['x']"), would_lose("store.folders", "2 of 3"));
    assert_eq!(refused("one = 1\ntwo = 2\n", "three = 3\n"), would_lose("limits", "2 of 2"));
    let emptied = "would lose all that the sources set in it, which the shrink guard does not allow";
    assert_eq!(refused("weight = 2\n", ""), format!("upstreams.b: {emptied}"));
    assert_eq!(
        refused("[store]\ntype = 'files'\nfolders = ['x', 'y', 'z']\n", ""),
        format!("store: {emptied}")
    );
    // Another variant has other content.
    kept.accepted(&text.replace("'files'\nfolders = ['x', 'y', 'z']", "'memory'"));
    // An entry that goes takes what is in it along, and is one entry.
    kept.accepted(&text.replace("[upstreams.b]\nweight = 2\n", ""));
}

/// Layers are seen together: what one of them drops and another has is not lost.
#[test]
fn what_another_layer_has_is_not_lost() {
    let (below, above) = (Memory::new(), Memory::new());
    below.set_text(Format::Toml, "[flags]\na = true\nb = true\n[server]\nport = 80\n");
    above.set_text(Format::Toml, "[flags]\na = false\nb = false\n[server]\nport = 81\n");
    let builder = Hot::<App>::builder().source(below.clone()).source(above.clone());
    let cfg = builder.shrink_guard(0.0).build().unwrap();
    above.set_text(Format::Toml, "# nothing\n");
    let outcome = cfg.reload();
    assert!(outcome.error().is_none(), "{outcome:?}");
    assert_eq!((cfg.load().server.port, cfg.load().flags["a"]), (80, true));
    below.set_text(Format::Toml, "[server]\nport = 80\n");
    assert_eq!(cfg.reload().error().unwrap().problems()[0].key().unwrap(), "flags");
}

#[test]
fn a_null_takes_away_what_it_stands_over() {
    let (below, above) = (Memory::new(), Memory::new());
    below.set_text(Format::Json, r#"{ "tls": { "cert": "c" }, "flags": { "a": true } }"#);
    above.set_text(Format::Json, r#"{ "workers": 2 }"#);
    let builder = Hot::<App>::builder().source(below).source(above.clone());
    let cfg = builder.shrink_guard(0.5).build().unwrap();
    above.set_text(Format::Json, r#"{ "workers": 2, "tls": null, "flags": null }"#);
    let error = cfg.reload().error().unwrap().clone();
    let keys: Vec<_> = error.problems().iter().map(|problem| problem.key().unwrap().to_string()).collect();
    assert_eq!(keys, ["tls", "flags"]);
    assert_eq!(error.problems()[0].origin().unwrap().to_string(), "memory:1:17");
}

/// Operators see what comes of what they set.
#[test]
fn what_is_set_is_not_guarded() {
    let kept = Kept::shrinking("mirrors = ['a', 'b', 'c']\n[tls]\ncert = 'c'\n", 0.0);
    assert!(matches!(kept.cfg.set("mirrors", ["a"]), Ok(Outcome::Applied(_))));
    assert!(matches!(kept.cfg.set("tls", hotconf::Value::Null), Ok(Outcome::Applied(_))));
    assert!(matches!(kept.cfg.set("mirrors", Vec::<String>::new()), Ok(Outcome::Applied(_))));
    assert!(matches!(kept.cfg.set("mirrors", ["a", "b", "c", "d"]), Ok(Outcome::Applied(_))));
    assert!(matches!(kept.cfg.unset("mirrors"), Ok(Outcome::Applied(_))));
    // The sources stay guarded beneath it.
    let _ = kept.cfg.set("mirrors", ["x"]).unwrap();
    kept.refused("mirrors = ['a']\n[tls]\ncert = 'c'\n");
}

/// Nor is what somebody goes back to. What the sources say then is guarded as ever.
#[test]
fn a_rollback_is_not_guarded() {
    let kept = Kept::shrinking("mirrors = ['a']\n", 0.0);
    kept.accepted("mirrors = ['a', 'b', 'c']\n");
    let _ = kept.cfg.waive_guards();
    assert!(matches!(kept.cfg.rollback(1), Ok(Outcome::Applied(_))));
    assert_eq!((kept.cfg.load().mirrors.len(), guard(&kept.cfg, "shrink_guard").2), (1, true));
    assert!(matches!(kept.cfg.release_rollback(), Outcome::Applied(_)));
    assert_eq!((kept.cfg.load().mirrors.len(), guard(&kept.cfg, "shrink_guard").2), (3, false));
    kept.refused("mirrors = ['a']\n");
}

#[test]
fn a_plan_tells_what_the_guard_would_refuse() {
    let kept = Kept::shrinking("mirrors = ['a', 'b']\n", 0.0);
    kept.memory.set_text(Format::Toml, "mirrors = ['a']\n");
    let plan = kept.cfg.plan();
    assert_eq!(plan.error().expect("it is refused").problems()[0].kind(), ProblemKind::Shrink);
    let _ = kept.cfg.waive_guards();
    assert_eq!(kept.cfg.load().mirrors, ["a"]);
}

/// A folder that is empty says nothing, and that is what it says.
#[test]
fn a_folder_that_loses_its_only_file_is_guarded() {
    let sandbox = Sandbox::new();
    sandbox.write("conf.d/app.toml", "mirrors = ['a', 'b']\n");
    let cfg: Hot<App> = Hot::builder().dir(sandbox.at("conf.d")).shrink_guard(0.5).build().unwrap();
    sandbox.remove("conf.d/app.toml");
    let outcome = cfg.reload();
    assert_eq!(outcome.error().expect("it is refused").problems()[0].kind(), ProblemKind::Shrink);
    assert_eq!(cfg.load().mirrors.len(), 2);
}

/// What the guard has against a change, and what else is wrong with it.
#[test]
fn all_that_is_wrong_is_told_at_once() {
    let kept = Kept::shrinking("mirrors = ['a', 'b']\n", 0.0);
    let error = kept.refused("mirrors = ['a']\nworkers = 'many'\n");
    let kinds: Vec<_> = error.problems().iter().map(hotconf::Problem::kind).collect();
    assert_eq!(kinds, [ProblemKind::Shrink, ProblemKind::WrongType]);
    // Of what cannot be read nobody knows what it has lost.
    let error = kept.refused("mirrors = ['a'\n");
    let kinds: Vec<_> = error.problems().iter().map(hotconf::Problem::kind).collect();
    assert_eq!(kinds, [ProblemKind::Syntax]);
}

#[test]
fn no_secret_is_told() {
    let kept = Kept::shrinking("[tokens]\na = 'hunter2-a'\nb = 'hunter2-b'\nc = 'hunter2-c'\n", 0.5);
    let error = kept.refused("[tokens]\na = 'hunter2-d'\n");
    let status = kept.cfg.status();
    let json = serde_json::to_string(&status).unwrap();
    for shown in [format!("{error:#} {error:?}"), format!("{status:?}"), json] {
        assert!(shown.contains("would lose 2 of 3 entries") && !shown.contains("hunter2"), "{shown}");
    }
}

/// A file that is cut off, as it happens, and then is whole again.
#[test]
fn files_that_are_cut_off_or_go_are_refused_once_and_heal() {
    let whole = "workers: 2\nupstreams:\n  a:\n    weight: 1\n  b:\n    weight: 2\n  c:\n    weight: 3\n";
    let sandbox = Sandbox::new();
    sandbox.write("app.yaml", whole);
    sandbox.write("more.toml", "[flags]\nx = true\ny = true\n");
    let builder = Hot::<App>::builder().file(sandbox.at("app.yaml")).optional_file(sandbox.at("more.toml"));
    let cfg = builder.shrink_guard(0.5).build().unwrap();
    let refusals: Record<Error> = Record::new();
    let heard = refusals.clone();
    cfg.on_rejected(move |error| heard.push(error.clone())).forever();

    let half = &whole[..whole.find("  b:").unwrap()];
    sandbox.replace("app.yaml", half);
    let error = refusals.wait_for(1).remove(0);
    let problem = &error.problems()[0];
    assert_eq!((problem.kind(), problem.key().unwrap().as_str()), (ProblemKind::Shrink, "upstreams"));
    let origin = problem.origin().unwrap();
    assert_eq!((origin.file(), origin.line()), (Some(&*sandbox.at("app.yaml")), Some(2)));
    assert!(matches!(cfg.reload(), Outcome::Rejected(_)));
    assert_eq!(cfg.load().upstreams.len(), 3);
    sandbox.replace("app.yaml", whole);
    wait_until("the sources are good again", || cfg.status().last_error().is_none());
    assert_eq!((cfg.version(), guard(&cfg, "shrink_guard").0), (1, 0.0));

    sandbox.remove("more.toml");
    let error = refusals.wait_for(2).remove(1);
    assert_eq!(error.problems()[0].key().unwrap(), "flags");
    assert_eq!(cfg.load().flags, BTreeMap::from([("x".to_owned(), true), ("y".to_owned(), true)]));
    assert_eq!(refusals.len(), 2, "the same contents are announced once");
    sandbox.write("more.toml", "[flags]\nx = true\ny = false\n");
    wait_until("the file is back", || cfg.version() == 2);
    assert_eq!(cfg.status().last_error(), None);
}
