//! The benign internet: sites that people and machines visit, cloud applications, browsers.

/// Who visits a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Visitor {
    /// People, with a browser or an Office program.
    People,
    /// Windows, its updater and its sensors, day and night.
    Machines,
    /// The one place where large uploads go.
    CloudStorage,
}

/// A place on the internet.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) domain: &'static str,
    /// The first three octets of its addresses; the site's own octet follows from its name.
    pub(crate) network: &'static str,
    pub(crate) category: &'static str,
    pub(crate) visitor: Visitor,
}

impl Site {
    /// One of the site's eight addresses.
    pub(crate) fn address(&self, choice: u64) -> String {
        let first = crate::dice::text_hash(self.domain) % 30 * 8;
        format!("{}.{}", self.network, first + choice % 8 + 4)
    }
}

const fn site(
    domain: &'static str,
    network: &'static str,
    category: &'static str,
    visitor: Visitor,
) -> Site {
    Site { domain, network, category, visitor }
}

use Visitor::{CloudStorage, Machines, People};

/// What people visit, the most visited first.
pub(crate) const PEOPLE_SITES: &[Site] = &[
    site("outlook.office365.com", "52.97.183", "business-and-economy", People),
    site("teams.microsoft.com", "52.113.194", "internet-communications-and-telephony", People),
    site("www.bing.com", "204.79.197", "search-engines", People),
    site("www.google.com", "142.250.187", "search-engines", People),
    site("contoso.sharepoint.com", "13.107.136", "online-storage-and-backup", CloudStorage),
    site("www.office.com", "13.107.6", "business-and-economy", People),
    site("www.linkedin.com", "13.107.42", "social-networking", People),
    site("github.com", "140.82.121", "computer-and-internet-info", People),
    site("www.bbc.co.uk", "151.101.0", "news", People),
    site("contoso-my.sharepoint.com", "13.107.138", "online-storage-and-backup", CloudStorage),
    site("stackoverflow.com", "104.18.32", "computer-and-internet-info", People),
    site("en.wikipedia.org", "185.15.59", "reference-and-research", People),
    site("www.youtube.com", "142.250.180", "streaming-media", People),
    site("login.microsoftonline.com", "20.190.159", "business-and-economy", People),
    site("docs.python.org", "151.101.64", "computer-and-internet-info", People),
    site("learn.microsoft.com", "23.55.163", "computer-and-internet-info", People),
    site("www.theguardian.com", "151.101.1", "news", People),
    site("contoso.service-now.com", "148.139.0", "business-and-economy", People),
    site("www.salesforce.com", "85.222.140", "business-and-economy", People),
    site("zoom.us", "170.114.52", "internet-communications-and-telephony", People),
    site("onedrive.live.com", "13.107.43", "online-storage-and-backup", CloudStorage),
    site("www.booking.com", "13.227.219", "travel", People),
    site("weather.com", "23.62.61", "news", People),
    site("www.amazon.co.uk", "18.165.98", "shopping", People),
    site("open.spotify.com", "35.186.224", "streaming-media", People),
    site("translate.google.com", "142.250.178", "reference-and-research", People),
    site("www.gov.uk", "151.101.192", "government", People),
    site("python.org", "151.101.128", "computer-and-internet-info", People),
    site("www.xero.com", "104.17.210", "financial-services", People),
    site("www.figma.com", "13.33.88", "business-and-economy", People),
];

/// What machines visit on their own.
pub(crate) const MACHINE_SITES: &[Site] = &[
    site("settings-win.data.microsoft.com", "51.104.136", "computer-and-internet-info", Machines),
    site("v10.events.data.microsoft.com", "20.189.173", "computer-and-internet-info", Machines),
    site("winatp-gw-weu.microsoft.com", "20.54.89", "computer-and-internet-info", Machines),
    site("wdcp.microsoft.com", "20.73.130", "computer-and-internet-info", Machines),
    site("ctldl.windowsupdate.com", "8.241.125", "computer-and-internet-info", Machines),
    site("fe3cr.delivery.mp.microsoft.com", "20.166.126", "computer-and-internet-info", Machines),
    site("ocsp.digicert.com", "192.229.221", "computer-and-internet-info", Machines),
    site("update.googleapis.com", "142.250.179", "computer-and-internet-info", Machines),
    site("download.windowsupdate.com", "8.252.114", "computer-and-internet-info", Machines),
    site("dl.delivery.mp.microsoft.com", "23.48.23", "computer-and-internet-info", Machines),
];

/// A browser as the cloud sees it.
#[derive(Debug)]
pub(crate) struct Browser {
    pub(crate) name: &'static str,
    pub(crate) system: &'static str,
    pub(crate) user_agent: &'static str,
}

/// Every person keeps to one of these.
pub(crate) const BROWSERS: &[Browser] = &[
    Browser {
        name: "Edge 130.0.0",
        system: "Windows11",
        user_agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
    },
    Browser {
        name: "Edge 129.0.0",
        system: "Windows10",
        user_agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36 Edg/129.0.0.0",
    },
    Browser {
        name: "Chrome 130.0.0",
        system: "Windows11",
        user_agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    },
    Browser {
        name: "Firefox 131.0",
        system: "Windows10",
        user_agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0",
    },
];

/// The phone in every pocket.
pub(crate) const PHONE: Browser = Browser {
    name: "Mobile Safari",
    system: "iOS",
    user_agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
};

/// What the intruder signs in with.
pub(crate) const INTRUDER_BROWSER: Browser = Browser {
    name: "Chrome 108.0.0",
    system: "Linux",
    user_agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0.0.0 Safari/537.36",
};

/// A cloud application that people sign in to.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) name: &'static str,
    pub(crate) id: &'static str,
    pub(crate) resource: &'static str,
    pub(crate) resource_id: &'static str,
}

const EXCHANGE: (&str, &str) =
    ("Office 365 Exchange Online", "00000002-0000-0ff1-ce00-000000000000");
const SHAREPOINT: (&str, &str) =
    ("Office 365 SharePoint Online", "00000003-0000-0ff1-ce00-000000000000");
const GRAPH: (&str, &str) = ("Microsoft Graph", "00000003-0000-0000-c000-000000000000");

const fn app(name: &'static str, id: &'static str, resource: (&'static str, &'static str)) -> App {
    App { name, id, resource: resource.0, resource_id: resource.1 }
}

/// Cloud applications, the most used first.
pub(crate) const APPS: &[App] = &[
    app("One Outlook Web", "9199bf20-a13f-4107-85dc-02114787ef48", EXCHANGE),
    app("Microsoft Teams", "1fec8e78-bce4-4aaf-ab1b-5451cc387264", GRAPH),
    app("Office 365 SharePoint Online", "00000003-0000-0ff1-ce00-000000000000", SHAREPOINT),
    app("OfficeHome", "4765445b-32c6-49b0-83e6-1d93765276ca", GRAPH),
    app("Microsoft Office", "d3590ed6-52b3-4102-aeff-aad2292ab01c", GRAPH),
    app("OneDrive SyncEngine", "ab9b8c07-8f02-4f72-87fa-80105867a763", SHAREPOINT),
    app("Microsoft Authentication Broker", "29d9ed98-a469-4536-ade2-f981bc1d605e", GRAPH),
    app("Azure Portal", "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", GRAPH),
];

/// The application that a password is sprayed at.
pub(crate) const OUTLOOK_WEB: &App = &APPS[0];
