//! Creates the links that are made of others: VLANs, bonds and bridges.

use barelink_codec::rtnl::link::kinds::bond::Bond;
use barelink_codec::rtnl::link::kinds::vlan::Vlan;
use barelink_codec::rtnl::link::{Link, LinkInfo};
use barelink_transport::Deadline;

use super::apply::Executor;
use super::bond::{self, Encoding};
use super::plan::{CreatedLink, LinkKind};

impl Executor<'_, '_, '_, '_> {
    /// Creates a link, after waiting for the links that it is made of.
    pub(super) fn create_link(&mut self, one: &CreatedLink<'_>, by: Deadline) {
        let name = one.name;
        let created = match one.kind {
            LinkKind::Vlan { id, on } => {
                let Some(on) = self.wait_for_link(on, by) else { return };
                self.new_link(name, &mut |link| {
                    link.put(Link::IFNAME, name).put(Link::LINK, on.index);
                    link.nest(Link::LINKINFO, |info| {
                        info.put(LinkInfo::KIND, "vlan");
                        info.nest(LinkInfo::DATA.nested::<Vlan>(), |vlan| {
                            vlan.put(Vlan::ID, id);
                        });
                    });
                })
            }
            LinkKind::Bond { options, mtu, .. } => {
                let mut primary = None;
                let _ = bond::for_each(options, &mut |option, value| {
                    if matches!(option.encoding, Encoding::Primary) {
                        primary = Some(value.text);
                    }
                });
                let primary =
                    primary.and_then(|name| self.wait_for_link(name, by)).map(|link| link.index);
                self.new_link(name, &mut |link| {
                    link.put(Link::IFNAME, name);
                    if let Some(mtu) = mtu {
                        link.put(Link::MTU, mtu);
                    }
                    link.nest(Link::LINKINFO, |info| {
                        info.put(LinkInfo::KIND, "bond");
                        info.nest(LinkInfo::DATA.nested::<Bond>(), |bond| {
                            let _ = bond::for_each(options, &mut |option, value| match option
                                .encoding
                            {
                                Encoding::Number(attribute, len) => {
                                    bond::put_integer(bond, attribute, len, value.number);
                                }
                                Encoding::Primary => {
                                    if let Some(index) = primary {
                                        bond.put(Bond::PRIMARY, index);
                                    }
                                }
                                Encoding::ArpTargets => {
                                    bond.elements(Bond::ARP_IP_TARGET, |list| {
                                        for (number, target) in
                                            (0..).zip(bond::arp_targets(value.text).flatten())
                                        {
                                            list.put(number, target);
                                        }
                                    });
                                }
                                Encoding::Ignored => {}
                            });
                        });
                    });
                })
            }
            LinkKind::Bridge { .. } => self.new_link(name, &mut |link| {
                link.put(Link::IFNAME, name);
                link.nest(Link::LINKINFO, |info| {
                    info.put(LinkInfo::KIND, "bridge");
                });
            }),
        };
        if !self.log.check(name, "create", created) {
            return;
        }
        match one.kind {
            LinkKind::Vlan { id, on } => {
                self.log.line(format_args!("{name}: VLAN {} on {on}", u32::from(id)));
                // The lower link is set up too: it need not have an `ip=`.
                for name in [on, name] {
                    if let Some(link) = self.wait_for_link(name, by) {
                        let up = self.set_up(link.index);
                        self.log.check(name, "up", up);
                    }
                }
            }
            LinkKind::Bond { ports, .. } => {
                if self.add_ports(name, ports, true, by) {
                    self.log.line(format_args!("{name}: bond of {ports}"));
                }
            }
            LinkKind::Bridge { ports } => {
                if self.add_ports(name, ports, false, by) {
                    self.log.line(format_args!("{name}: bridge of {ports}"));
                }
            }
        }
    }
}
