//! Keyed, structure-preserving obfuscation of values and Arrow tables, with a proof.
//!
//! # Brief overview
//!
//! A [`Key`] and a *realm*, the party that the data is for, make an [`Obfuscator`]. A [`Kind`] says what
//! a value is: addresses, UUIDs and security identifiers go through keyed permutations that keep their
//! structure and that the key holder can [`reveal`](Obfuscator::reveal); names become tokens of 84 bits,
//! one per *label*, whatever the spelling of the whole. A [`Policy`] gives kinds to columns, a [`Plan`]
//! says what will be done with each column of one table, and [`prove`] checks the result.
//!
//! ```
//! use huntbook_obfuscate::{Key, Kind, Obfuscator, Policy};
//!
//! let key = Key::from_bytes([7; 32]);
//! let obfuscator = Obfuscator::new(&key, "report-2026", Policy::builtin());
//! let address = obfuscator.value(Kind::Ip, "10.20.30.40");
//! assert!(address.starts_with("10."));
//! assert_eq!(obfuscator.reveal(Kind::Ip, &address)?, "10.20.30.40");
//!
//! let upn = obfuscator.value(Kind::Account, "bob@contoso.com");
//! let name = obfuscator.value(Kind::Account, "bob");
//! assert!(upn.starts_with(&name));
//! # Ok::<(), huntbook_obfuscate::ObfuscationError>(())
//! ```
//!
//! # What it does not hide
//!
//! How often a value occurs, and with which others; the length of names in labels; shared prefixes of
//! addresses; relative identifiers of accounts. Numbers and times pass unless a rule says otherwise.

mod account;
mod binary;
mod card;
mod civil;
mod cmac;
mod column;
mod composed;
mod content;
mod delimited;
mod digits;
mod error;
mod feistel;
mod ff1;
pub mod files;
mod geo;
mod hash;
mod host;
mod ip;
mod ip_modes;
mod ipcrypt;
mod ipv4;
mod ipv6;
mod json;
mod key;
mod kind;
mod label;
mod learned;
mod leaves;
mod mac;
mod mail;
mod memo;
mod name_list;
mod near;
mod number;
mod obfuscator;
mod path;
mod percent;
mod phone;
mod plan;
mod policy;
mod prefix;
mod proof;
mod public_names;
mod resource;
mod segment;
mod settings;
mod sid;
mod string;
mod text;
mod time_text;
mod timestamp;
mod token;
mod transform;
mod url;
mod uuid;
mod vault;
mod vocabulary;
mod well_known;
mod word_feistel;

pub use column::{KEY_METADATA, REALM_METADATA, SCHEME_METADATA};
pub use error::ObfuscationError;
pub use ipcrypt::{IpcryptDeterministic, IpcryptPfx};
pub use key::Key;
pub use kind::Kind;
pub use learned::Learned;
pub use obfuscator::{Obfuscator, SCHEME};
pub use plan::{ColumnPlan, ColumnReport, Plan};
pub use policy::{Policy, Suggestion, suggestions_text, suggestions_yaml};
pub use proof::{Attack, Finding, LeftInClear, Proof, ProofColumn, ProofRule, Prover, prove};
pub use settings::{IpMode, Settings, Times, Words};
pub use vault::{Vault, VaultWriter};
