//! Laws that must hold in any world: random ones by the hundred.

use std::collections::BTreeSet;

use onehour::input::projects::ChangeKind;
use onehour::input::study::Definition;
use onehour::input::vocabulary::Mode;
use onehour::search::matrix::matrix;
use onehour::search::project_sets::ProjectSets;
use onehour::search::{Direction, Endpoint, Outcome};

use crate::random_worlds::*;
use crate::worlds::*;

const CASES: u64 = 150;

/// For every case a world and a definition; every definition has its turn.
fn cases(salt: u64) -> impl Iterator<Item = (u64, World, Definition)> {
    (0..CASES).map(move |case| {
        let mut dice = Dice::new(case * 1000 + salt);
        let mut definition = ladder()[case as usize % 6].clone();
        definition.train_rank = definition.train_rank.min(1 + case as u32 % 3);
        (case, random_world(&mut dice), definition)
    })
}

/// A set of projects by the bits of a number.
fn chosen(bits: u64) -> Vec<&'static str> {
    PROJECTS.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, id)| *id).collect()
}

#[test]
fn there_and_back_are_the_same_question() {
    for (case, world, definition) in cases(1) {
        let built = world.with(&chosen(case / 6));
        built.ask(&definition, |frozen| {
            let points = endpoints(&built);
            for &mode in Mode::ALL {
                let forward = matrix(frozen, &points, &points, mode);
                for (to, destination) in points.iter().enumerate() {
                    let tree = frozen.tree(*destination, Direction::Backward, mode);
                    for (from, origin) in points.iter().enumerate() {
                        let (there, back) = (forward[from][to], tree.time(origin));
                        assert_eq!(there, back, "case {case}: {} {mode:?} {origin:?} to {destination:?}", definition.id);
                    }
                }
            }
        });
    }
}

#[test]
fn a_journey_holds_together_and_takes_the_time_of_its_tree() {
    for (case, world, definition) in cases(2) {
        let built = world.with(&chosen(case / 6));
        built.ask(&definition, |frozen| {
            let points = endpoints(&built);
            for &mode in Mode::ALL {
                for direction in [Direction::Forward, Direction::Backward] {
                    let tree = frozen.tree(points[case as usize % points.len()], direction, mode);
                    for point in &points {
                        let journey = tree.journey(point);
                        assert_eq!(journey.as_ref().map(|journey| journey.total), tree.time(point).time());
                        if let Some(journey) = journey.filter(|journey| !journey.legs.is_empty()) {
                            check_chain(&journey);
                            let (from, to) = (tree.name(&tree.root()), tree.name(point));
                            let (from, to) = if direction == Direction::Forward { (from, to) } else { (to, from) };
                            let by_station = definition.ends == onehour::input::vocabulary::Ends::Station;
                            if !by_station || mode == Mode::Car {
                                assert_eq!((&journey.legs[0].from, &journey.legs.last().unwrap().to), (&from, &to));
                            }
                        }
                    }
                }
            }
        });
    }
}

#[test]
fn cells_all_at_once_are_cells_one_by_one() {
    for (case, world, definition) in cases(3) {
        let built = world.with(&chosen(case / 6));
        built.ask(&definition, |frozen| {
            let points = endpoints(&built);
            for &mode in Mode::ALL {
                for root in points.iter().skip(case as usize % 3).step_by(3) {
                    for direction in [Direction::Forward, Direction::Backward] {
                        let tree = frozen.tree(*root, direction, mode);
                        let one_by_one: Vec<Outcome> =
                            (0..built.territory.cells.len()).map(|cell| tree.time(&Endpoint::Cell(cell))).collect();
                        assert_eq!(tree.cells(), one_by_one, "case {case}: {} {mode:?} {root:?}", definition.id);
                    }
                }
            }
        });
    }
}

