//! Bytes that encode nothing, or not canonically.

use faelled_proto::limits::MAX_MEMBER_ID_BYTES;

use super::list::{List, Stage};

pub(crate) fn add(list: &mut List) {
    numbers(list);
    composed(list);
    named(list);
}

fn numbers(list: &mut List) {
    let mut refuse =
        |of: &str, bytes: &[u8], why: &str| list.bytes(of, Stage::Encoding, bytes, why);
    refuse("u64", &[0x81, 0x00], "1 is written in two bytes");
    refuse("u64", &[0x80, 0x00], "0 is written in two bytes");
    refuse(
        "u64",
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
        "2^64 or more does not fit into u64",
    );
    refuse(
        "u64",
        &[
            0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00,
        ],
        "a u64 takes at most ten bytes",
    );
    refuse("u64", &[0x80], "the number does not end");
    refuse("u64", &[], "there is nothing to read");
    refuse("u64", &[0x01, 0x00], "a byte follows the number");
    refuse(
        "u32",
        &[0xff, 0xff, 0xff, 0xff, 0x1f],
        "2^32 or more does not fit into u32",
    );
    refuse(
        "u16",
        &[0xff, 0xff, 0x07],
        "2^16 or more does not fit into u16",
    );
    refuse(
        "u8",
        &[0xff, 0x01],
        "a u8 is one plain byte, and another follows it",
    );
    refuse("bool", &[0x02], "a bool is 00 or 01");
}

fn composed(list: &mut List) {
    let mut refuse =
        |of: &str, bytes: &[u8], why: &str| list.bytes(of, Stage::Encoding, bytes, why);
    refuse(
        "option u32",
        &[0x02, 0x01],
        "an option begins with 00 or 01",
    );
    refuse(
        "option u32",
        &[0x00, 0x01],
        "something follows an option that holds nothing",
    );
    refuse("string", &[0x02, 0xc3, 0x28], "the string is not UTF-8");
    refuse(
        "string",
        &[0x03, b'a', b'b'],
        "the string is shorter than its length says",
    );
    refuse(
        "string",
        &[0x81, 0x00, b'a'],
        "the string's length is written in two bytes where one is enough",
    );
    refuse(
        "bytes",
        &[0xff, 0xff, 0xff, 0xff, 0x0f],
        "the length is beyond the end of the input",
    );
    refuse(
        "list u32",
        &[0x02, 0x01],
        "the list is shorter than its count says",
    );
    refuse(
        "list u32",
        &[0x01, 0x01, 0x01],
        "the list is longer than its count says",
    );
    refuse(
        "map string string",
        &[0x02, 0x01, b'b', 0x00, 0x01, b'a', 0x00],
        "the map's keys are not sorted",
    );
    refuse(
        "map string string",
        &[0x02, 0x01, b'a', 0x00, 0x01, b'a', 0x00],
        "a key stands twice in the map",
    );
    refuse(
        "address",
        &[0x02, 0x7f, 0x00, 0x00, 0x01, 0x50],
        "an address is of variant 0 (IPv4) or 1 (IPv6)",
    );
    refuse(
        "address",
        &[0x00, 0x7f, 0x00, 0x00, 0x01, 0xff, 0xff, 0x07],
        "the port does not fit into u16",
    );
    refuse("space", &[0x03], "there is no space of variant 3");
    refuse(
        "space",
        &[0x80, 0x00],
        "the variant is written in two bytes where one is enough",
    );
    refuse("space", &[0x00, 0x00], "something follows the commons");
}

fn named(list: &mut List) {
    let mut refuse = |id: &str, why: &str| {
        let length = u8::try_from(id.len()).unwrap_or(u8::MAX);
        list.bytes(
            "member id",
            Stage::Encoding,
            &[&[length], id.as_bytes()].concat(),
            why,
        );
    };
    refuse("", "a member's id is not empty");
    refuse("dk", "a member's id has a dash behind the country code");
    refuse("dk-", "a member's id has something behind the dash");
    refuse(
        "dk0159",
        "the country code is two letters, then comes a dash",
    );
    refuse("dnk-0159", "the country code is two letters");
    refuse("4k-0159", "the country code is letters");
    refuse("DK-0159", "a member's id is lowercase");
    refuse("dk-0159 ", "a member's id holds no space");
    refuse("dk-københavn", "a member's id is ASCII");
    let long = format!("dk-{}", "1".repeat(MAX_MEMBER_ID_BYTES - 2));
    refuse(&long, "a member's id is at most 64 bytes long");
}
