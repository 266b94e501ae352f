//! Starts programs without libc, and reads the clock: the calls that rustix leaves to libc. All `unsafe`
//! code is here and in `start.rs`.
//!
//! The kernel is called as the transport's `sockopt.rs` calls it. The code is here a second time, as a
//! library is not to offer whoever uses it a safe-looking way around everything that it checks.
#![allow(unsafe_code)]

use core::arch::asm;
use core::ffi::{CStr, c_char};

use linux_raw_sys::general::{
    __NR_clock_gettime, __NR_clone, __NR_execve, __NR_exit_group, SIGCHLD,
};
use rustix::fs::{Access, access};
use rustix::io::Errno;
use rustix::process::{Pid, WaitOptions, waitpid};

use crate::start::environment;

/// Calls the kernel.
///
/// # Safety
///
/// That of the call.
unsafe fn call(number: u32, words: [usize; 5]) -> Result<usize, Errno> {
    let result: isize;
    let [a, b, c, d, e] = words;
    // SAFETY: this is how the kernel is called, and what it changes is told.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        asm!("syscall", inlateout("rax") number as usize => result, in("rdi") a, in("rsi") b,
            in("rdx") c, in("r10") d, in("r8") e, lateout("rcx") _, lateout("r11") _,
            options(nostack));
        // The compiler keeps esi for itself.
        #[cfg(target_arch = "x86")]
        asm!("xchg esi, {d}", "int 0x80", "xchg esi, {d}", d = in(reg) d,
            inlateout("eax") number as usize => result, in("ebx") a, in("ecx") b, in("edx") c,
            in("edi") e, options(nostack));
        #[cfg(target_arch = "aarch64")]
        asm!("svc 0", in("x8") number as usize, inlateout("x0") a => result, in("x1") b,
            in("x2") c, in("x3") d, in("x4") e, options(nostack));
        #[cfg(target_arch = "riscv64")]
        asm!("ecall", in("a7") number as usize, inlateout("a0") a => result, in("a1") b,
            in("a2") c, in("a3") d, in("a4") e, options(nostack));
        // The compiler may keep r7 for itself.
        #[cfg(target_arch = "arm")]
        asm!("mov {r7}, r7", "mov r7, {number}", "svc 0", "mov r7, {r7}", r7 = out(reg) _,
            number = in(reg) number as usize, inlateout("r0") a => result, in("r1") b,
            in("r2") c, in("r3") d, in("r4") e, options(nostack));
    }
    match result {
        -4095..0 => Err(Errno::from_raw_os_error(-result as i32)),
        _ => Ok(result as usize),
    }
}

/// Returns the seconds and nanoseconds since 1970 (`CLOCK_REALTIME`).
pub fn now() -> Option<(u64, u32)> {
    #[cfg(target_pointer_width = "32")]
    {
        let mut time = [0i64; 2];
        let words = [0, (&raw mut time).expose_provenance(), 0, 0, 0];
        // SAFETY: the kernel writes two integers of 64 bits to `time`, which has as many.
        if unsafe { call(linux_raw_sys::general::__NR_clock_gettime64, words) }.is_ok() {
            return Some((time[0] as u64, time[1] as u32));
        }
        // Kernels before 5.1 have a clock that ends in 2038.
    }
    let mut time = [0isize; 2];
    let words = [0, (&raw mut time).expose_provenance(), 0, 0, 0];
    // SAFETY: the kernel writes two integers as wide as a pointer to `time`, which has as many.
    unsafe { call(__NR_clock_gettime, words) }.ok()?;
    Some((time[0] as u64, time[1] as u32))
}

/// Maximal length of a program's words together, and their maximal number.
const BYTES: usize = 16 * 1024;
const WORDS: usize = 256;

/// Maximal length of a program's path.
const PATH: usize = 1024;

/// Environment of a started program where this one has none; its `PATH` is searched for programs.
const ENVIRONMENT: [&CStr; 2] = [c"PATH=/bin:/sbin:/usr/bin:/usr/sbin", c"HOME=/"];

