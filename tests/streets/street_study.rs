//! A study over streets and timetables.
