"""Checks the scenarios of the study against projects and network files, and exits with 1 when something is wrong.
Usage: python3 check_scenarios.py [study.toml]

For every scenario: its projects as study.toml chooses them (base, status, verb, by id, without), depends_on and excludes hold,
every change touches something, no service calls at a stop or runs on a line that is not there, tags of services agree with
those of their stops and lines. For the files: source and confidence, dates, roads of projects join the rest."""
import os
import sys
import tomllib
import xml.etree.ElementTree as ET
from collections import defaultdict

HERE = os.path.dirname(os.path.abspath(__file__))
STUDY = os.path.join(HERE, "..", "..", "..", "seeds", "shanxi-central", "study.toml")


def day(text):
    """YYYY, YYYY-MM or YYYY-MM-DD; what is missing is the first."""
    return (text + "-01-01")[:10] if len(text) == 4 else (text + "-01")[:10] if len(text) == 7 else text


class Study:
    def __init__(self, path=STUDY):
        root = os.path.dirname(os.path.abspath(path))
        with open(path, "rb") as f:
            self.toml = tomllib.load(f)
        with open(os.path.join(root, self.toml["projects"]), "rb") as f:
            self.projects = {p["id"]: p for p in tomllib.load(f)["project"]}
        self.parameters = {}
        names = self.toml["parameters"]
        for name in [names] if isinstance(names, str) else names:
            with open(os.path.join(root, name), "rb") as f:
                self.flatten("", tomllib.load(f))
        self.kind = defaultdict(dict)
        self.transfers, self.twice = [], []
        for name in self.toml["networks"]:
            for e in ET.parse(os.path.join(root, name)).getroot():
                if e.tag == "transfer":
                    self.transfers.append(e)
                    continue
                i = e.get("section") if e.tag == "published" else e.get("id")
                if i in self.kind[e.tag]:
                    self.twice.append(f"{e.tag} {i} twice")
                self.kind[e.tag][i] = e
        self.scenarios = {}
        for s in self.toml["scenario"]:
            chosen = set(self.scenarios[s["base"]][1]) if "base" in s else set()
            chosen |= {i for i, p in self.projects.items() if p["status"] in s.get("with_status", ()) or p["verb"] in s.get("with_verb", ())}
            chosen |= set(s.get("projects", ()))
            chosen -= set(s.get("without", ()))
            self.scenarios[s["id"]] = (s["date"], chosen)

    def flatten(self, key, x):
        if "base" in x and "low" in x:
            self.parameters[key[1:]] = x["base"]
        else:
            for k, v in x.items():
                if isinstance(v, dict):
                    self.flatten(key + "." + k, v)

    def stands(self, e, scenario):
        """Whether an element exists in a scenario: a project switches it on whatever the date."""
        date, chosen = self.scenarios[scenario]
        if e.get("project"):
            return e.get("project") in chosen
        return (not e.get("opened") or day(e.get("opened")) <= date) and (not e.get("closed") or day(e.get("closed")) > date)

    def changes(self, scenario):
        _, chosen = self.scenarios[scenario]
        return [(i, c) for i in self.projects if i in chosen for c in self.projects[i].get("change", ())]

    def links(self, scenario):
        """Links of a scenario as dicts, with the changes of its projects made."""
        out = {i: dict(e.attrib) for i, e in self.kind["link"].items() if self.stands(e, scenario)}
        for _, c in self.changes(scenario):
            for i in self.picked(c, out):
                if c["kind"] == "set_class":
                    out[i]["class"] = c["class"]
                elif c["kind"] == "set_limit":
                    out[i]["limit_kmh"] = str(c["limit_kmh"])
                elif c["kind"] == "close_link":
                    del out[i]
        return out

    @staticmethod
    def picked(c, links):
        if "section" in c:
            return [i for i, x in links.items() if c["section"] in (x.get("section") or "").split()]
        return [i for i in c.get("links", ()) if i in links]

    def services(self, scenario):
        gone = {c["service"] for _, c in self.changes(scenario) if c["kind"] == "withdraw_service"}
        return {i: e for i, e in self.kind["service"].items() if i not in gone and self.stands(e, scenario)}


