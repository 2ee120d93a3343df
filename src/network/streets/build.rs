//! Streets and layers from OpenStreetMap records and profiles.
