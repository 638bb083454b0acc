//! Environments: which catalogue and which query language a provider speaks.

use huntbook_diagnostics::near;
use serde::Serialize;

use crate::QueryError;

/// A query language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// Kusto Query Language.
    Kql,
    /// Splunk's Search Processing Language.
    Spl,
    /// Anything else: listed and shown, not rendered.
    Other,
}

/// One environment, with the names it goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Environment {
    /// The canonical name, such as `MSSentinel`.
    pub name: &'static str,
    /// Other names, such as `AzureSentinel`.
    pub aliases: &'static [&'static str],
    /// The language of its queries.
    pub dialect: Dialect,
}

const fn environment(
    name: &'static str,
    aliases: &'static [&'static str],
    dialect: Dialect,
) -> Environment {
    Environment { name, aliases, dialect }
}

/// Every environment known by name.
pub const ENVIRONMENTS: &[Environment] = &[
    environment(
        "MSSentinel",
        &["AzureSentinel", "LogAnalytics", "Sentinel", "MSSentinel_New", "MSSentinel_Legacy"],
        Dialect::Kql,
    ),
    environment("M365D", &["M365Defender", "Defender"], Dialect::Kql),
    environment("MDE", &["MDATP"], Dialect::Kql),
    environment("Kusto", &["ADX", "AzureDataExplorer", "Kusto_New", "Kusto_Legacy"], Dialect::Kql),
    environment("LocalData", &["Local"], Dialect::Kql),
    environment("MSSentinelSearch", &[], Dialect::Kql),
    environment("ResourceGraph", &["AzureResourceGraph"], Dialect::Kql),
    environment("M365DGraph", &["MSGraphHunting"], Dialect::Kql),
    environment("Splunk", &[], Dialect::Spl),
    environment("MSGraph", &["SecurityGraph", "SecurityGraphAlert"], Dialect::Other),
    environment("AzureSecurityCenter", &[], Dialect::Other),
    environment("OTRF", &["Mordor"], Dialect::Other),
    environment("Sumologic", &[], Dialect::Other),
    environment("Cybereason", &[], Dialect::Other),
    environment("Elastic", &["Elasticsearch"], Dialect::Other),
    environment("OSQueryLogs", &["OSQuery"], Dialect::Other),
    environment("VelociraptorLogs", &["Velociraptor"], Dialect::Other),
    environment("Prismacloud", &[], Dialect::Other),
    environment("OpenObserve", &[], Dialect::Other),
];

impl Environment {
    /// The environment called `name`, case ignored, aliases and the prefix `DataEnvironment.` included.
    ///
    /// # Errors
    ///
    /// [`QueryError::UnknownEnvironment`] with the near names.
    pub fn named(name: &str) -> Result<&'static Self, QueryError> {
        let bare = name.trim();
        let bare = bare.strip_prefix("DataEnvironment.").unwrap_or(bare);
        ENVIRONMENTS.iter().find(|known| known.answers_to(bare)).ok_or_else(|| {
            let names = ENVIRONMENTS.iter().flat_map(Self::names);
            QueryError::UnknownEnvironment {
                name: bare.to_owned(),
                near: near(bare, names).into_iter().map(str::to_owned).collect(),
            }
        })
    }

    /// Whether `name` is the canonical name or an alias, case ignored.
    #[must_use]
    pub fn answers_to(&self, name: &str) -> bool {
        self.names().any(|known| known.eq_ignore_ascii_case(name))
    }

    /// The canonical names whose definitions this environment offers: Defender XDR holds the endpoint
    /// tables, too, and local files may hold any table that KQL is written for.
    pub(crate) fn offers(&self) -> Vec<&'static str> {
        match self.name {
            "M365D" | "MDE" => vec!["M365D", "MDE"],
            "LocalData" => ENVIRONMENTS
                .iter()
                .filter(|known| known.dialect == Dialect::Kql)
                .map(|known| known.name)
                .collect(),
            name => vec![name],
        }
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_lead_to_one_environment_whatever_their_case() {
        for name in ["MSSentinel", "azuresentinel", "LOGANALYTICS", "DataEnvironment.AzureSentinel"]
        {
            assert_eq!(Environment::named(name).unwrap().name, "MSSentinel");
        }
        assert_eq!(Environment::named("mdatp").unwrap().name, "MDE");
        assert_eq!(Environment::named("localdata").unwrap().name, "LocalData");
    }

    #[test]
    fn an_unknown_name_lists_near_ones() {
        let error = Environment::named("MSSentinal").unwrap_err();
        assert!(error.to_string().contains("`MSSentinel`"), "{error}");
    }

    #[test]
    fn no_name_leads_to_two_environments() {
        let mut names: Vec<String> =
            ENVIRONMENTS.iter().flat_map(Environment::names).map(str::to_ascii_lowercase).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
