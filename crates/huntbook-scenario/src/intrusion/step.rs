//! The steps of the intrusion, in order.

use crate::Table;

/// A step of the intrusion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    PasswordSpray,
    CloudSignIn,
    RemoteDesktop,
    EncodedPowerShell,
    CredentialDump,
    LateralMovement,
    Persistence,
    Exfiltration,
}

use Table::{
    AuditLogs, CommonSecurityLog, DeviceLogonEvents, DeviceNetworkEvents, DeviceProcessEvents,
    DnsEvents, OfficeActivity, SecurityEvent, SigninLogs,
};

impl Step {
    /// Every step, in the order in which they are taken.
    pub(crate) const ALL: [Self; 8] = [
        Self::PasswordSpray,
        Self::CloudSignIn,
        Self::RemoteDesktop,
        Self::EncodedPowerShell,
        Self::CredentialDump,
        Self::LateralMovement,
        Self::Persistence,
        Self::Exfiltration,
    ];

    /// What the ground truth calls the step.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PasswordSpray => "password spray",
            Self::CloudSignIn => "cloud sign-in",
            Self::RemoteDesktop => "remote desktop",
            Self::EncodedPowerShell => "encoded powershell",
            Self::CredentialDump => "credential dump",
            Self::LateralMovement => "lateral movement",
            Self::Persistence => "persistence",
            Self::Exfiltration => "exfiltration",
        }
    }

    /// The ATT&CK id of the technique.
    pub(crate) fn technique(self) -> &'static str {
        match self {
            Self::PasswordSpray => "T1110.003",
            Self::CloudSignIn => "T1078.004",
            Self::RemoteDesktop => "T1021.001",
            Self::EncodedPowerShell => "T1059.001",
            Self::CredentialDump => "T1003.001",
            Self::LateralMovement => "T1047",
            Self::Persistence => "T1053.005",
            Self::Exfiltration => "T1041",
        }
    }

    /// Seconds from the beginning of the intrusion to the beginning of the step.
    pub(super) fn seconds_from_start(self) -> i64 {
        let minutes = match self {
            Self::PasswordSpray => 0,
            Self::CloudSignIn => 57,
            Self::RemoteDesktop => 130,
            Self::EncodedPowerShell => 139,
            Self::CredentialDump => 205,
            Self::LateralMovement => 241,
            Self::Persistence => 280,
            Self::Exfiltration => 395,
        };
        minutes * 60
    }

    /// The tables in which the step leaves rows.
    pub(crate) fn tables(self) -> &'static [Table] {
        match self {
            Self::PasswordSpray => &[SecurityEvent, SigninLogs, DeviceLogonEvents],
            Self::CloudSignIn => &[SigninLogs, AuditLogs, OfficeActivity, CommonSecurityLog],
            Self::RemoteDesktop | Self::LateralMovement => {
                &[SecurityEvent, DeviceProcessEvents, DeviceLogonEvents]
            }
            Self::CredentialDump | Self::Persistence => &[SecurityEvent, DeviceProcessEvents],
            Self::EncodedPowerShell | Self::Exfiltration => &[
                SecurityEvent,
                DeviceProcessEvents,
                DeviceNetworkEvents,
                DnsEvents,
                CommonSecurityLog,
            ],
        }
    }
}
