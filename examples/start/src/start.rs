//! Starts and ends a program without libc: turns the kernel's stack into arguments for `main`, and the
//! value that it returns into the exit status. All `unsafe` code is here and in `process.rs`.
#![allow(unsafe_code)]

use core::arch::global_asm;
use core::cell::UnsafeCell;
use core::ffi::{CStr, c_char};
use core::fmt::{self, Write};
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use rustix::fd::{BorrowedFd, FromRawFd, OwnedFd};

// The kernel jumps to `_start`; the stack pointer points to `argc`, with `argv` after it.
// `finish` ends the program with a status.
#[cfg(target_arch = "x86_64")]
global_asm!(
    ".globl _start",
    "_start: xor ebp, ebp",
    "mov rdi, rsp",
    "and rsp, -16",
    "call {begin}",
    "mov edi, eax",
    ".globl finish",
    "finish: mov eax, 231",
    "syscall",
    "ud2",
    begin = sym begin,
);
#[cfg(target_arch = "x86")]
global_asm!(
    ".globl _start",
    "_start: xor ebp, ebp",
    "mov eax, esp",
    "and esp, -16",
    "sub esp, 12",
    "push eax",
    "call {begin}",
    "push eax",
    "push eax",
    ".globl finish",
    "finish: mov ebx, [esp + 4]",
    "mov eax, 252",
    "int 0x80",
    "ud2",
    begin = sym begin,
);
#[cfg(target_arch = "aarch64")]
global_asm!(
    ".globl _start",
    "_start: mov x29, xzr",
    "mov x0, sp",
    "bl {begin}",
    ".globl finish",
    "finish: mov x8, 94",
    "svc 0",
    "brk 1",
    begin = sym begin,
);
#[cfg(target_arch = "riscv64")]
global_asm!(
    ".globl _start",
    "_start: .option push",
    ".option norelax",
    "lla gp, __global_pointer$",
    ".option pop",
    "mv a0, sp",
    "andi sp, sp, -16",
    "call {begin}",
    ".globl finish",
    "finish: li a7, 94",
    "ecall",
    "ebreak",
    begin = sym begin,
);
#[cfg(target_arch = "arm")]
global_asm!(
    ".globl _start",
    ".type _start, %function",
    "_start: mov r11, #0",
    "mov r0, sp",
    "bic r1, r0, #7",
    "mov sp, r1",
    "bl {begin}",
    ".globl finish",
    ".type finish, %function",
    "finish: mov r7, #248",
    "svc 0",
    "udf #0",
    begin = sym begin,
);

unsafe extern "C" {
    /// Ends the program.
    safe fn finish(status: i32) -> !;
}

unsafe extern "Rust" {
    /// Main function of the program, which `main!` names.
    safe fn barelink_main(arguments: &[&str]) -> u8;
}

/// Maximum number of arguments of a command line.
const MAX_ARGUMENTS: usize = 256;

/// Environment: pointers to strings, with a null pointer after the last; empty until `begin` stores the
/// kernel's.
static ENVIRONMENT: AtomicPtr<*const c_char> = AtomicPtr::new((&raw const EMPTY).cast_mut().cast());
static EMPTY: usize = 0;

/// Iterator over the environment's strings.
#[derive(Debug, Clone, Copy)]
pub struct Environment(*const *const c_char);

/// Returns the strings of the environment, `NAME=VALUE` each.
pub fn environment() -> Environment {
    Environment(ENVIRONMENT.load(Ordering::Relaxed))
}

impl Environment {
    /// Returns the environment as an array of pointers to strings, with a null pointer after the last.
    pub fn list(self) -> *const *const c_char {
        self.0
    }
}

impl Iterator for Environment {
    type Item = &'static CStr;

