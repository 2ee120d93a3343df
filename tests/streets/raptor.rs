//! Searching timetables, against slow and obvious searches.
