//! Generic families of the running kernel.

mod common;

use barelink_codec::control::Status;
use barelink_codec::genl::ctrl::{self, Ctrl, OpFlags, PolicyType};
use barelink_codec::genl::kernel_policy::PolicyEntry;
use barelink_codec::genl::{Command, GenlHeader};
use barelink_codec::handler::{Action, Handler};
use barelink_codec::message::{Flags, Message, MessageType};
use barelink_codec::schema::Set;
use barelink_codec::validate::{Strictness, Violation, by_policy};
use barelink_codec::{Error as CodecError, Key};
use barelink_transport::testing::{Answers, Fake};
use barelink_transport::{Connection, Errno, Error, Monitor, Protocol, Socket};
use common::in_namespace;

const ROOM: usize = 33 * 1024;

fn generic(test: impl FnOnce(&mut Connection<'_>) + Send + 'static) {
    in_namespace(|| {
        let mut buffer = [0; ROOM];
        match Connection::open(Protocol::GENERIC, &mut buffer) {
            Err(Error::Socket { errno: Errno::PROTONOSUPPORT, .. }) => {
                eprintln!("skipped: the kernel has no generic netlink");
            }
            opened => test(&mut opened.unwrap()),
        }
    });
}

fn get_family() -> (MessageType<GenlHeader, Ctrl>, GenlHeader) {
    (ctrl::GET_FAMILY.message_type(ctrl::ID), ctrl::GET_FAMILY.header(()))
}

#[test]
fn the_controller_has_id_16() {
    generic(|generic| {
        let family = generic.family("nlctrl").unwrap();
        assert_eq!((family.id, family.version, family.header), (16, 2, 0));
        assert_eq!(family.id, ctrl::ID);
    });
}

#[test]
fn an_unknown_family_or_group_is_not_found() {
    generic(|generic| {
        assert_eq!(generic.family("nosuch"), Err(Error::NotFound));
        assert_eq!(generic.family("longer than any name may be"), Err(Error::NotFound));
        assert_eq!(generic.family(""), Err(Error::NotFound));
        assert_eq!(generic.group("nosuch", "notify"), Err(Error::NotFound));
        assert_eq!(generic.group("nlctrl", "nosuch"), Err(Error::NotFound));
        assert_eq!(generic.operations("nosuch", |_, _| {}), Err(Error::NotFound));
    });
}

#[test]
fn groups_are_found_and_can_be_joined() {
    generic(|generic| {
        let group = generic.group("nlctrl", ctrl::NOTIFY).unwrap();
        let mut buffer = [0; 8192];
        let monitor = Monitor::open(Protocol::GENERIC, &[group], &mut buffer).unwrap();
        let mut words = [0; 64];
        assert_eq!(monitor.channel().groups(&mut words).unwrap().collect::<Vec<_>>(), [group]);
    });
}

#[test]
fn operations_have_numbers_and_flags() {
    generic(|generic| {
        let mut found = vec![];
        generic.operations("nlctrl", |id, flags| found.push((id, flags))).unwrap();
        let (_, get) = found.iter().find(|(id, _)| *id == 3).unwrap();
        assert!(get.contains(OpFlags::CMD_CAP_DO | OpFlags::CMD_CAP_DUMP));
    });
}

#[test]
fn every_dumped_family_is_found_by_name() {
    generic(|generic| {
        let (kind, header) = get_family();
        let mut all = vec![];
        let mut families = generic.dump(kind, header, |_| {}).unwrap();
        while let Some(family) = families.next().unwrap() {
            let name = family.require(Ctrl::FAMILY_NAME).unwrap().to_string();
            all.push((name, family.require(Ctrl::FAMILY_ID).unwrap()));
        }
        assert!(all.contains(&("nlctrl".into(), 16)));
        for (name, id) in all {
            assert_eq!(generic.family(&name).unwrap().id, id, "{name}");
        }
    });
}

/// Attributes of a request to the controller.
fn request(fill: impl FnOnce(&mut barelink_codec::Writer<'_, Ctrl>)) -> Vec<u8> {
    let (kind, header) = get_family();
    let mut buffer = [0; 256];
    kind.build(&mut buffer, 1, header, fill).unwrap()[20..].to_vec()
}

#[test]
fn a_request_is_validated_by_the_running_kernels_policy() {
    generic(|generic| {
        let family = generic.family("nlctrl").unwrap();
        let mut entries = [PolicyEntry::VACANT; 32];
        let policy = match generic.policy(family, None, &mut entries) {
            Err(Error::Kernel(error)) if error.errno() == Errno::OPNOTSUPP => {
                return eprintln!("skipped: the kernel has no policy dumps");
            }
            policy => policy.unwrap(),
        };
        let attributes = policy.do_policy(3).expect("a policy for GETFAMILY");
        assert!(
            policy
                .rules(attributes)
                .any(|(number, ty, _)| (number, ty) == (2, PolicyType::NUL_STRING))
        );
        let check = |bytes: &[u8]| {
            by_policy(&policy, attributes, Some(Ctrl::table), bytes, Strictness::STRICT)
        };
        let mut results = vec![];
        type Fill<'a> = &'a dyn Fn(&mut barelink_codec::Writer<'_, Ctrl>);
        let cases: [(&str, Fill<'_>); 5] = [
            ("valid", &|it| {
                it.put(Ctrl::FAMILY_NAME, "nlctrl");
            }),
            ("too long", &|it| {
                it.put(
                    Ctrl::FAMILY_NAME.cast::<barelink_codec::value::Text<99>>(),
                    "0123456789abcdef",
                );
            }),
            ("too short", &|it| {
                it.put(Ctrl::FAMILY_ID.cast::<u8>(), 16);
            }),
            ("unterminated", &|it| {
                it.put_raw(2, b"nlctrl");
            }),
            ("unknown", &|it| {
                it.put(Key::<Ctrl, u32>::new(99, ""), 1);
            }),
        ];
        for (case, fill) in cases {
            let ours = check(&request(fill));
            let (kind, header) = get_family();
            let theirs = generic.get(kind, header, fill).map(|_| ());
            assert_eq!(ours.is_ok(), theirs.is_ok(), "{case}: {ours:?} {theirs:?}");
            results.push(ours.map_err(|invalid| (invalid.path.to_string(), invalid.violation)));
        }
        assert_eq!(results[0], Ok(()));
        let Err((name, violation)) = &results[1] else { panic!() };
        assert_eq!(
            (name.as_str(), *violation),
            ("Ctrl.FAMILY_NAME", Violation::Length { len: 17, min: 1, max: 16 })
        );
        assert!(matches!(&results[4], Err((path, Violation::Unknown)) if path == "Ctrl.99"));
    });
}

#[test]
fn a_family_policy_reports_the_needed_number_of_entries() {
    generic(|generic| {
        let Ok(family) = generic.family("ethtool") else {
            return eprintln!("skipped: the kernel has no ethtool family");
        };
        let error = generic.policy(family, None, &mut [PolicyEntry::VACANT; 10]).unwrap_err();
        let Error::Codec(CodecError::Full { needed }) = error else { panic!("{error}") };
        let mut entries = vec![PolicyEntry::VACANT; needed / size_of::<PolicyEntry>()];
        let policy = generic.policy(family, None, &mut entries).unwrap();
        assert_eq!(policy.needed(), needed / size_of::<PolicyEntry>());
        assert!(policy.commands().count() > 20);
        let links = policy.do_policy(2).expect("a policy for LINKINFO_GET");
        let header = policy.rules(links).find(|rule| rule.0 == 1).expect("ETHTOOL_A_*_HEADER");
        assert_eq!(header.1, PolicyType::NESTED);

        let mut entries = vec![PolicyEntry::VACANT; needed / size_of::<PolicyEntry>()];
        let one = generic.policy(family, Some(2), &mut entries).unwrap();
        assert_eq!(one.commands().collect::<Vec<_>>(), [2]);
        assert!(one.needed() < needed / size_of::<PolicyEntry>());
    });
}

barelink_codec::attributes! {
    /// Attributes of the family `netdev`: those that the tests use.
    Netdev "" {
        /// Interface index.
        1 => IFINDEX: u32,
    }
}

const DEV_GET: Command<(), Netdev> = Command::new(1, 1);

#[test]
fn a_missing_attribute_is_named() {
    generic(|generic| {
        let Ok(netdev) = generic.family("netdev") else {
            return eprintln!("skipped: the kernel has no netdev family");
        };
        let answer = generic.get(DEV_GET.message_type(netdev.id), DEV_GET.header(()), |_| {});
        let Err(Error::Kernel(error)) = answer.map(|_| ()) else { panic!() };
        assert_eq!((error.errno(), error.path.numbers()), (Errno::INVAL, &[1][..]));
        if cfg!(feature = "names") {
            assert_eq!(error.path.to_string(), "Netdev.IFINDEX");
        }
        // Newer families check strictly whatever the socket's options.
        let answer = generic.get(DEV_GET.message_type(netdev.id), DEV_GET.header(()), |it| {
            it.put(Netdev::IFINDEX, 1).put(Key::<Netdev, u32>::new(77, ""), 1);
        });
        let Err(Error::Kernel(error)) = answer.map(|_| ()) else { panic!() };
        assert_eq!((error.errno(), error.path.numbers()), (Errno::INVAL, &[77][..]));
        assert!(error.text().contains("nknown attribute"), "{error}");
    });
}

#[test]
fn a_real_dump_without_nlm_f_multi_is_read_to_done() {
    generic(|generic| {
        let Ok(netdev) = generic.family("netdev") else {
            return eprintln!("skipped: the kernel has no netdev family");
        };
        let mut devices =
            generic.dump(DEV_GET.message_type(netdev.id), DEV_GET.header(()), |_| {}).unwrap();
        let message = devices.next_message().unwrap().expect("lo at least");
        assert!(!message.flags.contains(Flags::MULTI));
        assert_eq!(message.read(DEV_GET.message_type(netdev.id)).require(Netdev::IFINDEX), Ok(1));
        while devices.next().unwrap().is_some() {}
        assert_eq!(generic.family("nlctrl").unwrap().id, 16);
    });
}

barelink_codec::attributes! {
    /// Attributes of the family `MAC80211_HWSIM`: those that the tests use.
    Radio "" {
        /// Number of the radio.
        10 => RADIO_ID: u32,
    }
}

const NEW_RADIO: Command<(), Radio> = Command::new(4, 1);
const DEL_RADIO: Command<(), Radio> = Command::new(5, 1);

/// Number of the created radio, from the acknowledgement.
#[derive(Default)]
struct Created(i32);

impl Handler for Created {
    fn ack(&mut self, status: &Status<'_>) -> Action {
        self.0 = status.positive_code;
        Action::Stop
    }
}

#[test]
fn a_created_radio_is_acknowledged_with_its_number() {
    generic(|generic| {
        let Ok(hwsim) = generic.family("MAC80211_HWSIM") else {
            return eprintln!("skipped: the kernel has no simulated radios");
        };
        let mut created = Created::default();
        let kind = NEW_RADIO.message_type(hwsim.id);
        generic
            .request_with_handler(kind.with(Flags::ACK), NEW_RADIO.header(()), |_| {}, &mut created)
            .unwrap();
        assert!(created.0 > 0);
        let kind = DEL_RADIO.message_type(hwsim.id);
        let mut delete = || {
            generic.execute(kind, DEL_RADIO.header(()), |radio| {
                radio.put(Radio::RADIO_ID, created.0 as u32);
            })
        };
        assert_eq!(delete(), Ok(()));
        let Err(Error::Kernel(error)) = delete() else { panic!("deleted twice") };
        assert_eq!(error.errno(), Errno::NODEV);
    });
}

#[test]
fn families_are_not_found_on_a_route_socket() {
    in_namespace(|| {
        let mut buffer = [0; 4096];
        let socket = Socket::open(Protocol::ROUTE).unwrap();
        let mut route = Connection::with_channel(socket, &mut buffer).unwrap();
        assert!(route.family("nlctrl").is_err());
    });
}

#[test]
fn a_family_without_id_is_an_error() {
    let mut queue = [0; 1024];
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        let kind = ctrl::NEW_FAMILY.message_type(ctrl::ID);
        answers.reply(kind, ctrl::NEW_FAMILY.header(()), |family| {
            family.put(Ctrl::FAMILY_NAME, "odd");
        });
        answers.ack();
    };
    let mut buffer = [0; 1024];
    let mut generic = Connection::with_channel(Fake::new(&mut queue, answer), &mut buffer).unwrap();
    let missing = CodecError::Missing { attr: "FAMILY_ID" };
    assert_eq!(generic.family("odd"), Err(Error::Codec(missing)));
}
