"""Checks the network files of this folder's parent and prints in-vehicle times against known ones.
Usage: python3 check_rail.py <network folder> <run-models.toml>"""
import sys, glob, tomllib, heapq
import xml.etree.ElementTree as ET

def main(folder, toml):
    par = tomllib.load(open(toml, "rb"))
    model = {k: (v["v_kmh"]["base"], v["s_min"]["base"], v["c_min"]["base"]) for k, v in par["model"].items()}
    stops, lines, services, delays, sources, refs, bad = {}, {}, {}, {}, set(), [], []
    for f in ("rail", "services", "metro", "air", "coach"):
        for e in ET.parse(f"{folder}/{f}.xml").getroot():
            i = e.get("id")
            table = {"stop": stops, "line": lines, "service": services, "delay": delays}.get(e.tag)
            if table is not None:
                if i in table: bad.append(f"duplicate {e.tag} {i}")
                table[i] = e
            elif e.tag == "source":
                if i in sources: bad.append(f"duplicate source {i}")
                sources.add(i)
            elif e.tag == "transfer":
                refs += [(e.get("from"), "transfer"), (e.get("to"), "transfer")]
            if e.tag in ("stop", "line", "service"):
                if not e.get("source") or e.get("confidence") not in ("H", "M", "L"): bad.append(f"{e.tag} {i}: source or confidence")
                s = e.get("source")
                if s not in sources and not s.startswith("estimate:") and len(s) < 15: bad.append(f"{e.tag} {i}: source {s}")
    for s, why in refs:
        if s not in stops: bad.append(f"{why}: no stop {s}")
    at = {}
    for i, l in lines.items():
        if l.get("model") not in model: bad.append(f"line {i}: model {l.get('model')}")
        km = [float(a.get("km")) for a in l]
        if any(y <= x for x, y in zip(km, km[1:])): bad.append(f"line {i}: km do not rise {km}")
        at[i] = [(a.get("stop") or "@" + a.get("point"), float(a.get("km")), a.get("delay")) for a in l]
        for n, _, _ in at[i]:
            if n[0] != "@" and n not in stops: bad.append(f"line {i}: no stop {n}")
            elif n[0] != "@" and stops[n].get("project") not in (None, l.get("project")): bad.append(f"line {i}: stop {n} of project {stops[n].get('project')}")
    def leg(a, b, ids):
        """all ways over the lines in their order; the shortest"""
        best = None
        def rec(k, n, d, seg, dl):
            nonlocal best
            pos = {x[0]: j for j, x in enumerate(at[ids[k]])}
            if n not in pos: return
            def run(m):
                i, j = sorted((pos[n], pos[m]))
                return at[ids[k]][j][1] - at[ids[k]][i][1], {x[2] for x in at[ids[k]][i + 1:j + 1] if x[2]}
            if k == len(ids) - 1:
                if b in pos:
                    w, e = run(b)
                    if best is None or d + w < best[0]: best = (d + w, seg + [(ids[k], w)], dl | e)
                return
            for m in pos:
                if m != n and any(m == x[0] for x in at[ids[k + 1]]):
                    w, e = run(m); rec(k + 1, m, d + w, seg + [(ids[k], w)], dl | e)
        rec(0, a, 0.0, [], set())
        return best
    T0 = "taiyuan-nan"
    rides = {}   # (a,b) -> list of (minutes, trains, service, project, opened)
    for i, s in services.items():
        calls = s.findall("call"); trips = s.findall("trips")
        p = s.get("project")
        if not trips: bad.append(f"service {i}: no trips")
        legs = []
        for a, b in zip(calls, calls[1:]):
            ids = (b.get("line") or "").split()
            for l in ids:
                if l not in lines: bad.append(f"service {i}: no line {l}")
                elif lines[l].get("project") not in (None, p): bad.append(f"service {i}: line {l} of project {lines[l].get('project')}")
            if not ids and not b.get("minutes"): bad.append(f"service {i}: leg without line or minutes")
            r = leg(a.get("stop"), b.get("stop"), ids) if ids else None
            if ids and r is None: bad.append(f"service {i}: no path {a.get('stop')} {b.get('stop')} over {ids}")
            legs.append((b.get("minutes"), r))
        for c in calls:
            if c.get("stop") not in stops: bad.append(f"service {i}: no stop {c.get('stop')}")
            elif stops[c.get("stop")].get("project") not in (None, p): bad.append(f"service {i}: stop {c.get('stop')} of project {stops[c.get('stop')].get('project')}")
        names = [c.get("stop") for c in calls]
        for way in ("out", "back"):
            k = 0
            for t in trips:
                if t.get("direction", "both") in ("both", way):
                    k += len(t.get("times").split()) if t.get("times") else int(t.get("count") or 0) or float(t.get("per_week") or 0) / 7
            if not k: continue
            nm, lg = (names, legs) if way == "out" else (names[::-1], legs[::-1])
            for x in range(len(nm)):
                t = n = 0; dl = set(); km = 0; last = None
                for y in range(x + 1, len(nm)):
                    mins, r = lg[y - 1]
                    seg = [] if not r else r[1] if way == "out" else r[1][::-1]
                    if mins: t += float(mins) + (2 if y > x + 1 else 0)
                    else:
                        v, st, c = model[lines[seg[0][0]].get("model")]
                        t += (c if y == x + 1 else model[last][1]) + sum(60 * w / model[lines[l].get("model")][0] for l, w in seg)
                        for d in r[2]:
                            if d not in dl: t += par["delay"][lines and delays[d].get("parameter").split(".")[1]]["base"]
                        dl |= r[2]; last = lines[seg[-1][0]].get("model")
                    km += r[0] if r else 0
                    rides.setdefault((nm[x], nm[y]), []).append((t, k, i, p, s.get("closed"), km))
    print(len(stops), "stops", len(lines), "lines", len(services), "services;", len(bad), "faults")
    for b in bad: print("  FAULT", b)
    def show(a, b, known, proj=()):
        L = sorted(r for r in rides.get((a, b), []) if r[3] is None or r[3] in proj)
        if not L: return print(f"{a:14s}{b:14s} none   known {known}")
        total = sum(r[1] for r in L); rank = 0; four = None
        for r in L:
            rank += r[1]
            if four is None and rank >= 4: four = r
        print(f"{a:14s} {b:14s} best {L[0][0]:6.1f} ({L[0][5]:.0f} km, {L[0][2]})  4th {four[0] if four else float('nan'):6.1f}  trains {total:5.1f}   known {known}")
    T = "taiyuan-nan"
    for i, sv in services.items():   # lines of one leg must meet at one place only
        for c in sv.findall("call"):
            ids = (c.get("line") or "").split()
            for a, b in zip(ids, ids[1:]):
                common = {x[0] for x in at[a]} & {x[0] for x in at[b]}
                if len(common) != 1: print("  AMBIGUOUS", i, a, b, sorted(common))
    print("— official kilometres from 太原南 (METHOD §4.2)")
    for lid, want in (("daxi", {"jinzhong": 16, "yangqu-xi": 35, "taigu-xi": 47, "qixian-dong": 66, "xinzhou-xi": 77, "pingyao-gucheng": 93, "jiexiu-dong": 111, "yuanping-xi": 111, "lingshi-dong": 132, "linfen-xi": 233}),
                      ("zhengtai", {"taigu-dong": 45, "yushe-xi": 87, "wuxiang": 117}), ("taizhong", {"qingxu": 49, "jiaocheng": 60, "wenshui": 74, "fenyang": 91, "lvliang": 173, "liulin-nan": 198}),
                      ("shitai-kz", {"yangquan-bei": 129, "shijiazhuang": 232})):
        pos = {x[0]: x[1] for x in at[lid]}
        for k, v in want.items():
            if abs(pos[k] - pos[T0]) != v: print("  WRONG", lid, k, abs(pos[k] - pos[T0]), v)
    print("— S0"); 
    for b, k in (("xinzhou-xi", "39 (27+12)"), ("yuanping-xi", "48 non-stop, 55 one stop"), ("yangquan-bei", "50; 2016 obs 48–51"), ("jinzhong", "12 obs"), ("taigu-xi", "20 obs"),
                 ("qixian-dong", "24–25 obs"), ("pingyao-gucheng", "31 obs"), ("jiexiu-dong", "36 obs"), ("lingshi-dong", "41; 44–"), ("lvliang", "82"), ("liulin-nan", "95"),
                 ("shijiazhuang", "86–93 obs"), ("beijing-xi", "139–147"), ("datong-nan", "109"), ("shanyin", "about 90"), ("linfen-xi", "69 (2021), 73 (2016)"), ("xian-bei", "180 (2016 fastest)"),
                 ("yushe-xi", "29/37/44"), ("wuxiang", ""), ("changzhi-dong", ""), ("zhengzhou", "144"), ("yangquan-dong", ""), ("fenyang", ""), ("jiaocheng", "")):
        show(T, b, k)
    for a, b, k in (("taiyuan", "xinzhou", "68–80 obs 2014"), ("taiyuan", "yuci", "21–25 obs"), ("taiyuan", "yangquan", "168 obs"), ("taiyuan", "shouyang", "105 obs"), ("taiyuan", "gujiao", "91 obs slow"),
                    ("taiyuan", "pingyao", "82–90 obs"), ("taiyuan", "lvliang", "118–190 obs 2014"), ("taiyuan", "caijiaya", "270 published"), ("taiyuan", "ningwu", ""), ("taiyuan", "wutaishan", "344 slow"),
                    ("taiyuan", "yushe", "120–155 obs"), ("shijiazhuang", T, "86–94"), ("yangquan-bei", T, "50"), ("lvliang", T, "82"), ("xinzhou-xi", T, "39"), ("jiexiu-dong", T, "52 with 2 stops")):
        show(a, b, k)
    print("— with projects")
    show(T, "datong-nan", "85", ("jidayuan-hsr",)); show(T, "shuozhou-dong", "", ("jidayuan-hsr",)); show(T, "huhehaote-dong", "192", ("jidayuan-hsr",)); show("yuanping-xi", "wulanchabu", "103 fastest", ("jidayuan-hsr",)); show(T, "xinzhou-xi", "39", ("jidayuan-hsr",))
    show("taiyuan-xi", "lishi-xin", "36–53", ("taisui-hsr",)); show("taiyuan-xi", "liulin-xin", "", ("taisui-hsr",)); show("taiyuan-xi", "suide-xi", "'1 小时出头'", ("taisui-hsr",)); show("xinzhou-xi", "lishi-xin", "", ("taisui-hsr",))
    show(T, "beijing-xi", "143–158 over 雄忻", ("xiongxin-hsr",)); 
    L = [r for r in sorted(rides[(T, "beijing-xi")]) if r[3] == "xiongxin-hsr"]; print("   over 雄忻 alone:", [f"{r[0]:.0f} {r[2]}" for r in L])
    show("xinzhou-xi", "xiongan", "75–110", ("xiongxin-hsr",)); show(T, "wutai-xian", "", ("xiongxin-hsr",)); show(T, "dingxiang-bei", "", ("xiongxin-hsr",))
    show("zuoquan", "taiyuan", "275", ("yangshe-passenger",)); show(T, "dazhai", "", ("yangda-emu",)); show("taiyuan", "hebian", "", ("taiyuan-wutai-suburban",)); show("taiyuan", "wutaishan", "", ("taiyuan-wutai-suburban",))
    show(T, "lvliang", "", ("intercity-emu",)); show("taiyuan", "yangquan-dong", "", ("intercity-emu",)); show("taiyuan-san", "shijiazhuang-san", "", ("shitai-third",)); show(T, "yulin-xinyue", "", ("xinyue-hsr",))
    show("m2-jiancaoping", "m2-xiqiao", "44"); show("m1-helongwan", "m1-wusu-t1t2", "", ("metro-1",)); show("bus-wuyi", "bus-yuci", ""); show("bus-wuyi", "bus-yuci", "", ("brt",)); show("bus-taiyuan-nan", "bus-xinzhou-gucheng", "150", ("cross-city-bus",))
    show("bus-tyn", "bus-lishi", "", ("airport-express",)); show("bus-wuyi", "bus-gujiao", "road 48 km", ("brt",)); show("coach-141102", "coach-140100", "") if "coach-141102" in stops else show("coach-141100", "coach-140100", "car 120 min, 180 km"); show("coach-140930", "coach-140100", "292 km"); show("coach-140121", "coach-140100", "40 km"); show("tyn", "sha", "about 120")
    # arrivals at Taiyuan before 09:00
    print("— EMU arrivals at 太原/太原南 before 09:00 without projects:")
    mm = lambda t: int(t[:2]) * 60 + int(t[3:])
    for i, s in services.items():
        if s.get("project") or s.get("mode") not in ("hsr", "rail") or i.startswith("k14") or i.startswith(("txing", "lvlin")): continue
        calls = [c.get("stop") for c in s.findall("call")]
        for t in s.findall("trips"):
            for way in ("out", "back"):
                if t.get("direction", "both") not in ("both", way): continue
                nm = calls if way == "out" else calls[::-1]
                deps = [mm(x) for x in t.get("times").split()] if t.get("times") else [mm(t.get("from")) + k * (mm(t.get("to")) - mm(t.get("from"))) / max(1, int(t.get("count")) - 1) for k in range(int(t.get("count")))]
                for st in (T, "taiyuan"):
                    if st in nm[1:]:
                        run = next(r[0] for r in rides[(nm[0], st)] if r[2] == i)
                        for d in deps:
                            if 240 < d + run < 545: print(f"   {i} {way} {(d + run) // 60:.0f}:{(d + run) % 60:04.1f} at {st}")

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
