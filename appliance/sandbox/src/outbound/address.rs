//! Which addresses a request may end at.
//!
//! A public name can lead to a private address: it is the address that is checked, after the look-up, and the checked
//! address is the one that is dialled. The appliance's own addresses are never dialled: a plugin shall not reach our own
//! door, or what else listens on this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::AddressPolicy;

/// How far requests of one endpoint reach.
pub(super) struct Reach<'a> {
    pub(super) policy: AddressPolicy,
    /// The municipality's own network counts too (RFC 1918, RFC 4193).
    pub(super) private: bool,
    /// This machine's own addresses.
    pub(super) own: &'a [IpAddr],
}

impl Reach<'_> {
    /// Whether a request may be sent to this address.
    pub(super) fn allows(&self, address: IpAddr) -> bool {
        let address = canonical(address);
        if self.policy == AddressPolicy::PublicAndLoopback && address.is_loopback() {
            return true;
        }
        let is_own = self.own.iter().any(|own| canonical(*own) == address);
        let is_reachable = match address {
            IpAddr::V4(address) => is_public_v4(address) || (self.private && address.is_private()),
            IpAddr::V6(address) => is_public_v6(address) || (self.private && is_site_v6(address)),
        };
        is_reachable && !is_own
    }

    /// Whether the administrator's word alone is missing: an address of the municipality's own network.
    pub(super) fn lacks_confirmation_for(&self, address: IpAddr) -> bool {
        !self.allows(address) && Reach { private: true, ..*self }.allows(address)
    }
}

/// An IPv4 address in an IPv6 coat is an IPv4 address.
fn canonical(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// Looks public, and is the platform's own service at every machine in Azure.
const AZURE_PLATFORM: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);

/// IANA's registry of special-purpose IPv4 addresses (RFC 6890 and its successors).
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || a == 10
        || a == 127
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 169 && b == 254)
        || (a == 172 && (16..32).contains(&b))
        || address == AZURE_PLATFORM
        || (a == 192 && b == 168)
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
        || (a == 198 && b == 51 && c == 100)
        || (a == 203 && b == 0 && c == 113))
}

/// Only global unicast, without the ranges that wrap or hide an IPv4 address.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let global = a & 0xe000 == 0x2000;
    let special = a == 0x2002                       // 6to4
        || (a == 0x2001 && b < 0x0200)              // Teredo, ORCHID and other protocol assignments
        || (a == 0x2001 && b == 0x0db8)             // documentation
        || (a == 0x3fff && b < 0x1000); // documentation
    global && !special
}

/// Unique local addresses, but not those under which clouds keep metadata and credentials of their machines: all of
/// AWS's `fd00:ec2::/32`, Google's `fd20:ce::254`, Scaleway's `fd00:42::42`.
fn is_site_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let metadata = (a == 0xfd00 && (b == 0xec2 || b == 0x42)) || (a == 0xfd20 && b == 0xce);
    address.is_unique_local() && !metadata
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_allowed(policy: AddressPolicy, address: IpAddr) -> bool {
        Reach { policy, private: false, own: &[] }.allows(address)
    }

    #[test]
    fn no_request_ends_at_this_machine() {
        let own = ["93.184.216.34", "2606:4700::1111", "10.0.0.1"].map(|text| text.parse().unwrap());
        let reach = Reach { policy: AddressPolicy::PublicOnly, private: true, own: &own };
        for (text, allowed) in [
            ("93.184.216.34", false),
            ("::ffff:93.184.216.34", false),
            ("2606:4700::1111", false),
            ("10.0.0.1", false),
            ("93.184.216.35", true),
            ("2606:4700::1112", true),
        ] {
            assert_eq!(reach.allows(text.parse().unwrap()), allowed, "{text}");
        }
    }

    #[test]
    fn the_municipalitys_network_is_not_the_machines() {
        let reach = Reach { policy: AddressPolicy::PublicOnly, private: true, own: &[] };
        for text in ["10.0.0.1", "172.16.5.5", "192.168.1.1", "fd12:3456::1", "::ffff:10.0.0.1"] {
            assert!(reach.allows(text.parse().unwrap()), "{text}");
        }
        let never = [
            "127.0.0.1",
            "169.254.169.254",
            "169.254.170.23",
            "168.63.129.16",
            "100.100.100.200",
            "192.0.0.192",
            "fd00:ec2::254",
            "fd00:ec2::23",
            "fd00:42::42",
            "fd20:ce::254",
            "fe80::1",
            "100.64.0.1",
            "::1",
            "::ffff:169.254.169.254",
            "0.0.0.0",
        ];
        for text in never {
            assert!(!reach.allows(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn only_for_the_own_network_a_word_of_the_administrator_is_missing() {
        let own = ["10.0.0.9".parse().unwrap()];
        let reach = |private| Reach { policy: AddressPolicy::PublicOnly, private, own: &own };
        for (text, lacking) in [
            ("10.0.0.1", true),
            ("fd12:3456::1", true),
            ("10.0.0.9", false),
            ("127.0.0.1", false),
            ("169.254.169.254", false),
            ("93.184.216.34", false),
        ] {
            let address = text.parse().unwrap();
            assert_eq!(reach(false).lacks_confirmation_for(address), lacking, "{text}");
            assert!(!reach(true).lacks_confirmation_for(address), "{text}");
        }
    }

    #[test]
    fn only_public_addresses_are_dialled() {
        for text in
            ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "172.32.0.1", "100.128.0.1"]
        {
            assert!(is_allowed(AddressPolicy::PublicOnly, text.parse().unwrap()), "{text}");
        }
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "10.1.2.3",
            "127.0.0.1",
            "127.9.9.9",
            "100.64.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.168.1.1",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::7f00:1",
            "64:ff9b::7f00:1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "100::1",
        ] {
            assert!(!is_allowed(AddressPolicy::PublicOnly, text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn tests_may_dial_this_machine_and_no_neighbour() {
        for (text, allowed) in [
            ("127.0.0.1", true),
            ("::1", true),
            ("::ffff:127.0.0.1", true),
            ("10.0.0.1", false),
            ("169.254.169.254", false),
        ] {
            assert_eq!(
                is_allowed(AddressPolicy::PublicAndLoopback, text.parse().unwrap()),
                allowed,
                "{text}"
            );
        }
    }
}
