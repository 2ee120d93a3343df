//! The network of a scenario, ready for questions.

use super::Failure;
use super::load::Loaded;
use crate::input::parameters::Level;
use crate::input::vocabulary::Period;
use crate::network::Network;
use crate::scenario::{Scenario, apply};
use crate::search::assumptions::Assumptions;
use crate::search::engine::Engine;
use crate::search::freeze::Freezer;
use crate::search::snap::SnapIndex;

/// The network of a scenario; faults end the command.
pub(crate) fn network(loaded: &Loaded, scenario: &Scenario) -> Result<Network, Failure> {
    apply::apply(&loaded.stock, scenario, &loaded.projects, &loaded.parameters).into_result().map_err(Failure::Input)
}

/// Hands the engine that answers for the network of a scenario to `ask`.
pub(crate) fn with_network<T>(loaded: &Loaded, network: &Network, ask: impl FnOnce(&dyn Engine) -> T) -> T {
    // The favourable level has the widest reach; what lies beyond its limits at another level is left out by the limits themselves.
    let widest = Assumptions::new(&loaded.parameters, Level::Favourable, Period::Offpeak);
    let index = SnapIndex::new(network, &loaded.territory, &widest);
    ask(&Freezer::new(&index, &loaded.parameters))
}
