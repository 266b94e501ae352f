//! `ip` with the arguments, text and JSON of iproute2's.
//!
//! The library has no `std`, does not allocate, and needs an operating system for its sockets only:
//! [`run`] takes the command line, the [`System`], the receive buffers and two writers, and returns the
//! exit status. `main.rs` is the program with the standard library; `examples/tiny` has it without libc.
//!
//! # From command line to output
//!
//! 1. [`run`] parses the options before the object ([`options`]), then the object, and opens the
//!    connections through [`System`]; [`machine`] is the implementation for Linux.
//! 2. [`verb`] parses the object's command: `show`, `add`, `delete` and so on.
//! 3. The object's module parses the remaining [`words`], by the tables below.
//! 4. To show objects, it sends a [`request`], looks up the attributes of each reply in an [`index`], and
//!    prints them by a [`print_table`]. The [`printer`] has the [`output`], the names of [`links`] and the
//!    options.
//! 5. To change an object, it writes the attributes into a [`body`] in iproute2's order, and sends it
//!    ([`change`]); [`batch`] runs each line of a file.
//! 6. Errors of the kernel are printed by [`errors`], in iproute2's format.
//!
//! # The grammars
//!
//! Arguments and printed fields are tables: a text with one entry a line, and a row of some bytes for each
//! entry. Three table types share the syntax of entries, which [`grammar`] describes (`=word`,
//! `word:names`, `word?`, `&`):
//!
//! | table | contents of a row | used by |
//! |---|---|---|
//! | [`grammar::Grammar`], `grammar!` | attribute number and format of the value: each argument becomes an attribute at once | [`link_change::Reader`] |
//! | [`args::ArgTable`], `arg_table!` | type of the value, and its destination, an attribute or a slot of [`args::ParsedArgs`]: filters, and arguments that are checked together before sending | [`args::parse_arg`] |
//! | [`print_table::PrintTable`], `print_table!` | attribute number and printed form of the value, in text and JSON | [`print_table::print`] |
//!
//! Names of values (`mode:default,dormant`, `mode:@macvlan_mode`) are lists of [`names`], parsed and
//! printed by the same text.
//!
//! | command | arguments | output |
//! |---|---|---|
//! | `ip address` | `arg_table!` in [`addr_change`] | [`addr`] |
//! | `ip link`, any kind | `grammar!` in [`link_words`]; values parsed by a function in [`link_special`] | [`link`], [`stats`], [`vf`] |
//! | `ip link property` | [`link_property`] | |
//! | `ip link ... type KIND` | `grammar!` in [`link_kinds`] and, for tunnels, [`link_tunnels`]; [`link_data`] checks a kind's attributes together | `print_table!` in [`kind`], [`kind_bond`], [`kind_bridge`], [`kind_tunnel`], [`kind_vxlan`] |
//! | `ip route` | `arg_table!` in [`route`] (filters and `get`), [`route_change`] and [`route_metrics`] | [`route_print`] |
//! | `... encap TYPE` | `arg_table!` in [`encap_change`] | `print_table!` in [`encap`] |
//! | `ip rule` | `arg_table!` in [`rule`] and [`rule_change`] | [`rule`] |
//! | `ip neighbour` | `arg_table!` in [`neigh`] and [`neigh_change`] | [`neigh`] |
//! | `ip nexthop` | `arg_table!` in [`nexthop`] (filters) and [`nexthop_change`] | [`nexthop`] |
//! | `ip tunnel` | rewritten as those of `ip link` by [`tunnel`] | [`tunnel`] |
//! | `ip netns` | [`netns`] | [`netns`] |
//! | `ip monitor` | [`monitor`] | the objects' own, [`netconf`], [`clock`] |
//!
//! A new argument is one row. A new link kind is a `grammar!` and its row in [`link_kinds`], and a
//! `print_table!` and its row in [`kind`].
//!
//! # The other modules
//!
//! | module | one thing it does |
//! |---|---|
//! | [`prefix`] | addresses and prefixes, parsed and printed |
//! | [`usage`] | the usage text of each object |
#![cfg_attr(not(test), no_std)]
#![allow(missing_debug_implementations)] // Internals of a program, which are not printed.
#![warn(clippy::std_instead_of_core, clippy::alloc_instead_of_core)]

