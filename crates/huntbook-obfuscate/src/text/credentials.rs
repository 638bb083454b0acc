//! Credentials: what proves to a machine who somebody is. They are redacted, not replaced.

/// What stands in place of a credential, in every realm.
pub(crate) const REDACTED: &str = "[redacted]";

/// Ends of names whose values are credentials, in lower case.
const KEY_ENDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "clientsecret",
    "client_secret",
    "client-secret",
    "secretkey",
    "secret_key",
    "secretaccesskey",
    "secret_access_key",
    "accountkey",
    "accesskey",
    "access_key",
    "sharedaccesskey",
    "sharedsecret",
    "shared_secret",
    "apikey",
    "api_key",
    "api-key",
    "privatekey",
    "private_key",
    "accesstoken",
    "access_token",
    "refreshtoken",
    "refresh_token",
    "idtoken",
    "id_token",
    "authtoken",
    "auth_token",
    "sessiontoken",
    "session_token",
    "securitytoken",
    "sastoken",
];

/// Whether values under `key` are credentials.
pub(crate) fn is_credential_key(key: &str) -> bool {
    key.len() <= 128
        && KEY_ENDS.iter().any(|end| {
            key.len()
                .checked_sub(end.len())
                .and_then(|at| key.get(at..))
                .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
        })
}
