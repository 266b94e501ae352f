//! What a connection makes of all that a kernel may answer, by a kernel made up for each test.

use std::time::{Duration, Instant};

use barelink_codec::control::{Details, Verdict};
use barelink_codec::handler::{Action, Handler};
use barelink_codec::message::{Flags, Kind, Message, Messages};
use barelink_codec::rtnl::link::{self, Link, LinkHeader, LinkInfo, Vlan};
use barelink_transport::fake::{Answers, Fake};
use barelink_transport::{Channel, Connection, Deadline, Errno, Error, Monitor, Notice, Received};

const PART: Kind<LinkHeader, Link> = link::NEW.with(Flags::MULTI);

fn header(index: i32) -> LinkHeader {
    LinkHeader { index, ..Default::default() }
}

fn part(answers: &mut Answers<'_>, index: i32) {
    answers.reply(PART, header(index), |link| {
        link.put(Link::MTU, 1500);
    });
}

/// The indices that a dump gives, and how it ends.
fn dump<C: Channel>(route: &mut Connection<'_, C>) -> (Vec<i32>, Result<(), Error>) {
    let mut links = match route.dump(link::GET, header(0), |_| {}) {
        Ok(links) => links,
        Err(error) => return (vec![], Err(error)),
    };
    let mut indices = vec![];
    loop {
        match links.next() {
            Ok(Some(link)) => indices.push(link.header.index),
            Ok(None) => return (indices, Ok(())),
            Err(error) => return (indices, Err(error)),
        }
    }
}

fn execute<C: Channel>(route: &mut Connection<'_, C>) -> Result<(), Error> {
    route.execute(link::SET, header(7), |link| {
        link.put(Link::MTU, 1400);
    })
}

/// Runs a test against a kernel that answers like this.
fn with<R>(
    answer: impl FnMut(&Message<'_>, &mut Answers<'_>),
    test: impl FnOnce(
        &mut Connection<'_, Fake<'_, Box<dyn FnMut(&Message<'_>, &mut Answers<'_>) + '_>>>,
    ) -> R,
) -> R {
    let mut queue = vec![0; 64 * 1024];
    let mut buffer = vec![0; 4096];
    let answer: Box<dyn FnMut(&Message<'_>, &mut Answers<'_>) + '_> = Box::new(answer);
    test(&mut Connection::over(Fake::new(&mut queue, answer), &mut buffer).unwrap())
}

fn refused(result: Result<(), Error>) -> barelink_transport::Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

// Dumps and their ends

#[test]
fn a_dump_gives_its_parts_up_to_the_end_wherever_that_stands_in_a_datagram() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        part(answers, 1);
        answers.together(|answers| {
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
        answers.break_off(22, |details| {
            details.put(Details::MSG, "no such thing");
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
        Kind::<(), ()>::new(3)
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
        answers.break_off(0, |details| {
            details.put(Details::MSG, "some were left out");
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
        answers.silence();
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
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        if !request.flags.contains(Flags::DUMP) {
            return answers.ack();
        }
        answers.together(|answers| {
            part(answers, 1);
            let mut longer = [0; 16];
            longer[..4].copy_from_slice(&64u32.to_ne_bytes());
            answers.raw(&longer);
        });
        answers.done();
    };
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
        answers.together(|answers| {
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
                details.put(Details::MSG, "better not").put(Details::OFFS, 32);
            }),
            _ => answers.ack(),
        }
    };
    with(answer, |route| {
        assert_eq!(execute(route), Ok(()));
        let warning = *route.warning().unwrap();
        assert_eq!((warning.errno, warning.text()), (0, "better not"));
        assert_eq!(warning.path.to_string(), "Link.MTU");
        assert_eq!(execute(route), Ok(()));
        assert_eq!(route.warning(), None);
    });
}

#[test]
fn a_refusal_names_the_attribute_by_its_path_whether_the_request_is_quoted_or_not() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.refuse(34, |details| {
            details.put(Details::MSG, "out of range").put(Details::OFFS, 52);
        });
    };
    let create = |route: &mut Connection<'_, Fake<'_, _>>| {
        refused(route.execute(link::NEW.create(), header(0), |link| {
            link.nest(Link::LINKINFO, |info| {
                info.put(LinkInfo::KIND, "vlan");
                info.nest(LinkInfo::DATA.of::<Vlan>(), |vlan| {
                    vlan.put(Vlan::ID, 5000);
                });
            });
        }))
    };
    for quoting in [false, true] {
        let (mut queue, mut buffer) = ([0; 1024], [0; 1024]);
        let fake = Fake::new(&mut queue, answer);
        let fake = if quoting { fake.quoting() } else { fake };
        let mut route = Connection::over(fake, &mut buffer).unwrap();
        let refusal = create(&mut route);
        assert_eq!((refusal.errno(), refusal.text()), (Errno::RANGE, "out of range"));
        if cfg!(feature = "names") {
            assert_eq!(refusal.path.to_string(), "Link.LINKINFO.DATA.ID");
            let words = Error::Refused(refusal).to_string();
            assert!(words.ends_with("out of range: attribute Link.LINKINFO.DATA.ID"), "{words}");
        }
        assert_eq!(refusal.path.numbers(), [18, 2, 1]);
    }
}

