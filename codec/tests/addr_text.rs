//! Addresses as text, parsed and printed.

use barelink_codec::addr_text::{MAX_HARDWARE, NotAPrefix, Prefix, Version, hardware};
use barelink_codec::value::MacAddr;

#[test]
fn an_address_with_its_length_reads_and_prints_the_same() {
    for (text, len) in
        [("10.0.0.1/16", 16), ("2001:1:2::3/64", 64), ("::/0", 0), ("1.2.3.4/32", 32)]
    {
        let prefix: Prefix = text.parse().unwrap();
        assert_eq!((prefix.to_string().as_str(), prefix.len), (text, len));
    }
}

#[test]
fn without_a_length_all_bits_count() {
    assert_eq!("10.0.0.1".parse::<Prefix>().unwrap().len, 32);
    assert_eq!("::1".parse::<Prefix>().unwrap().len, 128);
}

#[test]
fn default_any_and_all_are_the_unspecified_address() {
    for text in ["default", "any", "all"] {
        assert_eq!(Prefix::parse(text, Some(Version::V6)).unwrap().to_string(), "::/0");
        assert_eq!(Prefix::parse(text, Some(Version::V4)).unwrap().to_string(), "0.0.0.0/0");
        assert_eq!(Prefix::parse(text, None).unwrap().to_string(), "0.0.0.0/0");
    }
}

#[test]
fn an_address_of_the_other_version_is_an_error() {
    assert_eq!(Prefix::parse("10.0.0.1", Some(Version::V6)), Err(NotAPrefix::Version));
    assert_eq!(Prefix::parse("::1/64", Some(Version::V4)), Err(NotAPrefix::Version));
    assert!(Prefix::parse("::1/64", Some(Version::V6)).is_ok());
}

#[test]
fn a_length_is_a_number_no_longer_than_the_address() {
    for text in
        ["10.0.0.1/33", "10.0.0.1/99", "10.0.0.1/", "10.0.0.1/+8", "10.0.0.1/-1", "1.2.3.4/8/8"]
    {
        assert_eq!(text.parse::<Prefix>(), Err(NotAPrefix::Length { max: 32 }), "{text}");
    }
    for text in ["::1/129", "::1/256", "::1/x"] {
        assert_eq!(text.parse::<Prefix>(), Err(NotAPrefix::Length { max: 128 }), "{text}");
    }
}

#[test]
fn an_ipv4_prefix_may_lack_its_last_numbers() {
    assert_eq!("10/8".parse::<Prefix>().unwrap().to_string(), "10.0.0.0/8");
    assert_eq!("172.16/12".parse::<Prefix>().unwrap().to_string(), "172.16.0.0/12");
    for text in
        ["10", "10.1", "256/8", "10./8", "/8", "1.2.3.4.5/8", "+1/8", "", "eth0", "1.2.3.4%1"]
    {
        assert_eq!(text.parse::<Prefix>(), Err(NotAPrefix::Address), "{text}");
    }
}

#[test]
fn addresses_parse_as_in_the_standard_library() {
    use core::net::IpAddr;
    let seeds = [
        "1.22.254.0",
        "::",
        "1::",
        "::1",
        "1:2:3:4:5:6:7:8",
        "fe80::a:BcD",
        "::ffff:1.2.3.4",
        "1:2:3:4:5:6:1.2.3.4",
        "1:2:3:4::6:7:8",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "64:ff9b::10.0.0.1",
    ];
    let mut addresses = 0;
    let mut agree = |text: &str| {
        let expected = text.parse::<IpAddr>().ok();
        let read = text.parse::<Prefix>().ok();
        assert_eq!(read.map(|prefix| prefix.address), expected, "{text}");
        if let (Some(expected), Some(read)) = (expected, read) {
            assert_eq!(read.to_string(), format!("{expected}/{}", read.len));
            addresses += 1;
        }
    };
    for seed in seeds {
        agree(seed);
        for at in 0..seed.len() {
            let (before, after) = (&seed[..at], &seed[at + 1..]);
            agree(&format!("{before}{after}"));
            agree(before);
            for put in [":", "::", ".", "0", "1", "9", "f", "g", "00", "%", " ", ":0:", "1.2.3.4"] {
                agree(&format!("{before}{put}{after}"));
                agree(&format!("{before}{put}{}", &seed[at..]));
            }
        }
    }
    assert!(addresses > 500, "{addresses}");
}

#[test]
fn a_hardware_address_reads_and_prints_the_same() {
    let mut out = [0; MAX_HARDWARE];
    let bytes = hardware("02:00:5e:00:00:fF", &mut out).unwrap();
    assert_eq!(MacAddr(bytes).to_string(), "02:00:5e:00:00:ff");
    assert_eq!(hardware("2-0-5E-0-0-1", &mut out), Some(&[2, 0, 0x5e, 0, 0, 1][..]));
    let longest = ["ff"; MAX_HARDWARE].join(":");
    assert_eq!(hardware(&longest, &mut out).unwrap().len(), MAX_HARDWARE);
}

#[test]
fn invalid_hardware_addresses_are_none() {
    let mut out = [0; MAX_HARDWARE];
    let too_long = ["ff"; MAX_HARDWARE + 1].join(":");
    for text in ["", ":", "02:", "002:00", "0g:00", "+2:00", "02 :00", "02::00", "ä", &too_long] {
        assert_eq!(hardware(text, &mut out), None, "{text}");
    }
}
