//! Built street networks kept on disk under a key of all they are made of.
