//! Hierarchies for large questions: made or taken from the cache before the first origin is searched.

use std::cell::RefCell;
use std::sync::Mutex;
use std::time::Instant;

use crate::cli::progress::Progress;
use crate::cli::say;
use crate::network::streets::StreetMode;
use crate::network::streets::cache::Cache;
use crate::search::Direction;
use crate::search::doors::Terms;
use crate::search::doors::hierarchies::Preparation;
use crate::search::doors::located::Located;
use crate::search::doors::world::World;
use crate::search::hierarchy::store::IndexFolder;

/// Says what went wrong with a kept order.
pub(crate) fn warn(text: &str) {
    say(format_args!("warning: {text}"));
}

/// Says that the nodes of a mode are put in order, and what memory it takes.
pub(crate) fn ordering(mode: StreetMode, n_nodes: usize, bytes: usize) {
    let megabytes = bytes.div_ceil(1_000_000);
    say(format_args!("ordering the {n_nodes} nodes of the streets ({}); this needs about {megabytes} MB", mode.word()));
}

/// Makes hierarchies where they pay for searches from these roots, and says what memory and time it takes.
pub(super) fn prepare(world: &World, roots: &[Located], terms: &Terms, direction: Direction, cache: Option<Cache>) {
    let folder = cache.map(|cache| IndexFolder::new(cache.folder()));
    let bar: Mutex<Option<Progress>> = Mutex::new(None);
    let begun: RefCell<Option<(usize, Instant)>> = RefCell::new(None);
    let begin = |mode: StreetMode, n_nodes: usize, bytes: usize| {
        ordering(mode, n_nodes, bytes);
        *bar.lock().expect("no thread has failed while it held the bar") = Some(Progress::new(n_nodes as u64));
        begun.replace(Some((n_nodes, Instant::now())));
    };
    let progress = |done: usize| {
        // A thread that finds the bar taken has nothing to say that the other does not.
        if let Ok(mut bar) = bar.try_lock()
            && let Some(bar) = bar.as_mut()
        {
            bar.at(done as u64, "nodes in order");
        }
    };
    let how = Preparation { folder, begin: &begin, progress: &progress, remark: &warn };
    world.prepare(roots, terms, direction, &how);
    if let Some(bar) = bar.into_inner().expect("no thread has failed while it held the bar") {
        bar.finish();
    }
    if let Some((n_nodes, begun)) = begun.into_inner() {
        say(format_args!("ordered {n_nodes} nodes ({:.1} s)", begun.elapsed().as_secs_f64()));
    }
}
