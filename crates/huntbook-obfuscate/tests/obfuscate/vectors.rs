//! The frozen vectors of the scheme: what was shared once can be revealed and joined for ever.

use std::fs;
use std::path::Path;

use huntbook_obfuscate::{IpMode, Key, Kind, Obfuscator, Policy, SCHEME, Settings};
use serde::Deserialize;

const VECTORS: &str = "../../tests/reference/scheme-v1.json";

#[derive(Deserialize)]
struct File {
    scheme: String,
    key: String,
    realm: String,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    kind: String,
    #[serde(default)]
    ip: IpMode,
    text: String,
    image: String,
}

#[test]
fn images_are_those_of_the_frozen_vectors() {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let path = Path::new(&root).join(VECTORS);
    let file: File = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    assert_eq!(file.scheme, SCHEME);
    assert!(!file.vectors.is_empty());
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    fs::write(&key, &file.key).unwrap();
    make_private(&key);
    let key = Key::load_or_create(&key).unwrap();
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
