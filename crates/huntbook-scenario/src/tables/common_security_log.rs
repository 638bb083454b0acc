//! `CommonSecurityLog`: the firewall's and the VPN gateway's record, in CEF.

use arrow::datatypes::Schema;

use crate::activity::{Activity, Connection, Event, Probe, VpnLogin};
use crate::columns::{TableRow, table_row};
use crate::company::Company;
use crate::dice::mix;

table_row! {
    /// A session through the firewall, a session refused, or a VPN login.
    struct CommonSecurityLogRow / CommonSecurityLogColumns {
        time_generated: datetime = "TimeGenerated",
        tenant_id: string = "TenantId",
        device_vendor: string = "DeviceVendor",
        device_product: string = "DeviceProduct",
        device_version: string = "DeviceVersion",
        device_event_class_id: string = "DeviceEventClassID",
        activity: string = "Activity",
        log_severity: string = "LogSeverity",
        device_action: string = "DeviceAction",
        simplified_device_action: string = "SimplifiedDeviceAction",
        device_name: string = "DeviceName",
        device_external_id: string = "DeviceExternalID",
        device_inbound_interface: string = "DeviceInboundInterface",
        device_outbound_interface: string = "DeviceOutboundInterface",
        computer: string = "Computer",
        collector_host_name: string = "CollectorHostName",
        communication_direction: string = "CommunicationDirection",
        application_protocol: string = "ApplicationProtocol",
        protocol: string = "Protocol",
        source_ip: string = "SourceIP",
        source_port: int = "SourcePort",
        source_host_name: string = "SourceHostName",
        source_user_name: string = "SourceUserName",
        source_user_id: string = "SourceUserID",
        source_translated_address: string = "SourceTranslatedAddress",
        destination_ip: string = "DestinationIP",
        destination_port: int = "DestinationPort",
        destination_host_name: string = "DestinationHostName",
        request_url: string = "RequestURL",
        sent_bytes: long = "SentBytes",
        received_bytes: long = "ReceivedBytes",
        start_time: datetime = "StartTime",
        end_time: datetime = "EndTime",
        event_outcome: string = "EventOutcome",
        reason: string = "Reason",
        message: string = "Message",
        rule_label: string = "DeviceCustomString1Label",
        rule: string = "DeviceCustomString1",
        category_label: string = "DeviceCustomString2Label",
        category: string = "DeviceCustomString2",
        additional_extensions: string = "AdditionalExtensions",
        source_system: string = "SourceSystem",
        table: string = "Type",
    }
}

impl<'c> TableRow<'c> for CommonSecurityLogRow<'c> {
    type Columns = CommonSecurityLogColumns<'c>;

    fn schema() -> Schema {
        Self::arrow_schema()
    }

    fn record(event: &Event<'c>, company: &'c Company, rows: &mut Vec<Self>) {
        match &event.activity {
            Activity::Connection(connection) if connection.crosses_firewall => {
                rows.push(session(common(event, company), connection, event));
            }
            Activity::Vpn(login) => rows.push(vpn_login(common(event, company), login)),
            Activity::Probe(probe) => rows.push(refusal(common(event, company), probe, event)),
            _ => {}
        }
    }
}

fn common<'c>(event: &Event<'c>, company: &'c Company) -> CommonSecurityLogRow<'c> {
    CommonSecurityLogRow {
        time_generated: Some(event.time),
        tenant_id: (&company.workspace_id).into(),
        device_vendor: "Palo Alto Networks".into(),
        device_product: "PAN-OS".into(),
        device_version: "10.2.9".into(),
        log_severity: "3".into(),
        device_external_id: "013201028841".into(),
        collector_host_name: "srv-syslog-01".into(),
        computer: "srv-syslog-01".into(),
        start_time: Some(event.time),
        end_time: Some(event.time),
        source_system: "OpsManager".into(),
        table: "CommonSecurityLog".into(),
        ..CommonSecurityLogRow::default()
    }
}

