//! Random commands and link failures; after each, the cache equals a dump.
//!
//! `BARELINK_STEPS` sets the number of steps, `BARELINK_SEED` the seed.

mod common;

use common::kernel::{ip, with_kernel};

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

/// Returns a random `ip` command. Many fail, which changes nothing.
fn line(dice: &mut Dice) -> String {
    let link = dice.pick(&["v0", "v1", "v2", "v3"]);
    let v4 = dice.roll(2) == 0;
    let net = dice.roll(3);
    let (family, prefix) = match v4 {
        true => ("-4", format!("10.{net}.0.0/16")),
        false => ("-6", format!("2001:db8:{net}::/48")),
    };
    let gateway = match v4 {
        true => format!("via 192.0.2.{} onlink", dice.roll(3) + 1),
        false => format!("via fe80::{}", dice.roll(3) + 1),
    };
    // A dump of IPv6 lacks the routes between the next hops of a multipath route: here, a prefix
    // has either routes by gateways or routes by links.
    let by_link = if v4 { dice.roll(2) == 0 } else { net == 2 };
    let hop = match by_link {
        true => format!("dev {link}"),
        false => format!(
            "{} dev {link} {}",
            gateway.replace(" onlink", ""),
            if v4 { "onlink" } else { "" }
        ),
    };
    let other = format!("dev {}", dice.pick(&["v0", "v1", "v2", "v3"]));
    let other = match (v4, by_link) {
        (false, false) => format!("via fe80::9 {other}"),
        _ => other,
    };
    let metric = ["", "", "metric 10", "metric 11"][dice.roll(4)];
    let verb =
        dice.pick(&["add", "add", "append", "prepend", "replace", "replace", "change", "del"]);
    let id = dice.pick(&["1", "2", "3", "10", "11"]);
    match dice.roll(20) {
        0..=6 => format!("{family} route {verb} {prefix} {hop} {metric}"),
        7 => format!("{family} route del {prefix} {metric}"),
        8 => format!(
            "{family} route {verb} {prefix} {metric} nexthop {hop} nexthop {other} weight 3"
        ),
        9 if v4 || by_link => format!("{family} route {verb} blackhole {prefix} {metric}"),
        10 if v4 || by_link => format!("{family} route {verb} {prefix} {metric} nhid {id}"),
        11 => format!("link set {link} down"),
        12 | 13 => format!("link set {link} up"),
        14 => format!(
            "nexthop {} id {id} {gateway} dev {link}",
            dice.pick(&["add", "replace", "del"])
        ),
        15 => format!(
            "nexthop {} id {} group {}/{}",
            dice.pick(&["add", "replace"]),
            dice.pick(&["10", "11"]),
            dice.roll(3) + 1,
            dice.roll(3) + 1
        ),
        16 => format!(
            "addr {} 192.0.2.{}/24 dev {link}",
            dice.pick(&["add", "del"]),
            dice.roll(3) + 10
        ),
        17 => format!(
            "addr {} 2001:db8:9::{}/64 dev {link}",
            dice.pick(&["add", "del"]),
            dice.roll(3) + 1
        ),
        18 => format!("route add 10.9.0.0/16 dev {link} src 192.0.2.{}", dice.roll(3) + 10),
        _ => match dice.roll(6) {
            0 => format!("link set {link} mtu {}", 1300 + dice.roll(3)),
            1 => format!(
                "link property {} dev lo altname other{}",
                dice.pick(&["add", "del"]),
                dice.roll(3)
            ),
            2 => "link add extra type veth peer name extra2".to_owned(),
            3 => "link set extra up".to_owned(),
            4 => "link del extra".to_owned(),
            _ => format!("link set {link} address 02:00:00:00:00:0{}", dice.roll(9)),
        },
    }
}

#[test]
fn random_changes_leave_the_cache_equal_to_a_dump() {
    let number = |name: &str, usual: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
    };
    let (steps, seed) = (number("BARELINK_STEPS", 300), number("BARELINK_SEED", 1));
    with_kernel(move |kernel| {
        let mut dice = Dice(seed);
        let mut done = 0;
        while done < steps {
            let line = line(&mut dice);
            if ip(&line) {
                done += 1;
                kernel.lines.push(line);
                kernel.check();
            }
        }
        println!("{:?}, {} changes", kernel.manager.stats(), kernel.changes);
    });
}