    fn next(&mut self) -> Option<&'static CStr> {
        // SAFETY: the last pointer is null, and the iterator stops there.
        let text = unsafe { *self.0 };
        if text.is_null() {
            return None;
        }
        // SAFETY: there is another pointer, as above; the strings end with NUL, and are never freed.
        unsafe {
            self.0 = self.0.add(1);
            Some(CStr::from_ptr(text))
        }
    }
}

/// Turns the arguments of the kernel into text, and calls `main`.
///
/// # Safety
///
/// `stack` is the initial stack pointer: `argc`, and as many pointers to NUL-terminated strings, all of
/// which are valid for as long as the program runs.
unsafe extern "C" fn begin(stack: *const usize) -> i32 {
    let mut arguments = [const { MaybeUninit::<&str>::uninit() }; MAX_ARGUMENTS];
    // SAFETY: as this function's own.
    let count = unsafe { *stack };
    // SAFETY: as this function's own; after the arguments are a null pointer and the environment.
    ENVIRONMENT.store(unsafe { stack.add(2 + count) }.cast_mut().cast(), Ordering::Relaxed);
    let mut len = 0;
    for index in 1..count {
        // SAFETY: as this function's own; the first pointer is after `argc`.
        let argument = unsafe { CStr::from_ptr(*stack.add(1 + index).cast::<*const c_char>()) };
        let (Some(slot), Ok(argument)) = (arguments.get_mut(len), argument.to_str()) else {
            let _ = err().write_str("too many arguments, or not UTF-8\n");
            return 255;
        };
        slot.write(argument);
        len += 1;
    }
    // SAFETY: `len` elements were written above.
    let arguments = unsafe { core::slice::from_raw_parts(arguments.as_ptr().cast::<&str>(), len) };
    barelink_main(arguments).into()
}

/// Ends the program with this status.
pub fn exit(status: u8) -> ! {
    finish(status.into())
}

/// Unbuffered file by its descriptor: 1 is standard output, 2 standard error.
#[derive(Debug)]
pub struct File(i32);

/// Returns standard input, which may be taken once.
pub fn input() -> OwnedFd {
    // SAFETY: nothing else here uses descriptor 0; if it is closed, calls fail with `EBADF`.
    unsafe { OwnedFd::from_raw_fd(0) }
}

/// Returns standard error.
pub const fn err() -> File {
    File(2)
}

impl Write for File {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        // SAFETY: if the descriptor is closed, calls fail with `EBADF`.
        let file = unsafe { BorrowedFd::borrow_raw(self.0) };
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            let written = rustix::io::retry_on_intr(|| rustix::io::write(file, rest));
            rest = rest.get(written.map_err(|_| fmt::Error)?..).unwrap_or_default();
        }
        Ok(())
    }
}

/// Standard output with a buffer of 1024 bytes, written when it is full, by `flush`, or line by line.
#[derive(Debug)]
pub struct Out {
    buffer: [u8; 1024],
    len: usize,
    /// `true` if each line is written at once.
    pub by_line: bool,
}

impl Default for Out {
    fn default() -> Self {
        Out::new()
    }
}

impl Out {
    /// Returns an empty buffer.
    pub const fn new() -> Self {
        Out { buffer: [0; 1024], len: 0, by_line: false }
    }

    /// Writes the buffer.
    pub fn flush(&mut self) -> fmt::Result {
        let text = self.buffer.get(..self.len).unwrap_or_default();
        self.len = 0;
        // SAFETY: only whole texts are copied to the buffer.
        File(1).write_str(unsafe { core::str::from_utf8_unchecked(text) })
    }
}

impl Write for Out {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        if let Some(buffer) = self.buffer.get_mut(self.len..end) {
            buffer.copy_from_slice(text.as_bytes());
            self.len = end;
        } else {
            self.flush()?;
            return match self.buffer.get_mut(..text.len()) {
                Some(buffer) => {
                    buffer.copy_from_slice(text.as_bytes());
                    self.len = text.len();
                    Ok(())
                }
                None => File(1).write_str(text),
            };
        }
        if self.by_line && text.ends_with('\n') { self.flush() } else { Ok(()) }
    }
}