use core::fmt::Write;
use core::time::Duration;

use barelink_transport::{Channel, Connection, Errno, Error, Monitor};

pub mod addr;
pub mod addr_change;
pub mod args;
pub mod batch;
pub mod body;
pub mod change;
pub mod clock;
pub mod encap;
pub mod encap_change;
pub mod errors;
pub mod grammar;
pub mod index;
pub mod kind;
pub mod kind_bond;
pub mod kind_bridge;
pub mod kind_tunnel;
pub mod kind_vxlan;
pub mod link;
pub mod link_change;
pub mod link_data;
pub mod link_kinds;
pub mod link_property;
pub mod link_special;
pub mod link_tunnels;
pub mod link_words;
pub mod links;
pub mod machine;
pub mod monitor;
pub mod names;
pub mod neigh;
pub mod neigh_change;
pub mod netconf;
pub mod netns;
pub mod nexthop;
pub mod nexthop_change;
pub mod options;
pub mod output;
pub mod prefix;
pub mod print_table;
pub mod printer;
pub mod request;
pub mod route;
pub mod route_change;
pub mod route_metrics;
pub mod route_print;
pub mod rule;
pub mod rule_change;
pub mod stats;
pub mod tunnel;
pub mod usage;
pub mod verb;
pub mod vf;
pub mod words;

use batch::Pending;
use links::LinkNames;
pub use machine::Machine;
use options::Options;
use output::Output;
use printer::Printer;
use verb::Verb;
use words::{Exit, TextOutput, Words, abbreviates, fail};

/// Operating system services: sockets, network namespaces, files, the clock.
pub trait System<'b> {
    /// Socket of the connections.
    type Channel: Channel;
    /// Opens a connection for requests.
    fn connection(&mut self, buffer: &'b mut [u8]) -> Result<Connection<'b, Self::Channel>, Error>;
    /// Opens a socket that joins these multicast groups.
    fn monitor(
        &mut self,
        groups: &[u32],
        buffer: &'b mut [u8],
    ) -> Result<Monitor<'b, Self::Channel>, Error>;
    /// Returns the time since 1970, if there is a clock.
    fn now(&mut self) -> Option<Duration> {
        None
    }
    /// Enters the network namespace of this name, for sockets opened afterwards.
    fn enter(&mut self, name: &str) -> Result<(), Errno> {
        let _ = name;
        Err(Errno::NOSYS)
    }
    /// Opens the network namespace of this name and returns its descriptor, which stays open.
    fn namespace(&mut self, name: &str) -> Result<i32, Errno> {
        let _ = name;
        Err(Errno::NOSYS)
    }
    /// Calls `each` with the name of each named network namespace, and with its descriptor if it
    /// can be opened, which is closed afterwards.
    fn namespaces(&mut self, each: NamespaceVisitor<'_>) -> Result<(), Errno> {
        let _ = each;
        Err(Errno::NOSYS)
    }
    /// Sets up the mounts of a program that runs in a network namespace: `/sys`, and the files of
    /// `/etc/netns/NAME` over those of `/etc`. Prints what fails.
    fn set_up_mounts(&mut self, name: &str, err: &mut TextOutput<'_>) -> Result<(), Exit> {
        let _ = (name, err);
        Ok(())
    }
    /// Creates a network namespace of this name.
    fn make_namespace(&mut self, name: &str) -> Result<(), Errno> {
        let _ = name;
        Err(Errno::NOSYS)
    }
    /// Removes the name of a network namespace, which ends with its last user.
    fn delete_namespace(&mut self, name: &str) -> Result<(), Errno> {
        let _ = name;
        Err(Errno::NOSYS)
    }
    /// Replaces the process by another program (`execve(2)`); returns only if that fails.
    fn execute(&mut self, words: &[&str]) -> Errno {
        let _ = words;
        Errno::NOSYS
    }
    /// Opens the file of commands; `-` is the standard input.
    fn input(&mut self, path: &str) -> Result<(), Errno> {
        let _ = path;
        Err(Errno::NOSYS)
    }
    /// Reads from the file of commands; 0 is its end.
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Errno> {
        let _ = buffer;
        Err(Errno::NOSYS)
    }
}

/// Callback for a network namespace: its name, and its descriptor if it could be opened.
pub type NamespaceVisitor<'f> = &'f mut dyn FnMut(&str, Option<i32>);

