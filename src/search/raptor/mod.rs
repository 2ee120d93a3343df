//! Searching timetables: every departure of a window, from one origin to all stops.
