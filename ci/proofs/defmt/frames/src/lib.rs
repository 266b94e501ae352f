//! Logger that keeps its frames, and the text that defmt's decoder prints of them.

use std::sync::{Mutex, PoisonError};

use defmt_decoder::{DecodeError, Table};

/// Bytes logged since the last decoding.
static FRAMES: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static ENCODER: Mutex<defmt::Encoder> = Mutex::new(defmt::Encoder::new());

fn keep(bytes: &[u8]) {
    FRAMES.lock().unwrap().extend_from_slice(bytes);
}

#[defmt::global_logger]
struct Logger;

// SAFETY: frames do not mix, as `printed` logs one at a time.
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

/// Returns the text of the frame that `log` logs, by the tables in the program's own file.
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

/// Returns the text that defmt's decoder prints of a logged value.
#[macro_export]
macro_rules! printed {
    ($value:expr) => {{
        let value = $value;
        $crate::printed(|| defmt::println!("{}", value))
    }};
}
