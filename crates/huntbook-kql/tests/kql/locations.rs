//! `geo_info_from_ip_address` over a small file in MaxMind's format that is written here.

use std::net::IpAddr;

use huntbook_kql::{Database, Engine, IpLocations};
use serde_json::{Value, json};

use crate::table::{Table, run};

/// Writes the type and size of a value of the data section.
fn head(kind: u8, size: usize, out: &mut Vec<u8>) {
    let short = u8::try_from(size.min(29)).expect("at most 29");
    out.push(if kind < 8 { kind << 5 | short } else { short });
    if kind >= 8 {
        out.push(kind - 7);
    }
    if size >= 29 {
        out.push(u8::try_from(size - 29).expect("no value of a test is larger"));
    }
}

/// Writes a map, an array, a text or a number; what `key` it has decides how wide a whole number is.
fn write(key: &str, value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            head(7, members.len(), out);
            for (key, value) in members {
                write("", &Value::from(key.as_str()), out);
                write(key, value, out);
            }
        }
        Value::Array(items) => {
            head(11, items.len(), out);
            for item in items {
                write(key, item, out);
            }
        }
        Value::String(text) => {
            head(2, text.len(), out);
            out.extend(text.as_bytes());
        }
        Value::Number(number) => {
            if let Some(whole) = number.as_u64() {
                let (kind, size) = match key {
                    "build_epoch" => (9, 8),
                    "node_count" => (6, 4),
                    _ => (5, 2),
                };
                head(kind, size, out);
                out.extend(&whole.to_be_bytes()[8 - size..]);
            } else {
                head(3, 8, out);
                out.extend(number.as_f64().expect("JSON numbers are").to_be_bytes());
            }
        }
        other => panic!("{other} is not written"),
    }
}

/// A database of IPv6 with IPv4 addresses below `::/96`; records of 24 bits.
fn database(kind: &str, networks: &[(&str, u32, Value)]) -> Vec<u8> {
    enum Next {
        Nothing,
        Node(usize),
        Data(usize),
    }
    let mut tree: Vec<[Next; 2]> = vec![[Next::Nothing, Next::Nothing]];
    let mut data = Vec::new();
    for (address, length, value) in networks {
        let (bits, length) = match address.parse::<IpAddr>().expect("tests write addresses") {
            IpAddr::V4(address) => (u128::from(address.to_bits()), length + 96),
            IpAddr::V6(address) => (address.to_bits(), *length),
        };
        let mut node = 0;
        for depth in 0..length {
            let bit = usize::from(bits >> (127 - depth) & 1 == 1);
            if depth + 1 == length {
                tree[node][bit] = Next::Data(data.len());
            } else if let Next::Node(next) = tree[node][bit] {
                node = next;
            } else {
                tree[node][bit] = Next::Node(tree.len());
                node = tree.len();
                tree.push([Next::Nothing, Next::Nothing]);
            }
        }
        write("", value, &mut data);
    }
    let mut out = Vec::new();
    for next in tree.iter().flatten() {
        let record = match next {
            Next::Nothing => tree.len(),
            Next::Node(node) => *node,
            Next::Data(offset) => tree.len() + 16 + offset,
        };
        out.extend(&u32::try_from(record).expect("the file is small").to_be_bytes()[1..]);
    }
    out.extend([0; 16]);
    out.extend(data);
    out.extend(b"\xab\xcd\xefMaxMind.com");
    let metadata = json!({
        "node_count": tree.len(), "record_size": 24, "ip_version": 6, "database_type": kind,
        "languages": ["en"], "binary_format_major_version": 2, "binary_format_minor_version": 0,
        "build_epoch": 1_700_000_000, "description": {"en": "made for a test"},
    });
    write("", &metadata, &mut out);
    out
}

fn small() -> Vec<u8> {
    let sydney = json!({
        "country": {"names": {"en": "Australia", "de": "Australien"}},
        "subdivisions": [{"names": {"en": "New South Wales"}}, {"names": {"en": "inner"}}],
        "city": {"names": {"en": "Sydney"}},
        "location": {"latitude": -33.5, "longitude": 151.25},
    });
    let country = json!({"country": {"names": {"en": "Japan"}}});
    database("Test-City", &[("203.0.113.0", 24, sydney), ("2001:db8::", 32, country)])
}

fn engine(bytes: &[u8]) -> Engine {
    let file = tempfile::NamedTempFile::new().expect("there is room");
    std::fs::write(file.path(), bytes).expect("there is room");
    let mut database = Database::new();
    database.set_locations(IpLocations::open(file.path()).expect("the file is sound"));
    Engine::new(database, "2024-05-01T12:30:00Z".parse().expect("it is a time"))
}

fn rows(engine: &Engine, query: &str) -> String {
    Table::of(&run(engine, query).expect("the query is good")).render()
}

#[test]
fn known_addresses_have_a_place_unknown_ones_an_empty_bag_and_other_text_null() {
    let query = "datatable(n:long, a:string) [1, '203.0.113.9', 2, '2001:db8::1', 3, '10.0.0.1', 4, 'x', 5, '']
        | extend p = geo_info_from_ip_address(a) | project n, p | sort by n asc";
    let expected = "n:long | p:dynamic\n\
        1 | {\"country\":\"Australia\",\"state\":\"New South Wales\",\"city\":\"Sydney\",\"latitude\":-33.5,\"longitude\":151.25}\n\
        2 | {\"country\":\"Japan\"}\n3 | {}\n4 | null\n5 | null";
    assert_eq!(rows(&engine(&small()), query), expected);
}

#[test]
fn a_constant_and_members_work_in_filters() {
    let query = "print a = '203.0.113.9' | where geo_info_from_ip_address(a).country == 'Australia'
        | project c = tostring(geo_info_from_ip_address('2001:db8::5').country)";
    assert_eq!(rows(&engine(&small()), query), "c:string\nJapan");
}

#[test]
fn without_a_file_the_function_warns_and_fails_where_a_row_asks() {
    let engine = Engine::new(Database::new(), "2024-05-01T12:30:00Z".parse().unwrap());
    let query = "print a = '203.0.113.9' | extend p = geo_info_from_ip_address(a)";
    let found = engine.check(query);
    assert_eq!(found[0].code, "KQL0303");
    assert!(found[0].message.contains("no MMDB file is given"), "{}", found[0].message);
    assert!(!found[0].hints.is_empty());
    let error = run(&engine, query).unwrap_err().to_string();
    assert!(error.contains("no MMDB file is given"), "{error}");
}

#[test]
fn a_file_of_something_else_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for (bytes, what) in [
        (b"no database".to_vec(), "cannot read"),
        (database("Test-ASN", &[]), "this is `Test-ASN`"),
    ] {
        std::fs::write(file.path(), bytes).unwrap();
        let error = IpLocations::open(file.path()).unwrap_err().to_string();
        assert!(error.contains(what), "{error}");
    }
}

#[test]
fn damage_anywhere_is_an_error_or_another_answer_and_never_a_panic() {
    let sound = small();
    let file = tempfile::NamedTempFile::new().unwrap();
    for index in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[index] ^= 0xff;
        std::fs::write(file.path(), &bytes).unwrap();
        if let Ok(locations) = IpLocations::open(file.path()) {
            let mut database = Database::new();
            database.set_locations(locations);
            let engine = Engine::new(database, "2024-05-01T12:30:00Z".parse().unwrap());
            // Whether it is an answer or an error depends on the byte.
            drop(run(&engine, "print geo_info_from_ip_address('203.0.113.9')"));
        }
    }
}
