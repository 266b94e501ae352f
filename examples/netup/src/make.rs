//! Links that are made of others.

use barelink_codec::rtnl::link::kinds::bond::Bond;
use barelink_codec::rtnl::link::kinds::vlan::Vlan;
use barelink_codec::rtnl::link::{Link, LinkInfo};
use barelink_transport::Deadline;

use super::apply::Work;
use super::bond::{self, Put};
use super::plan::{Made, MadeKind};

impl Work<'_, '_, '_, '_> {
    /// Makes a link, once those are there that it is made of.
    pub(super) fn make(&mut self, one: &Made<'_>, by: Deadline) {
        let name = one.name;
        let made = match one.kind {
            MadeKind::Vlan { id, on } => {
                let Some(on) = self.link(on, by) else { return };
                self.create(name, &mut |link| {
                    link.put(Link::IFNAME, name).put(Link::LINK, on.index);
                    link.nest(Link::LINKINFO, |info| {
                        info.put(LinkInfo::KIND, "vlan");
                        info.nest(LinkInfo::DATA.nested::<Vlan>(), |vlan| {
                            vlan.put(Vlan::ID, id);
                        });
                    });
                })
            }
            MadeKind::Bond { options, mtu, .. } => {
                let mut primary = None;
                let _ = bond::each(options, &mut |row, value| {
                    if matches!(row.put, Put::Primary) {
                        primary = Some(value.text);
                    }
                });
                let primary = primary.and_then(|name| self.link(name, by)).map(|link| link.index);
                self.create(name, &mut |link| {
                    link.put(Link::IFNAME, name);
                    if let Some(mtu) = mtu {
                        link.put(Link::MTU, mtu);
                    }
                    link.nest(Link::LINKINFO, |info| {
                        info.put(LinkInfo::KIND, "bond");
                        info.nest(LinkInfo::DATA.nested::<Bond>(), |bond| {
                            let _ = bond::each(options, &mut |row, value| match row.put {
                                Put::Number(attribute, len) => {
                                    bond::put(bond, attribute, len, value.number);
                                }
                                Put::Primary => {
                                    if let Some(index) = primary {
                                        bond.put(Bond::PRIMARY, index);
                                    }
                                }
                                Put::Targets => {
                                    bond.elements(Bond::ARP_IP_TARGET, |list| {
                                        for (place, target) in
                                            (0..).zip(bond::targets(value.text).flatten())
                                        {
                                            list.put(place, target);
                                        }
                                    });
                                }
                                Put::Nothing => {}
                            });
                        });
                    });
                })
            }
            MadeKind::Bridge { .. } => self.create(name, &mut |link| {
                link.put(Link::IFNAME, name);
                link.nest(Link::LINKINFO, |info| {
                    info.put(LinkInfo::KIND, "bridge");
                });
            }),
        };
        if !self.log.is_done(name, "make", made) {
            return;
        }
        match one.kind {
            MadeKind::Vlan { id, on } => {
                self.log.line(format_args!("{name}: VLAN {} of {on}", u32::from(id)));
                // Up with the link under it, which need not have an `ip=` of its own.
                for name in [on, name] {
                    if let Some(link) = self.link(name, by) {
                        let up = self.up(link.index);
                        self.log.is_done(name, "up", up);
                    }
                }
            }
            MadeKind::Bond { ports, .. } => {
                if self.join(name, ports, true, by) {
                    self.log.line(format_args!("{name}: bond of {ports}"));
                }
            }
            MadeKind::Bridge { ports } => {
                if self.join(name, ports, false, by) {
                    self.log.line(format_args!("{name}: bridge of {ports}"));
                }
            }
        }
    }
}
