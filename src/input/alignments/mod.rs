//! Planned lines as common tools draw or list them: KML, KMZ, GeoJSON, shapefiles, CSV and Excel.
