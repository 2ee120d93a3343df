//! The network of a scenario, ready for questions: roads and lines, or streets and timetables.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use super::Failure;
use super::load::Loaded;
use super::region::prepare::{ordering, warn};
use super::region::streets::user_cache;
use crate::diagnostic::Diagnostic;
use crate::input::parameters::Level;
use crate::input::vocabulary::Period;
use crate::network::Network;
use crate::network::streets::StreetNetwork;
use crate::network::timetable::{Timetable, draw};
use crate::scenario::{Scenario, apply, lines, streets};
use crate::search::assumptions::Assumptions;
use crate::search::doors::engine::{LevelTimetable, StreetEngine, StreetSide};
use crate::search::doors::searched::Keeping;
use crate::search::engine::Engine;
use crate::search::freeze::Freezer;
use crate::search::hierarchy::store::IndexFolder;
use crate::search::snap::SnapIndex;

/// The network of a scenario: what the network files hold, and in a study of streets what lies under it. Whoever asks for stops, lines
/// and links of the files may take it for a [`Network`].
pub(crate) struct ScenarioNetwork {
    /// Roads, stops, lines and services of the network files.
    network: Network,
    /// Streets and timetables, in a study of streets.
    streets: Option<ScenarioStreets>,
}

/// Streets and timetables of a scenario.
struct ScenarioStreets {
    streets: BTreeMap<(Level, Period), StreetNetwork>,
    timetables: BTreeMap<Level, LevelTimetable>,
    edge_projects: BTreeMap<u32, Vec<Arc<str>>>,
}

impl ScenarioNetwork {
    /// What the network files hold, to be kept when the questions are answered.
    pub(crate) fn into_network(self) -> Network {
        self.network
    }
}

impl Deref for ScenarioNetwork {
    type Target = Network;

    fn deref(&self) -> &Network {
        &self.network
    }
}

/// The network of a scenario; faults end the command.
pub(crate) fn network(loaded: &Loaded, scenario: &Scenario) -> Result<ScenarioNetwork, Failure> {
    let mut faults = Vec::new();
    let network = apply::apply(&loaded.stock, scenario, &loaded.projects, &loaded.parameters).into_value(&mut faults);
    let streets = loaded.streets.as_ref().map(|base| {
        let mut at = BTreeMap::new();
        let mut edge_projects = BTreeMap::new();
        for (number, (key, base)) in base.streets.iter().enumerate() {
            let applied = streets::apply(base, scenario, &loaded.projects);
            // Every level and period has the same faults.
            let applied = if number == 0 { applied.into_value(&mut faults) } else { applied.value };
            edge_projects = applied.projects;
            at.insert(*key, applied.network);
        }
        let timetables = timetables(loaded, &base.timetable, scenario, &network, &mut faults);
        ScenarioStreets { streets: at, timetables, edge_projects }
    });
    crate::diagnostic::Checked { value: ScenarioNetwork { network, streets }, diagnostics: faults }
        .into_result()
        .map_err(Failure::Input)
}

/// What runs at every level, with the lines of the network files; nothing where nothing runs.
fn timetables(
    loaded: &Loaded,
    base: &Timetable,
    scenario: &Scenario,
    network: &Network,
    faults: &mut Vec<Diagnostic>,
) -> BTreeMap<Level, LevelTimetable> {
    let left = lines::withdraw(base, scenario, &loaded.projects).into_value(faults);
    let n_draws = loaded.study.timetables.as_ref().map_or(1, |spec| spec.draws);
    let mut at = BTreeMap::new();
    for (number, &level) in Level::ALL.iter().enumerate() {
        let mixed = lines::add(&left, network, &loaded.parameters, level);
        let mixed = if number == 0 { mixed.into_value(faults) } else { mixed.value };
        let timetable = mixed.timetable;
        let drawn = if timetable.headways.is_empty() {
            vec![timetable.clone()]
        } else {
            (0..u64::from(n_draws)).map(|draw| draw::fixed(&timetable, loaded.study.seed, draw)).collect()
        };
        at.insert(level, LevelTimetable { timetable, drawn, stops: mixed.stops });
    }
    let runs = |of: &LevelTimetable| of.drawn.iter().any(|drawn| !drawn.patterns.is_empty());
    at.retain(|_, of| runs(of));
    at
}

/// Hands the engine that answers for the network of a scenario to `ask`.
pub(crate) fn with_network<T>(loaded: &Loaded, network: &ScenarioNetwork, ask: impl FnOnce(&dyn Engine) -> T) -> T {
    if let Some(streets) = &network.streets {
        let spec = loaded.study.streets.as_ref().expect("a study of streets says which");
        let orders = user_cache().map(|cache| IndexFolder::new(cache.folder()));
        let side = StreetSide {
            territory: &loaded.territory,
            network: &network.network,
            parameters: &loaded.parameters,
            streets: &streets.streets,
            timetables: &streets.timetables,
            edge_projects: &streets.edge_projects,
            snap_limit_m: f64::from(spec.snap_limit.metres()),
            keeping: Some(Keeping { folder: orders.as_ref(), makes_orders: true, begin: &ordering, remark: &warn }),
        };
        return ask(&StreetEngine::new(&side));
    }
    // The favourable level has the widest reach; what lies beyond its limits at another level is left out by the limits themselves.
    let widest = Assumptions::new(&loaded.parameters, Level::Favourable, Period::Offpeak);
    let index = SnapIndex::new(&network.network, &loaded.territory, &widest);
    ask(&Freezer::new(&index, &loaded.parameters))
}
