//! Lists the links: index, name, mtu; barelink without std and libc, for x86-64.
#![no_std]
#![no_main]

use core::fmt::{self, Write};

use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_transport::{Connection, Error, Protocol};

/// Line of text, written by one system call.
struct Line([u8; 128], usize);

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.0.get_mut(self.1..).and_then(|rest| rest.get_mut(..text.len()));
        room.ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.1 += text.len();
        Ok(())
    }
}

fn run() -> Result<(), Error> {
    let mut buffer = [0; 33 * 1024];
    let mut route = Connection::open(Protocol::ROUTE, &mut buffer)?;
    let mut links = route.dump(link::GET, LinkHeader::default(), |_| {})?;
    while let Some(link) = links.next()? {
        let (name, mtu) = link.find((Link::IFNAME, Link::MTU))?;
        let mut line = Line([0; 128], 0);
        let (name, mtu) = (name.require()?, mtu.get()?.unwrap_or(0));
        let _ = writeln!(line, "{}: {} mtu {}", link.header.index, name, mtu);
        // SAFETY: the program never closes standard output.
        let stdout = unsafe { rustix::stdio::stdout() };
        let _ = rustix::io::write(stdout, line.0.get(..line.1).unwrap_or_default());
    }
    Ok(())
}

core::arch::global_asm!(
    ".globl _start",
    "_start:",
    "xor %ebp, %ebp",
    "and $-16, %rsp",
    "call start",
    "mov %eax, %edi",
    "mov $231, %eax",
    "syscall",
    options(att_syntax)
);

// Functions that the compiler expects of a C library, in the fewest bytes.
core::arch::global_asm!(
    ".globl memcpy, memset, bcmp, strlen",
    "memcpy:",
    "mov %rdi, %rax",
    "mov %rdx, %rcx",
    "rep movsb",
    "ret",
    "memset:",
    "mov %rdi, %r8",
    "mov %esi, %eax",
    "mov %rdx, %rcx",
    "rep stosb",
    "mov %r8, %rax",
    "ret",
    "bcmp:",
    "mov %rdx, %rcx",
    "xor %eax, %eax",
    "repe cmpsb",
    "setne %al",
    "ret",
    "strlen:",
    "xor %eax, %eax",
    "or $-1, %rcx",
    "repne scasb",
    "mov %rcx, %rax",
    "not %rax",
    "dec %rax",
    "ret",
    options(att_syntax)
);

#[unsafe(no_mangle)]
extern "C" fn start() -> i32 {
    run().is_err().into()
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
