//! `onehour import`: planned lines and places of other tools into files of a study.
