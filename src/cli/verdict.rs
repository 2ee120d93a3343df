//! pending
use super::{Ending, Failure};
use super::arguments::VerdictArguments;
pub(crate) fn verdict(_: &VerdictArguments) -> Result<Ending, Failure> { Ok(Ending::Done) }
