//! Sockets of the manager: steps of the script happen during a call, and calls fail.

use std::cell::RefCell;
use std::rc::Rc;

use barelink_transport::{Channel, Deadline, Error, Received};

use super::Kernel;
use super::messages::PORT;
use super::queue::deliver;

/// Event socket or request socket of the manager.
#[derive(Debug)]
pub struct Port<'a> {
    pub kernel: Rc<RefCell<Kernel<'a>>>,
    pub events: bool,
}

impl Channel for Port<'_> {
    fn port(&mut self) -> Result<u32, Error> {
        Ok(PORT)
    }
    fn send(&mut self, datagram: &[u8], _: Option<Deadline>) -> Result<(), Error> {
        assert!(!self.events, "a request on the event socket");
        let mut kernel = self.kernel.borrow_mut();
        kernel.meanwhile();
        kernel.fail(true)?;
        kernel.dump_request(datagram);
        Ok(())
    }
    fn receive(&mut self, buffer: &mut [u8], by: Option<Deadline>) -> Result<Received, Error> {
        assert!(by.is_some_and(|by| by.has_passed()), "a receive that blocks");
        let mut kernel = self.kernel.borrow_mut();
        match self.events {
            true => kernel.receive_event(buffer),
            false => kernel.receive_part(buffer),
        }
    }
}

impl Kernel<'_> {
    /// Plays the steps of the script that happen during a call.
    fn meanwhile(&mut self) {
        if self.busy == 0 {
            return;
        }
        self.busy -= 1;
        while !self.script.0.is_empty() {
            let step = self.script.byte();
            self.step(step);
            if step & 0x80 == 0 {
                break;
            }
        }
    }

    fn fail(&mut self, sending: bool) -> Result<(), Error> {
        match self.failing.take_if(|(send, _)| *send == sending) {
            Some((_, error)) => {
                self.failed = Some(error);
                Err(error)
            }
            None => Ok(()),
        }
    }

    fn receive_event(&mut self, buffer: &mut [u8]) -> Result<Received, Error> {
        self.meanwhile();
        self.fail(false)?;
        let item = self.events.next().ok_or(Error::TimedOut)?;
        self.expected.event(&item);
        deliver(item, buffer)
    }

    fn receive_part(&mut self, buffer: &mut [u8]) -> Result<Received, Error> {
        self.meanwhile();
        if self.delay > 0 {
            self.delay -= 1;
            return Err(Error::TimedOut);
        }
        let item = self.replies.pop_front().ok_or(Error::TimedOut)?;
        self.make_part();
        self.expected.part(&item);
        deliver(item, buffer)
    }
}
