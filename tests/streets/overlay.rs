//! Variants as an overlay on a base, against shortest times in the rebuilt graph.

mod attribution;
mod measures;
mod oracle;
mod streets;
mod times;
mod worlds;
