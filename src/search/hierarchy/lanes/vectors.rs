//! Loops over lanes with the vector registers that the processor has.

/// Work that gains by wide registers. Methods that are `#[inline(always)]`, down to the loops, are compiled for them; a closure may not be.
pub(super) trait Work {
    type Done;

    fn work(self) -> Self::Done;
}

/// Does work as code for AVX2 where the processor knows it.
///
/// Every program for x86-64 must run on processors that have neither a minimum of unsigned numbers nor 32-byte registers, so without this the
/// compiler may use neither.
#[inline(always)]
pub(super) fn with_wide_registers<W: Work>(work: W) -> W::Done {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has just said that it knows these instructions.
        // Gain: 1 000 x 1 000 on New York in 16 bits 17.2 -> 10.8 ms, in 32 bits 55 -> 15 ms of processor time.
        return unsafe { with_avx2(work) };
    }
    work.work()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2<W: Work>(work: W) -> W::Done {
    work.work()
}
