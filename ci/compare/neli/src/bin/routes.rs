//! Dumps the IPv4 routes and sums up their links' indices; neli.

use neli::consts::nl::NlmF;
use neli::consts::rtnl::{RtAddrFamily, RtScope, RtTable, Rta, Rtm, Rtn, Rtprot};
use neli::consts::socket::NlFamily;
use neli::nl::NlPayload;
use neli::router::synchronous::NlRouter;
use neli::rtnl::{Rtmsg, RtmsgBuilder};
use neli::utils::Groups;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (router, _) = NlRouter::connect(NlFamily::Route, None, Groups::empty())?;
    let request = RtmsgBuilder::default()
        .rtm_family(RtAddrFamily::Inet)
        .rtm_dst_len(0)
        .rtm_src_len(0)
        .rtm_tos(0)
        .rtm_table(RtTable::Unspec)
        .rtm_protocol(Rtprot::Unspec)
        .rtm_scope(RtScope::Universe)
        .rtm_type(Rtn::Unspec)
        .build()?;
    let (mut count, mut sum) = (0u64, 0u64);
    let routes =
        router.send::<_, _, Rtm, Rtmsg>(Rtm::Getroute, NlmF::DUMP, NlPayload::Payload(request))?;
    for route in routes {
        let route = route?;
        let Some(route) = route.get_payload() else { continue };
        count += 1;
        let attributes = route.rtattrs().get_attr_handle();
        sum += u64::from(attributes.get_attr_payload_as::<u32>(Rta::Oif).unwrap_or(0));
    }
    println!("{count} routes, sum {sum}");
    Ok(())
}
