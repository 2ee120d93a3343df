"""Makes coach.xml: one coach pattern from every county seat to its prefecture seat and to Taiyuan.
Usage: python3 coach.py <facts folder> <output folder>"""
import sys
from netlib import *

RULE = """Coaches by one general rule, nothing else is known about them: leave this file out to see the network without.
     From every county seat outside the cities one coach to its prefecture seat and one to Taiyuan (for the counties of Taiyuan: only Taiyuan),
     non-stop, both ways, evenly between 06:30 and 18:00, without reservation.
     Coaches a day each way: to the prefecture seat one for every 15 000 people of the county, at least 6 and at most 30; to Taiyuan one for every 30 000, at least 4 and at most 16.
     Kilometres: shortest way in the highway graph of the fact tables × 1.15, at least straight line × 1.25 (as the graph is straightened and has no class).
     Minutes: model `coach` (base 15 min for leaving and entering towns, then 65 km/h).
     Stations stand at the seats (the one of Taiyuan at 太原 station), not at the real coach stations. Made by make/coach.py."""
CENTRE = {"140100": ("太原", 112.5815, 37.8575, "140100 140106", 0), "140300": ("阳泉", 113.5850, 37.8575, "140300 140302 140303", 0), "140700": ("榆次", 112.7290, 37.6960, "140700 140702", 0),
          "140900": ("忻州", 112.7360, 38.4180, "140900 140902", 0), "141100": ("离石", 111.1290, 37.5240, "141100 141102", 0)}
CITY_UNITS = {"140105", "140106", "140107", "140108", "140109", "140110", "140302", "140303", "140311", "140702", "140902", "141102"}

def main(facts, out):
    C = {r["adcode"]: r for r in read_csv(facts + "/counties.csv")}
    G = Graph(facts + "/highways-nodes.csv", facts + "/highways-edges.csv")
    net = Net(RULE)
    net.el("source", id="coach-rule", title="estimate: general rule at the top of coach.xml, by county population of the 2020 census and road distance", publisher="this study", date="2026", licence="MIT")
    where = {}
    net.note("stations")
    for k, (nm, x, y, serves, _) in CENTRE.items():
        where[k] = (x, y)
        net.el("stop", id=f"coach-{k}", name=nm + "客运站", lon=x, lat=y, class_="bus", serves=serves, source="estimate: at the main station or seat", confidence="L")
    for k, r in C.items():
        if k in CITY_UNITS:
            continue
        where[k] = (float(r["seat_lon_wgs84"]), float(r["seat_lat_wgs84"]))
        net.el("stop", id=f"coach-{k}", name=r["name_zh"] + "客运站", lon=r["seat_lon_wgs84"], lat=r["seat_lat_wgs84"], class_="bus", serves=k, source="estimate: at the seat", confidence="L")
    net.note("lines and services")
    def pair(a, b, count, name):
        r = G.path(where[a], where[b], reach=10.0, snap_cost=1.5)
        km = max((r[0] * 1.15) if r else 0, 1.25 * hav(where[a], where[b]))
        lid = f"coach-{a}-{b}"
        net.el("line", id="line-" + lid, name=name, mode="bus", model="coach", design_kmh=80, source="coach-rule", confidence="L",
               kids=[("at", {"stop": "coach-" + a, "km": "0"}), ("at", {"stop": "coach-" + b, "km": f"{km:.1f}", "shape": shape_text(simplify(r[1], 0.02)) if r else None})])
        net.el("service", id=lid, name="长途客车 " + name, mode="bus", reserved="no", basis="assumed", source="coach-rule", confidence="L",
               kids=[("call", {"stop": "coach-" + a}), ("call", {"stop": "coach-" + b, "line": "line-" + lid}), ("trips", {"count": count, "from": "06:30", "to": "18:00"})])
    clamp = lambda x, lo, hi: max(lo, min(hi, int(x)))
    for k, r in C.items():
        if k in CITY_UNITS:
            continue
        pop, city, nm = int(r["pop2020"]), r["city_adcode"], r["name_zh"]
        if city == "140100":
            pair(k, city, clamp(pop / 15000, 6, 30), f"{nm}–太原")
        else:
            pair(k, city, clamp(pop / 15000, 6, 30), f"{nm}–{CENTRE[city][0]}")
            pair(k, "140100", clamp(pop / 30000, 4, 16), f"{nm}–太原")
    for c in ("140300", "140900", "141100"):
        pair(c, "140100", 16, f"{CENTRE[c][0]}–太原")
    net.write(out + "/coach.xml")

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
