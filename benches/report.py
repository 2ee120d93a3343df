"""Measures every row of the table of figures, other engines and growth, and writes the tables and plots of docs/performance.md.

python3 benches/report.py [--data ../shared/data] [--only figures|peers|growth|tables] [--most 5000000]

Tables are put between the markers `<!-- NAME: benches/report.py -->` and `<!-- end -->`. What is not measured now is taken from the last
time, as the files in `target/report` have it.
"""

import argparse
import csv
import datetime
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
WORK = TARGET / "report"
PAGE = ROOT / "docs" / "performance.md"
REGION = "region of 1000000 nodes"
NEW_YORK = "New York"
SWEEP = "sweep"
DIJKSTRA = "bucket Dijkstra in the order of the hierarchy"
FUSED = "fused lanes within 60 minutes"
WIDER = "fused lanes within 109 minutes"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder with graphs and regions")
    arguments.add_argument("--only", choices=["figures", "peers", "growth", "tables"], help="one part; tables: measure nothing")
    arguments.add_argument("--most", type=int, default=5_000_000, help="nodes of the largest region of the plots")
    asked = arguments.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    parts = {"figures": lambda: figures(asked.data), "peers": lambda: peers(asked.data), "growth": lambda: growth(asked.most)}
    if asked.only != "tables":
        build()
    for name, part in parts.items():
        if asked.only in (None, name):
            part()
    write()


def build():
    cargo = ["cargo", "build", "--quiet", "--release", "--manifest-path", str(ROOT / "Cargo.toml")]
    subprocess.run([*cargo, "--example", "performance", "--example", "plot_performance"], check=True)


def example(name, *arguments, out=None):
    command = [str(TARGET / "release" / "examples" / name), *map(str, arguments)]
    if out is None:
        subprocess.run(command, check=True)
        return
    # A run that fails leaves the last table as it is.
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    out.write_text(text, encoding="utf-8")


def figures(data):
    load, when = os.getloadavg()[0], datetime.datetime.now(datetime.timezone.utc)
    example("performance", "all", data, WORK / "files", out=WORK / "figures.csv")
    (WORK / "machine.txt").write_text(machine(when, load) + "\n", encoding="utf-8")


def machine(when, load):
    """One line: processor, system, compiler, time and load."""
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("model name")), "")
    rustc = subprocess.run(["rustc", "--version"], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout.split()[1]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [f"{os.cpu_count()} cores of {model or platform.machine()}", f"{memory:.0f} GiB", f"Linux {platform.release()}", f"Rust {rustc}"]
    return ", ".join(parts) + f"; {when:%Y-%m-%d %H:%M} UTC, load {load:.1f} at the beginning."


def peers(data):
    script = ROOT / "benches" / "peers" / "performance.py"
    command = [sys.executable, str(script), "--data", str(data), "--out", str(WORK / "peers.md"), "--csv", str(WORK / "peers.csv")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def growth(most):
    example("performance", "growth", most, out=WORK / "growth.csv")
    example("plot_performance", WORK / "growth.csv", ROOT / "docs" / "images")


# ----------------------------------------------------------------------------------------------------------------------- tables


class Measured:
    """Rows of figures.csv (and of peers.csv) by what they are about; a value is None where there is none."""

    def __init__(self):
        self.rows = read("figures.csv")
        self.peers = read("peers.csv")

    def ms(self, task, graph, engine, column="median_us"):
        for row in self.rows:
            if row["task"] == task and row["graph"].startswith(graph) and row["engine"] == engine and row[column]:
                return float(row[column]) / 1000
        return None

    def peer(self, task, begin):
        """Milliseconds of the engine whose name begins so, in the run of all engines; of several the quickest."""
        found = [float(row["ms"]) for row in self.peers if row["task"] == task and row["engine"].startswith(begin)]
        return min(found, default=None)


def read(name):
    file = WORK / name
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines())) if file.exists() else []


