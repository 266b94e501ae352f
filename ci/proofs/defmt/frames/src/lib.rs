//! A logger that keeps its frames, and what defmt's decoder makes of them.

use std::sync::{Mutex, PoisonError};

use defmt_decoder::{DecodeError, Table};

/// What was logged since it was last emptied.
static FRAMES: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static ENCODER: Mutex<defmt::Encoder> = Mutex::new(defmt::Encoder::new());

fn keep(bytes: &[u8]) {
    FRAMES.lock().unwrap().extend_from_slice(bytes);
}

#[defmt::global_logger]
struct Logger;

// SAFETY: frames do not mix, for `printed` has one logged at a time.
unsafe impl defmt::Logger for Logger {
    fn acquire() {
        ENCODER.lock().unwrap().start_frame(keep);
    }
    unsafe fn flush() {}
    unsafe fn release() {
        ENCODER.lock().unwrap().end_frame(keep);
    }
    unsafe fn write(bytes: &[u8]) {
        ENCODER.lock().unwrap().write(bytes, keep);
    }
}

/// The text of the one frame that this logs, by the tables in the program's own file.
pub fn printed(log: impl FnOnce()) -> String {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    FRAMES.lock().unwrap().clear();
    log();
    let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    let table = Table::parse(&program).unwrap().expect("a program that logs by defmt");
    let mut decoder = table.new_stream_decoder();
    decoder.received(&FRAMES.lock().unwrap());
    let text = decoder.decode().expect("a whole frame").display_message().to_string();
    assert!(matches!(decoder.decode(), Err(DecodeError::UnexpectedEof)), "one frame, no more");
    text
}

/// What defmt's decoder prints of a value that was logged.
#[macro_export]
macro_rules! printed {
    ($value:expr) => {{
        let value = $value;
        $crate::printed(|| defmt::println!("{}", value))
    }};
}
