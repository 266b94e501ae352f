//! Small buffers, abandoned requests, foreign senders, batches, callbacks: by a fake kernel.

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

// Batches

fn index(request: &Message<'_>) -> i32 {
    request.read(link::SET).header.index
}

fn add_three(batch: &mut barelink_transport::Requests<'_>) -> Result<(), barelink_codec::Error> {
    for index in 0..3 {
        batch.push(link::SET, header(index), |link| {
            link.put(Link::MTU, 1400);
        })?;
    }
    assert_eq!(batch.count(), 3);
    Ok(())
}

#[test]
fn a_batch_reports_the_result_of_each_request() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| match index(request) {
        1 => answers.error(34, |details| {
            details.put(ExtAck::MSG, "out of range").put(ExtAck::OFFS, 32);
        }),
        2 => answers.warn(|details| {
            details.put(ExtAck::MSG, "deprecated");
        }),
        _ => answers.ack(),
    };
    with(answer, |route| {
        let mut results = vec![];
        route.batch(add_three, |index, result| results.push((index, result))).unwrap();
        assert_eq!(results.len(), 3);
        assert_eq!(results[0], (0, Ok(())));
        let error = results[1].1.unwrap_err();
        assert_eq!((results[1].0, error.errno(), error.text()), (1, Errno::RANGE, "out of range"));
        assert_eq!(error.path.numbers(), [4]);
        if cfg!(feature = "names") {
            assert_eq!(error.path.to_string(), "Link.MTU");
        }
        assert_eq!(results[2], (2, Ok(())));
        assert_eq!(route.warning().unwrap().text(), "deprecated");
        assert_eq!(execute(route), Ok(()));
    });
}

#[test]
fn a_batch_of_several_types_names_the_attributes_of_each() {
    use barelink_codec::rtnl::addr::{self, Addr, AddrHeader};
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        let head = if request.message_type == addr::NEW.number() { 8 } else { 16 };
        answers.error(22, |details| {
            details.put(ExtAck::OFFS, 16 + head);
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
            // Another set of the same message type: no name is better than a wrong one.
            batch.push(MessageType::<LinkHeader, ExtAck>::new(18), header(1), |details| {
                details.put(ExtAck::OFFS, 1);
            })?;
            batch.push(link::GET, header(1), |link| {
                link.put(Link::MTU, 1400);
            })
        };
        let each = |_, result: Result<(), barelink_transport::KernelError>| {
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
fn an_encoded_request_is_batched_like_others() {
    let mut sent = Vec::new();
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        sent.push((request.message_type, request.flags.0, request.payload.to_vec()));
        answers.error(34, |details| {
            details.put(ExtAck::OFFS, 32);
        });
    };
    let (mut queue, mut buffer) = ([0; 4096], [0; 4096]);
    let mut route = Connection::with_channel(Fake::new(&mut queue, answer), &mut buffer).unwrap();
    let mut room = [0; 64];
    let built = link::NEW.create().build(&mut room, 0, LinkHeader::default(), |link| {
        link.put(Link::MTU, 9);
    });
    let built = built.unwrap()[16..].to_vec();
    let mut paths = Vec::new();
    let fill = |batch: &mut barelink_transport::Requests<'_>| {
        batch.push_encoded(link::NEW.create(), &built)?;
        batch.push(link::NEW.create(), LinkHeader::default(), |link| {
            link.put(Link::MTU, 9);
        })
    };
    route.batch(fill, |_, result| paths.push(result.unwrap_err().path)).unwrap();
    assert_eq!(paths[0].numbers(), [Link::MTU.number()]);
    assert_eq!(paths[0], paths[1]);
    assert_eq!(sent[0], sent[1]);
    assert_eq!(sent[0].2, built);
}

#[test]
fn an_encoded_request_is_sent_and_rejected_like_others() {
    let mut sent = Vec::new();
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        sent.push((request.message_type, request.flags.0, request.payload.to_vec()));
        match sent.len() {
            1 => {
                for index in 1..3 {
                    answers.reply(link::NEW, header(index), |_| {});
                }
                answers.done();
            }
            _ => answers.error(34, |details| {
                details.put(ExtAck::OFFS, 32);
            }),
        }
    };
    let (mut queue, mut buffer) = ([0; 4096], [0; 4096]);
    let mut route = Connection::with_channel(Fake::new(&mut queue, answer), &mut buffer).unwrap();
    let mut room = [0; 64];
    let built = link::GET.build(&mut room, 0, header(0), |link| {
        link.put(Link::MTU, 9);
    });
    let built = built.unwrap()[16..].to_vec();
    let mut indexes = Vec::new();
    let mut replies = route.send_encoded(link::GET.dump(), &built).unwrap();
    while let Some(message) = replies.next_message().unwrap() {
        indexes.push(message.read(link::NEW).header.index);
    }
    assert_eq!(indexes, [1, 2]);
    let mut replies = route.send_encoded(link::GET.with(Flags::ACK), &built).unwrap();
    let error = kernel_error(replies.next_message());
    assert_eq!(error.path.numbers(), [Link::MTU.number()]);
    if cfg!(feature = "names") {
        assert_eq!(error.path.to_string(), "Link.MTU");
    }
    let flags = [Flags::REQUEST | Flags::DUMP, Flags::REQUEST | Flags::ACK].map(|flags| flags.0);
    let get = link::GET.number();
    assert_eq!(sent, [(get, flags[0], built.clone()), (get, flags[1], built)]);
}

