//! Starts programs without libc, and tells the time: the calls that rustix leaves to one. The other file here with
//! `unsafe`.
#![allow(unsafe_code)]
#![allow(dead_code)] // No program uses all of it.

use core::arch::asm;

use linux_raw_sys::general::{
    __NR_clock_gettime, __NR_clone, __NR_execve, __NR_exit_group, SIGCHLD,
};
use rustix::fs::{Access, access};
use rustix::io::Errno;
use rustix::process::{Pid, WaitOptions, waitpid};

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

/// Seconds and nanoseconds since 1970.
pub fn now() -> Option<(u64, u32)> {
    let mut time = [0isize; 2];
    // SAFETY: the kernel writes two integers as wide as a pointer to `time`, which has as many.
    unsafe { call(__NR_clock_gettime, [0, (&raw mut time).addr(), 0, 0, 0]) }.ok()?;
    Some((time[0] as u64, time[1] as u32))
}

/// As long as a program's words may be together, and as many as they may be.
const BYTES: usize = 1024;
const WORDS: usize = 33;

/// What programs find in their environment.
const ENVIRONMENT: [&core::ffi::CStr; 2] = [c"PATH=/bin:/sbin:/usr/bin:/usr/sbin", c"HOME=/"];

/// Becomes the program that these words start; why it does not.
pub fn become_it(words: &[&str]) -> Errno {
    let mut bytes = [0u8; BYTES];
    let mut arguments = [core::ptr::null::<u8>(); WORDS];
    let mut len = 0;
    for (place, word) in words.iter().enumerate() {
        let end = len + word.len();
        // A zero is left behind each, and a null behind the last.
        if place + 1 >= WORDS || end >= BYTES || word.contains('\0') {
            return Errno::TOOBIG;
        }
        bytes[len..end].copy_from_slice(word.as_bytes());
        arguments[place] = bytes[len..].as_ptr();
        len = end + 1;
    }
    let mut environment = [core::ptr::null::<u8>(); ENVIRONMENT.len() + 1];
    environment.iter_mut().zip(ENVIRONMENT).for_each(|(to, text)| *to = text.as_ptr().cast());
    let [arguments, environment] = [arguments.as_ptr(), environment.as_ptr()];
    // SAFETY: strings that end with a zero, and lists of them that end with a null.
    let result = unsafe {
        let path = bytes.as_ptr().expose_provenance();
        let lists = [arguments.expose_provenance(), environment.expose_provenance()];
        call(__NR_execve, [path, lists[0], lists[1], 0, 0])
    };
    result.err().unwrap_or(Errno::INVAL)
}

/// The status of a child that could not become the program.
const NOT_STARTED: usize = 127;

/// Starts a program, and waits for its end; its status.
pub fn run(words: &[&str]) -> Result<i32, Errno> {
    // The child has no way to say why it could not.
    access(words.first().copied().unwrap_or_default(), Access::EXEC_OK)?;
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
