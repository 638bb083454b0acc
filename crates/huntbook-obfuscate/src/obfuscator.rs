//! The transforms of one key and realm, and the tables they are applied to.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;

use crate::account::Accounts;
use crate::card::Cards;
use crate::cmac::Cmac;
use crate::hash::Hashes;
use crate::host::Hosts;
use crate::ip::Ips;
use crate::ipv4::Ipv4Map;
use crate::ipv6::Ipv6Map;
use crate::json::{Documents, DocumentsAt};
use crate::key::Subkeys;
use crate::label::LabelTokens;
use crate::mac::Macs;
use crate::number::Numbers;
use crate::phone::Phones;
use crate::sid::Sids;
use crate::string::StringTokens;
use crate::text::FreeText;
use crate::transform::{Texts, Transform};
use crate::uuid::{UuidMap, Uuids};
use crate::{Key, Kind, Learned, ObfuscationError, Plan, Policy, column, learned};

/// The name of this version of all transforms; another version is another name.
pub const SCHEME: &str = "huntbook-v1";

/// Obfuscates values and tables under one key, for one realm.
///
/// The same key, realm and scheme give the same output on every machine. Cheap to share between
/// threads; the first IPv4 address costs a few milliseconds for a table of 1 MiB.
pub struct Obfuscator {
    transforms: Arc<Transforms>,
    text: Arc<FreeText>,
    documents: Documents,
    policy: Arc<Policy>,
    fingerprint: String,
    realm: String,
}

impl Obfuscator {
    /// Obfuscates under `key` for `realm`, the party that the data is for.
    ///
    /// Data obfuscated for two realms cannot be joined.
    #[must_use]
    pub fn new(key: &Key, realm: &str, policy: Policy) -> Self {
        let transforms = Arc::new(Transforms::new(&Subkeys::new(key, realm)));
        let policy = Arc::new(policy);
        let (text, documents) = free_text(&transforms, &policy, Arc::default());
        Self {
            transforms,
            text,
            documents,
            policy,
            fingerprint: key.fingerprint(),
            realm: realm.to_owned(),
        }
    }

    /// The same, with what was learnt from the data set: free text and JSON hide it, too.
    #[must_use]
    pub fn with_learned(mut self, learned: Arc<Learned>) -> Self {
        (self.text, self.documents) = free_text(&self.transforms, &self.policy, learned);
        self
    }

    /// A second obfuscator that knows what was learnt; they share all that is costly to make.
    #[must_use]
    pub fn informed(&self, learned: Arc<Learned>) -> Self {
        let (text, documents) = free_text(&self.transforms, &self.policy, learned);
        Self {
            transforms: Arc::clone(&self.transforms),
            text,
            documents,
            policy: Arc::clone(&self.policy),
            fingerprint: self.fingerprint.clone(),
            realm: self.realm.clone(),
        }
    }

    /// Adds to `learned` the labels of the typed columns of `batch`, which is of the planned table.
    pub fn learn(&self, plan: &Plan, batch: &RecordBatch, learned: &mut Learned) {
        learned::learn(self, plan, batch, learned);
    }

    /// The obfuscated form of the document `json`, whose values are at `path`; `None` if it is not JSON.
    ///
    /// With an empty path the keys at the top are columns, as in a line of NDJSON.
    #[must_use]
    pub fn document(&self, path: &str, json: &str) -> Option<String> {
        self.documents.document(path, json)
    }

