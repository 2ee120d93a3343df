//! Where points off the streets meet them: on the nearest edge, at an offset.
