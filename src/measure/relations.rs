//! Which places a target relates: the words of `targets.toml` resolved against the territory.

use crate::diagnostic::{Checked, Diagnostic, nearest_names};
use crate::input::network_xml::Named;
use crate::input::study::Definition;
use crate::input::targets::{Feature, Relations, Target};
use crate::input::vocabulary::PlaceLevel;
use crate::network::territory::{PlaceIx, Territory};

/// A target with its names resolved.
#[derive(Debug, Clone)]
pub struct ResolvedTarget<'a> {
    /// The target as written.
    pub target: &'a Target,
    /// Its definition.
    pub definition: &'a Definition,
    /// Ids of the scenarios it is tested in.
    pub scenarios: Vec<String>,
    /// Its relations, at least one.
    pub relations: Vec<Relation>,
}

impl ResolvedTarget<'_> {
    /// Whether it is tested in a scenario of the study.
    pub fn asks_in(&self, scenario: &str) -> bool {
        self.scenarios.iter().any(|id| id == scenario)
    }
}

/// The targets that are tested in a scenario of the study, in order.
pub fn asked_in<'t, 'a>(targets: &'t [ResolvedTarget<'a>], scenario: &str) -> Vec<&'t ResolvedTarget<'a>> {
    targets.iter().filter(|target| target.asks_in(scenario)).collect()
}

/// One relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// From one place to another.
    OneWay {
        /// Origin.
        from: PlaceIx,
        /// Destination.
        to: PlaceIx,
    },
    /// Both directions between a centre and a place; the worse one counts.
    BothWays {
        /// The centre of the star.
        centre: PlaceIx,
        /// The other place, whose people the relation is weighted with.
        place: PlaceIx,
    },
    /// The residents of a unit to the centres of a place.
    Residents {
        /// The unit.
        unit: PlaceIx,
        /// The destination.
        to: PlaceIx,
    },
    /// By road to the nearest feature.
    Nearest {
        /// Origin.
        place: PlaceIx,
        /// What is looked for.
        feature: Feature,
    },
}

impl Relation {
    /// The place whose people and area the relation stands for: the origin, or the place that is not the centre.
    pub const fn weighted_by(&self) -> PlaceIx {
        match *self {
            Relation::OneWay { from: place, .. }
            | Relation::BothWays { place, .. }
            | Relation::Residents { unit: place, .. }
            | Relation::Nearest { place, .. } => place,
        }
    }
}

/// The word of a relation set in files.
pub const fn kind_word(relations: &Relations) -> &'static str {
    match relations {
        Relations::Star { .. } => "star",
        Relations::StarUnits { .. } => "star_units",
        Relations::Pairs { .. } => "pairs",
        Relations::WithinGroups { .. } => "within_groups",
        Relations::People { .. } => "people",
        Relations::OwnUnits => "own_units",
        Relations::Outside { .. } => "outside",
        Relations::Nearest { .. } => "nearest",
    }
}

/// Resolves every target: its definition, its scenarios and its relations. A target whose definition is unknown is left out, with
/// its fault.
pub fn resolve<'a>(
    targets: &'a [Target],
    definitions: &'a [Definition],
    scenarios: &[&str],
    territory: &Territory,
) -> Checked<Vec<ResolvedTarget<'a>>> {
    let mut names = Names { territory, faults: Vec::new() };
    let mut resolved = Vec::with_capacity(targets.len());
    for target in targets {
        let definition = definitions.iter().find(|definition| *definition.id == *target.definition.text);
        if definition.is_none() {
            let known = definitions.iter().map(|definition| definition.id.as_str());
            names.faults.push(unknown(&target.definition, "definition", "measure::unknown_definition", known));
        }
        let asked = names.scenarios(target, scenarios);
        let relations = names.relations(target);
        if let Some(definition) = definition {
            resolved.push(ResolvedTarget { target, definition, scenarios: asked, relations });
        }
    }
    Checked { value: resolved, diagnostics: names.faults }
}

struct Names<'t> {
    territory: &'t Territory,
    faults: Vec<Diagnostic>,
}

