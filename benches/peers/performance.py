"""Measures onehour and other engines in one run on the same graphs, checks that the answers are equal, and prints ratios; see README.md.

python3 benches/peers/performance.py --data ../shared/data [--only streets|transit|bands] [--out FILE]
"""

import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
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
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder with graphs and regions")
    arguments.add_argument("--only", choices=["streets", "transit", "bands"], help="one part of the comparison")
    arguments.add_argument("--out", type=Path, help="a file for the table as well")
    asked = arguments.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    in_own_environment()
    build()
    table = Table()
    for name, part in [("streets", streets), ("transit", transit), ("bands", bands)]:
        if asked.only in (None, name):
            part(asked.data, table)
    text = table.text()
    print(text)
    if asked.out:
        asked.out.write_text(text + "\n", encoding="utf-8")
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
        subprocess.run([python_of_today(), "-m", "venv", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
        subprocess.run([*install, "-r", str(REQUIREMENTS)], check=True)
        installed.write_text(wanted, encoding="utf-8")
    os.execv(python, [str(python), str(Path(__file__).resolve()), *sys.argv[1:]])


def python_of_today():
    """An interpreter of version 3.12 or later."""
    versions = sorted(Path.home().glob(".pyenv/versions/3.*/bin/python"), reverse=True)
    for python in [sys.executable, shutil.which("python3.12"), shutil.which("python3.13"), *map(str, versions)]:
        check = [python or "", "-c", "import sys; sys.exit(sys.version_info < (3, 12))"]
        if python and subprocess.run(check, capture_output=True, check=False).returncode == 0:
            return python
    raise SystemExit("the engines need Python 3.12 or later, and none was found")


def build():
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

    def of_onehour(self, rows):
        for row in rows:
            self.rows.append((row["task"], "onehour: " + row["engine"], float(row["median_us"]) / 1000, int(row["samples"]), "", True))

    def of_peer(self, task, engine, found, samples=SAMPLES, equal=None):
        """`equal` says whether all answers were those of onehour; None where that cannot be asked."""
        note = "" if equal is None else equal if isinstance(equal, str) else "equal" if equal else "NOT EQUAL"
        if equal is False:
            self.wrong.append(f"{task}, {engine}")
        self.rows.append((task, engine, found, samples, note, False))

    def text(self):
        lines = ["| task | engine | ms | samples | answers | times onehour's best |", "|---|---|--:|--:|---|--:|"]
        best = {}
        for task, _, found, _, _, own in self.rows:
            if own:
                best[task] = min(best.get(task, found), found)
        # The order of tasks is that in which they came first.
        for task in dict.fromkeys(row[0] for row in self.rows):
            for _, engine, found, samples, note, _ in (row for row in self.rows if row[0] == task):
                ratio = f"{found / best[task]:.1f}" if best.get(task) else "–"
                lines.append(f"| {task} | {engine} | {found:.3f} | {samples} | {note} | {ratio} |")
        return "\n".join(lines)


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
    table.of_onehour(ours("new-york", WORK / "new-york"))
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
    region = validate.Region("Northern Kentucky", data)
    points, file = region.points(N_DOORS, "performance-points")
    date, clock = region.departure.split("T")
    seconds = int(clock[:2]) * 3600 + int(clock[3:5]) * 60
    profile = validate.flat_walking(region.folder)
    feed = region.feed_without_dwells
    table.of_onehour(ours("transit", region.map, feed, date, seconds, profile, file, WORK / "doors"))
    network = TransportNetwork.from_gtfs(str(validate.with_gates(region, feed)), trip_distances=False, leg_geometries=False)
    network.set_transfers(validate.walks_between_stops(region))
    network.set_street_network(*validate.street_payload(region))
    frame = validate.frame_of(points)
    asked = {"departure": f"{date} {clock}", "max_rides": validate.MAX_RIDES, "output_time_units": "seconds", "workers": 1}
    asked |= {"walking_speed_kmph": validate.WALK_KMH, "max_walking_time": validate.WALK_MINUTES, "snap_distance": 1000}
    found, answer = milliseconds(lambda _: TravelTimeMatrix(network, frame, **asked), 3)
    table.of_peer("transit matrix of doors", "cafein", found, 3, alike(validate, region, points, answer))
    vertices = [(f"v{at}", lon, lat) for at, (lon, lat) in enumerate(validate.Drives(region.folder / "graph-stops").places)]
    everywhere = validate.frame_of(vertices)
    # What every call does once (joining the vertices to the streets) is taken off: it is the cost of a further origin that is told.
    whole = lambda n: milliseconds(lambda _: TravelTimeMatrix(network, frame.iloc[:n], everywhere, **asked), 3)[0]
    table.of_peer("transit to all vertices", "cafein, cost of one more origin", (whole(SAMPLES + 1) - whole(1)) / SAMPLES)


def alike(validate, region, points, answer):
    """How many pairs agree. cafein gives whole seconds, and walks to a stop and on from it to another door; onehour does not."""
    walks = validate.walks_from_door_to_door(region, points)
    theirs = validate.as_times(answer)
    same = both = 0
    with open(WORK / "doors" / "doors.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            pair = row["from_id"], row["to_id"]
            if pair[0] == pair[1]:
                continue
            options = [time for time in (float(row["ds"]) / 10 if row["ds"] else None, walks.get(pair)) if time is not None]
            a, b = min(options, default=None), theirs.get(pair, [None])[0]
            both += 1
            same += a is None and b is None or a is not None and b is not None and abs(a - b) <= 5
    # docs/validation.md says which differences are known; below this share something else is wrong.
    return f"{100 * same / both:.2f} % within 5 s" if same >= 0.99 * both else False


# ------------------------------------------------------------------------------------------------------------------------ bands


def bands(data, table):
    """Driving from one place of Heidelberg: six bands of onehour against contours of Valhalla on tiles of the same map."""
    import valhalla

    map_file = data / "heidelberg-ors" / "heidelberg.test.pbf"
    if not map_file.exists():
        print("skipped: no Heidelberg", file=sys.stderr)
        return
    lon, lat = DRIVE_FROM
    table.of_onehour(ours("bands", map_file, lon, lat))
    tiles = WORK / "valhalla-tiles"
    # The configuration wants a folder that is there.
    tiles.mkdir(exist_ok=True)
    config = valhalla.get_config(tile_dir=str(tiles), verbose=False)
    config["service_limits"]["isochrone"]["max_contours"] = 6
    config["mjolnir"]["tile_extract"] = ""
    file = WORK / "valhalla.json"
    file.write_text(json.dumps(config), encoding="utf-8")
    if not any(tiles.iterdir()):
        tool = Path(sys.prefix) / "bin" / "valhalla_build_tiles"
        subprocess.run([str(tool), "-c", str(file), str(map_file)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    actor = valhalla.Actor(str(file))
    for label, minutes in [("one contour", [30]), ("six contours", [5, 10, 15, 20, 25, 30])]:
        question = {"locations": [{"lat": lat, "lon": lon}], "costing": "auto", "polygons": True}
        question["contours"] = [{"time": minute} for minute in minutes]
        found, _ = milliseconds(lambda _: actor.isochrone(question))
        table.of_peer("isobands", f"Valhalla, {label} (its own speeds)", found)


if __name__ == "__main__":
    main()
