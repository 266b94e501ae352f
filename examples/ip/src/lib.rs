//! `ip`, as iproute2 has it: the same words, the same text, the same JSON.
//!
//! | file | one thing it does |
//! |---|---|
//! | [`output`] | prints text and JSON by the same calls |
//! | [`index`] | finds a message's attributes in one pass |
//! | [`words`] | the words of the command line |
//! | [`names`] | names for numbers: tables, protocols, scopes |
//! | [`prefix`] | addresses and prefixes |
//! | [`links`] | which link an index means |
//! | [`usage`] | how each object is used |
//! | [`errors`] | what is said when the kernel refuses |
//! | [`pen`] | what every object needs to print |
//! | [`options`] | the options before the object |
//! | [`link`], [`stats`], [`vf`], [`kind`] and `kind_*` | links |
//! | [`addr`] | addresses |
//! | [`route`], [`route_print`], [`encap`] | routes |
//! | [`rule`], [`neigh`], [`nexthop`] | rules, neighbours, next hops |
//! | [`verb`], [`change`], [`body`] | what every command that changes something needs |
//! | [`grammar`] | words and the attributes that come of them, as data |
//! | [`link_change`] | links made, changed, deleted |
//! | [`link_words`], [`link_kinds`], [`link_tunnels`] | their words |
//! | [`link_special`] | words that are read by a function of their own |
//! | [`link_settle`] | what was said of a link's kind, as a whole |
//! | [`addr_change`], [`route_change`], [`encap_change`] | addresses and routes added, changed, deleted |
//! | [`rule_change`], [`neigh_change`], [`nexthop_change`] | rules, neighbours, next hops likewise |
//! | [`batch`] | commands from a file |
//! | [`machine`] | sockets, files and namespaces of this machine |
//! | [`netns`] | network namespaces |
//! | [`tunnel`] | tunnels, in the words of `ip tunnel` |
//! | [`monitor`], [`netconf`], [`clock`] | what changes, and when |
//!
//! Nothing here allocates or needs an operating system but for its sockets: [`run`] gets the words,
//! the sockets, the room for messages and two places to print to.

#![cfg_attr(not(test), no_std)]
#![allow(missing_debug_implementations)] // A program's insides, which nobody else prints.
#![warn(clippy::std_instead_of_core, clippy::alloc_instead_of_core)]

use core::fmt::Write;
use core::time::Duration;

use barelink_transport::{Channel, Connection, Errno, Error, Monitor};

pub mod addr;
pub mod addr_change;
pub mod ask;
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
pub mod link_kinds;
pub mod link_settle;
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
pub mod pen;
pub mod prefix;
pub mod route;
pub mod route_change;
pub mod route_print;
pub mod rule;
pub mod rule_change;
pub mod said;
pub mod sheet;
pub mod stats;
pub mod tunnel;
pub mod usage;
pub mod verb;
pub mod vf;
pub mod words;

use batch::Pending;
use links::Links;
pub use machine::Machine;
use options::Options;
use output::Output;
use pen::Pen;
use verb::Verb;
use words::{Complaints, Exit, Words, abbreviates, refuse};

/// Where the sockets come from.
pub trait System<'b> {
    /// What they are.
    type Channel: Channel;
    /// A connection for requests.
    fn connection(&mut self, room: &'b mut [u8]) -> Result<Connection<'b, Self::Channel>, Error>;
    /// A socket that listens to these groups.
    fn monitor(
        &mut self,
        groups: &[u32],
        room: &'b mut [u8],
    ) -> Result<Monitor<'b, Self::Channel>, Error>;
    /// The time since 1970, if there is a clock.
    fn now(&mut self) -> Option<Duration> {
        None
    }
    /// Moves to the network namespace of this name; sockets opened from then on are there.
    fn enter(&mut self, name: &str) -> Result<(), Errno> {
        let _ = name;
        Err(Errno::NOSYS)
    }
    /// The descriptor of the network namespace of this name, left open.
    fn namespace(&mut self, name: &str) -> Result<i32, Errno> {
        let _ = name;
        Err(Errno::NOSYS)
    }
    /// Tells each network namespace that has a name, with a descriptor of it, open as long as that
    /// takes, if it can be had.
    fn namespaces(&mut self, each: Named<'_>) -> Result<(), Errno> {
        let _ = each;
        Err(Errno::NOSYS)
    }
    /// Puts in place what goes with the network namespace of this name, for a program that is to run
    /// in it: `/sys`, and the files of `/etc` that it has of its own. Says what cannot be done.
    fn furnish(&mut self, name: &str, err: &mut Complaints<'_>) -> Result<(), Exit> {
        let _ = (name, err);
        Ok(())
    }
    /// Makes a network namespace of this name.
    fn make_namespace(&mut self, name: &str) -> Result<(), Errno> {
        let _ = name;
        Err(Errno::NOSYS)
    }
    /// Takes its name from a network namespace, which goes with its last user.
    fn delete_namespace(&mut self, name: &str) -> Result<(), Errno> {
        let _ = name;
        Err(Errno::NOSYS)
    }
    /// Becomes another program; why not, if it cannot.
    fn execute(&mut self, words: &[&str]) -> Errno {
        let _ = words;
        Errno::NOSYS
    }
    /// Opens the file that commands are read from; `-` is the standard input.
    fn input(&mut self, path: &str) -> Result<(), Errno> {
        let _ = path;
        Err(Errno::NOSYS)
    }
    /// Reads more of it, nothing at its end.
    fn read(&mut self, room: &mut [u8]) -> Result<usize, Errno> {
        let _ = room;
        Err(Errno::NOSYS)
    }
}

