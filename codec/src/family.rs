//! Families as data: the messages of a kind of object, or of a generic netlink family.

use core::fmt;

use crate::message::{MIN_TYPE, Message};
use crate::schema::{Layout, TableFn};

/// Messages of a kind of object, or of a generic netlink family.
pub struct Family {
    /// Name: `route/link`, or the generic family's own.
    pub name: &'static str,
    /// Layout of the header ahead of the attributes.
    pub header: &'static Layout,
    /// Messages, sorted by number.
    pub messages: &'static [MessageRow],
    /// Names of a generic family's multicast groups.
    pub groups: &'static [&'static str],
    /// `true` for a generic family, whose messages are distinguished by a command.
    pub generic: bool,
}

/// Message type of a family, or command of a generic family.
pub struct MessageRow {
    /// Message type, `nlmsg_type`; the command of a generic family.
    pub number: u16,
    /// Name of the message type or command.
    pub name: &'static str,
    /// Attribute set of the message.
    pub table: TableFn,
}

impl Family {
    /// Returns the number that distinguishes the message: its type, or in a generic family the
    /// command, the first byte of the payload.
    pub fn number(&self, message: &Message<'_>) -> u16 {
        match message.payload.first() {
            Some(command) if self.generic => (*command).into(),
            _ => message.message_type,
        }
    }

    /// Returns the row of this message; `None` for netlink's control messages in a generic family.
    pub fn row(&self, message: &Message<'_>) -> Option<&'static MessageRow> {
        let own = self.generic && message.message_type < MIN_TYPE;
        self.message(self.number(message)).filter(|_| !own)
    }

    /// Returns the row of this message type or command.
    pub fn message(&self, number: u16) -> Option<&'static MessageRow> {
        self.messages.iter().find(|row| row.number == number)
    }
}

impl fmt::Debug for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Debug for MessageRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} => {}: {:?}", self.number, self.name, (self.table)())
    }
}
