//! GTFS feeds, zip or folder: records as they stand, with the line each came from.
