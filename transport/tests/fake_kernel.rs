//! What a connection makes of all that a kernel may answer, by a kernel made up for each test.

mod common;

use barelink_codec::control::ExtAck;
use barelink_codec::message::{Flags, Message, MessageType};
use barelink_codec::rtnl::link::{self, Link, LinkHeader, LinkInfo, Vlan};
use barelink_transport::fake::{Answers, Fake};
use barelink_transport::{Channel, Connection, Errno, Error};
use common::fake::{PART, ack, dump, dumping, execute, header, part, refused, with};

// Dumps and their ends

#[test]
fn a_dump_gives_its_parts_up_to_the_end_wherever_that_stands_in_a_datagram() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        part(answers, 1);
        answers.coalesce(|answers| {
            part(answers, 2);
            part(answers, 3);
            answers.done();
        });
    };
    with(answer, |route| assert_eq!(dump(route), (vec![1, 2, 3], Ok(()))));
}

#[test]
fn parts_of_a_dump_need_not_be_marked_as_such() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.reply(link::NEW, header(1), |_| {});
        answers.reply(link::NEW, header(2), |_| {});
        answers.done();
    };
    with(answer, |route| assert_eq!(dump(route), (vec![1, 2], Ok(()))));
}

#[test]
fn an_error_in_the_end_of_a_dump_is_a_refusal_with_its_words() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        part(answers, 1);
        answers.abort_dump(22, |details| {
            details.put(ExtAck::MSG, "no such thing");
        });
    };
    with(answer, |route| {
        let (parts, end) = dump(route);
        assert_eq!(parts, [1]);
        let refusal = refused(end);
        assert_eq!((refusal.errno(), refusal.text()), (Errno::INVAL, "no such thing"));
    });
}

#[test]
fn the_end_of_a_dump_may_have_no_payload() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        let mut done = [0; 16];
        MessageType::<(), ()>::new(3)
            .with(Flags::MULTI)
            .build(&mut done, request.seq, (), |_| {})
            .unwrap();
        done[12..].copy_from_slice(&1u32.to_ne_bytes());
        answers.raw(&done);
    };
    with(answer, |route| assert_eq!(dump(route), (vec![], Ok(()))));
}

#[test]
fn a_dump_that_ends_well_may_carry_a_warning() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.abort_dump(0, |details| {
            details.put(ExtAck::MSG, "some were left out");
        });
    };
    with(answer, |route| {
        assert_eq!(dump(route), (vec![], Ok(())));
        assert_eq!(route.warning().unwrap().text(), "some were left out");
    });
}

#[test]
fn an_interrupted_dump_gives_all_its_parts_and_then_says_so() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.reply(PART.with(Flags::DUMP_INTR), header(1), |_| {});
        part(answers, 2);
        answers.done();
    };
    with(answer, |route| assert_eq!(dump(route), (vec![1, 2], Err(Error::Interrupted))));
}

#[test]
fn a_consistent_dump_is_begun_anew_until_nothing_changes_meanwhile() {
    let mut dumps = 0;
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        dumps += 1;
        let flags = if dumps < 3 { Flags::DUMP_INTR } else { Flags::NONE };
        answers.reply(PART.with(flags), header(dumps), |_| {});
        answers.done();
    };
    with(answer, |route| {
        let push = |all: &mut Vec<i32>, link: barelink_codec::Parsed<'_, LinkHeader, Link>| {
            all.push(link.header.index);
            Ok(())
        };
        let two = route.dump_consistent(2, link::GET, header(0), |_| {}, Vec::new, push);
        assert_eq!(two, Err(Error::Interrupted));
        let more = route.dump_consistent(2, link::GET, header(0), |_| {}, Vec::new, push);
        assert_eq!(more, Ok(vec![3]), "of the last try alone");
    });
}

#[test]
fn parts_without_an_end_are_no_success() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| part(answers, 1);
    with(answer, |route| assert_eq!(dump(route), (vec![1], Err(Error::TimedOut))));
}

#[test]
fn a_dump_can_go_on_after_a_silence() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        part(answers, 1);
        answers.drop_reply();
        part(answers, 2);
        answers.done();
    };
    with(answer, |route| {
        let mut links = route.dump(link::GET, header(0), |_| {}).unwrap();
        assert!(links.next().unwrap().is_some());
        assert_eq!(links.next().err(), Some(Error::TimedOut));
        assert_eq!(links.next().unwrap().unwrap().header.index, 2);
        assert!(links.next().unwrap().is_none());
        assert!(links.next().unwrap().is_none(), "and stays at its end");
    });
}

