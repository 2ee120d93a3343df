//! Shared reading of text: files, byte order marks, numbers.