def rows_of_figures(of):
    """Task; what is to be reached: limit, unit (its size in milliseconds), value; ratios: at least, name, theirs and ours."""
    within = lambda minutes, engine: of.ms(f"within {minutes} minutes", REGION, engine)
    york = lambda task, engine: of.ms(task, NEW_YORK, engine)
    window = lambda engine, column="median_us": of.ms("rides, window of 120", "province", engine, column)
    of_peers = lambda task, theirs, ours="onehour": (of.peer(task, theirs), of.peer(task, ours))
    cut = "onehour: lanes"
    variant = of.ms("one more variant", "grid", "overlay, 16 bits")
    return [
        (
            "drive ≤ 30 min / ≤ 60 min from one origin, 1 M nodes, all reached nodes",
            [(0.6, "ms", within(30, SWEEP)), (1.7, "ms", within(60, SWEEP))],
            [(5, "own bucket Dijkstra (30 min)", within(30, DIJKSTRA), within(30, SWEEP)), (6, "(60 min)", within(60, DIJKSTRA), within(60, SWEEP))],
        ),
        (
            "full one-to-all, DIMACS New York travel time",
            [(2.0, "ms", york("one to all", SWEEP))],
            [(15, "scipy", *of_peers("one to all", "scipy")), (1, "RoutingKit's pinned CH", *of_peers("one to all", "RoutingKit: CH,"))],
        ),
        (
            "batched one-to-all, New York, one tree of 64",
            [(0.05, "ms", york("a tree of 64", "lanes of 16 bits"))],
            [(200, "own bucket Dijkstra", york("one to all", DIJKSTRA), york("a tree of 64", "lanes of 16 bits"))],
        ),
        (
            "1 000 × 1 000 matrix, New York",
            [(12, "ms", york("matrix", "lanes"))],
            [
                (70, "RoutingKit CCH", *of_peers("matrix", "RoutingKit: CCH", cut)),
                (12, "RoutingKit CH", *of_peers("matrix", "RoutingKit: CH,", cut)),
            ],
        ),
        (
            "the same within 109 minutes (lanes of 16 bits)",
            [(None, "ms", york("matrix within 109 minutes", "lanes"))],
            [],
        ),
        (
            "10 000 × 10 000 with five fused measures within 60 min, 1 M nodes: two cores, on the wall / one core",
            [
                (0.3, "s", of.ms("five measures", REGION, f"{FUSED}, two threads", "wall_us")),
                (None, "s", of.ms("five measures", REGION, FUSED)),
            ],
            [],
        ),
        (
            "the same within 109 min",
            [(0.3, "s", of.ms("five measures", REGION, f"{WIDER}, two threads", "wall_us")), (None, "s", of.ms("five measures", REGION, WIDER))],
            [],
        ),
        (
            "order / customize / 10-link partial update, 1 M nodes",
            [
                (15, "s", of.ms("order", REGION, "onehour")),
                (160, "ms", of.ms("customize", REGION, "onehour")),
                (3, "ms", of.ms("ten links changed and put back", REGION, "onehour")),
            ],
            [],
        ),
        (
            "order / customize, two cores, on the wall",
            [
                (None, "s", of.ms("order", REGION, "two threads", "wall_us")),
                (None, "ms", of.ms("customize", REGION, "two threads", "wall_us")),
            ],
            [],
        ),
        (
            "scenario evaluations, 1 000 zones, 20 two-way projects",
            [(15_000, "a second", variant and 1000 / variant)],
            [],
        ),
        (
            "transit, 11.4 M stop events, 120-minute window each minute, all stops: worst / median of 24 doors",
            [(330, "ms", window("range", "worst_us")), (60, "ms", window("range"))],
            [],
        ),
        (
            "the same, two parts on two cores, on the wall: median",
            [(None, "ms", window("two parts on two threads", "wall_us"))],
            [],
        ),
        (
            "transit one-to-all to all street vertices with walking, one departure, Northern Kentucky",
            [(2, "ms", of.ms("transit to all vertices", "", "onehour"))],
            [(3, "cafein, one more origin", *of_peers("transit to all vertices", "cafein: cost"))],
        ),
        (
            "transit matrix 1 000 × 1 000 street points, one departure, Northern Kentucky, street and transit included",
            [(300, "ms", of.ms("transit matrix of doors", "", "hierarchy of the streets"))],
            [(10, "cafein", *of_peers("transit matrix of doors", "cafein"))],
        ),
        (
            "egress to 10 000 zones × 120 departures with five percentiles",
            [(6, "ms", of.ms("egress with five percentiles", "lattice", "lanes of 16 bits"))],
            [],
        ),
        (
            "isobands, six levels, 100 m, 30 min, city of 264 k nodes (New York), search included",
            [(12, "ms", of.ms("isobands", NEW_YORK, "onehour six bands"))],
            [(7, "Valhalla, one contour, Heidelberg", *of_peers("isobands", "Valhalla: one"))],
        ),
        (
            "the same from the middle of a generated region of 300 000 nodes",
            [(12, "ms", of.ms("isobands", "region of 300000 nodes", "onehour six bands"))],
            [],
        ),
        (
            "index load to first answer, 1 M nodes",
            [(50, "ms", of.ms("index to first answer", REGION, "onehour"))],
            [],
        ),
        (
            "the same, two cores, on the wall",
            [(None, "ms", of.ms("index to first answer", REGION, "two threads", "wall_us"))],
            [],
        ),
    ]