/// What is told of a network namespace: its name and a descriptor.
pub type Named<'f> = &'f mut dyn FnMut(&str, Option<i32>);

/// Room for messages: as much as the kernel fills at once, for what is asked for, and for what is
/// asked for meanwhile.
#[derive(Debug)]
pub struct Room {
    /// For the object.
    pub first: [u8; 33 * 1024],
    /// For names of links, and what else goes with an object.
    pub second: [u8; 33 * 1024],
}

impl Room {
    /// Empty room.
    pub const fn new() -> Self {
        Room { first: [0; 33 * 1024], second: [0; 33 * 1024] }
    }
}

impl Default for Room {
    fn default() -> Self {
        Room::new()
    }
}

/// A connection for the object itself, and the pen to print it with.
pub struct Ip<'a, 'b, C> {
    /// What else there is to get from the machine.
    pub system: &'a mut (dyn System<'b, Channel = C> + 'a),
    /// The connection.
    pub kernel: Connection<'b, C>,
    /// The pen.
    pub pen: Pen<'a, 'b, C>,
}

/// Runs the command; the status that the program is to end with.
pub fn run<'b, S: System<'b>>(
    words: &[&str],
    mut system: S,
    room: &'b mut Room,
    out: &mut dyn Write,
    err: &'b mut dyn Write,
) -> u8 {
    match command(Words::new(words), &mut system, room, out, &mut Complaints(err)) {
        Ok(()) => 0,
        Err(Exit(code)) => code,
    }
}

/// iproute2's objects, in the order that abbreviations are tried; of those that this program leaves
/// out, it says so.
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

/// Says how the program is used.
fn usage(err: &mut Complaints<'_>) -> Exit {
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
    room: &'b mut Room,
    out: &mut dyn Write,
    err: &mut Complaints<'b>,
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
    let Room { first, second } = room;
    let opened = system.connection(second);
    let second = opened.map_err(|error| errors::request(err, &error))?;
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
    let pen = Pen { out: output, err, links: Links::new(second), options, pending };
    if object == "monitor" {
        return monitor::run(words, system, first, pen);
    }
    let opened = system.connection(first);
    let kernel = opened.map_err(|error| errors::request(pen.err, &error))?;
    let mut ip = Ip { system, kernel, pen };
    let result = match object {
        "" => batch::run(&mut ip),
        object => object_command(&mut ip, object, words),
    };
    if ip.pen.out.is_broken() { Err(Exit(1)) } else { result }
}

/// The object that a word means, of those that there are here.
fn object(words: &mut Words<'_>, err: &mut Complaints<'_>) -> Result<&'static str, Exit> {
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
        "tuntap" | "tap" => Err(refuse(
            err,
            "tun and tap devices are made by their program's ioctl on /dev/net/tun: \
                 no matter of netlink, nor of this ip.\n",
            Exit(1),
        )),
        other => {
            writeln!(err, "Object \"{other}\" is not supported by this ip.");
            Err(Exit(1))
        }
    }
}

/// Does what a line of a batch says.
pub(crate) fn line_command<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    mut words: Words<'_>,
) -> Result<(), Exit> {
    let object = object(&mut words, ip.pen.err)?;
    ip.pen.options.links_only = object == "link";
    if object == "monitor" {
        return Err(refuse(ip.pen.err, "Nothing is monitored within a batch.\n", Exit(1)));
    }
    object_command(ip, object, words)
}

/// Does what an object's words say.
fn object_command<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    object: &str,
    mut words: Words<'_>,
) -> Result<(), Exit> {
    if object == "netns" {
        batch::settle(&mut ip.pen);
        return netns::command(ip, words);
    }
    let verb = verb::verb(&mut words, object, ip.pen.err)?;
    if !verb.is_one_change() {
        batch::settle(&mut ip.pen);
    }
    match (object, verb) {
        ("link", Verb::Help) => link_change::help(ip, words),
        (object, Verb::Help) => Err(usage::of(object, ip.pen.err)),
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
        _ => Err(usage(ip.pen.err)),
    }
}

/// What finds a thing of some kind, and prints it.
type Find<'f, 'a, 'b, C> = &'f mut dyn FnMut(&mut Ip<'a, 'b, C>) -> Result<(), Exit>;

/// Shows what is found.
fn show<'a, 'b, C: Channel>(ip: &mut Ip<'a, 'b, C>, find: Find<'_, 'a, 'b, C>) -> Result<(), Exit> {
    ip.pen.out.start();
    find(ip)?;
    ip.pen.out.finish();
    Ok(())
}
