//! Population grids in GeoTIFF.
