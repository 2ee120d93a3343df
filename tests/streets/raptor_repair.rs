//! Repaired searches against searches of the timetable that has the lines from the beginning.

use onehour::search::raptor::added::AddedLines;
use onehour::search::raptor::repair::RepairScratch;
use proptest::prelude::*;

use super::*;

/// Splits the lines of a world: the base, and up to three sets that a variant may add.
fn split(world: &World, dice: &mut Dice) -> (World, Vec<Timetable>) {
    let mut base = world.clone();
    base.timetable.patterns.clear();
    base.timetable.headways.clear();
    let mut sets = vec![base.timetable.clone(); 3];
    for pattern in &world.timetable.patterns {
        let set = dice.below(6) as usize;
        sets.get_mut(set).unwrap_or(&mut base.timetable).patterns.push(pattern.clone());
    }
    for line in &world.timetable.headways {
        let set = dice.below(5) as usize;
        sets.get_mut(set).unwrap_or(&mut base.timetable).headways.push(line.clone());
    }
    (base, sets)
}

/// Asserts that every choice of the sets is repaired to what a fresh search finds; how many choices changed anything.
pub fn assert_repaired(base: &World, sets: &[Timetable], question: &Question, limits: &Limits, why: &str) -> usize {
    let (mut scratch, mut repair) = (Scratch::new(), RepairScratch::new());
    let raptor = freeze(base);
    let searched = raptor.base(&question.access, &question.departures, limits, &mut scratch);
    assert_eq!(searched.profile(), &raptor.range(&question.access, &question.departures, limits, &mut scratch), "{why}");
    let added: Vec<AddedLines> = sets.iter().map(|set| AddedLines::freeze(&set.patterns, &set.headways)).collect();
    let mut n_changed = 0;
    // The empty choice comes last: nothing of the others may be left.
    for chosen in (0..1 << sets.len()).rev() {
        let is_in = |at: usize| chosen >> at & 1 == 1;
        let lines: Vec<&AddedLines> = (0..sets.len()).filter(|&at| is_in(at)).map(|at| &added[at]).collect();
        let mut whole = base.clone();
        for set in (0..sets.len()).filter(|&at| is_in(at)).map(|at| &sets[at]) {
            whole.timetable.patterns.extend(set.patterns.iter().cloned());
            whole.timetable.headways.extend(set.headways.iter().cloned());
        }
        let fresh = freeze(&whole).range(&question.access, &question.departures, limits, &mut scratch);
        let repaired = searched.with_lines(&lines, &mut repair);
        assert_eq!(repaired.profile(), fresh, "{why}, choice {chosen}");
        for stop in repaired.changed() {
            let rows =
                (0..question.departures.len()).map(|at| (fresh.duration(*stop, at), searched.profile().duration(*stop, at)));
            assert!(rows.clone().any(|(now, before)| now != before), "{why}: {stop:?} is not changed");
        }
        let (mut doors, mut expected) = (Lanes::default(), Lanes::default());
        repaired.to_door(&question.egress, &mut doors);
        fresh.to_door(&question.egress, &mut expected);
        assert_eq!(doors, expected, "{why}");
        n_changed += usize::from(!repaired.changed().is_empty());
    }
    n_changed
}

#[test]
fn repaired_searches_find_what_fresh_ones_find() {
    let mut n_changed = 0;
    for_worlds(800, SMALL, |seed, world, question, dice| {
        let (base, sets) = split(world, dice);
        for direction in [Direction::Forward, Direction::Backward] {
            let why = format!("seed {seed}, {direction:?}, {question:?}");
            n_changed += assert_repaired(&base, &sets, question, &limits(question, direction), &why);
        }
    });
    assert!(n_changed > 5_000, "only {n_changed} of 38 400 repairs changed anything");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_line_taken_out_or_timed_anew_is_a_line_left_out_of_the_base(seed in any::<u64>(), stops in 2..14_u32, shift in 0..40_u32) {
        let mut dice = Dice(seed);
        let begin = dice.pick(&BEGINNINGS);
        let world = random_world(&mut dice, Size { stops, ..SMALL }, begin);
        let question = random_question(&mut dice, stops, begin);
        let mut base = world.clone();
        let line = dice.below(base.timetable.patterns.len() as u32) as usize;
        let old = base.timetable.patterns.remove(line);
        let mut later = old.clone();
        later.arrivals.iter_mut().for_each(|time| *time += shift);
        later.departures.iter_mut().for_each(|time| *time += shift);
        let sets = [old, later].map(|pattern| Timetable { patterns: vec![pattern], headways: Vec::new(), ..world.timetable.clone() });
        for direction in [Direction::Forward, Direction::Backward] {
            assert_repaired(&base, &sets, &question, &limits(&question, direction), "proptest");
        }
    }
}
