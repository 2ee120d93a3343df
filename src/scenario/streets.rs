//! Changes that projects make on streets: closed, other speed, new links.
