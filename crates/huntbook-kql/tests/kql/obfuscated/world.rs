//! Worlds: a scenario's tables beside what obfuscation makes of them.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use huntbook_obfuscate::{
    IpMode, Key, Kind, Learned, ObfuscationError, Obfuscator, Plan, Policy, Settings,
};
use huntbook_scenario::{Format, Options, Scenario, Table, write_folder};
use serde_json::Value;

use super::queries::{Side, entra_sid};

/// The modes for addresses that a case holds in, if it does not say otherwise.
pub(super) const MODES: &[IpMode] = &[
    IpMode::Prefix,
    IpMode::Subnet,
    IpMode::Flat,
    IpMode::IpcryptPfx,
    IpMode::IpcryptDeterministic,
];

const ROWS: u64 = 4_000;

/// Tables by name, each as its batches.
pub(super) type Tables = BTreeMap<String, Vec<RecordBatch>>;

/// How the text columns of the tables are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Storage {
    /// As the scenario writes it.
    Utf8,
    /// As dictionaries.
    Dictionary,
    /// As views, with nulls for empty text.
    ViewsWithNulls,
}

/// What a world is made from.
#[derive(Debug, Clone)]
pub(super) struct Recipe {
    pub(super) seed: u64,
    pub(super) key: [u8; 32],
    pub(super) realm: String,
    pub(super) mode: IpMode,
    pub(super) storage: Storage,
}

/// A scenario's tables and what obfuscation makes of them.
pub(super) struct World {
    recipe: Recipe,
    pub(super) mode: IpMode,
    pub(super) plain: Side,
    pub(super) obfuscated: Side,
    pub(super) plans: BTreeMap<String, Plan>,
    pub(super) obfuscator: Obfuscator,
    truth: Value,
}

impl Recipe {
    /// One world for each mode, and as many more as `HUNTBOOK_WORLDS` says.
    pub(super) fn all() -> Vec<Self> {
        let more = std::env::var_os("HUNTBOOK_WORLDS").and_then(|text| text.to_str()?.parse().ok());
        let seeds = [7, 11, 2026, 3, 42].into_iter().chain(1_000..);
        let storages = [Storage::Utf8, Storage::Dictionary, Storage::ViewsWithNulls];
        seeds
            .take(MODES.len() + more.unwrap_or(0))
            .enumerate()
            .map(|(index, seed)| Self {
                seed,
                key: std::array::from_fn(|place| (seed as u8).wrapping_mul(37) ^ place as u8),
                realm: format!("partner-{index}"),
                mode: MODES[index % MODES.len()],
                storage: storages[index % storages.len()],
            })
            .collect()
    }

    pub(super) fn policy(&self) -> Policy {
        let policy = Policy::builtin();
        let settings = Settings { ip: self.mode, ..policy.settings() };
        policy.with_settings(settings)
    }
}

impl World {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        Recipe::all().into_iter().map(Self::new)
    }

    pub(super) fn new(recipe: Recipe) -> Self {
        let options = Options { seed: recipe.seed, rows: ROWS, ..Options::default() };
        let scenario = Scenario::new(options.clone()).expect("options within range");
        let mut tables = Tables::new();
        for table in Table::ALL {
            let batches = scenario.batches(*table);
            let batches = batches.map(|batch| stored(&batch, recipe.storage)).collect();
            tables.insert(table.name().to_owned(), batches);
        }
        let joined = stored(&joined_devices(&tables["SigninLogs"]), recipe.storage);
        tables.insert("JoinedDevices".to_owned(), vec![joined]);

        let key = Key::from_bytes(recipe.key);
        let obfuscator = Obfuscator::new(&key, &recipe.realm, recipe.policy());
        let (plans, obfuscator) = prepared(&tables, obfuscator);
        let obfuscated = obfuscated(&tables, &plans, &obfuscator)
            .unwrap_or_else(|error| panic!("the scenario: {error}"));
        let now = options.end.to_rfc3339();
        Self {
            mode: recipe.mode,
            plain: Side::new(tables, &now),
            obfuscated: Side::new(obfuscated, &now),
            plans,
            obfuscator,
            truth: truth(&options),
            recipe,
        }
    }

    /// The kind of this name, or that of the column `Table.Column`.
    pub(super) fn kind(&self, name: &str) -> Kind {
        match name.split_once('.') {
            Some((table, column)) => self.kind_of(table, column),
            None => name.parse().unwrap_or_else(|error| panic!("{error}")),
        }
    }

    fn kind_of(&self, table: &str, column: &str) -> Kind {
        let plan = self.plans.get(table).unwrap_or_else(|| panic!("no table `{table}`"));
        let column = plan.columns().iter().find(|plan| plan.column == column);
        column.unwrap_or_else(|| panic!("no such column of `{table}`")).kind
    }

    /// The kind that the tables which `query` names give to columns named `column`.
    pub(super) fn kind_in(&self, query: &str, column: &str) -> Result<Kind, String> {
        let named = |table: &str| {
            query.split(|byte: char| !byte.is_alphanumeric()).any(|word| word == table)
        };
        let tables = self.plans.iter().filter(|(table, _)| named(table));
        let mut kinds: Vec<Kind> = tables
            .flat_map(|(_, plan)| plan.columns())
            .filter(|plan| plan.column == column)
            .map(|plan| plan.kind)
            .collect();
        kinds.sort();
        kinds.dedup();
        match kinds.as_slice() {
            [kind] => Ok(*kind),
            [] => Err(format!("`{column}` is of no table of the query: declare it")),
            _ => Err(format!("`{column}` is one of {kinds:?}: declare it")),
        }
    }

    /// What the ground truth holds at the dotted `path`.
    pub(super) fn truth(&self, path: &str) -> String {
        let found = self.truth.pointer(&format!("/{}", path.replace('.', "/")));
        let found = found.and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("the ground truth has no text at `{path}`")).to_owned()
    }
}

