//! The words that files use for classes, modes and kinds.

use serde::{Deserialize, Serialize};

/// Declares an enum whose variants are words of the files, with the word of each and the way back.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every value, in the order of the documentation.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word in files.
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }
    };
}

words! {
    /// How sure a figure is.
    Confidence {
        /// High: read in an official or mainstream source.
        High = "H",
        /// Medium.
        Medium = "M",
        /// Low: an assumption.
        Low = "L",
    }
}

words! {
    /// Who moves on streets.
    StreetUser {
        /// On foot.
        Walk = "walk",
        /// By bicycle.
        Bicycle = "bicycle",
        /// By e-bike.
        Ebike = "ebike",
        /// By car.
        Car = "car",
    }
}

words! {
    /// Class of a planned street, by the `highway` key of OpenStreetMap.
    PlannedStreet {
        /// Motorway.
        Motorway = "motorway",
        /// Ramp of a motorway.
        MotorwayLink = "motorway_link",
        /// Trunk road.
        Trunk = "trunk",
        /// Primary road.
        Primary = "primary",
        /// Secondary road.
        Secondary = "secondary",
        /// Tertiary road.
        Tertiary = "tertiary",
        /// Road below these.
        Unclassified = "unclassified",
        /// Road among dwellings.
        Residential = "residential",
        /// Way to a building or inside a site.
        Service = "service",
        /// Street for people on foot.
        Pedestrian = "pedestrian",
        /// Footway.
        Footway = "footway",
        /// Cycleway.
        Cycleway = "cycleway",
        /// Path.
        Path = "path",
    }
}

words! {
    /// Where a planned street is joined to those that exist.
    Joins {
        /// At its two ends.
        Ends = "ends",
        /// At its ends and wherever it crosses a street on the ground.
        Crossings = "crossings",
    }
}

words! {
    /// The shipped tables of speeds on streets.
    StreetRegion {
        /// For any country without a table of its own.
        General = "general",
        /// Classes and limits of China.
        China = "china",
    }
}

words! {
    /// Where one may change between an expressway and other roads.
    Interchange {
        /// Nowhere: they cross without touching.
        None = "none",
        /// By ramps between the expressway and the other roads.
        Local = "local",
        /// Between expressways of different numbers.
        System = "system",
        /// Both.
        Full = "full",
    }
}

words! {
    /// Class of a road link.
    LinkClass {
        /// Controlled access, tolled, 80–120 km/h.
        Expressway = "expressway",
        /// Urban expressway or first-class road, about 80 km/h.
        Fast = "fast",
        /// National road.
        National = "national",
        /// Provincial road.
        Provincial = "provincial",
        /// County road.
        County = "county",
        /// Township road.
        Township = "township",
        /// City street.
        Urban = "urban",
        /// Short link from the network to a station or seat.
        Connector = "connector",
    }
}

words! {
    /// Whether speed and detour are those of the plain or of the mountains.
    Terrain {
        /// Plain or basin.
        Plain = "plain",
        /// Hills and mountains.
        Mountain = "mountain",
    }
}

words! {
    /// Size of a built-up area, for congestion, street speed and parking.
    Urban {
        /// County town.
        County = "county",
        /// Prefecture-level city.
        Prefecture = "prefecture",
        /// The cluster's central city.
        Metropolis = "metropolis",
    }
}

words! {
    /// Class of a stop: decides the time it takes to get in and out.
    StopClass {
        /// Large railway station.
        Hub = "hub",
        /// Railway station of a prefecture seat.
        Prefecture = "prefecture",
        /// Railway station of a county.
        County = "county",
        /// Suburban railway halt.
        Suburban = "suburban",
        /// Metro station.
        Metro = "metro",
        /// Bus or coach stop.
        Bus = "bus",
        /// Airport.
        Airport = "airport",
    }
}

words! {
    /// What runs on a line.
    LineMode {
        /// High-speed railway (EMU trains).
        Hsr = "hsr",
        /// Conventional railway.
        Rail = "rail",
        /// Suburban railway.
        Suburban = "suburban",
        /// Metro.
        Metro = "metro",
        /// Bus or coach.
        Bus = "bus",
        /// Aircraft.
        Air = "air",
    }
}

words! {
    /// What a length rests on.
    LengthBasis {
        /// A published figure.
        Official = "official",
        /// Straight distance times a stated sinuosity.
        Estimate = "estimate",
    }
}

words! {
    /// What a service's pattern rests on.
    ServiceBasis {
        /// A published timetable.
        Timetable = "timetable",
        /// A press report.
        Press = "press",
        /// An assumption.
        Assumed = "assumed",
    }
}

words! {
    /// In which direction of a service trips run.
    TripDirection {
        /// As its calls are listed and back.
        Both = "both",
        /// As listed.
        Out = "out",
        /// From the last call to the first.
        Back = "back",
    }
}

words! {
    /// The status of a project.
    Status {
        /// In use.
        Open = "open",
        /// Under construction.
        Building = "building",
        /// Approved, not begun.
        Approved = "approved",
        /// Proposed in some detail.
        Proposed = "proposed",
        /// Under study.
        Study = "study",
        /// No source found.
        Unknown = "unknown",
    }
}

words! {
    /// The level of a place.
    PlaceLevel {
        /// A city's centre; stands for the units listed with it.
        Centre = "centre",
        /// A county-level unit.
        Unit = "unit",
        /// A city that bounds the study.
        Outside = "outside",
    }
}

words! {
    /// By which means a journey may be made.
    Mode {
        /// Private car only.
        Car = "car",
        /// Trains, metro, bus and air, reached on foot, by bicycle, bus, car or taxi.
        Feeder = "feeder",
        /// Public transport only: reached on foot, by e-bike or local bus.
        Transit = "transit",
        /// Whichever of the others is fastest.
        Best = "best",
    }
}

words! {
    /// Where the clock of a definition starts and ends.
    Ends {
        /// At the platform of any station that serves the place.
        Station = "station",
        /// At the centre point of the place.
        Centre = "centre",
        /// At every population cell of the origin and at the destination's centres.
        Cells = "cells",
    }
}

words! {
    /// A part of a journey that a definition may count.
    Component {
        /// From the origin to the first stop.
        Access = "access",
        /// Security, gate and buffer at the boarding station.
        Process = "process",
        /// Waiting for the vehicle.
        Wait = "wait",
        /// In the vehicle.
        Ride = "ride",
        /// Between two vehicles at a stop, or on foot between two stops.
        Transfer = "transfer",
        /// From the vehicle to the street.
        Exit = "exit",
        /// From the last stop to the destination.
        Egress = "egress",
        /// From the door to the parked car.
        WalkToCar = "walk_to_car",
        /// Driving.
        Drive = "drive",
        /// Entering and leaving expressways, and changing between them.
        Ramp = "ramp",
        /// Parking and the walk to the destination.
        Park = "park",
    }
}

words! {
    /// The period of the day for road speeds.
    Period {
        /// Between the peaks.
        Offpeak = "offpeak",
        /// Morning and evening peak.
        Peak = "peak",
    }
}

words! {
    /// What a window limits.
    WindowOf {
        /// The departure of the vehicle.
        Departure = "departure",
        /// The arrival of the vehicle.
        Arrival = "arrival",
    }
}

/// A name in Chinese and in English.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}
