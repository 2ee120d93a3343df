"""Makes rail.xml and the rail part of services (services.xml takes it in through `rail_services`).
Usage: python3 rail.py <facts folder> <output folder>
Official kilometres come from rail-mileage.csv, stopping patterns from the timetables of 2014 (conventional) and 2016 (EMU);
what they do not cover is a table in this file, marked basis="assumed" and `estimate:`."""
import json, sys
from netlib import *

# ---------------------------------------------------------------- stations
CN = {  # id: (lon, lat, confidence, where the point comes from); stations the fact table has no point for
 "石家庄": ("shijiazhuang", 114.481, 38.010, "M", "station east of 中华大街, general knowledge, about 300 m"),
 "石家庄北": ("shijiazhuang-bei", 114.452, 38.061, "L", "general knowledge, about 1 km"),
 "正定机场": ("zhengding-jichang", 114.723, 38.286, "L", "beside the airport, general knowledge"),
 "定州东": ("dingzhou-dong", 115.080, 38.530, "L", "general knowledge, about 3 km"),
 "保定东": ("baoding-dong", 115.596, 38.862, "M", "general knowledge, about 500 m"),
 "天津西": ("tianjin-xi", 117.163, 39.158, "M", "general knowledge, about 300 m"),
 "北京西": ("beijing-xi", 116.316, 39.895, "H", "general knowledge, about 200 m"),
 "大同南": ("datong-nan", 113.335, 40.020, "L", "estimate from the 37 official km to 怀仁东, about 3 km"),
 "乌兰察布": ("wulanchabu", 113.130, 41.020, "L", "general knowledge, about 3 km"),
 "呼和浩特东": ("huhehaote-dong", 111.757, 40.846, "M", "general knowledge, about 500 m"),
 "丰镇北": ("fengzhen-bei", 113.150, 40.470, "L", "general knowledge, about 4 km"),
 "长治东": ("changzhi-dong", 113.165, 36.205, "L", "estimate from the 40 official km to 襄垣东"),
 "长治南": ("changzhi-nan", 113.090, 36.060, "L", "estimate from the official km"),
 "高平东": ("gaoping-dong", 112.960, 35.810, "L", "estimate from the official km"),
 "晋城东": ("jincheng-dong", 112.910, 35.560, "L", "estimate from the official km"),
 "焦作": ("jiaozuo", 113.250, 35.215, "M", "general knowledge"),
 "郑州": ("zhengzhou", 113.653, 34.746, "M", "general knowledge"),
 "西安北": ("xian-bei", 108.939, 34.377, "M", "general knowledge, about 500 m"),
 "吴堡": ("wubu", 110.720, 37.470, "L", "general knowledge, about 3 km"),
 "绥德": ("suide", 110.283, 37.529, "L", "west end of the RailVista corridor"),
 "榆林": ("yulin", 109.760, 38.270, "L", "general knowledge, about 3 km"),
 "白文东": ("baiwen-dong", 111.090, 38.150, "L", "estimate: at 白文镇 (临县), about 5 km"),
 "蔡家崖": ("caijiaya", 111.045, 38.480, "L", "estimate: at 蔡家崖 west of 兴县 seat, about 3 km"),
 "孝南": ("xiaonan", 111.820, 37.095, "L", "estimate from the official km between 介休 and 白壁关"),
 "孝西": ("xiaoxi", 111.765, 37.128, "L", "estimate from the official km between 介休 and 白壁关"),
 "兑镇": ("duizhen", 111.610, 37.090, "L", "estimate: at 兑镇 (孝义)"),
 "阳泉曲": ("yangquanqu", 111.570, 37.055, "L", "estimate: at 阳泉曲镇 (孝义); not Yangquan city"),
 "枣林": ("zaolin", 113.085, 39.100, "L", "estimate from the official km between 代县 and 下社"),
}
HUB = {"太原", "太原南", "呼和浩特东", "北京西", "天津西", "石家庄", "郑州", "西安北"}
PREF = {"忻州西", "忻州", "晋中", "榆次", "阳泉北", "阳泉", "吕梁", "大同南", "大同", "朔州", "朔州东", "临汾西", "临汾", "长治东",
        "运城北", "石家庄北", "保定东", "晋城东", "绥德", "榆林", "乌兰察布", "焦作"}