#[test]
fn an_empty_datagram_is_passed_over() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.raw(&[]);
        part(answers, 1);
        answers.raw(&[]);
        answers.done();
    };
    with(answer, |route| assert_eq!(dump(route), (vec![1], Ok(()))));
}

#[test]
fn a_garbled_message_is_an_error_after_what_came_before_it() {
    let answer = dumping(|answers| {
        answers.coalesce(|answers| {
            part(answers, 1);
            let mut longer = [0; 16];
            longer[..4].copy_from_slice(&64u32.to_ne_bytes());
            answers.raw(&longer);
        });
        answers.done();
    });
    with(answer, |route| {
        let (parts, end) = dump(route);
        assert_eq!(parts, [1]);
        assert!(
            matches!(end, Err(Error::Codec(barelink_codec::Error::Truncated { .. }))),
            "{end:?}"
        );
        assert_eq!(execute(route), Ok(()), "the next request goes through all the same");
    });
}

#[test]
fn zeros_behind_the_last_message_are_no_message() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.coalesce(|answers| {
            part(answers, 1);
            answers.raw(&[0; 64]);
        });
        answers.done();
    };
    with(answer, |route| assert_eq!(dump(route), (vec![1], Ok(()))));
}

// Acknowledgements and refusals

#[test]
fn an_acknowledgement_may_carry_a_warning_which_is_kept_until_the_next_request() {
    let mut requests = 0;
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        requests += 1;
        match requests {
            1 => answers.warn(|details| {
                details.put(ExtAck::MSG, "better not").put(ExtAck::OFFS, 32);
            }),
            _ => answers.ack(),
        }
    };
    with(answer, |route| {
        assert_eq!(execute(route), Ok(()));
        let warning = *route.warning().unwrap();
        assert_eq!((warning.errno, warning.text()), (0, "better not"));
        assert_eq!(warning.path.numbers(), [4]);
        assert_eq!(execute(route), Ok(()));
        assert_eq!(route.warning(), None);
    });
}

#[test]
fn a_refusal_names_the_attribute_by_its_path_whether_the_request_is_quoted_or_not() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.error(34, |details| {
            details.put(ExtAck::MSG, "out of range").put(ExtAck::OFFS, 52);
        });
    };
    let create = |route: &mut Connection<'_, Fake<'_, _>>| {
        refused(route.execute(link::NEW.create(), header(0), |link| {
            link.nest(Link::LINKINFO, |info| {
                info.put(LinkInfo::KIND, "vlan");
                info.nest(LinkInfo::DATA.nested::<Vlan>(), |vlan| {
                    vlan.put(Vlan::ID, 5000);
                });
            });
        }))
    };
    for quoting in [false, true] {
        let (mut queue, mut buffer) = ([0; 1024], [0; 1024]);
        let fake = Fake::new(&mut queue, answer);
        let fake = if quoting { fake.with_uncapped_acks() } else { fake };
        let mut route = Connection::with_channel(fake, &mut buffer).unwrap();
        let refusal = create(&mut route);
        assert_eq!((refusal.errno(), refusal.text()), (Errno::RANGE, "out of range"));
        if cfg!(feature = "names") {
            assert_eq!(refusal.path.to_string(), "Link.LINKINFO.DATA.ID");
            let words = Error::Kernel(refusal).to_string();
            assert!(words.ends_with("out of range: attribute Link.LINKINFO.DATA.ID"), "{words}");
        }
        assert_eq!(refusal.path.numbers(), [18, 2, 1]);
    }
}

#[test]
fn a_missing_attribute_is_named_too() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.error(22, |details| {
            details.put(ExtAck::MISS_TYPE, 3);
        });
    };
    with(answer, |route| {
        assert_eq!(refused(execute(route)).path.numbers(), [3]);
    });
}

#[test]
fn every_error_number_is_kept_exactly() {
    for errno in [1, 2, 16, 17, 95, 113, 131, 524] {
        let answer = |_: &Message<'_>, answers: &mut Answers<'_>| answers.error(errno, |_| {});
        with(answer, |route| assert_eq!(refused(execute(route)).errno, errno));
    }
}

