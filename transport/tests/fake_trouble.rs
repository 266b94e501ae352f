//! Small buffers, abandoned requests, foreign senders, callbacks, monitors: by a fake kernel.

mod common;

use std::time::{Duration, Instant};

use barelink_codec::control::{ExtAck, Status};
use barelink_codec::handler::{Action, Handler};
use barelink_codec::message::{Flags, Message, MessageType, Messages};
use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_transport::testing::{Answers, Fake};
use barelink_transport::{
    Channel, Connection, Deadline, Errno, Error, Monitor, MonitorEvent, Received,
};
use common::fake::{PART, ack, dump, dumping, execute, header, kernel_error, part, with};

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
    test(&mut Connection::with_channel(Fake::new(&mut queue, answer), &mut buffer).unwrap())
}

#[test]
fn a_request_longer_than_the_buffer_reports_the_needed_length() {
    small(4, |route| {
        let error = route.execute(link::DEL, header(7), |_| {}).unwrap_err();
        assert!(
            matches!(error, Error::Codec(barelink_codec::Error::Full { needed: 68 })),
            "{error:?}"
        );
    });
}

#[test]
fn a_request_without_space_for_its_ack_is_not_sent() {
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
fn a_truncated_reply_reports_both_lengths() {
    small(32 + 40, |route| {
        let error = route.get(link::GET, header(7), |_| {}).unwrap_err();
        assert_eq!(error, Error::DatagramTruncated { needed: 44, room: 40 });
        let start = Instant::now();
        assert!(route.execute(link::DEL, header(7), |_| {}).is_err());
        assert!(start.elapsed() < Duration::from_secs(2), "lost replies are not waited for");
    });
}

#[test]
fn an_ack_that_does_not_fit_behind_the_reply_is_truncated() {
    small(32 + 44 + 35, |route| {
        let error = route.get(link::GET, header(7), |_| {}).unwrap_err();
        assert_eq!(error, Error::DatagramTruncated { needed: 36, room: 35 });
    });
    small(32 + 44 + 36, |route| {
        assert_eq!(route.get(link::GET, header(7), |_| {}).unwrap().header.index, 7);
    });
}

#[test]
fn a_truncated_dump_reply_is_an_error_and_others_follow() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        part(answers, 1);
        answers.truncated(40_000);
        part(answers, 3);
        answers.done();
    };
    with(answer, |route| {
        let mut links = route.dump(link::GET, header(0), |_| {}).unwrap();
        assert_eq!(links.next().unwrap().unwrap().header.index, 1);
        assert!(matches!(
            links.next().err(),
            Some(Error::DatagramTruncated { needed: 40_000, .. })
        ));
        assert_eq!(links.next().unwrap().unwrap().header.index, 3);
        assert!(links.next().unwrap().is_none());
    });
}

// Abandoned requests

#[test]
fn an_abandoned_dump_does_not_end_the_next_request() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        if request.flags.contains(Flags::DUMP) {
            part(answers, 1);
            part(answers, 2);
            answers.done();
        } else {
            answers.error(19, |_| {});
        }
    };
    with(answer, |route| {
        for read in [0, 1, 2] {
            let mut links = route.dump(link::GET, header(0), |_| {}).unwrap();
            for _ in 0..read {
                links.next().unwrap().unwrap();
            }
            assert_eq!(kernel_error(execute(route)).errno(), Errno::NODEV, "after {read} replies");
            assert_eq!(dump(route), (vec![1, 2], Ok(())));
        }
    });
}

#[test]
fn an_abandoned_dump_with_done_received_needs_no_drain() {
    let answer = dumping(|answers| {
        answers.coalesce(|answers| {
            part(answers, 1);
            part(answers, 2);
            answers.done();
        });
    });
    with(answer, |route| {
        let mut links = route.dump(link::GET, header(0), |_| {}).unwrap();
        links.next().unwrap().unwrap();
        assert_eq!(execute(route), Ok(()));
    });
}

#[test]
fn truncation_and_overrun_of_an_abandoned_dump_are_ignored() {
    let answer = dumping(|answers| {
        part(answers, 1);
        answers.overrun();
        answers.truncated(40_000);
        answers.done();
    });
    with(answer, |route| {
        let mut links = route.dump(link::GET, header(0), |_| {}).unwrap();
        links.next().unwrap().unwrap();
        assert_eq!(execute(route), Ok(()));
    });
}

#[test]
fn an_overrun_in_a_dump_is_an_error_and_the_next_request_works() {
    let answer = dumping(|answers| {
        part(answers, 1);
        answers.overrun();
        part(answers, 2);
        answers.done();
    });
    with(answer, |route| {
        assert_eq!(dump(route), (vec![1], Err(Error::Overrun)));
        assert_eq!(execute(route), Ok(()));
    });
}

