//! Parts of the streets that cannot be reached from the rest, or not be left.