    /// The obfuscated form of one value.
    ///
    /// Empty text and the placeholder `-` stay; a value that is not of `kind` becomes a token of the whole. `null` gives
    /// the empty text, `keep` the text itself.
    #[expect(
        clippy::missing_panics_doc,
        reason = "it does not: the invariant is named at the place"
    )]
    #[must_use]
    pub fn value(&self, kind: Kind, text: &str) -> String {
        let mut out = Texts::default();
        match self.transform(kind) {
            Some(transform) => transform.write(&[text], &mut out),
            None if kind == Kind::Keep => out.push(text.as_bytes()),
            None => {}
        }
        String::from_utf8(out.bytes).expect("a transform puts together whole texts")
    }

    /// The value that `text` was made from, in its canonical spelling.
    ///
    /// # Errors
    ///
    /// [`OneWay`](ObfuscationError::OneWay) if `kind` makes tokens;
    /// [`NotRevealable`](ObfuscationError::NotRevealable) if `text` is not an output of `kind`. A text
    /// from another key or realm reveals a wrong value: no key tells its own output.
    pub fn reveal(&self, kind: Kind, text: &str) -> Result<String, ObfuscationError> {
        if kind == Kind::Keep || text.is_empty() {
            return Ok(text.to_owned());
        }
        match self.transform(kind) {
            Some(transform) if kind.is_reversible() => {
                transform.reveal(text).ok_or(ObfuscationError::NotRevealable { kind })
            }
            _ => Err(ObfuscationError::OneWay { kind }),
        }
    }

    /// What will be done with each column of a table of `schema`, decided once for all its batches.
    ///
    /// Rules of the policy come first; text that none names is typed by the values in `sample`, and is
    /// a `string` if those do not agree. Nothing of `sample` enters the plan.
    #[must_use]
    pub fn plan(&self, schema: &Schema, sample: &RecordBatch) -> Plan {
        Plan::new(&self.policy, schema, sample)
    }

    /// `batch`, obfuscated: same rows, columns, types and nulls, under a schema whose metadata names
    /// scheme, realm and key fingerprint.
    ///
    /// Metadata of the input is dropped, except what names Arrow extension types.
    ///
    /// # Errors
    ///
    /// [`PlanMismatch`](ObfuscationError::PlanMismatch) if `batch` is not of the planned table,
    /// [`UnsupportedType`](ObfuscationError::UnsupportedType) for a column such as binary that can be
    /// neither passed nor obfuscated, [`Arrow`](ObfuscationError::Arrow) if the output is too large for
    /// its type.
    pub fn batch(&self, plan: &Plan, batch: &RecordBatch) -> Result<RecordBatch, ObfuscationError> {
        column::obfuscate_batch(self, plan, batch)
    }

    /// `batch`, which was obfuscated as `plan` says, with all columns of reversible kinds revealed.
    ///
    /// Tokens stay, and so does a value that no reversible map made. Text that is obfuscated types itself:
    /// a plan made from the obfuscated table will do where rules or such content decide.
    ///
    /// # Errors
    ///
    /// [`PlanMismatch`](ObfuscationError::PlanMismatch) if `batch` is not of the planned table,
    /// [`Arrow`](ObfuscationError::Arrow) if the output is too large for its type.
    pub fn reveal_batch(
        &self,
        plan: &Plan,
        batch: &RecordBatch,
    ) -> Result<RecordBatch, ObfuscationError> {
        column::reveal_batch(self, plan, batch)
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The realm.
    #[must_use]
    pub fn realm(&self) -> &str {
        &self.realm
    }

    /// The fingerprint of the key.
    #[must_use]
    pub fn key_fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The same scheme, realm and policy under another key.
    pub(crate) fn under(&self, key: &Key) -> Self {
        Self::new(key, &self.realm, Policy::clone(&self.policy))
    }

    /// What does the work for `kind`; `None` if there is none to do.
    pub(crate) fn transform(&self, kind: Kind) -> Option<&dyn Transform> {
        match kind {
            Kind::Text => Some(self.text.as_ref()),
            Kind::Json => Some(&self.documents),
            _ => self.transforms.of(kind),
        }
    }

    /// What does the work for the column at `path`; rules may name paths inside its documents.
    pub(crate) fn transform_at<'o>(&'o self, kind: Kind, path: &'o str) -> Option<TransformAt<'o>> {
        if kind == Kind::Json {
            return Some(TransformAt::Documents(self.documents.at(path)));
        }
        self.transform(kind).map(TransformAt::Any)
    }
}

/// What does the work for one column.
pub(crate) enum TransformAt<'o> {
    Any(&'o dyn Transform),
    Documents(DocumentsAt<'o>),
}

impl<'o> std::ops::Deref for TransformAt<'o> {
    type Target = dyn Transform + 'o;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Any(transform) => *transform,
            Self::Documents(documents) => documents,
        }
    }
}

fn free_text(
    transforms: &Arc<Transforms>,
    policy: &Arc<Policy>,
    learned: Arc<Learned>,
) -> (Arc<FreeText>, Documents) {
    let text = Arc::new(FreeText::new(Arc::clone(transforms), learned, policy.settings()));
    let documents = Documents::new(Arc::clone(&text), Arc::clone(transforms), Arc::clone(policy));
    (text, documents)
}

