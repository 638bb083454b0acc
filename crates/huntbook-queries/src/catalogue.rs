//! The catalogue: many definitions, found by name, environment and words.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use huntbook_diagnostics::{Diagnostic, near};
use include_dir::{Dir, include_dir};

use crate::codes::{DUPLICATE, FILE_UNREADABLE};
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
            FileDiagnostic::new(&name, "", Diagnostic::error(FILE_UNREADABLE, message))
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
        let (definitions, mut faults) = reader::read(path, text);
        for definition in definitions {
            if let Some(taken) = self.taken(&definition) {
                let message = format!("{taken}; the first one is kept");
                let span = crate::locate::locate(text, &["sources", &definition.name], 0);
                let fault = Diagnostic::error(DUPLICATE, message);
                let fault = match span {
                    Some(span) => fault.at(span),
                    None => fault,
                };
                faults.push(FileDiagnostic::new(path, text, fault));
            } else {
                self.insert(Arc::new(definition));
            }
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
            near(name, self.names.keys().map(String::as_str)).into_iter().map(str::to_owned).collect()
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
    let holds = |texts: &[String], word: &str| {
        texts.iter().any(|text| text.to_lowercase().contains(word))
    };
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
