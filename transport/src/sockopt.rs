//! System calls that rustix lacks: netlink's socket options, packet filters and control messages.
//!
//! Without `std`, also the monotonic clock: rustix reads it from the vDSO, which takes more code
//! than all of this file, and is missing under some emulators and debuggers. The one file with
//! `unsafe`.
#![allow(unsafe_code)]

use core::ffi::{c_int, c_void};
use core::mem::{MaybeUninit, size_of, size_of_val};

use barelink_codec::socket::Instruction;
use linux_raw_sys::net::{SO_ATTACH_FILTER, SO_DETACH_FILTER, SOL_NETLINK, SOL_SOCKET};
use rustix::fd::BorrowedFd;
use rustix::io::{Errno, IoSliceMut, Result};
use rustix::net::{RecvAncillaryBuffer, RecvFlags, RecvMsg, recvmsg};

/// Sets an option of the level `SOL_NETLINK`, all of which are integers.
pub(crate) fn set(fd: BorrowedFd<'_>, name: u32, value: u32) -> Result<()> {
    // SAFETY: an integer has no pointer in it.
    unsafe { set_value(fd, SOL_NETLINK, name, &value) }
}

/// Reads an option of the level `SOL_NETLINK`; returns its length in bytes, which may be more than
/// fits `words`.
pub(crate) fn get(fd: BorrowedFd<'_>, name: u32, words: &mut [u32]) -> Result<usize> {
    let mut len = c_int::try_from(size_of_val(words)).unwrap_or(c_int::MAX);
    // SAFETY: the kernel writes at most `len` bytes to `words`, which has as many, and any bytes
    // are words; then the length to `len`.
    unsafe { system::getsockopt(fd, SOL_NETLINK, name, words.as_mut_ptr().cast(), &mut len)? };
    Ok(len as usize)
}

// `struct sock_filter` has 8 bytes.
const _: () = assert!(size_of::<Instruction>() == 8);

/// `struct sock_fprog`.
#[repr(C)]
struct Program {
    len: u16,
    filter: *const Instruction,
}

/// Attaches a classic BPF program (`SO_ATTACH_FILTER`).
pub(crate) fn attach_filter(fd: BorrowedFd<'_>, program: &[Instruction]) -> Result<()> {
    let len = u16::try_from(program.len()).map_err(|_| Errno::INVAL)?;
    let program = Program { len, filter: program.as_ptr() };
    // SAFETY: the pointer in it is to `len` instructions that outlive the call; the kernel only reads
    // them, and keeps a copy.
    unsafe { set_value(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program) }
}

/// Detaches the filter (`SO_DETACH_FILTER`).
pub(crate) fn detach_filter(fd: BorrowedFd<'_>) -> Result<()> {
    // SAFETY: an integer has no pointer in it.
    unsafe { set_value(fd, SOL_SOCKET, SO_DETACH_FILTER, &0u32) }
}

/// `setsockopt(2)` with a value of any type.
///
/// # Safety
///
/// A pointer in the value points to what the option takes.
unsafe fn set_value<T>(fd: BorrowedFd<'_>, level: u32, name: u32, value: &T) -> Result<()> {
    let len = size_of::<T>() as u32;
    // SAFETY: the kernel reads at most `len` bytes from `value`, which has as many; the
    // caller vouches for what it points to.
    unsafe { system::setsockopt(fd, level, name, (&raw const *value).cast(), len) }
}

/// Buffer for the control messages that a netlink socket may add: group, namespace ID,
/// credentials.
#[repr(align(8))]
struct ControlBuffer([MaybeUninit<u8>; CONTROL_LEN]);

/// Length of the control buffer: each of the three messages takes at most 32 bytes; the last 32
/// stay zero, which ends the list.
const CONTROL_LEN: usize = 128;

/// Control messages of a datagram (`struct cmsghdr` and data), ended by zeros.
pub(crate) struct Control([u8; CONTROL_LEN]);

/// Receives a datagram with all its control messages, which rustix would skip.
pub(crate) fn receive(
    fd: BorrowedFd<'_>,
    buffer: &mut [u8],
    flags: RecvFlags,
) -> Result<(RecvMsg, Control)> {
    let mut space = ControlBuffer([MaybeUninit::new(0); CONTROL_LEN]);
    let mut control = RecvAncillaryBuffer::new(&mut space.0);
    let message = recvmsg(fd, &mut [IoSliceMut::new(buffer)], &mut control, flags)?;
    // Its drop looks for file descriptors to close, which netlink does not pass.
    core::mem::forget(control);
    // SAFETY: every byte was set to zero above, and the kernel wrote only bytes since.
    let bytes = space.0.map(|byte| unsafe { byte.assume_init() });
    Ok((message, Control(bytes)))
}