#[test]
fn a_late_reply_does_not_answer_the_next_request() {
    let mut requests = 0;
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        requests += 1;
        if requests == 1 {
            answers.drop_reply();
            answers.ack();
        } else {
            answers.error(19, |_| {});
        }
    };
    with(answer, |route| {
        assert_eq!(execute(route), Err(Error::TimedOut));
        assert_eq!(kernel_error(execute(route)).errno(), Errno::NODEV);
    });
}

// Foreign senders

#[test]
fn datagrams_not_from_the_kernel_are_dropped_and_counted() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        answers.foreign(4711, &ack(request.seq, 1, 20));
        answers.error(19, |_| {});
    };
    with(answer, |route| {
        assert_eq!(kernel_error(execute(route)).errno(), Errno::NODEV);
        assert_eq!(route.stats().foreign, 1);
    });
}

/// Sender of datagrams without end.
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
fn a_flood_keeps_the_requests_timeout() {
    struct Quiet;
    impl Handler for Quiet {}
    let limit = Some(Duration::from_millis(30));
    for from in [0, 4711] {
        let mut buffer = [0; 1024];
        let mut route = Connection::with_channel(Flood { from, seq: 0 }, &mut buffer).unwrap();
        route.set_timeout(limit);
        let start = Instant::now();
        assert_eq!(execute(&mut route), Err(Error::TimedOut), "from {from}");
        assert_eq!(dump(&mut route).1, Err(Error::TimedOut), "from {from}");
        assert!(
            route.request_with_handler(link::SET, header(1), |_| {}, &mut Quiet).is_err(),
            "from {from}"
        );
        let batch = route.batch(|batch| batch.push(link::SET, header(1), |_| {}), |_, _| {});
        assert_eq!(batch, Err(Error::TimedOut), "from {from}");
        assert!(start.elapsed() < Duration::from_secs(2), "from {from}: {:?}", start.elapsed());
        let counters = route.stats();
        assert!(counters.foreign > 0 || from == 0);
        assert!(counters.stray > 0 || from != 0);
    }
}

#[test]
fn a_flood_of_foreign_datagrams_keeps_the_monitors_timeout() {
    let mut buffer = [0; 1024];
    let mut monitor = Monitor::with_channel(Flood { from: 4711, seq: 0 }, &mut buffer);
    let start = Instant::now();
    assert_eq!(monitor.next(Some(Duration::from_millis(30))).err(), Some(Error::TimedOut));
    assert!(start.elapsed() < Duration::from_secs(2));
    assert!(monitor.foreign() > 0);
}

// Callbacks

#[derive(Default)]
struct Log {
    valid: Vec<i32>,
    events: Vec<&'static str>,
    stop_at: i32,
}

impl Handler for Log {
    fn valid(&mut self, message: &Message<'_>) -> Action {
        let index = message.read(link::NEW).header.index;
        self.valid.push(index);
        if index == self.stop_at { Action::Stop } else { Action::Ok }
    }
    fn seq_check(&mut self, _: &Message<'_>) -> Action {
        self.events.push("stray");
        Action::Skip
    }
    fn error(&mut self, _: &Status<'_>) -> Action {
        self.events.push("error");
        Action::Stop
    }
    fn finish(&mut self, _: &Status<'_>) -> Action {
        self.events.push("finish");
        Action::Stop
    }
    fn dump_intr(&mut self) -> Action {
        self.events.push("interrupted");
        Action::Ok
    }
    fn overrun(&mut self) -> Action {
        self.events.push("overrun");
        Action::Ok
    }
}

#[test]
fn callbacks_get_all_messages_and_the_caller_the_error() {
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
            2 => answers.error(1, |_| {}),
            _ => {
                answers.coalesce(|answers| {
                    part(answers, 1);
                    part(answers, 2);
                    answers.done();
                });
            }
        }
    };
    with(answer, |route| {
        let mut log = Log::default();
        let result = route.request_with_handler(link::GET.dump(), header(0), |_| {}, &mut log);
        assert_eq!(result, Err(Error::Interrupted));
        assert_eq!(log.valid, [1, 2]);
        assert_eq!(log.events, ["stray", "overrun", "interrupted", "finish"]);

        let mut log = Log::default();
        let error =
            kernel_error(route.request_with_handler(link::GET.dump(), header(0), |_| {}, &mut log));
        assert_eq!((error.errno(), log.events), (Errno::PERM, vec!["error"]));

        let mut log = Log { stop_at: 1, ..Log::default() };
        assert_eq!(
            route.request_with_handler(link::GET.dump(), header(0), |_| {}, &mut log),
            Ok(())
        );
        assert_eq!((log.valid, log.events.len()), (vec![1], 0));
        let mut log = Log::default();
        assert_eq!(
            route.request_with_handler(link::GET.dump(), header(0), |_| {}, &mut log),
            Ok(())
        );
        assert_eq!((log.valid, log.events), (vec![1, 2], vec!["finish"]));
    });
}

