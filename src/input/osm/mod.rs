//! OpenStreetMap files, PBF or XML, plain or gzip: elements as they stand, nothing interpreted.