impl Control {
    /// Iterates over the messages: level, type and data of each.
    pub(crate) fn messages(&self) -> impl Iterator<Item = (u32, u32, &[u8])> {
        const WORD: usize = size_of::<usize>();
        const HEADER: usize = WORD + 8;
        let mut rest = &self.0[..];
        core::iter::from_fn(move || {
            let (header, _) = rest.split_at_checked(HEADER)?;
            let len = usize::from_ne_bytes(header[..WORD].try_into().ok()?);
            let level = u32::from_ne_bytes(header[WORD..WORD + 4].try_into().ok()?);
            let message_type = u32::from_ne_bytes(header[WORD + 4..].try_into().ok()?);
            let data = rest.get(HEADER..len)?;
            rest = rest.get(len.next_multiple_of(WORD)..).unwrap_or(&[]);
            Some((level, message_type, data))
        })
    }
}

/// Returns the time by `CLOCK_MONOTONIC` in nanoseconds; 0 if the system has no such clock.
#[cfg(not(feature = "std"))]
pub(crate) fn now() -> u64 {
    let [seconds, nanoseconds] = system::monotonic();
    seconds.unsigned_abs().wrapping_mul(1_000_000_000).wrapping_add(nanoseconds.unsigned_abs())
}

/// System calls by the instruction, on the targets where rustix does the same.
#[cfg(all(
    not(feature = "use-libc"),
    target_os = "linux",
    target_endian = "little",
    any(
        target_arch = "x86",
        target_arch = "arm",
        all(
            target_pointer_width = "64",
            any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
        )
    )
))]
mod system {
    use super::{BorrowedFd, Errno, Result, c_int, c_void};
    use core::arch::asm;
    use core::ptr::without_provenance_mut as number;
    use rustix::fd::AsRawFd;

    #[cfg(not(target_arch = "x86"))]
    use linux_raw_sys::general::{__NR_getsockopt as GET, __NR_setsockopt as SET};
    #[cfg(target_arch = "x86")]
    use linux_raw_sys::net::{SYS_GETSOCKOPT as GET, SYS_SETSOCKOPT as SET};

    /// `setsockopt(2)`.
    ///
    /// # Safety
    ///
    /// `value` is valid for reading `len` bytes, and is what the option takes.
    pub(super) unsafe fn setsockopt(
        fd: BorrowedFd<'_>,
        level: u32,
        name: u32,
        value: *const c_void,
        len: u32,
    ) -> Result<()> {
        // SAFETY: as this function's own; the kernel does not write to `value`.
        unsafe { option(SET, fd, level, name, value.cast_mut(), number(len as usize)) }
    }

    /// `getsockopt(2)`.
    ///
    /// # Safety
    ///
    /// `value` is valid for writing `len` bytes.
    pub(super) unsafe fn getsockopt(
        fd: BorrowedFd<'_>,
        level: u32,
        name: u32,
        value: *mut c_void,
        len: &mut c_int,
    ) -> Result<()> {
        // SAFETY: as this function's own; `len` is valid for writing.
        unsafe { option(GET, fd, level, name, value, (&raw mut *len).cast()) }
    }

    /// Performs one of the two calls above.
    ///
    /// # Safety
    ///
    /// As the call itself: what the pointers point to is what it reads and writes.
    unsafe fn option(
        which: u32,
        fd: BorrowedFd<'_>,
        level: u32,
        name: u32,
        value: *mut c_void,
        len: *mut c_void,
    ) -> Result<()> {
        let fd = fd.as_raw_fd() as usize;
        let arguments = [number(fd), number(level as usize), number(name as usize), value, len];
        // `socketcall(2)`: kernels before 4.3 have no separate calls.
        #[cfg(target_arch = "x86")]
        let (which, arguments) = {
            let list = (&raw const arguments).cast_mut().cast();
            let which = number(which as usize);
            (linux_raw_sys::general::__NR_socketcall, [which, list, NOTHING, NOTHING, NOTHING])
        };
        // SAFETY: as this function's own.
        let result = unsafe { call(which, arguments) };
        if result < 0 {
            return Err(Errno::from_raw_os_error(result.wrapping_neg() as i32));
        }
        Ok(())
    }

    /// Returns seconds and nanoseconds by `CLOCK_MONOTONIC`; zeros without such a clock.
    #[cfg(not(feature = "std"))]
    pub(super) fn monotonic() -> [i64; 2] {
        #[cfg(target_pointer_width = "32")]
        use linux_raw_sys::general::__NR_clock_gettime64;
        use linux_raw_sys::general::{__NR_clock_gettime, CLOCK_MONOTONIC};
        let clock = number(CLOCK_MONOTONIC as usize);
        #[cfg(target_pointer_width = "32")]
        {
            let mut time = [0i64; 2];
            let arguments = [clock, (&raw mut time).cast(), NOTHING, NOTHING, NOTHING];
            // SAFETY: the kernel writes two integers of 64 bits to `time`, which has as many.
            if unsafe { call(__NR_clock_gettime64, arguments) } == 0 {
                return time;
            }
            // Kernels before 5.1 have only the 32-bit call.
        }
        let mut time = [0isize; 2];
        let arguments = [clock, (&raw mut time).cast(), NOTHING, NOTHING, NOTHING];
        // SAFETY: the kernel writes two integers as wide as a pointer to `time`, which has as many.
        unsafe { call(__NR_clock_gettime, arguments) };
        time.map(|part| part as i64)
    }

