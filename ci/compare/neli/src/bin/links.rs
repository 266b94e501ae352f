//! Lists the links: index, name, mtu; neli.

use neli::consts::nl::NlmF;
use neli::consts::rtnl::{Ifla, RtAddrFamily, Rtm};
use neli::consts::socket::NlFamily;
use neli::nl::NlPayload;
use neli::router::synchronous::NlRouter;
use neli::rtnl::{Ifinfomsg, IfinfomsgBuilder};
use neli::utils::Groups;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (router, _) = NlRouter::connect(NlFamily::Route, None, Groups::empty())?;
    let request = IfinfomsgBuilder::default().ifi_family(RtAddrFamily::Unspecified).build()?;
    let links = router.send::<_, _, Rtm, Ifinfomsg>(
        Rtm::Getlink,
        NlmF::DUMP,
        NlPayload::Payload(request),
    )?;
    for link in links {
        let link = link?;
        let Some(link) = link.get_payload() else { continue };
        let attributes = link.rtattrs().get_attr_handle();
        let name = attributes.get_attr_payload_as_with_len::<String>(Ifla::Ifname)?;
        let mtu = attributes.get_attr_payload_as::<u32>(Ifla::Mtu)?;
        println!("{}: {name} mtu {mtu}", link.ifi_index());
    }
    Ok(())
}
