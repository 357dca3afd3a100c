//! Bytes read as decisions. Where they have come to an end, everything is zero.

/// What is left of an input.
#[derive(Debug)]
pub(crate) struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// Two bytes, the first the lower.
    pub(crate) fn number(&mut self) -> u16 {
        u16::from_le_bytes([self.byte(), self.byte()])
    }

    /// A number that is small, large or at an edge.
    pub(crate) fn far(&mut self) -> u64 {
        match self.byte() {
            small @ 0..=199 => u64::from(small),
            200..=219 => u64::from(self.number()),
            220..=239 => u64::MAX - u64::from(self.byte()),
            shift => 1 << (shift % 64),
        }
    }

    /// One of so many; 0 of none.
    pub(crate) fn index(&mut self, count: usize) -> usize {
        if count <= 1 {
            return 0;
        }
        let number = if count <= 256 {
            usize::from(self.byte())
        } else {
            usize::from(self.number())
        };
        number % count
    }

    pub(crate) fn pick<'b, T>(&mut self, of: &'b [T]) -> Option<&'b T> {
        of.get(self.index(of.len()))
    }

    /// At most so many bytes.
    pub(crate) fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }

    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.0
    }
}

/// Whatever it is: it was computed without a panic.
pub(crate) fn ignore<T>(_: T) {}

/// Changes bytes at places that the input names: another value, fewer bytes, more of them.
pub(crate) fn mutate(input: &mut Input<'_>, bytes: &mut Vec<u8>) {
    for _ in 0..1 + input.index(4) {
        let place = input.index(bytes.len());
        let range = place..(place + 1 + input.index(8)).min(bytes.len());
        match (input.byte() % 5, bytes.get(place).copied()) {
            (0, Some(_)) => bytes[place] = input.byte(),
            (1, Some(byte)) => bytes[place] = byte ^ (1 << (input.byte() % 8)),
            (2, Some(_)) => drop(bytes.drain(range)),
            (3, Some(_)) => {
                let twice = bytes[range].to_vec();
                drop(bytes.splice(place..place, twice));
            }
            _ => {
                let more = input.byte();
                bytes.insert(place, more);
            }
        }
    }
}
