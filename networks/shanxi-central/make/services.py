"""Makes services.xml: all rail services and the buses that are not coaches.
Usage: python3 services.py <facts folder> <output folder>      (writes rail.xml too, it needs its ids)"""
import sys
from netlib import *
import rail

def load(path, key):
    t = {}
    for r in read_csv(path):
        k = r["train"] + ("/" + r["variant"] if "variant" in r else "")
        t.setdefault(k, []).append(r)
    return t

class Paths:
    """Shortest way over lines from station to station; gives the line ids of a leg."""
    def __init__(self, lines):
        self.adj = {}
        for l in lines:
            for (a, x, _), (b, y, _) in zip(l["at"], l["at"][1:]):
                self.adj.setdefault(a, []).append((b, y - x, l["id"]))
                self.adj.setdefault(b, []).append((a, y - x, l["id"]))
    def leg(self, a, b, allowed):
        heap, done = [(0.0, 0, a, ())], set()
        while heap:
            d, k, n, used = heapq.heappop(heap)
            if n == b:
                return d, used
            cur = used[-1] if used else None
            if (n, cur) in done:
                continue
            done.add((n, cur))
            for m, w, l in self.adj.get(n, []):
                if l in allowed:
                    u = used if cur == l else used + (l,)
                    heapq.heappush(heap, (d + w + (6.0 if cur is not None and cur != l else 0), k + (cur != l), m, u))
        return None

EMU2016 = ["daxi", "shitai-kz", "jingguang"]
CONV = ["beitongpu", "nantongpu", "shitai", "taiyu", "shitai-k", "taizhong-k", "jingyuan", "taijiao", "taixing", "ningke", "xinhe", "jiexi"]

def from_timetable(net, ids, lines, trains, allowed, prefix, title, src, conf, keep, min_calls=2):
    """One service per stopping pattern; both directions share it."""
    P = Paths([l for l in lines if l["id"] in allowed])
    on = set(P.adj)
    groups = {}
    for name, rows in trains.items():
        if not keep(name, rows):
            continue
        calls = [r for r in rows if r["station"] in on and r["station"] in ids]
        if len(calls) < min_calls:
            continue
        seq = tuple(r["station"] for r in calls)
        if len(set(seq)) != len(seq):
            continue
        dep = calls[0].get("dep") or calls[0]["arr"]
        key, way = (seq, "out") if seq[::-1] not in groups else (seq[::-1], "back")
        groups.setdefault(key, {"out": [], "back": [], "names": [], "slow": True})
        groups[key][way].append(minutes(dep))
        groups[key]["names"].append(name.split("/1")[0] if "/1" in name and prefix == "e16" else name)
        if not name.startswith(("6", "8")):
            groups[key]["slow"] = False
    n = legs = 0
    for seq, g in groups.items():
        kids = [("call", {"stop": ids[seq[0]]})]
        ok = True
        for a, b in zip(seq, seq[1:]):
            r = P.leg(a, b, allowed_for(a, b, allowed))
            if r is None:
                ok = False
                break
            kids.append(("call", {"stop": ids[b], "line": " ".join(r[1])}))
        if not ok:
            print("no path", seq, file=sys.stderr)
            continue
        for way in ("out", "back"):
            if g[way]:
                kids.append(("trips", {"times": " ".join(hhmm(t) for t in sorted(g[way])), "direction": way}))
        tr = " ".join(sorted(set(x.split("/")[0] for x in g["names"])))
        net.el("service", id=f"{prefix}-{g['names'][0].split('/')[0].lower()}", name=f"{seq[0]}–{seq[-1]} {title} {tr}", mode="hsr" if prefix == "e16" else "rail",
               reserved="no" if g["slow"] else "yes", basis="timetable", source=src, confidence=conf, kids=kids)
        n += 1
    return n

def allowed_for(a, b, allowed):
    # locomotive-hauled trains between 太原, 阳泉北 and 石家庄(北) run over the passenger line
    if {a, b} <= {"太原", "阳泉北", "石家庄北", "石家庄"}:
        return [l for l in allowed if l not in ("shitai", "taiyu")]
    return [l for l in allowed if l != "shitai-k"]

S, B = "timetable", "assumed"
# id, name, mode, reserved, basis, calls, trips, source, confidence, extra. A call is name or (name, minutes).
def tr(*a):
    return list(a)
def n(count, frm, to, direction=None):
    return {"count": count, "from": frm, "to": to, "direction": direction}
def at(times, direction):
    return {"times": times, "direction": direction}

