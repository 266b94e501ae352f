//! Values that are logged print as expected by defmt's decoder.

use std::time::Duration;

use barelink_cache::{Cache, Change, Entry, Event, LinkEntry, Source, StaleReason};
use barelink_codec::control::Status;
use barelink_codec::message::Flags;
use barelink_codec::path::Path;
use barelink_codec::rtnl::addr::{AddrCacheInfo, AddrHeader};
use barelink_codec::rtnl::link::{self, Link, LinkHeader, LinkInfo, OperState};
use barelink_codec::{Error, Message, Messages};
use barelink_transport::{Connection, Deadline, Errno, Fake, Protocol};
use frames::printed;

/// Builds a link's message in this buffer.
fn built(buffer: &mut [u8], mtu: u32) -> Message<'_> {
    let header = LinkHeader { index: 7, ..LinkHeader::default() };
    let bytes = link::NEW
        .build(buffer, 5, header, |link| {
            link.put(Link::IFNAME, "eth0").put(Link::MTU, mtu);
            link.nest(Link::LINKINFO, |info| {
                info.put(LinkInfo::KIND, "veth");
            });
        })
        .unwrap();
    Messages::new(bytes).next().unwrap().unwrap()
}

#[test]
fn a_message_prints_its_header_and_its_bytes() {
    let flags = Flags::REQUEST | Flags::ACK;
    let message = Message { message_type: 16, flags, seq: 5, port: 0, payload: &[1, 2] };
    assert_eq!(
        printed!(message),
        "Message { message_type: 16, flags: Flags(5), seq: 5, port: 0, payload: [1, 2] }"
    );
}

#[test]
fn attributes_print_their_name_and_hexadecimal_payload() {
    let mut buffer = [0; 256];
    let link = built(&mut buffer, 0x01020102).read(link::NEW);
    let attrs = "IFNAME=[65, 74, 68, 30, 00], MTU=[02, 01, 02, 01], \
        LINKINFO=[09, 00, 01, 00, 76, 65, 74, 68, 00, 00, 00, 00]";
    assert_eq!(printed!(link.attrs), attrs);
    let first = link.attrs.iter().next().unwrap().unwrap();
    assert_eq!(printed!(first), "IFNAME=[65, 74, 68, 30, 00]");
    let whole = printed!(link);
    assert!(whole.contains("index: 7") && whole.ends_with(&format!("{{ {attrs} }}")), "{whole}");
}

#[test]
fn unknown_and_truncated_attributes_print_as_number_and_error() {
    let bytes = [6, 0, 0xff, 0x0f, 1, 2, 0, 0, 9, 0, 1, 0];
    let attrs = barelink_codec::Attrs::<Link>::new(&bytes);
    assert_eq!(printed!(attrs), "4095=[01, 02], Truncated { at: 8 }");
}

#[test]
fn known_values_print_by_name_unknown_ones_by_number() {
    assert_eq!(printed!(OperState::UP), "UP");
    assert_eq!(printed!(OperState(99)), "99");
    assert_eq!(printed!(Protocol::GENERIC), "GENERIC");
}

#[test]
fn a_structure_prints_its_fields() {
    let lifetime = AddrCacheInfo { preferred: 1, valid: 2, ..AddrCacheInfo::default() };
    assert_eq!(
        printed!(lifetime),
        "AddrCacheInfo { preferred: 1, valid: 2, created: 0, updated: 0 }"
    );
    let header = AddrHeader { prefix_len: 24, index: 7, ..AddrHeader::default() };
    let text = printed!(header);
    assert!(text.contains("prefix_len: 24") && text.contains("index: 7"), "{text}");
}

#[test]
fn a_codec_error_prints_its_fields() {
    assert_eq!(printed!(Error::Missing { attr: "MTU" }), "Missing { attr: \"MTU\" }");
    assert_eq!(
        printed!(Error::Payload { attr: "MTU", len: 3 }),
        "Payload { attr: \"MTU\", len: 3 }"
    );
    assert_eq!(printed!(Error::Full { needed: 80 }), "Full { needed: 80 }");
}

