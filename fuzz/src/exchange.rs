//! Datagrams received by an exchange and by callbacks.

use barelink_codec::control::Status;
use barelink_codec::family::Family;
use barelink_codec::handler::{Debug, Verbose, dispatch};
use barelink_codec::{Action, Error, Exchange, ExchangeEvent, Handler, Message, Messages};

use crate::input::Input;
use crate::sets::families;

/// Handler that counts its calls and returns actions from the input.
#[derive(Debug, Default, Clone)]
struct Script<'a> {
    answers: &'a [u8],
    calls: usize,
    stopped: bool,
    valid: usize,
    ends: usize,
    messages: usize,
    interrupted: usize,
    accepted: usize,
}

impl Script<'_> {
    fn answer(&mut self) -> Action {
        assert!(!self.stopped, "a callback after one that returned Stop");
        let answer = self.answers.get(self.calls % self.answers.len().max(1)).copied().unwrap_or(0);
        self.calls += 1;
        match answer & 7 {
            7 => {
                self.stopped = true;
                Action::Stop
            }
            6 => Action::Skip,
            _ => Action::Ok,
        }
    }
}

impl Handler for Script<'_> {
    fn msg_in(&mut self, _: &Message<'_>) -> Action {
        self.messages += 1;
        self.answer()
    }
    fn valid(&mut self, _: &Message<'_>) -> Action {
        self.valid += 1;
        self.answer()
    }
    fn ack(&mut self, status: &Status<'_>) -> Action {
        assert_eq!(status.errno, 0);
        self.ends += 1;
        self.answer()
    }
    fn finish(&mut self, status: &Status<'_>) -> Action {
        assert_eq!(status.errno, 0);
        self.ends += 1;
        self.answer()
    }
    fn error(&mut self, status: &Status<'_>) -> Action {
        assert!(status.errno > 0);
        self.ends += 1;
        self.answer()
    }
    fn dump_intr(&mut self) -> Action {
        self.interrupted += 1;
        self.answer()
    }
    fn overrun(&mut self) -> Action {
        self.answer()
    }
    fn skipped(&mut self, _: &Message<'_>) -> Action {
        self.answer()
    }
    fn seq_check(&mut self, _: &Message<'_>) -> Action {
        let answer = self.answer();
        self.accepted += usize::from(answer == Action::Ok);
        answer
    }
    fn send_ack(&mut self, _: &Message<'_>) -> Action {
        self.answer()
    }
    fn invalid(&mut self, _: Error) -> Action {
        self.answer()
    }
}

fn family(message: &Message<'_>) -> Option<&'static Family> {
    families().find(|family| family.row(message).is_some())
}

/// Plays a script: sequence number, port, flags, actions; then datagrams, each after its length.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let (seq, port, flags) = (input.word(), input.word(), input.byte());
    let len = usize::from(input.byte() & 31);
    let answers = input.bytes(len);
    let mut exchange = Exchange::new(seq);
    if flags & 1 != 0 {
        exchange = exchange.to_port(port);
    }
    if flags & 2 != 0 {
        exchange = exchange.single();
    }
    let mut datagrams = Vec::new();
    while !input.0.is_empty() && datagrams.len() < 64 {
        let len = usize::from(input.short());
        datagrams.push(input.bytes(len));
    }
    follow(exchange, &datagrams, flags & 2 != 0);
    call_back(exchange, &datagrams, answers);
}

fn follow(mut exchange: Exchange, datagrams: &[&[u8]], single: bool) {
    let mut ends = 0;
    for datagram in datagrams {
        for message in Messages::new(datagram).map_while(Result::ok) {
            let (before, owns) = (exchange, exchange.owns(&message));
            let ended = match exchange.step(message) {
                ExchangeEvent::Ack(status) => {
                    assert_eq!(status.errno, 0);
                    true
                }
                ExchangeEvent::Finish { interrupted, status } => {
                    assert_eq!((status.errno, interrupted), (0, exchange.is_interrupted()));
                    true
                }
                ExchangeEvent::Error(status) => {
                    assert!(status.errno > 0);
                    true
                }
                ExchangeEvent::Valid(_) => {
                    assert!(owns);
                    single
                }
                ExchangeEvent::Stray(_) => {
                    assert!(!owns);
                    false
                }
                ExchangeEvent::Invalid(..) => {
                    assert!(owns);
                    true
                }
                _ => false,
            };
            assert!(!(ended && before.is_done()), "an end after the end");
            assert_eq!(exchange.is_done(), before.is_done() || ended);
            ends += usize::from(ended);
        }
    }
    assert!(ends <= 1, "{ends} ends");
}

fn call_back(exchange: Exchange, datagrams: &[&[u8]], answers: &[u8]) {
    let quiet = Script { answers, ..Script::default() };
    let play = |handler: &mut dyn FnMut(&[u8], &mut Exchange) -> Action| {
        let mut exchange = exchange;
        for datagram in datagrams {
            if handler(datagram, &mut exchange) == Action::Stop {
                break;
            }
        }
    };
    let mut alone = quiet.clone();
    play(&mut |datagram, exchange| dispatch(datagram, Some(exchange), &mut alone));
    // One end of its own, and one for each message of others that `seq_check` accepted.
    assert!(alone.ends <= 1 + alone.accepted && alone.interrupted <= 1 + alone.accepted);

    // The printing handlers change no result.
    let mut out = String::new();
    let mut verbose = Verbose { inner: quiet.clone(), out: &mut out };
    play(&mut |datagram, exchange| dispatch(datagram, Some(exchange), &mut verbose));
    assert_eq!((verbose.inner.calls, verbose.inner.valid), (alone.calls, alone.valid));
    let mut debug = Debug { inner: quiet.clone(), out: &mut out, family };
    play(&mut |datagram, exchange| dispatch(datagram, Some(exchange), &mut debug));
    assert_eq!((debug.inner.calls, debug.inner.valid), (alone.calls, alone.valid));

    let mut listener = quiet;
    play(&mut |datagram, _| dispatch(datagram, None, &mut listener));
    assert!(listener.valid <= listener.messages);
}
