//! The transforms of one key and realm, and the tables they are applied to.

use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;

use crate::account::Accounts;
use crate::binary::Binaries;
use crate::card::Cards;
use crate::cmac::Cmac;
use crate::geo::Coordinates;
use crate::hash::Hashes;
use crate::host::Hosts;
use crate::ip::Ips;
use crate::ip_modes::{AddressMode, Unit};
use crate::ipcrypt::{IpcryptDeterministic, IpcryptPfx};
use crate::ipv4::Ipv4Map;
use crate::ipv6::Ipv6Map;
use crate::json::{Documents, DocumentsAt};
use crate::key::Subkeys;
use crate::label::LabelTokens;
use crate::mac::Macs;
use crate::number::Numbers;
use crate::path::Paths;
use crate::phone::Phones;
use crate::resource::Resources;
use crate::segment::Segments;
use crate::sid::Sids;
use crate::string::StringTokens;
use crate::text::FreeText;
use crate::timestamp::Timestamps;
use crate::transform::{CHUNK, Texts, Transform};
use crate::url::Urls;
use crate::uuid::{UuidMap, Uuids};
use crate::{
    IpMode, Key, Kind, Learned, ObfuscationError, Plan, Policy, Settings, column, learned,
};

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
        let transforms = Arc::new(Transforms::new(&Subkeys::new(key, realm), policy.settings()));
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

    /// What free text and JSON hide because it was learnt.
    pub(crate) fn learned(&self) -> &Learned {
        self.text.learned()
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

    /// The obfuscated forms of many values, as [`value`](Self::value) gives each.
    #[must_use]
    pub fn values(&self, kind: Kind, texts: &[&str]) -> Vec<String> {
        let Some(transform) = self.transform(kind) else {
            return texts.iter().map(|text| self.value(kind, text)).collect();
        };
        let mut made = Vec::with_capacity(texts.len());
        let mut out = Texts::default();
        for texts in texts.chunks(CHUNK) {
            out.bytes.clear();
            out.ends.clear();
            transform.write(texts, &mut out);
            let mut start = 0;
            for end in &out.ends {
                made.push(String::from_utf8_lossy(&out.bytes[start..*end]).into_owned());
                start = *end;
            }
        }
        made
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
        Plan::new(self, schema, sample)
    }

    /// `batch`, obfuscated: same rows, columns, types and nulls, under a schema whose metadata names
    /// scheme, realm and key fingerprint.
    ///
    /// Metadata of the input is dropped, except what names Arrow extension types.
    ///
    /// # Errors
    ///
    /// [`PlanMismatch`](ObfuscationError::PlanMismatch) if `batch` is not of the planned table,
    /// [`UnsupportedType`](ObfuscationError::UnsupportedType) for a column such as a union that can be
    /// neither passed nor obfuscated, [`Arrow`](ObfuscationError::Arrow) if the output is too large for
    /// its type.
    pub fn batch(&self, plan: &Plan, batch: &RecordBatch) -> Result<RecordBatch, ObfuscationError> {
        column::obfuscate_batch(self, plan, batch, None)
    }

    /// What [`batch`](Self::batch) and [`learn`](Self::learn) do, both in one pass.
    ///
    /// # Errors
    ///
    /// As [`batch`](Self::batch).
    pub fn batch_and_learn(
        &self,
        plan: &Plan,
        batch: &RecordBatch,
        learned: &mut Learned,
    ) -> Result<RecordBatch, ObfuscationError> {
        let pupil = Mutex::new(std::mem::take(learned));
        let made = column::obfuscate_batch(self, plan, batch, Some(&pupil));
        *learned = pupil.into_inner().unwrap_or_else(PoisonError::into_inner);
        made
    }

    /// `batch`, which [`batch`](Self::batch) made by `plan`, with the originals of its reversible columns.
    ///
    /// Tokens, among them those of values that did not parse, and columns of other kinds stay. Any plan of
    /// a table of this schema will do that gives its columns the same kinds.
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

    /// The same scheme, realm, policy and learnt labels under another key.
    pub(crate) fn under(&self, key: &Key) -> Self {
        Self::new(key, &self.realm, Policy::clone(&self.policy))
            .with_learned(Arc::clone(self.text.learned()))
    }

    /// What does the work for bytes.
    pub(crate) fn binaries(&self) -> &Binaries {
        &self.transforms.binaries
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
            return Some(TransformAt::Documents(self.documents_at(path)));
        }
        self.transform(kind).map(TransformAt::Any)
    }

    /// The documents of the column at `path`.
    pub(crate) fn documents_at<'o>(&'o self, path: &'o str) -> DocumentsAt<'o> {
        self.documents.at(path)
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
    accounts: Arc<Accounts>,
    hosts: Arc<Hosts>,
    macs: Macs,
    hashes: Arc<Hashes>,
    phones: Phones,
    cards: Cards,
    numbers: Arc<Numbers>,
    timestamps: Arc<Timestamps>,
    coordinates: Coordinates,
    binaries: Binaries,
    urls: Urls,
    paths: Arc<Paths>,
    resources: Resources,
    strings: Arc<StringTokens>,
}

