//! `onehour access`: what can be reached from every origin.
