//! One hostile change, before Automerge sees it and after.

use faelled_documents::actor::actor_of;
use faelled_documents::{ChangeHeader, Document, WrittenChange};
use faelled_model::{Requirement, schema};
use faelled_proto::EntryId;
use sha2::{Digest, Sha256};

use crate::documents::{DOCUMENT, History, feed};
use crate::input::Input;

/// Bytes before a change's length: what every chunk begins with, its checksum and its sort.
pub(crate) const HEAD_BYTES: usize = 9;

/// The first byte says whether the rest is a whole change or what stands in one.
pub fn change(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let whole = match input.byte() % 3 {
        0 => input.rest().to_vec(),
        1 => chunk(input.rest()),
        _ => {
            // A change of somebody who has written nothing yet, up to where its time stands.
            let mut content = vec![0, 16];
            content.extend(actor_of(feed(7), DOCUMENT).to_bytes());
            content.extend([1, 1]);
            content.extend(input.rest());
            chunk(&content)
        }
    };
    let header = ChangeHeader::read(&whole);
    let history = History::get();
    let mut document = Document::new(DOCUMENT);
    let held: Vec<WrittenChange<'_>> = history.written(1);
    assert_eq!(document.apply(&held), [], "a sound change is refused");
    // Of a feed that has written before, and of one that has not.
    for number in [1, 7] {
        let hostile = WrittenChange {
            entry: EntryId::from_bytes([0xee; 32]),
            feed: feed(number),
            body: &whole,
        };
        let refused = document.apply(&[hostile]);
        assert!(
            header.is_ok() || !refused.is_empty(),
            "an unreadable change counts"
        );
    }
    drop(schema::read::<Requirement>(&document));
}

/// A chunk with a sound length and checksum around any content.
pub(crate) fn chunk(content: &[u8]) -> Vec<u8> {
    let mut checked = vec![1];
    let mut length = content.len();
    loop {
        let low = u8::try_from(length & 0x7f).unwrap();
        length >>= 7;
        checked.push(if length == 0 { low } else { low | 0x80 });
        if length == 0 {
            break;
        }
    }
    checked.extend(content);
    let hash = Sha256::digest(&checked);
    [&[0x85, 0x6f, 0x4a, 0x83], &hash[..4], &checked[..]].concat()
}

/// What stands in a change, behind its length.
pub(crate) fn content_of(change: &[u8]) -> &[u8] {
    let length_bytes = change[HEAD_BYTES..]
        .iter()
        .position(|byte| byte & 0x80 == 0);
    &change[HEAD_BYTES + length_bytes.unwrap() + 1..]
}
