"""Makes air.xml. Usage: python3 air.py <facts folder> <output folder>
Block time = 30 min + great circle at 700 km/h (METHOD §3.5). Flights a week are assumed unless the source says otherwise."""
import sys
from netlib import *

OUT = [  # id, name, lon, lat, serves, source
 ("pek", "北京首都机场", None, None, "beijing", "PEK"), ("sha", "上海虹桥机场", 121.336, 31.198, "shanghai", None), ("pvg", "上海浦东机场", 121.805, 31.143, "shanghai", None),
 ("can", "广州白云机场", 113.299, 23.392, "guangzhou", None), ("szx", "深圳宝安机场", 113.811, 22.639, "", None), ("tfu", "成都天府机场", 104.441, 30.313, "chengdu", None),
 ("ctu", "成都双流机场", 103.947, 30.579, "chengdu", None), ("xiy", "西安咸阳机场", 108.752, 34.447, "xian", None), ("tsn", "天津滨海机场", 117.346, 39.124, "tianjin", None),
 ("het", "呼和浩特白塔机场", None, None, "hohhot", "HET"), ("hgh", "杭州萧山机场", 120.434, 30.229, "", None), ("ckg", "重庆江北机场", 106.642, 29.719, "", None)]
# from, to, flights a week each way, project, what the number rests on
T21 = "the route is in OpenFlights 2014; number of flights assumed"
W25 = "the route is in the list of summer–autumn 2025 (METHOD §4.4); number of flights assumed, and taken for 2021"
L15 = "the route is in a press list of 2015 (iaion.com, 4 routes to 北京, 上海, 广州, 西安, 呼和浩特, 长沙); number of flights assumed"
FL = [("tyn", "sha", 70, None, "13 flights a day to Shanghai in 2025 (liuchanw.cn, L), 10 taken to 虹桥 and 3 to 浦东"), ("tyn", "pvg", 21, None, "13 flights a day to Shanghai in 2025 (liuchanw.cn, L)"),
      ("tyn", "can", 56, None, T21), ("tyn", "szx", 49, None, T21), ("tyn", "ctu", 42, None, T21), ("tyn", "ckg", 35, None, T21), ("tyn", "hgh", 49, None, T21),
      ("tyn", "xiy", 7, None, T21), ("tyn", "tsn", 14, None, T21), ("tyn", "het", 14, None, T21), ("tyn", "pek", 7, None, T21),
      ("wut", "pvg", 4, None, W25), ("wut", "tfu", 4, None, W25), ("wut", "ckg", 3, None, W25), ("wut", "tsn", 4, None, W25), ("wut", "xiy", 4, None, W25), ("wut", "can", 4, None, W25),
      ("llv", "pek", 7, None, L15), ("llv", "sha", 7, None, L15), ("llv", "can", 4, None, L15), ("llv", "xiy", 4, None, L15), ("llv", "het", 3, None, L15),
      ("tyn", "sha", 42, "tyn-air-shuttle", "an air shuttle: 16 a day in all to 虹桥, one an hour 06:30–22:00"), ("tyn", "can", 56, "tyn-air-shuttle", "an air shuttle: 16 a day in all, one an hour")]

def main(facts, out):
    ap = {r["iata"]: r for r in read_csv(facts + "/airports.csv")}
    net = Net("""Airports and flights. Made by make/air.py. Access is found over the roads, check-in is process.airport.
     The terminal of 武宿 is placed at the metro station of terminals 1 and 2. 五台山 is 军民合用: name and point only.""")
    net.el("source", id="airportsdata", title="Airport reference points", publisher="airportsdata 20260905", date="2026-09-05", licence="MIT")
    where = {}
    def stop(sid, name, x, y, serves, src, conf, note=None):
        where[sid] = (float(x), float(y))
        net.el("stop", id=sid, name=name, lon=f"{float(x):.5f}", lat=f"{float(y):.5f}", class_="airport", serves=serves, source=src, confidence=conf, note=note)
    stop("tyn", "太原武宿机场", 112.6270, 37.7556, "140100", "estimate: terminals 1 and 2, beside the end of metro line 1 (OpenStreetMap)", "M", "the reference point of the runways is 112.628, 37.747")
    stop("llv", "吕梁大武机场", ap["LLV"]["lon"], ap["LLV"]["lat"], "141100", "airportsdata", "H")
    stop("wut", "忻州五台山机场", ap["WUT"]["lon"], ap["WUT"]["lat"], "140900", "OpenFlights (ODbL)", "M")
    for sid, name, x, y, serves, code in OUT:
        if code:
            stop(sid, name, ap[code]["lon"], ap[code]["lat"], serves, "airportsdata", "H")
        else:
            stop(sid, name, x, y, serves, "estimate: well-known reference point, within 1 km", "M")
    net.note("flights; block minutes = 30 + 60·great circle/700")
    for a, b, w, proj, why in FL:
        m = round(30 + 60 * hav(where[a], where[b]) / 700)
        net.el("service", id=f"air-{a}-{b}" + ("-shuttle" if proj else ""), name=f"{a.upper()}–{b.upper()}" + (" 公交化加班" if proj else ""), mode="air", reserved="yes",
               basis="assumed", project=proj, source="estimate: " + why, confidence="L", kids=[("call", {"stop": a}), ("call", {"stop": b, "minutes": m}), ("trips", {"per_week": w})])
    net.write(out + "/air.xml")

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
