//! AWS's audit trail in the columns of Sentinel's `AWSCloudTrail`.
//!
//! Source: <https://learn.microsoft.com/azure/azure-monitor/reference/tables/awscloudtrail>

use std::borrow::Cow;

use super::json;
use super::record::Record;
use super::value::Value;

/// What the table holds, in words.
pub(super) const WANTED: &str = "CloudTrail record";

/// Column and the path of the member that it shows.
const COLUMNS: [(&str, &[&str]); 42] = [
    ("EventName", &["eventName"]),
    ("EventSource", &["eventSource"]),
    ("EventTypeName", &["eventType"]),
    ("EventVersion", &["eventVersion"]),
    ("AwsEventId", &["eventID"]),
    ("AwsRequestId_", &["requestID"]),
    ("SharedEventId", &["sharedEventID"]),
    ("AWSRegion", &["awsRegion"]),
    ("SourceIpAddress", &["sourceIPAddress"]),
    ("UserAgent", &["userAgent"]),
    ("RecipientAccountId", &["recipientAccountId"]),
    ("ReadOnly", &["readOnly"]),
    ("ManagementEvent", &["managementEvent"]),
    ("Category", &["eventCategory"]),
    ("APIVersion", &["apiVersion"]),
    ("ErrorCode", &["errorCode"]),
    ("ErrorMessage", &["errorMessage"]),
    ("VpcEndpointId", &["vpcEndpointId"]),
    ("RequestParameters", &["requestParameters"]),
    ("ResponseElements", &["responseElements"]),
    ("AdditionalEventData", &["additionalEventData"]),
    ("ServiceEventDetails", &["serviceEventDetails"]),
    ("Resources", &["resources"]),
    ("UserIdentityType", &["userIdentity", "type"]),
    ("UserIdentityPrincipalid", &["userIdentity", "principalId"]),
    ("UserIdentityArn", &["userIdentity", "arn"]),
    ("UserIdentityAccountId", &["userIdentity", "accountId"]),
    ("UserIdentityAccessKeyId", &["userIdentity", "accessKeyId"]),
    ("UserIdentityUserName", &["userIdentity", "userName"]),
    ("UserIdentityInvokedBy", &["userIdentity", "invokedBy"]),
    ("UserIdentityUserId", &["userIdentity", "onBehalfOf", "userId"]),
    ("UserIdentityStoreArn", &["userIdentity", "onBehalfOf", "identityStoreArn"]),
    (
        "SessionMfaAuthenticated",
        &["userIdentity", "sessionContext", "attributes", "mfaAuthenticated"],
    ),
    ("SessionCreationDate", &["userIdentity", "sessionContext", "attributes", "creationDate"]),
    ("SessionIssuerType", &["userIdentity", "sessionContext", "sessionIssuer", "type"]),
    (
        "SessionIssuerPrincipalId",
        &["userIdentity", "sessionContext", "sessionIssuer", "principalId"],
    ),
    ("SessionIssuerArn", &["userIdentity", "sessionContext", "sessionIssuer", "arn"]),
    ("SessionIssuerAccountId", &["userIdentity", "sessionContext", "sessionIssuer", "accountId"]),
    ("SessionIssuerUserName", &["userIdentity", "sessionContext", "sessionIssuer", "userName"]),
    ("TlsVersion", &["tlsDetails", "tlsVersion"]),
    ("CipherSuite", &["tlsDetails", "cipherSuite"]),
    ("ClientProvidedHostHeader", &["tlsDetails", "clientProvidedHostHeader"]),
];

/// Whether `record` is one of that trail.
pub(super) fn is_record(record: &Record<'_>) -> bool {
    record.get("eventName").is_some()
        && record
            .first_text(&["eventSource"])
            .is_some_and(|source| source.ends_with(".amazonaws.com"))
}

/// The row of `AWSCloudTrail` for `record`, or `None` where it is none of that trail.
pub(super) fn row<'a>(record: &Record<'a>) -> Option<Record<'a>> {
    if !is_record(record) {
        return None;
    }
    let mut row = Record::default();
    if let Some(time) = ["eventTime", "@timestamp"].iter().find_map(|name| record.get(name)) {
        row.push("TimeGenerated", time.clone());
    }
    for (column, path) in COLUMNS {
        if let Some(value) = at_path(record, path) {
            row.push(column, value);
        }
    }
    Some(row)
}

fn at_path<'a>(record: &Record<'a>, path: &[&str]) -> Option<Value<'a>> {
    let (name, rest) = path.split_first()?;
    let value = record.get(name)?;
    match (rest, value) {
        ([], Value::Null) => None,
        ([], value) => Some(value.clone()),
        (rest, Value::Nested(Cow::Borrowed(text))) => at_path(&json::members(text), rest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_members_become_columns() {
        let text = r#"{"eventName":"GetObject","eventSource":"s3.amazonaws.com","eventTime":"2020-09-14T00:44:23Z",
            "userIdentity":{"type":"IAMUser","sessionContext":{"attributes":{"mfaAuthenticated":"true"}}},"requestParameters":{"a":1},"responseElements":null}"#;
        let record = json::members(text);
        let row = row(&record).expect("a record of CloudTrail");
        let text = |name: &str| row.get(name).and_then(Value::as_text).map(Cow::into_owned);
        assert_eq!(text("UserIdentityType").as_deref(), Some("IAMUser"));
        assert_eq!(text("SessionMfaAuthenticated").as_deref(), Some("true"));
        assert_eq!(text("RequestParameters").as_deref(), Some(r#"{"a":1}"#));
        assert_eq!(text("ResponseElements"), None);
        assert!(row.get("TimeGenerated").is_some());
    }

    #[test]
    fn another_record_is_none_of_it() {
        assert_eq!(row(&json::members(r#"{"eventName":"x","eventSource":"y"}"#)), None);
    }
}
