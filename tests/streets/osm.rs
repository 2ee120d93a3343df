//! OpenStreetMap files, profiles and the streets built from them.