SUB = {"太原北", "汾河", "古东", "豆罗", "平社", "高村", "播明", "北义井", "蒋村", "岩会", "芦家庄", "张兰", "白壁关", "安塘", "秦家庄",
       "下社", "枣林", "孝南", "轩岗", "兑镇", "阳泉曲"}
SERVES = {"太原": "140100 140106", "太原南": "140100 140105", "太原东": "140100 140107", "太原北": "140108",
 "清徐": "140121", "阳曲": "140122", "阳曲西": "140122", "娄烦": "140123", "古交": "140181",
 "阳泉": "140300 140302 140303", "阳泉东": "140300 140302 140303 140311", "阳泉北": "140300 140322",
 "榆次": "140700 140702", "晋中": "140700 140702", "太谷": "140703", "太谷西": "140703", "太谷东": "140703",
 "榆社": "140721", "榆社西": "140721", "寿阳": "140725", "祁县": "140727", "祁县东": "140727", "平遥": "140728", "平遥古城": "140728",
 "灵石": "140729", "灵石东": "140729", "介休": "140781", "介休东": "140781", "忻州": "140900 140902", "忻州西": "140900 140902",
 "定襄": "140921", "代县": "140923", "繁峙": "140924", "宁武": "140925", "神池": "140927", "五寨": "140928", "岢岚": "140929",
 "原平": "140981", "原平西": "140981", "吕梁": "141100 141102", "文水": "141121", "交城": "141122", "蔡家崖": "141123",
 "临县": "141124", "柳林南": "141125", "岚县": "141127", "孝西": "141181", "汾阳": "141182",
 "石家庄": "shijiazhuang", "石家庄北": "shijiazhuang", "北京西": "beijing", "大同": "datong", "大同南": "datong", "朔州": "shuozhou",
 "朔州东": "shuozhou", "临汾": "linfen", "临汾西": "linfen", "长治": "changzhi", "长治东": "changzhi", "绥德": "suide",
 "榆林": "yulin", "郑州": "zhengzhou", "西安北": "xian", "左权": "140722", "和顺县": "140723", "昔阳": "140724", "平定": "140321",
 "雁门关": "140923", "呼和浩特东": "hohhot", "天津西": "tianjin"}
STOP_PROJECT = {"左权": "yangshe-passenger", "和顺县": "yangshe-passenger", "昔阳": "yangshe-passenger", "平定": "yangshe-passenger",
 "雁门关": "jidayuan-hsr", "朔州东": "jidayuan-hsr", "山阴南": "jidayuan-hsr", "应县西": "jidayuan-hsr", "丰镇北": "jidayuan-hsr"}
STOP_NOTE = {"阳泉北": "in 盂县, 36 rail-km from 阳泉东 in the city", "平遥古城": "about 10 km from the old town",
 "忻州西": "about 10 min by car, 20 by bus from the centre", "五台山": "on 京原 at 砂河 (繁峙), not the 五台山 station of 雄忻",
 "蔡家崖": "serves 兴县", "孝西": "serves 孝义", "阳泉曲": "on 介西 in 孝义, not Yangquan"}

