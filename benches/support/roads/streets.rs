//! A generated region as a network of streets, for what asks for edges and not for arcs.

use std::sync::Arc;

use onehour::network::column::Column;
use onehour::network::streets::{Edge, Layer, Place, StreetClass, StreetMode, StreetNetwork, Streets, Vertex, Way};

use super::{Roads, deciseconds, place};

/// How fast one walks on any street, in km/h.
const WALKING_KMH: f64 = 4.8;

impl Roads {
    /// The region with a layer for cars and one for walking: vertices are the junctions, inner nodes give edges their shape. Nobody
    /// walks on motorways and their ramps. There are no forbidden turns and no names; a way stands for all edges of its class.
    pub fn network(&self) -> StreetNetwork {
        let vertices: Vec<Vertex> =
            (1..).zip(&self.plan.junctions).map(|(osm, &at)| Vertex { osm, at: place(at) }).collect();
        let (mut edges, mut car, mut walk) = (Vec::new(), Vec::new(), Vec::new());
        for (street, of) in self.plan.streets.iter().enumerate() {
            let metres = self.lengths(street).last().expect("a street has two ends");
            let first_point = self.first_inner[street];
            edges.push(Edge {
                from: of.from,
                to: of.to,
                way: of.class as u32,
                length_cm: (metres * 100.0).round().max(1.0) as u32,
                first_point,
                n_points: self.first_inner[street + 1] - first_point,
            });
            let driven = deciseconds(metres, of.speed_kmh);
            car.extend([driven, if of.one_way { Layer::CLOSED } else { driven }]);
            let for_cars = matches!(of.class, StreetClass::Motorway | StreetClass::MotorwayLink);
            let walked = (metres * 36.0 / WALKING_KMH).round().max(1.0) as u32;
            walk.extend([if for_cars { Layer::CLOSED } else { walked }; 2]);
        }
        let streets = Streets {
            vertices: vertices.into(),
            edges: edges.into(),
            points: self.inner.iter().map(|&at| place(at)).collect::<Vec<Place>>().into(),
            ways: ways(),
            names: Column::default(),
            restrictions: Vec::new(),
        };
        let layer = |mode, times: Vec<u32>, beside| Arc::new(Layer::new(mode, times.into(), beside));
        let layers = vec![layer(StreetMode::Car, car, 8_000), layer(StreetMode::Walk, walk, 4_800)];
        StreetNetwork { streets: Arc::new(streets), layers }
    }
}

/// One way for every class, at its position in `StreetClass::ALL`.
fn ways() -> Column<Way> {
    let way =
        |class: usize| Way { osm: class as i64 + 1, name_start: 0, name_len: 0, class: class as u16, flags: 0, unused: 0 };
    (0..StreetClass::ALL.len()).map(way).collect::<Vec<Way>>().into()
}