#[test]
fn a_missing_attribute_is_named_too() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.refuse(22, |details| {
            details.put(Details::MISS_TYPE, 3);
        });
    };
    with(answer, |route| {
        assert_eq!(refused(execute(route)).path.to_string(), "Link.IFNAME");
    });
}

#[test]
fn every_error_number_is_kept_exactly() {
    for errno in [1, 2, 16, 17, 95, 113, 131, 524] {
        let answer = |_: &Message<'_>, answers: &mut Answers<'_>| answers.refuse(errno, |_| {});
        with(answer, |route| assert_eq!(refused(execute(route)).errno, errno));
    }
}

#[test]
fn a_missing_privilege_says_what_it_takes() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| answers.refuse(1, |_| {});
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
        old.extend((-95i32).to_ne_bytes());
        let header = request.header();
        old.extend(header.len.to_ne_bytes());
        old.extend(header.kind.to_ne_bytes());
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
        let mut short = [0; 20];
        Kind::<(), ()>::new(2)
            .build(&mut short, request.seq, (), |out| {
                out.append(&[0; 4]);
            })
            .unwrap();
        short[12..16].copy_from_slice(&1u32.to_ne_bytes());
        answers.raw(&short);
    };
    with(answer, |route| {
        assert!(matches!(execute(route), Err(Error::Codec(_))));
    });
}

#[test]
fn an_acknowledgement_counts_for_its_own_request_only() {
    // With an echo in between, and an acknowledgement of another request before it.
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        let mut other = [0; 36];
        Kind::<(), ()>::new(2)
            .build(&mut other, request.seq.wrapping_sub(1), (), |out| {
                out.append(&[0; 20]);
            })
            .unwrap();
        other[12..16].copy_from_slice(&1u32.to_ne_bytes());
        answers.raw(&other);
        answers.reply(link::NEW, header(7), |_| {});
        answers.refuse(19, |_| {});
    };
    with(answer, |route| {
        assert_eq!(refused(execute(route)).errno(), Errno::NODEV);
        assert_eq!(route.counters().stray, 1);
    });
}

#[test]
fn an_answer_to_another_port_is_not_ours() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        let mut other = [0; 36];
        Kind::<(), ()>::new(2)
            .build(&mut other, request.seq, (), |out| {
                out.append(&[0; 20]);
            })
            .unwrap();
        other[12..16].copy_from_slice(&2u32.to_ne_bytes());
        answers.raw(&other);
        answers.refuse(19, |_| {});
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
            let mut echo = route.ask(link::SET.with(Flags::ECHO), header(7), |_| {}).unwrap();
            assert_eq!(echo.next().unwrap().unwrap().header.index, 7);
            assert!(echo.next().unwrap().is_none());
        }
        assert_eq!(route.counters().stray, 0);
    });
}

#[test]
fn notifications_in_between_are_passed_over_and_counted() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.notify(link::NEW, header(3), |_| {});
        answers.together(|answers| {
            answers.notify(link::DEL, header(4), |_| {});
            answers.ack();
        });
    };
    with(answer, |route| {
        assert_eq!(execute(route), Ok(()));
        assert_eq!(route.counters().stray, 2);
    });
}

#[test]
fn a_message_that_says_nothing_is_passed_over() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.reply(Kind::<(), ()>::new(1), (), |_| {}); // NOOP
        answers.ack();
    };
    with(answer, |route| assert_eq!(execute(route), Ok(())));
}