# new stations of plan projects: id, name, lon, lat, class, serves, project, note
NEW_STOPS = [
 ("dingxiang-bei", "定襄北", 112.985, 38.535, "county", "140921", "xiongxin-hsr", "about 5 km: only the name is published"),
 ("wutai-xian", "五台县", 113.280, 38.700, "county", "140922", "xiongxin-hsr", "about 6 km: only the name is published"),
 ("wutaishan-hsr", "五台山(雄忻)", 113.640, 38.830, "county", "", "xiongxin-hsr", "about 8 km; not the 五台山 of 京原 at 砂河"),
 ("fuping", "阜平", 114.190, 38.830, "county", "", "xiongxin-hsr", "about 5 km"),
 ("quyang", "曲阳", 114.690, 38.640, "county", "", "xiongxin-hsr", "about 6 km"),
 ("wangdu-bei", "望都北", 115.130, 38.760, "county", "", "xiongxin-hsr", "about 6 km"),
 ("baoding-nan", "保定南", 115.450, 38.800, "county", "", "xiongxin-hsr", "about 6 km"),
 ("xiongan", "雄安", 116.110, 39.060, "prefecture", "xiongan", "xiongxin-hsr", "about 2 km"),
 ("taiyuan-xi", "太原西", 112.4645, 37.8550, "hub", "140100 140109", "taisui-hsr", "迎泽西大街南寒, about 1 km; shared with taiyuan-west-station"),
 ("zonggaiqu", "综改区", 112.480, 37.640, "county", "140110", "taisui-hsr", "about 8 km; in the 综改示范区 between 晋源 and 清徐"),
 ("wenshui-xin", "文水(太绥)", 112.060, 37.440, "county", "141121", "taisui-hsr", "placed at the seat; about 5 km"),
 ("fenyang-xin", "汾阳(太绥)", 111.810, 37.300, "county", "141182", "taisui-hsr", "placed near the seat; about 5 km"),
 ("lishi-xin", "离石(太绥)", 111.150, 37.490, "prefecture", "141100 141102", "taisui-hsr", "placed near the seat; about 5 km"),
 ("liulin-xin", "柳林(太绥)", 110.880, 37.410, "county", "141125", "taisui-hsr", "placed near the seat; about 5 km"),
 ("suide-xi", "绥德西", 110.220, 37.500, "county", "suide", "taisui-hsr", "about 5 km"),
 ("yulin-xinyue", "榆林(忻榆鄂)", 109.760, 38.290, "prefecture", "yulin", "xinyue-hsr", "corridor end only; no station is published"),
 ("shijiazhuang-san", "石家庄(第三通道)", 114.481, 38.010, "hub", "shijiazhuang", "shitai-third", "corridor end only, at 石家庄 station"),
 ("taiyuan-san", "太原南(第三通道)", 112.6048, 37.7913, "hub", "140100 140105", "shitai-third", "corridor end only, at 太原南 station"),
 ("pingding-yangda", "平定(阳大)", 113.633, 37.797, "county", "140321", "yangda-emu", "the platform of yangshe-passenger, kept apart so that either project may stand alone"),
 ("dazhai", "大寨", 113.700, 37.590, "county", "140724", "yangda-emu", "昔阳/大寨, end of the line; about 3 km"),
]

