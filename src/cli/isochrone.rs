//! pending
use super::arguments::IsochroneArguments;
use super::{Ending, Failure};
pub(crate) fn isochrone(_: &IsochroneArguments) -> Result<Ending, Failure> {
    Ok(Ending::Done)
}
