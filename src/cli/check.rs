//! pending
use super::{Ending, Failure};
use super::arguments::CheckArguments;
pub(crate) fn check(_: &CheckArguments) -> Result<Ending, Failure> { Ok(Ending::Done) }