#[test]
fn a_message_that_says_that_some_were_lost_is_an_overrun() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.reply(Kind::<(), ()>::new(4), (), |_| {}); // OVERRUN
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
            if together { answers.together(both) } else { both(answers) }
        };
        with(answer, |route| {
            for _ in 0..2 {
                let link = route.get(link::GET, header(7), |_| {}).unwrap();
                assert_eq!(link.require(Link::IFNAME).unwrap(), "seven");
            }
            assert_eq!(route.counters().stray, 0);
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
        assert_eq!(route.counters().stray, 1);
    });
}

#[test]
fn a_single_answer_without_an_end_is_enough_where_that_is_the_protocol() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.reply(link::NEW, header(7), |_| {});
    };
    with(answer, |route| {
        assert_eq!(route.single(link::GET, header(7), |_| {}).unwrap().header.index, 7);
        assert_eq!(route.single(link::GET, header(7), |_| {}).unwrap().header.index, 7);
    });
}

// Small buffers

fn small<R>(
    size: usize,
    test: impl FnOnce(&mut Connection<'_, Fake<'_, fn(&Message<'_>, &mut Answers<'_>)>>) -> R,
) -> R {
    fn answer(_: &Message<'_>, answers: &mut Answers<'_>) {
        answers.reply(link::NEW, header(7), |link| {
            link.put(Link::IFNAME, "seven");
        });
        answers.ack();
    }
    let (mut queue, mut buffer) = ([0; 1024], vec![0; size]);
    let answer: fn(&Message<'_>, &mut Answers<'_>) = answer;
    test(&mut Connection::over(Fake::new(&mut queue, answer), &mut buffer).unwrap())
}

#[test]
fn a_request_longer_than_the_buffer_is_not_sent_and_says_how_much_it_takes() {
    small(4, |route| {
        let error = route.execute(link::DEL, header(7), |_| {}).unwrap_err();
        assert!(
            matches!(error, Error::Codec(barelink_codec::Error::Full { needed: 32 })),
            "{error:?}"
        );
    });
}

#[test]
fn a_request_without_room_for_its_acknowledgement_is_not_sent() {
    small(64, |route| {
        let error = route.execute(link::DEL, header(7), |_| {}).unwrap_err();
        assert!(
            matches!(error, Error::Codec(barelink_codec::Error::Full { needed: 68 })),
            "{error:?}"
        );
        assert_eq!(format!("{:?}", route.channel()), "Fake(0 bytes waiting)");
    });
}

#[test]
fn an_answer_longer_than_the_room_is_cut_and_says_both_lengths() {
    small(32 + 40, |route| {
        let error = route.get(link::GET, header(7), |_| {}).unwrap_err();
        assert_eq!(error, Error::Cut { needed: 44, room: 40 });
        let start = Instant::now();
        assert!(route.execute(link::DEL, header(7), |_| {}).is_err());
        assert!(start.elapsed() < Duration::from_secs(2), "what is lost is not waited for");
    });
}

#[test]
fn an_acknowledgement_that_does_not_fit_behind_the_answer_is_cut() {
    small(32 + 44 + 35, |route| {
        let error = route.get(link::GET, header(7), |_| {}).unwrap_err();
        assert_eq!(error, Error::Cut { needed: 36, room: 35 });
    });
    small(32 + 44 + 36, |route| {
        assert_eq!(route.get(link::GET, header(7), |_| {}).unwrap().header.index, 7);
    });
}

#[test]
fn a_cut_part_of_a_dump_is_told_and_the_others_still_come() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        part(answers, 1);
        answers.cut(40_000);
        part(answers, 3);
        answers.done();
    };
    with(answer, |route| {
        let mut links = route.dump(link::GET, header(0), |_| {}).unwrap();
        assert_eq!(links.next().unwrap().unwrap().header.index, 1);
        assert!(matches!(links.next().err(), Some(Error::Cut { needed: 40_000, .. })));
        assert_eq!(links.next().unwrap().unwrap().header.index, 3);
        assert!(links.next().unwrap().is_none());
    });
}

// What is left of a request that was given up

#[test]
fn a_dump_given_up_early_does_not_end_the_next_request() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        if request.flags.contains(Flags::DUMP) {
            part(answers, 1);
            part(answers, 2);
            answers.done();
        } else {
            answers.refuse(19, |_| {});
        }
    };
    with(answer, |route| {
        for read in [0, 1, 2] {
            let mut links = route.dump(link::GET, header(0), |_| {}).unwrap();
            for _ in 0..read {
                links.next().unwrap().unwrap();
            }
            drop(links);
            assert_eq!(refused(execute(route)).errno(), Errno::NODEV, "{read} were read");
            assert_eq!(dump(route), (vec![1, 2], Ok(())));
        }
    });
}

