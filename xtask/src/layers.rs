//! Who may use whom: the arrows of ARCHITECTURE.md, checked on what Cargo says.
//!
//! The workspace is a stack of levels. A crate may use crates of the levels below its own, and none of
//! its own level. Some outside crates belong to one crate of ours alone: `datafusion` to
//! `huntbook-kql`, what opens sockets to `huntbook-transport`, `pyo3` to `huntbook-python`.

use std::path::Path;

use cargo_metadata::{DependencyKind, MetadataCommand};

/// The levels, lowest first.
const LEVELS: &[&[&str]] = &[
    &["huntbook-diagnostics", "huntbook-obfuscate", "huntbook-scenario"],
    &["huntbook-kql-syntax", "huntbook-transport"],
    &["huntbook-kql", "huntbook-queries", "huntbook-intel"],
    &["huntbook-drivers"],
    &["huntbook"],
    &["huntbook-cli", "huntbook-python"],
    &["xtask"],
];

/// Outside crates (by prefix of the name) that one crate of ours may name.
const OWNED: &[(&str, &str)] = &[
    ("datafusion", "huntbook-kql"),
    ("pyo3", "huntbook-python"),
    ("reqwest", "huntbook-transport"),
    ("hyper", "huntbook-transport"),
    ("ureq", "huntbook-transport"),
    ("rustls", "huntbook-transport"),
];

/// `huntbook-scenario` stands alone: it makes data and knows nothing of who reads it.
const STANDS_ALONE: &str = "huntbook-scenario";

/// One dependency as a manifest declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arrow {
    pub(crate) from: String,
    pub(crate) to: String,
    /// Compiled into the crate itself; false for what only its tests use.
    pub(crate) shipped: bool,
}

/// Reads the manifests of the workspace at `root` and checks every arrow.
///
/// # Errors
///
/// One line for each forbidden arrow, or Cargo's own message where a manifest cannot be read.
pub(crate) fn run(root: &Path) -> Result<String, String> {
    let arrows = read(root)?;
    let forbidden = violations(&arrows);
    if forbidden.is_empty() {
        Ok(format!("layers: {} dependencies, all allowed", arrows.len()))
    } else {
        Err(forbidden.join("\n"))
    }
}

fn read(root: &Path) -> Result<Vec<Arrow>, String> {
    let metadata = MetadataCommand::new()
        .current_dir(root)
        .no_deps()
        .exec()
        .map_err(|error| format!("cannot read the workspace: {error}"))?;
    let mut arrows = Vec::new();
    for package in metadata.workspace_packages() {
        for dependency in &package.dependencies {
            arrows.push(Arrow {
                from: package.name.to_string(),
                to: dependency.name.clone(),
                shipped: dependency.kind != DependencyKind::Development,
            });
        }
    }
    Ok(arrows)
}

/// What is wrong with `arrows`, one line each.
///
/// Tests may look sideways: a development dependency is held to the ownership of outside crates only.
pub(crate) fn violations(arrows: &[Arrow]) -> Vec<String> {
    let mut found = Vec::new();
    for arrow in arrows {
        let Arrow { from, to, shipped } = arrow;
        let Some(from_level) = level(from) else {
            let line = format!("`{from}` has no level: name it in xtask/src/layers.rs");
            if !found.contains(&line) {
                found.push(line);
            }
            continue;
        };
        if let Some((_, owner)) = OWNED.iter().find(|(prefix, _)| to.starts_with(prefix))
            && owner != from
        {
            found.push(format!("`{from}` names `{to}`: only `{owner}` may"));
        }
        if let Some(to_level) = level(to)
            && *shipped
        {
            if from == STANDS_ALONE {
                found.push(format!("`{from}` uses `{to}`: it stands alone"));
            } else if to_level >= from_level {
                let relation = if to_level == from_level { "of its own level" } else { "above it" };
                found.push(format!("`{from}` uses `{to}`, which is {relation}"));
            }
        }
    }
    found
}

fn level(name: &str) -> Option<usize> {
    LEVELS.iter().position(|level| level.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::PathBuf;

    fn arrow(from: &str, to: &str) -> Arrow {
        Arrow { from: from.into(), to: to.into(), shipped: true }
    }

    fn workspace() -> PathBuf {
        Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"))
            .parent()
            .expect("xtask has a parent")
            .to_owned()
    }

    #[test]
    fn the_workspace_as_it_stands_is_allowed() {
        assert_eq!(violations(&read(&workspace()).unwrap()), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_upwards_or_sideways_is_forbidden() {
        assert!(violations(&[arrow("huntbook-kql", "huntbook-kql-syntax")]).is_empty());
        for (from, to) in [
            ("huntbook-kql-syntax", "huntbook-kql"),
            ("huntbook-queries", "huntbook-kql"),
            ("huntbook-scenario", "huntbook-obfuscate"),
            ("huntbook-cli", "huntbook-python"),
        ] {
            assert_eq!(violations(&[arrow(from, to)]).len(), 1, "{from} -> {to}");
        }
    }

    #[test]
    fn an_owned_crate_elsewhere_is_forbidden_in_tests_too() {
        for to in ["datafusion", "datafusion-expr", "pyo3", "pyo3-arrow", "reqwest"] {
            let in_tests = Arrow { shipped: false, ..arrow("huntbook-queries", to) };
            assert_eq!(violations(&[in_tests]).len(), 1, "{to}");
        }
    }

    #[test]
    fn a_crate_without_a_level_is_named() {
        assert!(violations(&[arrow("huntbook-new", "serde")])[0].contains("has no level"));
    }

    /// The real manifests, with `datafusion` added to `huntbook-queries`, go red.
    #[test]
    fn datafusion_in_the_manifest_of_queries_is_found() {
        let copy = tempfile::tempdir().unwrap();
        let root = workspace();
        fs::copy(root.join("Cargo.toml"), copy.path().join("Cargo.toml")).unwrap();
        let mut folders = vec![PathBuf::from("xtask")];
        for entry in fs::read_dir(root.join("crates")).unwrap() {
            folders.push(Path::new("crates").join(entry.unwrap().file_name()));
        }
        for folder in folders {
            let to = copy.path().join(&folder);
            fs::create_dir_all(to.join("src")).unwrap();
            let mut manifest = fs::read_to_string(root.join(&folder).join("Cargo.toml")).unwrap();
            if folder.ends_with("huntbook-queries") {
                let with = "[dependencies]\ndatafusion.workspace = true\n";
                manifest = manifest.replacen("[dependencies]\n", with, 1);
            }
            fs::write(to.join("Cargo.toml"), manifest).unwrap();
            fs::write(to.join("src/lib.rs"), "").unwrap();
            fs::write(to.join("src/main.rs"), "fn main() {}").unwrap();
        }
        let problem = run(copy.path()).unwrap_err();
        assert_eq!(problem, "`huntbook-queries` names `datafusion`: only `huntbook-kql` may");
    }
}
