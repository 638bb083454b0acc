//! `SigninLogs`: Entra ID's record of interactive sign-ins.

use arrow::datatypes::Schema;
use serde_json::json;

use crate::activity::{Activity, Event, SignIn, SignInResult};
use crate::columns::{Dynamic, TableRow, table_row};
use crate::company::Company;
use crate::dice::uuid_for;

table_row! {
    /// A sign-in.
    struct SigninLogsRow / SigninLogsColumns {
        time_generated: datetime = "TimeGenerated",
        resource_id: string = "ResourceId",
        operation_name: string = "OperationName",
        category: string = "Category",
        result_type: string = "ResultType",
        result_signature: string = "ResultSignature",
        result_description: string = "ResultDescription",
        duration_ms: long = "DurationMs",
        correlation_id: string = "CorrelationId",
        id: string = "Id",
        identity: string = "Identity",
        location: string = "Location",
        created_date_time: datetime = "CreatedDateTime",
        user_display_name: string = "UserDisplayName",
        user_principal_name: string = "UserPrincipalName",
        user_id: string = "UserId",
        user_type: string = "UserType",
        app_id: string = "AppId",
        app_display_name: string = "AppDisplayName",
        ip_address: string = "IPAddress",
        status: dynamic = "Status",
        client_app_used: string = "ClientAppUsed",
        user_agent: string = "UserAgent",
        device_detail: dynamic = "DeviceDetail",
        location_details: dynamic = "LocationDetails",
        mfa_detail: dynamic = "MfaDetail",
        conditional_access_status: string = "ConditionalAccessStatus",
        is_interactive: bool = "IsInteractive",
        is_risky: bool = "IsRisky",
        risk_level_during_sign_in: string = "RiskLevelDuringSignIn",
        risk_level_aggregated: string = "RiskLevelAggregated",
        risk_state: string = "RiskState",
        authentication_requirement: string = "AuthenticationRequirement",
        autonomous_system_number: string = "AutonomousSystemNumber",
        resource_display_name: string = "ResourceDisplayName",
        resource_identity: string = "ResourceIdentity",
        resource_tenant_id: string = "ResourceTenantId",
        home_tenant_id: string = "HomeTenantId",
        aad_tenant_id: string = "AADTenantId",
        unique_token_identifier: string = "UniqueTokenIdentifier",
        source_system: string = "SourceSystem",
        table: string = "Type",
    }
}

impl SignInResult {
    /// Entra's error code and description.
    fn code(self) -> (i64, &'static str) {
        match self {
            Self::Success => (0, ""),
            Self::InvalidPassword => {
                (50126, "Invalid username or password or Invalid on-premise username or password.")
            }
            Self::MfaRequired => {
                (50074, "User did not pass the MFA challenge (strong authentication is required).")
            }
            Self::PasswordExpired => (50055, "The password is expired."),
        }
    }
}

impl<'c> TableRow<'c> for SigninLogsRow<'c> {
    type Columns = SigninLogsColumns<'c>;

    fn schema() -> Schema {
        Self::arrow_schema()
    }

    fn record(event: &Event<'c>, company: &'c Company, rows: &mut Vec<Self>) {
        if let Activity::SignIn(sign_in) = &event.activity {
            rows.push(row(event, sign_in, company));
        }
    }
}

fn row<'c>(event: &Event<'c>, sign_in: &SignIn<'c>, company: &'c Company) -> SigninLogsRow<'c> {
    let account = sign_in.account;
    let (code, description) = sign_in.result.code();
    let success = sign_in.result == SignInResult::Success;
    let mobile = sign_in.browser.system == "iOS";
    // A known device or phone brings its second factor along.
    let second_factor = success && (sign_in.device.is_some() || mobile);
    let town = sign_in.town;
    let (latitude, longitude) = town.coordinates;
    let additional = match (success, second_factor) {
        (true, true) => "MFA requirement satisfied by claim in the token",
        _ => "",
    };
    SigninLogsRow {
        time_generated: Some(event.time),
        resource_id: format!("/tenants/{}/providers/Microsoft.aadiam", company.tenant_id).into(),
        operation_name: "Sign-in activity".into(),
        category: "SignInLogs".into(),
        result_type: code.to_string().into(),
        result_signature: if success { "SUCCESS" } else { "FAILURE" }.into(),
        result_description: description.into(),
        duration_ms: Some((event.sequence % 900) as i64),
        correlation_id: uuid_for("correlation", event.sequence).into(),
        id: uuid_for("sign-in", event.sequence).into(),
        identity: (&account.display_name).into(),
        location: town.country.into(),
        created_date_time: Some(event.time),
        user_display_name: (&account.display_name).into(),
        user_principal_name: (&account.upn).into(),
        user_id: (&account.object_id).into(),
        user_type: "Member".into(),
        app_id: sign_in.app.id.into(),
        app_display_name: sign_in.app.name.into(),
        ip_address: sign_in.address.clone(),
        status: json!({
            "errorCode": code,
            "failureReason": if success { "Other." } else { description },
            "additionalDetails": additional,
        })
        .into(),
        client_app_used: if mobile { "Mobile Apps and Desktop clients" } else { "Browser" }.into(),
        user_agent: sign_in.browser.user_agent.into(),
        device_detail: match sign_in.device {
            Some(host) => json!({
                "deviceId": host.entra_id,
                "displayName": host.name,
                "operatingSystem": sign_in.browser.system,
                "browser": sign_in.browser.name,
                "isCompliant": true,
                "isManaged": true,
                "trustType": "Hybrid Azure AD joined",
            }),
            None => json!({
                "deviceId": "",
                "operatingSystem": sign_in.browser.system,
                "browser": sign_in.browser.name,
            }),
        }
        .into(),
        location_details: json!({
            "city": town.city,
            "state": town.state,
            "countryOrRegion": town.country,
            "geoCoordinates": { "latitude": number(latitude), "longitude": number(longitude) },
        })
        .into(),
        mfa_detail: if second_factor && mobile {
            json!({ "authMethod": "Mobile app notification" }).into()
        } else {
            Dynamic::default()
        },
        conditional_access_status: if success { "success" } else { "notApplied" }.into(),
        is_interactive: Some(true),
        is_risky: Some(false),
        risk_level_during_sign_in: "none".into(),
        risk_level_aggregated: "none".into(),
        risk_state: "none".into(),
        authentication_requirement: if second_factor {
            "multiFactorAuthentication"
        } else {
            "singleFactorAuthentication"
        }
        .into(),
        autonomous_system_number: system_number(&sign_in.address).into(),
        resource_display_name: sign_in.app.resource.into(),
        resource_identity: sign_in.app.resource_id.into(),
        resource_tenant_id: (&company.tenant_id).into(),
        home_tenant_id: (&company.tenant_id).into(),
        aad_tenant_id: (&company.tenant_id).into(),
        unique_token_identifier: if success {
            uuid_for("token", event.sequence).replace('-', "").into()
        } else {
            "".into()
        },
        source_system: "Azure AD".into(),
        table: "SigninLogs".into(),
    }
}

/// A number that keeps the digits it was written with.
fn number(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// The number of the network that an address belongs to.
fn system_number(address: &str) -> &'static str {
    match address.split('.').next() {
        Some("86") => "2856",
        Some("109") => "5466",
        Some("85") => "3243",
        Some("192") => "64496",
        _ => "64511",
    }
}
