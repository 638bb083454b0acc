//! Where addresses are: `geo_info_from_ip_address` over a file in MaxMind's format.
//!
//! The file is the user's own, such as GeoLite2-City; a query cannot name one. Its reader travels in the
//! plan, in a function of its own, since other functions are stateless.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, StringViewArray, StringViewBuilder};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use maxminddb::{Reader, geoip2};
use serde_json::{Map, Value};

use crate::KqlError;

/// The places of addresses, read from a file in MaxMind's format (`.mmdb`). Cheap to clone.
#[derive(Clone)]
pub struct IpLocations {
    path: Arc<PathBuf>,
    reader: Arc<Reader<Vec<u8>>>,
}

impl IpLocations {
    /// Reads a database of cities or countries into memory.
    ///
    /// # Errors
    ///
    /// [`KqlError::Locations`] where the file cannot be read, is not in MaxMind's format, or holds something
    /// else than places.
    pub fn open(path: &Path) -> std::result::Result<Self, KqlError> {
        let failed = |source| KqlError::Locations { path: path.to_owned(), source };
        let bytes = std::fs::read(path).map_err(|error| failed(error.into()))?;
        let reader = Reader::from_source(bytes).map_err(|error| failed(error.into()))?;
        let kind = &reader.metadata().database_type;
        if !["City", "Country", "Enterprise"].iter().any(|known| kind.contains(known)) {
            let what = format!("a database of cities or countries is wanted, this is `{kind}`");
            return Err(failed(what.into()));
        }
        Ok(Self { path: Arc::new(path.to_owned()), reader: Arc::new(reader) })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The place of an address as JSON text: an empty object where nothing is known of it, `None` where the
    /// text is no address.
    fn find(&self, text: &str) -> Result<Option<String>> {
        let Ok(address) = text.trim().parse::<IpAddr>() else { return Ok(None) };
        // A database of IPv4 addresses knows nothing of others.
        let known = address.is_ipv4() || self.reader.metadata().ip_version == 6;
        let place = if known { self.place(address)? } else { Map::new() };
        Ok(Some(Value::Object(place).to_string()))
    }

    fn place(&self, address: IpAddr) -> Result<Map<String, Value>> {
        let found = self.reader.lookup(address).and_then(|found| found.decode::<geoip2::City>());
        let found = found.map_err(|error| {
            DataFusionError::Execution(format!("{} is damaged: {error}", self.path.display()))
        })?;
        let mut place = Map::new();
        let Some(found) = found else { return Ok(place) };
        let state = found.subdivisions.first().and_then(|state| state.names.english);
        let names = [
            ("country", found.country.names.english),
            ("state", state),
            ("city", found.city.names.english),
        ];
        for (key, name) in names {
            place.extend(name.map(|name| (key.to_owned(), Value::from(name))));
        }
        let degrees =
            [("latitude", found.location.latitude), ("longitude", found.location.longitude)];
        for (key, degrees) in degrees {
            place.extend(degrees.map(|degrees| (key.to_owned(), Value::from(degrees))));
        }
        Ok(place)
    }

    /// The place of an address, as a DataFusion expression.
    pub(crate) fn call(&self, address: Expr) -> Expr {
        ScalarUDF::from(Locate::new(self.clone())).call(vec![address])
    }
}

impl fmt::Debug for IpLocations {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("IpLocations").field("path", &self.path).finish_non_exhaustive()
    }
}

/// `geo_info_from_ip_address` as DataFusion sees it.
#[derive(Debug)]
struct Locate {
    locations: IpLocations,
    signature: Signature,
}

impl Locate {
    fn new(locations: IpLocations) -> Self {
        Self { locations, signature: Signature::any(1, Volatility::Immutable) }
    }
}

impl PartialEq for Locate {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.locations.reader, &other.locations.reader)
    }
}

impl Eq for Locate {}

impl Hash for Locate {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.locations.path.hash(state);
    }
}

impl ScalarUDFImpl for Locate {
    fn name(&self) -> &'static str {
        "kql_geo_info_from_ip_address"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8View)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let texts = cast(&arguments.args[0].to_array(1)?, &DataType::Utf8View)?;
        let texts = texts.as_any().downcast_ref::<StringViewArray>().ok_or_else(|| {
            DataFusionError::Internal("an address is no text after its cast".to_owned())
        })?;
        let mut builder = StringViewBuilder::with_capacity(texts.len());
        let mut last: Option<(&str, Option<String>)> = None;
        for text in texts {
            let text = text.unwrap_or("");
            if last.as_ref().is_none_or(|(known, _)| *known != text) {
                last = Some((text, self.locations.find(text)?));
            }
            let place = last.as_ref().and_then(|(_, place)| place.as_deref());
            builder.append_option(place);
        }
        let column = builder.finish();
        Ok(match arguments.args[0] {
            ColumnarValue::Array(_) => ColumnarValue::Array(Arc::new(column)),
            ColumnarValue::Scalar(_) => {
                ColumnarValue::Scalar(datafusion::common::ScalarValue::try_from_array(&column, 0)?)
            }
        })
    }
}
