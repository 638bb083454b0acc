//! Kinds whose values are put together from texts to keep, labels and images of other kinds.
//!
//! Such a kind says once how a value is composed; what is public, what is sensitive and which
//! spellings are one value follow from that.

use crate::ip;
use crate::label::{Composition, LabelTokens, Lesson};
use crate::transform::{
    NEVER, Texts, Transform, canonical_identifier, is_placeholder, is_same_name,
};

/// A kind that composes its values.
pub(crate) trait Compose: Send + Sync {
    /// Composes `text`, without ending the row.
    fn compose(&self, text: &str, out: &mut Composition);

    /// The tokens of the labels.
    fn tokens(&self) -> &LabelTokens;

    /// Does for all of `texts` at once what is cheaper so, before they are composed in this order.
    fn foresee(&self, _texts: &[&str], _out: &mut Composition) {}
}

/// What becomes of `text`, and what was replaced in it.
fn record(kind: &impl Compose, text: &str) -> Composition {
    let mut composition = Composition::recording();
    kind.compose(text, &mut composition);
    composition
}

/// Calls `lesson` for each of `texts`, by its place, whose labels as `compose` composes them teach something.
pub(crate) fn lessons(
    texts: &[&str],
    lesson: &mut dyn FnMut(usize, Lesson),
    compose: impl Fn(&str, &mut Composition),
) {
    teach(texts, &mut Composition::sketch(texts.len()), lesson, compose);
}

/// Writes `texts` as `compose` composes them, and calls `lesson` as [`lessons`] does.
pub(crate) fn write_and_teach(
    labels: &LabelTokens,
    texts: &[&str],
    out: &mut Texts,
    lesson: &mut dyn FnMut(usize, Lesson),
    compose: impl Fn(&str, &mut Composition),
) {
    let mut composition = Composition::teaching(texts.len());
    teach(texts, &mut composition, lesson, compose);
    labels.write(&composition, out);
}

fn teach(
    texts: &[&str],
    composition: &mut Composition,
    lesson: &mut dyn FnMut(usize, Lesson),
    compose: impl Fn(&str, &mut Composition),
) {
    for (place, text) in texts.iter().enumerate() {
        if is_placeholder(text) {
            composition.keep(text);
            composition.end_row();
            continue;
        }
        let mark = composition.mark();
        compose(text, composition);
        match composition.end_taught_row(text, mark) {
            Lesson::Nothing => {}
            some => lesson(place, some),
        }
    }
}

