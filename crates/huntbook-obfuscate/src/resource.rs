//! Identifiers of cloud resources: Azure resource ids, Amazon resource names, unique ids of Amazon.
//!
//! | form | what happens |
//! |---|---|
//! | `/subscriptions/id/resourceGroups/group/providers/Microsoft.X/type/name` | keywords, provider and types stay, ids go through the map of UUIDs, names are labels |
//! | `Microsoft.X/type/action` | stays if it names an operation |
//! | `arn:partition:service:region:account:resource` | partition, service, region and type stay, the account goes through a permutation of 12 digits, names are labels |
//! | `AKIA...`, `AROA...:session` | the prefix stays, the rest becomes as many characters of the same alphabet |
//! | anything else | a path |

use std::sync::Arc;

use crate::cmac::Cmac;
use crate::composed::Compose;
use crate::feistel::Feistel;
use crate::host;
use crate::label::{Composition, LabelTokens};
use crate::path::{Paths, is_path_like};
use crate::public_names::{AWS_SERVICES, AWS_TYPES, AZURE_REGIONS};
use crate::segment::{Segments, Words};
use crate::token;

/// How many account numbers there are.
const ACCOUNTS: u64 = 1_000_000_000_000;

/// Half of the bits that hold an account number.
const HALF_BITS: u8 = 20;

/// Resource identifiers as text.
pub(crate) struct Resources {
    segments: Arc<Segments>,
    paths: Arc<Paths>,
    accounts: Feistel,
    ids: Cmac,
}

impl Resources {
    /// `accounts` is the key of the permutation of account numbers, `ids` that of unique ids.
    pub(crate) fn new(
        segments: Arc<Segments>,
        paths: Arc<Paths>,
        accounts: &[u8; 16],
        ids: &[u8; 16],
    ) -> Self {
        let accounts = Feistel::new(accounts, HALF_BITS);
        Self { segments, paths, accounts, ids: Cmac::new(ids) }
    }

    /// Composes the segments of an Azure resource id, the first of which is `expected`.
    fn azure_segments(&self, text: &str, mut expected: Azure, out: &mut Composition) {
        let mut rest = text;
        loop {
            let slash = memchr::memchr(b'/', rest.as_bytes());
            let segment = &rest[..slash.unwrap_or(rest.len())];
            if !segment.is_empty() {
                expected = self.azure_segment(segment, expected, out);
            }
            let Some(slash) = slash else { return };
            out.keep("/");
            rest = &rest[slash + 1..];
        }
    }

    /// Composes one segment of an Azure resource id, and says what follows it.
    fn azure_segment(&self, segment: &str, expected: Azure, out: &mut Composition) -> Azure {
        let is = |keyword: &str| segment.eq_ignore_ascii_case(keyword);
        match expected {
            Azure::Keyword | Azure::Type if is("providers") => {
                out.keep(segment);
                Azure::Provider
            }
            Azure::Keyword if KEYWORDS.iter().any(|keyword| is(keyword)) => {
                out.keep(segment);
                if is("locations") { Azure::Location } else { Azure::Name(Azure::KEYWORD) }
            }
            Azure::Provider if is_provider(segment) => {
                out.keep(segment);
                Azure::Type
            }
            Azure::Type if is_type(segment) => {
                out.keep(segment);
                if is("locations") { Azure::Location } else { Azure::Name(Azure::TYPE) }
            }
            Azure::Location if AZURE_REGIONS.contains(segment) => {
                out.keep(segment);
                Azure::Type
            }
            Azure::Name(next) => {
                self.name(segment, out);
                if next == Azure::TYPE { Azure::Type } else { Azure::Keyword }
            }
            // Below a provider of someone's own no type is known to be one.
            Azure::Provider => {
                self.name(segment, out);
                Azure::Unknown
            }
            Azure::Keyword | Azure::Type | Azure::Location | Azure::Unknown => {
                self.name(segment, out);
                expected
            }
        }
    }

    /// Composes the name that someone gave to a resource.
    fn name(&self, name: &str, out: &mut Composition) {
        if matches!(name, "*" | "default" | "current" | "$Default") {
            out.keep(name);
        } else if self.segments.identifier(name, out) || self.unique_id(name, out) {
        } else if host::is_fqdn(name) {
            self.segments.hosts.compose(name, out);
        } else {
            let (name, any) = name.split_at(name.trim_end_matches('*').len());
            if !name.is_empty() {
                out.label(name);
            }
            out.keep(any);
        }
    }