#[test]
fn a_batch_reads_several_acks_in_one_datagram() {
    let mut waiting = vec![];
    let answer = move |request: &Message<'_>, answers: &mut Answers<'_>| {
        waiting.extend(ack(request.seq, 1, 20));
        if waiting.len() == 3 * 36 {
            answers.raw(&waiting);
        }
    };
    with(answer, |route| {
        let mut indexes = vec![];
        route.batch(add_three, |index, result| indexes.push((index, result.is_ok()))).unwrap();
        assert_eq!(indexes, [(0, true), (1, true), (2, true)]);
    });
}

#[test]
fn lost_replies_to_a_batch_are_an_overrun() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| match index(request) {
        1 => answers.overrun(),
        _ => answers.ack(),
    };
    with(answer, |route| {
        let mut count = 0;
        assert_eq!(route.batch(add_three, |_, _| count += 1), Err(Error::Overrun));
        assert_eq!(count, 1);
        // Late replies do not answer the next request.
        assert_eq!(route.batch(|_| Ok(()), |_, _| {}), Ok(()));
        route.execute(link::SET, header(0), |_| {}).unwrap();
    });
}

#[test]
fn a_dump_in_a_batch_ends_with_done() {
    let answer = dumping(|answers| {
        part(answers, 1);
        answers.done();
    });
    with(answer, |route| {
        let mut indexes = vec![];
        let fill = |batch: &mut barelink_transport::Requests<'_>| {
            batch.push(link::GET.dump(), header(0), |_| {})?;
            batch.push(link::SET, header(1), |_| {})
        };
        route.batch(fill, |index, result| indexes.push((index, result.is_ok()))).unwrap();
        assert_eq!(indexes, [(0, true), (1, true)]);
    });
}

#[test]
fn a_batch_with_a_missing_ack_times_out() {
    let answer = |request: &Message<'_>, answers: &mut Answers<'_>| {
        if index(request) != 1 {
            answers.ack();
        }
    };
    with(answer, |route| {
        let mut count = 0;
        assert_eq!(route.batch(add_three, |_, _| count += 1), Err(Error::TimedOut));
        assert_eq!(count, 2);
    });
}

#[test]
fn a_batch_reserves_reply_space_and_reports_the_needed_length() {
    let (mut queue, mut buffer) = ([0; 8192], [0; 40 + 300]);
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| answers.ack();
    let mut route = Connection::with_channel(Fake::new(&mut queue, answer), &mut buffer).unwrap();
    let error = route.batch(add_three, |_, _| panic!("the batch was sent")).unwrap_err();
    let Error::Codec(barelink_codec::Error::Full { needed }) = error else { panic!("{error:?}") };
    let mut buffer = vec![0; needed + 40];
    let (mut queue, mut count) = ([0; 8192], 0);
    let mut route = Connection::with_channel(Fake::new(&mut queue, answer), &mut buffer).unwrap();
    route.batch(add_three, |_, _| count += 1).unwrap();
    assert_eq!(count, 3);
}

#[test]
fn requests_that_fit_are_sent_if_the_caller_ignores_full() {
    let (mut queue, mut buffer) = ([0; 8192], [0; 2 * 40 + 256]);
    let answer = |_: &Message<'_>, answers: &mut Answers<'_>| answers.ack();
    let mut route = Connection::with_channel(Fake::new(&mut queue, answer), &mut buffer).unwrap();
    let mut count = 0;
    let fill = |batch: &mut barelink_transport::Requests<'_>| {
        let _ = add_three(batch);
        Ok(())
    };
    route.batch(fill, |_, result| count += usize::from(result.is_ok())).unwrap();
    assert_eq!(count, 2);
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
