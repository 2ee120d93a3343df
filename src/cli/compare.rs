//! pending
use super::{Ending, Failure};
use super::arguments::CompareArguments;
pub(crate) fn compare(_: &CompareArguments) -> Result<Ending, Failure> { Ok(Ending::Done) }
