//! The frozen vectors of the scheme: what was shared once can be revealed and joined for ever.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BinaryArray, FixedSizeBinaryArray, RecordBatch};
use huntbook_obfuscate::{IpMode, Key, Kind, Obfuscator, Policy, SCHEME, Settings};
use serde::Deserialize;

const VECTORS: &str = "../../tests/reference/scheme-v1.json";

#[derive(Deserialize)]
struct File {
    scheme: String,
    key: String,
    realm: String,
    vectors: Vec<Vector>,
    bytes: Vec<BytesVector>,
}

#[derive(Deserialize)]
struct Vector {
    kind: String,
    #[serde(default)]
    ip: IpMode,
    text: String,
    image: String,
}

/// Bytes of a column, in hexadecimal digits.
#[derive(Deserialize)]
struct BytesVector {
    fixed: bool,
    value: String,
    image: String,
}

#[test]
fn images_are_those_of_the_frozen_vectors() {
    let (file, key) = read();
    assert_eq!(file.scheme, SCHEME);
    assert!(!file.vectors.is_empty());
    let obfuscators: Vec<(IpMode, Obfuscator)> = [
        IpMode::Prefix,
        IpMode::Subnet,
        IpMode::Flat,
        IpMode::IpcryptPfx,
        IpMode::IpcryptDeterministic,
    ]
    .into_iter()
    .map(|ip| {
        let policy = Policy::builtin().with_settings(Settings { ip, ..Settings::default() });
        (ip, Obfuscator::new(&key, &file.realm, policy))
    })
    .collect();
    for Vector { kind, ip, text, image } in file.vectors {
        let parsed: Kind = kind.parse().unwrap();
        let (_, obfuscator) = obfuscators.iter().find(|(mode, _)| *mode == ip).unwrap();
        assert_eq!(obfuscator.value(parsed, &text), image, "{kind} {ip:?} {text:?}");
    }
}

#[test]
fn images_of_bytes_are_those_of_the_frozen_vectors() {
    let (file, key) = read();
    assert!(!file.bytes.is_empty());
    let obfuscator = Obfuscator::new(&key, &file.realm, Policy::builtin());
    for BytesVector { fixed, value, image } in file.bytes {
        let bytes = parse_hex(&value);
        let column: ArrayRef = if fixed {
            Arc::new(FixedSizeBinaryArray::try_from_iter([&bytes].into_iter()).unwrap())
        } else {
            Arc::new(BinaryArray::from_vec(vec![&bytes]))
        };
        let batch = RecordBatch::try_from_iter([("column", column)]).unwrap();
        let plan = obfuscator.plan(&batch.schema(), &batch);
        let out = obfuscator.batch(&plan, &batch).unwrap();
        let found = if fixed {
            out.column(0).as_fixed_size_binary().value(0)
        } else {
            out.column(0).as_binary::<i32>().value(0)
        };
        assert_eq!(found, parse_hex(&image), "{fixed} {value}");
    }
}

/// The vectors and their key.
fn read() -> (File, Key) {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let path = Path::new(&root).join(VECTORS);
    let file: File = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    fs::write(&key, &file.key).unwrap();
    make_private(&key);
    let key = Key::load_or_create(&key).unwrap();
    (file, key)
}

fn parse_hex(digits: &str) -> Vec<u8> {
    let pairs = (0..digits.len()).step_by(2);
    pairs.map(|place| u8::from_str_radix(&digits[place..place + 2], 16).unwrap()).collect()
}

/// A key that others can read is refused.
fn make_private(key: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(key, fs::Permissions::from_mode(0o600)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = key;
}