/// Tries each path that a program may have, until one will do; why none does.
fn find(program: &str, attempt: &mut dyn FnMut(&CStr) -> Result<(), Errno>) -> Result<(), Errno> {
    let mut environment = environment();
    let given = environment.find_map(|text| text.to_bytes().strip_prefix(b"PATH="));
    let mut rest = given.or(ENVIRONMENT[0].to_bytes().strip_prefix(b"PATH=")).unwrap_or_default();
    if program.contains('/') {
        rest = b"";
    }
    let mut result = Errno::NOENT;
    loop {
        let end = rest.iter().position(|byte| *byte == b':').unwrap_or(rest.len());
        let (folder, behind) = rest.split_at(end);
        // An empty part is the folder that one is in.
        let slash: &[u8] = if folder.is_empty() { b"" } else { b"/" };
        let mut path = [0; PATH];
        let bytes = folder.iter().chain(slash).chain(program.as_bytes());
        path[..PATH - 1].iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        if folder.len() + program.len() + 2 <= PATH {
            match CStr::from_bytes_until_nul(&path).map_or(Err(Errno::INVAL), &mut *attempt) {
                Ok(()) => return Ok(()),
                // Elsewhere there may be one that can be run.
                Err(Errno::NOENT | Errno::NOTDIR) => {}
                Err(errno) => result = errno,
            }
        }
        match behind {
            [_, behind @ ..] => rest = behind,
            [] => return Err(result),
        }
    }
}

/// Executes a program (`execve`) in place of this one; returns only with the error.
pub fn become_it(words: &[&str]) -> Errno {
    let mut bytes = [0u8; BYTES];
    let mut arguments = [core::ptr::null::<u8>(); WORDS + 1];
    let mut len = 0;
    for (place, word) in words.iter().enumerate() {
        let end = len + word.len();
        // A zero is left behind each, and a null behind the last.
        if place >= WORDS || end >= BYTES || word.contains('\0') {
            return Errno::TOOBIG;
        }
        bytes[len..end].copy_from_slice(word.as_bytes());
        arguments[place] = bytes[len..].as_ptr();
        len = end + 1;
    }
    let mut fixed = [core::ptr::null::<c_char>(); ENVIRONMENT.len() + 1];
    fixed.iter_mut().zip(ENVIRONMENT).for_each(|(to, text)| *to = text.as_ptr());
    let given = environment();
    let list = if given.count() == 0 { fixed.as_ptr() } else { given.list() };
    let lists = [arguments.as_ptr().expose_provenance(), list.expose_provenance()];
    let program = words.first().copied().unwrap_or_default();
    let result = find(program, &mut |path| {
        let path = path.as_ptr().expose_provenance();
        // SAFETY: strings that end with a zero, and lists of them that end with a null.
        unsafe { call(__NR_execve, [path, lists[0], lists[1], 0, 0]) }.map(|_| ())
    });
    result.err().unwrap_or(Errno::INVAL)
}

/// The status of a child that could not become the program.
const NOT_STARTED: usize = 127;

/// Starts a program, waits for its end, and returns its exit status.
pub fn run(words: &[&str]) -> Result<i32, Errno> {
    // The child has no way to say why it could not.
    let program = words.first().copied().unwrap_or_default();
    find(program, &mut |path| access(path, Access::EXEC_OK))?;
    // SAFETY: the child has a copy of all there is, as `fork` gives it; there are no other threads.
    match unsafe { call(__NR_clone, [SIGCHLD as usize, 0, 0, 0, 0]) }? {
        0 => {
            become_it(words);
            // SAFETY: it ends the child, which has nothing more to do.
            let _ = unsafe { call(__NR_exit_group, [NOT_STARTED, 0, 0, 0, 0]) };
            Err(Errno::CHILD)
        }
        child => {
            let child = Pid::from_raw(child as i32).ok_or(Errno::CHILD)?;
            let ended = waitpid(Some(child), WaitOptions::empty())?;
            Ok(ended.and_then(|(_, status)| status.exit_status()).unwrap_or(128))
        }
    }
}