/// Value in a `static` that can be taken once; a zeroed buffer uses no memory until it is written to.
#[derive(Debug)]
pub struct Once<T> {
    value: UnsafeCell<T>,
    taken: AtomicBool,
}

// SAFETY: only the first `take` returns the value, and there is only one thread.
unsafe impl<T: Send> Sync for Once<T> {}

impl<T> Once<T> {
    /// Returns a value to take.
    pub const fn new(value: T) -> Self {
        Once { value: UnsafeCell::new(value), taken: AtomicBool::new(false) }
    }

    /// Returns the value the first time, `None` afterwards.
    #[allow(clippy::mut_from_ref)] // `taken` prevents a second reference.
    pub fn take(&'static self) -> Option<&'static mut T> {
        if self.taken.load(Ordering::Relaxed) {
            return None;
        }
        self.taken.store(true, Ordering::Relaxed);
        // SAFETY: `taken` was `false`, so there is no other reference.
        Some(unsafe { &mut *self.value.get() })
    }
}

/// Functions of the C library that the compiler calls by itself.
mod memory {
    use core::arch::asm;

    /// Does nothing, opaquely: otherwise the compiler would replace a loop by a call of the very function
    /// that the loop is in.
    #[inline(always)]
    fn opaque() {
        // SAFETY: the assembly is empty.
        unsafe { asm!("", options(nostack, preserves_flags)) }
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, len: usize) -> *mut u8 {
        // SAFETY: as the function's own: both are valid for `len` bytes.
        #[cfg(target_arch = "x86_64")]
        unsafe {
            asm!("rep movsb", inout("rcx") len => _, inout("rdi") to => _, inout("rsi") from => _,
                options(nostack, preserves_flags));
        }
        #[cfg(not(target_arch = "x86_64"))]
        for at in 0..len {
            opaque();
            // SAFETY: as above.
            unsafe { *to.add(at) = *from.add(at) };
        }
        to
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, len: usize) -> *mut u8 {
        if to.addr().wrapping_sub(from.addr()) >= len {
            // SAFETY: as the function's own, and the front is copied before it is written over.
            return unsafe { memcpy(to, from, len) };
        }
        for at in (0..len).rev() {
            opaque();
            // SAFETY: as the function's own.
            unsafe { *to.add(at) = *from.add(at) };
        }
        to
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn memset(to: *mut u8, byte: i32, len: usize) -> *mut u8 {
        // SAFETY: as the function's own: `to` is valid for `len` bytes.
        #[cfg(target_arch = "x86_64")]
        unsafe {
            asm!("rep stosb", inout("rcx") len => _, inout("rdi") to => _, in("al") byte as u8,
                options(nostack, preserves_flags));
        }
        #[cfg(not(target_arch = "x86_64"))]
        for at in 0..len {
            opaque();
            // SAFETY: as above.
            unsafe { *to.add(at) = byte as u8 };
        }
        to
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn memcmp(one: *const u8, other: *const u8, len: usize) -> i32 {
        for at in 0..len {
            opaque();
            // SAFETY: as the function's own: both are valid for that many bytes.
            let (one, other) = unsafe { (*one.add(at), *other.add(at)) };
            if one != other {
                return i32::from(one) - i32::from(other);
            }
        }
        0
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn bcmp(one: *const u8, other: *const u8, len: usize) -> i32 {
        // SAFETY: as the function's own.
        unsafe { memcmp(one, other, len) }
    }

    #[unsafe(no_mangle)]
    unsafe extern "C" fn strlen(text: *const u8) -> usize {
        let mut len = 0;
        // SAFETY: as the function's own: the text ends with NUL.
        while unsafe { *text.add(len) } != 0 {
            opaque();
            len += 1;
        }
        len
    }
}
