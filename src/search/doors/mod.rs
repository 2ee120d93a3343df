//! From door to door: access, rides and egress put together, beside the direct way.
