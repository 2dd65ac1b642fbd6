//! How many values a configuration has, and how deep they are nested.

use super::Settings;
use crate::error::{Problem, ProblemKind};
use crate::key::{DEEPEST, KeyPath};
use crate::origin::Origin;
use crate::tree::{Merged, Place, Stack};

/// What of a configuration is beyond its limits.
#[derive(Default)]
pub(crate) struct Size {
    /// What nobody can let pass.
    pub(crate) problems: Vec<Problem>,
    /// More keys than are allowed, which may be waived.
    pub(crate) keys: Option<Problem>,
}

/// What of `stack` is beyond the limits. One that has too many keys by a waiver, `running`, may change, and not grow.
pub(crate) fn excess(settings: &Settings, stack: &Stack, running: &Stack) -> Size {
    Size { problems: too_deep(settings.max_depth, stack), keys: too_many(settings.max_keys, stack, running) }
}

fn too_deep(most: usize, stack: &Stack) -> Vec<Problem> {
    // What is deeper than the deepest has not become a layer.
    if most >= DEEPEST {
        return Vec::new();
    }
    let problems = stack.iter().filter(|layer| layer.extent().depth > most).map(|layer| {
        let depth = layer.extent().depth;
        let message = format!("nested {depth} levels deep, and `max_depth` allows {most}");
        let problem = Problem::new(ProblemKind::Limit, message);
        match layer.key_deeper_than(most) {
            Some((path, node)) => {
                let origin = layer.origin(node, Place::Key);
                problem.with_key(KeyPath::from_segments(path)).with_origin(Some(origin), layer.index())
            }
            None => problem,
        }
    });
    problems.collect()
}

fn too_many(most: usize, stack: &Stack, running: &Stack) -> Option<Problem> {
    // Hardly any configuration is near its limit, and then nothing has to be counted.
    let nodes: usize = stack.iter().map(|layer| layer.node_count()).sum();
    if nodes <= most || stack.iter().map(|layer| layer.extent().values).sum::<usize>() <= most {
        return None;
    }
    let count = key_count(stack);
    if count <= most || !running.is_empty() && count <= key_count(running) {
        return None;
    }
    let message = format!("the configuration has {count} keys, and `max_keys` allows {most}");
    let largest = stack.iter().max_by_key(|layer| layer.extent().values)?;
    let origin = Origin::new(largest.name().origin_kind());
    let help = "raise `max_keys`; `waive_guards` lets one change of a running store pass";
    let problem = Problem::new(ProblemKind::Limit, message).with_help(Some(help));
    Some(problem.with_origin(Some(origin), largest.index()))
}

/// How many single values a configuration has.
pub(super) fn key_count(stack: &Stack) -> usize {
    let root = Merged::root(stack);
    if root.key_count() == 0 { 0 } else { root.value_count() }
}