#[test]
fn a_kernel_error_prints_errno_message_and_path() {
    let mut queue = [0; 1024];
    let kernel = Fake::new(&mut queue, |_, answers| {
        answers.error(34, |details| {
            use barelink_codec::control::ExtAck;
            details.put(ExtAck::MSG, "mtu greater than device maximum").put(ExtAck::OFFS, 32);
        })
    });
    let mut buffer = [0; 1024];
    let mut route = Connection::with_channel(kernel, &mut buffer).unwrap();
    let header = LinkHeader { index: 1, ..LinkHeader::default() };
    let error = route
        .execute(link::SET, header, |link| {
            link.put(Link::MTU, 1 << 20);
        })
        .unwrap_err();
    assert_eq!(
        printed!(error),
        "kernel error: errno 34: mtu greater than device maximum: [4]"
    );
}

#[test]
fn a_status_prints_errno_and_message() {
    let mut bytes = (-34i32).to_ne_bytes().to_vec();
    bytes.extend([0; 16]);
    let mut details = vec![9, 0, 1, 0];
    details.extend(b"busy\0\0\0\0");
    bytes.extend(details);
    // As many bytes of the request are quoted as it has, which is none but its header.
    bytes[4] = 16;
    let error = Message { message_type: 2, flags: Flags(0x200), seq: 1, port: 0, payload: &bytes };
    assert_eq!(printed!(Status::read(&error).unwrap()), "errno 34: busy");
}

#[test]
fn a_path_prints_its_numbers() {
    let mut path = Path::new(None);
    path.push(18);
    path.push(2);
    assert_eq!(printed!(path), "[18, 2]");
}

#[test]
fn a_deadline_prints_the_remaining_time() {
    let text = printed!(Deadline::after(Duration::from_millis(900)));
    let left: u64 = text.strip_suffix(" ms left").unwrap().parse().unwrap();
    assert!((1..=900).contains(&left), "{text}");
    assert_eq!(printed!(Deadline::NOW), "0 ms left");
}

#[test]
fn a_transport_error_prints_its_cause() {
    use barelink_transport::Error;
    assert_eq!(printed!(Error::Overrun), "receive buffer overrun, messages lost");
    let refused = Error::Socket { call: "bind", errno: Errno::PERM };
    assert_eq!(printed!(refused), "bind: errno 1");
}

#[test]
fn cache_entries_changes_and_events_print() {
    let mut cache = Box::new(Cache::<LinkEntry, 8>::new());
    let (mut one, mut other) = ([0; 256], [0; 256]);
    let mut take = |message: &Message<'_>| {
        let update = LinkEntry::read(message).unwrap().unwrap();
        cache.table().update(update, Source::Event)
    };
    take(&built(&mut one, 1500));
    let changed = take(&built(&mut other, 1400));
    let change = changed.change(cache.view()).unwrap();
    let text = printed!(change);
    assert!(text.starts_with("Changed { old: LinkEntry { "), "{text}");
    let (old, new) = text.split_once(", new: LinkEntry { ").unwrap();
    assert!(old.contains("name: \"eth0\"") && old.contains("mtu: 1500"), "{old}");
    assert!(new.contains("mtu: 1400") && new.contains(", diff: "), "{new}");
    assert!(printed!(cache.get(7).unwrap()).starts_with("LinkEntry { index: 7"));
    assert_eq!(printed!(&*cache), format!("{cache:?}"));

    let event = Event::Change(Change::Deleted(cache.get(7).unwrap()));
    assert!(printed!(event).starts_with("Change(Deleted(LinkEntry { "));
    let event: Event<Change<'_, LinkEntry>> =
        Event::Stale(StaleReason::DatagramTruncated { needed: 9 });
    assert_eq!(printed!(event), "Stale(DatagramTruncated { needed: 9 })");
}
