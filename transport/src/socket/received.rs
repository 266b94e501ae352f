//! Properties of a received datagram, and lists of groups.

/// Port of the kernel, `nl_pid` 0; no other socket has it.
pub const KERNEL: u32 = 0;

/// Length, sender and control messages of a received datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Received {
    /// Length of the datagram in the buffer, in bytes.
    pub len: usize,
    /// Port of the sender (`nl_pid`): [`KERNEL`] or a program's.
    #[doc(alias = "nl_pid")]
    pub from: u32,
    /// Destination group as a bit mask (`nl_groups`), for the groups 1 to 32; 0 for unicast.
    #[doc(alias = "nl_groups")]
    pub groups: u32,
    /// Number of the destination group, 0 for unicast; present with
    /// [`SocketOption::PKTINFO`](crate::SocketOption::PKTINFO).
    #[doc(alias = "nl_pktinfo")]
    pub group: Option<u32>,
    /// ID (nsid) of the network namespace that the notification is about, absent for the socket's
    /// own; present with [`SocketOption::LISTEN_ALL_NSID`](crate::SocketOption::LISTEN_ALL_NSID).
    pub nsid: Option<i32>,
    /// Process, user and group of the sender; present after
    /// [`Socket::set_pass_credentials`](crate::Socket::set_pass_credentials).
    pub credentials: Option<Credentials>,
}

impl Received {
    /// Returns whether the kernel sent the datagram; other programs can send the same bytes.
    pub const fn is_from_kernel(&self) -> bool {
        self.from == KERNEL
    }
}

/// Credentials of a sender, `struct ucred`, by the IDs of the receiver's namespaces.
///
/// The kernel's are 0, before the mapping to the receiver's namespaces; root's can be the same:
/// [`Received::is_from_kernel`] identifies the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[doc(alias = "ucred")]
#[doc(alias = "SCM_CREDENTIALS")]
pub struct Credentials {
    /// Process ID; 0 for the kernel, and for a process outside of the receiver's PID namespace.
    pub pid: u32,
    /// User ID; `kernel.overflowuid` (65534) without a mapping in the receiver's user namespace.
    pub uid: u32,
    /// Group ID; `kernel.overflowgid` (65534) without a mapping in the receiver's user namespace.
    pub gid: u32,
}

/// Iterator over the numbers of the groups that a socket has joined, ascending.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Groups<'r> {
    words: &'r [u32],
    next: u32,
}

impl<'r> Groups<'r> {
    /// Iterates over the bits of these words; bit 0 of the first is group 1.
    pub(crate) const fn new(words: &'r [u32]) -> Self {
        Groups { words, next: 0 }
    }
}

impl Iterator for Groups<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        loop {
            let word = self.words.get(self.next as usize / 32)?;
            let is_in = word >> (self.next % 32) & 1 == 1;
            self.next += 1;
            if is_in {
                return Some(self.next);
            }
        }
    }
}