/// Receive buffers of the two connections, each of the size that the kernel fills at most.
#[derive(Debug)]
pub struct Buffers {
    /// Buffer of the object's connection.
    pub first: [u8; 33 * 1024],
    /// Buffer of the second connection, for link names and other objects.
    pub second: [u8; 33 * 1024],
}

impl Buffers {
    /// Returns zeroed buffers.
    pub const fn new() -> Self {
        Buffers { first: [0; 33 * 1024], second: [0; 33 * 1024] }
    }
}

impl Default for Buffers {
    fn default() -> Self {
        Buffers::new()
    }
}

/// Context of a command: the system, the connection, and the printer.
pub struct Ip<'a, 'b, C> {
    /// Operating system services.
    pub system: &'a mut (dyn System<'b, Channel = C> + 'a),
    /// Connection for the object's requests.
    pub kernel: Connection<'b, C>,
    /// Output, link names and options.
    pub printer: Printer<'a, 'b, C>,
}

/// Runs a command line and returns the exit status.
pub fn run<'b, S: System<'b>>(
    words: &[&str],
    mut system: S,
    buffers: &'b mut Buffers,
    out: &mut dyn Write,
    err: &'b mut dyn Write,
) -> u8 {
    match command(Words::new(words), &mut system, buffers, out, &mut TextOutput(err)) {
        Ok(()) => 0,
        Err(Exit(code)) => code,
    }
}

/// Objects of iproute2, in the order that abbreviations are tried; those that this program lacks
/// are reported.
const OBJECTS: &[&str] = &[
    "address",
    "addrlabel",
    "maddress",
    "route",
    "rule",
    "neighbor",
    "neighbour",
    "ntable",
    "ntbl",
    "link",
    "l2tp",
    "fou",
    "ila",
    "macsec",
    "tunnel",
    "tunl",
    "tuntap",
    "tap",
    "token",
    "tcpmetrics",
    "tcp_metrics",
    "monitor",
    "xfrm",
    "mroute",
    "mrule",
    "netns",
    "netconf",
    "vrf",
    "sr",
    "nexthop",
    "mptcp",
    "ioam",
    "stats",
    "help",
];

/// Prints the usage of the program.
fn usage(err: &mut TextOutput<'_>) -> Exit {
    err.write_str(
        "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n\
         \x20      ip [ -force ] -batch filename\n\
         where  OBJECT := { address | link | monitor | neighbor | netns | nexthop | route |\n\
         \x20                 rule | tunnel }\n\
         \x20      COMMAND := { show | get | add | change | replace | delete | flush | set |\n\
         \x20                   append | prepend | test | bucket }\n\
         \x20      OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -h[uman-readable] |\n\
         \x20                   -iec | -j[son] | -p[retty] | -o[neline] | -br[ief] | -N[umeric] |\n\
         \x20                   -f[amily] { inet | inet6 | mpls | bridge | link } |\n\
         \x20                   -4 | -6 | -M | -B | -0 | -t[imestamp] | -ts[hort] |\n\
         \x20                   -n[etns] name | -b[atch] filename | -force }\n",
    );
    words::USAGE
}

fn command<'b, S: System<'b>>(
    words: Words<'_>,
    system: &mut S,
    buffers: &'b mut Buffers,
    out: &mut dyn Write,
    err: &mut TextOutput<'b>,
) -> Result<(), Exit> {
    let mut words = words;
    let mut options = Options::parse(&mut words, out, err)?;
    if options.version {
        return Ok(());
    }
    if let Some(name) = options.netns {
        netns::enter(system.enter(name), name, err)?;
    }
    let object = match options.batch {
        true => "",
        false => object(&mut words, err)?,
    };
    options.links_only = object == "link";
    let Buffers { first, second } = buffers;
    let opened = system.connection(second);
    let second = opened.map_err(|error| errors::request_failed(err, &error))?;
    let mut output = Output::new(out);
    output.json = options.json;
    output.pretty = options.pretty;
    output.oneline = options.oneline;
    let mut waiting;
    let mut pending = None;
    if options.batch && options.force {
        waiting = Pending::new();
        pending = Some(&mut waiting);
    }
    let printer = Printer { out: output, err, links: LinkNames::new(second), options, pending };
    if object == "monitor" {
        return monitor::run(words, system, first, printer);
    }
    let opened = system.connection(first);
    let kernel = opened.map_err(|error| errors::request_failed(printer.err, &error))?;
    let mut ip = Ip { system, kernel, printer };
    let result = match object {
        "" => batch::run(&mut ip),
        object => object_command(&mut ip, object, words),
    };
    if ip.printer.out.is_broken() { Err(Exit(1)) } else { result }
}

