"""Helpers shared by the scripts that make the network files: fact tables, geometry, XML."""
import csv, heapq, json, math, os, re

def read_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))

def hav(a, b):
    """Great-circle kilometres between two (lon, lat)."""
    p, q = math.radians(a[1]), math.radians(b[1])
    h = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(b[0] - a[0]) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(h))

def simplify(pts, tol):
    """Douglas–Peucker in degrees."""
    if len(pts) < 3:
        return list(pts)
    (x1, y1), (x2, y2) = pts[0], pts[-1]
    best, at = -1.0, 0
    L = math.hypot(x2 - x1, y2 - y1)
    for i in range(1, len(pts) - 1):
        x, y = pts[i]
        d = math.hypot(x - x1, y - y1) if L == 0 else abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / L
        if d > best:
            best, at = d, i
    if best <= tol:
        return [pts[0], pts[-1]]
    return simplify(pts[:at + 1], tol)[:-1] + simplify(pts[at:], tol)

class Polyline:
    def __init__(self, pts):
        self.p = [(x[0], x[1]) for x in pts]
    def between(self, a, b, reach=6.0):
        i = min(range(len(self.p)), key=lambda k: hav(self.p[k], a))
        j = min(range(len(self.p)), key=lambda k: hav(self.p[k], b))
        if hav(self.p[i], a) > reach or hav(self.p[j], b) > reach or abs(i - j) < 2:
            return None
        part = self.p[i:j + 1] if i < j else self.p[j:i + 1][::-1]
        return [a] + [q for q in part if hav(q, a) > 0.3 and hav(q, b) > 0.3] + [b]

class Graph:
    """Undirected graph of the fact tables *-nodes.csv and *-edges.csv."""
    def __init__(self, nodes, edges):
        self.xy = {r["id"]: (float(r["lon"]), float(r["lat"])) for r in read_csv(nodes)}
        self.adj = {}
        for r in read_csv(edges):
            w = float(r["great_circle_km"])
            self.adj.setdefault(r["from"], []).append((r["to"], w))
            self.adj.setdefault(r["to"], []).append((r["from"], w))
        self.grid = {}
        for k in sorted(self.adj):
            x, y = self.xy[k]
            self.grid.setdefault((round(x, 1), round(y, 1)), []).append(k)
    def near(self, p, reach):
        out = []
        for dx in (-.1, 0, .1):
            for dy in (-.1, 0, .1):
                for k in self.grid.get((round(round(p[0], 1) + dx, 1), round(round(p[1], 1) + dy, 1)), []):
                    d = hav(p, self.xy[k])
                    if d <= reach:
                        out.append((d, k))
        return sorted(out)
    def path(self, a, b, reach=3.0, snap_cost=3.0, cut=1e9):
        """Shortest path between two points: (km, [(lon, lat)…]) or None; the way to the graph costs snap_cost times."""
        ends = {k: d for d, k in self.near(b, reach)[:12]}
        if not ends:
            return None
        best, prev, heap = {}, {}, []
        for d, k in self.near(a, reach)[:12]:
            heapq.heappush(heap, (d * snap_cost, k, None))
        while heap:
            d, k, via = heapq.heappop(heap)
            if k == "END":
                pts, n = [], via
                while n is not None:
                    pts.append(self.xy[n]); n = prev[n]
                pts = [a] + pts[::-1] + [b]
                return sum(hav(p, q) for p, q in zip(pts, pts[1:])), pts
            if k in best or d > cut:
                continue
            best[k], prev[k] = d, via
            if k in ends:
                heapq.heappush(heap, (d + ends[k] * snap_cost, "END", k))
            for m, w in self.adj[k]:
                if m not in best:
                    heapq.heappush(heap, (d + w, m, k))
        return None

def esc(s):
    return str(s).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")

def tag(name, attrs, close=True, indent=1):
    body = " ".join(f'{k}="{esc(v)}"' for k, v in attrs.items() if v is not None)
    return "  " * indent + f"<{name} {body}" + ("/>" if close else ">")

class Net:
    def __init__(self, comment):
        self.lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<!-- " + comment.strip() + " -->",
                      '<network region="shanxi-central">']
    def note(self, text):
        self.lines += ["", f"  <!-- {text} -->"]
    def el(self, name, /, **a):
        kids = a.pop("kids", None)
        a = {k.rstrip("_"): v for k, v in a.items()}
        if not kids:
            self.lines.append(tag(name, a))
        else:
            self.lines.append(tag(name, a, close=False))
            for n, b in kids:
                self.lines.append(tag(n, b, indent=2))
            self.lines.append(f"  </{name}>")
    def write(self, path):
        with open(path, "w", encoding="utf-8", newline="\n") as f:
            f.write("\n".join(self.lines + ["</network>", ""]))

def shape_text(pts):
    return " ".join(f"{x:.4f},{y:.4f}" for x, y in pts[1:-1]) or None

def hhmm(m):
    m = int(round(m))
    return f"{m // 60:02d}:{m % 60:02d}"

def minutes(t):
    h, m = t.split(":")
    return int(h) * 60 + int(m)