#[test]
fn a_dump_given_up_whose_end_was_in_the_datagram_at_hand_is_not_waited_for() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        if request.flags.contains(Flags::DUMP) {
            answers.together(|answers| {
                part(answers, 1);
                part(answers, 2);
                answers.done();
            });
        } else {
            answers.ack();
        }
    };
    with(answer, |route| {
        let mut links = route.dump(link::GET, header(0), |_| {}).unwrap();
        links.next().unwrap().unwrap();
        assert_eq!(execute(route), Ok(()));
    });
}

#[test]
fn cuts_and_overruns_of_what_was_given_up_do_not_matter() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        if request.flags.contains(Flags::DUMP) {
            part(answers, 1);
            answers.overrun();
            answers.cut(40_000);
            answers.done();
        } else {
            answers.ack();
        }
    };
    with(answer, |route| {
        let mut links = route.dump(link::GET, header(0), |_| {}).unwrap();
        links.next().unwrap().unwrap();
        assert_eq!(execute(route), Ok(()));
    });
}

#[test]
fn an_overrun_in_the_middle_of_a_dump_is_told_and_the_next_request_goes_through() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        if request.flags.contains(Flags::DUMP) {
            part(answers, 1);
            answers.overrun();
            part(answers, 2);
            answers.done();
        } else {
            answers.ack();
        }
    };
    with(answer, |route| {
        assert_eq!(dump(route), (vec![1], Err(Error::Overrun)));
        assert_eq!(execute(route), Ok(()));
    });
}

#[test]
fn a_late_answer_to_a_request_that_timed_out_is_not_the_next_ones() {
    let mut requests = 0;
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        requests += 1;
        if requests == 1 {
            answers.silence();
            answers.ack();
        } else {
            answers.refuse(19, |_| {});
        }
    };
    with(answer, |route| {
        assert_eq!(execute(route), Err(Error::TimedOut));
        assert_eq!(refused(execute(route)).errno(), Errno::NODEV);
    });
}

// Others who send

#[test]
fn what_does_not_come_from_the_kernel_is_dropped_and_counted() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        let mut forged = [0; 36];
        Kind::<(), ()>::new(2)
            .build(&mut forged, request.seq, (), |out| {
                out.append(&[0; 20]);
            })
            .unwrap();
        forged[12..16].copy_from_slice(&1u32.to_ne_bytes());
        answers.foreign(4711, &forged);
        answers.refuse(19, |_| {});
    };
    with(answer, |route| {
        assert_eq!(refused(execute(route)).errno(), Errno::NODEV);
        assert_eq!(route.counters().foreign, 1);
    });
}

/// Somebody who never stops.
struct Flood {
    from: u32,
    seq: u32,
}

impl Channel for Flood {
    fn port(&mut self) -> Result<u32, Error> {
        Ok(1)
    }
    fn send(&mut self, datagram: &[u8], _: Option<Deadline>) -> Result<(), Error> {
        self.seq = Messages::new(datagram).next().unwrap().unwrap().seq;
        Ok(())
    }
    fn receive(&mut self, buffer: &mut [u8], _: Option<Deadline>) -> Result<Received, Error> {
        let len = link::NEW.build(buffer, 0, header(1), |_| {}).unwrap().len();
        Ok(Received { len, from: self.from, ..Received::default() })
    }
}

#[test]
fn no_flood_keeps_a_request_longer_than_it_may_take() {
    struct Quiet;
    impl Handler for Quiet {}
    let limit = Some(Duration::from_millis(30));
    for from in [0, 4711] {
        let mut buffer = [0; 1024];
        let mut route = Connection::over(Flood { from, seq: 0 }, &mut buffer).unwrap();
        route.set_timeout(limit);
        let start = Instant::now();
        assert_eq!(execute(&mut route), Err(Error::TimedOut), "from {from}");
        assert_eq!(dump(&mut route).1, Err(Error::TimedOut), "from {from}");
        assert!(route.run(link::SET, header(1), |_| {}, &mut Quiet).is_err(), "from {from}");
        let batch = route.batch(|batch| batch.push(link::SET, header(1), |_| {}), |_, _| {});
        assert_eq!(batch, Err(Error::TimedOut), "from {from}");
        assert!(start.elapsed() < Duration::from_secs(2), "from {from}: {:?}", start.elapsed());
        let counters = route.counters();
        assert!(counters.foreign > 0 || from == 0);
        assert!(counters.stray > 0 || from != 0);
    }
}