/// A plan for each table, and the obfuscator with what the tables teach.
pub(super) fn prepared(
    tables: &Tables,
    obfuscator: Obfuscator,
) -> (BTreeMap<String, Plan>, Obfuscator) {
    let mut plans = BTreeMap::new();
    let mut learned = Learned::new();
    for (name, batches) in tables {
        let plan = obfuscator.plan(&batches[0].schema(), &batches[0]);
        for batch in batches {
            obfuscator.learn(&plan, batch, &mut learned);
        }
        plans.insert(name.clone(), plan);
    }
    (plans, obfuscator.with_learned(Arc::new(learned)))
}

/// What `obfuscator` makes of the tables.
pub(super) fn obfuscated(
    tables: &Tables,
    plans: &BTreeMap<String, Plan>,
    obfuscator: &Obfuscator,
) -> Result<Tables, ObfuscationError> {
    let table = |(name, batches): (&String, &Vec<RecordBatch>)| {
        let batches = batches.iter().map(|batch| obfuscator.batch(&plans[name], batch));
        Ok((name.clone(), batches.collect::<Result<_, _>>()?))
    };
    tables.iter().map(table).collect()
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Recipe { seed, mode, storage, .. } = &self.recipe;
        write!(f, "seed {seed}, mode {mode:?}, stored as {storage:?}")
    }
}

/// The ground truth, with parts of its names beside them: `victim.user`, `victim.family`, `host_labels.0`, `c2_term`.
fn truth(options: &Options) -> Value {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let truth =
        write_folder(folder.path(), options, Format::Parquet, &mut |_| ControlFlow::Continue(()))
            .expect("a fresh folder");
    let user = |upn: &str| upn.split('@').next().expect("a part").to_owned();
    let labels: Vec<String> =
        truth.hosts.iter().map(|host| host.split('.').next().expect("a part").to_owned()).collect();
    let (victim, service) = (user(&truth.victim.upn), user(&truth.service_account.upn));
    let family = victim.rsplit('.').next().unwrap_or_default().to_owned();
    let term = truth.c2_domain.split(['-', '.']).next().unwrap_or_default().to_owned();
    let mut truth = serde_json::to_value(truth).expect("a ground truth is JSON");
    truth["victim"]["family"] = family.into();
    truth["c2_term"] = term.into();
    truth["victim"]["user"] = victim.into();
    truth["service_account"]["user"] = service.into();
    truth["host_labels"] = labels.into();
    truth
}

/// `batch` with its text stored in another way.
fn stored(batch: &RecordBatch, storage: Storage) -> RecordBatch {
    let is_text = |column: &ArrayRef| *column.data_type() == DataType::Utf8;
    let columns: Vec<ArrayRef> = batch
        .columns()
        .iter()
        .map(|column| match storage {
            Storage::Dictionary if is_text(column) => {
                let key = Box::new(DataType::Int32);
                cast(column, &DataType::Dictionary(key, Box::new(DataType::Utf8)))
                    .expect("text is of few enough values")
            }
            Storage::ViewsWithNulls if is_text(column) => {
                let texts = column.as_string::<i32>().iter();
                let texts: StringArray =
                    texts.map(|text| text.filter(|text| !text.is_empty())).collect();
                cast(&texts, &DataType::Utf8View).expect("text is text")
            }
            _ => Arc::clone(column),
        })
        .collect();
    let schema = batch.schema();
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .zip(&columns)
        .map(|(field, column)| {
            let field = field.as_ref().clone().with_nullable(true);
            field.with_data_type(column.data_type().clone())
        })
        .collect();
    let schema = Schema::new_with_metadata(fields, schema.metadata().clone());
    RecordBatch::try_new(Arc::new(schema), columns).expect("columns of the schema")
}

/// Devices joined to Entra, which the scenario does not have: the user of each sign-in under the identifier that
/// Windows derives from the object id.
fn joined_devices(signins: &[RecordBatch]) -> RecordBatch {
    let mut rows = Vec::new();
    for batch in signins {
        let column = |name: &str| {
            let column = batch.column_by_name(name).expect("a column of the table");
            cast(column, &DataType::Utf8).expect("text is text")
        };
        let (ids, details) = (column("UserId"), column("DeviceDetail"));
        let pairs = ids.as_string::<i32>().iter().zip(details.as_string::<i32>().iter());
        for (id, detail) in pairs {
            let detail: Value = serde_json::from_str(detail.unwrap_or("{}")).expect("JSON");
            let device = detail["displayName"].as_str().unwrap_or_default().to_owned();
            rows.push((id.and_then(entra_sid).unwrap_or_default(), device));
        }
    }
    rows.sort();
    rows.dedup();
    let sids: StringArray = rows.iter().map(|(sid, _)| Some(sid)).collect();
    let devices: StringArray = rows.iter().map(|(_, device)| Some(device)).collect();
    RecordBatch::try_from_iter([
        ("UserSid", Arc::new(sids) as ArrayRef),
        ("DeviceName", Arc::new(devices) as ArrayRef),
    ])
    .expect("columns of one length")
}
