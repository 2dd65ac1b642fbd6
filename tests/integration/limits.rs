//! What is beyond all measure is refused, and hurts nothing else.

use std::collections::BTreeMap;

use hotconf::{Format, Hot, HotConfig, ProblemKind, Reading, Request, Source, SourceError, Value};

#[derive(Debug, HotConfig)]
struct Config {
    #[hot(default = 1)]
    port: u16,
    node: Option<Box<Node>>,
    #[hot(default)]
    list: Vec<u8>,
    #[hot(default)]
    narrow: f32,
}

#[derive(Debug, HotConfig)]
struct Node {
    next: Option<Box<Node>>,
    #[hot(default = 0)]
    value: u8,
}

fn kinds(error: &hotconf::Error) -> Vec<ProblemKind> {
    error.problems().iter().map(hotconf::Problem::kind).collect()
}

#[test]
fn keys_of_any_depth_are_refused_wherever_they_come_from() {
    let deep = format!("{}x", "x.".repeat(20_000));
    let recursive = format!("node.{}value", "next.".repeat(20_000));
    let cfg: Hot<Config> = Hot::builder().build().unwrap();
    for key in [&deep, &recursive] {
        assert_eq!(kinds(&cfg.set(key, 1).unwrap_err()), [ProblemKind::Limit]);
        let _ = cfg.unset(key).unwrap();
        let argument = format!("{key}=1");
        assert_eq!(
            kinds(&Hot::<Config>::builder().arg_overrides([argument]).build().unwrap_err()),
            [ProblemKind::Limit]
        );
        let variable = format!("APP_{}", key.replace('.', "_").to_uppercase());
        let cfg: Hot<Config> =
            Hot::builder().env_from([(variable, "1".to_owned())]).env("APP").build().unwrap();
        assert_eq!(cfg.status().warnings()[0].kind(), ProblemKind::UnknownVariable);
        assert_eq!((cfg.get(key), cfg.explain(key).is_known()), (None, key == &recursive));
    }
    // What a recursive type may be stays possible.
    let _ = cfg.set("node.next.next.value", 5).unwrap();
    assert_eq!(cfg.get_as::<u8>("node.next.next.value").unwrap(), 5);
}

#[test]
fn values_of_any_depth_are_refused() {
    struct Deep;
    impl Source for Deep {
        fn name(&self) -> String {
            "deep".to_owned()
        }

        fn read(&mut self, _: &Request<'_>) -> Result<Reading, SourceError> {
            let leaf = Value::Integer(1);
            Ok(Reading::value(
                (0..200).fold(leaf, |inner, _| Value::Map(BTreeMap::from([("n".to_owned(), inner)]))),
            ))
        }
    }
    let error = Hot::<Config>::builder().source(Deep).build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "1 problem in the configuration\nnested deeper than 64 levels\n  from deep"
    );
    let cfg: Hot<Config> = Hot::builder().build().unwrap();
    let nested = (0..200).fold(Value::Integer(1), |inner, _| Value::List(vec![inner]));
    assert_eq!(kinds(&cfg.set("list", nested).unwrap_err()), [ProblemKind::Limit]);
}

#[test]
fn a_text_that_is_wrong_throughout_is_told_of_in_bounds() {
    let text: String = (0..20_000).map(|number| format!("unheard_{number} = 1\n")).collect();
    let error = Hot::<Config>::builder().text(Format::Toml, text).build().unwrap_err();
    assert_eq!(error.problems().len(), 1001);
    assert!(error.problems()[..1000].iter().all(|problem| problem.origin().unwrap().line().is_some()));
    assert!(error.to_string().ends_with("there are more than 1000 problems; the others are left out"));
    let text = format!("{} = 1", "x".repeat(1_000_000));
    assert_eq!(
        Hot::<Config>::builder().text(Format::Toml, text).build().unwrap_err().problems()[0].suggestion(),
        None
    );
}

#[test]
fn numbers_do_not_become_infinite() {
    let cfg: Hot<Config> = Hot::builder().text(Format::Toml, "narrow = 0.1").build().unwrap();
    assert_eq!(cfg.get("narrow"), Some(Value::Float(0.1)));
    assert_eq!(kinds(&cfg.set("narrow", 1e300).unwrap_err()), [ProblemKind::OutOfRange]);
    assert_eq!(kinds(&cfg.set("narrow", -1e300).unwrap_err()), [ProblemKind::OutOfRange]);
    assert_eq!(kinds(&cfg.set("narrow", f64::NAN).unwrap_err()), [ProblemKind::WrongType]);
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_text() {
    for (format, text) in
        [(Format::Toml, "port = 5"), (Format::Yaml, "port: 5"), (Format::Json, "{\"port\": 5}")]
    {
        let cfg: Hot<Config> = Hot::builder().text(format, format!("\u{feff}{text}")).build().unwrap();
        assert_eq!(cfg.load().port, 5);
    }
}

#[test]
fn a_text_that_is_no_file_has_a_limit_too() {
    let error =
        Hot::<Config>::builder().max_file_size(10).text(Format::Toml, "port = 1234567").build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "1 problem in the configuration\n\
         the text has 14 bytes, more than the limit of 10; raise `max_file_size`\n  at embedded TOML"
    );
}
