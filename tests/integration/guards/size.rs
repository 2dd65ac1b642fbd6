//! How many keys there may be, and how deep.

use hotconf::{Format, Hot, HotConfig, Outcome, ProblemKind};
use hotconf_tests::Sandbox;

use super::{App, Kept, guard};

#[test]
fn every_single_value_is_a_key() {
    let text = "workers = 2\nmirrors = ['a', 'b']\n[flags]\nx = true\ny = true\n";
    let builder = || Hot::<App>::builder().text(Format::Toml, text);
    let error = builder().max_keys(4).build().unwrap_err();
    assert_eq!(
        error.report().to_string(),
        "error[limit]: the configuration has 5 keys, and `max_keys` allows 4\n  --> embedded TOML\n   \
         = help: raise `max_keys`; `waive_guards` lets one change of a running store pass\n\n\
         1 problem in the configuration"
    );
    let cfg = builder().max_keys(5).build().unwrap();
    assert_eq!(guard(&cfg, "max_keys"), (5.0, 5.0, false));
    // The same key in two layers is one.
    let cfg = builder().text(Format::Toml, "workers = 3\nflags.y = false").max_keys(5).build().unwrap();
    assert_eq!(guard(&cfg, "max_keys"), (5.0, 5.0, false));
    let error = builder().text(Format::Toml, "flags.z = false").max_keys(5).build().unwrap_err();
    assert_eq!(error.problems()[0].kind(), ProblemKind::Limit);
    // Nor is there one where nobody sets any.
    let cfg: Hot<App> = Hot::builder().max_keys(0).build().unwrap();
    assert_eq!(guard(&cfg, "max_keys"), (0.0, 0.0, false));
    assert!(Hot::<App>::builder().text(Format::Toml, text).max_keys(4).load().is_err());
}

#[test]
fn too_many_keys_are_refused_wherever_they_come_from() {
    let kept = Kept::new("mirrors = ['a', 'b']\n", |builder| builder.max_keys(3));
    assert_eq!(
        kept.words("mirrors = ['a', 'b', 'c', 'd']\n"),
        ["the configuration has 4 keys, and `max_keys` allows 3"]
    );
    let error = kept.cfg.set("regions", ["x", "y"]).unwrap_err();
    assert_eq!(error.problems()[0].kind(), ProblemKind::Limit);
    assert_eq!(kept.cfg.load().mirrors.len(), 2);
    kept.accepted("mirrors = ['a', 'b', 'c']\n");
    assert_eq!(kept.cfg.load().mirrors.len(), 3);
}

/// What a waiver has let in does not stand in the way of everything after it.
#[test]
fn what_is_beyond_the_limit_may_change_and_shrink_and_not_grow() {
    let kept = Kept::new("mirrors = ['a']\n", |builder| builder.max_keys(2));
    kept.refused("mirrors = ['a', 'b', 'c', 'd']\n");
    assert!(matches!(kept.cfg.waive_guards(), Outcome::Applied(_)));
    assert_eq!(guard(&kept.cfg, "max_keys"), (4.0, 2.0, false));
    kept.accepted("mirrors = ['a', 'b', 'c', 'e']\n");
    kept.accepted("mirrors = ['a', 'b', 'c']\n");
    assert_eq!(kept.cfg.load().mirrors.len(), 3);
    kept.refused("mirrors = ['a', 'b', 'c', 'd']\n");
}

#[test]
fn what_is_nested_too_deep_is_refused_by_its_key_and_place() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "[upstreams.a]\nweight = 2\n");
    let file = sandbox.at("app.toml");
    let error = Hot::<App>::builder().file(&file).max_depth(2).build().unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "1 problem in the configuration\n\
             upstreams.a.weight: nested 3 levels deep, and `max_depth` allows 2\n  at {}:2:1",
            file.display()
        )
    );
    let cfg: Hot<App> = Hot::builder().file(&file).max_depth(3).build().unwrap();
    assert_eq!(guard(&cfg, "max_depth"), (3.0, 3.0, false));
    // An item of a list is a level too.
    let error = cfg.set("upstreams.a.hosts", ["x"]).unwrap_err();
    assert_eq!(error.problems()[0].key().unwrap(), "upstreams.a.hosts.0");
    sandbox.replace("app.toml", "[upstreams.a]\nhosts = ['x']\n");
    assert!(matches!(cfg.reload(), Outcome::Rejected(_)));
    assert!(matches!(cfg.waive_guards(), Outcome::Rejected(_)), "nobody lets that pass");
    // Not deeper than anything is walked.
    let cfg: Hot<App> = Hot::builder().max_depth(1_000).build().unwrap();
    assert_eq!(guard(&cfg, "max_depth"), (0.0, 64.0, false));
}

#[derive(Debug, HotConfig)]
struct Shop {
    #[hot(max_items = 2)]
    mirrors: Vec<String>,
    #[hot(default = ["a", "b"], max_items = 3)]
    regions: Vec<String>,
}

/// All that is wrong is told at once.
#[test]
fn what_else_cannot_be_read_is_told_as_well() {
    let sandbox = Sandbox::new();
    sandbox.write("app.toml", "mirrors = ['a', 'b', 'c']\n");
    let builder = Hot::<Shop>::builder().file(sandbox.at("app.toml")).file(sandbox.at("other.toml"));
    let error = builder.max_keys(2).build().unwrap_err();
    let kinds: Vec<_> = error.problems().iter().map(hotconf::Problem::kind).collect();
    assert_eq!(kinds, [ProblemKind::Limit, ProblemKind::MissingSource]);
}