#[test]
fn no_flood_of_strangers_keeps_a_listener_longer_than_it_likes() {
    let mut buffer = [0; 1024];
    let mut monitor = Monitor::over(Flood { from: 4711, seq: 0 }, &mut buffer);
    let start = Instant::now();
    assert_eq!(monitor.next(Some(Duration::from_millis(30))).err(), Some(Error::TimedOut));
    assert!(start.elapsed() < Duration::from_secs(2));
    assert!(monitor.foreign() > 0);
}

// Several requests at once

fn three(batch: &mut barelink_transport::Requests<'_>) -> Result<(), barelink_codec::Error> {
    for index in 0..3 {
        batch.push(link::SET, header(index), |link| {
            link.put(Link::MTU, 1400);
        })?;
    }
    assert_eq!(batch.count(), 3);
    Ok(())
}

#[test]
fn a_batch_tells_of_each_request_how_it_went() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| match request
        .read(link::SET)
        .header
        .index
    {
        1 => answers.refuse(34, |details| {
            details.put(Details::MSG, "not that").put(Details::OFFS, 32);
        }),
        2 => answers.warn(|details| {
            details.put(Details::MSG, "if you must");
        }),
        _ => answers.ack(),
    };
    with(answer, |route| {
        let mut results = vec![];
        route.batch(three, |place, result| results.push((place, result))).unwrap();
        assert_eq!(results.len(), 3);
        assert_eq!(results[0], (0, Ok(())));
        let refusal = results[1].1.unwrap_err();
        assert_eq!((results[1].0, refusal.errno(), refusal.text()), (1, Errno::RANGE, "not that"));
        assert_eq!(refusal.path.numbers(), [4]);
        if cfg!(feature = "names") {
            assert_eq!(refusal.path.to_string(), "Link.MTU");
        }
        assert_eq!(results[2], (2, Ok(())));
        assert_eq!(route.warning().unwrap().text(), "if you must");
        assert_eq!(execute(route), Ok(()));
    });
}

#[test]
fn a_batch_of_different_kinds_names_the_attributes_of_each() {
    use barelink_codec::rtnl::addr::{self, Addr, AddrHeader};
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        let head = if request.kind == addr::NEW.number() { 8 } else { 16 };
        answers.refuse(22, |details| {
            details.put(Details::OFFS, 16 + head);
        });
    };
    with(answer, |route| {
        let mut paths = vec![];
        let fill = |batch: &mut barelink_transport::Requests<'_>| {
            batch.push(addr::NEW, AddrHeader::default(), |addr| {
                addr.put(Addr::LABEL, "label");
            })?;
            batch.push(link::SET, header(1), |link| {
                link.put(Link::MTU, 1400);
            })?;
            // Another set for the same number: no name is better than a wrong one.
            batch.push(Kind::<LinkHeader, Details>::new(18), header(1), |details| {
                details.put(Details::OFFS, 1);
            })?;
            batch.push(link::GET, header(1), |link| {
                link.put(Link::MTU, 1400);
            })
        };
        let each = |_, result: Result<(), barelink_transport::Refusal>| {
            paths.push(result.unwrap_err().path.to_string());
        };
        route.batch(fill, each).unwrap();
        match cfg!(feature = "names") {
            true => assert_eq!(paths, ["Addr.LABEL", "Link.MTU", "2", "4"]),
            false => assert_eq!(paths, ["3", "4", "2", "4"]),
        }
    });
}

#[test]
fn a_batch_takes_several_answers_in_one_datagram() {
    let mut waiting = vec![];
    let answer = move |request: &Message<'_>, answers: &mut Answers<'_>| {
        let mut ack = [0; 36];
        Kind::<(), ()>::new(2)
            .build(&mut ack, request.seq, (), |out| {
                out.append(&[0; 20]);
            })
            .unwrap();
        ack[12..16].copy_from_slice(&1u32.to_ne_bytes());
        waiting.extend(ack);
        if waiting.len() == 3 * 36 {
            answers.raw(&waiting);
        }
    };
    with(answer, |route| {
        let mut places = vec![];
        route.batch(three, |place, result| places.push((place, result.is_ok()))).unwrap();
        assert_eq!(places, [(0, true), (1, true), (2, true)]);
    });
}