    /// Argument that the call does not have.
    #[cfg(any(not(feature = "std"), target_arch = "x86"))]
    const NOTHING: *mut c_void = number(0);

    /// Performs a system call with up to five arguments (on x86 two, as `socketcall(2)` takes the
    /// rest), and returns its result: a negative errno on failure.
    ///
    /// # Safety
    ///
    /// As the call itself: what the pointers point to is what it reads and writes.
    unsafe fn call(which: u32, [a, b, c, d, e]: [*mut c_void; 5]) -> isize {
        let result: isize;
        // SAFETY: the registers are those of the kernel's calling convention, the clobbered ones
        // are named, and memory counts as changed.
        #[cfg(target_arch = "x86_64")]
        unsafe {
            asm!("syscall", inlateout("rax") which as isize => result,
                in("rdi") a, in("rsi") b, in("rdx") c, in("r10") d, in("r8") e,
                lateout("rcx") _, lateout("r11") _, options(nostack, preserves_flags));
        }
        // SAFETY: as above.
        #[cfg(target_arch = "aarch64")]
        unsafe {
            asm!("svc 0", in("x8") which as usize, inlateout("x0") a => result,
                in("x1") b, in("x2") c, in("x3") d, in("x4") e,
                options(nostack, preserves_flags));
        }
        // SAFETY: as above.
        #[cfg(target_arch = "riscv64")]
        unsafe {
            asm!("ecall", in("a7") which as usize, inlateout("a0") a => result,
                in("a1") b, in("a2") c, in("a3") d, in("a4") e,
                options(nostack, preserves_flags));
        }
        // SAFETY: as above; r7 may be the frame pointer, which an operand cannot name, so that it is
        // saved and restored by hand.
        #[cfg(target_arch = "arm")]
        unsafe {
            asm!("mov {kept}, r7", "mov r7, {which}", "svc 0", "mov r7, {kept}",
                kept = out(reg) _, which = in(reg) which, inlateout("r0") a => result,
                in("r1") b, in("r2") c, in("r3") d, in("r4") e, options(nostack));
        }
        // SAFETY: as above.
        #[cfg(target_arch = "x86")]
        unsafe {
            let _ = (c, d, e);
            asm!("int 0x80", inlateout("eax") which as isize => result,
                in("ebx") a, in("ecx") b, options(nostack, preserves_flags));
        }
        result
    }
}

/// System calls by libc, on the targets and with the feature where rustix uses it too.
#[cfg(not(all(
    not(feature = "use-libc"),
    target_os = "linux",
    target_endian = "little",
    any(
        target_arch = "x86",
        target_arch = "arm",
        all(
            target_pointer_width = "64",
            any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
        )
    )
)))]
mod system {
    use super::{BorrowedFd, Errno, Result, c_int, c_void};
    #[cfg(target_os = "android")]
    use libc::__errno as errno_location;
    #[cfg(not(target_os = "android"))]
    use libc::__errno_location as errno_location;
    use rustix::fd::AsRawFd;

    /// `setsockopt(2)`.
    ///
    /// # Safety
    ///
    /// `value` is valid for reading `len` bytes, and is what the option takes.
    pub(super) unsafe fn setsockopt(
        fd: BorrowedFd<'_>,
        level: u32,
        name: u32,
        value: *const c_void,
        len: u32,
    ) -> Result<()> {
        // SAFETY: as this function's own.
        check(unsafe {
            libc::setsockopt(fd.as_raw_fd(), level as c_int, name as c_int, value, len)
        })
    }

    /// `getsockopt(2)`.
    ///
    /// # Safety
    ///
    /// `value` is valid for writing `len` bytes.
    pub(super) unsafe fn getsockopt(
        fd: BorrowedFd<'_>,
        level: u32,
        name: u32,
        value: *mut c_void,
        len: &mut c_int,
    ) -> Result<()> {
        let len = (&raw mut *len).cast();
        // SAFETY: as this function's own; `len` is valid for writing, and a length is as wide as an
        // int.
        check(unsafe {
            libc::getsockopt(fd.as_raw_fd(), level as c_int, name as c_int, value, len)
        })
    }

    /// Returns seconds and nanoseconds by `CLOCK_MONOTONIC`; zeros without such a clock.
    #[cfg(not(feature = "std"))]
    #[allow(clippy::useless_conversion)] // The fields' width depends on the target.
    pub(super) fn monotonic() -> [i64; 2] {
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: `time` is valid for writing, and what the call writes.
        unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
        [time.tv_sec.into(), time.tv_nsec.into()]
    }

    fn check(result: c_int) -> Result<()> {
        if result == 0 {
            return Ok(());
        }
        // SAFETY: libc's errno is thread-local and always valid to read.
        Err(Errno::from_raw_os_error(unsafe { *errno_location() }))
    }
}