    fn arn(&self, text: &str, out: &mut Composition) {
        let mut rest = text;
        let mut is_public = false;
        for field in [Arn::Mark, Arn::Partition, Arn::Service, Arn::Region, Arn::Account] {
            let Some((part, tail)) = rest.split_once(':') else { break };
            let stays = match field {
                Arn::Mark => true,
                Arn::Partition => PARTITIONS.contains(&part),
                Arn::Service => AWS_SERVICES.contains(part),
                Arn::Region => is_region(part),
                Arn::Account => part == "aws",
            };
            is_public = matches!(field, Arn::Account) && stays;
            if stays || matches!(part, "" | "*") {
                out.keep(part);
            } else if !self.account(part, out) {
                self.name(part, out);
            }
            out.keep(":");
            rest = tail;
        }
        // What Amazon itself owns is the same for all.
        if is_public
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_'))
        {
            out.keep(rest);
        } else {
            self.arn_resource(rest, out);
        }
    }

    /// Composes `type/name`, `type:name:qualifier` or `bucket/key`.
    fn arn_resource(&self, text: &str, out: &mut Composition) {
        let is_separator = |letter: char| matches!(letter, '/' | ':');
        let mut rest = text;
        let mut is_first = true;
        while !rest.is_empty() {
            let (part, tail) = rest.split_at(rest.find(is_separator).unwrap_or(rest.len()));
            let separator = usize::from(!tail.is_empty());
            let is_type =
                is_first && (separator == 1 || part == "root") && AWS_TYPES.contains(part);
            let is_version = part.len() <= 5 && part.bytes().all(|byte| byte.is_ascii_digit());
            if is_type || is_version || matches!(part, "aws-service-role" | "aws-reserved") {
                out.keep(part);
            } else if !self.account(part, out) {
                self.arn_name(part, separator == 0, out);
            }
            out.keep(&tail[..separator]);
            rest = &tail[separator..];
            is_first = false;
        }
    }

