//! Programs: what a process is an instance of.

use std::borrow::Cow;

use crate::dice::hex_for;

/// A program file, equal on every host.
#[derive(Debug)]
pub(crate) struct Program {
    /// `powershell.exe`.
    pub(crate) file_name: Cow<'static, str>,
    /// The full path.
    pub(crate) path: Cow<'static, str>,
    pub(crate) company: &'static str,
    pub(crate) description: &'static str,
    pub(crate) version: &'static str,
}

impl Program {
    /// A hash of `digits` hexadecimal digits; one file has one hash.
    pub(crate) fn hash(&self, kind: &str, digits: usize) -> String {
        hex_for(&format!("{kind}:{}:{}", self.path, self.version), digits)
    }

    /// The size of the file in bytes.
    pub(crate) fn size(&self) -> i64 {
        20_480 + (crate::dice::text_hash(&self.path) % 900_000) as i64
    }
}

const WINDOWS: &str = "10.0.22621.4391";
const MICROSOFT: &str = "Microsoft Corporation";

const fn windows(
    file_name: &'static str,
    path: &'static str,
    description: &'static str,
) -> Program {
    program(file_name, path, MICROSOFT, description, WINDOWS)
}

const fn program(
    file_name: &'static str,
    path: &'static str,
    company: &'static str,
    description: &'static str,
    version: &'static str,
) -> Program {
    Program {
        file_name: Cow::Borrowed(file_name),
        path: Cow::Borrowed(path),
        company,
        description,
        version,
    }
}

pub(crate) static SMSS: Program =
    windows("smss.exe", r"C:\Windows\System32\smss.exe", "Windows Session Manager");
pub(crate) static WININIT: Program =
    windows("wininit.exe", r"C:\Windows\System32\wininit.exe", "Windows Start-Up Application");
pub(crate) static SERVICES: Program =
    windows("services.exe", r"C:\Windows\System32\services.exe", "Services and Controller app");
pub(crate) static LSASS: Program =
    windows("lsass.exe", r"C:\Windows\System32\lsass.exe", "Local Security Authority Process");
pub(crate) static SVCHOST: Program =
    windows("svchost.exe", r"C:\Windows\System32\svchost.exe", "Host Process for Windows Services");
pub(crate) static WINLOGON: Program =
    windows("winlogon.exe", r"C:\Windows\System32\winlogon.exe", "Windows Logon Application");
pub(crate) static USERINIT: Program =
    windows("userinit.exe", r"C:\Windows\System32\userinit.exe", "Userinit Logon Application");
pub(crate) static EXPLORER: Program =
    windows("explorer.exe", r"C:\Windows\explorer.exe", "Windows Explorer");
pub(crate) static CMD: Program =
    windows("cmd.exe", r"C:\Windows\System32\cmd.exe", "Windows Command Processor");
pub(crate) static CONHOST: Program =
    windows("conhost.exe", r"C:\Windows\System32\conhost.exe", "Console Window Host");
pub(crate) static POWERSHELL: Program = windows(
    "powershell.exe",
    r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
    "Windows PowerShell",
);
pub(crate) static RUNDLL32: Program =
    windows("rundll32.exe", r"C:\Windows\System32\rundll32.exe", "Windows host process (Rundll32)");
pub(crate) static WMIPRVSE: Program =
    windows("WmiPrvSE.exe", r"C:\Windows\System32\wbem\WmiPrvSE.exe", "WMI Provider Host");
pub(crate) static TASKHOSTW: Program = windows(
    "taskhostw.exe",
    r"C:\Windows\System32\taskhostw.exe",
    "Host Process for Windows Tasks",
);
pub(crate) static RUNTIME_BROKER: Program =
    windows("RuntimeBroker.exe", r"C:\Windows\System32\RuntimeBroker.exe", "Runtime Broker");
