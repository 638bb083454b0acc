//! The catalogue: many definitions, found by name, environment and words.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use huntbook_diagnostics::{Diagnostic, near};
use include_dir::{Dir, include_dir};

use crate::codes::FILE_UNREADABLE;
use crate::fault::FileDiagnostic;
use crate::{Environment, QueryDefinition, QueryError, reader};

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../queries");

static BUILTIN: LazyLock<Catalogue> = LazyLock::new(|| {
    let (catalogue, faults) = Catalogue::read_builtin();
    debug_assert!(faults.is_empty(), "a test holds the built-in catalogue to be free of faults");
    catalogue
});

/// A folder is not searched deeper than this: a link may lead back to where it stands.
const DEEPEST: usize = 16;

/// Query definitions in the order they were added. Cloning shares the definitions.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    definitions: Vec<Arc<QueryDefinition>>,
    /// Qualified name, for each family and alias, to position.
    names: BTreeMap<String, usize>,
}

impl Catalogue {
    /// A catalogue without definitions.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// The catalogue that ships, read once a process.
    #[must_use]
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    fn read_builtin() -> (Self, Vec<FileDiagnostic>) {
        let mut catalogue = Self::empty();
        let mut faults = Vec::new();
        let mut folders = vec![&EMBEDDED];
        while let Some(folder) = folders.pop() {
            folders.extend(folder.dirs());
            for file in folder.files() {
                if !is_definition_file(file.path()) {
                    continue;
                }
                let path = format!("builtin:{}", file.path().display());
                let text = file.contents_utf8().unwrap_or_default();
                faults.extend(catalogue.load_text(&path, text));
            }
        }
        (catalogue, faults)
    }

    /// The definitions that `environment` offers, found by name or alias, case ignored.
    ///
    /// Defender XDR and Defender for Endpoint offer each other's; local data offers all that are KQL.
    ///
    /// # Errors
    ///
    /// [`QueryError::UnknownEnvironment`] with the near names.
    pub fn for_environment(&self, environment: &str) -> Result<Self, QueryError> {
        let offered = Environment::named(environment)?.offers();
        let mut chosen = Self::empty();
        for definition in &self.definitions {
            if definition.environments.iter().any(|name| offered.contains(&name.as_str())) {
                chosen.insert(Arc::clone(definition));
            }
        }
        Ok(chosen)
    }

    /// Adds the definitions of files and folders (`*.yaml` and `*.yml`, at any depth, in name order), and returns
    /// every fault found.
    ///
    /// A file that cannot be read, a definition with an error, and a second definition of a name are left
    /// out and reported; everything else is added.
    pub fn load_paths(&mut self, paths: &[PathBuf]) -> Vec<FileDiagnostic> {
        let mut faults = Vec::new();
        for path in paths {
            self.load_path(path, 0, &mut faults);
        }
        faults
    }

    fn load_path(&mut self, path: &Path, depth: usize, faults: &mut Vec<FileDiagnostic>) {
        let name = path.display().to_string();
        let unreadable = |error: &dyn std::fmt::Display| {
            let message = format!("definition file cannot be read: {error}");
            let diagnostic = Diagnostic::error(FILE_UNREADABLE, message);
            FileDiagnostic { path: name.clone(), position: None, diagnostic }
        };
        if path.is_dir() {
            let entries = match std::fs::read_dir(path) {
                Ok(entries) => entries,
                Err(error) => return faults.push(unreadable(&error)),
            };
            let mut inside: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
            inside.sort();
            for entry in inside {
                if is_definition_file(&entry) || (entry.is_dir() && depth < DEEPEST) {
                    self.load_path(&entry, depth + 1, faults);
                }
            }
            return;
        }
        match std::fs::read(path).map(String::from_utf8) {
            Ok(Ok(text)) => faults.extend(self.load_text(&name, &text)),
            Ok(Err(error)) => faults.push(unreadable(&error.utf8_error())),
            Err(error) => faults.push(unreadable(&error)),
        }
    }

    /// Adds the definitions of one file's `text`, and returns every fault found; `path` is what faults and
    /// definitions call the file.
    pub fn load_text(&mut self, path: &str, text: &str) -> Vec<FileDiagnostic> {
        let (definitions, faults) = reader::read(path, text, |definition| self.taken(definition));
        for definition in definitions {
            self.insert(Arc::new(definition));
        }
        faults
    }