#[test]
fn an_error_number_that_no_system_call_gives_is_an_error_like_others() {
    for errno in [4095, 4096, 65_536, 65_558, i32::MAX] {
        let answer = |_: &Message<'_>, answers: &mut Answers<'_>| answers.error(errno, |_| {});
        with(answer, |route| {
            let refusal = refused(execute(route));
            assert_eq!(refusal.errno, errno);
            assert_eq!(refusal.errno().raw_os_error(), 4095);
            assert_eq!(refusal.to_string(), format!("errno {errno}"));
        });
    }
}

#[test]
fn a_warning_can_be_asked_for_its_error_number_too() {
    let warn = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.warn(|details| {
            details.put(ExtAck::MSG, "all right, but");
        });
    };
    with(warn, |route| {
        execute(route).unwrap();
        let warning = route.warning().unwrap();
        assert_eq!((warning.errno, warning.errno().raw_os_error()), (0, 4095));
    });
}

#[test]
fn a_missing_privilege_says_what_it_takes() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| answers.error(1, |_| {});
    with(answer, |route| {
        let words = execute(route).unwrap_err().to_string();
        assert!(words.contains("CAP_NET_ADMIN"), "{words}");
    });
}

#[test]
fn an_error_without_details_as_old_kernels_send_it_is_a_refusal() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        // Flags and details came with Linux 4.12; the whole request is quoted.
        let mut old = vec![0; 16];
        old[4] = 2;
        old[8..12].copy_from_slice(&request.seq.to_ne_bytes());
        old[12..16].copy_from_slice(&1u32.to_ne_bytes());
        old.extend((-Errno::OPNOTSUPP.raw_os_error()).to_ne_bytes());
        let header = request.header();
        old.extend(header.len.to_ne_bytes());
        old.extend(header.message_type.to_ne_bytes());
        old.extend(header.flags.to_ne_bytes());
        old.extend(header.seq.to_ne_bytes());
        old.extend(header.port.to_ne_bytes());
        old.extend(request.payload);
        let len = old.len() as u32;
        old[..4].copy_from_slice(&len.to_ne_bytes());
        if cfg!(target_endian = "big") {
            (old[4], old[5]) = (0, 2);
        }
        answers.raw(&old);
    };
    with(answer, |route| {
        let refusal = refused(execute(route));
        assert_eq!((refusal.errno(), refusal.text()), (Errno::OPNOTSUPP, ""));
        assert!(refusal.path.is_empty());
    });
}

#[test]
fn an_error_too_short_for_its_header_is_garbled() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        answers.raw(&ack(request.seq, 1, 4));
    };
    with(answer, |route| {
        assert!(matches!(execute(route), Err(Error::Codec(_))));
    });
}

#[test]
fn an_acknowledgement_counts_for_its_own_request_only() {
    // With an echo in between, and an acknowledgement of another request before it.
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        answers.raw(&ack(request.seq.wrapping_sub(1), 1, 20));
        answers.reply(link::NEW, header(7), |_| {});
        answers.error(19, |_| {});
    };
    with(answer, |route| {
        assert_eq!(refused(execute(route)).errno(), Errno::NODEV);
        assert_eq!(route.stats().stray, 1);
    });
}

#[test]
fn an_answer_to_another_port_is_not_ours() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        answers.raw(&ack(request.seq, 2, 20));
        answers.error(19, |_| {});
    };
    with(answer, |route| assert_eq!(refused(execute(route)).errno(), Errno::NODEV));
}

#[test]
fn an_echo_is_given_and_the_acknowledgement_behind_it_taken() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.reply(link::NEW, header(7), |_| {});
        answers.ack();
    };
    with(answer, |route| {
        for _ in 0..2 {
            let mut echo = route.request(link::SET.with(Flags::ECHO), header(7), |_| {}).unwrap();
            assert_eq!(echo.next().unwrap().unwrap().header.index, 7);
            assert!(echo.next().unwrap().is_none());
        }
        assert_eq!(route.stats().stray, 0);
    });
}

