//! Planned lines and services as patterns of a timetable.
