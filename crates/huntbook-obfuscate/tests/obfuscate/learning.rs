//! What is learnt briefly hides as much in free text as all that can be learnt.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, StringArray};
use huntbook_obfuscate::{Key, Kind, Learned, Obfuscator, Policy};
use proptest::prelude::*;

fn obfuscator() -> Obfuscator {
    let policy = Policy::empty()
        .with_rule("Account", Kind::Account)
        .with_rule("Host", Kind::Host)
        .with_rule("Path", Kind::Path)
        .with_rule("Url", Kind::Url)
        .with_rule("Text", Kind::Text);
    Obfuscator::new(&Key::from_bytes([77; 32]), "learning", policy)
}

/// Public words, others, short ones, joined, with digits, in several styles.
fn name() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("hunter".to_owned()),
        Just("April".to_owned()),
        Just("SERVICE".to_owned()),
        Just("al".to_owned()),
        Just("web".to_owned()),
        Just("zquagga".to_owned()),
        Just("LogonType".to_owned()),
        Just("7".to_owned()),
        Just("4711".to_owned()),
        Just("änne".to_owned()),
        "[a-zA-Z]{1,4}[0-9]{0,2}",
    ];
    let joiner = prop_oneof![Just("-"), Just("_"), Just("."), Just(" "), Just("")];
    proptest::collection::vec((word, joiner), 1..4).prop_map(|parts| {
        let count = parts.len();
        parts
            .into_iter()
            .enumerate()
            .map(|(place, (word, joiner))| if place + 1 < count { word + joiner } else { word })
            .collect()
    })
}

fn column(values: Vec<String>) -> ArrayRef {
    Arc::new(StringArray::from(values))
}

/// A table of typed columns and of free text about them.
fn table(names: &[(String, String, usize)]) -> RecordBatch {
    let accounts = names.iter().map(|(name, other, form)| match form {
        0 => name.clone(),
        1 => format!("{other}\\{name}"),
        2 => format!("{name}@{other}.com"),
        3 => format!("{name}$"),
        _ => format!("{name} <{name}@{other}.com>"),
    });
    let hosts = names.iter().map(|(name, other, form)| match form {
        0 => name.clone(),
        1 => format!("{name}.{other}.com"),
        2 => format!("\\\\{name}"),
        _ => format!("{name}.{other}.local"),
    });
    let paths = names.iter().map(|(name, other, form)| match form {
        0 => format!("C:\\Users\\{name}\\{other}.docx"),
        1 => format!("/home/{name}/{other}"),
        _ => format!("\\\\{name}\\c$\\{other}"),
    });
    let urls = names.iter().map(|(name, other, _)| format!("https://{name}.com/{other}?q={name}"));
    let texts = names.iter().map(|(name, other, _)| {
        format!(
            "net use {name} /user:{other}; C:\\Users\\{name}\\x.txt {other}.{name} (\"{name}\") {}",
            name.to_uppercase()
        )
    });
    RecordBatch::try_from_iter([
        ("Account", column(accounts.collect())),
        ("Host", column(hosts.collect())),
        ("Path", column(paths.collect())),
        ("Url", column(urls.collect())),
        ("Text", column(texts.collect())),
    ])
    .unwrap()
}

fn names() -> impl Strategy<Value = Vec<(String, String, usize)>> {
    proptest::collection::vec((name(), name(), 0_usize..5), 1..6)
}

proptest! {
    #[test]
    fn brief_learning_gives_the_free_text_of_full_learning(names in names()) {
        let batch = table(&names);
        let image = |mut learned: Learned| {
            let obfuscator = obfuscator();
            let plan = obfuscator.plan(&batch.schema(), &batch);
            obfuscator.learn(&plan, &batch, &mut learned);
            let obfuscator = obfuscator.with_learned(Arc::new(learned));
            obfuscator.batch(&plan, &batch).unwrap()
        };
        let (brief, full) = (image(Learned::brief()), image(Learned::new()));
        prop_assert_eq!(brief.column(4), full.column(4));
    }
    #[test]
    fn columns_that_teach_as_they_are_transformed_give_and_teach_the_same(names in names()) {
        let (batch, obfuscator) = (table(&names), obfuscator());
        let plan = obfuscator.plan(&batch.schema(), &batch);
        for (mut apart, mut at_once) in
            [(Learned::brief(), Learned::brief()), (Learned::new(), Learned::new())]
        {
            obfuscator.learn(&plan, &batch, &mut apart);
            let image = obfuscator.batch_and_learn(&plan, &batch, &mut at_once).unwrap();
            prop_assert_eq!(image, obfuscator.batch(&plan, &batch).unwrap());
            prop_assert_eq!(at_once.len(), apart.len());
            let images = [apart, at_once].map(|learned| {
                obfuscator.informed(Arc::new(learned)).batch(&plan, &batch).unwrap()
            });
            prop_assert_eq!(&images[0], &images[1]);
        }
    }
}

/// A name that is a public word, and stands typed in documents only.
#[test]
fn a_name_in_a_document_is_hidden_in_free_text() {
    let policy = Policy::empty()
        .with_rule("Event", Kind::Json)
        .with_rule("Event.d.TargetUserName", Kind::Account)
        .with_rule("Message", Kind::Text);
    let obfuscator = Obfuscator::new(&Key::from_bytes([77; 32]), "learning", policy);
    let batch = RecordBatch::try_from_iter([
        (
            "Event",
            column(vec![r#"{"d":[{"TargetUserName":"CORP\\hunter"}],"word":"april"}"#.to_owned()]),
        ),
        ("Message", column(vec!["logon of hunter in april".to_owned()])),
    ])
    .unwrap();
    let plan = obfuscator.plan(&batch.schema(), &batch);
    let mut learned = Learned::new();
    obfuscator.learn(&plan, &batch, &mut learned);
    let mut at_once = Learned::new();
    obfuscator.batch_and_learn(&plan, &batch, &mut at_once).unwrap();
    // The account, its domain and its user.
    assert_eq!((learned.len(), at_once.len()), (3, 3));
    let safe = obfuscator.with_learned(Arc::new(learned)).batch(&plan, &batch).unwrap();
    let message = safe.column(1).as_string::<i32>().value(0);
    assert!(message.starts_with("logon of ") && message.contains(" in "), "{message}");
    assert!(!message.contains("hunter") && message.ends_with(" april"), "{message}");
}
