//! What is fuzzed, as ordinary functions, so that the corpora run under `cargo test`, too.
//!
//! | target         | takes its input as |
//! | -------------- | ------------------ |
//! | [`messages`]   | a datagram |
//! | [`attributes`] | which set, and attributes of it |
//! | [`policy`]     | how strict, a policy, and attributes to check by it |
//! | [`exchange`]   | a request, what the callbacks answer, and datagrams that come in |
//! | [`building`]   | values to put in a message, and how long the buffer is |
//! | [`cache`]      | what happens in a kernel, and when caches look; or what a cache is told |

pub mod attributes;
pub mod building;
pub mod cache;
pub mod exchange;
pub mod input;
pub mod messages;
pub mod policy;
pub mod sets;

/// Every target, by name.
#[allow(clippy::type_complexity)]
pub const TARGETS: &[(&str, fn(&[u8]))] = &[
    ("messages", messages::run),
    ("attributes", attributes::run),
    ("policy", policy::run),
    ("exchange", exchange::run),
    ("building", building::run),
    ("cache", cache::run),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    #[test]
    fn every_input_of_the_corpora_does_what_it_should() {
        for (name, run) in TARGETS {
            let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
            let mut count = 0;
            for entry in fs::read_dir(&corpus).unwrap() {
                let path = entry.unwrap().path();
                println!("{}", path.display());
                run(&fs::read(&path).unwrap());
                count += 1;
            }
            assert!(count >= 3, "{name} has a corpus of {count}");
        }
    }

    #[test]
    fn inputs_of_the_corpora_cut_and_changed_do_what_they_should() {
        for (name, run) in TARGETS {
            let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
            for entry in fs::read_dir(&corpus).unwrap() {
                let data = fs::read(entry.unwrap().path()).unwrap();
                let step = (data.len() / 40).max(1);
                for at in (0..data.len()).step_by(step) {
                    run(&data[..at]);
                    let mut changed = data.clone();
                    changed[at] ^= 0x80;
                    run(&changed);
                }
            }
        }
    }
}
