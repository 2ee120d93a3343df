//! Searching streets: one mode frozen into flat arrays, bucket-queue Dijkstra over it.