impl Transforms {
    fn new(keys: &Subkeys, settings: Settings) -> Self {
        let strings = Arc::new(StringTokens::new(&keys.derive("string")));
        let labels = Arc::new(LabelTokens::new(&keys.derive("label"), &keys.derive("label-case")));
        let ipv4 = Ipv4Map::new(&keys.derive("ipv4"));
        let ips = Ips::new(ipv4, Ipv6Map::new(&keys.derive("ipv6")), Arc::clone(&strings));
        let ips = Arc::new(ips.with_mode(address_mode(keys, settings.ip)));
        let uuid_map = Arc::new(UuidMap::new(&keys.derive("uuid")));
        let uuids = Arc::new(Uuids::new(Arc::clone(&uuid_map), Arc::clone(&strings)));
        let sids = Arc::new(Sids::new(
            &keys.derive("sid"),
            &keys.derive("sid-other"),
            Arc::clone(&uuid_map),
            Arc::clone(&strings),
        ));
        let hosts =
            Arc::new(Hosts::new(Arc::clone(&labels), Arc::clone(&ips), Arc::clone(&strings)));
        let accounts = Arc::new(Accounts::new(
            Arc::clone(&labels),
            Arc::clone(&hosts),
            Arc::clone(&sids),
            Arc::clone(&uuids),
        ));
        let hashes = Arc::new(Hashes::new(&keys.derive("hash"), Arc::clone(&strings)));
        let numbers = Arc::new(Numbers::new(&keys.derive("number"), Arc::clone(&strings)));
        let segments = Arc::new(Segments {
            labels: Arc::clone(&labels),
            hosts: Arc::clone(&hosts),
            accounts: Arc::clone(&accounts),
            sids: Arc::clone(&sids),
            uuids: Arc::clone(&uuids),
            ips: Arc::clone(&ips),
            hashes: Arc::clone(&hashes) as Arc<dyn Transform>,
            numbers: Arc::clone(&numbers) as Arc<dyn Transform>,
            strings: Arc::clone(&strings),
        });
        let paths = Arc::new(Paths::new(Arc::clone(&segments)));
        let urls = Urls::new(Arc::clone(&segments), Arc::clone(&paths));
        let resources = Resources::new(
            segments,
            Arc::clone(&paths),
            &keys.derive("aws-account"),
            &keys.derive("aws-id"),
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
            hashes,
            phones: Phones::new(&keys.derive("phone"), Arc::clone(&strings)),
            cards: Cards::new(&keys.derive("card"), Arc::clone(&strings)),
            numbers,
            timestamps: Arc::new(Timestamps::new(&keys.derive("times"), Arc::clone(&strings))),
            coordinates: Coordinates::new(Arc::clone(&strings)),
            binaries: Binaries::new(&keys.derive("binary"), uuid_map, Arc::clone(&strings)),
            urls,
            paths,
            resources,
            strings,
        }
    }

    pub(crate) fn of(&self, kind: Kind) -> Option<&dyn Transform> {
        Some(match kind {
            Kind::Ip => self.ips.as_ref(),
            Kind::Uuid => self.uuids.as_ref(),
            Kind::Sid => self.sids.as_ref(),
            Kind::Account => self.accounts.as_ref(),
            Kind::Host => self.hosts.as_ref(),
            Kind::Mac => &self.macs,
            Kind::Hash => self.hashes.as_ref(),
            Kind::Phone => &self.phones,
            Kind::Card => &self.cards,
            Kind::Number => self.numbers.as_ref(),
            Kind::Timestamp => self.timestamps.as_ref(),
            Kind::Geo => &self.coordinates,
            Kind::Url => &self.urls,
            Kind::Path => self.paths.as_ref(),
            Kind::Resource => &self.resources,
            Kind::String | Kind::Text | Kind::Json => self.strings.as_ref(),
            Kind::Null | Kind::Keep => return None,
        })
    }
}

