//! The whole pipeline on inputs that are wrong: which faults are found, and that all of them are.

use syn::parse_quote;

use crate::{check, derive, errors::Errors, model};

#[track_caller]
fn faults(input: &syn::DeriveInput, validator: bool) -> Vec<String> {
    let mut errors = Errors::new();
    let mut model = model::read(input, validator, &mut errors);
    if let Some(model) = &mut model {
        check::check(model, &mut errors);
    }
    match errors.finish() {
        Ok(()) => Vec::new(),
        Err(errors) => errors.into_iter().map(|error| error.to_string()).collect(),
    }
}

#[test]
fn several_mistakes_are_all_told() {
    let input = parse_quote! {
        #[hot(unknwon = "warn")]
        #[serde(rename_all = "camel")]
        struct Server {
            #[hot(secrte, default = 70000, restart = true)]
            port: u16,
            #[hot(default = "no", default)]
            #[serde(flatten, alias = "port")]
            debug: bool,
        }
    };
    let all = faults(&input, false);
    let starts = [
        "unknown word `unknwon`; did you mean `unknown`?",
        "unknown rule `camel`",
        "unknown word `secrte`; did you mean `secret`?",
        "`restart` takes no value",
        "`default` is given twice",
        "a flattened field has no key of its own",
        "a flattened field has no value of its own",
        "the name `port` is taken already",
        // That of the flattened field has been told already.
        "70000 is too large for `u16` (at most 65535)",
    ];
    assert_eq!(all.len(), starts.len(), "{all:#?}");
    for (fault, start) in all.iter().zip(starts) {
        assert!(fault.starts_with(start), "{fault}");
    }
}

#[test]
fn rules_without_the_feature_are_refused_wherever_they_stand() {
    let input = parse_quote! {
        #[validate(schema(function = "check"))]
        struct Server {
            #[validate(range(min = 1))]
            #[validate(custom(function = "other"))]
            port: u16,
            #[serde(skip)]
            #[validate(email)]
            address: String,
        }
    };
    let told = faults(&input, false);
    assert_eq!(told.len(), 4, "{told:#?}");
    for fault in told {
        assert_eq!(
            fault,
            "`#[validate(...)]` needs hotconf's feature `validator`; enable it in Cargo.toml: \
             hotconf = { features = [\"validator\"] }"
        );
    }
    assert!(faults(&input, true).is_empty());
}

#[test]
fn what_only_concerns_writing_is_no_fault() {
    let input = parse_quote! {
        #[serde(rename = "Other", rename_all(serialize = "camelCase"), expecting = "…", bound = "", into = "String")]
        struct Server {
            #[serde(skip_serializing, skip_serializing_if = "is_zero", serialize_with = "write", getter = "get")]
            #[serde(rename(serialize = "Port"))]
            port: u16,
        }
    };
    assert!(faults(&input, false).is_empty());
}

#[test]
fn malformed_rules_are_left_to_validator() {
    let input = parse_quote! {
        struct Server {
            #[validate(range(min = ), 5, length)]
            port: u16,
        }
    };
    assert!(faults(&input, true).is_empty());
}

#[test]
fn something_is_implemented_after_every_error() {
    let inputs: [syn::DeriveInput; 5] = [
        parse_quote!(
            struct Unit;
        ),
        parse_quote!(
            struct Tuple<R: Clone>(#[hot(wrong)] R)
            where
                R: Copy;
        ),
        parse_quote!(union Union { a: u8 }),
        parse_quote!(
            enum Data {
                #[serde(skip)]
                A(u8),
            }
        ),
        parse_quote!(
            struct Named {
                #[hot(wrong)]
                a: u8,
            }
        ),
    ];
    for input in inputs {
        let name = &input.ident;
        let text = derive(&input, true).to_string();
        assert!(text.starts_with(":: core :: compile_error !"), "{text}");
        for part in ["ConfigValue for", "HotConfig for", "EmptyValue for", "Described for"] {
            assert!(text.contains(&format!("{part} {name}")), "{part} {name}");
        }
        syn::parse_str::<syn::File>(&text).unwrap();
    }
}
