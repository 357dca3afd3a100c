//! Compressed frames as a peer sends them.

use faelled_net::unpack_frame;
use faelled_proto::feed::encode_frame;
use faelled_proto::limits::MAX_FRAME_BYTES;

use crate::input::Input;

/// Unpacks the bytes as they are, and what they say compressed: with its length told, and without.
pub fn frames(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    match input.byte() % 4 {
        0 => unpack(input.rest()),
        1 => unpack(&zstd::bulk::compress(input.rest(), 3).unwrap()),
        2 => unpack(&zstd::stream::encode_all(input.rest(), 1).unwrap()),
        _ => {
            // A piece again and again: what is small on the wire and not in memory.
            let times = usize::from(input.number()) * 8;
            let piece = input.rest();
            let length = (piece.len() * times).min(MAX_FRAME_BYTES + 1);
            let long: Vec<u8> = piece.iter().copied().cycle().take(length).collect();
            unpack(&zstd::bulk::compress(&long, 1).unwrap());
        }
    }
}

fn unpack(compressed: &[u8]) {
    let Ok(entries) = unpack_frame(compressed) else {
        return;
    };
    let frame = encode_frame(&entries);
    assert!(
        frame.len() <= MAX_FRAME_BYTES,
        "a frame grew over its bound"
    );
    for entry in &entries {
        drop(entry.decode_header());
    }
    // What was unpacked crosses again.
    let again = unpack_frame(&zstd::bulk::compress(&frame, 3).unwrap());
    assert_eq!(again.as_ref(), Ok(&entries), "a frame does not come back");
}
