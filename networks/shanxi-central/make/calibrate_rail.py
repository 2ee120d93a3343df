"""Fits t = c + 60 d/v + s n on the 2014 timetable for the conventional lines (bounded least squares, no libraries).
Usage: python3 calibrate_rail.py <facts folder>   → one row a line: n, v, s, c, RMSE. The figures stand in run-models.toml."""
import sys
from netlib import read_csv

def bounded(X, Y, lo, hi, rounds=400):
    b = list(lo)
    for _ in range(rounds):
        for k in range(len(b)):
            num = den = 0.0
            for x, y in zip(X, Y):
                r = y - sum(b[i] * x[i] for i in range(len(b)) if i != k)
                num += r * x[k]; den += x[k] * x[k]
            if den:
                b[k] = min(hi[k], max(lo[k], num / den))
    return b

def observations(trains, km, need=None, avoid=()):
    X, Y = [], []
    for rows in trains.values():
        if rows[0]["type"] in ("动车组", "高速动车"):
            continue
        names = {r["station"] for r in rows}
        if (need and not names & need) or names & set(avoid):
            continue
        idx = [(i, km[r["station"]]) for i, r in enumerate(rows) if r["station"] in km]
        for a in range(len(idx)):
            for b in range(a + 1, len(idx)):
                (i, x), (j, y) = idx[a], idx[b]
                if j - i == b - a:
                    X.append((1.0, abs(x - y), float(j - i - 1)))
                    Y.append(int(rows[j]["abs_arr_min"]) - int(rows[i]["abs_dep_min"]))
    return X, Y

def main(facts):
    M, trains = {}, {}
    for r in read_csv(facts + "/rail-mileage.csv"):
        M.setdefault(r["line"], {})[r["station"]] = float(r["km"])
    for r in read_csv(facts + "/rail-timetable-2014.csv"):
        trains.setdefault(r["train"], []).append(r)
    tx = dict(M["太兴线"]); tx["太原东"], tx["太原"] = -6, -9
    tz = {k: v for k, v in M["太中线"].items() if v <= 262}; tz["太原"] = -9
    nt = {k: v for k, v in M["南同蒲线"].items() if v <= 307}; nt["太原"] = -25
    st = {k: v for k, v in M["石太线"].items() if v <= 208}
    jobs = [("beitongpu", M["北同蒲线"], None, ()), ("nantongpu", nt, None, ()), ("shitai_old", st, {"寿阳", "芦家庄"}, ()),
            ("shitai_k", {"石家庄北": -104.0, "阳泉北": 0.0, "太原": 121.0}, None, ()), ("taizhong_k", tz, None, ()),
            ("taijiao", M["太新线"], None, ()), ("jingyuan", M["京原线"], None, ()), ("ningke", M["宁岢线"], None, ()),
            ("xinhe", M["忻河线"], None, ()), ("jiexi", M["介西线"], None, ()), ("taixing", tx, None, ())]
    for name, km, need, avoid in jobs:
        X, Y = observations(trains, km, need, avoid)
        c, p, s = bounded(X, Y, (3, 60 / 140, 3), (6, 60 / 35, 9))
        rmse = (sum((y - c - p * x[1] - s * x[2]) ** 2 for x, y in zip(X, Y)) / len(Y)) ** .5
        print(f"{name:11s} n {len(Y):5d}  v {60 / p:6.1f}  s {s:4.1f}  c {c:4.1f}  RMSE {rmse:5.1f}")

if __name__ == "__main__":
    main(sys.argv[1])