impl Names<'_> {
    fn scenarios(&mut self, target: &Target, known: &[&str]) -> Vec<String> {
        for name in target.scenarios.iter().filter(|name| !known.contains(&&*name.text)) {
            self.faults.push(unknown(name, "scenario", "measure::unknown_scenario", known.iter().copied()));
        }
        let asked = |id: &&&str| target.scenarios.is_empty() || target.scenarios.iter().any(|name| *name.text == ***id);
        known.iter().filter(asked).map(|id| id.to_string()).collect()
    }

    fn relations(&mut self, target: &Target) -> Vec<Relation> {
        let relations = match &target.relations {
            Relations::Star { centre, places } | Relations::Outside { centre, places } => self.star(centre, places),
            Relations::StarUnits { centre } => self.star_units(centre),
            Relations::Pairs { places } => self.pairs(places),
            Relations::WithinGroups { groups } => self.within_groups(groups),
            Relations::People { of, to } => self.people(of.as_ref(), to),
            Relations::OwnUnits => self.own_units(),
            Relations::Nearest { of, feature } => {
                let near = |place| Relation::Nearest { place, feature: *feature };
                Some(self.territory.of_level(*of).into_iter().map(near).collect())
            }
        };
        // A name at fault has been reported already.
        let Some(relations) = relations else { return Vec::new() };
        if relations.is_empty() {
            let message = format!("target {} relates no places ({})", target.id, kind_word(&target.relations));
            self.faults.push(
                Diagnostic::error("measure::no_relations", message)
                    .at(&target.span)
                    .help("name at least two places, a group with two units, or a level that places.csv has"),
            );
        }
        relations
    }

    fn star(&mut self, centre: &Named, places: &[Named]) -> Option<Vec<Relation>> {
        let hub = self.place(centre);
        let others: Vec<Option<PlaceIx>> = places.iter().map(|place| self.place(place)).collect();
        let hub = hub?;
        let mut relations = Vec::with_capacity(places.len());
        for (name, place) in places.iter().zip(others) {
            let place = place?;
            if place == hub {
                self.loops(name);
                return None;
            }
            relations.push(Relation::BothWays { centre: hub, place });
        }
        Some(relations)
    }

    fn star_units(&mut self, centre: &Named) -> Option<Vec<Relation>> {
        let hub = self.place(centre)?;
        let own = &self.territory.place(hub).units;
        let units = self.territory.of_level(PlaceLevel::Unit);
        let others = units.into_iter().filter(|unit| !own.contains(unit));
        Some(others.map(|place| Relation::BothWays { centre: hub, place }).collect())
    }

    fn pairs(&mut self, places: &[Named]) -> Option<Vec<Relation>> {
        if places.is_empty() {
            return Some(all_pairs(&self.territory.of_level(PlaceLevel::Unit)));
        }
        let found: Vec<Option<PlaceIx>> = places.iter().map(|place| self.place(place)).collect();
        let found: Vec<PlaceIx> = found.into_iter().collect::<Option<_>>()?;
        for (at, name) in places.iter().enumerate() {
            if found[..at].contains(&found[at]) {
                self.loops(name);
                return None;
            }
        }
        Some(all_pairs(&found))
    }

    fn within_groups(&mut self, groups: &[Named]) -> Option<Vec<Relation>> {
        let members: Vec<Option<Vec<PlaceIx>>> = groups.iter().map(|group| self.members(group)).collect();
        let mut relations: Vec<Relation> = Vec::new();
        for units in members {
            for relation in all_pairs(&units?) {
                if !relations.contains(&relation) {
                    relations.push(relation);
                }
            }
        }
        Some(relations)
    }

    fn people(&mut self, of: Option<&Named>, to: &Named) -> Option<Vec<Relation>> {
        let units = match of {
            None => Some(self.territory.of_level(PlaceLevel::Unit)),
            Some(name) if self.territory.find_group(&name.text).is_some() => self.members(name),
            Some(name) => match self.territory.find(&name.text) {
                Some(place) => Some(self.territory.place(place).units.clone()),
                None => {
                    let known = self.territory.groups.iter().map(|group| &*group.id);
                    let known = known.chain(self.territory.places.iter().map(|place| &*place.id));
                    self.faults.push(unknown(name, "group or place", "measure::unknown_group", known));
                    None
                }
            },
        };
        let to = self.place(to)?;
        Some(units?.into_iter().map(|unit| Relation::Residents { unit, to }).collect())
    }

    /// Every centre with the units of its city that are not the centre itself.
    fn own_units(&mut self) -> Option<Vec<Relation>> {
        let mut relations = Vec::new();
        for centre in self.territory.of_level(PlaceLevel::Centre) {
            let own = &self.territory.place(centre).units;
            for place in self.territory.of_level(PlaceLevel::Unit) {
                if self.territory.place(place).city == Some(centre) && !own.contains(&place) {
                    relations.push(Relation::BothWays { centre, place });
                }
            }
        }
        Some(relations)
    }

    fn members(&mut self, name: &Named) -> Option<Vec<PlaceIx>> {
        let Some(group) = self.territory.find_group(&name.text) else {
            let known = self.territory.groups.iter().map(|group| &*group.id);
            self.faults.push(unknown(name, "group", "measure::unknown_group", known));
            return None;
        };
        let members = self.territory.members(group).into_iter();
        Some(members.filter(|&place| self.territory.place(place).level == PlaceLevel::Unit).collect())
    }

    fn place(&mut self, name: &Named) -> Option<PlaceIx> {
        let found = self.territory.find(&name.text);
        if found.is_none() {
            self.faults.push(unknown_place(name, self.territory));
        }
        found
    }

    fn loops(&mut self, name: &Named) {
        self.faults.push(
            Diagnostic::error("measure::same_place", format!("\"{}\" stands on both ends of a relation", name.text))
                .at(&name.span)
                .help("write every place once"),
        );
    }
}

/// The fault of a place that does not exist: the id of a place of that name, or the nearest ids.
pub(super) fn unknown_place(name: &Named, territory: &Territory) -> Diagnostic {
    let called = territory.places.iter().find(|place| place.name_zh == *name.text || place.name_en == *name.text);
    let fault = unknown(name, "place", "measure::unknown_place", territory.places.iter().map(|place| &*place.id));
    match called {
        Some(place) => fault.help(format!("write its id: \"{}\"", place.id)),
        None => fault,
    }
}

pub(super) fn unknown<'n>(name: &Named, what: &str, code: &'static str, known: impl Iterator<Item = &'n str>) -> Diagnostic {
    let near = nearest_names(&name.text, known);
    let help = if near.is_empty() {
        format!("write the id of a {what} that is defined")
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Diagnostic::error(code, format!("no {what} has id \"{}\"", name.text)).at(&name.span).help(help)
}

fn all_pairs(places: &[PlaceIx]) -> Vec<Relation> {
    let others = |from: PlaceIx| places.iter().filter(move |&&to| to != from).map(move |&to| (from, to));
    places.iter().flat_map(|&from| others(from)).map(|(from, to)| Relation::OneWay { from, to }).collect()
}
