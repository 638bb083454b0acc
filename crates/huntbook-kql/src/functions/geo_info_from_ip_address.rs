//! `geo_info_from_ip_address`: where an address is.

use huntbook_diagnostics::Diagnostic;

use super::{Function, Naming};
use crate::codes;
use crate::ir::{Node, Scalar};
use crate::types::KqlType;

pub(crate) const GEO_INFO_FROM_IP_ADDRESS: Function = Function {
    name: "geo_info_from_ip_address",
    aliases: &[],
    signature: "geo_info_from_ip_address(address: string) -> dynamic",
    summary: "Country, state, city, latitude and longitude of an IPv4 or IPv6 address, as far as the MMDB file given to the engine has them: an empty object where it has none, null where the text is no address. Without a file the function is not supported.",
    naming: Naming::Numbered,
    bind: |call| {
        call.arity(1..=1)?;
        let address = Box::new(call.string(0)?);
        let Some(locations) = call.locations.clone() else {
            let message = "`geo_info_from_ip_address` is not supported: no MMDB file given";
            return Err(Diagnostic::error(codes::UNSUPPORTED_FEATURE, message)
                .at(call.span)
                .hint("give the engine a GeoLite2-City file or another in MaxMind's format"));
        };
        Ok(Scalar { node: Node::Located { address, locations }, kind: KqlType::Dynamic })
    },
};