#[test]
fn lost_answers_to_a_batch_are_told() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| match request
        .read(link::SET)
        .header
        .index
    {
        1 => answers.overrun(),
        _ => answers.ack(),
    };
    with(answer, |route| {
        let mut count = 0;
        assert_eq!(route.batch(three, |_, _| count += 1), Err(Error::Overrun));
        assert_eq!(count, 1);
        // What is left of it is not the next request's.
        assert_eq!(route.batch(|_| Ok(()), |_, _| {}), Ok(()));
        route.execute(link::SET, header(0), |_| {}).unwrap();
    });
}

#[test]
fn a_batch_without_an_end_times_out() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        if request.read(link::SET).header.index != 1 {
            answers.ack();
        }
    };
    with(answer, |route| {
        let mut count = 0;
        assert_eq!(route.batch(three, |_, _| count += 1), Err(Error::TimedOut));
        assert_eq!(count, 2);
    });
}

#[test]
fn a_batch_keeps_room_for_its_answers_and_says_how_long_a_buffer_it_takes() {
    let (mut queue, mut buffer) = ([0; 8192], [0; 40 + 300]);
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| answers.ack();
    let mut route = Connection::over(Fake::new(&mut queue, answer), &mut buffer).unwrap();
    let error = route.batch(three, |_, _| panic!("nothing was sent")).unwrap_err();
    let Error::Codec(barelink_codec::Error::Full { needed }) = error else { panic!("{error:?}") };
    let mut buffer = vec![0; needed + 40];
    let (mut queue, mut count) = ([0; 8192], 0);
    let mut route = Connection::over(Fake::new(&mut queue, answer), &mut buffer).unwrap();
    route.batch(three, |_, _| count += 1).unwrap();
    assert_eq!(count, 3);
}

#[test]
fn requests_that_fitted_are_sent_where_the_caller_leaves_it_at_those() {
    let (mut queue, mut buffer) = ([0; 8192], [0; 2 * 40 + 256]);
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| answers.ack();
    let mut route = Connection::over(Fake::new(&mut queue, answer), &mut buffer).unwrap();
    let mut count = 0;
    let fill = |batch: &mut barelink_transport::Requests<'_>| {
        let _ = three_as_they_fit(batch);
        Ok(())
    };
    fn three_as_they_fit(
        batch: &mut barelink_transport::Requests<'_>,
    ) -> Result<(), barelink_codec::Error> {
        (0..3).try_for_each(|index| {
            batch.push(link::SET, header(index), |link| {
                link.put(Link::MTU, 1400);
            })
        })
    }
    route.batch(fill, |_, result| count += usize::from(result.is_ok())).unwrap();
    assert_eq!(count, 2);
}

// Callbacks

#[derive(Default)]
struct Note {
    valid: Vec<i32>,
    heard: Vec<&'static str>,
    stop_at: i32,
}

impl Handler for Note {
    fn valid(&mut self, message: &Message<'_>) -> Action {
        let index = message.read(link::NEW).header.index;
        self.valid.push(index);
        if index == self.stop_at { Action::Stop } else { Action::Ok }
    }
    fn seq_check(&mut self, _: &Message<'_>) -> Action {
        self.heard.push("stray");
        Action::Skip
    }
    fn error(&mut self, _: &Verdict<'_>) -> Action {
        self.heard.push("error");
        Action::Stop
    }
    fn finish(&mut self, _: &Verdict<'_>) -> Action {
        self.heard.push("finish");
        Action::Stop
    }
    fn dump_intr(&mut self) -> Action {
        self.heard.push("interrupted");
        Action::Ok
    }
    fn overrun(&mut self) -> Action {
        self.heard.push("overrun");
        Action::Ok
    }
}

