//! Output context of the commands: writers, names of links, options.

use core::fmt::Display;

use barelink_transport::Channel;

use super::batch::{self, Pending};
use super::links::{LinkName, LinkNames};
use super::names::{Named, Names};
use super::options::Options;
use super::output::Output;
use super::words::{Exit, TextOutput, invalid_argument};

/// Output, error output, link names and options.
pub struct Printer<'a, 'b, C> {
    /// Standard output.
    pub out: Output<'a>,
    /// Error output.
    pub err: &'a mut TextOutput<'b>,
    /// Cache of link names, with the second connection.
    pub links: LinkNames<'b, C>,
    /// Options of the command line.
    pub options: Options<'a>,
    /// Requests not sent yet, in a batch with `-force`.
    pub pending: Option<&'a mut Pending>,
}

impl<C: Channel> Printer<'_, '_, C> {
    /// Returns a link's name.
    pub fn link(&mut self, index: u32) -> LinkName {
        self.links.name(index)
    }

    /// Prints a link's name.
    pub fn device(&mut self, key: &str, template: &str, index: u32) {
        let name = self.link(index);
        self.out.string(key, template, &name);
    }

    /// Returns a number that prints as its name, or as a number with `-Numeric`.
    pub fn named(&self, number: impl Into<u32>, names: Names) -> Named {
        Named::new(number, if self.options.numeric { "" } else { names })
    }

    /// Prints a number as its name, or as a number with `-Numeric`.
    pub fn name(&mut self, key: &str, template: &str, number: impl Into<u32>, names: Names) {
        let named = self.named(number, names);
        self.out.string(key, template, &named);
    }

    /// Prints a list of words, each with a space after it in text.
    pub fn list(&mut self, key: &str, words: &[&dyn Display]) {
        self.out.list(Some(key));
        for word in words {
            self.out.element("{} ", super::output::Value::Text(word));
        }
        self.out.end_list();
    }

    /// Returns the index of a link; pending requests that may change it are sent first.
    #[inline(never)]
    pub fn lookup(&mut self, name: &str) -> Option<u32> {
        match &self.pending {
            None => self.links.index(name),
            Some(pending) if pending.has_links() => {
                batch::send_pending(self);
                self.links.index(name)
            }
            Some(_) => self.links.known_index(name).or_else(|| self.links.index(name)),
        }
    }

    /// Returns the routing table of a VRF; `None` if the link is no VRF.
    pub fn vrf_table(&mut self, name: &str) -> Option<u32> {
        batch::send_pending(self);
        self.links.vrf_table(name)
    }

    /// Returns the index of a link; prints the error of iproute2's `nodev` if there is none.
    pub fn find(&mut self, name: &str) -> Result<u32, Exit> {
        self.lookup(name).ok_or_else(|| {
            writeln!(self.err, "Cannot find device \"{name}\"");
            Exit(1)
        })
    }

    /// Returns the index of a link; prints the error of iproute2's `invarg` with this reason if
    /// there is none.
    pub fn find_or(&mut self, name: &str, why: &str) -> Result<u32, Exit> {
        match self.lookup(name) {
            Some(index) => Ok(index),
            None => Err(invalid_argument(self.err, name, why)),
        }
    }
}
