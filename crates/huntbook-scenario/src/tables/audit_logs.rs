//! `AuditLogs`: Entra ID's record of changes in the directory.

use arrow::datatypes::Schema;
use serde_json::json;

use crate::activity::{Activity, DirectoryChange, Event};
use crate::columns::{TableRow, table_row};
use crate::company::Company;
use crate::dice::uuid_for;

table_row! {
    /// A change in the directory.
    struct AuditLogsRow / AuditLogsColumns {
        time_generated: datetime = "TimeGenerated",
        resource_id: string = "ResourceId",
        operation_name: string = "OperationName",
        operation_version: string = "OperationVersion",
        category: string = "Category",
        result_signature: string = "ResultSignature",
        duration_ms: long = "DurationMs",
        correlation_id: string = "CorrelationId",
        resource: string = "Resource",
        resource_group: string = "ResourceGroup",
        identity: string = "Identity",
        level: string = "Level",
        additional_details: dynamic = "AdditionalDetails",
        id: string = "Id",
        initiated_by: dynamic = "InitiatedBy",
        logged_by_service: string = "LoggedByService",
        result: string = "Result",
        result_reason: string = "ResultReason",
        target_resources: dynamic = "TargetResources",
        aad_tenant_id: string = "AADTenantId",
        activity_date_time: datetime = "ActivityDateTime",
        activity_display_name: string = "ActivityDisplayName",
        aad_operation_type: string = "AADOperationType",
        source_system: string = "SourceSystem",
        table: string = "Type",
    }
}

impl<'c> TableRow<'c> for AuditLogsRow<'c> {
    type Columns = AuditLogsColumns<'c>;

    fn schema() -> Schema {
        Self::arrow_schema()
    }

    fn record(event: &Event<'c>, company: &'c Company, rows: &mut Vec<Self>) {
        if let Activity::Directory(change) = &event.activity {
            rows.push(row(event, change, company));
        }
    }
}

fn row<'c>(
    event: &Event<'c>,
    change: &DirectoryChange<'c>,
    company: &'c Company,
) -> AuditLogsRow<'c> {
    let modified: Vec<_> = change
        .change
        .iter()
        .map(|(property, old, new)| {
            json!({ "displayName": property, "oldValue": quoted(old), "newValue": quoted(new) })
        })
        .collect();
    AuditLogsRow {
        time_generated: Some(event.time),
        resource_id: format!("/tenants/{}/providers/Microsoft.aadiam", company.tenant_id).into(),
        operation_name: change.operation.into(),
        operation_version: "1.0".into(),
        category: change.category.into(),
        result_signature: "None".into(),
        duration_ms: Some(0),
        correlation_id: uuid_for("change", event.sequence).into(),
        resource: "Microsoft.aadiam".into(),
        resource_group: "Microsoft.aadiam".into(),
        identity: (&change.by.display_name).into(),
        level: "4".into(),
        additional_details: json!([]).into(),
        id: format!("Directory_{}", uuid_for("directory", event.sequence)).into(),
        initiated_by: json!({
            "user": {
                "id": change.by.object_id,
                "displayName": change.by.display_name,
                "userPrincipalName": change.by.upn,
                "ipAddress": change.address,
                "roles": [],
            }
        })
        .into(),
        logged_by_service: change.service.into(),
        result: "success".into(),
        result_reason: change.reason.into(),
        target_resources: json!([{
            "id": change.target_id,
            "displayName": change.target_name,
            "type": change.target_kind,
            "userPrincipalName": change.target_upn,
            "modifiedProperties": modified,
            "administrativeUnits": [],
        }])
        .into(),
        aad_tenant_id: (&company.tenant_id).into(),
        activity_date_time: Some(event.time),
        activity_display_name: change.operation.into(),
        aad_operation_type: operation_type(change.operation).into(),
        source_system: "Azure AD".into(),
        table: "AuditLogs".into(),
    }
}

/// Entra writes values as JSON texts inside JSON.
fn quoted(value: &str) -> String {
    if value.is_empty() { "\"\"".to_owned() } else { format!("\"{value}\"") }
}

fn operation_type(operation: &str) -> &'static str {
    match operation.split(' ').next() {
        Some("Add") => "Add",
        Some("Remove") => "Unassign",
        _ => "Update",
    }
}