/// Returns the supported object that a word names.
fn object(words: &mut Words<'_>, err: &mut TextOutput<'_>) -> Result<&'static str, Exit> {
    let Some(word) = words.next() else { return Err(usage(err)) };
    let Some(object) = OBJECTS.iter().find(|object| abbreviates(word, object)) else {
        writeln!(err, "Object \"{word}\" is unknown, try \"ip help\".");
        return Err(Exit(1));
    };
    match *object {
        "address" | "link" | "route" | "rule" | "nexthop" | "monitor" | "netns" => Ok(object),
        "neighbor" | "neighbour" => Ok("neigh"),
        "tunnel" | "tunl" => Ok("tunnel"),
        "help" => Err(usage(err)),
        "tuntap" | "tap" => Err(fail(
            err,
            "tun and tap devices are created by ioctl on /dev/net/tun, \
                 which this ip does not support.\n",
            Exit(1),
        )),
        other => {
            writeln!(err, "Object \"{other}\" is not supported by this ip.");
            Err(Exit(1))
        }
    }
}

/// Runs a line of a batch.
pub(crate) fn batch_command<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    mut words: Words<'_>,
) -> Result<(), Exit> {
    let object = object(&mut words, ip.printer.err)?;
    ip.printer.options.links_only = object == "link";
    if object == "monitor" {
        return Err(fail(ip.printer.err, "monitor is not supported in a batch.\n", Exit(1)));
    }
    object_command(ip, object, words)
}

/// Runs the command of an object.
fn object_command<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    object: &str,
    mut words: Words<'_>,
) -> Result<(), Exit> {
    if object == "netns" {
        batch::send_pending(&mut ip.printer);
        return netns::command(ip, words);
    }
    let verb = verb::verb(&mut words, object, ip.printer.err)?;
    if !verb.is_single_request() {
        batch::send_pending(&mut ip.printer);
    }
    match (object, verb) {
        ("link", Verb::Help) => link_change::help(ip, words),
        (object, Verb::Help) => Err(usage::of(object, ip.printer.err)),
        ("address", Verb::Show) => addr::command(ip, words),
        ("address", verb) => addr_change::command(ip, verb, words),
        ("link", Verb::Show) => link::command(ip, words),
        ("link", verb) => link_change::command(ip, verb, words),
        ("route", Verb::Show) => show(ip, &mut |ip| route::find(ip, words, None)),
        ("route", Verb::Get) => route::get(ip, words),
        ("rule", Verb::Show) => show(ip, &mut |ip| rule::find(ip, words, None)),
        ("neigh", Verb::Show) => show(ip, &mut |ip| neigh::find(ip, words, None)),
        ("neigh", Verb::Get) => neigh::get(ip, words),
        ("nexthop", verb @ (Verb::Show | Verb::Get | Verb::Bucket)) => {
            nexthop::command(ip, verb, words)
        }
        ("route", verb) => route_change::command(ip, verb, words),
        ("rule", verb) => rule_change::command(ip, verb, words),
        ("neigh", verb) => neigh_change::command(ip, verb, words),
        ("nexthop", verb) => nexthop_change::command(ip, verb, words),
        ("tunnel", verb) => tunnel::command(ip, verb, words),
        _ => Err(usage(ip.printer.err)),
    }
}

/// Function that dumps and prints objects.
type Find<'f, 'a, 'b, C> = &'f mut dyn FnMut(&mut Ip<'a, 'b, C>) -> Result<(), Exit>;

/// Prints what `find` finds as one list.
fn show<'a, 'b, C: Channel>(ip: &mut Ip<'a, 'b, C>, find: Find<'_, 'a, 'b, C>) -> Result<(), Exit> {
    ip.printer.out.start();
    find(ip)?;
    ip.printer.out.finish();
    Ok(())
}
