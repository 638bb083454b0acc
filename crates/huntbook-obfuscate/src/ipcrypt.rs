//! The published `ipcrypt` transforms of addresses, bit for bit, for exchange with other tools.
//!
//! They keep no classes: a private address may become a public one. For data that is to be analysed
//! with this crate, [`Kind::Ip`](crate::Kind::Ip) is the better choice.
//!
//! Source: <https://datatracker.ietf.org/doc/draft-denis-ipcrypt/>

use std::net::{IpAddr, Ipv6Addr};

use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Block};

/// `ipcrypt-deterministic`: one AES-128 block; an IPv4 address becomes an IPv6 address.
///
/// ```
/// use huntbook_obfuscate::IpcryptDeterministic;
///
/// let cipher = IpcryptDeterministic::new(&[7; 16]);
/// let address = "192.0.2.1".parse().unwrap();
/// assert_eq!(cipher.decrypt(cipher.encrypt(address)), address);
/// ```
pub struct IpcryptDeterministic(Aes128);

impl IpcryptDeterministic {
    /// The transform under a key of 16 bytes.
    #[must_use]
    pub fn new(key: &[u8; 16]) -> Self {
        Self(Aes128::new(&(*key).into()))
    }

    /// The encrypted address.
    #[must_use]
    pub fn encrypt(&self, address: IpAddr) -> IpAddr {
        let mut block = Block::from(wide(address).to_be_bytes());
        self.0.encrypt_block(&mut block);
        narrow(u128::from_be_bytes(block.into()))
    }

    /// The address that [`encrypt`](Self::encrypt) was given.
    #[must_use]
    pub fn decrypt(&self, address: IpAddr) -> IpAddr {
        let mut block = Block::from(wide(address).to_be_bytes());
        self.0.decrypt_block(&mut block);
        narrow(u128::from_be_bytes(block.into()))
    }
}

/// `ipcrypt-pfx`: prefix-preserving, two AES-128 blocks a bit; IPv4 stays IPv4.
pub struct IpcryptPfx {
    first: Aes128,
    second: Aes128,
}

impl IpcryptPfx {
    /// The transform under a key of 32 bytes, whose halves must differ for it to be secure.
    #[expect(
        clippy::missing_panics_doc,
        reason = "it does not: the invariant is named at the place"
    )]
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        let (first, second) = key.split_at(16);
        let cipher = |half: &[u8]| Aes128::new_from_slice(half).expect("half of 32 bytes is a key");
        Self { first: cipher(first), second: cipher(second) }
    }

    /// The encrypted address.
    #[must_use]
    pub fn encrypt(&self, address: IpAddr) -> IpAddr {
        self.transform(address, |bit, _| bit)
    }

    /// The address that [`encrypt`](Self::encrypt) was given.
    #[must_use]
    pub fn decrypt(&self, address: IpAddr) -> IpAddr {
        self.transform(address, |_, bit| bit)
    }

    /// Flips each bit by the bits before it; `original` picks which of (input, output) is the original.
    fn transform(&self, address: IpAddr, original: impl Fn(u128, u128) -> u128) -> IpAddr {
        let input = wide(address);
        // A one marks where the prefix begins; for IPv4 the 96 bits of `::ffff:0:0` come after it.
        let (bits, mut padded) =
            if address.is_ipv4() { (32, 1 << 96 | 0xffff) } else { (128, 1_u128) };
        let mut output = 0;
        for place in (0..bits).rev() {
            let bit = input >> place & 1;
            let image = bit ^ self.flip(padded);
            output = output << 1 | image;
            padded = padded << 1 | original(bit, image);
        }
        match address {
            IpAddr::V4(_) => IpAddr::V4((output as u32).into()),
            IpAddr::V6(_) => IpAddr::V6(output.into()),
        }
    }

    fn flip(&self, padded: u128) -> u128 {
        let (mut first, mut second) =
            (Block::from(padded.to_be_bytes()), Block::from(padded.to_be_bytes()));
        self.first.encrypt_block(&mut first);
        self.second.encrypt_block(&mut second);
        u128::from(first[15] ^ second[15]) & 1
    }
}

/// The 128 bits of an address, IPv4 as `::ffff:a.b.c.d`.
fn wide(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().into(),
        IpAddr::V6(address) => address.into(),
    }
}

fn narrow(bits: u128) -> IpAddr {
    let address = Ipv6Addr::from(bits);
    address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vector {
        variant: String,
        key: String,
        ip: IpAddr,
        encrypted_ip: Option<IpAddr>,
    }

    /// The test vectors of the draft.
    #[test]
    fn transforms_equal_the_published_vectors() {
        let vectors: Vec<Vector> =
            serde_json::from_str(include_str!("../vectors/ipcrypt.json")).unwrap();
        let mut checked = 0;
        for vector in vectors {
            let Some(expected) = vector.encrypted_ip else { continue };
            let key = hex::decode(&vector.key).unwrap();
            let (image, back) = if let Ok(key) = <&[u8; 32]>::try_from(key.as_slice()) {
                let cipher = IpcryptPfx::new(key);
                (cipher.encrypt(vector.ip), cipher.decrypt(expected))
            } else {
                let cipher = IpcryptDeterministic::new(key.as_slice().try_into().unwrap());
                (cipher.encrypt(vector.ip), cipher.decrypt(expected))
            };
            assert_eq!((image, back), (expected, vector.ip), "{} of {}", vector.variant, vector.ip);
            checked += 1;
        }
        assert_eq!(checked, 21);
    }
}