#[test]
fn the_projects_of_a_cell_are_those_of_its_journey() {
    let mut n_marked = 0;
    for (case, world, definition) in cases(4) {
        let built = world.with(&PROJECTS);
        built.ask(&definition, |frozen| {
            let points = endpoints(&built);
            for &mode in Mode::ALL {
                for root in points.iter().skip(case as usize % 3).step_by(3) {
                    for direction in [Direction::Forward, Direction::Backward] {
                        let tree = frozen.tree(*root, direction, mode);
                        let mut sets = ProjectSets::default();
                        for (cell, set) in tree.cell_projects(&mut sets).into_iter().enumerate() {
                            let journey = tree.journey(&Endpoint::Cell(cell));
                            let projects = journey.map(|journey| journey.projects()).unwrap_or_default();
                            assert_eq!(sets.get(set), &projects, "case {case}: {} {mode:?} {root:?} {cell}", definition.id);
                            n_marked += projects.len();
                        }
                    }
                }
            }
        });
    }
    assert!(n_marked > 10_000, "{n_marked} marks are too few to tell");
}

#[test]
fn the_best_is_the_better_of_car_and_feeder_and_a_feeder_never_hurts() {
    for (case, world, definition) in cases(5) {
        let built = world.with(&chosen(case / 6));
        built.ask(&definition, |frozen| {
            let points = endpoints(&built);
            let [car, feeder, transit, best] = [Mode::Car, Mode::Feeder, Mode::Transit, Mode::Best]
                .map(|mode| matrix(frozen, &points, &points, mode).concat());
            for at in 0..best.len() {
                assert_eq!(best[at], car[at].better(feeder[at]), "case {case}: {}", definition.id);
                assert!(no_longer(feeder[at], transit[at]), "case {case}: {}", definition.id);
            }
        });
    }
}

/// Whether `new` is reached at least as soon as `old`.
fn no_longer(new: Outcome, old: Outcome) -> bool {
    match (new.time(), old.time()) {
        (Some(new), Some(old)) => new <= old,
        (None, Some(_)) => false,
        (_, None) => true,
    }
}

#[test]
fn a_project_makes_no_journey_longer_and_changes_none_that_does_not_use_it() {
    let mut n_changed = 0;
    for (case, world, definition) in cases(6) {
        let project = PROJECTS[case as usize % 3];
        let others: Vec<&str> = chosen(case / 3).into_iter().filter(|id| *id != project).collect();
        let with: Vec<&str> = others.iter().copied().chain([project]).collect();
        let (old, new) = (world.with(&others), world.with(&with));
        old.ask(&definition, |before| {
            new.ask(&definition, |after| {
                let points = endpoints(&old);
                for &mode in Mode::ALL {
                    for root in points.iter().skip(case as usize % 2).step_by(2) {
                        let direction = if case % 2 == 0 { Direction::Forward } else { Direction::Backward };
                        let (old, new) = (before.tree(*root, direction, mode), after.tree(*root, direction, mode));
                        for point in &points {
                            let (was, is) = (old.time(point), new.time(point));
                            let what = format!(
                                "case {case}: {} {mode:?} {direction:?} {root:?} {point:?} with {others:?} then {project}: \
                                 {was:?} then {is:?}: {:#?} then {:#?}",
                                definition.id,
                                old.journey(point),
                                new.journey(point)
                            );
                            assert!(no_longer(is, was), "{what}");
                            if is.time() != was.time() {
                                n_changed += 1;
                                assert!(new.journey(point).unwrap().projects().contains(project), "{what}");
                            }
                        }
                    }
                }
            });
        });
    }
    assert!(n_changed > 10_000, "{n_changed} changes are too few to tell");
}

