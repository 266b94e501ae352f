//! What every object needs to print itself: where to, the names of links, the options.

use core::fmt::Display;

use barelink_transport::Channel;

use super::batch::{self, Pending};
use super::links::{LinkName, LinkNames};
use super::names::{Named, Names};
use super::options::Options;
use super::output::Output;
use super::words::{Exit, TextOutput, invalid_argument};

/// The pen.
pub struct Printer<'a, 'b, C> {
    /// What is printed.
    pub out: Output<'a>,
    /// What is complained about.
    pub err: &'a mut TextOutput<'b>,
    /// The names of links.
    pub links: LinkNames<'b, C>,
    /// How to print.
    pub options: Options<'a>,
    /// Changes that wait to be sent, in a batch where they may.
    pub pending: Option<&'a mut Pending>,
}

impl<C: Channel> Printer<'_, '_, C> {
    /// A link's name.
    pub fn link(&mut self, index: u32) -> LinkName {
        self.links.name(index)
    }

    /// Prints a link's name.
    pub fn device(&mut self, key: &str, template: &str, index: u32) {
        let name = self.link(index);
        self.out.string(key, template, &name);
    }

    /// A number by its name, unless numbers are wanted.
    pub fn named(&self, number: impl Into<u32>, names: Names) -> Named {
        Named::new(number, if self.options.numeric { "" } else { names })
    }

    /// Prints a number by its name.
    pub fn name(&mut self, key: &str, template: &str, number: impl Into<u32>, names: Names) {
        let named = self.named(number, names);
        self.out.string(key, template, &named);
    }

    /// Prints a list of words, in text with spaces behind each.
    pub fn list(&mut self, key: &str, words: &[&dyn Display]) {
        self.out.list(Some(key));
        for word in words {
            self.out.element("{} ", super::output::Value::Text(word));
        }
        self.out.end_list();
    }

    /// The index of a link, which what waits to be sent may bear upon.
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

    /// The table that a VRF looks in; none of another link.
    pub fn vrf_table(&mut self, name: &str) -> Option<u32> {
        batch::send_pending(self);
        self.links.vrf_table(name)
    }

    /// The index of a link that a word names; complains as `nodev` does.
    pub fn find(&mut self, name: &str) -> Result<u32, Exit> {
        self.lookup(name).ok_or_else(|| {
            writeln!(self.err, "Cannot find device \"{name}\"");
            Exit(1)
        })
    }

    /// The index of a link that a word names; complains as `invarg` does.
    pub fn find_or(&mut self, name: &str, why: &str) -> Result<u32, Exit> {
        match self.lookup(name) {
            Some(index) => Ok(index),
            None => Err(invalid_argument(self.err, name, why)),
        }
    }
}