NORTH = "estimate: patterns from press of 2019–2020 (source hanyuan); number of trains assumed, 15 pairs at 忻州西, none at Taiyuan before 09:00 (METHOD §0.6)"
JI = "estimate: 央视/中新网 give 124 trains a day over 集大原 and 75 at 朔州东 (source cns-jidayuan); shares of the patterns assumed"
ZT = "estimate: up to 74 trains a day over 郑太 (source cnr-zhengtai); 30 pairs reach 太原南, shares of the patterns assumed"
TZ = "estimate: up to four pairs to 柳林南 (source cns-liulin), two more to 吕梁 assumed; minutes of the fast train as published, 82 to 吕梁 and 95 to 柳林南"
XX = "estimate: 24 pairs a day, about half of what a new 350 km/h line of the kind starts with; no timetable exists"
TS = "estimate: 18 pairs a day; no timetable exists"
IC = "estimate: one train an hour 06:30–21:30 on each axis, two more towards Taiyuan and back in each peak; existing lines have the room according to the plan"
SERVICES = [
 ("emu-xz-sjz-0807", "石家庄–太原南 早班动车", "hsr", "yes", B, ["石家庄", "阳泉北", "太原南"], [at("06:33", "out")],
  "estimate: January 2021 had an EMU arrival at Taiyuan at 08:07 (METHOD §0.6); its line is not known, taken as the one the 2014 table has (D2007 from 石家庄, 08:07)", "L", {}),
 ("emu-jxd-0858", "介休东–太原南 早班动车", "hsr", "yes", B, ["介休东", "平遥古城", "太谷西", "太原南"], [at("08:07", "out")],
  "estimate: the other arrival of January 2021, 08:58 (METHOD §0.6), taken as the successor of D5334 of 2016 (09:01 from 介休东)", "M", {}),
 ("emu-bj-express", "太原南–北京西 直达", "hsr", "yes", B, ["太原南", "北京西"], [at("07:57", "out"), at("16:57", "back")],
  "estimate: the fastest Taiyuan–Beijing train over 石太 took 2 h 19 in METHOD §0.9, which is the model without a call; one pair assumed", "L", {}),
 # to Tianjin by a change at 石家庄. The 2016 table has three through pairs, one too few for a definition that wants four trains.
 ("emu-sjz-tianjin", "石家庄–天津西(津保)", "hsr", "yes", B, ["石家庄", ("天津西", 110, "jingguang jinbao")], [n(12, "07:30", "20:30")],
  "estimate: 12 of the 27.5 pairs a day over 津保 (source jinbao-2015), the number at 石家庄 assumed; minutes are the median of the six Taiyuan trains of 2016 between the two stations (101 to 148)", "L",
  {"note": "90 min announced for the fastest (石家庄新闻网 2015-12-18)"}),
 # north, before and beside 集大原
 ("emu-dt-fast", "太原南–大同南 直达动车(经韩原)", "hsr", "yes", B, ["太原南", "大同南"], [n(1, "09:30", "09:50", "out"), n(1, "17:00", "17:20", "back")], NORTH, "M", {"note": "109 min; withdrawn by jidayuan-hsr"}),
 ("emu-dt-hohhot", "太原南–忻州西–原平西–应县–怀仁东–大同南", "hsr", "yes", B, ["太原南", "忻州西", "原平西", "应县", "怀仁东", "大同南"], [n(3, "08:30", "17:30", "out"), n(3, "09:30", "18:30", "back")], NORTH, "M", {"note": "two of them go on to 呼和浩特东; withdrawn by jidayuan-hsr"}),
 ("emu-dt-shanyin", "太原南–忻州西–山阴–怀仁东–大同南", "hsr", "yes", B, ["太原南", "忻州西", "原平西", "山阴", "怀仁东", "大同南"], [n(3, "08:10", "19:00", "out"), n(3, "08:10", "19:30", "back")], NORTH, "M", {"note": "6 trains at 山阴 (press); withdrawn by jidayuan-hsr"}),
 ("emu-dt-through", "大同南–太原南–运城北 贯通动车", "hsr", "yes", B, ["大同南", "原平西", "忻州西", "太原南", "晋中", "平遥古城", "介休东", "临汾西", "运城北"], [n(3, "09:23", "15:30", "out"), n(3, "09:23", "15:00", "back")], NORTH, "M", {"note": "D9218 of 2019-12-30 is one; withdrawn by jidayuan-hsr"}),
 ("emu-yp-fast", "太原南–忻州西–原平西", "hsr", "yes", B, ["太原南", "忻州西", "原平西"], [n(3, "08:40", "20:30", "out"), n(3, "09:30", "21:00", "back")], NORTH, "L", {}),
 ("emu-yp-stop", "太原南–太原–阳曲西–忻州西–原平西", "hsr", "yes", B, ["太原南", "太原", "阳曲西", "忻州西", "原平西"], [n(2, "07:20", "19:20", "out"), n(2, "08:40", "20:20", "back")], NORTH, "L", {}),
 ("emu-yp-yangqu", "太原南–阳曲西–忻州西–原平西", "hsr", "yes", B, ["太原南", "阳曲西", "忻州西", "原平西"], [at("13:20", "out"), at("14:30", "back")], NORTH + "; that a train ran 太原南–阳曲西 without a call at 太原 follows from the 27 min of METHOD §0.8, its clock times are assumed", "L", {}),
 # 集大原
 ("jdy-85", "太原南–大同南 集大原最快", "hsr", "yes", "press", ["太原南", ("大同南", 85, "daxi jidayuan")], [n(2, "09:00", "17:00")],
  "cns-jidayuan", "H", {"project": "jidayuan-hsr", "note": "observed minutes, throat included; the line model gives 96, so the fastest train hardly waits in the throat"}),
 ("jdy-fast", "太原南–忻州西–朔州东–大同南", "hsr", "yes", B, ["太原南", "忻州西", "朔州东", "大同南"], [n(12, "07:00", "20:30")], JI, "M", {"project": "jidayuan-hsr"}),
 ("jdy-stop", "太原南–阳曲西–忻州西–原平西–雁门关–朔州东–山阴南–应县西–怀仁东–大同南–乌兰察布", "hsr", "yes", B, ["太原南", "阳曲西", "忻州西", "原平西", "雁门关", "朔州东", "山阴南", "应县西", "怀仁东", "大同南", "丰镇北", "乌兰察布"], [n(10, "07:20", "20:00")], JI, "M", {"project": "jidayuan-hsr"}),
 ("jdy-through", "大同南–太原南–运城北 贯通", "hsr", "yes", B, ["大同南", "应县西", "朔州东", "原平西", "忻州西", "太原南", "晋中", "平遥古城", "介休东", "临汾西", "运城北"], [n(6, "07:30", "16:00", "out"), n(6, "07:30", "17:00", "back")], JI, "M", {"project": "jidayuan-hsr"}),
 ("jdy-hohhot", "太原南–忻州西–朔州东–大同南–乌兰察布–呼和浩特东", "hsr", "yes", B, ["太原南", "忻州西", "朔州东", "大同南", "乌兰察布", "呼和浩特东"], [n(8, "07:40", "19:00")], JI, "M", {"project": "jidayuan-hsr", "note": "3 h 12 from 太原南 by press"}),
 ("jdy-morning", "朔州东–原平西–忻州西–太原南 早班", "hsr", "yes", B, ["朔州东", "原平西", "忻州西", "太原南"], [at("07:30", "out"), at("18:20", "back")],
  "estimate: the first train at 朔州东 leaves at 07:30 (source cns-jidayuan); that it runs to Taiyuan is assumed", "L", {"project": "jidayuan-hsr"}),
 # 郑太
 ("zt-express", "太原南–长治东–晋城东–焦作–郑州", "hsr", "yes", B, ["太原南", "长治东", "晋城东", "焦作", "郑州"], [n(8, "07:11", "19:30")], ZT, "M", {"opened": "2020-12-12"}),
 ("zt-yushe", "太原南–榆社西–长治东–高平东–晋城东–郑州", "hsr", "yes", B, ["太原南", "榆社西", "长治东", "高平东", "晋城东", "郑州"], [n(6, "07:50", "19:00")], ZT, "M", {"opened": "2020-12-12"}),
 ("zt-jinzhong", "太原南–晋中–武乡–长治东–晋城东–焦作–郑州", "hsr", "yes", B, ["太原南", "晋中", "武乡", "长治东", "晋城东", "焦作", "郑州"], [n(6, "08:20", "18:30")], ZT, "M", {"opened": "2020-12-12"}),
 ("zt-taigu", "太原南–太谷东–襄垣东–长治东–长治南–晋城东", "hsr", "yes", B, ["太原南", "太谷东", "襄垣东", "长治东", "长治南", "晋城东"], [n(5, "08:00", "20:00")], ZT, "M", {"opened": "2020-12-12"}),
 ("zt-stop", "太原南–晋中–太谷东–榆社西–武乡–襄垣东–长治东", "hsr", "yes", B, ["太原南", "晋中", "太谷东", "榆社西", "武乡", "襄垣东", "长治东"], [n(5, "08:10", "20:20")], ZT, "M", {"opened": "2020-12-12"}),
 # 太中
 ("emu-ll-fast", "太原南–吕梁–柳林南 动车", "rail", "yes", "press", ["太原南", ("吕梁", 82, "taizhong"), ("柳林南", 11, "taizhong")], [at("10:30 17:40", "out"), at("08:50 15:10", "back")], TZ, "M", {"opened": "2021-10-01"}),
 ("emu-ll-stop", "太原南–交城–文水–汾阳–吕梁–柳林南 动车", "rail", "yes", B, ["太原南", "交城", "文水", "汾阳", "吕梁", "柳林南"], [at("07:20 14:20", "out"), at("11:40 18:40", "back")], TZ, "M", {"opened": "2021-10-01"}),
 ("emu-ll-short", "太原南–清徐–交城–汾阳–吕梁 动车", "rail", "yes", B, ["太原南", "清徐", "交城", "汾阳", "吕梁"], [at("08:00 19:30", "out"), at("09:46 16:30", "back")], TZ, "M", {"opened": "2021-06-26", "note": "D9232 left 吕梁 at 09:46 on 2021-06-26"}),
 # 阳大
 ("emu-yqd", "太原南–阳泉北–阳泉东 动车", "rail", "yes", B, ["太原南", "阳泉北", "阳泉东"], [n(4, "07:50", "19:00", "out"), n(4, "08:30", "19:30", "back")],
  "estimate: CRH6F-A trains since 2020-09-24 (METHOD §4.1); four pairs a day assumed", "L", {"opened": "2020-09-24"}),
 ("emu-yd-dazhai", "太原南–阳泉北–阳泉东–平定–大寨 动车", "rail", "yes", B, ["太原南", "阳泉北", "阳泉东", "pingding-yangda", "dazhai"], [n(4, "07:30", "18:30", "out"), n(4, "06:00", "18:00", "back")],
  "estimate: four pairs a day on the line of 阳泉东; no timetable exists", "L", {"project": "yangda-emu"}),
 ("yangshe-pair", "太原–左权 阳涉客车", "rail", "yes", "press", ["左权", ("和顺县", 45, "yangshe"), ("昔阳", 62, "yangshe"), ("平定", 51, "yangshe"), ("阳泉东", 13, "yangshe"), ("阳泉北", 36, "yangda"), ("太原", 58, "shitai-k")],
  [at("07:00", "out"), at("18:41", "back")], "w2-yangshe", "H", {"project": "yangshe-passenger", "note": "275 min; ends and 左权–平定 162 min (first run) published, minutes between shared out by distance, 2 min a stop"}),
 # 太兴, 吕临
 ("txing-caijiaya", "太原–蔡家崖 普速", "rail", "yes", "press", ["太原", "太原东", "古交", "镇城底", "娄烦", "岚县", "白文东", "蔡家崖"], [at("07:30 14:00", "out"), at("07:00 14:00", "back")],
  "taixing-press", "M", {"opened": "2018-06-21", "note": "two pairs a day and 4.5 h by press; clock times and the stop at 岚县 assumed (on the 12306 list)"}),
 ("lvlin-pair", "太原–吕梁–临县 普速", "rail", "yes", B, ["太原", "汾阳", "吕梁", "临县"], [at("16:30", "out"), at("07:00", "back")],
  "estimate: 吕临 is in the passenger mileage of 2021 and 临县 on the 12306 list; one pair a day assumed", "L", {}),
 # 雄忻
 ("xx-express", "太原南–雄安–北京西", "hsr", "yes", B, ["太原南", "雄安!", "北京西"], [n(4, "07:00", "18:00")], XX, "L", {"project": "xiongxin-hsr", "note": "does not call at 雄安"}),
 ("xx-main", "太原南–忻州西–五台山–雄安–北京西", "hsr", "yes", B, ["太原南", "忻州西", "wutaishan-hsr", "xiongan", "北京西"], [n(6, "06:40", "19:30")], XX, "L", {"project": "xiongxin-hsr"}),
 ("xx-stop", "太原南–忻州西–定襄北–五台县–五台山–阜平–雄安–北京西", "hsr", "yes", B, ["太原南", "忻州西", "dingxiang-bei", "wutai-xian", "wutaishan-hsr", "fuping", "xiongan", "北京西"], [n(6, "06:30", "19:00")], XX, "L", {"project": "xiongxin-hsr"}),
 ("xx-local", "太原南–忻州西–定襄北–五台县–五台山", "hsr", "yes", B, ["太原南", "忻州西", "dingxiang-bei", "wutai-xian", "wutaishan-hsr"], [n(4, "08:00", "18:30", "out"), n(4, "07:00", "17:00", "back")], XX, "L", {"project": "xiongxin-hsr"}),
 ("xx-xinzhou", "忻州西–雄安", "hsr", "yes", B, ["忻州西", "xiongan"], [n(4, "07:00", "19:00")], XX, "L", {"project": "xiongxin-hsr"}),
 # 太绥
 ("ts-fast", "太原西–离石–绥德西", "hsr", "yes", B, ["taiyuan-xi", "lishi-xin", "suide-xi"], [n(6, "06:40", "20:00", "out"), n(6, "07:05", "20:30", "back")], TS, "L", {"project": "taisui-hsr"}),
 ("ts-one", "太原西–汾阳–离石–柳林–绥德西", "hsr", "yes", B, ["taiyuan-xi", "fenyang-xin", "lishi-xin", "liulin-xin", "suide-xi"], [n(4, "07:10", "19:30", "out"), n(4, "06:40", "20:00", "back")], TS, "L", {"project": "taisui-hsr"}),
 ("ts-stop", "太原西–综改区–文水–汾阳–离石–柳林", "hsr", "yes", B, ["taiyuan-xi", "zonggaiqu", "wenshui-xin", "fenyang-xin", "lishi-xin", "liulin-xin"], [n(4, "06:30", "20:30", "out"), n(4, "06:25", "20:30", "back")], TS, "L", {"project": "taisui-hsr"}),
 ("ts-xinzhou", "忻州西–阳曲西–太原西–文水–离石–绥德西", "hsr", "yes", B, ["忻州西", "阳曲西", "taiyuan-xi", "wenshui-xin", "lishi-xin", "suide-xi"], [n(4, "07:00", "18:00")], TS, "L", {"project": "taisui-hsr"}),
 ("ts-peak", "离石–太原西 早晚高峰", "hsr", "yes", B, ["lishi-xin", "taiyuan-xi"], [at("06:55 07:25 07:50 08:10", "out"), at("17:40 18:10 18:40 19:20", "back")], TS, "L", {"project": "taisui-hsr"}),
 ("xy-main", "太原南–忻州西–榆林(忻榆鄂)", "hsr", "yes", B, ["太原南", "忻州西", "yulin-xinyue"], [n(8, "07:00", "19:30")], "estimate: eight pairs a day; corridor only", "L", {"project": "xinyue-hsr"}),
 ("st3-main", "太原南–石家庄(第三通道)", "hsr", "yes", B, ["taiyuan-san", "shijiazhuang-san"], [n(16, "06:30", "21:00")], "estimate: one train an hour; corridor only", "L", {"project": "shitai-third"}),
 # suburban, intercity
 ("sub-hebian", "太原–忻州–定襄–河边 市域列车", "suburban", "no", B, ["太原", "太原东", "阳曲", "忻州", "定襄", "河边"], [n(6, "06:20", "20:20", "out"), n(6, "05:40", "19:40", "back")],
  "estimate: six pairs a day; the plan says 太原–五台 only, 河边 is the railhead nearest to 五台县", "L", {"project": "taiyuan-wutai-suburban"}),
 ("sub-wutaishan", "太原–原平–代县–繁峙–五台山 市域列车", "suburban", "no", B, ["太原", "太原东", "忻州", "原平", "代县", "繁峙", "五台山"], [n(3, "07:00", "17:00", "out"), n(3, "07:00", "17:00", "back")],
  "estimate: three pairs a day", "L", {"project": "taiyuan-wutai-suburban"}),
 ("ic-north-south", "原平西–忻州西–阳曲西–太原–太原南–晋中–太谷西–祁县东–平遥古城–介休东 城际", "hsr", "no", B, ["原平西", "忻州西", "阳曲西", "太原", "太原南", "晋中", "太谷西", "祁县东", "平遥古城", "介休东"], [n(16, "06:30", "21:30")], IC, "L", {"project": "intercity-emu"}),
 ("ic-east-west", "阳泉东–阳泉北–太原–太原南–清徐–交城–文水–汾阳–吕梁 城际", "rail", "no", B, ["阳泉东", "阳泉北", "太原", "太原南", "清徐", "交城", "文水", "汾阳", "吕梁"], [n(16, "06:30", "21:30")], IC, "L", {"project": "intercity-emu"}),
 ("ic-yuci", "太原–太原南–晋中 城际", "hsr", "no", B, ["太原", "太原南", "晋中"], [n(32, "06:15", "21:45")], "estimate: every half hour", "L", {"project": "intercity-emu"}),
 ("ic-peak-xz", "忻州西–太原南 高峰城际", "hsr", "no", B, ["忻州西", "太原", "太原南"], [at("06:50 07:10 07:35 07:55 08:10", "out"), at("17:35 17:55 18:20 18:45 19:15", "back")], IC, "L", {"project": "intercity-emu"}),
 ("ic-peak-yq", "阳泉北–太原南 高峰城际", "hsr", "no", B, ["阳泉北", "太原", "太原南"], [at("06:40 07:10 07:40 08:00", "out"), at("17:40 18:10 18:40 19:20", "back")], IC, "L", {"project": "intercity-emu"}),
 ("ic-peak-jx", "介休东–太原南 高峰城际", "hsr", "no", B, ["介休东", "平遥古城", "太谷西", "晋中", "太原南"], [at("06:35 07:00 07:30", "out"), at("17:45 18:20 19:00", "back")], IC, "L", {"project": "intercity-emu"}),
 ("ic-peak-ll", "吕梁–太原南 高峰城际", "rail", "no", B, ["吕梁", "太原南"], [at("06:20 06:50 07:20", "out"), at("17:45 18:20 19:10", "back")], IC, "L", {"project": "intercity-emu"}),
]
def lines_for(sid, project):
    """Which tracks a hand-written service may use: the conventional ones only where they belong."""
    if sid == "txing-caijiaya":
        return ["beitongpu", "taixing", "wari"]
    if sid == "lvlin-pair":
        return ["taiyu", "taizhong-k", "lvlin"]
    if sid.startswith("sub-"):
        return ["suburban-wutai" if sid == "sub-hebian" else "suburban-yuanping"]
    ok = ["daxi", "shitai-kz", "jingguang", "hanyuan", "taizhong", "yangda"]
    if project == "jidayuan-hsr":
        ok = ["daxi", "jidayuan", "zhanghu"]
    if project == "yangda-emu":
        ok += ["yangda-south"]
    if project == "xiongxin-hsr":
        ok = ["daxi", "xiongxin", "xiongxin-east", "jingxiong"]
    if project == "taisui-hsr":
        ok = ["daxi", "taisui"]
    if project == "xinyue-hsr":
        ok = ["daxi", "xinyue"]
    if project == "shitai-third":
        ok = ["shitai-san"]
    if sid.startswith("zt-"):
        ok = ["zhengtai"]
    return ok

