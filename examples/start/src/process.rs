//! Starts programs without libc, and reads the clock: the calls that rustix leaves to libc. All `unsafe`
//! code is here and in `start.rs`.
//!
//! The kernel is called as the transport's `sockopt.rs` calls it. The code is repeated here, since a
//! library is not to offer its users a way around everything that it checks.
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
unsafe fn call(number: u32, arguments: [usize; 5]) -> Result<usize, Errno> {
    let result: isize;
    let [a, b, c, d, e] = arguments;
    // SAFETY: the kernel's calling convention, with every register that it changes.
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
        let arguments = [0, (&raw mut time).expose_provenance(), 0, 0, 0];
        // SAFETY: the kernel writes two integers of 64 bits to `time`, which has as many.
        if unsafe { call(linux_raw_sys::general::__NR_clock_gettime64, arguments) }.is_ok() {
            return Some((time[0] as u64, time[1] as u32));
        }
        // Kernels before 5.1 have a clock that ends in 2038.
    }
    let mut time = [0isize; 2];
    let arguments = [0, (&raw mut time).expose_provenance(), 0, 0, 0];
    // SAFETY: the kernel writes two integers as wide as a pointer to `time`, which has as many.
    unsafe { call(__NR_clock_gettime, arguments) }.ok()?;
    Some((time[0] as u64, time[1] as u32))
}

/// Maximum length of a program's arguments together, and their maximum number.
const MAX_BYTES: usize = 16 * 1024;
const MAX_ARGUMENTS: usize = 256;

/// Maximum length of a program's path, with its NUL.
const MAX_PATH: usize = 1024;

/// Environment of a started program if this one has none; its `PATH` is searched for programs.
const DEFAULT_ENVIRONMENT: [&CStr; 2] = [c"PATH=/bin:/sbin:/usr/bin:/usr/sbin", c"HOME=/"];

/// Calls `attempt` with each path in `PATH` of a program, until one succeeds; the error if none does.
fn find(program: &str, attempt: &mut dyn FnMut(&CStr) -> Result<(), Errno>) -> Result<(), Errno> {
    let mut environment = environment();
    let own_path = environment.find_map(|text| text.to_bytes().strip_prefix(b"PATH="));
    let mut rest =
        own_path.or(DEFAULT_ENVIRONMENT[0].to_bytes().strip_prefix(b"PATH=")).unwrap_or_default();
    if program.contains('/') {
        rest = b"";
    }
    let mut result = Errno::NOENT;
    loop {
        let end = rest.iter().position(|byte| *byte == b':').unwrap_or(rest.len());
        let (directory, after) = rest.split_at(end);
        // An empty element is the working directory.
        let slash: &[u8] = if directory.is_empty() { b"" } else { b"/" };
        let mut path = [0; MAX_PATH];
        let bytes = directory.iter().chain(slash).chain(program.as_bytes());
        path[..MAX_PATH - 1].iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        if directory.len() + program.len() + 2 <= MAX_PATH {
            match CStr::from_bytes_until_nul(&path).map_or(Err(Errno::INVAL), &mut *attempt) {
                Ok(()) => return Ok(()),
                // Another directory may have the program.
                Err(Errno::NOENT | Errno::NOTDIR) => {}
                Err(errno) => result = errno,
            }
        }
        match after {
            [_, after @ ..] => rest = after,
            [] => return Err(result),
        }
    }
}

/// Executes a program (`execve`) in place of this one; returns only with the error.
pub fn exec(words: &[&str]) -> Errno {
    let mut bytes = [0u8; MAX_BYTES];
    let mut arguments = [core::ptr::null::<u8>(); MAX_ARGUMENTS + 1];
    let mut len = 0;
    for (index, word) in words.iter().enumerate() {
        let end = len + word.len();
        // A NUL remains after each argument, and a null pointer after the last.
        if index >= MAX_ARGUMENTS || end >= MAX_BYTES || word.contains('\0') {
            return Errno::TOOBIG;
        }
        bytes[len..end].copy_from_slice(word.as_bytes());
        arguments[index] = bytes[len..].as_ptr();
        len = end + 1;
    }
    let mut default_list = [core::ptr::null::<c_char>(); DEFAULT_ENVIRONMENT.len() + 1];
    default_list.iter_mut().zip(DEFAULT_ENVIRONMENT).for_each(|(to, text)| *to = text.as_ptr());
    let inherited = environment();
    let list = if inherited.count() == 0 { default_list.as_ptr() } else { inherited.list() };
    let lists = [arguments.as_ptr().expose_provenance(), list.expose_provenance()];
    let program = words.first().copied().unwrap_or_default();
    let result = find(program, &mut |path| {
        let path = path.as_ptr().expose_provenance();
        // SAFETY: NUL-terminated strings, and lists of them that end with a null pointer.
        unsafe { call(__NR_execve, [path, lists[0], lists[1], 0, 0]) }.map(|_| ())
    });
    result.err().unwrap_or(Errno::INVAL)
}

/// Exit status of a child that could not execute the program.
const NOT_STARTED: usize = 127;

/// Starts a program, waits for its end, and returns its exit status.
pub fn run(words: &[&str]) -> Result<i32, Errno> {
    // The child cannot report its error.
    let program = words.first().copied().unwrap_or_default();
    find(program, &mut |path| access(path, Access::EXEC_OK))?;
    // SAFETY: as `fork`, the child has a copy of the memory; there are no other threads.
    match unsafe { call(__NR_clone, [SIGCHLD as usize, 0, 0, 0, 0]) }? {
        0 => {
            exec(words);
            // SAFETY: the call ends the child.
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
