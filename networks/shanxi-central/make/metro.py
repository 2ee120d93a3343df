"""Makes metro.xml. Usage: python3 metro.py <facts folder> <output folder>
Kilometres are the chainage along the OpenStreetMap alignment stretched to the official line length."""
import json, sys
from netlib import *

OFFICIAL = {"1": 28.737, "2": 23.647}
SLUG = {"1": ["helongwan", "ximinglu", "xikezhan", "jinyanglu", "xiaojingyu", "xiayuan", "ligongda", "taoyuanlu", "dananmen", "liunan", "wuyi-guangchang",
              "taiyuan-xiguangchang", "taiyuan-dongguangchang", "haojiagou", "chaoyangjie", "shuangta", "nanshifangjie", "changfengdongjie", "xuefudongjie",
              "xutandongjie", "taiyuannan", "beiying", "huangling", "wusu-t1t2"],
        "2": ["jiancaoping", "jianhe", "shenglijie", "dabeimen", "jihuying", "fuxijie", "kaihuasijie", "dananmen", "tiyuguan", "nanneihuan", "wangcunnanjie",
              "changfengjie", "xuefujie", "nanzhonghuan", "jinyangjie", "longxingjie", "longchenggongyuan", "jiajie", "dianzixijie", "kangningjie", "tongdajie",
              "huazhangxijie", "xiqiao"]}

def headway(kids):
    """6.5 min in the peaks, 8 min otherwise, 06:00–22:30."""
    for count, a, b in ((7, "06:00", "06:52"), (19, "07:00", "08:57"), (64, "09:04", "17:28"), (18, "17:35", "19:26"), (23, "19:34", "22:30")):
        kids.append(("trips", {"count": count, "from": a, "to": b}))
    return kids