    fn arn_name(&self, name: &str, is_last: bool, out: &mut Composition) {
        // `i-0123456789abcdef0`
        let unique = name.split_once('-').filter(|(kind, id)| {
            (1..=8).contains(&kind.len())
                && matches!(id.len(), 8 | 17)
                && is_words(kind)
                && id.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
        if let Some((kind, id)) = unique {
            out.keep(kind);
            out.keep("-");
            out.replace(id);
        } else if is_last && name.contains('.') && !name.ends_with('*') {
            self.segments.compose(name, Words::Path, out);
        } else {
            self.name(name, out);
        }
    }

    /// Composes the number of an account, and tells whether `text` is one.
    fn account(&self, text: &str, out: &mut Composition) -> bool {
        let is_number = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        let Some(number) = text.parse().ok().filter(|_| is_number) else { return false };
        out.image(text, &format!("{:012}", self.map_account(number)));
        true
    }

    /// The image of an account number: steps over what the permutation of 40 bits has beyond them.
    fn map_account(&self, account: u64) -> u64 {
        let mut image = account;
        loop {
            let halves = (image >> HALF_BITS, image & ((1 << HALF_BITS) - 1));
            let (left, right) = self.accounts.encrypt_one(halves);
            image = left << HALF_BITS | right;
            if image < ACCOUNTS {
                return image;
            }
        }
    }

    /// Composes a unique id of Amazon and its session, and tells whether `text` is one.
    fn unique_id(&self, text: &str, out: &mut Composition) -> bool {
        let (id, session) = text.split_at(text.find(':').unwrap_or(text.len()));
        let is_unique_id = (20..=32).contains(&id.len())
            && id.get(..4).is_some_and(|prefix| UNIQUE_PREFIXES.contains(&prefix))
            && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if !is_unique_id {
            return false;
        }
        let mut image = String::with_capacity(32);
        image.push_str(&id[..4]);
        for place in 0..2 {
            let mut message = [0; 33];
            message[0] = place;
            message[1..=id.len()].copy_from_slice(id.as_bytes());
            let letters = token::spell(self.ids.code(&message[..=id.len()]));
            image.push_str(host::token_text(&letters));
        }
        image.truncate(id.len());
        image.make_ascii_uppercase();
        out.image(id, &image);
        if let Some(session) = session.strip_prefix(':') {
            out.keep(":");
            self.name(session, out);
        }
        true
    }
}

impl Compose for Resources {
    /// The id of the subscription stands in nearly every resource id.
    fn foresee(&self, texts: &[&str], out: &mut Composition) {
        let subscriptions = texts.iter().filter_map(|text| {
            let (keyword, rest) = text.strip_prefix('/')?.split_once('/')?;
            keyword.eq_ignore_ascii_case(KEYWORDS[0]).then(|| rest.split('/').next())?
        });
        self.segments.uuids.foresee(subscriptions, out);
    }

    fn compose(&self, text: &str, out: &mut Composition) {
        let first = text.trim_start_matches('/').split('/').next().unwrap_or_default();
        if text.get(..4).is_some_and(|mark| mark.eq_ignore_ascii_case("arn:")) {
            self.arn(text, out);
        } else if is_operation(text) {
            out.keep(text);
        } else if KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(first)) {
            self.azure_segments(text, Azure::Keyword, out);
        } else if is_provider(first) && !text.starts_with('/') {
            self.azure_segments(text, Azure::Provider, out);
        } else if self.account(text, out) || self.unique_id(text, out) {
        } else if is_path_like(text) {
            self.paths.compose(text, out);
        } else {
            self.name(text, out);
        }
    }

    fn tokens(&self) -> &LabelTokens {
        &self.segments.labels
    }
}

/// Words before a name at the root of an Azure resource id.
const KEYWORDS: [&str; 6] =
    ["subscriptions", "resourcegroups", "tenants", "managementgroups", "locations", "providers"];

/// Prefixes of the unique ids of Amazon: keys, users, roles, groups, profiles, policies, certificates.
const UNIQUE_PREFIXES: [&str; 12] = [
    "ABIA", "ACCA", "AGPA", "AIDA", "AIPA", "AKIA", "ANPA", "ANVA", "APKA", "AROA", "ASCA", "ASIA",
];

/// Partitions of Amazon.
const PARTITIONS: [&str; 8] =
    ["aws", "aws-cn", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-us-gov"];

/// What the next segment of an Azure resource id is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Azure {
    Keyword,
    Provider,
    Type,
    /// A name, and whether a keyword or a type follows.
    Name(bool),
    Location,
    /// All that follows a provider that is not public.
    Unknown,
}

impl Azure {
    const KEYWORD: bool = false;
    const TYPE: bool = true;
}

/// A field of an Amazon resource name.
#[derive(Clone, Copy)]
enum Arn {
    Mark,
    Partition,
    Service,
    Region,
    Account,
}

/// Whether `segment` is the name space of a provider of Microsoft.
fn is_provider(segment: &str) -> bool {
    let mut parts = segment.split('.');
    parts.next().is_some_and(|first| first.eq_ignore_ascii_case("microsoft"))
        && segment.len() <= 64
        && parts.clone().count() > 0
        && parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// Whether `segment` can be the type of a resource.
fn is_type(segment: &str) -> bool {
    segment.len() <= 64 && segment.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether `text` names an operation of a provider of Microsoft and no resource.
fn is_operation(text: &str) -> bool {
    const VERBS: [&str; 4] = ["read", "write", "delete", "action"];
    let Some((provider, rest)) = text.split_once('/') else { return is_provider(text) };
    let verb = rest.rsplit('/').next().unwrap_or_default();
    is_provider(provider)
        && VERBS.iter().any(|known| known.eq_ignore_ascii_case(verb))
        && rest.split('/').all(|part| !part.is_empty() && is_type(part))
}

/// Whether `text` is a region of Amazon, such as `us-gov-east-1`.
fn is_region(text: &str) -> bool {
    const PLACES: [&str; 10] = [
        "central",
        "east",
        "north",
        "northeast",
        "northwest",
        "south",
        "southeast",
        "southwest",
        "west",
        "global",
    ];
    let mut parts = text.rsplit('-');
    let number = parts.next().unwrap_or_default();
    let place = parts.next().unwrap_or_default();
    let is_number = number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_digit());
    let area = text.get(..text.len().saturating_sub(place.len() + 3)).unwrap_or_default();
    let is_area = area.len() == 2 && area.bytes().all(|byte| byte.is_ascii_lowercase())
        || ["us-gov", "us-iso", "us-isob", "us-isof", "eu-isoe"].contains(&area);
    is_number && PLACES.contains(&place) && is_area || text == "global"
}

/// Whether `text` has small letters and dashes only.
fn is_words(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}
