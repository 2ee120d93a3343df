//! Shared reading of TOML with spans.