SRC = {
 "mileage": ("Official passenger kilometres, end of 2021 (KZ25T/ChinaRail_Mileage_Calculation, commit 78b0bb8)", "China Railway tariff mileage, read from the repository", "2021-12-10", "numbers used as facts"),
 "stations": ("12306 station list of 2026-01 with coordinates of OpenStreetMap 2025 and of Amap geocodes (heywhale)", "12306; © OpenStreetMap contributors", "2026-01", "ODbL for the points from OpenStreetMap"),
 "tt2016": ("12306 timetable of 2016-03-10, G/D/C trains (metromancn/Parse12306); taken to stand for 2021", "12306", "2016-03-10", "MIT"),
 "tt2014": ("Timetable of 2014, trains of all kinds calling in Shanxi (modelling-contest data); taken to stand for 2021", "12306 by way of a modelling contest", "2014", "facts"),
 "cns-liulin": ("中新社 2021-10-05: two pairs to 柳林南 from 2021-10-01, up to four pairs from 2021-10-11", "中国新闻网, copy at zt-9jc.com.cn", "2021-10-05", "fact"),
 "cnr-zhengtai": ("央广网 2020-12-23: up to 74 EMU trains a day over 郑太 from 2021-01-20; first southbound G3127 leaves 太原南 07:11 (2021-12-12)", "http://www.cnr.cn/newscenter/native/city/20201223/t20201223_525372134.shtml", "2020-12-23", "fact"),
 "cns-jidayuan": ("中新网 2025-07-24: 124 trains a day over 集大原 (138 at most), 75 calling at 朔州东 07:30–22:30; opened with 18; 央视 2024-12-31: 太原–大同南 85 min fastest, was 109", "中国新闻网; 央视新闻", "2025-07-24", "fact"),
 "hanyuan": ("Press 2019–2020: 6 EMU trains calling at 山阴 (太原南–山阴 1 h 30), 2 pairs 太原南–呼和浩特东 via 忻州西, 原平西, 应县, 怀仁东, 大同南 (tynews 2019-10-31; 山西晚报 2020-06-24)", "太原新闻网; 山西晚报", "2020-06-24", "fact"),
 "w2-yangshe": ("阳涉 passenger service, one pair a day from 2025-01-27: 左权 07:00 – 太原 11:35, 太原 18:41 – 左权 23:20; first run 左权 10:15 – 平定 12:57", "阳泉市政府 mirror m.w2realtors.com/ywdt/jryq/202501/t20250128_2014654.shtml", "2025-01-28", "fact"),
 "taixing-press": ("太兴 passenger service from 2018-06-21: two pairs a day K7821, K7823, 4621, 4623, 太原–蔡家崖 about 4.5 h", "https://huoche.mipang.com/news-2198739.html", "2018-06-21", "fact"),
 "gt-xiongxin": ("雄忻高铁: 342 km, 350 km/h, 13 stations; 114.8 km in Shanxi; about 40 km west of 雄安 at 250", "国铁集团 2022-10-01 and press", "2022-10-01", "fact"),
 "taisui-2025": ("太绥高铁, provincial proposal of March 2025: 阳曲西—太原西—综改区—文水—汾阳—离石—柳林—绥德西, 296 km, 350 km/h", "https://sx.china.com/news/20002590/20250311/25953786.html", "2025-03-11", "fact"),
 "jinbao-2015": ("津保铁路: 158 km 天津西–保定, opened 2015-12-28 with 4.5 pairs a day, 27.5 pairs from 2016-01-10", "人民网日本語版, http://j.people.com.cn/n/2015/1228/c94475-8996493.html", "2015-12-28", "fact"),
 "osm": ("Track shapes: OpenStreetMap by way of WT006/RailVista (大西 and 集大原 between 太原南 and 怀仁东, 郑太 north of 长治东, 太中)", "© OpenStreetMap contributors", "2025", "ODbL"),
 "shapes": ("Track shapes: railway graph of the crate routrs_railways_dataset 0.1.0 (石太 lines, conventional lines, 大西 太原南–太谷西)", "https://crates.io/crates/routrs_railways_dataset", "", "MIT"),
 "straight": ("estimate: no track shape, straight between stops: 大西 south of 太谷西, new lines of the plan and lines outside the study", "onehour", "", ""),
}

