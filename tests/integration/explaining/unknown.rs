//! Keys that there are not.

use hotconf::{Format, Hot, HotConfig};

use super::{is_told, open};

#[test]
fn the_nearest_keys_are_told() {
    let cfg = open(&[], &[]);
    is_told(
        &cfg.explain("sever.prot"),
        &["sever.prot is not set", "  no such key", "  did you mean `server.port`?"],
    );
    is_told(
        &cfg.explain("port"),
        &[
            "port is not set",
            "  no such key",
            "  `port` belongs under `server`",
            "  did you mean `server.port`?",
        ],
    );
    for (asked, meant) in [
        ("serve", "server"),
        ("tls.Port", "server.port"),
        ("upstreams.0.wieght", "upstreams.0.weight"),
        ("APP_SERVER_PORT", "server.port"),
        ("APP_FLAGS__DARK", "flags.dark"),
        ("DATABASE-URL", "database_url"),
    ] {
        assert_eq!(cfg.explain(asked).suggestions(), [meant], "{asked}");
    }
    is_told(&cfg.explain("zzzzzz"), &["zzzzzz is not set", "  no such key"]);
    assert!(cfg.explain("name").suggestions().is_empty());
}

#[test]
fn several_keys_of_the_name_are_all_told() {
    #[derive(HotConfig)]
    struct Twice {
        http: Listener,
        admin: Listener,
    }
    #[derive(HotConfig)]
    struct Listener {
        #[hot(default)]
        address: String,
    }
    let cfg: Hot<Twice> = Hot::builder().build().unwrap();
    is_told(
        &cfg.explain("address"),
        &["address is not set", "  no such key", "  did you mean `http.address` or `admin.address`?"],
    );
}

#[test]
fn a_layer_that_sets_it_all_the_same_is_told() {
    #[derive(HotConfig)]
    #[hot(unknown = "ignore")]
    struct Loose {
        #[hot(default)]
        port: u16,
    }
    let cfg: Hot<Loose> = Hot::builder().text(Format::Yaml, "prot: hunter2").build().unwrap();
    is_told(
        &cfg.explain("prot"),
        &[
            "prot is not set",
            "  no such key",
            "  set at embedded YAML:1:1, where it has no effect",
            "  did you mean `port`?",
        ],
    );
}

#[test]
fn an_alias_is_told_by_its_own_name() {
    let cfg = open(&["old_port: 3"], &[]);
    is_told(
        &cfg.explain("old_port"),
        &[
            "old_port = 3",
            "  at embedded YAML:1:11",
            "  over 1, the default",
            "  deprecated: use server.port",
            "  type: integer (u16)",
            "  variables: APP_LEGACY, APP_LEGACY_FILE",
            "  another name of `legacy`",
            "  also called: old_port",
        ],
    );
    let legacy = cfg.explain("legacy");
    assert_eq!((legacy.deprecated(), legacy.aliases()), (Some("use server.port"), &["old_port"][..]));
}