#[test]
fn a_malformed_datagram_is_an_error_despite_the_callbacks() {
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        answers.raw(&[7; 40]);
        answers.done();
    };
    with(answer, |route| {
        let result =
            route.request_with_handler(link::GET.dump(), header(0), |_| {}, &mut Log::default());
        assert!(matches!(result, Err(Error::Codec(_))), "{result:?}");
    });
}

#[test]
fn a_warning_is_kept_after_request_with_handler() {
    let mut requests = 0;
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| {
        requests += 1;
        if requests == 1 {
            answers.warn(|details| {
                details.put(ExtAck::MSG, "leftovers").put(ExtAck::OFFS, 32);
            });
        } else {
            answers.abort_dump(0, |details| {
                details.put(ExtAck::MSG, "not all");
            });
        }
    };
    with(answer, |route| {
        let fill = |link: &mut barelink_codec::Writer<'_, Link>| {
            link.put(Link::MTU, 1400);
        };
        route.request_with_handler(link::SET, header(7), fill, &mut Log::default()).unwrap();
        assert_eq!(route.warning().unwrap().to_string(), "leftovers: attribute Link.MTU");
        route
            .request_with_handler(link::GET.dump(), header(0), |_| {}, &mut Log::default())
            .unwrap();
        assert_eq!(route.warning().unwrap().text(), "not all");
    });
}

#[test]
fn msg_out_can_prevent_sending() {
    struct No;
    impl Handler for No {
        fn msg_out(&mut self, _: &Message<'_>) -> Action {
            Action::Skip
        }
    }
    let answer = |_: &Message<'_>, _: &mut Answers<'_>| panic!("the request was sent");
    with(answer, |route| {
        assert_eq!(route.request_with_handler(link::SET, header(0), |_| {}, &mut No), Ok(()));
    });
}

// Monitors

#[test]
fn a_monitor_reports_messages_and_losses() {
    let (mut queue, mut buffer) = ([0; 2048], [0; 256]);
    let mut fake = Fake::new(&mut queue, |_, _| {});
    fake.push(|kernel| {
        kernel.coalesce(|kernel| {
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
    let mut monitor = Monitor::with_channel(fake, &mut buffer);
    let mut events = vec![];
    loop {
        events.push(match monitor.next(Some(Duration::ZERO)) {
            Ok(MonitorEvent::Message { message, .. }) => {
                format!("{} {}", message.message_type, message.read(link::NEW).header.index)
            }
            Ok(MonitorEvent::Overrun) => "overrun".into(),
            Ok(MonitorEvent::DatagramTruncated { needed }) => format!("truncated {needed}"),
            Ok(MonitorEvent::Invalid(_)) => "invalid".into(),
            Ok(other) => format!("{other:?}"),
            Err(error) => {
                assert_eq!(error, Error::TimedOut);
                break;
            }
        });
    }
    assert_eq!(events, ["16 1", "17 2", "overrun", "invalid", "truncated 280", "16 4"]);
    assert_eq!(monitor.foreign(), 1);
}

#[test]
fn a_notification_may_have_the_type_of_done() {
    // Notifications of the connector have the type of NLMSG_DONE.
    let (mut queue, mut buffer) = ([0; 256], [0; 256]);
    let mut fake = Fake::new(&mut queue, |_, _| {});
    fake.push(|kernel| kernel.notify(MessageType::<LinkHeader, Link>::new(3), header(9), |_| {}));
    let mut monitor = Monitor::with_channel(fake, &mut buffer);
    let Ok(MonitorEvent::Message { message, .. }) = monitor.next(None) else { panic!() };
    assert_eq!((message.message_type, message.read(link::NEW).header.index), (3, 9));
}

// The fake kernel itself

#[test]
fn a_queue_too_short_for_replies_is_full() {
    let (mut queue, mut buffer) = ([0; 40], [0; 256]);
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| answers.ack();
    let mut route = Connection::with_channel(Fake::new(&mut queue, answer), &mut buffer).unwrap();
    let full = barelink_codec::Error::Full { needed: 48 };
    assert_eq!(execute(&mut route), Err(Error::Codec(full)));
}

#[test]
fn a_queue_too_short_for_padding_is_full() {
    let (mut queue, mut buffer) = ([0; 15], [0; 64]);
    let mut fake = Fake::new(&mut queue, |_, _| {});
    fake.push(|kernel| kernel.raw(&[1, 2, 3]));
    fake.push(|_| {});
    let full = barelink_codec::Error::Full { needed: 16 };
    assert_eq!(fake.receive(&mut buffer, None), Err(Error::Codec(full)));
}
