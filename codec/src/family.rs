//! Families: the messages of a kind of object, or of a generic netlink family, as data.

use core::fmt;

use crate::message::{MIN_TYPE, Message};
use crate::schema::{Layout, TableFn};

/// A family of messages: those of one kind of object, or those of a generic family.
pub struct Family {
    /// Its name: `route/link`, or the generic family's own.
    pub name: &'static str,
    /// What its messages are headed by.
    pub header: &'static Layout,
    /// Its messages, sorted by number.
    pub messages: &'static [MessageRow],
    /// The names of a generic family's multicast groups.
    pub groups: &'static [&'static str],
    /// Whether it is a generic family, whose messages are told apart by a command.
    pub generic: bool,
}

/// A message of a family.
pub struct MessageRow {
    /// The number of its kind; of a generic family's, the command.
    pub number: u16,
    /// Its name.
    pub name: &'static str,
    /// Which attributes it carries.
    pub table: TableFn,
}

impl Family {
    /// The number that this family knows the message by: its kind, or in a generic family the
    /// command, which is the first byte of the payload.
    pub fn number(&self, message: &Message<'_>) -> u16 {
        match message.payload.first() {
            Some(command) if self.generic => (*command).into(),
            _ => message.message_type,
        }
    }

    /// What the family has for this message; nothing for netlink's own messages, which no generic
    /// family has commands for.
    pub fn row(&self, message: &Message<'_>) -> Option<&'static MessageRow> {
        let own = self.generic && message.message_type < MIN_TYPE;
        self.message(self.number(message)).filter(|_| !own)
    }

    /// The message of this number.
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