# ---------------------------------------------------------------- buses
BUS_STOPS = [  # id, name, lon, lat, serves, project, note
 ("bus-wuyi", "五一广场公交站", 112.5705, 37.8597, "140100 140106", None, "beside the metro station 五一广场"),
 ("bus-taiyuan-nan", "太原南站公交枢纽", 112.6040, 37.7905, "140100 140105", None, "at the rail station"),
 ("bus-yuci", "榆次公交站", 112.7290, 37.6960, "140700 140702", None, "between 榆次 station and the seat"),
 ("bus-jinzhong-daxue", "山西高校新区公交站", 112.7000, 37.7450, "140702", None, "about 1.5 km"),
 ("bus-taigu", "太谷公交站", 112.5486, 37.4240, "140703", None, "at the seat"),
 ("bus-yangquan", "阳泉站公交站", 113.5850, 37.8570, "140300 140302 140303", None, "at 阳泉 station"),
 ("bus-yangquan-bei", "阳泉北站公交站", 113.4312, 38.1130, "140300 140322", None, "at 阳泉北 station"),
 ("bus-xinzhou-gucheng", "忻州古城公交站", 112.7270, 38.4160, "140900 140902", None, "at the old town"),
 ("bus-yangqu", "阳曲公交站", 112.6674, 38.0583, "140122", None, "at the seat"),
 ("bus-qingxu", "清徐公交站", 112.3514, 37.6065, "140121", None, "at the seat"),
 ("bus-jiaocheng", "交城公交站", 112.1525, 37.5544, "141122", None, "at the seat"),
 ("bus-gujiao", "古交公交站", 112.1677, 37.9078, "140181", None, "at the seat"),
 ("bus-wenshui", "文水公交站", 112.0260, 37.4356, "141121", None, "at the seat"),
 ("bus-fenyang", "汾阳公交站", 111.7788, 37.2672, "141182", None, "at the seat"),
 ("bus-xiaoyi", "孝义公交站", 111.7751, 37.1440, "141181", None, "at the seat"),
 ("bus-jiexiu", "介休公交站", 111.9077, 37.0274, "140781", None, "at the seat"),
 ("bus-pingyao", "平遥公交站", 112.1675, 37.1948, "140728", None, "at the seat"),
 ("bus-dingxiang", "定襄公交站", 112.9567, 38.4845, "140921", None, "at the seat"),
 ("bus-yuanping", "原平公交站", 112.7066, 38.7286, "140981", None, "at the seat"),
 ("bus-lishi", "离石公交站", 111.1281, 37.5232, "141100 141102", None, "at the seat"),
 ("bus-liulin", "柳林公交站", 110.8904, 37.4312, "141125", None, "at the seat"),
 ("bus-zhongyang", "中阳公交站", 111.1870, 37.3414, "141129", None, "at the seat"),
 ("bus-fangshan", "方山公交站", 111.2326, 37.8920, "141128", None, "at the seat"),
 ("bus-pingding", "平定公交站", 113.6247, 37.7998, "140321", None, "at the seat"),
 ("bus-tyn", "武宿机场公交站", 112.6270, 37.7556, "", None, "at terminals 1 and 2"),
 ("bus-wut", "五台山机场公交站", 112.9692, 38.5975, "", None, "at the airport"),
 ("bus-llv", "吕梁大武机场公交站", 111.1428, 37.6833, "", None, "at the airport"),
 ("bus-taihuai", "五台山台怀镇公交站", 113.5930, 39.0050, "", None, "at 台怀, about 2 km"),
 ("bus-xiaohe", "潇河产业园公交站", 112.6000, 37.6300, "140105", "brt", "about 3 km; the park between 太原 and 榆次"),
 ("bus-taiyuan-xi", "太原西站客运枢纽", 112.4640, 37.8557, "140100 140109", "taiyuan-west-station", "at 太原西, beside the metro station 西客站"),
]
ROAD = "estimate: shortest way in the highway graph of the fact tables × 1.15 (× 1.05 in the city), at least straight line × 1.15"
# id, name, model, stops, km between (None: from the graph), per day, first, last, project, source, fixed minutes
BUS = [
 ("bus-901", "太原–榆次公交(901类)", "bus_trunk", ["bus-wuyi", "bus-taiyuan-nan", "bus-jinzhong-daxue", "bus-yuci"], 100, "06:00", "21:00", None,
  "estimate: city buses between Taiyuan and 榆次 ran before the plan; 18 km/h (METHOD §3.4), every 9 min assumed", None),
 ("bus-yq901", "阳泉公交901 阳泉站–阳泉北站", None, ["bus-yangquan", "bus-yangquan-bei"], 28, "05:50", "19:50", None,
  "阳泉公交901: 45 km, 60–75 min, 05:50–19:50 non-stop by expressway (pediainside.com 阳泉北站); every 30 min assumed", [65]),
 ("bus-920", "跨城公交920 太原南站–忻州古城", None, ["bus-taiyuan-nan", "bus-yangqu", "bus-xinzhou-gucheng"], 20, "06:30", "18:30", "cross-city-bus",
  "920: 150 min end to end (claim of 2023-12-29, METHOD §3.4); 20 pairs and the call at 阳曲 assumed", [60, 88]),
 ("bus-921", "跨城公交921 太原南站–榆次–太谷", "bus_intercity", ["bus-taiyuan-nan", "bus-yuci", "bus-taigu"], 20, "06:30", "18:30", "cross-city-bus",
  "estimate: 921 Taiyuan–Taigu runs since 2023-09-01 (太原市政府发布会 2023-11-16); its stops, 20 pairs a day and the speed of 920 are assumed", None),
 ("bus-k901", "忻州公交K901 忻州古城–定襄–五台山机场", "bus_intercity", ["bus-xinzhou-gucheng", "bus-dingxiang", "bus-wut"], 13, "06:30", "18:30", "cross-city-bus",
  "estimate: every 60 min to the airport of 五台山 (wenxiaobai.com 2025-01); stops, hours and speed assumed", None),
 ("bus-x-qingxu-jiaocheng", "跨城公交 清徐–交城–文水", "bus_intercity", ["bus-qingxu", "bus-jiaocheng", "bus-wenshui"], 30, "06:30", "19:00", "cross-city-bus-more", "estimate: comparable with 920; every 25 min assumed", None),
 ("bus-x-fenyang-jiexiu", "跨城公交 汾阳–孝义–介休–平遥", "bus_intercity", ["bus-fenyang", "bus-xiaoyi", "bus-jiexiu", "bus-pingyao"], 30, "06:30", "19:00", "cross-city-bus-more", "estimate: comparable with 920; every 25 min assumed", None),
 ("bus-x-xinding", "跨城公交 忻州–定襄 / 忻州–原平", "bus_intercity", ["bus-dingxiang", "bus-xinzhou-gucheng", "bus-yuanping"], 30, "06:30", "19:00", "cross-city-bus-more", "estimate: comparable with 920; every 25 min assumed", None),
 ("bus-x-lishi", "跨城公交 柳林–离石–中阳", "bus_intercity", ["bus-liulin", "bus-lishi", "bus-zhongyang"], 30, "06:30", "19:00", "cross-city-bus-more", "estimate: comparable with 920; every 25 min assumed", None),
 ("bus-x-yangquan", "跨城公交 阳泉–平定", "bus_intercity", ["bus-yangquan", "bus-pingding"], 40, "06:30", "20:00", "cross-city-bus-more", "estimate: comparable with 920; every 20 min assumed", None),
 ("brt-yuci", "快速公交 五一广场–太原南站–高校新区–榆次", "brt", ["bus-wuyi", "bus-taiyuan-nan", "bus-jinzhong-daxue", "bus-yuci"], 150, "06:00", "22:00", "brt", "estimate: every 6 min, 23 km/h; the plan names no route", None),
 ("brt-qingxu", "快速公交 五一广场–清徐", "brt_fast", ["bus-wuyi", "bus-qingxu"], 90, "06:00", "22:00", "brt", "estimate: every 10 min, 38 km/h outside the city as bus 920; the plan names no route", None),
 ("brt-yangqu", "快速公交 五一广场–阳曲", "brt_fast", ["bus-wuyi", "bus-yangqu"], 90, "06:00", "22:00", "brt", "estimate: every 10 min, 38 km/h outside the city as bus 920; the plan names no route", None),
 ("brt-gujiao", "快速公交 五一广场–古交", "brt_fast", ["bus-wuyi", "bus-gujiao"], 60, "06:00", "21:00", "brt", "estimate: every 15 min, 38 km/h outside the city as bus 920; the plan names no route", None),
 ("brt-xiaohe", "快速公交 太原南站–潇河产业园", "brt", ["bus-taiyuan-nan", "bus-xiaohe"], 90, "06:00", "22:00", "brt", "estimate: every 10 min, 23 km/h; stands for the industrial parks of the plan", None),
 ("ax-tyn-xinzhou", "机场快线 武宿–忻州", "coach", ["bus-tyn", "bus-xinzhou-gucheng"], 12, "06:30", "21:00", "airport-express", "estimate: 12 pairs a day by coach", None),
 ("ax-tyn-yangquan", "机场快线 武宿–阳泉", "coach", ["bus-tyn", "bus-yangquan"], 10, "06:30", "20:30", "airport-express", "estimate: 10 pairs a day by coach", None),
 ("ax-tyn-lishi", "机场快线 武宿–汾阳–离石", "coach", ["bus-tyn", "bus-fenyang", "bus-lishi"], 8, "07:00", "20:00", "airport-express", "estimate: 8 pairs a day by coach", None),
 ("ax-tyn-pingyao", "机场快线 武宿–榆次–平遥–介休", "coach", ["bus-tyn", "bus-yuci", "bus-pingyao", "bus-jiexiu"], 8, "07:00", "20:00", "airport-express", "estimate: 8 pairs a day by coach", None),
 ("ax-wut", "机场快线 五台山机场–定襄–忻州–原平", "coach", ["bus-wut", "bus-dingxiang", "bus-xinzhou-gucheng", "bus-yuanping"], 6, "08:00", "19:00", "airport-express", "estimate: 6 pairs a day by coach", None),
 ("ax-wut-taihuai", "机场快线 五台山机场–台怀镇", "coach", ["bus-wut", "bus-taihuai"], 6, "08:00", "18:00", "airport-express", "estimate: 6 pairs a day by coach", None),
 ("ax-llv", "机场快线 大武机场–离石–柳林", "coach", ["bus-llv", "bus-lishi", "bus-liulin"], 6, "08:00", "19:00", "airport-express", "estimate: 6 pairs a day by coach", None),
 ("ax-llv-fangshan", "机场快线 大武机场–方山", "coach", ["bus-llv", "bus-fangshan"], 4, "08:00", "18:00", "airport-express", "estimate: 4 pairs a day by coach", None),
 ("tw-gujiao", "太原西枢纽–古交", "coach", ["bus-taiyuan-xi", "bus-gujiao"], 16, "06:30", "19:30", "taiyuan-west-station", "estimate: coaches to the west moved to the hub, 16 pairs a day; its trains come with taisui-hsr", None),
 ("tw-lishi", "太原西枢纽–汾阳–离石", "coach", ["bus-taiyuan-xi", "bus-fenyang", "bus-lishi"], 10, "07:00", "18:30", "taiyuan-west-station", "estimate: coaches to the west moved to the hub, 10 pairs a day", None),
]

