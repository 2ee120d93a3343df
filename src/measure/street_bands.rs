//! Isobands of journeys over streets: one surface, all bands from it.
