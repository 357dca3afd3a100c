//! Every UDP datagram on the loopback interface, as a packet sniffer gets it.

use std::num::NonZeroU32;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::net::sockopt::{Timeout, set_socket_recv_buffer_size_force, set_socket_timeout};
use rustix::net::{AddressFamily, Protocol, RecvFlags, SocketFlags, SocketType, recv, socket_with};

use crate::program::Broken;

/// More than is ever captured: against filling the machine's memory.
const MAX_BYTES: usize = 512 << 20;
/// What the system keeps for us while we are busy.
const QUEUE_BYTES: usize = 64 << 20;
/// `ETH_P_ALL`, in the network's order.
const EVERY_PROTOCOL: u32 = 0x0003_u16.to_be() as u32;
const UDP: u8 = 17;
/// An Ethernet header, and in the IPv4 header behind it the protocol and the two addresses.
const PROTOCOL_AT: usize = 14 + 9;
const SOURCE_AT: usize = 14 + 12;

/// A capture under way.
pub(super) struct Capture {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<Captured, String>>,
}

/// What was captured.
pub(super) struct Captured {
    pub(super) bytes: Vec<u8>,
    pub(super) datagrams: u64,
}

impl Capture {
    /// Begins; where that is not permitted, says why.
    pub(super) fn begin() -> Result<Self, String> {
        let socket = open().map_err(|error| error.to_string())?;
        let stop = Arc::new(AtomicBool::new(false));
        let thread = std::thread::spawn({
            let stop = Arc::clone(&stop);
            move || listen(&socket, &stop)
        });
        Ok(Self { stop, thread })
    }

    /// Ends, and gives what was captured.
    pub(super) fn end(self) -> Result<Captured, Broken> {
        self.stop.store(true, Ordering::Relaxed);
        let captured = self.thread.join();
        captured
            .map_err(|_| Broken::new("the capture broke off"))?
            .map_err(Broken)
    }
}

fn open() -> Result<OwnedFd, rustix::io::Errno> {
    let every = NonZeroU32::new(EVERY_PROTOCOL).map(Protocol::from_raw);
    let socket = socket_with(
        AddressFamily::PACKET,
        SocketType::RAW,
        SocketFlags::CLOEXEC,
        every,
    )?;
    set_socket_timeout(&socket, Timeout::Recv, Some(Duration::from_millis(100)))?;
    set_socket_recv_buffer_size_force(&socket, QUEUE_BYTES)?;
    Ok(socket)
}

fn listen(socket: &OwnedFd, stop: &AtomicBool) -> Result<Captured, String> {
    let mut captured = Captured {
        bytes: Vec::new(),
        datagrams: 0,
    };
    let mut packet = vec![0; 1 << 17];
    while !stop.load(Ordering::Relaxed) {
        let length = match recv(socket, &mut packet[..], RecvFlags::empty()) {
            Ok((length, _)) => length,
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(format!("packets cannot be read any more: {error}")),
        };
        let packet = &packet[..length];
        if is_udp_on_loopback(packet) {
            if captured.bytes.len() + length > MAX_BYTES {
                return Err("more was sent on loopback than can be kept".to_owned());
            }
            captured.bytes.extend_from_slice(packet);
            captured.datagrams += 1;
        }
    }
    Ok(captured)
}

fn is_udp_on_loopback(packet: &[u8]) -> bool {
    packet.get(12..14) == Some(&[8, 0])
        && packet.get(PROTOCOL_AT) == Some(&UDP)
        && packet.get(SOURCE_AT) == Some(&127)
}
