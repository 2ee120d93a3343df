//! GeoJSON (RFC 7946): features with properties, coordinates in WGS-84 degrees to five decimals (about a metre).

use geo::{LineString, MultiPolygon, Polygon};
use serde_json::{Map, Value, json};

/// A feature with a multipolygon.
pub fn polygons(shape: &MultiPolygon<f64>, properties: Map<String, Value>) -> Value {
    let coordinates: Vec<Value> = shape.0.iter().map(rings).collect();
    json!({ "type": "Feature", "properties": properties, "geometry": { "type": "MultiPolygon", "coordinates": coordinates } })
}

/// A feature collection; `remarks` become members beside the features, for attribution and the like.
pub fn collection(features: Vec<Value>, remarks: Map<String, Value>) -> Value {
    let mut object = Map::new();
    object.insert("type".to_string(), json!("FeatureCollection"));
    object.extend(remarks);
    object.insert("features".to_string(), Value::Array(features));
    Value::Object(object)
}

fn rings(polygon: &Polygon<f64>) -> Value {
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    Value::Array(rings.map(positions).collect())
}

fn positions(ring: &LineString<f64>) -> Value {
    let round = |degrees: f64| (degrees * 1e5).round() / 1e5;
    Value::Array(ring.0.iter().map(|at| json!([round(at.x), round(at.y)])).collect())
}