pub(crate) static BACKGROUND_TASK: Program = windows(
    "backgroundTaskHost.exe",
    r"C:\Windows\System32\backgroundTaskHost.exe",
    "Background Task Host",
);
pub(crate) static WHOAMI: Program = windows(
    "whoami.exe",
    r"C:\Windows\System32\whoami.exe",
    "whoami - displays logged on user information",
);
pub(crate) static NET: Program = windows("net.exe", r"C:\Windows\System32\net.exe", "Net Command");
pub(crate) static NLTEST: Program =
    windows("nltest.exe", r"C:\Windows\System32\nltest.exe", "Microsoft Logon Server Test Utility");
pub(crate) static IPCONFIG: Program =
    windows("ipconfig.exe", r"C:\Windows\System32\ipconfig.exe", "IP Configuration Utility");
pub(crate) static SCHTASKS: Program = windows(
    "schtasks.exe",
    r"C:\Windows\System32\schtasks.exe",
    "Task Scheduler Configuration Tool",
);
pub(crate) static WEVTUTIL: Program =
    windows("wevtutil.exe", r"C:\Windows\System32\wevtutil.exe", "Eventing Command Line Utility");
pub(crate) static MMC: Program =
    windows("mmc.exe", r"C:\Windows\System32\mmc.exe", "Microsoft Management Console");
pub(crate) static MSTSC: Program =
    windows("mstsc.exe", r"C:\Windows\System32\mstsc.exe", "Remote Desktop Connection");
pub(crate) static NOTEPAD: Program =
    windows("notepad.exe", r"C:\Windows\System32\notepad.exe", "Notepad");
pub(crate) static MSIEXEC: Program =
    windows("msiexec.exe", r"C:\Windows\System32\msiexec.exe", "Windows installer");
pub(crate) static MSMPENG: Program = program(
    "MsMpEng.exe",
    r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.24090.11-0\MsMpEng.exe",
    MICROSOFT,
    "Antimalware Service Executable",
    "4.18.24090.11",
);
pub(crate) static MPCMDRUN: Program = program(
    "MpCmdRun.exe",
    r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.24090.11-0\MpCmdRun.exe",
    MICROSOFT,
    "Microsoft Malware Protection Command Line Utility",
    "4.18.24090.11",
);
pub(crate) static CCMEXEC: Program = program(
    "CcmExec.exe",
    r"C:\Windows\CCM\CcmExec.exe",
    MICROSOFT,
    "Host Process for Microsoft Configuration Manager",
    "5.0.9128.1007",
);
pub(crate) static OUTLOOK: Program = program(
    "OUTLOOK.EXE",
    r"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE",
    MICROSOFT,
    "Microsoft Outlook",
    "16.0.18025.20160",
);
pub(crate) static WINWORD: Program = program(
    "WINWORD.EXE",
    r"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE",
    MICROSOFT,
    "Microsoft Word",
    "16.0.18025.20160",
);
pub(crate) static EXCEL: Program = program(
    "EXCEL.EXE",
    r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE",
    MICROSOFT,
    "Microsoft Excel",
    "16.0.18025.20160",
);
pub(crate) static TEAMS: Program = program(
    "ms-teams.exe",
    r"C:\Program Files\WindowsApps\MSTeams_24277.3507.3205.5228_x64__8wekyb3d8bbwe\ms-teams.exe",
    MICROSOFT,
    "Microsoft Teams",
    "24277.3507.3205.5228",
);
pub(crate) static EDGE: Program = program(
    "msedge.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    MICROSOFT,
    "Microsoft Edge",
    "130.0.2849.56",
);
pub(crate) static CHROME: Program = program(
    "chrome.exe",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    "Google LLC",
    "Google Chrome",
    "130.0.6723.70",
);
pub(crate) static GOOGLE_UPDATE: Program = program(
    "GoogleUpdate.exe",
    r"C:\Program Files (x86)\Google\Update\GoogleUpdate.exe",
    "Google LLC",
    "Google Installer",
    "1.3.36.372",
);
pub(crate) static ONEDRIVE: Program = program(
    "OneDrive.exe",
    r"C:\Program Files\Microsoft OneDrive\OneDrive.exe",
    MICROSOFT,
    "Microsoft OneDrive",
    "24.201.1006.0005",
);
pub(crate) static SQLSERVR: Program = program(
    "sqlservr.exe",
    r"C:\Program Files\Microsoft SQL Server\MSSQL16.MSSQLSERVER\MSSQL\Binn\sqlservr.exe",
    MICROSOFT,
    "SQL Server Windows NT - 64 Bit",
    "2022.160.4150.1",
);
pub(crate) static W3WP: Program =
    windows("w3wp.exe", r"C:\Windows\System32\inetsrv\w3wp.exe", "IIS Worker Process");