fn session<'c>(
    common: CommonSecurityLogRow<'c>,
    connection: &Connection<'c>,
    event: &Event<'c>,
) -> CommonSecurityLogRow<'c> {
    let inside = connection.address.starts_with("10.");
    let office = connection.host.office;
    CommonSecurityLogRow {
        device_event_class_id: "end".into(),
        activity: "TRAFFIC".into(),
        device_action: "allow".into(),
        simplified_device_action: "Allow".into(),
        device_name: ["FW-LON-01", "FW-DUB-01", "FW-LIS-01"][office].into(),
        device_inbound_interface: "ethernet1/2".into(),
        device_outbound_interface: if inside { "ethernet1/3" } else { "ethernet1/1" }.into(),
        communication_direction: if inside { "Internal" } else { "Outbound" }.into(),
        application_protocol: connection.application.into(),
        protocol: "tcp".into(),
        source_ip: (&connection.host.address).into(),
        source_port: Some(connection.local_port),
        source_host_name: (&connection.host.fqdn_lower).into(),
        source_user_name: connection.user.map_or("", |user| user.nt.as_str()).into(),
        source_translated_address: if inside { "" } else { Company::egress(office) }.into(),
        destination_ip: connection.address.clone(),
        destination_port: Some(connection.port),
        destination_host_name: connection.name.clone(),
        request_url: connection.url.clone(),
        sent_bytes: Some(connection.sent),
        received_bytes: Some(connection.received),
        end_time: Some(event.time + chrono::TimeDelta::seconds(connection.seconds)),
        event_outcome: "success".into(),
        reason: "tcp-fin".into(),
        rule_label: "Rule".into(),
        rule: if inside { "allow-servers" } else { "allow-web" }.into(),
        category_label: "URL Category".into(),
        category: connection.category.into(),
        ..common
    }
}

fn vpn_login<'c>(
    common: CommonSecurityLogRow<'c>,
    login: &VpnLogin<'c>,
) -> CommonSecurityLogRow<'c> {
    CommonSecurityLogRow {
        device_event_class_id: "GLOBALPROTECT".into(),
        activity: "GLOBALPROTECT".into(),
        device_action: "connected".into(),
        simplified_device_action: "Allow".into(),
        device_name: "FW-LON-01".into(),
        communication_direction: "Inbound".into(),
        application_protocol: "vpn".into(),
        source_ip: login.address.clone(),
        source_host_name: login.client.clone(),
        source_user_name: (&login.account.upn).into(),
        source_user_id: (&login.account.nt).into(),
        source_translated_address: login.tunnel.clone(),
        destination_ip: "192.0.2.5".into(),
        destination_port: Some(443),
        destination_host_name: "vpn.contoso.com".into(),
        event_outcome: "success".into(),
        message: "GlobalProtect gateway client configuration generated".into(),
        additional_extensions: format!(
            "PanOSEventID=gateway-connected;PanOSSourceRegion={};PanOSEndpointOS={}",
            login.country, login.system
        )
        .into(),
        ..common
    }
}

fn refusal<'c>(
    common: CommonSecurityLogRow<'c>,
    probe: &Probe,
    event: &Event<'c>,
) -> CommonSecurityLogRow<'c> {
    CommonSecurityLogRow {
        device_event_class_id: "deny".into(),
        activity: "TRAFFIC".into(),
        device_action: "deny".into(),
        simplified_device_action: "Deny".into(),
        device_name: "FW-LON-01".into(),
        device_inbound_interface: "ethernet1/1".into(),
        communication_direction: "Inbound".into(),
        application_protocol: "not-applicable".into(),
        protocol: "tcp".into(),
        source_ip: probe.address.clone().into(),
        source_port: Some((1024 + mix(event.sequence) % 64_000) as i32),
        destination_ip: probe.target.clone().into(),
        destination_port: Some(probe.port),
        sent_bytes: Some(60),
        received_bytes: Some(0),
        event_outcome: "failure".into(),
        reason: "policy-deny".into(),
        rule_label: "Rule".into(),
        rule: "deny-inbound".into(),
        ..common
    }
}
