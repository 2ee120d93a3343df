//! `onehour init`: a commented study that runs as it stands.
