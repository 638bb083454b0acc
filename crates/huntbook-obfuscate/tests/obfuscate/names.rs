//! Names: one name space over all kinds that hold them, and as many outputs as values.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use huntbook_obfuscate::{Key, Kind, Obfuscator, Policy};

fn obfuscator(policy: Policy) -> Obfuscator {
    Obfuscator::new(&Key::from_bytes([7; 32]), "names", policy)
}

#[test]
fn spellings_of_one_name_share_a_token_in_all_kinds() {
    let obfuscator = obfuscator(Policy::empty());
    let label = |text| obfuscator.value(Kind::Account, text);
    let (bob, contoso, host) = (label("bob"), label("contoso"), label("host1"));
    let upper = |text: &str| text.to_ascii_uppercase();
    for (kind, text, expected) in [
        (Kind::Account, "CONTOSO\\bob", format!("{}\\{bob}", upper(&contoso))),
        (Kind::Account, "bob@contoso.com", format!("{bob}@{contoso}.com")),
        (Kind::Account, "sip:bob@contoso.com", format!("sip:{bob}@{contoso}.com")),
        (Kind::Account, "HOST1$", format!("{}$", upper(&host))),
        (Kind::Host, "host1.contoso.com", format!("{host}.{contoso}.com")),
        (Kind::Path, "C:\\Users\\bob\\temp", format!("C:\\Users\\{bob}\\temp")),
        (Kind::Path, "/home/bob", format!("/home/{bob}")),
        (Kind::Path, "\\\\host1\\c$", format!("\\\\{host}\\c$")),
        (Kind::Path, "/srv/bob@contoso.com", format!("/srv/{bob}@{contoso}.com")),
        (Kind::Url, "https://host1.contoso.com/", format!("https://{host}.{contoso}.com/")),
        (
            Kind::Url,
            "https://contoso.com/~bob?u=bob",
            format!("https://{contoso}.com/~{bob}?u={bob}"),
        ),
        (Kind::Url, "mailto:bob@contoso.com", format!("mailto:{bob}@{contoso}.com")),
        (Kind::Resource, "arn:aws:s3:::contoso/bob", format!("arn:aws:s3:::{contoso}/{bob}")),
        (
            Kind::Resource,
            "/providers/Microsoft.Compute/virtualMachines/HOST1",
            format!("/providers/Microsoft.Compute/virtualMachines/{}", upper(&host)),
        ),
    ] {
        assert_eq!(obfuscator.value(kind, text), expected, "{kind} {text}");
    }
}

#[test]
fn a_million_names_have_a_million_outputs() {
    const NAMES: u32 = 1_000_000;
    const ROWS: u32 = 1 << 16;
    let policy = Policy::empty().with_rule("user", Kind::Account).with_rule("host", Kind::Host);
    let obfuscator = obfuscator(policy);
    let mut seen: [HashSet<u128>; 2] = [(); 2].map(|()| HashSet::with_capacity(NAMES as usize));
    for first in (0..NAMES).step_by(ROWS as usize) {
        let rows = first..NAMES.min(first + ROWS);
        let users: StringArray = rows.clone().map(|row| Some(format!("user{row}"))).collect();
        let hosts: StringArray = rows.map(|row| Some(format!("host{row}.contoso.com"))).collect();
        let columns =
            [("user", Arc::new(users) as ArrayRef), ("host", Arc::new(hosts) as ArrayRef)];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let plan = obfuscator.plan(&batch.schema(), &batch);
        let image = obfuscator.batch(&plan, &batch).unwrap();
        for (column, seen) in image.columns().iter().zip(&mut seen) {
            assert_eq!(column.null_count(), 0);
            // The first 16 letters of a token are 80 bits, in 128.
            seen.extend(column.as_string::<i32>().iter().flatten().map(|text| {
                u128::from_be_bytes(*text.as_bytes().first_chunk().expect("a token has 17 letters"))
            }));
        }
    }
    assert_eq!(seen.map(|seen| seen.len()), [NAMES as usize; 2]);
}
