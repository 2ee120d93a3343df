//! A timetable for one service day, from feeds.