# ---------------------------------------------------------------- lines
# id, name, mode, model, design, mileage table, first, last, stations left out, extra attributes, shape source
OFFICIAL = [
 ("daxi", "大西高铁", "hsr", "daxi", 250, "大西高速线樊西段", "樊家庄所", "西安北", "", {}, "daxi"),
 ("shitai-kz", "石太客专", "hsr", "shitai", 250, "石太客专线", "石家庄", "太原南", "", {}, "graph"),
 ("zhengtai", "郑太高铁", "hsr", "hsr250", 250, "郑太客专线", "太原南", "焦作", "焦作西", {"opened": "2020-12-12"}, "zhengtai"),
 ("taizhong", "太中银铁路(动车)", "rail", "taizhong", 160, "太中线", "太原南", "绥德", "义合镇", {"note": "same tracks as taizhong-k, EMU trains"}, "taizhong"),
 ("taizhong-k", "太中银铁路(普速)", "rail", "taizhong_k", 160, "太中线", "太原南", "绥德", "义合镇", {"note": "same tracks as taizhong, locomotive-hauled trains"}, "taizhong"),
 ("shitai", "石太线", "rail", "shitai_old", 100, "石太线", "石家庄", "榆次", "获鹿 上安 井陉 南张村 井南 南峪 程家", {"note": "太原–榆次 is line taiyu, run at other speeds"}, "graph"),
 ("taiyu", "石太线(榆次–太原)", "rail", "nantongpu", 120, "石太线", "榆次", "太原", "", {}, "graph"),
 ("beitongpu", "北同蒲线", "rail", "beitongpu", 120, "北同蒲线", "大同", "太原", "平旺 韩家岭 金沙滩 阳方口 太原北所", {}, "graph"),
 ("nantongpu", "南同蒲线", "rail", "nantongpu", 120, "南同蒲线", "榆次", "侯马", "修文 侯马北", {}, "graph"),
 ("jingyuan", "京原线", "rail", "jingyuan", 100, "京原线", "灵丘", "原平", "东淤地 东庄 阳明堡 薛孤", {}, "graph"),
 ("taijiao", "太焦线(榆次–长治)", "rail", "taijiao", 100, "太新线", "榆次", "长治", "修文 大辛庄", {}, "graph"),
 ("taixing", "太兴线", "rail", "taixing", 120, "太兴线", "太原北", "白文", "", {}, "graph"),
 ("wari", "瓦日线(白文–蔡家崖)", "rail", "taixing", 120, "瓦日线白蔡段", "白文", "蔡家崖", "", {}, "none"),
 ("ningke", "宁岢线", "rail", "ningke", 80, "宁岢线", "宁武", "岢岚", "", {}, "graph"),
 ("xinhe", "忻河线", "rail", "xinhe", 80, "忻河线", "忻州", "河边", "", {}, "graph"),
 ("jiexi", "介西线", "rail", "jiexi", 80, "介西线", "介休", "阳泉曲", "", {}, "none"),
 ("lvlin", "吕临线", "rail", "conventional", 120, "吕临线", "吕梁", "临县", "吕梁北", {}, "none"),
 ("yangda", "阳大铁路(阳泉北–阳泉东)", "rail", "yangda", 120, "阳泉东线", "阳泉北", "阳泉东", "", {"opened": "2020-09-24"}, "none"),
]
POINTS = {"樊家庄所", "西涧河所", "长风街所", "获鹿所", "鸣李", "湾李所", "修文", "白文", "河底", "薛孤", "珏山所"}
POINT_AT = {"樊家庄所": (112.719, 38.864), "岗上所": (112.735, 38.897), "大路辛庄所": (113.240, 39.930), "太善村所": (113.252, 39.943), "西涧河所": (112.588, 37.909), "长风街所": (112.595, 37.822),
            "鸣李": (112.666, 37.735), "河底": (113.500, 37.985), "白文": (111.085, 38.160), "薛孤": (112.820, 38.870)}

def main_stations(facts):
    st = {}
    for r in read_csv(facts + "/rail-stations.csv"):
        n = r["name"]
        pid = r["pinyin"]
        if not pid:
            pid = {"北义井": "beiyijing", "太原北": "taiyuanbei", "播明": "boming", "芦家庄": "lujiazhuang", "蒋村": "jiangcun"}.get(n)
            if not pid:
                continue
        for z, p in (("东", "dong"), ("南", "nan"), ("西", "xi"), ("北", "bei")):
            if len(n) > 2 and n.endswith(z) and pid.endswith(p):
                pid = pid[:-len(p)] + "-" + p
        if n == "平遥古城": pid = "pingyao-gucheng"
        pid = {"heshunxian": "heshun"}.get(pid, pid)
        if r["lon_wgs84"]:
            unc = r["coord_source"].startswith("UNCERTAIN")
            st[n] = dict(id=pid, p=(float(r["lon_wgs84"]), float(r["lat_wgs84"])), tele=r["telecode_12306"] or None,
                         conf="L" if unc else ("H" if "OSM" in r["coord_source"] else "M"),
                         src=("estimate: " + r["coord_source"]) if unc else "stations")
    for n, (pid, x, y, conf, how) in CN.items():
        st[n] = dict(id=pid, p=(x, y), tele=None, conf=conf, src="estimate: " + how)
    return st

