"""Makes air.xml: airports, flights, and the local networks of cities outside the study. Usage: python3 air.py <facts folder> <output folder>
Block time = 30 min + great circle at 700 km/h (METHOD §3.5). Flights a week are assumed unless the source says otherwise."""
import os, sys
from netlib import *
import rail

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

# ---------------------------------------------------------------- inside cities outside the study
# place: (name of its centre, [(id of the station or airport, name of the stop there, walk m, mode, minutes, a day, first, last, project, what the minutes rest on)])
# Minutes are from the first platform to the last and hold the changes between lines, each taken as 5 min with its wait; waits for the first line come on top.
PLACES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "seeds", "shanxi-central", "places.csv")
M, U = "metro", "bus"
LOCAL = {
 "beijing": ("北京市中心(天安门)", [
   ("beijing-xi", "北京西站(地铁)", 200, M, 22, 240, "05:30", "23:00", None, "line 9 to 军事博物馆, change, line 1 to 天安门西: 2 + 5 + 15 assumed; 北京西–北京站 the same way takes 30–40 door to door (baike.badongedu.com 1173560, 2025)"),
   ("pek", "首都机场(机场线)", 300, M, 50, 100, "06:20", "22:50", None, "airport express at most 25 to 东直门 (beijing-airport-transfer.com), then lines 2 and 1 with two changes, 25 assumed")]),
 "tianjin": ("天津市中心(营口道)", [
   ("tianjin-xi", "天津西站(地铁)", 200, M, 13, 160, "06:00", "22:30", None, "line 1, six stops; 12 min for the old line between the two (chinatravel.com)"),
   ("tsn", "滨海国际机场(地铁)", 300, M, 36, 100, "06:00", "22:00", None, "line 2 to 天津站 25 assumed, change, line 3 two stops; every 10 min, end to end of line 2 about 40 (bkwk.cn)")]),
 "shijiazhuang": ("石家庄市中心(北国商城)", [
   ("shijiazhuang", "石家庄站(地铁)", 200, M, 12, 140, "06:30", "22:00", None, "line 2, about six stops at 2 min")]),
 "zhengzhou": ("郑州市中心(碧沙岗)", [
   ("zhengzhou", "郑州火车站(地铁)", 250, M, 7, 180, "06:00", "22:30", None, "line 1, three stops")]),
 "xian": ("西安市中心(钟楼)", [
   ("xian-bei", "北客站(地铁)", 200, M, 26, 240, "06:00", "22:50", None, "line 2, 12 stops at a little over 2 min"),
   ("xiy", "西安咸阳机场(地铁)", 300, M, 64, 140, "06:00", "22:20", None, "airport line 33 to 北客站, every 5.5–7.5 min (travelchinaguide.com), change, line 2 26 assumed")]),
 "hohhot": ("呼和浩特市中心(新华广场)", [
   ("huhehaote-dong", "呼和浩特东站(地铁)", 250, M, 12, 120, "06:30", "22:30", None, "line 1, about five stops"),
   ("het", "坝堰(机场)", 300, M, 32, 120, "06:30", "22:30", None, "shuttle from the terminal to 坝堰 10, line 1 22")]),
 "shanghai": ("上海市中心(人民广场)", [
   ("sha", "虹桥2号航站楼(地铁)", 300, M, 30, 200, "06:00", "22:50", None, "line 2: 5 to 淞虹路 over 5.8 km (shine.cn archive, 2010), then eight stops at about 3 min"),
   ("pvg", "浦东机场(地铁)", 300, M, 60, 120, "06:00", "22:00", None, "line 2, just under an hour to downtown (travel.aarp.org); another page has 68 to 人民广场")]),
 "guangzhou": ("广州市中心(公园前)", [
   ("can", "机场南(地铁)", 300, M, 42, 140, "06:10", "23:00", None, "line 3 and line 2 with a change: 37 to 纪念堂 by the fare calculator of 2010 (borongchina.blogspot.com), 5 more for one stop and the second terminal; every 7 min (exploremetro.com)")]),
 "chengdu": ("成都市中心(天府广场)", [
   ("tfu", "天府机场(地铁)", 300, M, 54, 100, "06:00", "23:00", None, "line 18 37 to 火车南站 (中新网四川 2021-06-22; 33 by the non-stop train of 2024), change, line 1 12 assumed"),
   ("ctu", "双流机场2航站楼(地铁)", 300, M, 40, 140, "06:10", "22:30", None, "line 10 12 to 太平园, then two lines; 45–55 to the centre in all (thetravelbrief.com, 2019)")]),
 "datong": ("大同市中心", [("datong-nan", "大同南站(公交)", 150, U, 35, 80, "06:30", "21:30", None, "city bus, 7 km straight, no metro")]),
 "shuozhou": ("朔州市中心", [("shuozhou-dong", "朔州东站(公交)", 150, U, 40, 50, "07:00", "22:00", "jidayuan-hsr", "city bus, 14 km straight on a fast road, no metro")]),
 "linfen": ("临汾市中心", [("linfen-xi", "临汾西站(公交)", 150, U, 28, 80, "06:30", "21:30", None, "city bus, 6 km straight, no metro")]),
 "changzhi": ("长治市中心", [("changzhi-dong", "长治东站(公交)", 150, U, 24, 80, "06:30", "21:30", None, "city bus, 5 km straight, no metro")]),
}

def local(net, facts, where):
    """For each place a stop at its point; beside each station or airport a stop, the walk to it, and a service to the centre."""
    places = {r["id"]: r for r in read_csv(PLACES)}
    where = dict(where, **{s["id"]: s["p"] for s in rail.main_stations(facts).values()})
    net.note("""LOCAL TRANSPORT OF CITIES OUTSIDE THE STUDY, for the three-hour and two-hour tests from centre to centre.
       One service each stands for the whole local network between a station or airport and the city's point in places.csv. The stops
       serve no place, so definitions from station to station do not see them. Minutes hold changes between lines (5 min each).
       A city without a metro has a bus. Taxis run only where a road of the network leads.""")
    for place, (name, ways) in LOCAL.items():
        centre, mode = f"{place}-centre", ways[0][3]
        net.el("stop", id=centre, name=name, lon=places[place]["lon"], lat=places[place]["lat"], class_=mode, serves="", source="estimate: at the point of the place in places.csv", confidence="M")
        for at, stop, walk, mode, m, count, first, last, proj, why in ways:
            x, y = where[at]
            net.el("stop", id=at + "-local", name=stop, lon=f"{x:.5f}", lat=f"{y:.5f}", class_=mode, serves="", project=proj, source="estimate: drawn at the station or airport it serves; the walk is given", confidence="M")
            net.el("transfer", from_=at, to=at + "-local", walk_m=walk, project=proj, source="estimate: usual walk within the station or terminal", confidence="L")
            net.el("service", id=f"local-{at}", name=f"{stop}–{name}", mode=mode, reserved="no", basis="assumed", project=proj, source=f"estimate: {why}; number of departures assumed", confidence="L",
                   kids=[("call", {"stop": at + "-local"}), ("call", {"stop": centre, "minutes": m}), ("trips", {"count": count, "from": first, "to": last})])

def main(facts, out):
    ap = {r["iata"]: r for r in read_csv(facts + "/airports.csv")}
    net = Net("""Airports and flights, and local transport of cities outside the study. Made by make/air.py. Access is found over the roads, check-in is process.airport.
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
    local(net, facts, where)
    net.write(out + "/air.xml")

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