def table_of_figures(of):
    lines = ["| task | figure to reach | reached | against | reached |", "|---|--:|--:|--:|--:|"]
    for task, values, ratios in rows_of_figures(of):
        wanted = " / ".join(goal(limit, unit) for limit, unit, _ in values if limit is not None)
        reached = " / ".join(value_of(*value) for value in values)
        against = ", ".join(f"≥ {limit}× {name}" if limit > 1 else f"ahead of {name}" for limit, name, _, _ in ratios)
        ratio = " / ".join(ratio_of(limit, theirs, ours) for limit, _, theirs, ours in ratios)
        lines.append(f"| {task} | {wanted} | {reached} | {against} | {ratio} |")
    return lines


def goal(limit, unit):
    return f"≥ {grouped(limit)} {unit}" if unit == "a second" else f"≤ {limit} {unit}"


def value_of(limit, unit, value):
    if value is None:
        return "not measured"
    shown = value / 1000 if unit == "s" else value
    text = f"{grouped(round(shown, -2))} {unit}" if unit == "a second" else f"{three_digits(shown)} {unit}"
    missed = limit is not None and (shown < limit if unit == "a second" else shown > limit)
    return f"**{text}, not reached**" if missed else text


def ratio_of(limit, theirs, ours):
    if theirs is None or ours is None:
        return "not measured"
    text = f"{three_digits(theirs / ours)}×"
    return f"**{text}, not reached**" if theirs / ours < limit else text


def three_digits(value):
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 3
    return f"{value:.{digits}f}"


def grouped(value):
    return f"{value:,.0f}".replace(",", " ")


def table_of_rows(of):
    lines = ["| task | graph | engine | amount | median, ms | worst, ms | on the wall, ms | samples |", "|---|---|---|--:|--:|--:|--:|--:|"]
    for row in (row for row in of.rows if row["median_us"]):
        times = " | ".join(f"{float(row[column]) / 1000:.3f}" for column in ("median_us", "worst_us", "wall_us"))
        lines.append(f"| {row['task']} | {row['graph']} | {row['engine']} | {row['amount']} | {times} | {row['samples']} |")
    return lines


def table_of_memory():
    rows = [row for row in read("growth.csv") if row["bytes"]]
    parts = list(dict.fromkeys(row["engine"] for row in rows))
    lines = ["| nodes | " + " | ".join(f"{part}, MiB" for part in parts) + " | bytes a node |", "|--:|" + "--:|" * (len(parts) + 1)]
    for amount in dict.fromkeys(row["amount"] for row in rows):
        found = [next(int(row["bytes"]) for row in rows if (row["amount"], row["engine"]) == (amount, part)) for part in parts]
        values = " | ".join(f"{value / 2**20:.0f}" for value in found)
        lines.append(f"| {grouped(int(amount))} | {values} | {found[-1] / int(amount):.0f} |")
    return lines


def write():
    of = Measured()
    line = WORK / "machine.txt"
    table = WORK / "peers.md"
    tables = {
        "machine": [line.read_text(encoding="utf-8").strip()] if line.exists() else [],
        "figures": table_of_figures(of) if of.rows else [],
        "rows": table_of_rows(of) if of.rows else [],
        "peers": table.read_text(encoding="utf-8").strip().splitlines() if table.exists() else [],
        "memory": table_of_memory() if read("growth.csv") else [],
    }
    text = PAGE.read_text(encoding="utf-8")
    for name, lines in tables.items():
        begin = f"<!-- {name}: benches/report.py -->"
        if begin not in text:
            raise SystemExit(f"{PAGE}: there is no {begin}")
        if lines:
            pattern = re.escape(begin) + r"\n.*?<!-- end -->"
            put = "\n".join([begin, "", *lines, "", "<!-- end -->"])
            text = re.sub(pattern, lambda _, put=put: put, text, count=1, flags=re.DOTALL)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