def build_lines(facts, st):
    mil = {}
    for r in read_csv(facts + "/rail-mileage.csv"):
        mil.setdefault(r["line"], []).append((r["station"], float(r["km"])))
    lines = []   # dicts: id name mode model design at=[(name,km,delay?)] extra
    for lid, name, mode, model, design, table, a, b, skip, extra, shape in OFFICIAL:
        rows = mil[table]
        i = next(k for k, r in enumerate(rows) if r[0] == a)
        j = next(k for k, r in enumerate(rows) if r[0] == b)
        part = rows[i:j + 1] if i < j else rows[j:i + 1][::-1]
        zero = part[0][1]
        at = []
        for n, km in part:
            if n in skip.split() or (n not in st and n not in POINTS):
                continue
            at.append([n, abs(km - zero), None])
        lines.append(dict(id=lid, name=name, mode=mode, model=model, design=design, at=at, extra=dict(extra), shape=shape,
                          src="mileage", conf="H"))
    L = {l["id"]: l for l in lines}
    for x in L["daxi"]["at"]:
        if x[0] == "西涧河所":
            x[2] = "taiyuan-north-throat"
    L["zhengtai"]["at"].append(["郑州", 432.0, None])
    L["zhengtai"]["extra"]["note"] = "432 km to 郑州 is the published length of the whole line; 焦作–郑州 stations between are not modelled"

    def add(lid, name, mode, model, design, at, src, conf, shape="none", **extra):
        lines.append(dict(id=lid, name=name, mode=mode, model=model, design=design, at=[[n, float(k), None] for n, k in at],
                          src=src, conf=conf, shape=shape, extra=extra))
    add("jingguang", "京广高铁(北京西–石家庄)", "hsr", "jingguang", 350,
        [("北京西", 0), ("保定东", 139), ("定州东", 197), ("正定机场", 244), ("石家庄", 281)],
        "estimate: 281 km official (general knowledge), intermediate kilometres within 5 km", "M", note="corridor to Beijing, for the 3-hour test")
    add("jinbao", "津保铁路(保定东–天津西)", "hsr", "hsr250", 250, [("保定东", 0), ("天津西", 152)],
        "estimate: 158 km 天津西–保定 published (jinbao-2015), less about 6 km to 保定东", "M", note="corridor to Tianjin; trains on it carry observed minutes, so its model moves nobody")
    add("hanyuan", "大西–韩原动车径路(原平西–大同南)", "hsr", "hanyuan", 160,
        [("樊家庄所", 0), ("岗上所", 4), ("山阴", 70), ("应县", 91), ("怀仁东", 113), ("大路辛庄所", 133), ("太善村所", 135), ("大同南", 150)],
        "mileage", "H", note="樊岗联络线 4 + 韩原线 129 + 太善村联络线 2 + 张大客专 15 km")
    add("jidayuan", "集大原高铁", "hsr", "jidayuan", 250,
        [("原平西", 0), ("雁门关", 38), ("朔州东", 80), ("山阴南", 111), ("应县西", 130), ("怀仁东", 154), ("大同南", 191), ("丰镇北", 243), ("乌兰察布", 309)],
        "estimate: 309 km in all is official; between stations the OpenStreetMap alignment × 1.04 (its factor on 大西 north), 37 km 怀仁东–大同南 official", "M",
        shape="daxi", project="jidayuan-hsr")
    add("zhanghu", "张呼高铁(乌兰察布–呼和浩特东)", "hsr", "hsr250", 250, [("乌兰察布", 0), ("呼和浩特东", 126)],
        "estimate: straight line × 1.08; corridor to Hohhot", "M")
    add("shitai-k", "石太客专(普速)", "rail", "shitai_k", 160, [("太原", 0), ("阳泉北", 121), ("石家庄北", 225), ("石家庄", 235)],
        "tt2014", "M", note="same tracks as shitai-kz, locomotive-hauled trains; kilometres as in the 2014 timetable", shape="graph")
    add("yangda-south", "阳大铁路(阳泉东–大寨)", "rail", "yangda", 120, [("阳泉东", 0), ("pingding-yangda", 12), ("dazhai", 43)],
        "estimate: 79.07 km 阳泉北–大寨 official, less 36 km; 平定 by straight line × 1.25", "M", project="yangda-emu")
    add("yangshe", "阳大–阳涉铁路(阳泉东–左权)", "rail", "yangshe", 120, [("阳泉东", 0), ("平定", 12), ("昔阳", 41), ("和顺县", 86), ("左权", 125)],
        "estimate: straight lines × 1.25; the whole line 白羊墅–悬钟 is 199 km", "L", project="yangshe-passenger")
    add("xiongxin", "雄忻高铁(忻州西–保定南)", "hsr", "hsr350", 350,
        [("忻州西", 0), ("dingxiang-bei", 27), ("wutai-xian", 64), ("wutaishan-hsr", 104), ("fuping", 157), ("quyang", 208), ("wangdu-bei", 252), ("baoding-nan", 284), ("xiongan-west", 302)],
        "estimate: 342 km in all and 114.8 km in Shanxi are published; stations between in proportion to the straight lines", "M", project="xiongxin-hsr",
        note="the last 40 km before 雄安 are line xiongxin-east")
    add("xiongxin-east", "雄忻高铁(保定东–雄安)", "hsr", "hsr250", 250, [("xiongan-west", 0), ("xiongan", 40)], "gt-xiongxin", "L", project="xiongxin-hsr",
        note="the stretch reported at 250 km/h")
    add("jingxiong", "京雄城际(雄安–北京西)", "hsr", "jingxiong", 350, [("xiongan", 0), ("北京西", 92)],
        "estimate: 92 km, 48–50 min station to station (METHOD §0.9)", "M", project="xiongxin-hsr", note="an existing line, modelled only for the trains over 雄忻")
    add("taisui", "太绥高铁", "hsr", "hsr350", 350,
        [("阳曲西", 0), ("taiyuan-xi", 36), ("zonggaiqu", 61), ("wenshui-xin", 105), ("fenyang-xin", 133), ("lishi-xin", 196), ("liulin-xin", 225), ("suide-xi", 296)],
        "estimate: 296 km in all is the proposal's; stations between in proportion to the straight lines, 太原西–离石 160 km (the points stand 156 km apart by way of the stations; METHOD guesses 146)", "L", project="taisui-hsr")
    add("xinyue", "忻榆鄂高铁(走廊示意)", "hsr", "hsr350", 350, [("忻州西", 0), ("yulin-xinyue", 297)],
        "estimate: straight line 忻州西–榆林 × 1.15; no length and no station is published, so none is assumed between", "L", project="xinyue-hsr")
    add("shitai-san", "石太第三高速通道(走廊示意)", "hsr", "hsr350", 350, [("taiyuan-san", 0), ("shijiazhuang-san", 193)],
        "estimate: straight line 太原南–石家庄 × 1.15; route undecided, so no station between is assumed", "L", project="shitai-third")
    km = lambda lid, n: next(k for m, k, _ in L[lid]["at"] if m == n)
    tw = [(n, 355 - km("beitongpu", n)) for n in ("太原", "太原东", "阳曲", "忻州")]
    add("suburban-wutai", "太原–河边市域列车(北同蒲、忻河线)", "suburban", "suburban", 120,
        tw + [("定襄", 88 + 22), ("河边", 88 + 40)], "mileage", "H", project="taiyuan-wutai-suburban", shape="graph", note="same tracks as beitongpu and xinhe under suburban running")
    add("suburban-yuanping", "太原–原平–五台山市域列车(北同蒲、京原线)", "suburban", "suburban", 120,
        tw + [("原平", 124), ("代县", 172), ("繁峙", 203), ("五台山", 231)], "mileage", "H", project="taiyuan-wutai-suburban", shape="graph",
        note="same tracks as beitongpu and jingyuan; 五台山 is the station at 砂河")
    return lines