#[test]
fn a_service_withdrawn_changes_the_journeys_that_used_it_for_the_worse() {
    let mut n_changed = 0;
    for (case, mut world, _) in cases(10) {
        let definition = v1();
        let Some(service) = world.records.services.first().filter(|service| service.common.project.is_none()) else {
            continue;
        };
        let id = service.id.clone();
        world.projects.push(project("cut", vec![ChangeKind::WithdrawService(id.clone())]));
        let (old, new) = (world.with(&[]), world.with(&["cut"]));
        old.ask(&definition, |before| {
            new.ask(&definition, |after| {
                let points = endpoints(&old);
                for root in &points {
                    let old = before.tree(*root, Direction::Forward, Mode::Feeder);
                    let new = after.tree(*root, Direction::Forward, Mode::Feeder);
                    for point in &points {
                        let (was, is) = (old.time(point), new.time(point));
                        assert!(no_longer(was, is), "case {case}");
                        if was.time() != is.time() {
                            n_changed += 1;
                            let journey = old.journey(point).unwrap();
                            assert!(journey.legs.iter().any(|leg| leg.service.as_deref() == Some(&*id.text)), "case {case}");
                        }
                    }
                }
            });
        });
    }
    assert!(n_changed > 1_000, "{n_changed} changes are too few to tell");
}

#[test]
fn what_no_project_builds_is_as_without_projects() {
    for (case, mut world, definition) in cases(7).take(30) {
        let built = world.build();
        world.records.links.retain(|link| link.common.project.is_none());
        world.records.services.retain(|service| service.common.project.is_none());
        world.records.transfers.retain(|transfer| transfer.common.project.is_none());
        let without = world.build();
        let times = |built: &Built| {
            built.ask(&definition, |frozen| matrix(frozen, &endpoints(built), &endpoints(built), Mode::Best))
        };
        assert_eq!(times(&built), times(&without), "case {case}");
    }
}

/// Everything that can be asked of a world, as text.
fn everything(built: &Built, definition: &Definition) -> String {
    built.ask(definition, |frozen| {
        let points = endpoints(built);
        let mut text = String::new();
        for &mode in Mode::ALL {
            text += &format!("{:?}\n", matrix(frozen, &points, &points, mode));
            for root in &points {
                let tree = frozen.tree(*root, Direction::Forward, mode);
                let mut sets = ProjectSets::default();
                let marks = tree.cell_projects(&mut sets);
                let marks: Vec<&BTreeSet<_>> = marks.iter().map(|set| sets.get(*set)).collect();
                text += &format!("{:?}\n{marks:?}\n", tree.cells());
                for point in &points {
                    text += &format!("{:?}\n", tree.journey(point));
                }
            }
        }
        text
    })
}

#[test]
fn one_thread_and_many_say_the_same_and_say_it_again() {
    for (case, world, definition) in cases(8).take(12) {
        let built = world.with(&PROJECTS);
        let with_threads = |n| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
            pool.install(|| everything(&built, &definition))
        };
        let one = with_threads(1);
        assert!(one == with_threads(4), "case {case}");
        assert!(one == with_threads(4), "case {case}, again");
    }
}

#[test]
fn threads_that_ask_for_the_same_tables_do_not_wait_for_each_other() {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        use rayon::prelude::*;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(8).build().unwrap();
        let mut world = random_world(&mut Dice::new(9));
        world.cells.clear();
        for at in 0..1600 {
            world.cell(f64::from(at % 40), f64::from(at / 40));
        }
        let built = world.with(&PROJECTS);
        for round in 0..40 {
            built.ask(&v5(), |frozen| {
                let points = endpoints(&built);
                let trees: Vec<_> = points
                    .iter()
                    .cycle()
                    .take(64)
                    .map(|point| frozen.tree(*point, Direction::Backward, Mode::Best))
                    .collect();
                pool.install(|| {
                    trees.par_iter().enumerate().for_each(|(at, tree)| {
                        // So that some threads look for work while others make the tables.
                        std::thread::sleep(std::time::Duration::from_micros((round * at as u64 * 7919) % 300));
                        tree.cells();
                    })
                })
            });
        }
        sender.send(()).unwrap();
    });
    let done = receiver.recv_timeout(std::time::Duration::from_secs(60));
    assert!(done.is_ok(), "the threads wait for each other");
}
