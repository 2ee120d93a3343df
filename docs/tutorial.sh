#!/usr/bin/env bash
# The commands of docs/tutorial.md, in its order, in the folder they are started in:
#
#   mkdir tour && cd tour && bash ../docs/tutorial.sh EXTRACT.osm.pbf FEED.zip
#
# Needs `onehour` on the path, an extract of Heidelberg and the feed of its region (any other region needs other coordinates and dates).
set -euo pipefail
extract=$1 feed=$2
cp "$extract" city.osm.pbf
cp "$feed" feed.zip

cat > points.csv <<'END'
id,lon,lat,people,jobs
station,8.6756,49.4036,300,4000
old-town,8.7100,49.4120,2500,3000
campus,8.6720,49.4180,1200,9000
south,8.6920,49.3850,4200,600
END

echo "== 1 check"
onehour check --osm city.osm.pbf --gtfs feed.zip --date 2022-07-14 --origins points.csv --out check.txt
echo "== 2 matrix"
onehour matrix --osm city.osm.pbf --gtfs feed.zip --origins points.csv --mode walk,transit \
    --departure 2022-07-14T08:00 --window 60 --percentiles 10,50,90 --out matrix.csv
echo "== 2b route"
onehour route 8.6756,49.4036 8.71,49.412 --osm city.osm.pbf --gtfs feed.zip --mode walk,transit --departure 2022-07-14T08:10 > route.txt
echo "== 3 access"
onehour access --osm city.osm.pbf --gtfs feed.zip --origins points.csv --mode walk,transit \
    --departure 2022-07-14T08:00 --window 60 --opportunities jobs --cutoffs 15,30 --out access.csv
echo "== 4 isochrone"
onehour isochrone 8.6756,49.4036 --osm city.osm.pbf --gtfs feed.zip \
    --departure 2022-07-14T08:00 --window 30 --bands 10,20,30 --out areas.geojson
echo "== 5 verdict"
onehour verdict --osm city.osm.pbf --gtfs feed.zip --origins points.csv --mode walk,transit \
    --departure 2022-07-14T08:00 --window 60 --limit 40 --out verdict.csv
echo "== 6 a study"
onehour init study
cp city.osm.pbf feed.zip study/
# The former text stays as study.toml.before, because not every sed edits in place without that.
sed -i.before -e 's/^id = "template".*/id = "heidelberg"/' -e 's/"town.osm"/"city.osm.pbf"/' -e 's/"feed"/"feed.zip"/' \
    -e 's/region = "china"/region = "general"/' -e 's/^date = "2026-11-23"  .*/date = "2022-07-14"/' \
    -e 's/小镇1小时圈/海德堡1小时圈/' -e 's/of a small town/of Heidelberg/' -e 's/^attribution = .*/attribution = "© OpenStreetMap contributors (ODbL); VRN"/' \
    -e 's/^step_lon = .*/step_lon = 0.013708/' -e 's/^step_lat = .*/step_lat = 0.008993/' study/study.toml
cat > study/places.csv <<'END'
id,name_zh,name_en,city,level,lon,lat,population,groups,units,area_km2,source
c,海德堡,Heidelberg,c,centre,8.6756,49.4036,8200,,west;east,12,tutorial
west,西部,West,c,unit,8.6720,49.4180,5700,,,8,tutorial
east,老城,Old town,c,unit,8.7100,49.4120,2500,,,4,tutorial
END
cat > study/centres.csv <<'END'
place,name,lon,lat,weight,source
c,火车站,8.6756,49.4036,1.0,tutorial
END
onehour cells points.csv --column people --step 1000 --empty --out squares.csv
awk -F, 'NR == 1 { print "lon,lat,place,population,area_km2,urban,terrain"; next }
    { printf "%s,%s,%s,%s,%s,prefecture,plain\n", $2, $3, ($2 > 8.7 ? "east" : "west"), $4, $5 }' squares.csv > study/cells.csv
cat > study/lines.xml <<'END'
<network region="tutorial">
  <stop id="m-station" name="火车站" lon="8.6756" lat="49.4036" class="metro" serves="" project="light-rail" source="assumed: tutorial" confidence="L"/>
  <stop id="m-old-town" name="老城" lon="8.7100" lat="49.4120" class="metro" serves="" project="light-rail" source="assumed: tutorial" confidence="L"/>
  <line id="tunnel" name="老城隧道" mode="metro" model="light_rail" project="light-rail" source="assumed: tutorial" confidence="L">
    <at stop="m-station" km="0"/>
    <at stop="m-old-town" km="2.7"/>
  </line>
  <service id="tunnel-service" name="老城隧道" mode="metro" reserved="no" basis="assumed" project="light-rail" source="assumed: tutorial" confidence="L">
    <call stop="m-station"/>
    <call stop="m-old-town" line="tunnel"/>
    <trips count="161" from="06:00" to="22:00"/>
  </service>
</network>
END
# The bridge of the template is taken out.
awk '/^\[\[project\]\]/ { n++ } n < 2' study/projects.toml > projects && mv projects study/projects.toml
onehour check --study study/study.toml --out study-check.txt
onehour verdict --study study/study.toml --out study-verdicts.csv || test $? -eq 1
onehour compare S0 S1 --study study/study.toml --definition V6 --mode transit --out compare.csv
onehour run --study study/study.toml --out results > run.txt
ls results/figures/isochrones.png