pub(crate) static BACKUP_AGENT: Program = program(
    "BackupAgent.exe",
    r"C:\Program Files\Contoso Backup\BackupAgent.exe",
    "Contoso",
    "Contoso Backup Agent",
    "7.2.0.118",
);

/// What people start from the desktop, with its arguments.
pub(crate) static DESKTOP: &[(u64, (&Program, &str))] = &[
    (24, (&OUTLOOK, "")),
    (16, (&TEAMS, "")),
    (26, (&EDGE, " --profile-directory=Default")),
    (18, (&CHROME, "")),
    (14, (&EXCEL, " /dde")),
    (12, (&WINWORD, " /n")),
    (5, (&NOTEPAD, "")),
    (4, (&ONEDRIVE, " /background")),
    (1, (&CMD, "")),
    (1, (&POWERSHELL, "")),
];

/// What Windows starts on its own, by the service that starts it, with its arguments.
pub(crate) static SERVICE_WORK: &[(u64, (&Program, &str))] = &[
    (30, (&TASKHOSTW, "")),
    (24, (&BACKGROUND_TASK, " -ServerName:BackgroundTaskHost.WebAccountProvider")),
    (22, (&RUNTIME_BROKER, " -Embedding")),
    (14, (&MPCMDRUN, " SignatureUpdate -ScheduleJob -RestrictPrivileges")),
    (10, (&GOOGLE_UPDATE, " /ua /installsource scheduler")),
    (4, (&RUNDLL32, r" C:\Windows\System32\PcaSvc.dll,PcaPatchSdbTask")),
    (2, (&WMIPRVSE, " -secured -Embedding")),
];

/// The plain scripts that the management tool runs.
pub(crate) static MANAGEMENT_SCRIPTS: &[&str] = &[
    r#" -NoLogo -NonInteractive -ExecutionPolicy Bypass -File "C:\Windows\CCM\ScriptStore\inventory-hardware.ps1""#,
    r#" -NoLogo -NonInteractive -ExecutionPolicy Bypass -File "C:\Windows\CCM\ScriptStore\report-compliance.ps1""#,
    r#" -NoProfile -ExecutionPolicy Bypass -Command "Get-HotFix | Export-Csv C:\Windows\Temp\hotfix.csv""#,
    r#" -NoProfile -WindowStyle Hidden -ExecutionPolicy Bypass -File "C:\ProgramData\Contoso\Logon\map-drives.ps1""#,
];

/// What administrators type, with the program that it starts.
pub(crate) static ADMINISTRATION: &[(u64, (&Program, &str))] = &[
    (20, (&POWERSHELL, r#" -NoProfile -Command "Get-ADUser -Filter * -Properties LastLogonDate""#)),
    (12, (&POWERSHELL, r" -ExecutionPolicy RemoteSigned -File D:\Admin\check-replication.ps1")),
    (12, (&MMC, r" C:\Windows\System32\dsa.msc")),
    (10, (&MMC, r" C:\Windows\System32\eventvwr.msc")),
    (10, (&IPCONFIG, " /all")),
    (8, (&WHOAMI, " /groups")),
    (8, (&NET, " user /domain")),
    (5, (&NLTEST, " /dsgetdc:contoso.com")),
    (5, (&MSTSC, " /v:SRV-APP-01")),
    (4, (&SCHTASKS, " /query /fo csv /v")),
    (2, (&WEVTUTIL, " qe Security /c:20 /rd:true /f:text")),
];