    /// Adds one definition.
    ///
    /// # Errors
    ///
    /// [`QueryError::Invalid`] when its template cannot be used, [`QueryError::Duplicate`] when one of its
    /// names is taken; the catalogue is then unchanged.
    pub fn add(&mut self, definition: QueryDefinition) -> Result<(), QueryError> {
        let diagnostics = definition.check();
        if diagnostics.iter().any(Diagnostic::is_error) {
            return Err(QueryError::Invalid { name: definition.qualified_name(), diagnostics });
        }
        if let Some(taken) = self.taken(&definition) {
            return Err(taken);
        }
        self.insert(Arc::new(definition));
        Ok(())
    }

    /// The error of adding `definition` where one of its names is taken.
    fn taken(&self, definition: &QueryDefinition) -> Option<QueryError> {
        definition.qualified_names().find_map(|name| {
            let known = &self.definitions[*self.names.get(&name)?];
            let place = known.place.as_ref().map(|place| format!("{}:{}", place.path, place.line));
            Some(QueryError::Duplicate { name, place })
        })
    }

    fn insert(&mut self, definition: Arc<QueryDefinition>) {
        let position = self.definitions.len();
        for name in definition.qualified_names() {
            self.names.entry(name).or_insert(position);
        }
        self.definitions.push(definition);
    }

    /// How many definitions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.definitions.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.definitions.is_empty()
    }

    /// The definitions whose qualified name holds `filter`, case ignored, sorted by qualified name; all of
    /// them without a filter.
    #[must_use]
    pub fn list(&self, filter: Option<&str>) -> Vec<&QueryDefinition> {
        let wanted = filter.unwrap_or_default().to_lowercase();
        let mut found: Vec<(String, &QueryDefinition)> = self
            .definitions
            .iter()
            .filter(|definition| {
                definition.qualified_names().any(|name| name.to_lowercase().contains(&wanted))
            })
            .map(|definition| (definition.qualified_name(), definition.as_ref()))
            .collect();
        found.sort_by(|(left, _), (right, _)| left.cmp(right));
        found.into_iter().map(|(_, definition)| definition).collect()
    }

    /// The definitions that hold every word of `text`, case ignored, best first.
    ///
    /// A word in the name counts most, then one in tables, techniques and tags, then one in parameters, then one in
    /// the description. No word finds everything.
    #[must_use]
    pub fn search(&self, text: &str) -> Vec<&QueryDefinition> {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let mut found: Vec<(usize, &QueryDefinition)> = self
            .list(None)
            .into_iter()
            .filter_map(|definition| Some((score(definition, &words)?, definition)))
            .collect();
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        found.into_iter().map(|(_, definition)| definition).collect()
    }

    /// The definition called `name`: `Family.name` for any of its families, or its bare name where that is
    /// unique; aliases count as names.
    ///
    /// # Errors
    ///
    /// [`QueryError::UnknownQuery`] with near names, [`QueryError::AmbiguousQuery`] with all candidates.
    pub fn get(&self, name: &str) -> Result<&QueryDefinition, QueryError> {
        if let Some(position) = self.names.get(name) {
            return Ok(&self.definitions[*position]);
        }
        let bare: Vec<&QueryDefinition> = self
            .definitions
            .iter()
            .map(AsRef::as_ref)
            .filter(|known| known.name == name || known.aliases.iter().any(|alias| alias == name))
            .collect();
        match bare.as_slice() {
            [only] => Ok(only),
            [] => Err(self.unknown(name)),
            several => Err(QueryError::AmbiguousQuery {
                name: name.to_owned(),
                candidates: several.iter().map(|known| known.qualified_name()).collect(),
            }),
        }
    }

    fn unknown(&self, name: &str) -> QueryError {
        let qualified = name.contains('.');
        let near = if qualified {
            near(name, self.names.keys().map(String::as_str))
                .into_iter()
                .map(str::to_owned)
                .collect()
        } else {
            let names = self.definitions.iter().map(|known| known.name.as_str());
            let bare = near(name, names);
            self.list(None)
                .into_iter()
                .filter(|known| bare.contains(&known.name.as_str()))
                .map(QueryDefinition::qualified_name)
                .collect()
        };
        QueryError::UnknownQuery { name: name.to_owned(), near }
    }
}

