//! How unequally accessibility is spread over people.