def lines_of(service):
    return {l for c in service.iter("call") for l in (c.get("line") or "").split()}


def main(path):
    s = Study(path)
    bad = list(s.twice)
    K = s.kind

    # ---- the files
    for tag in ("link", "stop", "line", "service", "published"):
        for i, e in K[tag].items():
            src = e.get("source") or ""
            if e.get("confidence") not in ("H", "M", "L"):
                bad.append(f"{tag} {i}: no confidence")
            if not src:
                bad.append(f"{tag} {i}: no source")
            title = K["source"][src].get("title") if src in K["source"] else src
            if e.get("length_basis") == "estimate" and not title.startswith("estimate:"):
                bad.append(f"{tag} {i}: an estimate whose source does not begin with estimate:")
            if e.get("basis") == "assumed" and not title.startswith("estimate:"):
                bad.append(f"{tag} {i}: assumed, and its source does not begin with estimate:")
    for tag in K:
        for i, e in K[tag].items():
            o, c = e.get("opened"), e.get("closed")
            if o and not ("1990-01-01" <= day(o) <= "2035-12-31") or o and c and day(o) >= day(c):
                bad.append(f"{tag} {i}: opened {o}, closed {c}")
            if e.get("project") and e.get("project") not in s.projects:
                bad.append(f"{tag} {i}: no project {e.get('project')}")
            if e.get("project") and o:
                bad.append(f"{tag} {i}: opened beside project says nothing")
    for i, e in K["service"].items():
        used = [K["stop"].get(c.get("stop")) for c in e.iter("call")] + [K["line"].get(l) for l in lines_of(e)]
        if None in used:
            bad.append(f"service {i}: stop or line that is nowhere")
            continue
        for u in used:
            p = u.get("project")
            if p and e.get("project") != p and p not in s.projects.get(e.get("project"), {}).get("depends_on", ()):
                bad.append(f"service {i} ({e.get('project')}) uses {u.tag} {u.get('id')} of project {p}")
            if not e.get("project") and u.get("opened") and day(u.get("opened")) > day(e.get("opened") or "1900"):
                bad.append(f"service {i} (opened {e.get('opened')}) uses {u.tag} {u.get('id')}, opened {u.get('opened')}")

    # ---- roads of projects and new roads join the rest
    at = defaultdict(list)
    for e in K["link"].values():
        at[e.get("from")].append(e)
        at[e.get("to")].append(e)
    fresh = defaultdict(list)
    for e in K["link"].values():
        if e.get("project") or e.get("opened"):
            fresh[e.get("project") or f"opened {e.get('opened')}"].append(e)
    for p, own in fresh.items():
        group = {e.get("id") for e in own}
        nodes = sorted({n for e in own for n in (e.get("from"), e.get("to"))})
        joined = 0
        for n in nodes:
            inter = K["node"][n].get("interchange")
            here = at[n]
            x = {r for e in here if e.get("class") == "expressway" for r in e.get("ref").split()}
            surface = [e for e in here if e.get("class") != "expressway"]
            mine = [e for e in here if e.get("id") in group]
            others = [e for e in here if e.get("id") not in group]
            mine_x = {r for e in mine if e.get("class") == "expressway" for r in e.get("ref").split()}
            mine_s = any(e.get("class") != "expressway" for e in mine)
            other_x = {r for e in others if e.get("class") == "expressway" for r in e.get("ref").split()}
            other_s = any(e.get("class") != "expressway" for e in others)
            if others:
                touch = mine_s and other_s or mine_x & other_x or mine_x and other_s and inter in ("local", "full") \
                    or mine_s and other_x and inter in ("local", "full") or mine_x and other_x and inter in ("system", "full")
                joined += bool(touch)
                if not touch:
                    bad.append(f"{p}: node {n} ({K['node'][n].get('name')}) meets other roads and does not join them (interchange {inter})")
            if x and surface and inter not in ("local", "full"):
                bad.append(f"{p}: node {n}: expressway and road share it without ramps")
            if len(mine) == 1 and not others and not n.startswith("city-"):
                text = f"{p}: loose end at {n} ({K['node'][n].get('name')})"
                if p in s.projects:
                    bad.append(text)
                else:
                    print("  note:", text)
        if joined < 2 and p in s.projects:
            print(f"  note: {p} joins the rest at {joined} node(s) only")

    # ---- scenarios
    for sc, (date, chosen) in s.scenarios.items():
        for i in sorted(chosen):
            p = s.projects.get(i)
            if p is None:
                bad.append(f"{sc}: no project {i}")
                continue
            bad += [f"{sc}: {i} needs {d}" for d in p["depends_on"] if d not in chosen]
            bad += [f"{sc}: {i} excludes {d}" for d in p["excludes"] if d in chosen]
        links = {i: dict(e.attrib) for i, e in K["link"].items() if s.stands(e, sc)}
        standing = {i for i, e in K["service"].items() if s.stands(e, sc)}
        for i, c in s.changes(sc):
            k = c["kind"]
            if k == "build":
                n = sum(e.get("project") == i for tag in ("link", "stop", "line", "service") for e in K[tag].values())
            elif k in ("set_class", "set_limit", "close_link"):
                hit = s.picked(c, links)
                n = len(hit)
                if k == "set_class":
                    n = sum(links[h]["class"] != c["class"] for h in hit)
            elif k in ("withdraw_service", "set_trips"):
                n = c["service"] in standing
            elif k == "remove_delay":
                n = sum(a.get("delay") == c["delay"] for e in K["line"].values() for a in e.iter("at"))
            elif k == "set_model":
                n = c["line"] in K["line"]
            elif k == "set_process":
                n = c["stop"] in K["stop"]
            else:
                n = 0
            if not n:
                bad.append(f"{sc}: {i}: {k} touches nothing")
        for i, e in s.services(sc).items():
            for c in e.iter("call"):
                if not s.stands(K["stop"][c.get("stop")], sc):
                    bad.append(f"{sc}: service {i} calls at {c.get('stop')}, which is not there")
            for l in lines_of(e):
                if not s.stands(K["line"][l], sc):
                    bad.append(f"{sc}: service {i} runs on {l}, which is not there")
        # relations of stations: pairs that a project's withdrawals leave without any train
        run, before = s.services(sc), {i: e for i, e in K["service"].items() if s.stands(e, sc)}
        pairs = lambda of: {frozenset((a.get("stop"), b.get("stop"))) for e in of.values() for k, a in enumerate(list(e.iter("call"))) for b in list(e.iter("call"))[k + 1:]}
        lost = pairs(before) - pairs(run)
        if lost:
            print(f"  note: {sc}: without a through train after withdrawals: " + ", ".join(sorted("–".join(sorted(K['stop'][x].get('name') for x in q)) for q in lost)))
        modelled = sum("change" in s.projects[i] for i in chosen if i in s.projects)
        print(f"{sc:8s} {date}  {len(chosen):3d} projects, {modelled:2d} modelled; {len(s.links(sc))} links, {len(run)} services")
    for i, p in s.projects.items():
        if ("change" in p) == ("not_modelled" in p):
            bad.append(f"project {i}: changes or not_modelled, one of the two")
        if any(c["kind"] == "build" for c in p.get("change", ())) and not any(e.get("project") == i for tag in K for e in K[tag].values()):
            bad.append(f"project {i}: builds nothing")
        if not any(c["kind"] == "build" for c in p.get("change", ())) and any(e.get("project") == i for tag in K for e in K[tag].values()):
            bad.append(f"project {i}: elements carry it, and it does not build them")
    for b in bad:
        print("WRONG", b)
    print(f"{len(bad)} faults")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else STUDY))