# the stretch where 350 becomes 250 is a bare point
POINTS |= {"xiongan-west", "岗上所", "大路辛庄所", "太善村所"}
POINT_AT["xiongan-west"] = (115.640, 38.890)

class Shapes:
    def __init__(self, facts):
        cor = {f["properties"]["id"]: f["geometry"]["coordinates"] for f in json.load(open(facts + "/railvista_osm_corridors_wgs84.geojson", encoding="utf-8"))["features"]}
        self.poly = {"daxi": Polyline(cor["daxi_north"]), "zhengtai": Polyline(cor["zhengtai_north"]), "taizhong": Polyline(cor["taizhong_east"])}
        self.graph = Graph(facts + "/railways-nodes.csv", facts + "/railways-edges.csv")
    def get(self, kind, a, b, km):
        if kind == "none" or km < 8:
            return None
        pts, (low, high) = None, (0.7, 1.2)
        if kind != "graph":
            pts = self.poly[kind].between(a, b)
            if pts and not 0.75 * km < sum(hav(x, y) for x, y in zip(pts, pts[1:])) < 1.15 * km:
                pts = None
            low, high = 0.95, 1.05   # 大西 beyond the corridor: the graph, where it has that line and not an old one beside it
        if not pts and kind in ("graph", "daxi"):
            r = self.graph.path(a, b, reach=4.0, cut=km * 1.2 + 10)
            pts = r[1] if r and low * km < r[0] < high * km else None
        if not pts:
            return None
        return shape_text(simplify(pts, 0.006))

