use std::path::PathBuf;

use proptest::prelude::*;

use super::*;

const HEADER: usize = 36;

fn key() -> Key {
    Key::from_bytes([5; 32])
}

/// A vault of three frames, its folder and its bytes.
fn vault() -> (tempfile::TempDir, PathBuf, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let mut writer = VaultWriter::create(&path, &key(), "here").unwrap();
    for number in 0..4000 {
        let original = format!("CONTOSO\\bob.{number}");
        writer.record(Kind::Account, &original, &format!("token{number}")).unwrap();
        writer.record(Kind::Account, &original, &format!("token{number}")).unwrap();
    }
    writer.record(Kind::Path, "C:\\Users\\alice", "tokenpath").unwrap();
    writer.record(Kind::Path, "same", "same").unwrap();
    assert_eq!(writer.len(), 4001);
    assert!(!path.exists(), "nothing is there before the end");
    writer.finish().unwrap();
    let bytes = fs::read(&path).unwrap();
    (folder, path, bytes)
}

/// Where each frame begins and ends.
fn frames(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut frames = Vec::new();
    let mut at = HEADER;
    while at < bytes.len() {
        let length = u32::from_le_bytes(bytes[at + 5..at + 9].try_into().unwrap()) as usize;
        frames.push(at..at + 33 + length);
        at += 33 + length;
    }
    frames
}

fn code_of(path: &Path, bytes: &[u8]) -> &'static str {
    fs::write(path, bytes).unwrap();
    Vault::open(path, &key(), "here").unwrap_err().code()
}

#[test]
fn vault_reveals_what_was_recorded_and_nothing_else() {
    let (_folder, path, bytes) = vault();
    assert!(frames(&bytes).len() == 3, "{}", bytes.len());
    let vault = Vault::open(&path, &key(), "here").unwrap();
    assert_eq!(vault.len(), 4001);
    assert_eq!(vault.reveal("token3999").unwrap(), "CONTOSO\\bob.3999");
    assert_eq!(vault.reveal("tokenpath").unwrap(), "C:\\Users\\alice");
    assert_eq!(vault.kind("tokenpath"), Some(Kind::Path));
    assert_eq!(vault.reveal("CONTOSO\\bob.1"), None);
    assert_eq!(format!("{vault:?}"), "Vault(4001 entries)");
}

#[test]
fn nothing_stands_in_clear_and_two_vaults_of_the_same_differ() {
    let (_folder, _, bytes) = vault();
    for clear in ["CONTOSO", "contoso", "token", "account", "alice"] {
        assert!(!bytes.windows(clear.len()).any(|window| window == clear.as_bytes()), "{clear}");
    }
    let (_folder, _, other) = vault();
    assert_ne!(bytes[20..36], other[20..36]);
    assert_ne!(bytes[36 + 33..200], other[36 + 33..200]);
}

#[cfg(unix)]
#[test]
fn vault_is_for_its_owner_only_and_is_never_overwritten() {
    use std::os::unix::fs::PermissionsExt;

    let (folder, path, bytes) = vault();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(VaultWriter::create(&path, &key(), "here").unwrap_err().code(), "OBF0024");
    let late = folder.path().join("late");
    let writer = VaultWriter::create(&late, &key(), "here").unwrap();
    fs::write(&late, "another's").unwrap();
    assert_eq!(writer.finish().unwrap_err().code(), "OBF0024");
    assert_eq!(fs::read(&late).unwrap(), b"another's");
    assert_eq!(fs::read(&path).unwrap(), bytes);
    drop(VaultWriter::create(&folder.path().join("dropped"), &key(), "here").unwrap());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no draft is left");
}

#[test]
fn another_key_or_realm_is_told() {
    let (_folder, path, _) = vault();
    let other = Key::from_bytes([6; 32]);
    assert_eq!(Vault::open(&path, &other, "here").unwrap_err().code(), "OBF0026");
    assert_eq!(Vault::open(&path, &key(), "there").unwrap_err().code(), "OBF0026");
}

