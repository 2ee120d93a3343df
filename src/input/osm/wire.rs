//! The wire format of protocol buffers, as far as PBF needs it: fields of messages, numbers, packed lists.
//!
//! Nothing here trusts its input: every length is held against the bytes that are there, and what does not fit is `None`.
//! The crate `osmpbf` panics on deltas that overflow and on unknown kinds of members, so it is the second opinion in tests only.

/// One field of a message.
pub(super) enum Field<'b> {
    /// A number.
    Number(u64),
    /// Text, bytes, an inner message or a packed list.
    Bytes(&'b [u8]),
    /// Four or eight bytes of a kind that PBF does not use.
    Fixed,
}

/// The fields of a message in order. A fault ends them, and [`Message::is_whole`] is false then.
pub(super) struct Message<'b> {
    rest: &'b [u8],
    whole: bool,
}

impl<'b> Message<'b> {
    /// The message in these bytes.
    pub fn new(bytes: &'b [u8]) -> Self {
        Message { rest: bytes, whole: true }
    }

    /// Whether no fault was met so far.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    fn field(&mut self) -> Option<(u64, Field<'b>)> {
        let tag = varint(&mut self.rest)?;
        let field = match tag & 7 {
            0 => Field::Number(varint(&mut self.rest)?),
            1 => self.fixed(8)?,
            2 => {
                let len = usize::try_from(varint(&mut self.rest)?).ok()?;
                let (bytes, rest) = self.rest.split_at_checked(len)?;
                self.rest = rest;
                Field::Bytes(bytes)
            }
            5 => self.fixed(4)?,
            _ => return None,
        };
        (tag >> 3 > 0).then_some((tag >> 3, field))
    }

    fn fixed(&mut self, len: usize) -> Option<Field<'b>> {
        self.rest = self.rest.split_at_checked(len)?.1;
        Some(Field::Fixed)
    }
}

impl<'b> Iterator for Message<'b> {
    type Item = (u64, Field<'b>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() || !self.whole {
            return None;
        }
        let field = self.field();
        self.whole = field.is_some();
        field
    }
}

/// A number of up to ten bytes with seven bits each, from the front of `bytes`.
pub(super) fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// A signed number in zigzag order.
pub(super) fn zigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// The numbers of a packed list. A list that ends within a number gives an error and then nothing.
pub(super) struct Packed<'b>(pub &'b [u8]);

/// A list of numbers ends within a number.
pub(super) struct Cut;

impl Iterator for Packed<'_> {
    type Item = Result<u64, Cut>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let value = varint(&mut self.0);
        if value.is_none() {
            self.0 = &[];
        }
        Some(value.ok_or(Cut))
    }
}

/// Running sums of a packed list of zigzag differences. A sum that overflows is an error.
pub(super) struct Sums<'b> {
    packed: Packed<'b>,
    sum: i64,
}

impl<'b> Sums<'b> {
    /// The sums of the list in these bytes.
    pub fn new(bytes: &'b [u8]) -> Self {
        Sums { packed: Packed(bytes), sum: 0 }
    }
}

impl Iterator for Sums<'_> {
    type Item = Result<i64, Cut>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.packed.next()?.and_then(|value| self.sum.checked_add(zigzag(value)).ok_or(Cut));
        match next {
            Ok(sum) => self.sum = sum,
            Err(Cut) => self.packed.0 = &[],
        }
        Some(next)
    }
}
