//! Fuzz targets as ordinary functions, so that `cargo test` runs the corpora, too.
//!
//! | target         | input |
//! | -------------- | ------------------ |
//! | [`messages`]   | a datagram |
//! | [`attributes`] | an attribute set, and attributes of it |
//! | [`policy`]     | strictness, a policy, and attributes to validate by it |
//! | [`exchange`]   | a request, actions that callbacks return, and received datagrams |
//! | [`building`]   | length of the buffer, and values to build a message of |
//! | [`cache`]      | events of a fake kernel and polls of its caches, or updates of one cache |

pub mod attributes;
pub mod building;
pub mod cache;
pub mod exchange;
pub mod input;
pub mod messages;
pub mod policy;
pub mod sets;

/// Targets by name.
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
    fn every_input_of_the_corpora_passes() {
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
    fn truncated_and_changed_inputs_of_the_corpora_pass() {
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
