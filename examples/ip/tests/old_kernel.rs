//! Test on a kernel before 4.12, which lacks strict checking and error texts: output is the same if
//! every `setsockopt` fails, injected by `strace`.

use barelink_test_support::in_namespace;

const IP: (&str, &str) = ("IP", env!("CARGO_BIN_EXE_ip"));

#[test]
fn output_is_the_same_without_any_socket_option() {
    let script = "
        command -v strace >/dev/null || { echo 'skipped: no strace'; exit 0; }
        old='strace -qq -o /dev/null -e trace=setsockopt -e inject=setsockopt:error=ENOPROTOOPT'
        $old true || { echo 'skipped: strace may not trace'; exit 0; }
        $IP link set lo up
        $IP link add v0 type veth peer name v1
        $IP link set v0 up; $IP link set v1 up
        $IP addr add 192.0.2.1/24 dev v0; $IP addr add 192.0.2.2/32 dev lo
        $IP route add 198.51.100.0/24 via 192.0.2.9
        $IP route add 203.0.113.0/24 dev lo table 99
        sleep 0.2
        for words in 'link show' 'addr show dev v0' 'route show' 'route show table 99' 'rule show'; do
            [ \"$($IP $words)\" = \"$($old $IP $words)\" ] || echo \"differs: $words\"
            $IP $words
        done
        $old $IP link del nothing 2>&1 || :
        $old $IP link add odd type no-such-kind 2>&1 || :";
    let Some(output) = in_namespace(script, &[IP]) else { return };
    let text = String::from_utf8_lossy(&output.stdout);
    if text.starts_with("skipped: ") {
        return print!("{text}");
    }
    assert!(!text.contains("differs"), "{text}");
    for words in ["v1@v0", "inet 192.0.2.1/24", "198.51.100.0/24 via 192.0.2.9", "203.0.113.0/24"] {
        assert!(text.contains(words), "{words}\n{text}{}", String::from_utf8_lossy(&output.stderr));
    }
    assert!(text.contains("RTNETLINK answers: Operation not supported"), "{text}");
}
