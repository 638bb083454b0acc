//! The questions of the demo hunt, in the order they are asked.

/// Whose catalogue a question is from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asks {
    Sentinel,
    Defender,
}

/// A question: a query of the catalogue, with words for the reader.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question {
    pub(crate) slug: &'static str,
    pub(crate) title: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) asks: Asks,
    pub(crate) query: &'static str,
}

macro_rules! questions {
    ($($name:ident = $asks:ident $query:literal, $slug:literal, $title:literal, $reason:literal;)+) => {
        $(pub(crate) const $name: Question = Question {
            slug: $slug,
            title: $title,
            reason: $reason,
            asks: Asks::$asks,
            query: $query,
        };)+

        #[cfg(test)]
        pub(crate) const ALL: &[Question] = &[$($name),+];
    };
}

questions! {
    SPRAY = Sentinel "Azure.list_password_spray", "password-spray",
        "Whose passwords were tried from one place?",
        "People mistype their own passwords from their own places. One address that fails for many users tries \
         passwords; a success among the failures is an account lost.";
    SIGN_INS = Sentinel "Azure.list_successful_signins_from_ip", "sign-ins",
        "Who was let in?",
        "The users that signed in from the address that sprayed.";
    MAILBOX = Sentinel "Office365.list_activity_from_ip", "mailbox",
        "What was done in the mailbox?",
        "Intruders read mail, and hide the answers with rules.";
    DIRECTORY = Sentinel "Azure.list_audit_actions_for_user", "directory",
        "Did the account get a second way in?",
        "A sign-in method registered after the theft lets the intruder come back.";
    VPN = Sentinel "Network.list_vpn_logins_from_ip", "vpn",
        "Did the intruder come into the network?",
        "The same address, at the VPN gateway.";
    HIDDEN_COMMANDS = Sentinel "WindowsSecurity.list_encoded_powershell", "encoded-powershell",
        "What ran, hidden?",
        "Encoded PowerShell after the sign-in. The text is decoded and searched for addresses.";
    BEACONS = Defender "DeviceNetwork.list_connections_to_domain", "command-and-control",
        "Where did it talk to?",
        "Connections to the domains that the decoded commands name, from every device.";
    CREDENTIAL_DUMP = Sentinel "WindowsSecurity.list_credential_dumping", "credential-dump",
        "Were credentials taken?",
        "Command lines of tools that read the memory of the local security authority.";
    EXPLICIT_CREDENTIALS = Sentinel "WindowsSecurity.list_explicit_credentials", "explicit-credentials",
        "Who did the intruder become?",
        "Logons with other credentials than one's own, from the first host.";
    LATERAL_LOGONS = Sentinel "WindowsSecurity.list_logons_for_account", "lateral-movement",
        "Where did the intruder go?",
        "Logons of the stolen account right after its credentials were used.";
    REMOTE_STARTS = Sentinel "WindowsSecurity.list_remote_process_starts", "remote-processes",
        "What was started from afar?",
        "Processes that WMI, WinRM or a remote service started on these hosts.";
    TASKS = Sentinel "WindowsSecurity.list_scheduled_tasks", "scheduled-tasks",
        "What will run again?",
        "Scheduled tasks made on these hosts since the intrusion began.";
    NEW_ACCOUNTS = Sentinel "WindowsSecurity.list_new_accounts", "new-accounts",
        "Which accounts were made?",
        "New local accounts on these hosts.";
    GROUP_ADDITIONS = Sentinel "WindowsSecurity.list_group_additions", "group-additions",
        "Who was made administrator?",
        "Members added to the administrators of these hosts.";
    LOG_CLEARED = Sentinel "WindowsSecurity.list_log_cleared", "log-cleared",
        "What was wiped?",
        "Security logs cleared on these hosts.";
    UPLOADS = Sentinel "Network.list_top_uploads", "uploads",
        "What left the company?",
        "Outside destinations that received the most bytes.";
    LOOKUPS = Sentinel "Dns.list_lookups_of_domain", "lookups",
        "Who else asked for the domain?",
        "Look-ups of the domain and its subdomains by every client.";
}

/// What is asked of every host that the intruder used.
pub(crate) const OF_EACH_HOST: &[Question] =
    &[REMOTE_STARTS, TASKS, NEW_ACCOUNTS, GROUP_ADDITIONS, LOG_CLEARED];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::QueryProvider;

    #[test]
    fn each_question_is_a_query_of_its_catalogue() {
        let sentinel = QueryProvider::new("MSSentinel").unwrap();
        let defender = QueryProvider::new("M365D").unwrap();
        for question in ALL {
            let provider = match question.asks {
                Asks::Sentinel => &sentinel,
                Asks::Defender => &defender,
            };
            assert_eq!(provider.get(question.query).unwrap().qualified_name(), question.query);
        }
    }
}
