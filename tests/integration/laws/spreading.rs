//! Who says what, and how it is written, makes no difference.

use hotconf_tests::Sandbox;
use proptest::prelude::*;

use super::layers::{Layers, Lower, overridden, respelt, spread};
use super::sample::Sample;
use super::{cases, config, dice, is_read};

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn spreading_over_layers_is_invisible(config in config(), other in config(), count in 1..6usize, mut dice in dice()) {
        let (beneath, overrides) = overridden(&config.tree(), &other.tree(), &mut dice);
        let trees = spread(&beneath, &other.tree(), count, Lower::Wild, &mut dice);
        let trees: Vec<_> = trees.iter().map(|tree| respelt(tree, &mut dice)).collect();
        let mut layers = Layers::written(&trees, &mut dice);
        layers.push_overrides(&overrides, &mut dice);
        let sandbox = Sandbox::new();
        match layers.open(&sandbox) {
            Ok(cfg) => is_read(&cfg.snapshot(), &config, &layers)?,
            Err(error) => prop_assert!(false, "{}\n{}", error, layers),
        }
    }
}