def main(facts, out):
    rows = read_csv(facts + "/metro-stations.csv")
    net = Net("""Taiyuan metro. Made by make/metro.py. Station points © OpenStreetMap contributors (ODbL), some interpolated along the alignment.
     Line 2 phase 2 and line 3 are left out: no reliable length, end or station is published, so nothing could be placed honestly.""")
    net.el("source", id="metro-osm", title="Taiyuan metro lines 1 and 2: alignment and stations", publisher="OpenStreetMap 2022 and OMap-GeoDB 2025-01-24, © OpenStreetMap contributors", date="2025-01-24", licence="ODbL")
    net.el("source", id="metro-l1", title="Line 1: 28.737 km, 24 stations, opened 2025-02-22", publisher="山西省政府, mirrored by 吕梁市政府", date="2025-02-26", licence="fact")
    net.el("source", id="metro-l2", title="Line 2: 23.647 km, 23 stations, opened 2020-12-26; 6.5 min 07:00–09:00 and 17:30–19:30, else 8 min (2025-05)", publisher="operator's notice, copy in AnshiLaoWu/TaiyuanMetro news20250523.html", date="2025-05-23", licence="fact")
    where = {}
    for ln in ("1", "2"):
        st = [r for r in rows if r["line"] == ln]
        proj = "metro-1" if ln == "1" else None
        opened = None if ln == "1" else "2020-12-26"
        net.note(f"line {ln}")
        for slug, r in zip(SLUG[ln], st):
            approx = "interpolated" in r["position_source"]
            sid = f"m{ln}-{slug}"
            where[sid] = (float(r["lon_wgs84"]), float(r["lat_wgs84"]))
            net.el("stop", id=sid, name=r["name"], lon=r["lon_wgs84"], lat=r["lat_wgs84"], class_="metro", serves="", project=proj, opened=opened,
                   source="estimate: " + r["position_source"] if approx else "metro-osm", confidence="M" if approx else "H",
                   note="trains call since 2025-05-25" if r["name"] == "化章西街" else None)
        z, e = float(st[0]["chain_m"]), float(st[-1]["chain_m"])
        kids = [("at", {"stop": f"m{ln}-{s}", "km": f"{(float(r['chain_m']) - z) / (e - z) * OFFICIAL[ln]:.3f}"}) for s, r in zip(SLUG[ln], st)]
        net.el("line", id=f"metro-{ln}", name=f"太原地铁{ln}号线", mode="metro", model="metro", design_kmh=80, project=proj, opened=opened,
               source="metro-l" + ln, confidence="H", note="chainage on the OpenStreetMap alignment, stretched to the official length", kids=kids)
        def service(sid, name, skip, **extra):
            calls = [f"m{ln}-{s}" for s in SLUG[ln] if s not in skip]
            kids = [("call", {"stop": calls[0]})] + [("call", {"stop": c, "line": f"metro-{ln}"}) for c in calls[1:]]
            net.el("service", id=sid, name=name, mode="metro", reserved="no", basis="press" if ln == "2" else "assumed",
                   source="metro-l2" if ln == "2" else "estimate: headways of line 2", confidence="M", **extra, kids=headway(kids))
        if ln == "1":
            service("metro-1-all", "太原地铁1号线", (), project="metro-1")
        else:
            service("metro-2-2020", "太原地铁2号线(化章西街未开通)", ("huazhangxijie",), opened="2020-12-26", closed="2025-05-25", note="headways of 2025 taken for 2021")
            service("metro-2-all", "太原地铁2号线", (), opened="2025-05-25")
    net.note("line 2 towards 榆次: corridor only, the plan names neither route nor length")
    J = [("mj-jinzhong", "晋中站(地铁走廊)", 112.6362, 37.6857, "140700 140702"), ("mj-yuci", "榆次(地铁走廊)", 112.7290, 37.6960, "140700 140702")]
    for sid, nm, x, y, serves in J:
        where[sid] = (x, y)
        net.el("stop", id=sid, name=nm, lon=x, lat=y, class_="metro", serves=serves, project="metro-to-jinzhong", source="estimate: corridor end points only, at the rail station and the seat", confidence="L")
    net.el("line", id="metro-jinzhong", name="太原地铁向晋中延伸(走廊示意)", mode="metro", model="metro", design_kmh=100, project="metro-to-jinzhong",
           source="estimate: straight lines × 1.15 from 西桥, the end of line 2; no station between is assumed", confidence="L",
           kids=[("at", {"stop": "m2-xiqiao", "km": "0"}), ("at", {"stop": "mj-jinzhong", "km": "8.6"}), ("at", {"stop": "mj-yuci", "km": "18.0"})])
    net.el("service", id="metro-jinzhong-all", name="西桥–晋中站–榆次", mode="metro", reserved="no", basis="assumed", project="metro-to-jinzhong",
           source="estimate: every 8–10 min", confidence="L",
           kids=[("call", {"stop": "m2-xiqiao"}), ("call", {"stop": "mj-jinzhong", "line": "metro-jinzhong"}), ("call", {"stop": "mj-yuci", "line": "metro-jinzhong"}),
                 ("trips", {"count": 110, "from": "06:00", "to": "22:20"})])
    net.note("walks; other stops within 500 m are joined without")
    T = [("m1-dananmen", "m2-dananmen", 150, "metro-1", "inside the station"), ("m1-taiyuan-xiguangchang", "taiyuan", 150, "metro-1", "west square"),
         ("m1-taiyuan-dongguangchang", "taiyuan", 250, "metro-1", "east square"), ("m1-taiyuannan", "taiyuan-nan", 250, "metro-1", "east square"),
         ("m1-wusu-t1t2", "tyn", 300, "metro-1", "terminals 1 and 2"), ("mj-jinzhong", "jinzhong", 250, "metro-to-jinzhong", "at the station")]
    for a, b, m, proj, note in T:
        net.el("transfer", from_=a, to=b, walk_m=m, project=proj, source="estimate: distance of the two points, " + note, confidence="M")
    net.write(out + "/metro.xml")

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
