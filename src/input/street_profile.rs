//! Profiles: where a mode may go on streets, and how fast. The shipped ones and those of a user.
