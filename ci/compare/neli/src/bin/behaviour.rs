//! Experiments of ci/compare, selected by name in the first argument; neli.

use neli::consts::nl::{NlmF, NlmsgerrAttr};
use neli::consts::rtnl::{Ifla, RtAddrFamily, RtScope, RtTable, Rtm, Rtn, Rtprot};
use neli::consts::socket::NlFamily;
use neli::err::RouterError;
use neli::nl::NlPayload;
use neli::router::synchronous::NlRouter;
use neli::rtnl::{Ifinfomsg, IfinfomsgBuilder, RtattrBuilder, Rtmsg, RtmsgBuilder};
use neli::types::RtBuffer;
use neli::utils::Groups;

type Failure = Box<dyn std::error::Error>;

fn name(link: &Ifinfomsg) -> String {
    let attributes = link.rtattrs().get_attr_handle();
    attributes.get_attr_payload_as_with_len::<String>(Ifla::Ifname).unwrap_or_default()
}

fn main() -> Result<(), Failure> {
    let what = std::env::args().nth(1).unwrap_or_default();
    let groups = if what == "forged" { Groups::new_groups(&[1]) } else { Groups::empty() };
    let (router, mut events) = NlRouter::connect(NlFamily::Route, None, groups)?;
    match what.as_str() {
        "done" => {
            router.enable_strict_checking(true)?;
            let request = RtmsgBuilder::default()
                .rtm_family(RtAddrFamily::Inet)
                .rtm_dst_len(0)
                .rtm_src_len(5)
                .rtm_tos(0)
                .rtm_table(RtTable::Unspec)
                .rtm_protocol(Rtprot::Unspec)
                .rtm_scope(RtScope::Universe)
                .rtm_type(Rtn::Unspec)
                .build()?;
            let routes = router.send::<_, _, Rtm, Rtmsg>(
                Rtm::Getroute,
                NlmF::DUMP,
                NlPayload::Payload(request),
            )?;
            let mut count = 0;
            for route in routes {
                match route {
                    Ok(route) if route.get_payload().is_some() => count += 1,
                    Ok(message) if format!("{:?}", message.nl_payload()).contains("-22") => {
                        println!("yes, as a payload: {:?}", message.nl_payload());
                        return Ok(());
                    }
                    Ok(_) => {}
                    Err(error) => {
                        println!("yes: {error}");
                        return Ok(());
                    }
                }
            }
            println!("no: success with {count} routes");
        }
        "altnames" => {
            let request =
                IfinfomsgBuilder::default().ifi_family(RtAddrFamily::Unspecified).build()?;
            let links = router.send::<_, _, Rtm, Ifinfomsg>(
                Rtm::Getlink,
                NlmF::DUMP,
                NlPayload::Payload(request),
            )?;
            let mut seen = false;
            for link in links {
                match link {
                    Ok(link) => seen |= link.get_payload().is_some_and(|link| name(link) == "many"),
                    Err(error) => {
                        println!("no: {error}");
                        return Ok(());
                    }
                }
            }
            println!("{}", if seen { "yes" } else { "no: success without it" });
        }
        "extack" => {
            router.enable_ext_ack(true)?;
            let mut attributes = RtBuffer::new();
            attributes
                .push(RtattrBuilder::default().rta_type(Ifla::Ifname).rta_payload("many").build()?);
            attributes.push(
                RtattrBuilder::default().rta_type(Ifla::Mtu).rta_payload(1_000_000u32).build()?,
            );
            let request = IfinfomsgBuilder::default()
                .ifi_family(RtAddrFamily::Unspecified)
                .rtattrs(attributes)
                .build()?;
            let replies = router.send::<_, _, Rtm, Ifinfomsg>(
                Rtm::Newlink,
                NlmF::ACK,
                NlPayload::Payload(request),
            )?;
            for reply in replies {
                match reply {
                    Err(RouterError::Nlmsgerr(error)) => {
                        let attributes = error.ext_ack().get_attr_handle();
                        let text = attributes
                            .get_attr_payload_as_with_len::<String>(NlmsgerrAttr::Msg)
                            .unwrap_or_default();
                        let found = text.contains("mtu greater");
                        if found { println!("yes: {text}") } else { println!("no: {error:?}") }
                    }
                    other => println!("no: {other:?}"),
                }
            }
        }
        "forged" => {
            println!("port {}", router.pid());
            while let Some(event) = events.next_typed::<Rtm, Ifinfomsg>() {
                let Ok(event) = event else { continue };
                let Some(link) = event.get_payload() else { continue };
                let forged = name(link) == "forged0";
                println!("{}", if forged { "no: it is delivered as an event" } else { "yes" });
                break;
            }
        }
        "large" => {
            let built = RtattrBuilder::default()
                .rta_type(Ifla::Ifname)
                .rta_payload(vec![0u8; 70_000])
                .build();
            match built {
                Err(error) => println!("yes: {error}"),
                Ok(attribute) => println!("no: its length says {}", attribute.rta_len()),
            }
        }
        _ => {}
    }
    Ok(())
}
