//! Studies whose files are each well formed and do not fit together, and commands that ask for what is not there: the tiny study with
//! a few words replaced, and in `tests/hostile/whole/<case>.expected` the exact text that a user sees. `UPDATE_EXPECT=1` rewrites it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;

use crate::hostile::{codes_in, codes_of_street_tests};
use crate::tiny::{Tiny, stderr, stdout};

/// A file of the study, what stands once in it, and what stands there instead; nothing to replace means added at the end.
type Edit = (&'static str, &'static str, &'static str);

/// A name, the faults that are put in, and the command, `--study` left out.
type Case = (&'static str, &'static [Edit], &'static str);

const RUN: &str = "run --out out";

/// A project that builds nothing and stands in no scenario.
const IDLE: &str = r#"
[[project]]
id = "idle"
name = { zh = "闲置", en = "Idle" }
clause = "研究闲置"
paragraph = "roads"
kind = "road"
verb = "研究"
status = "unknown"
status_date = "2026"
status_source = "日报"
confidence = "L"
not_modelled = "只是研究"
not_modelled_en = "Only studied"
"#;

/// A second network file, for names that are used in both.
const SECOND: &str = r#"<network region="tiny"><node id="n1" lon="112.50" lat="37.80"/></network>"#;

/// Cases of files that do not fit together.
#[rustfmt::skip]
const FILES: &[Case] = &[
    ("duplicate-link", &[("network.xml", r#"<link id="g108-west""#, r#"<link id="g108-east""#)], RUN),
    ("duplicate-node-of-another-file", &[("study.toml", r#"["network.xml"]"#, r#"["network.xml", "second.xml"]"#), ("second.xml", "", SECOND)], RUN),
    ("unknown-node", &[("network.xml", r#"<link id="g99" from="n2" to="n3""#, r#"<link id="g99" from="n2" to="n33""#)], RUN),
    ("unknown-stop-line-and-delay", &[("network.xml", r#"<call stop="west" line="valley"/>"#, r#"<call stop="wets" line="vale"/>"#), ("network.xml", r#"delay="throat""#, r#"delay="thraot""#)], RUN),
    ("link-shorter-than-straight", &[("network.xml", r#"length_km="11""#, r#"length_km="1.1""#)], RUN),
    ("limit-without-parameter", &[("network.xml", r#"limit_kmh="120""#, r#"limit_kmh="110""#)], RUN),
    ("model-without-parameter", &[("network.xml", r#"model="emu""#, r#"model="enu""#)], RUN),
    ("no-way-by-the-line", &[("network.xml", r#"<at stop="west" km="22" delay="throat"/>"#, r#"<at point="west" lon="112.69" lat="37.89" km="22" delay="throat"/>"#)], RUN),
    ("section-without-links", &[("network.xml", r#"<published section="g108""#, r#"<published section="g109""#)], RUN),
    ("unknown-city-and-unit", &[("places.csv", "e,东县,East County,w,", "e,东县,East County,ww,"), ("places.csv", ",w1,4,census", ",w2,4,census")], RUN),
    ("unknown-place-of-a-centre", &[("centres.csv", "w,新区", "ww,新区"), ("centres.csv", ",0.6,", ",1,"), ("centres.csv", ",0.4,", ",1,")], RUN),
    ("unknown-group", &[("places.csv", "1000,core", "1000,cor")], RUN),
    ("unknown-outline", &[("outlines.geojson", r#""id": "e""#, r#""id": "east""#)], RUN),
    ("unknown-place-of-cells", &[("cells.csv", "e,700,", "f,700,"), ("cells.csv", "e,200,", "f,200,")], RUN),
    ("step-of-cells", &[("study.toml", "step_lon = 0.0114", "step_lon = 0.114")], RUN),
    ("unknown-place-of-a-stop", &[("network.xml", r#"serves="w w1""#, r#"serves="w west1""#)], RUN),
    ("unknown-origin-of-maps", &[("study.toml", r#"isochrone_from = "w""#, r#"isochrone_from = "西市""#)], RUN),
    ("slash-in-scenario-id", &[("study.toml", r#"id = "S1""#, r#"id = "../S1""#), ("study.toml", r#"compare = ["S0", "S1"]"#, r#"compare = ["S0", "../S1"]"#)], RUN),
    ("study-id-of-points", &[("study.toml", r#"id = "tiny""#, r#"id = "..""#)], "run"),
    ("unknown-verb", &[("study.toml", r#"with_verb = ["建设"]"#, r#"with_verb = ["建成"]"#)], RUN),
    ("unknown-project-of-a-scenario", &[("study.toml", r#"with_verb = ["建设"]"#, r#"projects = ["new-raod"]"#)], RUN),
    ("unknown-project-of-a-link", &[("network.xml", r#"project="new-road""#, r#"project="new-roads""#)], RUN),
    ("project-without-what-it-needs", &[("projects.toml", "year = 2027", "depends_on = [\"idle\"]"), ("projects.toml", "", IDLE)], RUN),
    ("project-beside-what-it-excludes", &[("projects.toml", "year = 2027", "excludes = [\"idle\"]"), ("projects.toml", "", IDLE), ("study.toml", r#"with_verb = ["建设"]"#, r#"with_verb = ["建设", "研究"]"#)], RUN),
    ("line-of-a-project-without-service", &[("network.xml", r#"design_kmh="250""#, r#"design_kmh="250" project="new-road""#), ("network.xml", r#"basis="assumed""#, r#"basis="assumed" project="new-road""#)], RUN),
    ("tag-of-a-project-that-builds-nothing", &[("network.xml", r#"project="new-road""#, r#"project="idle""#), ("projects.toml", "", IDLE), ("projects.toml", r#"kind = "build""#, "kind = \"close_link\"\nlinks = [\"g99\"]")], RUN),
    ("build-of-nothing", &[("network.xml", r#" project="new-road""#, "")], RUN),
    ("limit-as-it-is", &[("projects.toml", "", "[[project.change]]\nkind = \"set_limit\"\nlinks = [\"g99\"]\nlimit_kmh = 120\n")], RUN),
    ("names-that-changes-do-not-find", &[("projects.toml", "", "[[project.change]]\nkind = \"close_link\"\nlinks = [\"g98\", \"g99\"]\n[[project.change]]\nkind = \"set_process\"\nstop = \"wets\"\nclass = \"hub\"\n[[project.change]]\nkind = \"set_model\"\nline = \"valley\"\nmodel = \"enu\"\n")], RUN),
    ("streets-changed-in-a-study-without-streets", &[("projects.toml", "", "[[project.change]]\nkind = \"close_way\"\nways = [4391]\n[[project.change]]\nkind = \"withdraw_route\"\nroute = \"33\"\n")], RUN),
    ("class-without-limit", &[("projects.toml", "", "[[project.change]]\nkind = \"set_class\"\nsection = \"g108\"\nclass = \"expressway\"\n")], RUN),
    ("new-limit-without-parameter", &[("projects.toml", "", "[[project.change]]\nkind = \"set_limit\"\nlinks = [\"g99\"]\nlimit_kmh = 90\n")], RUN),
    ("service-beyond-its-line", &[("network.xml", r#"design_kmh="250""#, r#"design_kmh="250" closed="2030""#)], RUN),
    ("unknown-definition-of-a-target", &[("targets.toml", r#"definition = "V5""#, r#"definition = "V55""#)], RUN),
    ("unknown-scenario-of-a-target", &[("targets.toml", r#"scenarios = ["S0"]"#, r#"scenarios = ["S00"]"#)], RUN),
    ("unknown-group-of-a-target", &[("targets.toml", r#"groups = ["core"]"#, r#"groups = ["cores"]"#)], RUN),
    ("name-of-a-place-for-its-id", &[("targets.toml", r#"centre = "w", places = ["e"]"#, r#"centre = "西市", places = ["ee"]"#)], RUN),
    ("place-on-both-ends", &[("targets.toml", r#"centre = "w", places = ["e"]"#, r#"centre = "w", places = ["e", "w"]"#)], RUN),
    ("target-without-relations", &[("places.csv", "1000,core", "1000,")], RUN),
    ("names-of-an-observation", &[("observations.csv", "o1,east,west,transit,V1,S0", "o1,eats,西区,transit,V0,S7")], RUN),
    ("names-of-a-claim", &[("claims.csv", "半小时到西市,e,w,", "半小时到西市,x,东县,")], RUN),
    ("faults-of-three-files", &[("network.xml", r#"length_km="11""#, r#"length_km="1.1""#), ("places.csv", "1000,core", "1000,cor"), ("study.toml", r#"with_verb = ["建设"]"#, r#"with_verb = ["建成"]"#)], RUN),
    ("file-that-is-not-there", &[("study.toml", r#"claims = "claims.csv""#, r#"claims = "claim.csv""#)], RUN),
];

/// Cases of commands.
#[rustfmt::skip]
const COMMANDS: &[Case] = &[
    ("misspelt-place", &[], "route 东现 w"),
    ("misspelt-ends", &[], "route 东现 Wset"),
    ("misspelt-place-in-english", &[], "route Wset w"),
    ("place-like-none", &[], "route 北京 w"),
    ("misspelt-stop", &[], "isochrone 东战 --out out/bands.geojson"),
    ("misspelt-places-of-a-matrix", &[], "matrix --from 东现 --to 西 --out out/matrix.csv"),
    ("stop-of-later", &[("network.xml", r#"<stop id="west" name="西站""#, r#"<stop id="later" name="新站" lon="112.6" lat="37.85" class="county" serves="" opened="2030" source="atlas" confidence="H"/><stop id="west" name="西站""#)], "route 新站 w"),
    ("coordinates-swapped", &[], "route 37.80,112.50 w"),
    ("coordinates-beyond-the-globe", &[], "route 200,37 w"),
    ("circle-around-a-stop", &[], "compare S0 S1 --to 东站 --out out/compare.csv"),
    ("no-cells", &[("study.toml", "[cells]\nfile = \"cells.csv\"\nstep_lon = 0.0114\nstep_lat = 0.009\n", ""), ("targets.toml", "[[target]]\nid = \"C1\"", "[[target]]\nid = \"C2\"")], "isochrone w --out out/bands.geojson"),
    ("bands-that-descend", &[], "isochrone w --bands 60,30 --out out/bands.geojson"),
    ("unknown-scenario", &[], "run --scenario S2 --out out"),
    ("scenario-like-none", &[], "run --scenario plan --out out"),
    ("unknown-definition", &[], "matrix --definition centre --out out/matrix.csv"),
    ("unknown-target", &[], "verdict --target A9 --out out/verdict.csv"),
    ("target-of-a-study-without-targets", &[("study.toml", "targets = \"targets.toml\"\n", "")], "verdict --target A9 --out out/verdict.csv"),
    ("target-that-is-not-asked-there", &[], "verdict --target A2 --scenario S1 --out out/verdict.csv"),
    ("unknown-project-with", &[], "run --with new-raod --out out"),
    ("switched-off-what-another-needs", &[("projects.toml", "", IDLE), ("projects.toml", "year = 2027", "depends_on = [\"idle\"]"), ("study.toml", r#"with_verb = ["建设"]"#, r#"with_verb = ["建设", "研究"]"#)], "run --scenario S1 --without idle --out out"),
];

/// What is doubtful only: the command does its work.
#[rustfmt::skip]
const WARNINGS: &[Case] = &[
    ("people-of-cells", &[("cells.csv", "e,700,", "e,900,")], "check"),
    ("line-without-service", &[("network.xml", r#"<service id="valley-fast""#, r#"<line id="branch" name="支线" mode="rail" model="emu" design_kmh="120" project="new-road" source="atlas" confidence="H"><at stop="east" km="0"/><at stop="west" km="23"/></line><service id="valley-fast""#), ("projects.toml", "year = 2027", "service = \"假设\"\nservice_en = \"assumed\"")], "check"),
];

fn tiny(edits: &[Edit]) -> Tiny {
    edits.iter().fold(Tiny::new(), |tiny, (file, old, new)| tiny.with(file, old, new))
}

fn expected(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/whole").join(name).with_extension("expected")
}

/// Runs a case, and checks that it ends with 2, says what is expected and nothing else, and writes nothing.
fn refused((name, edits, command): &Case) {
    let tiny = tiny(edits);
    let before = tiny.files();
    let output = tiny.run(command);
    expect_file![expected(name)].assert_eq(&stderr(&output));
    assert_eq!(output.status.code(), Some(2), "{name}: {}", stderr(&output));
    assert_eq!(stdout(&output), "", "{name} prints no data");
    assert!(tiny.files() == before, "{name} leaves its folder as it was");
}

#[test]
fn files_that_do_not_fit_together_are_refused_with_their_expected_text() {
    FILES.iter().for_each(refused);
}

#[test]
fn check_says_of_files_what_run_says() {
    for (name, edits, _) in FILES.iter().filter(|case| case.2 == RUN) {
        let output = tiny(edits).run("check");
        assert_eq!(output.status.code(), Some(2), "{name}: check finds nothing");
        assert_eq!(stderr(&output), fs::read_to_string(expected(name)).unwrap(), "{name}");
    }
}

#[test]
fn commands_that_ask_for_what_is_not_there_are_refused_with_their_expected_text() {
    COMMANDS.iter().for_each(refused);
}

#[test]
fn doubts_are_told_and_the_work_is_done() {
    for (name, edits, command) in WARNINGS {
        let output = tiny(edits).run(command);
        expect_file![expected(name)].assert_eq(&stderr(&output));
        assert_eq!(output.status.code(), Some(0), "{name}");
        assert!(!output.stdout.is_empty(), "{name} prints its data");
    }
}

#[test]
fn without_a_study_the_text_says_where_one_is_looked_for() {
    let tiny = Tiny::new();
    let output = tiny.plain("check");
    expect_file![expected("no-study")].assert_eq(&stderr(&output));
    assert_eq!(output.status.code(), Some(2));
    fs::create_dir(tiny.path().join("seeds")).unwrap();
    let tiny = tiny.with("seeds/default.toml", "", "studies = 1\n");
    let output = tiny.plain("check");
    expect_file![expected("default-without-study")].assert_eq(&stderr(&output));
    assert_eq!(output.status.code(), Some(2));
}

/// Codes that no study can give, since a reader has found the fault before.
const FOUND_BY_READERS: &[&str] =
    &["territory::duplicate_place", "territory::duplicate_group", "territory::weights", "network::loop"];

#[test]
fn every_code_of_what_does_not_fit_together_has_a_case() {
    let mut codes = BTreeSet::new();
    for layer in ["network", "scenario", "measure", "output", "cli"] {
        codes_in(&Path::new("src").join(layer), &mut codes);
    }
    assert!(codes.len() > 30, "only {} codes were found", codes.len());
    let mut seen: BTreeSet<String> = FOUND_BY_READERS.iter().map(|code| code.to_string()).collect();
    let mut names: BTreeSet<&str> = ["no-study", "default-without-study"].into();
    names.extend(FILES.iter().chain(COMMANDS).chain(WARNINGS).map(|case| case.0));
    for name in &names {
        let text = fs::read_to_string(expected(name)).unwrap();
        let heads = text.lines().filter(|line| line.starts_with("error[") || line.starts_with("warning["));
        seen.extend(heads.filter_map(|line| Some(line.split_once('[')?.1.split_once(']')?.0.to_string())));
    }
    seen.extend(codes_of_street_tests());
    let unseen: Vec<&String> = codes.difference(&seen).collect();
    assert!(unseen.is_empty(), "no case of tests/suite/hostile_study.rs gives {unseen:?}");
    for entry in fs::read_dir(expected("x").parent().unwrap()).unwrap().flatten() {
        let path = entry.path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(names.contains(&*name), "{} has no case", path.display());
    }
}
