//! One key gives one output, on one thread and on many.

use huntbook_obfuscate::{Key, Kind, Obfuscator, Policy};

fn values() -> Vec<(Kind, String)> {
    let mut values = Vec::new();
    for number in 0..400 {
        values.extend([
            (Kind::Ip, format!("10.{}.7.9", number % 250)),
            (Kind::Ip, format!("2001:4860::{number:x}")),
            (Kind::Uuid, format!("{number:08x}-d9cb-469f-a165-70867728950e")),
            (Kind::Sid, format!("S-1-5-21-{number}-2-3-500")),
            (Kind::Account, format!("CONTOSO\\user{number}")),
            (Kind::Host, format!("host{number}.contoso.com")),
            (Kind::Mac, format!("001b63{number:06x}")),
            (Kind::Hash, format!("{number:032x}")),
            (Kind::Phone, format!("+44 20 7946 {number:04}")),
            (Kind::Number, format!("{number}")),
            (Kind::Timestamp, format!("{}-11-24T07:06:17Z", 1990 + number % 100)),
            (Kind::String, format!("text {number}")),
        ]);
    }
    values
}

fn obfuscate(obfuscator: &Obfuscator, values: &[(Kind, String)]) -> Vec<String> {
    values.iter().map(|(kind, text)| obfuscator.value(*kind, text)).collect()
}

#[test]
fn one_thread_and_many_give_the_same_output() {
    let obfuscator = || Obfuscator::new(&Key::from_bytes([6; 32]), "threads", Policy::empty());
    let values = values();
    let expected = obfuscate(&obfuscator(), &values);
    // The tables that are made on first use are made by threads at once, too.
    let shared = obfuscator();
    for threads in [2, 7] {
        let size = values.len().div_ceil(threads);
        let images: Vec<String> = std::thread::scope(|scope| {
            let parts: Vec<_> =
                values.chunks(size).map(|part| scope.spawn(|| obfuscate(&shared, part))).collect();
            parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
        });
        assert_eq!(images, expected);
    }
}