/// What is done with addresses in `mode`; `None` if prefixes are kept.
fn address_mode(keys: &Subkeys, mode: IpMode) -> Option<AddressMode> {
    Some(match mode {
        IpMode::Prefix => return None,
        IpMode::Subnet => AddressMode::classes(Unit::Subnet, &keys.derive("ip-subnet")),
        IpMode::Flat => AddressMode::classes(Unit::Address, &keys.derive("ip-flat")),
        IpMode::IpcryptPfx => {
            AddressMode::Pfx(Box::new(IpcryptPfx::new(&keys.derive("ipcrypt-pfx"))))
        }
        IpMode::IpcryptDeterministic => {
            AddressMode::Deterministic(IpcryptDeterministic::new(&keys.derive("ipcrypt-det")))
        }
    })
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
        (Kind::Mac, "00:1b:63:84:45:e6", "48:56:c8:f6:af:7e"),
        (Kind::Mac, "001B.63FF.FE84.45E6", "E4AA.89D8.D43D.9D5A"),
        (Kind::Hash, "0123456789abcdef0123456789abcdef", "221bb5caca373f3cb9066af50d939a87"),
        (
            Kind::Hash,
            "SHA1=0123456789ABCDEF0123456789ABCDEF01234567",
            "SHA1=ABEFE0AE46157CD46965E40DDBA2542C03F5B2DF",
        ),
        (
            Kind::Hash,
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "807f4662d871e599265f135b102b03c0f4124668d1a19e5ba115628f2a28d317",
        ),
        (Kind::Phone, "+44 20 7946 0958", "+44 56 5890 4433"),
        (Kind::Phone, "020 7946 0958", "648 5935 5822"),
        (Kind::Card, "4111 1111 1111 1111", "4096 1377 0444 8296"),
        (Kind::Number, "4711", "2930"),
        (Kind::Number, "-70012", "-45998"),
        (Kind::Number, "0070012", "0919044"),
        (Kind::Number, "0x1A2B", "0x967E"),
        (Kind::Timestamp, "2026-11-24T07:06:17.25Z", "2019-06-18T07:06:17.25Z"),
        (Kind::Timestamp, "Nov 24 07:06:17", "Jun 16 07:06:17"),
        (Kind::Timestamp, "1795503977", "1560841577"),
        (
            Kind::Url,
            "https://bob:s3cret@www.host1.contoso.com:8443/api/v1/users/bob/report.pdf?user=bob@contoso.com&ip=10.1.2.3&q=bob#frag",
            "https://fcwkhxfjjnoszhlbh:duv6pyhhjjvc2sk2h@www.no75niir2dmahjxfl.pcap4gi6ntbxexch5.com:8443/api/v1/users/fcwkhxfjjnoszhlbh/report.pdf?user=fcwkhxfjjnoszhlbh@pcap4gi6ntbxexch5.com&ip=10.151.242.82&q=fcwkhxfjjnoszhlbh#egg4du7gp6ovson2s",
        ),
        (
            Kind::Url,
            "hxxps://host1[.]contoso[.]com/a%20b/evil.exe",
            "hxxps://no75niir2dmahjxfl[.]pcap4gi6ntbxexch5[.]com/o65obbosevfhvecrx/nahe66mae5eze5lhl.exe",
        ),
        (
            Kind::Url,
            "ldap://host1.contoso.com/CN=Bob,OU=Users,DC=contoso,DC=com?cn",
            "ldap://no75niir2dmahjxfl.pcap4gi6ntbxexch5.com/CN=Fcwkhxfjjnoszhlbh,OU=Users,DC=pcap4gi6ntbxexch5,DC=com?honmustc7g6u4q6cm",
        ),
        (
            Kind::Url,
            "mailto:bob+x@contoso.com?subject=hi",
            "mailto:fcwkhxfjjnoszhlbh+b25uhqhlto2urpht3@pcap4gi6ntbxexch5.com?subject=a4by7lgchg7fsr2nz",
        ),
        (
            Kind::Path,
            "C:\\Users\\Bob\\AppData\\Local\\Temp\\report_final-2.docx:evil",
            "C:\\Users\\Fcwkhxfjjnoszhlbh\\AppData\\Local\\Temp\\fcixruqe3pdx62sli.docx:nahe66mae5eze5lhl",
        ),
        (
            Kind::Path,
            "\\\\host1\\c$\\Windows\\System32\\cmd.exe",
            "\\\\no75niir2dmahjxfl\\c$\\Windows\\System32\\cmd.exe",
        ),
        (
            Kind::Path,
            "HKEY_USERS\\S-1-5-21-1004336348-1177238915-682003330-1104_Classes\\CLSID\\{0F8FAD5B-D9CB-469F-A165-70867728950E}",
            "HKEY_USERS\\S-1-5-21-2394467160-2271431753-1940640565-1104_Classes\\CLSID\\{1427F6B6-171B-4600-8B78-319E5726DE5A}",
        ),
        (Kind::Path, "/home/bob/.ssh/id_rsa", "/home/fcwkhxfjjnoszhlbh/.ssh/id_rsa"),
        (
            Kind::Resource,
            "/subscriptions/0f8fad5b-d9cb-469f-a165-70867728950e/resourceGroups/rg-bob/providers/Microsoft.Compute/virtualMachines/HOST1",
            "/subscriptions/1427f6b6-171b-4600-8b78-319e5726de5a/resourceGroups/let7jbxxdhummt7an/providers/Microsoft.Compute/virtualMachines/NO75NIIR2DMAHJXFL",
        ),
        (
            Kind::Resource,
            "arn:aws:iam::123456789012:user/bob",
            "arn:aws:iam::354786226906:user/fcwkhxfjjnoszhlbh",
        ),
        (Kind::Resource, "AKIAIOSFODNN7EXAMPLE", "AKIAFIYT5EOQNFLLFL4D"),
        (
            Kind::Account,
            "Bob Stone <bob+news@contoso.com>",
            "Fcwkhxfjjnoszhlbh G7rvryacqfxpqeah2 <fcwkhxfjjnoszhlbh+ekeb7m23yvz7diucm@pcap4gi6ntbxexch5.com>",
        ),
        (
            Kind::Url,
            "jdbc:sqlserver://host1.contoso.com;user=sa",
            "jdbc:sqlserver://no75niir2dmahjxfl.pcap4gi6ntbxexch5.com;user=lnlrptldnaayydrww",
        ),
    ];

    /// These values may never change under this scheme name.
    #[test]
    fn modes_of_addresses_give_the_frozen_values() {
        const ADDRESSES: [&str; 5] =
            ["8.8.8.8", "10.1.2.3", "10.1.2.0/24", "2001:4860:4860::8888", "[fe80::1]:443"];
        let images = |mode| {
            let settings = Settings { ip: mode, ..Settings::default() };
            let policy = Policy::empty().with_settings(settings);
            let obfuscator = Obfuscator::new(&Key::from_bytes([9; 32]), "frozen", policy);
            ADDRESSES.map(|address| {
                let image = obfuscator.value(Kind::Ip, address);
                if let Ok(back) = obfuscator.reveal(Kind::Ip, &image) {
                    assert_eq!(back, address);
                }
                image
            })
        };
        let frozen: Vec<_> = FROZEN_MODES.iter().map(|(mode, _)| (*mode, images(*mode))).collect();
        let expected: Vec<_> =
            FROZEN_MODES.iter().map(|(mode, images)| (*mode, images.map(str::to_owned))).collect();
        assert_eq!(frozen, expected);
    }

    const FROZEN_MODES: &[(IpMode, [&str; 5])] = &[
        (
            IpMode::Subnet,
            [
                "211.54.231.71",
                "10.93.105.154",
                "10.93.105.0/24",
                "2f18:e8c6:ea46:bced:a1a4:d88c:583f:6f63",
                "[fe80::bb35:bc1e:352b:8c03]:443",
            ],
        ),
        (
            IpMode::Flat,
            [
                "91.216.38.226",
                "10.36.251.191",
                "gzh2n4odsveedb5qo",
                "246e:a556:b8db:efd8:7f:9db:67e5:cce",
                "[fe80::a3e4:2175:f230:6310]:443",
            ],
        ),
        (
            IpMode::IpcryptPfx,
            [
                "170.123.248.112",
                "168.116.117.185",
                "168.116.117.0/24",
                "a041:d25:3574:bd39:d74c:4e7c:309e:b4d4",
                "[af:3a78:f7d:6380:2a61:9167:e2bc:c1f9]:443",
            ],
        ),
        (
            IpMode::IpcryptDeterministic,
            [
                "922d:ddbe:a24b:4e61:77db:436e:deb9:4ba0",
                "fa37:b149:3e44:b9ff:715a:e092:4b23:ecdf",
                "gzh2n4odsveedb5qo",
                "b782:70f9:a0bd:373:db1c:af5e:5c1:41d8",
                "[1bb8:3918:2b37:2829:7e14:85aa:46a6:d2fc]:443",
            ],
        ),
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
        for kind in [Kind::Account, Kind::Host, Kind::Url, Kind::Path, Kind::String, Kind::Null] {
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
