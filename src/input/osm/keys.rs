//! The tag keys that streets are made of.

/// Makes the enum of keys with its words.
macro_rules! keys {
    ($($name:ident = $word:literal,)*) => {
        /// A tag key that is kept. The names follow OpenStreetMap.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)]
        pub enum Key { $($name,)* }

        impl Key {
            /// Every key, in order.
            pub const ALL: &'static [Key] = &[$(Key::$name,)*];

            /// The key as files write it.
            pub const fn word(self) -> &'static str {
                match self { $(Key::$name => $word,)* }
            }

            /// The key that files write as `word`; `None` for one that is not kept.
            pub fn from_word(word: &str) -> Option<Key> {
                match word { $($word => Some(Key::$name),)* _ => None }
            }
        }
    };
}

keys! {
    Highway = "highway",
    Route = "route",
    Name = "name",
    Ref = "ref",
    Railway = "railway",
    PublicTransport = "public_transport",
    Area = "area",
    Service = "service",
    Junction = "junction",
    Tunnel = "tunnel",
    Bridge = "bridge",
    Toll = "toll",
    Duration = "duration",
    Surface = "surface",
    TrackType = "tracktype",
    Oneway = "oneway",
    OnewayBicycle = "oneway:bicycle",
    OnewayFoot = "oneway:foot",
    OnewayConditional = "oneway:conditional",
    Cycleway = "cycleway",
    CyclewayLeft = "cycleway:left",
    CyclewayRight = "cycleway:right",
    CyclewayBoth = "cycleway:both",
    Sidewalk = "sidewalk",
    MaxSpeed = "maxspeed",
    MaxSpeedForward = "maxspeed:forward",
    MaxSpeedBackward = "maxspeed:backward",
    MaxSpeedConditional = "maxspeed:conditional",
    MaxSpeedType = "maxspeed:type",
    SourceMaxSpeed = "source:maxspeed",
    ZoneTraffic = "zone:traffic",
    ZoneMaxSpeed = "zone:maxspeed",
    Access = "access",
    AccessConditional = "access:conditional",
    Foot = "foot",
    FootConditional = "foot:conditional",
    Vehicle = "vehicle",
    VehicleConditional = "vehicle:conditional",
    Bicycle = "bicycle",
    BicycleConditional = "bicycle:conditional",
    ElectricBicycle = "electric_bicycle",
    Mofa = "mofa",
    Moped = "moped",
    MotorVehicle = "motor_vehicle",
    MotorVehicleConditional = "motor_vehicle:conditional",
    Motorcar = "motorcar",
    Motorcycle = "motorcycle",
    Taxi = "taxi",
    Psv = "psv",
    Bus = "bus",
    Hov = "hov",
    Goods = "goods",
    Hgv = "hgv",
    Barrier = "barrier",
    Bollard = "bollard",
    Crossing = "crossing",
    Type = "type",
    Restriction = "restriction",
    RestrictionConditional = "restriction:conditional",
    RestrictionMotorcar = "restriction:motorcar",
    RestrictionMotorVehicle = "restriction:motor_vehicle",
    RestrictionVehicle = "restriction:vehicle",
    RestrictionBicycle = "restriction:bicycle",
    RestrictionBus = "restriction:bus",
    RestrictionHgv = "restriction:hgv",
    Except = "except",
}

impl Key {
    /// Keys that say who may use a way or pass a node, from which a profile takes its own.
    pub const ACCESS: &'static [Key] = &[
        Key::Access,
        Key::Foot,
        Key::Vehicle,
        Key::Bicycle,
        Key::ElectricBicycle,
        Key::Mofa,
        Key::Moped,
        Key::MotorVehicle,
        Key::Motorcar,
        Key::Motorcycle,
        Key::Taxi,
        Key::Psv,
        Key::Bus,
        Key::Hov,
        Key::Goods,
        Key::Hgv,
    ];

    /// Whether nodes keep the key; what else stands on a node does not matter for streets.
    pub(super) fn is_of_nodes(self) -> bool {
        matches!(self, Key::Barrier | Key::Bollard | Key::Highway | Key::Crossing | Key::Railway)
            || Key::ACCESS.contains(&self)
    }

    /// Whether ways keep the key.
    pub(super) fn is_of_ways(self) -> bool {
        self < Key::Barrier
    }

    /// Whether relations keep the key.
    pub(super) fn is_of_relations(self) -> bool {
        self >= Key::Type
    }
}
