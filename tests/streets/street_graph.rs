//! Snapping to streets and searching them, against a textbook Dijkstra.