#[test]
fn notifications_in_between_are_passed_over_and_counted() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.notify(link::NEW, header(3), |_| {});
        answers.coalesce(|answers| {
            answers.notify(link::DEL, header(4), |_| {});
            answers.ack();
        });
    };
    with(answer, |route| {
        assert_eq!(execute(route), Ok(()));
        assert_eq!(route.stats().stray, 2);
    });
}

#[test]
fn a_message_that_says_nothing_is_passed_over() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.reply(MessageType::<(), ()>::new(1), (), |_| {}); // NOOP
        answers.ack();
    };
    with(answer, |route| assert_eq!(execute(route), Ok(())));
}

#[test]
fn a_message_that_says_that_some_were_lost_is_an_overrun() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.reply(MessageType::<(), ()>::new(4), (), |_| {}); // OVERRUN
        answers.ack();
    };
    with(answer, |route| assert_eq!(execute(route), Err(Error::Overrun)));
}

// Getting one thing

#[test]
fn one_thing_is_got_and_its_acknowledgement_taken() {
    for together in [false, true] {
        let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
            let both = |answers: &mut Answers<'_>| {
                answers.reply(link::NEW, header(7), |link| {
                    link.put(Link::IFNAME, "seven");
                });
                answers.ack();
            };
            if together { answers.coalesce(both) } else { both(answers) }
        };
        with(answer, |route| {
            for _ in 0..2 {
                let link = route.get(link::GET, header(7), |_| {}).unwrap();
                assert_eq!(link.require(Link::IFNAME).unwrap(), "seven");
            }
            assert_eq!(route.stats().stray, 0);
        });
    }
}

#[test]
fn an_acknowledgement_without_the_thing_is_no_reply() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| answers.ack();
    with(answer, |route| {
        assert_eq!(route.get(link::GET, header(7), |_| {}).err(), Some(Error::NoReply));
    });
}

#[test]
fn a_second_thing_is_counted_not_given() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.reply(link::NEW, header(7), |_| {});
        answers.reply(link::NEW, header(8), |_| {});
        answers.ack();
    };
    with(answer, |route| {
        assert_eq!(route.get(link::GET, header(0), |_| {}).unwrap().header.index, 7);
        assert_eq!(route.stats().stray, 1);
    });
}

#[test]
fn a_single_answer_without_an_end_is_enough_where_that_is_the_protocol() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.reply(link::NEW, header(7), |_| {});
    };
    with(answer, |route| {
        assert_eq!(route.request_one(link::GET, header(7), |_| {}).unwrap().header.index, 7);
        assert_eq!(route.request_one(link::GET, header(7), |_| {}).unwrap().header.index, 7);
    });
}

// The made-up kernel itself

#[test]
fn a_queue_too_short_for_the_answers_says_so() {
    let (mut queue, mut buffer) = ([0; 40], [0; 256]);
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| answers.ack();
    let mut route = Connection::with_channel(Fake::new(&mut queue, answer), &mut buffer).unwrap();
    let full = barelink_codec::Error::Full { needed: 48 };
    assert_eq!(execute(&mut route), Err(Error::Codec(full)));
}

#[test]
fn a_queue_too_short_for_the_padding_says_so() {
    let (mut queue, mut buffer) = ([0; 15], [0; 64]);
    let mut fake = Fake::new(&mut queue, |_, _| {});
    fake.push(|kernel| kernel.raw(&[1, 2, 3]));
    fake.push(|_| {});
    let full = barelink_codec::Error::Full { needed: 16 };
    assert_eq!(fake.receive(&mut buffer, None), Err(Error::Codec(full)));
}

#[test]
fn the_kernels_words_are_kept_and_where_they_are_too_long_it_shows() {
    // The bonding driver's.
    let long = "Slave device does not support setting the MAC address, \
                but fail_over_mac is not set to active";
    for (text, kept, shown) in [
        (long, long.len(), "active"),
        (&"x".repeat(99), 99, "xxx"),
        (&"x".repeat(100), 99, "xxx..."),
        (&"x".repeat(255), 99, "xxx..."),
    ] {
        let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
            answers.error(22, |details| {
                details.put(ExtAck::MSG, text);
            });
        };
        with(answer, |route| {
            let refusal = refused(execute(route));
            assert_eq!(refusal.text(), &text[..kept]);
            assert!(refusal.to_string().ends_with(shown), "{refusal}");
        });
    }
}
