"""Driving minutes from the centre of Taiyuan to the seats, and how far neighbours are by road compared with the straight line.
Usage: python3 check_roads.py [study.toml] [pairs]

Off-peak, base values of the parameters, by the engine's rules: an expressway and a road touch only at interchanges (two minutes
a ramp by `car.ramp_min`), two expressways of different numbers only at system interchanges. Ends are the nodes nearest to the points of
places.csv; nothing for walking and parking. `pairs`: every two seats whose straight line is under 60 km and that are more than 1.9 times as far by road."""
import csv
import heapq
import os
import sys
from collections import defaultdict

from check_scenarios import STUDY, Study
from netlib import hav


def graph(s, scenario, cost):
    """{(node, layer): [((node, layer), cost, link id)]}; layer '' is the ordinary road, else the number of the expressway."""
    P, adj, layers = s.parameters, defaultdict(list), defaultdict(set)
    for i, x in s.links(scenario).items():
        refs = x["ref"].split() if x["class"] == "expressway" else [""]
        for r in refs:
            a, b = (x["from"], r), (x["to"], r)
            layers[a[0]].add(r)
            layers[b[0]].add(r)
            w = cost(P, x)
            adj[a].append((b, w, i))
            if x.get("oneway") != "yes":
                adj[b].append((a, w, i))
    time = cost.__name__ == "minutes"
    for n, own in layers.items():
        inter = s.kind["node"][n].get("interchange")
        for p in own:
            for q in own - {p}:
                if ("" in (p, q)) and inter in ("local", "full"):
                    adj[n, p].append(((n, q), P["car.ramp_min"] / 2 if time else 0, None))
                elif "" not in (p, q) and inter in ("system", "full"):
                    adj[n, p].append(((n, q), P["car.system_interchange_min"] if time else 0, None))
    return adj, layers


def minutes(P, x):
    c = x["class"]
    key = f"road.expressway.limit_{x['limit_kmh']}" if c == "expressway" else f"road.{c}" if c in ("fast", "urban", "connector") else f"road.{c}.{x['terrain']}"
    f = P["congestion.expressway.offpeak"] if c == "expressway" else P[f"congestion.{x['urban']}.offpeak"] if x.get("urban") else 1
    return float(x["length_km"]) / P[key] * 60 * f


def kilometres(P, x):
    return float(x["length_km"])


def search(adj, seeds):
    dist, prev, heap = {}, {}, [(0.0, v, None) for v in seeds]
    while heap:
        d, v, via = heapq.heappop(heap)
        if v in dist:
            continue
        dist[v], prev[v] = d, via
        for u, w, i in adj[v]:
            if u not in dist:
                heapq.heappush(heap, (d + w, u, (v, i)))
    return dist, prev


def main(path, pairs):
    s = Study(path)
    with open(os.path.join(os.path.dirname(os.path.abspath(path)), s.toml["places"]), encoding="utf-8-sig") as f:
        places = [r for r in csv.DictReader(f) if r["level"] != "outside"]
    p = {r["id"]: (float(r["lon"]), float(r["lat"])) for r in places}
    name = {r["id"]: r["name_zh"] for r in places}
    xy = {i: (float(e.get("lon")), float(e.get("lat"))) for i, e in s.kind["node"].items()}

    def near(q, layers):
        return min((hav(q, xy[n]), n) for n in xy if "" in layers.get(n, ()))[1]
    if pairs:
        adj, layers = graph(s, "S1", kilometres)
        at = {i: near(p[i], layers) for i in p}
        units = [r["id"] for r in places if r["level"] == "unit"]
        rows = []
        for k, a in enumerate(units):
            dist, _ = search(adj, [(at[a], "")])
            for b in units[k + 1:]:
                crow = hav(xy[at[a]], xy[at[b]])
                if 8 < crow < 60:
                    d = dist.get((at[b], ""), 1e9)
                    rows.append((d / crow, a, b, d, crow))
        for f, a, b, d, crow in sorted(rows, reverse=True):
            if f > 1.9:
                print(f"{name[a]}–{name[b]}: {d:.0f} km for {crow:.0f} km straight ({f:.2f})")
        return
    table = {}
    for sc in s.scenarios:
        adj, layers = graph(s, sc, minutes)
        dist, _ = search(adj, [(near(p["140100"], layers), "")])
        table[sc] = {i: dist.get((near(q, layers), ""), 1e9) for i, q in p.items()}
    print("driving minutes from 五一广场, ramps counted: " + ", ".join(s.scenarios))
    for r in places:
        print(f"{r['id']} {r['name_zh']:5s} " + " ".join(f"{table[sc][r['id']]:7.1f}" for sc in s.scenarios))


if __name__ == "__main__":
    args = [a for a in sys.argv[1:] if a != "pairs"]
    main(args[0] if args else STUDY, "pairs" in sys.argv)
