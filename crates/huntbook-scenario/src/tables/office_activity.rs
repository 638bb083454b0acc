//! `OfficeActivity`: the audit log of Exchange, `SharePoint` and Teams.

use arrow::datatypes::Schema;
use serde_json::json;

use crate::activity::{Activity, Event, OfficeAction, OfficeWork};
use crate::columns::{TableRow, table_row};
use crate::company::Company;
use crate::dice::{hex_for, uuid_for};

table_row! {
    /// Something that a person did in Office.
    struct OfficeActivityRow / OfficeActivityColumns {
        time_generated: datetime = "TimeGenerated",
        tenant_id: string = "TenantId",
        office_tenant_id: string = "OfficeTenantId",
        organization_id: string = "OrganizationId",
        organization_name: string = "OrganizationName",
        office_id: string = "OfficeId",
        record_type: string = "RecordType",
        operation: string = "Operation",
        user_type: string = "UserType",
        user_key: string = "UserKey",
        office_workload: string = "OfficeWorkload",
        result_status: string = "ResultStatus",
        office_object_id: string = "OfficeObjectId",
        user_id: string = "UserId",
        client_ip: string = "ClientIP",
        client_ip_address: string = "Client_IPAddress",
        client_info: string = "ClientInfoString",
        user_agent: string = "UserAgent",
        logon_type: string = "Logon_Type",
        internal_logon_type: int = "InternalLogonType",
        mailbox_owner_upn: string = "MailboxOwnerUPN",
        mailbox_owner_sid: string = "MailboxOwnerSid",
        mailbox_guid: string = "MailboxGuid",
        logon_user_sid: string = "LogonUserSid",
        folder: string = "Folder",
        affected_items: string = "AffectedItems",
        parameters: string = "Parameters",
        external_access: string = "ExternalAccess",
        originating_server: string = "OriginatingServer",
        site_url: string = "Site_Url",
        source_relative_url: string = "SourceRelativeUrl",
        source_file_name: string = "SourceFileName",
        source_file_extension: string = "SourceFileExtension",
        item_type: string = "ItemType",
        event_source: string = "EventSource",
        team_name: string = "TeamName",
        channel_name: string = "ChannelName",
        start_time: datetime = "Start_Time",
        source_system: string = "SourceSystem",
        table: string = "Type",
    }
}

impl<'c> TableRow<'c> for OfficeActivityRow<'c> {
    type Columns = OfficeActivityColumns<'c>;

    fn schema() -> Schema {
        Self::arrow_schema()
    }

    fn record(event: &Event<'c>, company: &'c Company, rows: &mut Vec<Self>) {
        if let Activity::Office(action) = &event.activity {
            rows.push(row(event, action, company));
        }
    }
}

fn row<'c>(
    event: &Event<'c>,
    action: &OfficeAction<'c>,
    company: &'c Company,
) -> OfficeActivityRow<'c> {
    let account = action.account;
    let common = OfficeActivityRow {
        time_generated: Some(event.time),
        tenant_id: (&company.workspace_id).into(),
        office_tenant_id: (&company.tenant_id).into(),
        organization_id: (&company.tenant_id).into(),
        organization_name: "contoso.onmicrosoft.com".into(),
        office_id: uuid_for("office", event.sequence).into(),
        user_type: "Regular".into(),
        user_key: hex_for(&account.object_id, 16).to_uppercase().into(),
        result_status: "Succeeded".into(),
        user_id: (&account.upn).into(),
        client_ip: action.address.clone(),
        user_agent: action.user_agent.into(),
        start_time: Some(event.time),
        source_system: "OfficeActivityManager".into(),
        table: "OfficeActivity".into(),
        ..OfficeActivityRow::default()
    };
    let mailbox = |common: OfficeActivityRow<'c>| OfficeActivityRow {
        office_workload: "Exchange".into(),
        client_ip_address: action.address.clone(),
        logon_type: "Owner".into(),
        internal_logon_type: Some(0),
        mailbox_owner_upn: (&account.upn).into(),
        mailbox_owner_sid: (&account.sid).into(),
        mailbox_guid: uuid_for(&account.object_id, 0).into(),
        logon_user_sid: (&account.sid).into(),
        external_access: "false".into(),
        originating_server: "LO2P265MB0001 (15.20.8093.027)".into(),
        ..common
    };
    match &action.work {
        OfficeWork::Mail { operation, folder, items } => OfficeActivityRow {
            record_type: if *operation == "MailItemsAccessed" {
                "ExchangeItemAggregated"
            } else {
                "ExchangeItem"
            }
            .into(),
            operation: (*operation).into(),
            client_info: "Client=OWA;Action=ViaProxy".into(),
            folder: json!({ "Path": folder }).to_string().into(),
            affected_items: json!([{ "Count": items }]).to_string().into(),
            ..mailbox(common)
        },
        OfficeWork::InboxRule { parameters } => {
            let parameters: Vec<_> = parameters
                .iter()
                .map(|(name, value)| json!({ "Name": name, "Value": value }))
                .collect();
            OfficeActivityRow {
                record_type: "ExchangeAdmin".into(),
                operation: "New-InboxRule".into(),
                parameters: serde_json::Value::from(parameters).to_string().into(),
                office_object_id: format!("{}\\{}", account.upn, account.name).into(),
                ..mailbox(common)
            }
        }
        OfficeWork::File { operation, site, folder, file, extension } => OfficeActivityRow {
            record_type: "SharePointFileOperation".into(),
            operation: (*operation).into(),
            office_workload: if site.contains("-my.") { "OneDrive" } else { "SharePoint" }.into(),
            office_object_id: format!("{site}{folder}/{file}").into(),
            site_url: site.clone(),
            source_relative_url: (*folder).into(),
            source_file_name: file.clone(),
            source_file_extension: (*extension).into(),
            item_type: "File".into(),
            event_source: "SharePoint".into(),
            ..common
        },
        OfficeWork::Team { operation, team, channel } => OfficeActivityRow {
            record_type: "MicrosoftTeams".into(),
            operation: (*operation).into(),
            office_workload: "MicrosoftTeams".into(),
            team_name: (*team).into(),
            channel_name: (*channel).into(),
            ..common
        },
    }
}
