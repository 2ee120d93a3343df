//! GTFS feeds and the timetables made of them.
