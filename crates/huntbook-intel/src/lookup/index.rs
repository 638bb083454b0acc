//! Sets of listed values, by kind, from a value to its listings.

use std::hash::BuildHasher;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashTable};
use ipnet::IpNet;

use crate::{Feed, IndicatorKind, Listed, Listing};

/// The end of a chain.
const END: u32 = u32::MAX;

/// Every listing of every feed, found by value.
///
/// Addresses are found as numbers, everything else as text in one table: texts of different kinds never
/// collide (a URL has `://`, an e-mail address `@`, a domain a dot, a digest none). Listings of one
/// value form a chain.
pub(crate) struct Index {
    entries: Vec<Entry>,
    ipv4: HashMap<u32, u32, RandomState>,
    ipv6: HashMap<u128, u32, RandomState>,
    texts: HashTable<Slot>,
    /// By the length of the prefix, longest first.
    ipv4_networks: Vec<(u8, HashMap<u32, u32, RandomState>)>,
    ipv6_networks: Vec<(u8, HashMap<u128, u32, RandomState>)>,
    hasher: RandomState,
}

/// A place in the table of texts: part of the hash tells most other texts apart without a look at the
/// listing.
struct Slot {
    hash: u32,
    head: u32,
}

/// A listing of one feed, and the next one of the same value.
pub(crate) struct Entry {
    pub(crate) feed: u32,
    pub(crate) listing: Listing,
    next: u32,
}

/// The first of a chain of listings of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head(u32);

impl Index {
    pub(crate) fn new(feeds: Vec<Feed>) -> Self {
        let size = |wanted: &dyn Fn(&Listed) -> bool| {
            feeds.iter().flat_map(Feed::listings).filter(|listing| wanted(&listing.listed)).count()
        };
        let is_text =
            |listed: &Listed| !matches!(listed.kind(), IndicatorKind::Ipv4 | IndicatorKind::Ipv6);
        let mut index = Self {
            entries: Vec::with_capacity(size(&|_| true)),
            ipv4: HashMap::with_capacity_and_hasher(
                size(&|listed| listed.kind() == IndicatorKind::Ipv4),
                RandomState::default(),
            ),
            ipv6: HashMap::default(),
            texts: HashTable::with_capacity(size(&is_text)),
            ipv4_networks: Vec::new(),
            ipv6_networks: Vec::new(),
            hasher: RandomState::default(),
        };
        for (feed, listings) in feeds.into_iter().map(Feed::into_listings).enumerate() {
            for listing in listings {
                index.insert(feed as u32, listing);
            }
        }
        index.ipv4_networks.sort_by_key(|(prefix, _)| std::cmp::Reverse(*prefix));
        index.ipv6_networks.sort_by_key(|(prefix, _)| std::cmp::Reverse(*prefix));
        index
    }

    fn insert(&mut self, feed: u32, listing: Listing) {
        let position = self.entries.len() as u32;
        let next = match &listing.listed {
            Listed::Network(IpNet::V4(network)) => {
                networks_of(&mut self.ipv4_networks, network.prefix_len())
                    .insert(network.network().to_bits(), position)
            }
            Listed::Network(IpNet::V6(network)) => {
                networks_of(&mut self.ipv6_networks, network.prefix_len())
                    .insert(network.network().to_bits(), position)
            }
            Listed::One(indicator) => match indicator.value.parse() {
                Ok(IpAddr::V4(address)) => self.ipv4.insert(address.to_bits(), position),
                Ok(IpAddr::V6(address)) => self.ipv6.insert(address.to_bits(), position),
                Err(_) => self.insert_text(&indicator.value, position),
            },
        };
        self.entries.push(Entry { feed, listing, next: next.unwrap_or(END) });
    }

    fn insert_text(&mut self, text: &str, position: u32) -> Option<u32> {
        let (entries, hasher) = (&self.entries, &self.hasher);
        let hash = hasher.hash_one(text.as_bytes());
        let is_same = |slot: &Slot| slot.hash == part(hash) && text_at(entries, slot.head) == text;
        let rehash = |slot: &Slot| hasher.hash_one(text_at(entries, slot.head).as_bytes());
        match self.texts.entry(hash, is_same, rehash) {
            hashbrown::hash_table::Entry::Occupied(mut slot) => {
                Some(std::mem::replace(&mut slot.get_mut().head, position))
            }
            hashbrown::hash_table::Entry::Vacant(vacant) => {
                vacant.insert(Slot { hash: part(hash), head: position });
                None
            }
        }
    }

    pub(crate) fn ipv4(&self, address: Ipv4Addr) -> Option<Head> {
        self.ipv4.get(&address.to_bits()).copied().map(Head)
    }

    pub(crate) fn ipv6(&self, address: Ipv6Addr) -> Option<Head> {
        self.ipv6.get(&address.to_bits()).copied().map(Head)
    }

    /// The listings of a normalised name, URL, e-mail address or digest.
    pub(crate) fn text(&self, text: &[u8]) -> Option<Head> {
        let hash = self.hasher.hash_one(text);
        let is_same = |slot: &Slot| {
            slot.hash == part(hash) && text_at(&self.entries, slot.head).as_bytes() == text
        };
        self.texts.find(hash, is_same).map(|slot| Head(slot.head))
    }

    /// The listed networks that hold `address`, the smallest first.
    pub(crate) fn networks(&self, address: IpAddr) -> impl Iterator<Item = Head> + '_ {
        let (ipv4, ipv6) = match address {
            IpAddr::V4(address) => (Some(address.to_bits()), None),
            IpAddr::V6(address) => (None, Some(address.to_bits())),
        };
        let ipv4 = ipv4.into_iter().flat_map(|bits| {
            self.ipv4_networks.iter().filter_map(move |(prefix, networks)| {
                networks.get(&(bits & u32::MAX.checked_shl(32 - u32::from(*prefix)).unwrap_or(0)))
            })
        });
        let ipv6 = ipv6.into_iter().flat_map(|bits| {
            self.ipv6_networks.iter().filter_map(move |(prefix, networks)| {
                networks.get(&(bits & u128::MAX.checked_shl(128 - u32::from(*prefix)).unwrap_or(0)))
            })
        });
        ipv4.chain(ipv6).copied().map(Head)
    }

    /// The listings of a chain, in no order that means anything.
    pub(crate) fn chain(&self, head: Head) -> impl Iterator<Item = &Entry> {
        let entry = |at: u32| self.entries.get(at as usize);
        std::iter::successors(entry(head.0), move |found| entry(found.next))
    }
}

/// Bits of a hash that the table itself does not compare.
const fn part(hash: u64) -> u32 {
    (hash >> 24) as u32
}

fn text_at(entries: &[Entry], at: u32) -> &str {
    match &entries[at as usize].listing.listed {
        Listed::One(indicator) => &indicator.value,
        Listed::Network(_) => "",
    }
}

fn networks_of<K>(
    networks: &mut Vec<(u8, HashMap<K, u32, RandomState>)>,
    prefix: u8,
) -> &mut HashMap<K, u32, RandomState> {
    let at = networks.iter().position(|(known, _)| *known == prefix).unwrap_or_else(|| {
        networks.push((prefix, HashMap::default()));
        networks.len() - 1
    });
    &mut networks[at].1
}
