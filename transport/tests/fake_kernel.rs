//! Replies of every form, by a fake kernel.

mod common;

use barelink_codec::control::ExtAck;
use barelink_codec::message::{Flags, Message, MessageType};
use barelink_codec::rtnl::link::{self, Link, LinkHeader, LinkInfo, Vlan};
use barelink_transport::testing::{Answers, Fake};
use barelink_transport::{Connection, Errno, Error};
use common::fake::{PART, ack, dump, dumping, execute, header, kernel_error, part, with};

// Dumps and DONE

#[test]
fn a_dump_ends_with_done_anywhere_in_a_datagram() {
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
fn a_dump_without_nlm_f_multi_is_read_to_done() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.reply(link::NEW, header(1), |_| {});
        answers.reply(link::NEW, header(2), |_| {});
        answers.done();
    };
    with(answer, |route| assert_eq!(dump(route), (vec![1, 2], Ok(()))));
}

#[test]
fn an_error_in_done_is_a_kernel_error_with_its_text() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        part(answers, 1);
        answers.abort_dump(22, |details| {
            details.put(ExtAck::MSG, "no such thing");
        });
    };
    with(answer, |route| {
        let (parts, end) = dump(route);
        assert_eq!(parts, [1]);
        let error = kernel_error(end);
        assert_eq!((error.errno(), error.text()), (Errno::INVAL, "no such thing"));
    });
}

#[test]
fn done_may_have_no_payload() {
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
fn a_successful_dump_may_carry_a_warning() {
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
fn an_interrupted_dump_returns_all_replies_then_the_error() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.reply(PART.with(Flags::DUMP_INTR), header(1), |_| {});
        part(answers, 2);
        answers.done();
    };
    with(answer, |route| assert_eq!(dump(route), (vec![1, 2], Err(Error::Interrupted))));
}

#[test]
fn dump_consistent_repeats_interrupted_dumps() {
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
        assert_eq!(more, Ok(vec![3]), "replies of the last try only");
    });
}

#[test]
fn a_dump_without_done_times_out() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| part(answers, 1);
    with(answer, |route| assert_eq!(dump(route), (vec![1], Err(Error::TimedOut))));
}

#[test]
fn a_dump_can_continue_after_a_timeout() {
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
        assert!(links.next().unwrap().is_none(), "and still at the end");
    });
}

#[test]
fn an_empty_datagram_is_skipped() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.raw(&[]);
        part(answers, 1);
        answers.raw(&[]);
        answers.done();
    };
    with(answer, |route| assert_eq!(dump(route), (vec![1], Ok(()))));
}

#[test]
fn a_malformed_message_is_an_error_after_those_before_it() {
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
        assert_eq!(execute(route), Ok(()), "the next request works");
    });
}

#[test]
fn zeros_after_the_last_message_are_ignored() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.coalesce(|answers| {
            part(answers, 1);
            answers.raw(&[0; 64]);
        });
        answers.done();
    };
    with(answer, |route| assert_eq!(dump(route), (vec![1], Ok(()))));
}

// Acknowledgements and errors

#[test]
fn a_warning_in_an_ack_is_kept_until_the_next_request() {
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
fn capped_and_uncapped_errors_name_the_attribute_by_path() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.error(34, |details| {
            details.put(ExtAck::MSG, "out of range").put(ExtAck::OFFS, 52);
        });
    };
    let create = |route: &mut Connection<'_, Fake<'_, _>>| {
        kernel_error(route.execute(link::NEW.create(), header(0), |link| {
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
        let error = create(&mut route);
        assert_eq!((error.errno(), error.text()), (Errno::RANGE, "out of range"));
        if cfg!(feature = "names") {
            assert_eq!(error.path.to_string(), "Link.LINKINFO.DATA.ID");
            let text = Error::Kernel(error).to_string();
            assert!(text.ends_with("out of range: attribute Link.LINKINFO.DATA.ID"), "{text}");
        }
        assert_eq!(error.path.numbers(), [18, 2, 1]);
    }
}

#[test]
fn a_missing_attribute_is_named() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.error(22, |details| {
            details.put(ExtAck::MISS_TYPE, 3);
        });
    };
    with(answer, |route| {
        assert_eq!(kernel_error(execute(route)).path.numbers(), [3]);
    });
}