def main(facts, out):
    ids, lines = rail.write_rail(facts, out)
    net = Net("""Rail and bus services. Made by make/services.py.
     e16-… and k14-… are the trains of the 2016 (EMU) and 2014 (conventional) timetables, which stand for the plan's base of 2021;
     the other rail services are assumptions, each with its rule in the source. Coaches are in coach.xml.""")
    net.note("EMU trains of 2016-03-10: 石太, 大西 south of 太原南, Beijing")
    t16 = load(facts + "/rail-timetable-2016-emu.csv", "variant")
    keep16 = lambda k, r: (r[0]["run_days"] == "ALL" or "2016-03-10" in r[0]["run_days"]) and k.split("/")[0] not in ("D5334",) and {"太原南"} & {x["station"] for x in r}
    a = from_timetable(net, ids, lines, t16, EMU2016, "e16", "动车", "tt2016", "M", keep16)
    net.note("conventional trains of 2014")
    t14 = load(facts + "/rail-timetable-2014.csv", "")
    cluster = {r["name"] for r in read_csv(facts + "/rail-stations.csv") if r["in_cluster"] == "1"}
    keep14 = lambda k, r: r[0]["type"] not in ("动车组", "高速动车") and len({x["station"] for x in r} & cluster) >= 2
    b = from_timetable(net, ids, lines, t14, CONV, "k14", "普速", "tt2014", "M", keep14)
    net.note("EMU services by assumption, and those of plan projects")
    for sid, name, mode, reserved, basis, calls, trips, src, conf, extra in SERVICES:
        allowed = lines_for(sid, extra.get("project"))
        P = Paths([l for l in lines if l["id"] in allowed])
        kids, prev = [], None
        for c in calls:
            if isinstance(c, str) and c.endswith("!"):
                continue
            nm = c if isinstance(c, str) else c[0]
            b1 = {"stop": ids[nm]}
            if prev:
                if isinstance(c, str):
                    r = P.leg(prev, nm, allowed)
                    if r is None:
                        raise SystemExit(f"{sid}: no path {prev} – {nm}")
                    b1["line"] = " ".join(r[1])
                else:
                    b1["line"], b1["minutes"] = c[2], c[1]
            kids.append(("call", b1)); prev = nm
        kids += [("trips", t) for t in trips]
        net.el("service", id=sid, name=name, mode=mode, reserved=reserved, basis=basis, source=src, confidence=conf, **extra, kids=kids)
    net.note("bus stops; points by hand, good to a few hundred metres unless the source says more")
    where = {}
    for sid, name, x, y, serves, proj, note in BUS_STOPS:
        where[sid] = (x, y)
        net.el("stop", id=sid, name=name, lon=x, lat=y, class_="bus", serves=serves, project=proj, source="estimate: " + note, confidence="L")
    net.note("bus lines and services")
    G = Graph(facts + "/highways-nodes.csv", facts + "/highways-edges.csv")
    for sid, name, model, stops, count, first, last, proj, src, fixed in BUS:
        kids = [("call", {"stop": stops[0]})]
        ats, total = [("at", {"stop": stops[0], "km": "0"})], 0.0
        for i, (a1, b1) in enumerate(zip(stops, stops[1:])):
            r = G.path(where[a1], where[b1], reach=8.0, snap_cost=1.5)
            f = 1.05 if model in ("brt", "bus_trunk") else 1.15   # streets are drawn truer than country roads
            km = max(r[0] * f if r else 0.0, 1.15 * hav(where[a1], where[b1]))
            total += km
            ats.append(("at", {"stop": b1, "km": f"{total:.1f}", "shape": shape_text(simplify(r[1], 0.01)) if r else None}))
            kids.append(("call", {"stop": b1, "minutes": fixed[i]} if fixed else {"stop": b1, "line": "line-" + sid}))
        if not fixed:
            net.el("line", id="line-" + sid, name=name, mode="bus", model=model, design_kmh=60, project=proj, source=ROAD, confidence="L", kids=ats)
        kids.append(("trips", {"count": count, "from": first, "to": last}))
        net.el("service", id=sid, name=name, mode="bus", reserved="no", basis="press" if fixed else "assumed", project=proj,
               source=src, confidence="L" if not fixed else "M", kids=kids)
    net.write(out + "/services.xml")
    print("timetable services", a, b, "hand", len(SERVICES), "bus", len(BUS))

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
