"""Compares travel times of onehour with those of other engines on the same inputs; see README.md in this folder.

python3 benches/peers/validate.py --data ../shared/data [--only roads|stops|doors] [--region NAME] [--out FILE]
"""

import argparse
import csv
import io
import math
import os
import random
import subprocess
import sys
import time
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
WORK = TARGET / "peers"

SEED = 20260101
WALK_KMH = 4.8
# What cafein takes for walking without a timetable; it cannot be changed there.
PEER_WALK_KMH = 3.6
WALK_MINUTES = 20
TRANSFER_MINUTES = 10
LONGEST_MINUTES = 120
MAX_RIDES = 5
WINDOW_MINUTES = 60
PERCENTILES = [5, 50, 95]
N_ROAD_POINTS = 60
N_DOOR_POINTS = 60

REGIONS = {
    "Heidelberg": {
        "map": "heidelberg-ors/heidelberg.test.pbf",
        "feed": "heidelberg-ors/vrn_gtfs_cut.zip",
        "departure": "2022-07-14T08:00",
        "box": (8.60, 49.35, 8.84, 49.50),
    },
    "Northern Kentucky": {
        "map": "northern-kentucky-conveyal/streets.osm.pbf",
        "feed": "northern-kentucky-conveyal/TANK-GTFS.zip",
        "departure": "2019-11-14T08:00",
        "box": None,
    },
}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder with the regions")
    arguments.add_argument("--only", choices=["roads", "stops", "doors"], help="one part of the comparison")
    arguments.add_argument("--region", choices=list(REGIONS), help="one region")
    arguments.add_argument("--out", type=Path, help="a file for the tables as well")
    asked = arguments.parse_args()
    in_own_environment()
    lines = []

    def say(line=""):
        print(line, flush=True)
        lines.append(line)

    WORK.mkdir(parents=True, exist_ok=True)
    build()
    for name in [asked.region] if asked.region else REGIONS:
        region = Region(name, asked.data)
        if asked.only in (None, "roads"):
            roads(region, say)
            peer_streets(region, say)
        if asked.only in (None, "stops"):
            stops(region, say)
        if asked.only in (None, "doors"):
            doors(region, say)
    if asked.out:
        asked.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def in_own_environment():
    """Runs this script again in a virtual environment with the engines, which is made at the first time."""
    folder = WORK / "venv"
    python = folder / "bin" / "python"
    if Path(sys.prefix).resolve() == folder.resolve():
        return
    wanted = (HERE / "requirements.txt").read_text(encoding="utf-8")
    installed = folder / "installed.txt"
    if not installed.exists() or installed.read_text(encoding="utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
        subprocess.run([*install, "-r", str(HERE / "requirements.txt")], check=True)
        installed.write_text(wanted, encoding="utf-8")
    os.execv(python, [str(python), str(Path(__file__).resolve()), *sys.argv[1:]])


def build():
    cargo = ["cargo", "build", "--quiet", "--release", "--manifest-path", str(ROOT / "Cargo.toml")]
    subprocess.run([*cargo, "--bin", "onehour"], check=True)
    subprocess.run([*cargo, "--example", "export_graph"], check=True)


class Region:
    """The files of a region and points in it."""

    def __init__(self, name, data):
        self.name = name
        self.map = data / REGIONS[name]["map"]
        self.feed = data / REGIONS[name]["feed"]
        self.departure = REGIONS[name]["departure"]
        # Where the feed reaches beyond the map, points are drawn near stops in this box: west, south, east, north.
        self.box = REGIONS[name]["box"]
        self.folder = WORK / name.replace(" ", "-").lower()
        self.folder.mkdir(exist_ok=True)
        self.feed_without_dwells = self._without_dwells()

    def _without_dwells(self):
        """The feed with every vehicle leaving as it arrives: see `with_gates`."""
        file = self.folder / "without-dwells.zip"
        with zipfile.ZipFile(self.feed) as feed, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
            for name in feed.namelist():
                if name not in ("stop_times.txt", "shapes.txt"):
                    made.writestr(name, feed.read(name))
            calls = csv.DictReader(io.TextIOWrapper(feed.open("stop_times.txt"), "utf-8-sig"))
            made.writestr("stop_times.txt", as_text([{**row, "departure_time": row["arrival_time"]} for row in calls]))
        return file

    def stops(self):
        """Id, lon and lat of the stops at which something calls, in the order of the feed."""
        with zipfile.ZipFile(self.feed) as feed:
            rows = lambda file: csv.DictReader(io.TextIOWrapper(feed.open(file), "utf-8-sig"))
            called = {row["stop_id"] for row in rows("stop_times.txt")}
            return [
                (row["stop_id"], float(row["stop_lon"]), float(row["stop_lat"]))
                for row in rows("stops.txt")
                if row["stop_id"] in called
            ]

    def points(self, n, label):
        """`n` points up to about 400 m away from stops, drawn with a fixed seed; also as a file."""
        draw = random.Random(f"{SEED} {self.name} {label}")
        stops = sorted(stop for stop in self.stops() if self.box is None or within(stop, self.box))
        points = []
        for at in range(n):
            _, lon, lat = draw.choice(stops)
            away, angle = 400 * math.sqrt(draw.random()), draw.uniform(0, 2 * math.pi)
            lat += away * math.sin(angle) / 111_195
            lon += away * math.cos(angle) / (111_195 * math.cos(math.radians(lat)))
            points.append((f"p{at:03}", round(lon, 6), round(lat, 6)))
        file = self.folder / f"{label}.csv"
        write_rows(file, ["id", "lon", "lat"], points)
        return points, file

    def matrix(self, label, *more, walking=WALK_KMH):
        """Runs `onehour matrix`; seconds by (from, to), one list a percentile; pairs without a journey are left out."""
        out = self.folder / f"{label}.csv"
        profile = flat_walking(self.folder, walking)
        command = [str(TARGET / "release" / "onehour"), "matrix", "--out", str(out), "--profile", str(profile), *map(str, more)]
        command += ["--max-trip", str(LONGEST_MINUTES)] if "--max-trip" not in command else []
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        found = {}
        with open(out, encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                times = [row[name] for name in row if name.startswith("travel_time_p")]
                found[row["from_id"], row["to_id"]] = [float(time) * 60 if time else None for time in times]
        return found


def within(stop, box):
    _, lon, lat = stop
    west, south, east, north = box
    return west <= lon <= east and south <= lat <= north


def flat_walking(folder, speed=WALK_KMH):
    """The shipped profile for walking with one speed everywhere: no slower stairs, no slow surfaces, and no ferries, which the peer
    does not know."""
    lines, inside = [], ""
    for line in (ROOT / "assets/profiles/walk.toml").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            inside = line
        if inside == "[surfaces]" and "=" in line or line.startswith("ferry ="):
            continue
        if "_kmh = [" in line or "{ kmh = [" in line:
            begin, end = line.index("["), line.index("]")
            line = f"{line[:begin]}[{speed}, {speed}, {speed}]{line[end + 1:]}"
        lines.append(line)
    file = folder / f"walk-{speed}.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def write_rows(file, header, rows):
    with open(file, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)


# ---------------------------------------------------------------------------------------------------------------- the same graph


def roads(region, say):
    """Times on the very graph that onehour searches, by scipy's Dijkstra and by RoutingKit's customizable contraction."""
    import numpy
    from routingkit_cch import CCH, CCHMetric, CCHQuery, compute_order_inertial
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    say(f"\n### Streets of {region.name}, the same graph\n")
    say("| mode | states | arcs | forbidden turns | pairs | reached | scipy equal | cch equal | largest difference |")
    say("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    _, file = region.points(N_ROAD_POINTS, "road-points")
    for mode in ["walk", "bicycle", "car"]:
        folder = region.folder / f"graph-{mode}"
        example = TARGET / "release" / "examples" / "export_graph"
        subprocess.run([str(example), str(region.map), mode, str(file), str(folder)], check=True)
        graph = Drives(folder)
        theirs = times_of(folder)
        n = len(graph.head_of)
        weights = numpy.array(graph.weights, dtype=numpy.float64)
        # A stored zero is no arc for scipy: counted in 1/4096 deciseconds too much, and rounded away at the end.
        arcs = csr_matrix((weights + 1 / 4096 / n, (graph.tails, graph.heads)), shape=(n, n))
        lon, lat = zip(*(graph.places[vertex] for vertex in graph.head_of))
        order = compute_order_inertial(n, graph.tails, graph.heads, list(lat), list(lon))
        cch = CCH(order, graph.tails, graph.heads, False)
        query = CCHQuery(CCHMetric(cch, graph.weights))
        ends = {point: graph.arrivals(point) for point in graph.points}
        by_scipy, by_cch = {}, {}
        for origin in graph.points:
            begins = graph.departures(origin)
            reached = numpy.full(n, numpy.inf)
            for state, before in begins:
                one = dijkstra(arcs, indices=state)
                reached = numpy.minimum(reached, one + before)
            for target in graph.points:
                direct = graph.directly(origin, target)
                options = [reached[state] + after for state, after in ends[target]] + direct
                best = min(options, default=math.inf)
                by_scipy[origin, target] = None if math.isinf(best) else math.floor(best + 1 / 16)
                found = query.run_multi(begins, ends[target]).distance if begins and ends[target] else None
                options = direct + ([] if found is None else [found])
                by_cch[origin, target] = min(options, default=None)
        pairs = list(theirs)
        same = lambda others: sum(others[pair] == theirs[pair] for pair in pairs)
        apart = [
            abs(others[pair] - theirs[pair]) / 10
            for others in (by_scipy, by_cch)
            for pair in pairs
            if others[pair] is not None and theirs[pair] is not None
        ]
        n_reached = sum(theirs[pair] is not None for pair in pairs)
        say(
            f"| {mode} | {n} | {len(graph.tails)} | {len(graph.forbidden)} | {len(pairs)} | {n_reached} | {same(by_scipy)} "
            f"| {same(by_cch)} | {max(apart, default=0):.1f} s |"
        )


def times_of(folder):
    with open(folder / "times.csv", encoding="utf-8") as file:
        return {(row["from_id"], row["to_id"]): int(row["ds"]) if row["ds"] else None for row in csv.DictReader(file)}


class Drives:
    """The exported graph with a state for each directed edge that somebody has just driven to its end.

    Where forbidden turns lead over several edges a state also has what has been driven of them. This is another construction than
    that of onehour, whose states are vertices.
    """

    def __init__(self, folder):
        read = lambda name: csv.DictReader(open(folder / name, encoding="utf-8"))
        self.places = [(float(row["lon"]), float(row["lat"])) for row in read("vertices.csv")]
        self.edges, self.out, self.time = [], {}, {}
        for at, row in enumerate(read("edges.csv")):
            tail, head = int(row["tail"]), int(row["head"])
            self.edges.append((tail, head, int(row["length_cm"])))
            for drive, begin, time in ((2 * at, tail, row["forward_ds"]), (2 * at + 1, head, row["backward_ds"])):
                if time:
                    self.time[drive] = int(time)
                    self.out.setdefault(begin, []).append(drive)
        with open(folder / "forbidden.csv", encoding="utf-8") as file:
            self.forbidden = {tuple(map(int, line.split(","))) for line in file if line.strip()}
        self.beginnings = {path[:length] for path in self.forbidden for length in range(1, len(path))}
        self.points = {row["id"]: row for row in read("points.csv")}
        self._states()

    def head(self, drive):
        return self.edges[drive // 2][1 if drive % 2 == 0 else 0]

    def remembered(self, driven):
        """The longest end of what was driven with which a forbidden turn begins; `None` where a forbidden turn is complete."""
        for begin in range(len(driven)):
            if driven[begin:] in self.forbidden:
                return None
        return next((driven[begin:] for begin in range(len(driven)) if driven[begin:] in self.beginnings), ())

    def _states(self):
        self.state, self.head_of, self.before = {}, [], {}
        self.tails, self.heads, self.weights = [], [], []
        waiting = []

        def state(drive, memory):
            key = (drive, memory)
            if key not in self.state:
                self.state[key] = len(self.head_of)
                self.head_of.append(self.head(drive))
                waiting.append(key)
            return self.state[key]

        for drive in self.time:
            state(drive, self.remembered((drive,)))
        while waiting:
            drive, memory = waiting.pop()
            here = self.state[drive, memory]
            for after in self.out.get(self.head(drive), []):
                then = self.remembered(memory + (after,))
                if then is None:
                    continue
                self.tails.append(here)
                self.heads.append(state(after, then))
                self.weights.append(self.time[after])
                self.before.setdefault(after, set()).add(here)
        self.at_vertex = {}
        for number, vertex in enumerate(self.head_of):
            self.at_vertex.setdefault(vertex, []).append(number)

    def on(self, point):
        """Edge, centimetres along it and the deciseconds beside the streets; `None` where the point is on no street."""
        row = self.points[point]
        if not row["edge"]:
            return None
        beside = math.floor(float(row["distance_m"]) / float(row["off_street_m_per_h"]) * 36_000 + 0.5)
        return int(row["edge"]), int(row["along_cm"]), beside

    def vertex(self, edge, along):
        tail, head, length = self.edges[edge]
        return tail if along == 0 else head if along >= length else None

    def part(self, drive, along):
        """Deciseconds from the begin of a directed edge to a place on it."""
        length = self.edges[drive // 2][2]
        driven = along if drive % 2 == 0 else length - along
        return (self.time[drive] * driven + length // 2) // length

    def departures(self, point):
        """States with the deciseconds until them."""
        if self.on(point) is None:
            return []
        edge, along, beside = self.on(point)
        vertex = self.vertex(edge, along)
        fresh = lambda drive: self.state[drive, self.remembered((drive,))]
        if vertex is not None:
            return [(fresh(drive), beside + self.time[drive]) for drive in self.out.get(vertex, [])]
        drives = [drive for drive in (2 * edge, 2 * edge + 1) if drive in self.time]
        return [(fresh(drive), beside + self.time[drive] - self.part(drive, along)) for drive in drives]

    def arrivals(self, point):
        """States with the deciseconds from there to the point."""
        if self.on(point) is None:
            return []
        edge, along, beside = self.on(point)
        vertex = self.vertex(edge, along)
        if vertex is not None:
            return [(state, beside) for state in self.at_vertex.get(vertex, [])]
        drives = [drive for drive in (2 * edge, 2 * edge + 1) if drive in self.time]
        return [(state, beside + self.part(drive, along)) for drive in drives for state in sorted(self.before.get(drive, ()))]

    def directly(self, origin, target):
        """Deciseconds of journeys that need no state: along one edge, or from a vertex."""
        if self.on(origin) is None or self.on(target) is None:
            return []
        (edge, along, beside), (other, other_along, other_beside) = self.on(origin), self.on(target)
        beside += other_beside
        found = []
        begin, end = self.vertex(edge, along), self.vertex(other, other_along)
        if begin is not None and begin == end:
            found.append(beside)
        if begin is not None and end is None:
            leaving = [drive for drive in (2 * other, 2 * other + 1) if drive in self.out.get(begin, [])]
            found += [beside + self.part(drive, other_along) for drive in leaving]
        if edge == other:
            for drive in (2 * edge, 2 * edge + 1):
                if drive in self.time and self.part(drive, along) <= self.part(drive, other_along):
                    if (along <= other_along) == (drive % 2 == 0) or along == other_along:
                        found.append(beside + self.part(drive, other_along) - self.part(drive, along))
        return found


# ------------------------------------------------------------------------------------------------------------- the peer's streets


def peer_streets(region, say):
    """Walking and driving by cafein, which reads the map itself."""
    from cafein import StreetNetwork, TravelTimeMatrix

    header(say, f"Streets of {region.name}, each engine with its own graph", "cafein")
    points, file = region.points(N_ROAD_POINTS, "road-points")
    network = StreetNetwork.from_osm(str(region.map), modes=("walk", "car"))
    frame = frame_of(points)
    for mode in ["walk", "car"]:
        ours = region.matrix(f"own-{mode}", "--osm", region.map, "--origins", file, "--mode", mode, walking=PEER_WALK_KMH)
        table = TravelTimeMatrix(
            network, frame, transport_mode=mode, max_street_time=LONGEST_MINUTES, output_time_units="seconds"
        )
        theirs = {(a, b): [float(t)] for a, b, t in zip(table["from_id"], table["to_id"], table["travel_time"])}
        rows(say, region, mode, ours, theirs, [""])


def frame_of(points):
    import geopandas

    ids, lons, lats = zip(*points)
    return geopandas.GeoDataFrame({"id": list(ids)}, geometry=geopandas.points_from_xy(lons, lats), crs="EPSG:4326")


# --------------------------------------------------------------------------------------------------------------------- timetables


def stops(region, say):
    """From stop to stop: first the timetable alone, then with walks between stops."""
    from cafein import TransportNetwork

    header(say, f"From stop to stop, {region.name}, {region.departure}", "cafein")
    feed = with_gates(region, region.feed)
    walks = walks_between_stops(region)
    for label, osm in [("timetable alone", False), ("with walks between stops", True)]:
        streets = ["--osm", region.map] if osm else []
        common = ["--gtfs", region.feed, "--stops", "--mode", "transit", "--max-rides", MAX_RIDES, "--change", 0, *streets]
        common += ["--transfer-walk", TRANSFER_MINUTES, "--departure", region.departure]
        network = TransportNetwork.from_gtfs(str(feed), trip_distances=False, leg_geometries=False)
        network.set_transfers(walks if osm else [])
        one = region.matrix(f"stops-{osm}", *common)
        rows(say, region, f"{label}, one departure", one, through_gates(network, region), [""])
        every = region.matrix(f"stops-{osm}-window", *common, "--window", WINDOW_MINUTES, "--percentiles", percentiles())
        rows(say, region, f"{label}, window", every, through_gates(network, region, **same_ranks()), names())


def with_gates(region, source):
    """The feed with two stops more for every stop X, at which every vehicle calls: `out X` as it arrives at X, `in X` as it leaves.

    Between stops, cafein walks after the last ride (not before the first); `onehour --stops` does not. No walk leads to `out X`, so
    that journeys there end with a ride. From door to door cafein walks to another stop after the last ride and on from there, each
    within its limit; onehour has one walk at the end. So doors are joined to `in X` only, and walks between stops to X only. Who
    alights at `in X` does so as the vehicle leaves; so that this is when it arrives, both engines then read a feed without dwells.
    """
    file = region.folder / "gates.zip"
    with zipfile.ZipFile(source) as feed, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name in feed.namelist():
            if name not in ("stops.txt", "stop_times.txt", "shapes.txt"):
                made.writestr(name, feed.read(name))
        table = lambda name: list(csv.DictReader(io.TextIOWrapper(feed.open(name), "utf-8-sig")))
        called = {stop for stop, _, _ in region.stops()}
        stops = table("stops.txt")
        copies = [{**row, "stop_id": f"{gate} {row['stop_id']}"} for row in stops if row["stop_id"] in called for gate in ("in", "out")]
        made.writestr("stops.txt", as_text(stops + copies))
        calls = []
        for row in table("stop_times.txt"):
            if not row["arrival_time"]:
                raise SystemExit(f"{region.feed}: calls without times cannot be doubled")
            at = int(row["stop_sequence"])
            out = {"stop_id": f"out {row['stop_id']}", "departure_time": row["arrival_time"], "stop_sequence": 3 * at}
            gate = {"stop_id": f"in {row['stop_id']}", "arrival_time": row["departure_time"], "stop_sequence": 3 * at + 2}
            calls += [{**row, **out}, {**row, "stop_sequence": 3 * at + 1}, {**row, **gate}]
        made.writestr("stop_times.txt", as_text(calls))
    return file


def as_text(table):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(table[0]))
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()


def walks_between_stops(region):
    """The walks that onehour finds between stops, as cafein takes them. Seconds are rounded up, as cafein does itself: where
    vehicles run at whole seconds, that misses none of them."""
    exported, ids = stops_on_streets(region)
    return [
        (ids[a], ids[b], math.ceil(ds / 10), ds / 10 * WALK_KMH / 3.6)
        for (a, b), ds in times_of(exported).items()
        if ds is not None and ds <= TRANSFER_MINUTES * 600 and a != b
    ]


def stops_on_streets(region):
    """The graph for walking with all stops as points, exported, and the stops by the ids of those points: ids of stops may hold
    blanks, those of points may not."""
    stops = region.stops()
    folder = exported(region, "stops", [(f"s{at}", *stop[1:]) for at, stop in enumerate(stops)])
    return folder, {f"s{at}": stop for at, (stop, _, _) in enumerate(stops)}


def exported(region, label, points):
    """The graph for walking at one speed, with times between the points."""
    file, folder = region.folder / f"{label}.csv", region.folder / f"graph-{label}"
    write_rows(file, ["id", "lon", "lat"], points)
    example = TARGET / "release" / "examples" / "export_graph"
    profile = flat_walking(region.folder)
    subprocess.run([str(example), str(region.map), "walk", str(file), str(folder), str(profile)], check=True)
    return folder


def through_gates(network, region, **window):
    from cafein import TravelTimeMatrix

    departure = region.departure.replace("T", " ")
    origins = [stop for stop, _, _ in region.stops()]
    table = TravelTimeMatrix(
        network, origins, departure=departure, max_rides=MAX_RIDES, output_time_units="seconds", **window
    )
    found = as_times(table)
    return {(a, b[4:]): times for (a, b), times in found.items() if b.startswith("out ")}


def same_ranks():
    """The percentiles under which cafein gives the value of the rank that onehour gives.

    Of n sorted values onehour takes the one at ceil(n p), the smallest that a share p of the departures needs at most; cafein the one
    nearest to (n - 1) p + 1. For 60 departures and the median: the 30th and the 31st.
    """
    ranks = [math.ceil(WINDOW_MINUTES * percent / 100) for percent in PERCENTILES]
    return {
        "departure_time_window": WINDOW_MINUTES,
        "percentiles": [100 * (rank - 1) / (WINDOW_MINUTES - 1) for rank in ranks],
    }


def as_times(table):
    columns = [name for name in table.columns if name.startswith("travel_time")]
    lists = zip(*(table[name].tolist() for name in columns))
    value = lambda time: None if time is None or math.isnan(time) or time > LONGEST_MINUTES * 60 else float(time)
    return {(str(a), str(b)): [value(t) for t in times] for a, b, times in zip(table["from_id"], table["to_id"], lists)}


def doors(region, say):
    """From door to door on foot and by what runs: first on onehour's own streets, then on those that cafein reads from the map."""
    from cafein import TransportNetwork, TravelTimeMatrix

    header(say, f"From door to door, {region.name}, {region.departure}", "cafein")
    points, file = region.points(N_DOOR_POINTS, "door-points")
    frame = frame_of(points)
    walk = walks_from_door_to_door(region, points)
    common = ["--osm", region.map, "--origins", file, "--mode", "transit", "--change", 0]
    common += ["--access", f"walk:{WALK_MINUTES}", "--egress", f"walk:{WALK_MINUTES}", "--transfer-walk", TRANSFER_MINUTES]
    common += ["--departure", region.departure, "--max-rides", MAX_RIDES]
    every_minute = ["--window", WINDOW_MINUTES, "--percentiles", percentiles()]
    theirs = {"departure": region.departure.replace("T", " "), "max_rides": MAX_RIDES, "output_time_units": "seconds"}
    theirs |= {"walking_speed_kmph": WALK_KMH, "max_walking_time": WALK_MINUTES, "snap_distance": 1000}

    # The peer limits walks from door to door as it does access, so walks are searched by themselves and the shorter journey counts.
    def shorter(rides):
        least = lambda a, b: min((time for time in (a, b) if time is not None), default=None)
        return {pair: [least(time, walk.get(pair)) for time in times] for pair, times in rides.items()}

    same = TransportNetwork.from_gtfs(str(with_gates(region, region.feed_without_dwells)), trip_distances=False, leg_geometries=False)
    same.set_transfers(walks_between_stops(region))
    same.set_street_network(*street_payload(region))
    limits = {"walking_speed_kmph": WALK_KMH, "max_walking_time": TRANSFER_MINUTES, "snap_distance": 1000}
    own = TransportNetwork.from_gtfs(
        str(region.feed), osm_pbf=str(region.map), trip_distances=False, leg_geometries=False, **limits
    )
    for label, network, feed in [("same streets", same, region.feed_without_dwells), ("own streets", own, region.feed)]:
        one = shorter(region.matrix("doors", "--gtfs", feed, *common))
        every = shorter(region.matrix("doors-window", "--gtfs", feed, *common, *every_minute))
        rows(say, region, f"{label}, one departure", one, as_times(TravelTimeMatrix(network, frame, **theirs)), [""])
        window = as_times(TravelTimeMatrix(network, frame, **theirs, **same_ranks()))
        rows(say, region, f"{label}, window", every, window, names())


def walks_from_door_to_door(region, points):
    """Seconds on foot between points on onehour's streets, as far as cafein walks: within the limit of access, or to a stop within that
    limit and on from there within that of egress."""
    stops = [(f"s{at}", *stop[1:]) for at, stop in enumerate(region.stops())]
    times = {pair: ds for pair, ds in times_of(exported(region, "doors-graph", points + stops)).items() if ds is not None}
    limit = WALK_MINUTES * 600
    to_stop, from_stop, found = {}, {}, {}
    for (a, b), ds in times.items():
        if ds <= limit and a[0] == "p" and b[0] == "s":
            to_stop.setdefault(a, []).append((b, ds))
        elif ds <= limit and a[0] == "s" and b[0] == "p":
            from_stop.setdefault(b, {})[a] = ds
    for a, _, _ in points:
        for b, _, _ in points:
            ways = [ds + from_stop[b][stop] for stop, ds in to_stop.get(a, []) if stop in from_stop.get(b, {})]
            ways += [times[a, b]] if times.get((a, b), limit + 1) <= limit else []
            if ways:
                found[a, b] = min(ways) / 10
    return found


def street_payload(region):
    """onehour's streets for walking in the form that cafein takes: its largest connected part, each edge as long as onehour takes for
    it at walking speed. Where passing a vertex is forbidden (a barrier), every edge gets an end of its own there."""
    import numpy
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    folder, ids = stops_on_streets(region)
    graph = Drives(folder)
    barred = {graph.head(path[0]) for path in graph.forbidden}
    open_edges = sorted({drive // 2 for drive in graph.time})
    n = len(graph.places)
    ends = []
    for edge in open_edges:
        tail, head, _ = graph.edges[edge]
        if tail in barred:
            tail, n = n, n + 1
        if head in barred:
            head, n = n, n + 1
        ends.append((tail, head))
    tails, heads = numpy.array(ends).T
    _, part = connected_components(coo_matrix((numpy.ones(len(ends)), (tails, heads)), shape=(n, n)), directed=False)
    largest = numpy.bincount(part[tails]).argmax()
    kept = {edge: at for at, edge in enumerate(edge for edge, tail in zip(open_edges, tails) if part[tail] == largest)}
    metres = lambda edge: min(graph.time[d] for d in (2 * edge, 2 * edge + 1) if d in graph.time) / 10 * WALK_KMH / 3.6
    of_edge = dict(zip(open_edges, ends))
    edges = [(*of_edge[edge], metres(edge)) for edge in kept]
    shapes = {}
    with open(folder / "shapes.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            shapes.setdefault(int(row["edge"]), []).append((float(row["lon"]), float(row["lat"])))
    offsets = [0]
    for edge in kept:
        offsets.append(offsets[-1] + len(shapes[edge]))
    lons, lats = zip(*(place for edge in kept for place in shapes[edge]))
    links = [
        (f"in {ids[stop]}", kept[int(row["edge"])], int(row["along_cm"]) / graph.edges[int(row["edge"])][2], float(row["distance_m"]))
        for stop, row in graph.points.items()
        if row["edge"] and int(row["edge"]) in kept
    ]
    return n, edges, offsets, list(lons), list(lats), links


def percentiles():
    return ",".join(map(str, PERCENTILES))


def names():
    return [f" p{percent}" for percent in PERCENTILES]


# ------------------------------------------------------------------------------------------------------------------------- tables


def header(say, title, peer):
    say(f"\n### {title}\n")
    say(
        f"| question | pairs | both reached | neither | only onehour | only {peer} | ≤ 5 s | ≤ 30 s | ≤ 60 s | ≤ 120 s "
        "| median difference | median of the absolute difference | its p95 |"
    )
    say("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")


def rows(say, region, label, ours, theirs, suffixes):
    """One row a percentile, with the pairs and the largest differences as files in the folder of the region. Pairs of a point with itself are left out; differences are onehour less the peer."""
    write_rows(
        region.folder / f"pairs {label}.csv",
        ["from_id", "to_id", "onehour_s", "peer_s"],
        [(*pair, times, theirs.get(pair)) for pair, times in ours.items()],
    )
    for at, suffix in enumerate(suffixes):
        both, neither, only_ours, only_theirs = [], 0, 0, 0
        worst = []
        for pair, times in ours.items():
            if pair[0] == pair[1]:
                continue
            a, b = times[at], theirs.get(pair, [None] * len(suffixes))[at]
            if a is not None and b is not None:
                both.append(a - b)
                worst.append((abs(a - b), *pair, a, b))
            elif a is not None:
                only_ours += 1
                worst.append((1e9, *pair, a, b))
            elif b is not None:
                only_theirs += 1
                worst.append((1e9, *pair, a, b))
            else:
                neither += 1
        write_rows(
            region.folder / f"worst {label}{suffix}.csv",
            ["difference_s", "from_id", "to_id", "onehour_s", "peer_s"],
            sorted(worst, key=lambda row: (-row[0], row[1], row[2]))[:2000],
        )
        size = sorted(map(abs, both))
        rank = lambda values, share: sorted(values)[max(0, math.ceil(len(values) * share) - 1)] if values else math.nan
        share = lambda limit: f"{100 * sum(value <= limit + 0.01 for value in size) / max(1, len(size)):.2f} %"
        n = len(both) + neither + only_ours + only_theirs
        say(
            f"| {label}{suffix} | {n} | {len(both)} | {neither} | {only_ours} | {only_theirs} | {share(5)} | {share(30)} "
            f"| {share(60)} | {share(120)} | {rank(both, 0.5):+.0f} s | {rank(size, 0.5):.0f} s | {rank(size, 0.95):.0f} s |"
        )


if __name__ == "__main__":
    main()
