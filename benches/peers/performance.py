"""Measures onehour and other engines in one run on the same graphs, checks that the answers are equal, and prints ratios; see README.md.

python3 benches/peers/performance.py --data ../shared/data [--only streets|transit|drives|bands] [--out FILE]
"""

import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import time
import warnings
from pathlib import Path

# One core each: set before any engine is loaded.
for name in ["OMP_NUM_THREADS", "RAYON_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]:
    os.environ[name] = "1"

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
WORK = TARGET / "peers" / "performance"
REQUIREMENTS = HERE / "performance-requirements.txt"

SAMPLES = 20
MATRIX = 1000
N_DOORS = 1000
DRIVE_FROM = (8.692, 49.41)


def main():
    parts = {"streets": streets, "transit": transit, "drives": drives, "bands": bands}
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder with graphs and regions")
    arguments.add_argument("--only", choices=list(parts), help="one part of the comparison")
    arguments.add_argument("--out", type=Path, help="a file for the table as well")
    arguments.add_argument("--csv", type=Path, help="a file for the rows as CSV")
    asked = arguments.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    in_own_environment()
    build()
    table = Table()
    for name, part in parts.items():
        if asked.only in (None, name):
            begin = time.monotonic()
            part(asked.data.resolve(), table)
            print(f"{name}: {time.monotonic() - begin:.0f} s", file=sys.stderr)
    text = table.text()
    print(text)
    if asked.out:
        asked.out.write_text(text + "\n", encoding="utf-8")
    if asked.csv:
        table.write(asked.csv)
    if table.wrong:
        raise SystemExit("answers differ: " + "; ".join(table.wrong))


def in_own_environment():
    """Runs this script again in a virtual environment with the engines, which is made at the first time."""
    folder = WORK / "venv"
    python = folder / "bin" / "python"
    if Path(sys.prefix).resolve() == folder.resolve():
        return
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    installed = folder / "installed.txt"
    if not installed.exists() or installed.read_text(encoding="utf-8") != wanted:
        subprocess.run([python_of_today(), "-m", "venv", "--clear", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
        subprocess.run([*install, "-r", str(REQUIREMENTS)], check=True)
        installed.write_text(wanted, encoding="utf-8")
    os.execv(python, [str(python), str(Path(__file__).resolve()), *sys.argv[1:]])


def python_of_today():
    """An interpreter for which there are wheels of all engines: 3.12, or else a later one."""
    pyenv = [str(python) for minor in ("3.12", "3.13") for python in sorted(Path.home().glob(f".pyenv/versions/{minor}.*/bin/python"))]
    for python in [shutil.which("python3.12"), *pyenv, sys.executable, shutil.which("python3.13")]:
        check = [python or "", "-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))"]
        if python and subprocess.run(check, capture_output=True, check=False).returncode == 0:
            return python
    raise SystemExit("the engines need Python 3.12 or later with its module venv (as python3.12, or below ~/.pyenv/versions); none was found")


def build():
    if not shutil.which("cargo"):
        raise SystemExit("onehour is built by cargo (https://rustup.rs), and there is none")
    cargo = ["cargo", "build", "--quiet", "--release", "--manifest-path", str(ROOT / "Cargo.toml")]
    subprocess.run([*cargo, "--bin", "onehour"], check=True)
    examples = [word for name in ["performance", "export_flat", "export_graph"] for word in ("--example", name)]
    subprocess.run([*cargo, *examples], check=True)


def example(name, *arguments):
    """What an example prints."""
    command = [str(TARGET / "release" / "examples" / name), *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def ours(part, *arguments):
    """The rows of onehour's own measurement; kept as a file too, for the plots."""
    text = example("performance", part, *arguments)
    (WORK / f"{part}.csv").write_text(text, encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def milliseconds(work, samples=SAMPLES):
    """The median processor time of the whole process, and the last answer. One call before is not counted."""
    work(0)
    times, answer = [], None
    for at in range(samples):
        start = time.process_time()
        answer = work(at)
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times), answer


class Table:
    """Rows of task, engine and milliseconds; ratios are to onehour's best engine of the same task."""

    def __init__(self):
        self.rows = []
        self.wrong = []
        self.notes = []
        self.graph = ""

    def note(self, sentence):
        self.notes.append(sentence)

    def of_onehour(self, rows):
        for row in (row for row in rows if row["median_us"]):
            found = float(row["median_us"]) / 1000
            self.rows.append((self.graph, row["task"], "onehour: " + row["engine"], found, int(row["samples"]), "", True))

    def of_peer(self, task, engine, found, samples=SAMPLES, equal=None):
        """`equal` says whether all answers were those of onehour; None where that cannot be asked."""
        note = "" if equal is None else equal if isinstance(equal, str) else "equal" if equal else "NOT EQUAL"
        if equal is False:
            self.wrong.append(f"{task}, {engine}")
        self.rows.append((self.graph, task, engine, found, samples, note, False))

    def write(self, file):
        with open(file, "w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(["graph", "task", "engine", "ms", "samples", "answers"])
            writer.writerows(row[:6] for row in self.rows)

    def text(self):
        lines = ["| graph | task | engine | ms | samples | answers | times onehour's best |", "|---|---|---|--:|--:|---|--:|"]
        best = {}
        for graph, task, _, found, _, _, own in self.rows:
            if own:
                best[graph, task] = min(best.get((graph, task), found), found)
        # The order of tasks is that in which they came first.
        for about in dict.fromkeys(row[:2] for row in self.rows):
            for graph, task, engine, found, samples, note, _ in (row for row in self.rows if row[:2] == about):
                ratio = f"{found / best[about]:.1f}" if best.get(about) else "–"
                lines.append(f"| {graph} | {task} | {engine} | {found:.3f} | {samples} | {note} | {ratio} |")
        return "\n".join([*lines, *("\n" + note for note in self.notes)])


def root(at, n):
    """The node from which the search with this number begins; examples/performance/street.rs has the same rule."""
    return ((at + 1) * 2_654_435_769 % 2**32 * n) >> 32


# ---------------------------------------------------------------------------------------------------------------------- streets


def streets(data, table):
    """DIMACS New York: order, customization, one to all, and a matrix."""
    import numpy

    if not (data / "dimacs-newyork").exists():
        print("skipped: no New York", file=sys.stderr)
        return
    table.graph = "New York"
    rows = ours("new-york", WORK / "new-york")
    table.of_onehour(rows)
    parts = [float(row["median_us"]) for row in rows if row["task"] in ("order", "topology", "customize")]
    table.of_onehour([{"task": "whole index", "engine": "order, topology and customize", "median_us": sum(parts), "samples": 1}])
    example("export_flat", "new-york", WORK / "flat")
    read = lambda name, kind="<u4": numpy.fromfile(WORK / "flat" / name, dtype=kind)
    first, heads, weights = read("first_out"), read("heads"), read("weights")
    places = read("places", "<i4").reshape(-1, 2) / 1e7
    n = len(first) - 1
    tails = numpy.repeat(numpy.arange(n, dtype=numpy.uint32), numpy.diff(first))
    answers = lambda name: numpy.fromfile(WORK / "new-york" / name, dtype="<u4")
    trees, matrix = answers("trees").reshape(-1, n), answers("matrix").reshape(MATRIX, MATRIX)
    sources = [root(at, n) for at in range(MATRIX)]
    targets = [root(at, n) for at in range(MATRIX, 2 * MATRIX)]
    graph = (n, tails, heads, weights, places)
    by_routingkit_ch(table, numpy.array(sources + targets, dtype="<u4"), trees, matrix)
    by_scipy(table, graph, sources, trees)
    by_networkit(table, graph, sources, trees)
    by_routingkit_cch(table, graph, sources, targets, trees, matrix)
    by_pyroutingkit(table, graph, sources, targets, matrix)


def quickest(graph):
    """The arcs, of parallel ones the quickest: matrices have one value a pair."""
    import numpy

    n, tails, heads, weights, _ = graph
    order = numpy.lexsort((weights, heads, tails))
    tails, heads, weights = tails[order], heads[order], weights[order]
    first = numpy.ones(len(tails), dtype=bool)
    first[1:] = (tails[1:] != tails[:-1]) | (heads[1:] != heads[:-1])
    return n, tails[first], heads[first], weights[first]


def by_scipy(table, graph, sources, trees):
    import numpy
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    n, tails, heads, weights = quickest(graph)
    arcs = csr_matrix((weights.astype(numpy.float64), (tails, heads)), shape=(n, n))
    equal = all(numpy.array_equal(dijkstra(arcs, indices=sources[at]), tree) for at, tree in enumerate(trees))
    found, _ = milliseconds(lambda at: dijkstra(arcs, indices=sources[at]))
    table.of_peer("one to all", "scipy: Dijkstra", found, equal=equal)


def by_networkit(table, graph, sources, trees):
    import networkit
    import numpy

    networkit.setNumberOfThreads(1)
    n, tails, heads, weights = quickest(graph)
    arcs = networkit.GraphFromCoo((weights.astype(numpy.float64), (tails, heads)), n, weighted=True, directed=True)

    def search(at):
        run = networkit.distance.Dijkstra(arcs, sources[at], storePaths=False)
        run.run()
        return run

    equal = all(numpy.array_equal(numpy.array(search(at).getDistances()), tree) for at, tree in enumerate(trees))
    found, _ = milliseconds(search)
    table.of_peer("one to all", "networkit: Dijkstra", found, equal=equal)


def by_routingkit_ch(table, roots, trees, matrix):
    """RoutingKit's contraction hierarchy: its sources are in the source package of routingkit-cch, whose wheels have no door to it."""
    import numpy

    if not shutil.which("g++"):
        table.note("RoutingKit's CH was not measured: there is no g++ to build it")
        return
    folder = WORK / "routingkit"
    program = folder / "routingkit_ch"
    if not program.exists():
        wanted = next(line for line in REQUIREMENTS.read_text(encoding="utf-8").split() if line.startswith("routingkit-cch"))
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--no-binary", "routingkit-cch", "--dest", str(folder), wanted], check=True)
        with tarfile.open(next(folder.glob("*.tar.gz"))) as package:
            package.extractall(folder, filter="data")
        home = next(folder.glob("*/RoutingKit"))
        parts = ["contraction_hierarchy", "bit_vector", "bit_select", "id_mapper", "graph_util", "timer"]
        compiler = ["g++", "-std=c++17", "-O3", "-march=native", "-DNDEBUG", "-I", str(home / "include"), "-o", str(program)]
        subprocess.run([*compiler, str(HERE / "routingkit_ch.cpp"), *(str(home / "src" / f"{part}.cpp") for part in parts)], check=True)
    roots.tofile(folder / "roots")
    command = [str(program), str(WORK / "flat"), str(folder / "roots"), str(len(trees)), str(folder)]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    answers = lambda name, like: numpy.array_equal(numpy.fromfile(folder / name, dtype="<u4").reshape(like.shape), like)
    equal = {"one to all": answers("trees", trees), "matrix": answers("matrix", matrix)}
    names = {"hierarchy": "contraction hierarchy", "one to all": "CH, all nodes pinned", "matrix": "CH, pinning included"}
    for row in csv.DictReader(text.splitlines()):
        task, samples = row["task"], int(row["samples"])
        engine = f"RoutingKit: {names[task]} (C++, -O3 -march=native)"
        table.of_peer("whole index" if task == "hierarchy" else task, engine, float(row["median_ms"]), samples, equal.get(task))


def by_routingkit_cch(table, graph, sources, targets, trees, matrix):
    import numpy
    from routingkit_cch import CCH, CCHMetric, CCHOneToMany, compute_order_inertial

    n, tails, heads, weights, places = graph
    lists = [tails.tolist(), heads.tolist(), weights.tolist()]
    start = time.process_time()
    order = compute_order_inertial(n, lists[0], lists[1], places[:, 1].tolist(), places[:, 0].tolist())
    table.of_peer("order", "RoutingKit: inertial flow (routingkit-cch)", (time.process_time() - start) * 1000, 1)
    cch = CCH(order, lists[0], lists[1], False)
    metric = CCHMetric(cch, lists[2])
    found, _ = milliseconds(lambda _: metric.reset(lists[2]), 5)
    table.of_peer("customize", "RoutingKit: CCH (routingkit-cch)", found, 5)
    pinned = CCHOneToMany(metric, list(range(n)))
    equal = all(numpy.array_equal(numpy.array(pinned.distances_from(sources[at])), tree) for at, tree in enumerate(trees))
    found, _ = milliseconds(lambda at: pinned.distances_from(sources[at]))
    table.of_peer("one to all", "RoutingKit: CCH, all nodes pinned (routingkit-cch, a list of Python)", found, equal=equal)
    pinned = CCHOneToMany(metric, targets)
    found, answer = milliseconds(lambda _: [pinned.distances_from(source) for source in sources], 3)
    table.of_peer("matrix", "RoutingKit: CCH, destinations pinned (routingkit-cch)", found, 3, numpy.array_equal(answer, matrix))


def by_pyroutingkit(table, graph, sources, targets, matrix):
    import numpy
    import pyroutingkit

    n, tails, heads, weights, places = graph
    latitude, longitude = (places[:, axis].astype(numpy.float32) for axis in (1, 0))
    cch = pyroutingkit.CCH()
    cch.build_topology(tails, heads, latitude, longitude, n)
    cch.customize_weights(weights)
    pairs = [numpy.array(nodes, dtype=numpy.uint32) for nodes in (sources, targets)]
    found, answer = milliseconds(lambda _: cch.distances_many_to_many(*pairs), 3)
    table.of_peer("matrix", "RoutingKit: CCH (pyroutingkit, one thread)", found, 3, numpy.array_equal(answer, matrix))


# ---------------------------------------------------------------------------------------------------------------------- transit


def transit(data, table):
    """Northern Kentucky, on the streets and walks between stops that onehour has, given to cafein as in validate.py."""
    import validate
    from cafein import TransportNetwork, TravelTimeMatrix

    if not (data / validate.REGIONS["Northern Kentucky"]["feed"]).exists():
        print("skipped: no Northern Kentucky", file=sys.stderr)
        return
    # cafein tells at every call which points lie on no street; the comparison of answers tells how many pairs that concerns.
    warnings.filterwarnings("ignore", module="cafein")
    region = validate.Region("Northern Kentucky", data)
    points, file = region.points(N_DOORS, "performance-points")
    date, clock = region.departure.split("T")
    seconds = int(clock[:2]) * 3600 + int(clock[3:5]) * 60
    profile = validate.flat_walking(region.folder)
    feed = region.feed_without_dwells
    table.graph = "Northern Kentucky"
    table.of_onehour(ours("transit", region.map, feed, date, seconds, profile, file, WORK / "doors"))
    network = TransportNetwork.from_gtfs(str(validate.with_gates(region, feed)), trip_distances=False, leg_geometries=False)
    network.set_transfers(validate.walks_between_stops(region))
    network.set_street_network(*validate.street_payload(region))
    frame = validate.frame_of(points)
    asked = {"departure": f"{date} {clock}", "max_rides": validate.MAX_RIDES, "output_time_units": "seconds", "workers": 1}
    asked |= {"walking_speed_kmph": validate.WALK_KMH, "max_walking_time": validate.WALK_MINUTES, "snap_distance": 1000}
    found, answer = milliseconds(lambda _: TravelTimeMatrix(network, frame, **asked), 5)
    table.of_peer("transit matrix of doors", "cafein: TravelTimeMatrix, one worker", found, 5, alike(validate, region, points, answer))
    vertices = [(f"v{at}", lon, lat) for at, (lon, lat) in enumerate(validate.Drives(region.folder / "graph-stops").places)]
    everywhere = validate.frame_of(vertices)
    # What every call does once (joining the vertices to the streets) is taken off: it is the cost of a further origin that is told.
    whole = lambda n: milliseconds(lambda _: TravelTimeMatrix(network, frame.iloc[:n], everywhere, **asked), 5)[0]
    one, many = whole(1), whole(SAMPLES + 1)
    table.of_peer("transit to all vertices", "cafein: cost of one more origin, of 20", (many - one) / SAMPLES)
    table.of_peer("transit to all vertices", "cafein: a call for one origin, vertices joined anew", one, 5)


def alike(validate, region, points, answer):
    """How many pairs agree, and in what the others differ. cafein gives whole seconds, and walks to a stop and on from it to another
    door; onehour does not, so such walks are put beside its times."""
    walks = validate.walks_from_door_to_door(region, points)
    theirs = validate.as_times(answer)
    same = longer = alone = 0
    pairs = []
    with open(WORK / "doors" / "doors.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            pair = row["from_id"], row["to_id"]
            if pair[0] == pair[1]:
                continue
            options = [time for time in (float(row["ds"]) / 10 if row["ds"] else None, walks.get(pair)) if time is not None]
            a, b = min(options, default=None), theirs.get(pair, [None])[0]
            pairs.append(pair)
            same += a == b or a is not None and b is not None and abs(a - b) <= 5
            longer += a is not None and b is not None and a > b + 5
            alone += a is not None and b is None
    n = len(pairs)
    # docs/validation.md: cafein may walk to a second stop at the end (shorter), and knows the largest part of the streets alone (none).
    # Beyond these two kinds, and beyond their usual share, something else is wrong.
    if same + longer + alone < 0.9999 * n or same < 0.98 * n:
        return False
    return f"{100 * same / n:.2f} % within 5 s; {100 * longer / n:.2f} % shorter by a second walk at the end; {100 * alone / n:.2f} % none (small islands)"


# ----------------------------------------------------------------------------------------------------------------------- drives


def drives(data, table):
    """A matrix of driving in Heidelberg, beside OSRM's contraction hierarchy on the same map at its own speeds."""
    import osrm
    import validate

    if not (data / validate.REGIONS["Heidelberg"]["map"]).exists():
        print("skipped: no Heidelberg", file=sys.stderr)
        return
    region = validate.Region("Heidelberg", data)
    points, file = region.points(N_DOORS, "performance-points")
    table.graph = "Heidelberg by car"
    table.of_onehour(ours("drives", region.map, file))
    folder = WORK / "osrm"
    folder.mkdir(exist_ok=True)
    prepared = folder / "heidelberg.osrm"
    if not (folder / "heidelberg.osrm.hsgr").exists():
        shutil.copyfile(region.map, folder / "heidelberg.osm.pbf")
        profile = Path(osrm.__file__).parent / "share" / "profiles" / "car.lua"
        for command in [["extract", "-t", "1", "-p", str(profile), str(folder / "heidelberg.osm.pbf")], ["contract", "-t", "1", str(prepared)]]:
            subprocess.run([sys.executable, "-m", "osrm", *command], check=True, stdout=subprocess.DEVNULL)
    limits = {"max_locations_distance_table": -1, "max_locations_trip": 3, "max_locations_viaroute": 3, "max_locations_map_matching": 3}
    limits |= {"max_results_nearest": 1, "max_alternatives": 1, "default_radius": "unlimited"}
    engine = osrm.OSRM(storage_config=str(prepared), use_shared_memory=False, algorithm="CH", **limits)
    question = osrm.TableParameters(coordinates=[(lon, lat) for _, lon, lat in points], annotations=["duration"], generate_hints=False)
    found, _ = milliseconds(lambda _: engine.Table(question), 5)
    table.of_peer("matrix of drives", "OSRM: CH, Table (points joined to streets anew, own speeds)", found, 5, "not comparable")


# ------------------------------------------------------------------------------------------------------------------------ bands


def bands(data, table):
    """Driving from one place of Heidelberg: six bands of onehour against contours of Valhalla on tiles of the same map."""
    import valhalla

    map_file = data / "heidelberg-ors" / "heidelberg.test.pbf"
    if not map_file.exists():
        print("skipped: no Heidelberg", file=sys.stderr)
        return
    lon, lat = DRIVE_FROM
    table.graph = "Heidelberg by car"
    table.of_onehour(ours("bands", map_file, lon, lat))
    tiles = WORK / "valhalla-tiles"
    # The configuration wants a folder that is there.
    tiles.mkdir(exist_ok=True)
    config = valhalla.get_config(tile_extract="", tile_dir=str(tiles))
    config["mjolnir"]["concurrency"] = 1
    config["service_limits"]["isochrone"]["max_contours"] = 6
    file = WORK / "valhalla.json"
    file.write_text(json.dumps(config), encoding="utf-8")
    if not any(tiles.iterdir()):
        # Its programs are looked for on the path, also when they are called by their module.
        path = {**os.environ, "PATH": f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        command = [sys.executable, "-m", "valhalla", "valhalla_build_tiles", "--config", str(file), str(map_file)]
        subprocess.run(command, check=True, env=path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    actor = valhalla.Actor(str(file))
    for label, minutes in [("one contour", [30]), ("six contours", [5, 10, 15, 20, 25, 30])]:
        question = {"locations": [{"lat": lat, "lon": lon}], "costing": "auto", "polygons": True}
        question["contours"] = [{"time": minute} for minute in minutes]
        found, _ = milliseconds(lambda _: actor.isochrone(question))
        table.of_peer("isobands", f"Valhalla: {label} (text of GeoJSON, own speeds)", found, equal="not comparable")


if __name__ == "__main__":
    main()