#[test]
fn fingerprint_that_was_forged_opens_nothing() {
    let (_folder, path, mut bytes) = vault();
    let other = Key::from_bytes([6; 32]);
    bytes[12..20].copy_from_slice(&frame::fingerprint(&other, "here"));
    fs::write(&path, &bytes).unwrap();
    assert_eq!(Vault::open(&path, &other, "here").unwrap_err().code(), "OBF0029");
}

#[test]
fn file_that_is_no_vault_is_told() {
    let (_folder, path, mut bytes) = vault();
    assert_eq!(code_of(&path, b""), "OBF0025");
    assert_eq!(
        code_of(&path, b"PK\x03\x04 some archive that is long enough to be read"),
        "OBF0025"
    );
    bytes[8] = 2;
    assert_eq!(code_of(&path, &bytes), "OBF0025");
    assert_eq!(
        Vault::open(&path.with_file_name("none"), &key(), "here").unwrap_err().code(),
        "OBF0024"
    );
}

#[test]
fn vault_that_was_cut_off_is_told_also_between_frames() {
    let (_folder, path, bytes) = vault();
    let frames = frames(&bytes);
    let last = frames.last().unwrap();
    for end in [HEADER, HEADER + 5, HEADER + 40, frames[0].end, last.start, bytes.len() - 1] {
        assert_eq!(code_of(&path, &bytes[..end]), "OBF0027", "{end}");
    }
}

#[test]
fn frames_that_were_moved_left_out_doubled_or_appended_are_told() {
    let (_folder, path, bytes) = vault();
    let frames = frames(&bytes);
    let build = |order: &[usize]| {
        let mut built = bytes[..HEADER].to_vec();
        for frame in order {
            built.extend_from_slice(&bytes[frames[*frame].clone()]);
        }
        built
    };
    for order in [&[1, 0, 2][..], &[0, 2], &[0, 0, 1, 2], &[0, 1, 2, 2], &[1, 2]] {
        assert_eq!(code_of(&path, &build(order)), "OBF0028", "{order:?}");
    }
    // One who also writes new numbers on the frames is told as one who changed them.
    let mut forged = build(&[1, 0, 2]);
    let second = HEADER + frames[1].len();
    forged[HEADER..HEADER + 4].copy_from_slice(&0_u32.to_le_bytes());
    forged[second..second + 4].copy_from_slice(&1_u32.to_le_bytes());
    assert_eq!(code_of(&path, &forged), "OBF0029");
    // And one who marks an earlier frame as the last.
    let mut short = build(&[0]);
    short[HEADER + 4] = 1;
    assert_eq!(code_of(&path, &short), "OBF0029");
}

#[test]
fn frame_of_another_vault_of_the_same_key_is_told() {
    let (_folder, path, bytes) = vault();
    let (_other_folder, _, other) = vault();
    let mut mixed = bytes[..HEADER].to_vec();
    mixed.extend_from_slice(&other[HEADER..]);
    assert_eq!(code_of(&path, &mixed), "OBF0029");
}

#[test]
fn full_vault_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let mut writer = VaultWriter::create(&path, &key(), "here").unwrap().with_limit(1);
    writer.record(Kind::Host, "a", "x").unwrap();
    writer.record(Kind::Host, "a", "x").unwrap();
    assert_eq!(writer.record(Kind::Host, "b", "y").unwrap_err().code(), "OBF0012");
}

#[test]
fn long_texts_are_left_out_and_empty_vault_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let mut writer = VaultWriter::create(&path, &key(), "here").unwrap();
    writer.record(Kind::Text, &"a".repeat((1 << 20) + 1), "x").unwrap();
    assert!(writer.is_empty());
    writer.finish().unwrap();
    assert!(Vault::open(&path, &key(), "here").unwrap().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_changed_bit_is_an_error(place in 0.0_f64..1.0, bit in 0_u8..8) {
        let (_folder, path, mut bytes) = vault();
        let place = (place * bytes.len() as f64) as usize;
        bytes[place] ^= 1 << bit;
        fs::write(&path, &bytes).unwrap();
        prop_assert!(Vault::open(&path, &key(), "here").is_err(), "byte {}", place);
    }
}
