//! Supply per head within reach: the family of two-step floating catchment areas.