#[test]
fn every_errno_is_kept_exactly() {
    for errno in [1, 2, 16, 17, 95, 113, 131, 524] {
        let answer = |_: &Message<'_>, answers: &mut Answers<'_>| answers.error(errno, |_| {});
        with(answer, |route| assert_eq!(kernel_error(execute(route)).errno, errno));
    }
}

#[test]
fn an_errno_above_4095_is_an_error() {
    for errno in [4095, 4096, 65_536, 65_558, i32::MAX] {
        let answer = |_: &Message<'_>, answers: &mut Answers<'_>| answers.error(errno, |_| {});
        with(answer, |route| {
            let error = kernel_error(execute(route));
            assert_eq!(error.errno, errno);
            assert_eq!(error.errno().raw_os_error(), 4095);
            assert_eq!(error.to_string(), format!("errno {errno}"));
        });
    }
}

#[test]
fn the_errno_of_a_warning_is_zero_as_number() {
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
fn eperm_names_the_capability() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| answers.error(1, |_| {});
    with(answer, |route| {
        let text = execute(route).unwrap_err().to_string();
        assert!(text.contains("CAP_NET_ADMIN"), "{text}");
    });
}

#[test]
fn an_error_without_extended_ack_is_a_kernel_error() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        // Before Linux 4.12: no flags, no extended acknowledgement, the whole request quoted.
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
        let error = kernel_error(execute(route));
        assert_eq!((error.errno(), error.text()), (Errno::OPNOTSUPP, ""));
        assert!(error.path.is_empty());
    });
}

#[test]
fn an_error_message_without_header_is_malformed() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        answers.raw(&ack(request.seq, 1, 4));
    };
    with(answer, |route| {
        assert!(matches!(execute(route), Err(Error::Codec(_))));
    });
}

#[test]
fn an_ack_of_another_request_is_stray() {
    // After an acknowledgement of another request, and an echo.
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        answers.raw(&ack(request.seq.wrapping_sub(1), 1, 20));
        answers.reply(link::NEW, header(7), |_| {});
        answers.error(19, |_| {});
    };
    with(answer, |route| {
        assert_eq!(kernel_error(execute(route)).errno(), Errno::NODEV);
        assert_eq!(route.stats().stray, 1);
    });
}

#[test]
fn a_reply_to_another_port_is_stray() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        answers.raw(&ack(request.seq, 2, 20));
        answers.error(19, |_| {});
    };
    with(answer, |route| assert_eq!(kernel_error(execute(route)).errno(), Errno::NODEV));
}

#[test]
fn an_echo_is_a_reply_and_the_ack_ends_the_request() {
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
fn notifications_before_an_ack_are_skipped_and_counted() {
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
fn a_noop_message_is_skipped() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.reply(MessageType::<(), ()>::new(1), (), |_| {}); // NOOP
        answers.ack();
    };
    with(answer, |route| assert_eq!(execute(route), Ok(())));
}

#[test]
fn an_overrun_message_is_an_overrun() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.reply(MessageType::<(), ()>::new(4), (), |_| {}); // OVERRUN
        answers.ack();
    };
    with(answer, |route| assert_eq!(execute(route), Err(Error::Overrun)));
}

// Getting one object

#[test]
fn get_returns_the_reply_and_takes_the_ack() {
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
fn an_ack_without_a_reply_is_no_reply() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| answers.ack();
    with(answer, |route| {
        assert_eq!(route.get(link::GET, header(7), |_| {}).err(), Some(Error::NoReply));
    });
}

#[test]
fn a_second_reply_to_get_is_stray() {
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
fn request_one_takes_a_single_reply_without_ack() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.reply(link::NEW, header(7), |_| {});
    };
    with(answer, |route| {
        assert_eq!(route.request_one(link::GET, header(7), |_| {}).unwrap().header.index, 7);
        assert_eq!(route.request_one(link::GET, header(7), |_| {}).unwrap().header.index, 7);
    });
}

#[test]
fn a_long_text_of_the_kernel_is_truncated_with_an_ellipsis() {
    // A text of the bonding driver.
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
            let error = kernel_error(execute(route));
            assert_eq!(error.text(), &text[..kept]);
            assert!(error.to_string().ends_with(shown), "{error}");
        });
    }
}
