//! Entries as bytes: the kind's name, the token and the original, each with its length before it.

use crate::Kind;

/// One entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Record<'b> {
    pub(super) kind: Kind,
    pub(super) token: &'b str,
    pub(super) original: &'b str,
}

/// Appends an entry to `out`.
pub(super) fn write(record: Record<'_>, out: &mut Vec<u8>) {
    for part in [record.kind.name(), record.token, record.original] {
        let length = u32::try_from(part.len()).expect("the writer refuses longer texts");
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(part.as_bytes());
    }
}

/// The entries in the bytes of a frame; `None` in place of one that cannot be read, which ends them.
pub(super) struct Entries<'b> {
    left: &'b [u8],
}

impl<'b> Entries<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { left: bytes }
    }

    fn text(&mut self) -> Option<&'b str> {
        let (length, rest) = self.left.split_first_chunk::<4>()?;
        let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        self.left = rest;
        std::str::from_utf8(text).ok()
    }

    fn record(&mut self) -> Option<Record<'b>> {
        let kind = self.text()?.parse().ok()?;
        Some(Record { kind, token: self.text()?, original: self.text()? })
    }
}

impl<'b> Iterator for Entries<'b> {
    type Item = Option<Record<'b>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left.is_empty() {
            return None;
        }
        let record = self.record();
        if record.is_none() {
            self.left = &[];
        }
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn entries_read_back(texts in proptest::collection::vec(("\\PC{0,20}", "\\PC{0,20}"), 0..5)) {
            let mut bytes = Vec::new();
            let records: Vec<Record<'_>> = texts
                .iter()
                .map(|(token, original)| Record { kind: Kind::Account, token, original })
                .collect();
            for record in &records {
                write(*record, &mut bytes);
            }
            let read: Option<Vec<Record<'_>>> = Entries::new(&bytes).collect();
            prop_assert_eq!(read, Some(records));
        }

        #[test]
        fn any_bytes_end(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            prop_assert!(Entries::new(&bytes).count() <= 100);
        }
    }
}