impl std::fmt::Debug for Obfuscator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Obfuscator")
            .field("scheme", &SCHEME)
            .field("realm", &self.realm)
            .field("key_fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}

/// The registry of kinds: one transform each, but for free text and JSON, which use the others.
pub(crate) struct Transforms {
    pub(crate) labels: Arc<LabelTokens>,
    /// The key of tokens of encoded bytes.
    pub(crate) blobs: Cmac,
    ips: Arc<Ips>,
    uuids: Arc<Uuids>,
    sids: Arc<Sids>,
    accounts: Accounts,
    hosts: Arc<Hosts>,
    macs: Macs,
    hashes: Hashes,
    phones: Phones,
    cards: Cards,
    numbers: Numbers,
    strings: Arc<StringTokens>,
}

impl Transforms {
    fn new(keys: &Subkeys) -> Self {
        let strings = Arc::new(StringTokens::new(&keys.derive("string")));
        let labels = Arc::new(LabelTokens::new(&keys.derive("label"), &keys.derive("label-case")));
        let ipv4 = Ipv4Map::new(&keys.derive("ipv4"));
        let ips =
            Arc::new(Ips::new(ipv4, Ipv6Map::new(&keys.derive("ipv6")), Arc::clone(&strings)));
        let uuid_map = Arc::new(UuidMap::new(&keys.derive("uuid")));
        let uuids = Arc::new(Uuids::new(Arc::clone(&uuid_map), Arc::clone(&strings)));
        let sids = Arc::new(Sids::new(
            &keys.derive("sid"),
            &keys.derive("sid-other"),
            uuid_map,
            Arc::clone(&strings),
        ));
        let hosts =
            Arc::new(Hosts::new(Arc::clone(&labels), Arc::clone(&ips), Arc::clone(&strings)));
        let accounts = Accounts::new(
            Arc::clone(&labels),
            Arc::clone(&hosts),
            Arc::clone(&sids),
            Arc::clone(&uuids),
        );
        Self {
            labels,
            blobs: Cmac::new(&keys.derive("blob")),
            ips,
            uuids,
            sids,
            accounts,
            hosts,
            macs: Macs::new(&keys.derive("mac"), Arc::clone(&strings)),
            hashes: Hashes::new(&keys.derive("hash"), Arc::clone(&strings)),
            phones: Phones::new(&keys.derive("phone"), Arc::clone(&strings)),
            cards: Cards::new(&keys.derive("card"), Arc::clone(&strings)),
            numbers: Numbers::new(&keys.derive("number"), Arc::clone(&strings)),
            strings,
        }
    }

    pub(crate) fn of(&self, kind: Kind) -> Option<&dyn Transform> {
        Some(match kind {
            Kind::Ip => self.ips.as_ref(),
            Kind::Uuid => self.uuids.as_ref(),
            Kind::Sid => self.sids.as_ref(),
            Kind::Account => &self.accounts,
            Kind::Host => self.hosts.as_ref(),
            Kind::Mac => &self.macs,
            Kind::Hash => &self.hashes,
            Kind::Phone => &self.phones,
            Kind::Card => &self.cards,
            Kind::Number => &self.numbers,
            Kind::String
            | Kind::Url
            | Kind::Path
            | Kind::Resource
            | Kind::Timestamp
            | Kind::Geo
            | Kind::Text
            | Kind::Json => self.strings.as_ref(),
            Kind::Null | Kind::Keep => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    fn obfuscator(realm: &str) -> Obfuscator {
        Obfuscator::new(&Key::from_bytes([9; 32]), realm, Policy::empty())
    }

    /// These values may never change under this scheme name.
    #[test]
    fn scheme_gives_the_frozen_values() {
        let obfuscator = obfuscator("frozen");
        let frozen: Vec<String> =
            FROZEN.iter().map(|(kind, text, _)| obfuscator.value(*kind, text)).collect();
        let expected: Vec<&str> = FROZEN.iter().map(|(_, _, image)| *image).collect();
        assert_eq!(frozen, expected);
    }

    const FROZEN: &[(Kind, &str, &str)] = &[
        (Kind::Ip, "8.8.8.8", "209.130.53.14"),
        (Kind::Ip, "10.1.2.3", "10.151.242.82"),
        (Kind::Ip, "203.0.113.9", "203.0.113.121"),
        (Kind::Ip, "2001:4860:4860::8888", "24a1:c5d:c6ed:4d48:f8d5:c54c:17fe:bc1f"),
        (Kind::Ip, "fe80::1", "fe80::29c0:8ee4:c27b:57cd"),
        (
            Kind::Uuid,
            "0f8fad5b-d9cb-469f-a165-70867728950e",
            "1427f6b6-171b-4600-8b78-319e5726de5a",
        ),
        (
            Kind::Sid,
            "S-1-5-21-1004336348-1177238915-682003330-1104",
            "S-1-5-21-2394467160-2271431753-1940640565-1104",
        ),
        (
            Kind::Sid,
            "S-1-5-80-1184457765-4068085190-3456807688-2200952327-3769537534",
            "S-1-5-80-2632566680-1770132697-3277784266-829427492-3709220309",
        ),
        (Kind::Account, "CONTOSO\\bob", "PCAP4GI6NTBXEXCH5\\fcwkhxfjjnoszhlbh"),
        (Kind::Account, "BobSmith@contoso.com", "pStG62t2Dp77EXp75@pcap4gi6ntbxexch5.com"),
        (Kind::Host, "host1.contoso.com", "no75niir2dmahjxfl.pcap4gi6ntbxexch5.com"),
        (Kind::Host, "a-label-longer-than-sixteen-bytes", "lkahkgz6t3c4ghsdo"),
        (Kind::String, "powershell.exe -NoProfile", "mo7ggcnkbxodrmnju"),
    ];

    #[test]
    fn two_realms_and_two_keys_give_different_values() {
        let (here, there) = (obfuscator("here"), obfuscator("there"));
        let other = Obfuscator::new(&Key::from_bytes([8; 32]), "here", Policy::empty());
        for (kind, text, _) in FROZEN {
            let image = here.value(*kind, text);
            assert_eq!(image, obfuscator("here").value(*kind, text));
            assert_ne!(image, there.value(*kind, text), "{kind} {text}");
            assert_ne!(image, other.value(*kind, text), "{kind} {text}");
        }
    }

    #[test]
    fn sensitive_values_of_each_kind_never_stay() {
        let obfuscator = obfuscator("here");
        for number in 0..5000_u32 {
            let texts = [
                (Kind::Ip, format!("{}.{}.7.9", 1 + number % 9, number % 251)),
                (Kind::Uuid, format!("{number:08x}-d9cb-469f-a165-70867728950e")),
                (Kind::Sid, format!("S-1-5-21-{number}-2-3-500")),
                (Kind::Account, format!("user{number}")),
                (Kind::Host, format!("host{number}.contoso.com")),
                (Kind::String, format!("{number}")),
            ];
            for (kind, text) in texts {
                assert_ne!(obfuscator.value(kind, &text), text, "{kind}");
            }
        }
        for kind in [Kind::Ip, Kind::Uuid, Kind::Sid, Kind::Account, Kind::Host, Kind::String] {
            assert_eq!(
                (obfuscator.value(kind, ""), obfuscator.value(kind, "-")),
                (String::new(), "-".to_owned())
            );
        }
    }

    #[test]
    fn one_way_kinds_are_not_revealed_and_foreign_text_is_refused() {
        let obfuscator = obfuscator("here");
        for kind in [Kind::Account, Kind::Host, Kind::String, Kind::Null] {
            assert_eq!(obfuscator.reveal(kind, "bob").unwrap_err().code(), "OBF0007");
        }
        for kind in [Kind::Ip, Kind::Uuid, Kind::Sid] {
            assert_eq!(obfuscator.reveal(kind, "bob").unwrap_err().code(), "OBF0008");
        }
        assert_eq!(obfuscator.reveal(Kind::Keep, "bob").unwrap(), "bob");
    }

    #[test]
    fn tokens_of_one_label_are_equal_in_all_kinds_of_names() {
        let obfuscator = obfuscator("here");
        let host = obfuscator.value(Kind::Host, "host1.contoso.com");
        assert_eq!(host.split('.').next().unwrap(), obfuscator.value(Kind::Account, "host1"));
        let entra =
            obfuscator.value(Kind::Sid, "S-1-12-1-1943430372-1249052806-2496021943-3034400218");
        let object = obfuscator.value(Kind::Uuid, "73d664e4-0886-4a73-b745-c694da45ddb4");
        let first = u32::from_str_radix(&object[..8], 16).unwrap();
        assert!(entra.starts_with(&format!("S-1-12-1-{first}-")), "{entra} {object}");
    }

    proptest! {
        #[test]
        fn any_text_is_taken_by_every_kind(text in "\\PC{0,40}|[-@\\\\/.:#$%{}\\[\\]_0-9a-fA-FsS]{0,40}") {
            static SHARED: LazyLock<Obfuscator> = LazyLock::new(|| obfuscator("here"));
            for kind in Kind::ALL {
                let image = SHARED.value(*kind, &text);
                prop_assert_eq!(image.is_empty(), text.is_empty() || *kind == Kind::Null, "{}", kind);
                if let Ok(back) = SHARED.reveal(*kind, &image) {
                    prop_assert_eq!(SHARED.value(*kind, &back), image, "{}", kind);
                }
            }
        }
    }
}