def write_rail(facts, out):
    st = main_stations(facts)
    lines = build_lines(facts, st)
    new = {s[0]: s for s in NEW_STOPS}
    used = []
    for l in lines:
        for n, _, _ in l["at"]:
            if n in st and n not in used:
                used.append(n)
    net = Net("""Rail: sources, stations, lines with official kilometres, run-time models by name, the throat of Taiyuan.
     Made by make/rail.py. Track shapes partly © OpenStreetMap contributors (ODbL).""")
    for k, (title, pub, date, lic) in SRC.items():
        url = pub if pub.startswith("http") else None
        net.el("source", id=k, title=title, publisher=None if url else pub, url=url, date=date or None, licence=lic or None)
    net.note("the Taiyuan throat: on the one stretch 阳曲西–西涧河所 of 大西, which every EMU between 阳曲西 and 太原/太原南 runs over once; "
             "conventional trains have it in their own calibrated model")
    net.el("delay", id="taiyuan-north-throat", name="太原枢纽北咽喉", parameter="delay.taiyuan_north_throat")
    net.note("stations")
    for n in used:
        s = st[n]
        cls = "hub" if n in HUB else "prefecture" if n in PREF else "suburban" if n in SUB else "county"
        net.el("stop", id=s["id"], name=n, lon=f"{s['p'][0]:.5f}", lat=f"{s['p'][1]:.5f}", class_=cls, serves=SERVES.get(n, ""),
               telecode=s["tele"], project=STOP_PROJECT.get(n), source=s["src"], confidence=s["conf"], note=STOP_NOTE.get(n))
    net.note("stations of plan projects; points are estimates unless a source says more")
    for pid, n, x, y, cls, serves, proj, note in NEW_STOPS:
        net.el("stop", id=pid, name=n, lon=x, lat=y, class_=cls, serves=serves, project=proj, source="estimate: " + note, confidence="L")
    net.note("lines")
    shp = Shapes(facts)
    where = lambda n: st[n]["p"] if n in st else (new[n][2], new[n][3]) if n in new else POINT_AT.get(n)
    for l in lines:
        kids, prev = [], None
        at = l["at"]
        for i, (n, km, delay) in enumerate(at):
            b = {}
            if n in POINTS:
                b["point"] = n
                p = POINT_AT.get(n)
                if not p:   # on the chord between its neighbours, by kilometre
                    lo = next(((m, k) for m, k, _ in reversed(at[:i]) if where(m)), None)
                    hi = next(((m, k) for m, k, _ in at[i + 1:] if where(m)), None)
                    if lo and hi:
                        f = (km - lo[1]) / (hi[1] - lo[1])
                        p = tuple(where(lo[0])[c] + f * (where(hi[0])[c] - where(lo[0])[c]) for c in (0, 1))
                    else:
                        p = where((lo or hi)[0])
                b["lon"], b["lat"] = f"{p[0]:.4f}", f"{p[1]:.4f}"
            else:
                p = where(n)
                b["stop"] = st[n]["id"] if n in st else n
            b["km"] = f"{km:g}"
            if delay:
                b["delay"] = delay
            if prev and n not in POINTS and prev[0] not in POINTS:
                b["shape"] = shp.get(l["shape"], prev[1], p, km - prev[2])
            prev = (n, p, km)
            kids.append(("at", b))
        net.el("line", id=l["id"], name=l["name"], mode=l["mode"], model=l["model"], design_kmh=l["design"], source=l["src"], confidence=l["conf"],
               **l["extra"], kids=kids)
    net.write(out + "/rail.xml")
    ids = {n: st[n]["id"] for n in used}
    ids.update({s[0]: s[0] for s in NEW_STOPS})
    return ids, lines

if __name__ == "__main__":
    ids, lines = write_rail(sys.argv[1], sys.argv[2])
    print(len(ids), "stops", len(lines), "lines")
