//! `geo_info_from_ip_address`: where an address is.

use datafusion::common::DataFusionError;
use huntbook_diagnostics::{Diagnostic, Span};

use super::{Function, Naming};
use crate::codes;
use crate::ir::{Node, Scalar};
use crate::kernel::Kernel;
use crate::types::KqlType;

pub(crate) const GEO_INFO_FROM_IP_ADDRESS: Function = Function {
    name: "geo_info_from_ip_address",
    aliases: &[],
    signature: "geo_info_from_ip_address(address: string) -> dynamic",
    summary: "Country, state, city, latitude and longitude of an IPv4 or IPv6 address, as far as the MMDB file given to the engine has them: an empty object where it has none, null where the text is no address. Without a file a query that asks for the place of a row fails.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        let address = call.string(0)?;
        let Some(locations) = call.locations.clone() else {
            return Ok(Scalar::kernel(&NOWHERE, vec![address]));
        };
        let address = Box::new(address);
        Ok(Scalar { node: Node::Located { address, locations }, kind: KqlType::Dynamic })
    },
};

/// The warning for a call without a file: the query is good, and fails when a row asks for its place.
pub(crate) fn without_file(span: Span) -> Diagnostic {
    Diagnostic::warning(codes::UNMAPPED_ADDRESS, NO_FILE)
        .at(span)
        .hint("give the engine a GeoLite2-City file or another in MaxMind's format")
}

const NO_FILE: &str = "no MMDB file is given to `geo_info_from_ip_address`";

const NOWHERE: Kernel = Kernel {
    name: "kql_geo_info_without_file",
    returns: KqlType::Dynamic,
    evaluate: |_| Err(DataFusionError::Execution(NO_FILE.to_owned())),
};

/// The kernels of this file, for the registry.
pub(crate) const KERNELS: &[&Kernel] = &[&NOWHERE];
