//! Batches of requests, by a fake kernel.

mod common;

use barelink_codec::control::ExtAck;
use barelink_codec::message::{Flags, Message, MessageType};
use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_transport::testing::{Answers, Fake};
use barelink_transport::{Connection, Errno, Error};
use common::fake::{ack, dumping, execute, header, kernel_error, part, with};

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