#[test]
fn callbacks_hear_all_and_the_caller_hears_what_went_wrong() {
    let mut requests = 0;
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        requests += 1;
        match requests {
            1 => {
                answers.notify(link::NEW, header(9), |_| {});
                part(answers, 1);
                answers.overrun();
                answers.reply(PART.with(Flags::DUMP_INTR), header(2), |_| {});
                answers.done();
            }
            2 => answers.refuse(1, |_| {}),
            _ => {
                answers.together(|answers| {
                    part(answers, 1);
                    part(answers, 2);
                    answers.done();
                });
            }
        }
    };
    with(answer, |route| {
        let mut note = Note::default();
        let result = route.run(link::GET.dump(), header(0), |_| {}, &mut note);
        assert_eq!(result, Err(Error::Interrupted));
        assert_eq!(note.valid, [1, 2]);
        assert_eq!(note.heard, ["stray", "overrun", "interrupted", "finish"]);

        let mut note = Note::default();
        let refusal = refused(route.run(link::GET.dump(), header(0), |_| {}, &mut note));
        assert_eq!((refusal.errno(), note.heard), (Errno::PERM, vec!["error"]));

        let mut note = Note { stop_at: 1, ..Note::default() };
        assert_eq!(route.run(link::GET.dump(), header(0), |_| {}, &mut note), Ok(()));
        assert_eq!((note.valid, note.heard.len()), (vec![1], 0));
        let mut note = Note::default();
        assert_eq!(route.run(link::GET.dump(), header(0), |_| {}, &mut note), Ok(()));
        assert_eq!((note.valid, note.heard), (vec![1, 2], vec!["finish"]));
    });
}

#[test]
fn callbacks_that_let_it_pass_do_not_keep_a_garbled_datagram_from_the_caller() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.raw(&[7; 40]);
        answers.done();
    };
    with(answer, |route| {
        let result = route.run(link::GET.dump(), header(0), |_| {}, &mut Note::default());
        assert!(matches!(result, Err(Error::Codec(_))), "{result:?}");
    });
}

#[test]
fn a_callback_can_keep_a_request_from_being_sent() {
    struct No;
    impl Handler for No {
        fn msg_out(&mut self, _: &Message<'_>) -> Action {
            Action::Skip
        }
    }
    let answer = |_: &Message<'_>, _: &mut Answers<'_>| panic!("it was sent");
    with(answer, |route| {
        assert_eq!(route.run(link::SET, header(0), |_| {}, &mut No), Ok(()));
    });
}

// Listening

#[test]
fn a_listener_hears_messages_and_what_was_lost() {
    let (mut queue, mut buffer) = ([0; 2048], [0; 256]);
    let mut fake = Fake::new(&mut queue, |_, _| {});
    fake.tell(|kernel| {
        kernel.together(|kernel| {
            kernel.notify(link::NEW, header(1), |_| {});
            kernel.notify(link::DEL, header(2), |_| {});
            kernel.raw(&[0; 32]);
        });
        kernel.foreign(4711, &[16, 0, 0, 0]);
        kernel.overrun();
        kernel.raw(&[]);
        kernel.raw(&[1; 20]);
        kernel.notify(link::NEW, header(3), |link| {
            link.put(Link::IFALIAS, &"long".repeat(60));
        });
        kernel.notify(link::NEW, header(4), |_| {});
    });
    let mut monitor = Monitor::over(fake, &mut buffer);
    let mut heard = vec![];
    loop {
        heard.push(match monitor.next(Some(Duration::ZERO)) {
            Ok(Notice::Message { message, .. }) => {
                format!("{} {}", message.kind, message.read(link::NEW).header.index)
            }
            Ok(Notice::Overrun) => "overrun".into(),
            Ok(Notice::Cut { needed }) => format!("cut {needed}"),
            Ok(Notice::Invalid(_)) => "invalid".into(),
            Ok(other) => format!("{other:?}"),
            Err(error) => {
                assert_eq!(error, Error::TimedOut);
                break;
            }
        });
    }
    assert_eq!(heard, ["16 1", "17 2", "overrun", "invalid", "cut 280", "16 4"]);
    assert_eq!(monitor.foreign(), 1);
}

// The made-up kernel itself

#[test]
fn a_queue_too_short_for_the_answers_says_so() {
    let (mut queue, mut buffer) = ([0; 40], [0; 256]);
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| answers.ack();
    let mut route = Connection::over(Fake::new(&mut queue, answer), &mut buffer).unwrap();
    let full = barelink_codec::Error::Full { needed: 48 };
    assert_eq!(execute(&mut route), Err(Error::Codec(full)));
}

#[test]
fn the_kernels_words_are_kept_up_to_its_own_limit() {
    let long = "x".repeat(200);
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.refuse(22, |details| {
            details.put(Details::MSG, &long);
        });
    };
    with(answer, |route| {
        let refusal = refused(execute(route));
        assert_eq!(refusal.text(), "x".repeat(80));
    });
}