impl<T: Compose> Transform for T {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        let mut composition = Composition::with_capacity(texts.len());
        self.foresee(texts, &mut composition);
        for text in texts {
            if is_placeholder(text) {
                composition.keep(text);
            } else {
                self.compose(text, &mut composition);
            }
            composition.end_row();
        }
        self.tokens().write(&composition, out);
    }

    fn is_public(&self, text: &str) -> bool {
        is_placeholder(text) || {
            let mut composition = record(self, text);
            composition.is_text(text) && composition.take_replaced().is_empty()
        }
    }

    fn sensitive_parts(&self, text: &str, found: &mut dyn FnMut(&str)) {
        for part in record(self, text).take_replaced() {
            canonical_identifier(&part, found);
            found(&part);
        }
        found(text);
    }

    fn lessons(&self, texts: &[&str], lesson: &mut dyn FnMut(usize, Lesson)) {
        lessons(texts, lesson, |text, out| self.compose(text, out));
    }

    fn write_and_teach(
        &self,
        texts: &[&str],
        out: &mut Texts,
        lesson: &mut dyn FnMut(usize, Lesson),
    ) {
        let mut composition = Composition::teaching(texts.len());
        self.foresee(texts, &mut composition);
        teach(texts, &mut composition, lesson, |text, out| self.compose(text, out));
        self.tokens().write(&composition, out);
    }

    fn is_same(&self, left: &str, right: &str) -> bool {
        let (mut left, mut right) = (record(self, left), record(self, right));
        let (lefts, rights) = (left.take_replaced(), right.take_replaced());
        let tokens = self.tokens();
        lefts.len() == rights.len()
            && lefts.iter().zip(&rights).all(|(left, right)| is_same_name(left, right))
            && tokens.text(&left).to_lowercase() == tokens.text(&right).to_lowercase()
    }

    fn domain_bits(&self, text: &str) -> u32 {
        let mut composition = record(self, text);
        if composition.has_labels() {
            return NEVER;
        }
        let bits = |part: &String| ip::domain_bits(part).unwrap_or(NEVER);
        composition.take_replaced().iter().map(bits).fold(0, u32::saturating_add).max(1)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use crate::{Key, Kind, Obfuscator, Policy};

    const KINDS: [Kind; 3] = [Kind::Url, Kind::Path, Kind::Resource];

    fn obfuscator() -> &'static Obfuscator {
        static SHARED: LazyLock<Obfuscator> =
            LazyLock::new(|| Obfuscator::new(&Key::from_bytes([9; 32]), "here", Policy::empty()));
        &SHARED
    }

    /// A label that is not public: it has a letter and digits that no public word has.
    fn label() -> impl Strategy<Value = String> {
        "[a-z]{1,6}qz[0-9]{2}[a-z]{0,12}|[A-Z][a-z]{1,3}Qz[0-9]{2}|[A-Z]{2}QZ[0-9]{1,3}"
    }

    fn labels(most: usize) -> impl Strategy<Value = Vec<String>> {
        proptest::collection::vec(label(), 0..most)
    }

    /// A URL, and the labels that may not survive.
    fn url() -> impl Strategy<Value = (String, Vec<String>)> {
        let parts = (
            prop_oneof![Just("https"), Just("hxxp"), Just("ftp"), Just("ldap"), Just("file")],
            proptest::option::of((label(), label())),
            (label(), label(), prop_oneof![Just(""), Just(":8443"), Just(":80")]),
            labels(4),
            prop_oneof![Just(""), Just(".html"), Just(".tar.gz"), Just("/login")],
            proptest::collection::vec(
                (prop_oneof![Just("q"), Just("id"), Just("user_name")], label()),
                0..3,
            ),
            proptest::option::of(label()),
        );
        parts.prop_map(|(scheme, user, (host, domain, port), path, end, query, fragment)| {
            let mut hidden: Vec<String> = path.clone();
            hidden.extend([host.clone(), domain.clone()]);
            let mut url = format!("{scheme}://");
            if let Some((user, password)) = user {
                url = format!("{url}{user}:{password}@");
                hidden.extend([user, password]);
            }
            url = format!("{url}{host}.{domain}.co.uk{port}");
            for segment in &path {
                url = format!("{url}/{segment}");
            }
            if !path.is_empty() {
                url += end;
            }
            for (place, (key, value)) in query.into_iter().enumerate() {
                url = format!("{url}{}{key}={value}", if place == 0 { "?" } else { "&" });
                hidden.push(value);
            }
            if let Some(fragment) = fragment {
                url = format!("{url}#{fragment}");
                hidden.push(fragment);
            }
            (url, hidden)
        })
    }

    /// A path, and the labels that may not survive.
    fn path() -> impl Strategy<Value = (String, Vec<String>)> {
        let head = prop_oneof![
            Just("C:\\Users\\"),
            Just("\\\\?\\C:\\"),
            Just("/home/"),
            Just("\\\\srvqz01\\"),
            Just("HKLM\\SOFTWARE\\"),
            Just("%APPDATA%\\"),
            Just("~"),
            Just("\\Device\\HarddiskVolume3\\"),
            Just("\\??\\D:\\"),
            Just(""),
        ];
        let end = prop_oneof![
            Just(""),
            Just(".docx"),
            Just(".tar.gz"),
            Just("\\cmd.exe"),
            Just(".ps1:stream.exe")
        ];
        (head, proptest::collection::vec(label(), 1..5), end).prop_map(|(head, labels, end)| {
            let separator = if head.contains('/') { "/" } else { "\\" };
            let end = end.replace('\\', separator);
            (format!("{head}{}{end}", labels.join(separator)), labels)
        })
    }

    /// A resource identifier, and the labels that may not survive.
    fn resource() -> impl Strategy<Value = (String, Vec<String>)> {
        (0_usize..5, label(), label(), 0_u64..1_000_000_000_000).prop_map(|(form, first, second, account)| {
            let text = match form {
                0 => format!(
                    "/subscriptions/0f8fad5b-d9cb-469f-a165-{account:012}/resourceGroups/{first}/providers/Microsoft.Compute/virtualMachines/{second}"
                ),
                1 => format!("arn:aws:iam::{account:012}:role/{first}/{second}"),
                2 => format!("arn:aws:s3:::{first}/{second}.txt"),
                3 => format!("arn:aws:lambda:eu-west-1:{account:012}:function:{first}:{second}"),
                _ => format!("/providers/Microsoft.Management/managementGroups/{first}/providers/Microsoft.X/things/{second}"),
            };
            (text, vec![first, second])
        })
    }

    fn value() -> impl Strategy<Value = (Kind, String, Vec<String>)> {
        prop_oneof![
            url().prop_map(|(text, hidden)| (Kind::Url, text, hidden)),
            path().prop_map(|(text, hidden)| (Kind::Path, text, hidden)),
            resource().prop_map(|(text, hidden)| (Kind::Resource, text, hidden)),
        ]
    }

    fn marks(text: &str) -> String {
        text.chars().filter(|letter| "/\\:?&=#@.%".contains(*letter)).collect()
    }

    fn scheme_and_port(url: &str) -> (&str, &str) {
        let (scheme, rest) = url.split_once("://").unwrap_or_default();
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        (scheme, host.split_once(':').map_or("", |(_, port)| port))
    }

    fn extension(text: &str) -> &str {
        text.rsplit(['/', '\\'])
            .next()
            .and_then(|name| name.rsplit_once('.'))
            .map_or("", |(_, end)| end)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]

        #[test]
        fn labels_do_not_survive_and_marks_do((kind, text, hidden) in value()) {
            let image = obfuscator().value(kind, &text);
            let lower = image.to_lowercase();
            for label in hidden {
                prop_assert!(!lower.contains(&label.to_lowercase()), "{} -> {}", text, image);
            }
            prop_assert_eq!(marks(&image), marks(&text), "{} -> {}", text, image);
            if kind == Kind::Url {
                prop_assert_eq!(scheme_and_port(&image), scheme_and_port(&text));
            }
            if kind == Kind::Path {
                prop_assert_eq!(extension(&image), extension(&text));
            }
            prop_assert_eq!(obfuscator().value(kind, &text), image);
        }

        #[test]
        fn sensitive_parts_name_every_label((kind, text, hidden) in value()) {
            let transform = obfuscator().transform(kind).unwrap();
            let mut parts = String::new();
            transform.sensitive_parts(&text, &mut |part| if part != text || hidden.contains(&text) { parts += &part.to_lowercase() });
            prop_assert!(!transform.is_public(&text));
            if kind != Kind::Url {
                for label in hidden {
                    prop_assert!(parts.contains(&label.to_lowercase()), "{} {}", text, parts);
                }
            }
        }

        #[test]
        fn different_values_have_different_images(left in value(), right in value()) {
            if left.0 == right.0 && left.1 != right.1 {
                let transform = obfuscator().transform(left.0).unwrap();
                let images = [&left, &right].map(|(kind, text, _)| obfuscator().value(*kind, text));
                prop_assert!(images[0] != images[1] || transform.is_same(&left.1, &right.1));
            }
            prop_assert!(obfuscator().transform(left.0).unwrap().is_same(&left.1, &left.1.clone()));
        }

        #[test]
        fn any_text_that_stays_is_public(text in "\\PC{0,40}|[-@\\\\/.:#$%{}\\[\\]_?&=;~a-cS0-9 ]{0,40}|(https?://|C:\\\\|/|arn:aws:|mailto:|%)[-@\\\\/.:#$%{}?&=;~a-cS0-9é]{0,40}") {
            for kind in KINDS {
                let transform = obfuscator().transform(kind).unwrap();
                let image = obfuscator().value(kind, &text);
                if transform.is_public(&text) {
                    prop_assert_eq!(&image, &text);
                } else {
                    prop_assert!(image != text || transform.domain_bits(&text) < 64, "{} {}", kind, text);
                }
                transform.sensitive_parts(&text, &mut |_| {});
            }
        }

        #[test]
        fn encoded_label_has_the_token_of_the_label(label in label()) {
            let bytes: Vec<String> = label.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let encoded = bytes.concat();
            let plain = format!("http://a/{label}");
            let image = obfuscator().value(Kind::Url, &plain);
            let url = format!("http://a/{encoded}");
            prop_assert_eq!(obfuscator().value(Kind::Url, &url), image);
            prop_assert!(obfuscator().transform(Kind::Url).unwrap().is_same(&url, &plain));
        }
    }

    #[test]
    fn public_paths_and_urls_stay() {
        for (kind, text) in [
            (Kind::Path, "C:\\Windows\\System32\\cmd.exe"),
            (Kind::Path, "/usr/bin/python3.11"),
            (Kind::Path, "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\1033"),
            (Kind::Path, "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run"),
            (Kind::Path, "\\Device\\HarddiskVolume3\\Windows\\explorer.exe"),
            (Kind::Path, "%APPDATA%\\Microsoft\\Windows\\Start Menu\\Programs\\Startup"),
            (Kind::Path, "C:\\Users\\Public\\Documents"),
            (Kind::Path, "$env:TEMP\\update.exe"),
            (Kind::Url, "/api/v1/login"),
            (Kind::Url, "http://localhost:8080/index.html"),
            (Kind::Resource, "Microsoft.Compute/virtualMachines/write"),
            (Kind::Resource, "arn:aws:iam::aws:policy/AdministratorAccess"),
        ] {
            assert_eq!(obfuscator().value(kind, text), text);
            assert!(obfuscator().transform(kind).unwrap().is_public(text), "{text}");
        }
    }

    #[test]
    fn folder_of_a_user_is_replaced_whatever_it_is_called() {
        for name in ["run", "temp", "microsoft", "python3", "2024"] {
            for text in [format!("C:\\Users\\{name}\\x"), format!("/home/{name}")] {
                let image = obfuscator().value(Kind::Path, &text);
                assert!(!image.contains(name), "{text} -> {image}");
            }
        }
    }

    #[test]
    fn spellings_of_one_address_in_a_url_are_the_same() {
        let transform = obfuscator().transform(Kind::Url).unwrap();
        assert!(transform.is_same("http://[2001:DB8::1]/", "http://[2001:db8:0::1]/"));
        assert!(!transform.is_same("http://a/b", "http://a/c"));
        assert_eq!(transform.domain_bits("http://10.0.0.1/"), 24);
    }
}
