//! A long array that is either owned or lies in a file mapped into memory; it reads the same.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, Range};
use std::sync::Arc;

use bytemuck::Pod;
use memmap2::Mmap;

/// Elements of plain data, read as a slice.
///
/// ```
/// use onehour::network::column::Column;
/// let column = Column::from(vec![1u32, 2, 3]);
/// assert_eq!(column[1..], [2, 3]);
/// ```
#[derive(Clone)]
pub struct Column<T: Pod> {
    held: Held<T>,
}

#[derive(Clone)]
enum Held<T> {
    Owned(Arc<Vec<T>>),
    Mapped { file: Arc<Mmap>, bytes: Range<usize>, of: PhantomData<T> },
}

impl<T: Pod> Column<T> {
    /// The elements in these bytes of a mapped file. `None` where the range leaves the file, begins at an address that the element
    /// type does not allow, or does not hold a whole number of elements.
    pub fn mapped(file: &Arc<Mmap>, bytes: Range<usize>) -> Option<Self> {
        bytemuck::try_cast_slice::<u8, T>(file.get(bytes.clone())?).ok()?;
        Some(Column { held: Held::Mapped { file: Arc::clone(file), bytes, of: PhantomData } })
    }

    /// The elements as bytes, in the byte order of this machine.
    pub fn bytes(&self) -> &[u8] {
        bytemuck::cast_slice(self)
    }

    /// The elements for writing; those of a mapped file are copied first.
    pub fn to_mut(&mut self) -> &mut Vec<T> {
        if let Held::Mapped { .. } = self.held {
            self.held = Held::Owned(Arc::new(self.to_vec()));
        }
        match &mut self.held {
            Held::Owned(owned) => Arc::make_mut(owned),
            Held::Mapped { .. } => unreachable!("mapped columns were copied above"),
        }
    }
}

impl<T: Pod> Deref for Column<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.held {
            Held::Owned(owned) => owned,
            Held::Mapped { file, bytes, .. } => bytemuck::cast_slice(&file[bytes.clone()]),
        }
    }
}

impl<T: Pod> From<Vec<T>> for Column<T> {
    fn from(elements: Vec<T>) -> Self {
        Column { held: Held::Owned(Arc::new(elements)) }
    }
}

impl<T: Pod> Default for Column<T> {
    fn default() -> Self {
        Column::from(Vec::new())
    }
}

impl<T: Pod + fmt::Debug> fmt::Debug for Column<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.deref().fmt(f)
    }
}

impl<T: Pod + PartialEq> PartialEq for Column<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}