fn is_definition_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml")
    })
}

/// How well `definition` answers to `words`; `None` where one of them is nowhere in it.
fn score(definition: &QueryDefinition, words: &[String]) -> Option<usize> {
    let holds =
        |texts: &[String], word: &str| texts.iter().any(|text| text.to_lowercase().contains(word));
    let mut total = 0;
    for word in words {
        let in_names = definition.qualified_names().any(|name| name.to_lowercase().contains(word));
        let in_facets = [&definition.tables, &definition.techniques, &definition.tags]
            .into_iter()
            .any(|texts| holds(texts, word));
        let in_parameters =
            definition.parameters.iter().any(|known| known.name.to_lowercase().contains(word));
        let in_description = definition.description.to_lowercase().contains(word);
        let points = match (in_names, in_facets, in_parameters, in_description) {
            (true, ..) => 8,
            (_, true, ..) => 4,
            (_, _, true, _) => 2,
            (.., true) => 1,
            _ => return None,
        };
        total += points;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{DateTime, Utc};

    use super::*;
    use crate::{Arguments, Parameter, ParameterType, Value, render};

    fn now() -> DateTime<Utc> {
        "2026-11-20T00:00:00Z".parse().unwrap()
    }

    fn sample(parameter: &Parameter) -> Value {
        match parameter.kind {
            ParameterType::Int => Value::Int(3),
            ParameterType::Ip => "203.0.113.7".into(),
            ParameterType::Datetime => "-1d".into(),
            ParameterType::Timespan => "1h".into(),
            ParameterType::List => vec!["a", "b"].into(),
            ParameterType::Clause => "| take 5".into(),
            _ => "O'Brien \"x\" \\ y".into(),
        }
    }

    #[test]
    fn the_builtin_catalogue_has_no_faults() {
        let (catalogue, faults) = Catalogue::read_builtin();
        let shown: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(shown, Vec::<String>::new());
        assert!(catalogue.len() >= 22, "{}", catalogue.len());
    }

    #[test]
    fn every_builtin_query_renders_to_kql_without_errors() {
        for definition in Catalogue::builtin().list(None) {
            let required: Arguments = definition
                .parameters
                .iter()
                .filter(|parameter| parameter.required())
                .map(|parameter| (parameter.name.clone(), sample(parameter)))
                .collect();
            let all: Arguments = definition
                .parameters
                .iter()
                .map(|parameter| (parameter.name.clone(), sample(parameter)))
                .collect();
            for arguments in [required, all] {
                let name = definition.qualified_name();
                let rendered = render(definition, &arguments, now())
                    .unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
                let parsed = huntbook_kql_syntax::parse(&rendered.text);
                assert_eq!(parsed.diagnostics, [], "{name}\n{}", rendered.text);
            }
        }
    }

    #[test]
    fn every_builtin_query_is_documented() {
        for definition in Catalogue::builtin().list(None) {
            let name = definition.qualified_name();
            assert!(definition.description.contains(&format!("Sample: {name}(")), "{name}");
            assert!(!definition.tables.is_empty() && !definition.techniques.is_empty(), "{name}");
            assert!(definition.severity.is_some() && !definition.tags.is_empty(), "{name}");
            for parameter in &definition.parameters {
                assert!(!parameter.description.is_empty(), "{name} {}", parameter.name);
            }
            let names: BTreeSet<&str> =
                definition.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
            assert!(
                names.is_superset(&BTreeSet::from(["start", "end", "add_query_items"])),
                "{name}"
            );
            let unused: Vec<&&str> = names
                .iter()
                .filter(|parameter| !definition.template.contains(&format!("{{{parameter}}}")))
                .collect();
            assert!(unused.is_empty(), "{name}: {unused:?}");
        }
    }

    #[test]
    fn names_are_found_qualified_bare_and_by_alias() {
        let catalogue = Catalogue::builtin();
        let spray = catalogue.get("Azure.list_password_spray").unwrap();
        assert_eq!(catalogue.get("list_password_spray").unwrap(), spray);
        let mut own = Catalogue::empty();
        own.add(QueryDefinition {
            name: "first".to_owned(),
            aliases: vec!["second".to_owned()],
            families: vec!["A".to_owned(), "B".to_owned()],
            template: "T".to_owned(),
            environments: vec!["Kusto".to_owned()],
            ..QueryDefinition::default()
        })
        .unwrap();
        for name in ["A.first", "B.first", "A.second", "B.second", "first", "second"] {
            assert_eq!(own.get(name).unwrap().name, "first", "{name}");
        }
    }

    #[test]
    fn an_unknown_name_lists_near_ones() {
        let near = |name: &str| match Catalogue::builtin().get(name) {
            Err(QueryError::UnknownQuery { near, .. }) => near,
            other => panic!("{other:?}"),
        };
        assert_eq!(near("Azure.list_pasword_spray")[0], "Azure.list_password_spray");
        assert_eq!(near("list_pasword_spray")[0], "Azure.list_password_spray");
        assert_eq!(near("zzz"), Vec::<String>::new());
    }

    #[test]
    fn a_name_in_two_families_is_ambiguous() {
        let error = Catalogue::builtin().get("list_encoded_powershell").unwrap_err();
        assert_eq!(error.code(), "QRY0002");
        assert_eq!(error.suggestions().len(), 2);
    }

    #[test]
    fn environments_offer_their_own_definitions() {
        let families = |environment: &str| -> BTreeSet<String> {
            Catalogue::builtin()
                .for_environment(environment)
                .unwrap()
                .list(None)
                .iter()
                .map(|definition| definition.families[0].clone())
                .collect()
        };
        assert!(families("AzureSentinel").contains("Azure"));
        assert!(!families("AzureSentinel").contains("DeviceProcess"));
        assert_eq!(families("mde"), families("M365D"));
        assert!(families("LocalData").is_superset(&families("MDE")));
        assert!(families("LocalData").is_superset(&families("MSSentinel")));
        assert!(families("Splunk").is_empty());
        assert!(Catalogue::builtin().for_environment("Splonk").is_err());
    }

    #[test]
    fn listing_ignores_case_and_searching_ranks_names_first() {
        let catalogue = Catalogue::builtin();
        assert!(!catalogue.list(Some("POWERSHELL")).is_empty());
        assert!(catalogue.list(Some("no such thing")).is_empty());
        assert_eq!(
            catalogue.search("password spray")[0].qualified_name(),
            "Azure.list_password_spray"
        );
        assert!(!catalogue.search("T1003.001").is_empty());
        assert_eq!(catalogue.search("").len(), catalogue.len());
    }

    #[test]
    fn paths_are_loaded_and_their_faults_do_not_stop_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let head = "metadata: {data_environments: [Kusto], data_families: [Own]}\n";
        file("a.yaml", &format!("{head}sources:\n  one:\n    args: {{query: T}}\n"));
        file(
            "b.yml",
            &format!(
                "{head}sources:\n  one:\n    args: {{query: U}}\n  two:\n    args: {{query: U}}\n"
            ),
        );
        file("c.yaml", "sources: [");
        std::fs::write(folder.path().join("d.yaml"), [0xff, 0xfe]).unwrap();
        file("e.txt", "not looked at");
        let mut catalogue = Catalogue::empty();
        let missing = folder.path().join("missing.yaml");
        let faults = catalogue.load_paths(&[folder.path().to_owned(), missing]);
        let codes: Vec<&str> = faults.iter().map(|fault| fault.diagnostic.code).collect();
        assert_eq!(codes, ["QRY0014", "QRY0011", "QRY0010", "QRY0010"]);
        assert_eq!(faults[0].position.map(|at| at.line), Some(3));
        assert_eq!(catalogue.get("Own.one").unwrap().template, "T");
        assert_eq!(catalogue.get("Own.two").unwrap().template, "U");
    }

    #[test]
    fn a_definition_that_cannot_be_rendered_is_not_added() {
        let mut catalogue = Catalogue::empty();
        let definition = QueryDefinition {
            name: "q".to_owned(),
            families: vec!["Own".to_owned()],
            environments: vec!["Kusto".to_owned()],
            template: "T | where a == '{b}'".to_owned(),
            ..QueryDefinition::default()
        };
        let error = catalogue.add(definition.clone()).unwrap_err();
        assert_eq!(error.code(), "QRY0004");
        assert!(catalogue.is_empty());
        let good = QueryDefinition { template: "T".to_owned(), ..definition };
        catalogue.add(good.clone()).unwrap();
        assert_eq!(catalogue.add(good).unwrap_err().code(), "QRY0014");
    }
}
