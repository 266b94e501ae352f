# Prints the memory of a program at its end, in KiB: `perl measure.pl PROGRAM [WORD]...`. Stops it at
# its exit with ptrace and reads its resident set size. For x86-64.
use strict;
my ($WAIT4, $PTRACE, $TRACEME, $CONT, $SETOPTIONS, $TRACEEXIT) = (61, 101, 0, 7, 0x4200, 0x40);
my ($STOPPED, $TRAP, $AT_EXIT) = (0x7f, 5, 6 << 8 | 5);
sub ptrace { syscall($PTRACE, $_[0], $_[1], 0, $_[2]) == 0 or die "trace: $!" }
my $pid = fork // die $!;
if (!$pid) {
    open STDOUT, '>', '/dev/null';
    ptrace($TRACEME, 0, 0);
    exec { $ARGV[0] } @ARGV;
    exit 127;
}
# Perl's own waitpid takes a stopped program for one that has ended.
sub wait_for {
    my $status = pack 'l', 0;
    syscall($WAIT4, $pid, $status, 0, 0) == $pid or die "wait: $!";
    return unpack 'l', $status;
}
my $resident = '-';
my $status = wait_for();
ptrace($SETOPTIONS, $pid, $TRACEEXIT);
while (($status & 0xff) == $STOPPED) {
    my $why = $status >> 8;
    if ($why == $AT_EXIT) {
        open my $map, '<', "/proc/$pid/smaps_rollup" or die $!;
        for (<$map>) { $resident = $1 if /^Rss:\s+(\d+)/ }
    }
    ptrace($CONT, $pid, ($why & 0xff) == $TRAP ? 0 : $why & 0xff);
    $status = wait_for();
}
print "$resident\n";
exit($status >> 8);
