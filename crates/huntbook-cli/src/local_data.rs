//! What a user gives to local queries beside the tables.

use std::path::PathBuf;

use clap::Args;
use huntbook::drivers::{LocalData, WatchlistFile};

/// Files in the place of what the service would fetch.
#[derive(Debug, Args)]
pub(crate) struct LocalArguments {
    /// The file that stands for a URL of `externaldata`; a folder stands for all URLs that begin so
    #[arg(long = "map-url", value_name = "URL=PATH", value_parser = url_and_path)]
    urls: Vec<(String, PathBuf)>,
    /// The CSV that stands for a watchlist, and the column that is its `SearchKey`
    #[arg(long = "watchlist", value_name = "NAME=PATH[:SearchKey]", value_parser = watchlist)]
    watchlists: Vec<WatchlistFile>,
    /// The places of addresses, for `geo_info_from_ip_address`: a file in MaxMind's format
    #[arg(long, value_name = "PATH")]
    geo: Option<PathBuf>,
    /// Functions of your own, `let name = (parameters) { body };`: a file, or a folder of `.kql` files
    #[arg(long, value_name = "FILE_OR_FOLDER")]
    functions: Vec<PathBuf>,
}

impl LocalArguments {
    /// All of it, with the tables in `paths`.
    pub(crate) fn data(&self, paths: Vec<PathBuf>) -> LocalData {
        LocalData {
            paths,
            urls: self.urls.clone(),
            watchlists: self.watchlists.clone(),
            geo: self.geo.clone(),
            functions: self.functions.clone(),
        }
    }
}

/// The path begins behind the last `=`: a URL may hold some.
fn url_and_path(text: &str) -> Result<(String, PathBuf), String> {
    match text.rsplit_once('=') {
        Some((url, path)) if !url.is_empty() && !path.is_empty() => {
            Ok((url.to_owned(), PathBuf::from(path)))
        }
        _ => Err("URL=PATH is wanted, such as https://example.com/feed.csv=feed.csv".to_owned()),
    }
}

fn watchlist(text: &str) -> Result<WatchlistFile, String> {
    let wanted = || "NAME=PATH or NAME=PATH:SearchKey is wanted".to_owned();
    let (alias, rest) = text.split_once('=').ok_or_else(wanted)?;
    // A colon may also be part of the path, as in `C:\lists`.
    let (path, key) = match rest.rsplit_once(':') {
        Some((path, key)) if path.len() > 1 && !key.is_empty() && !key.contains(['/', '\\']) => {
            (path, Some(key.to_owned()))
        }
        _ => (rest, None),
    };
    if alias.is_empty() || path.is_empty() {
        return Err(wanted());
    }
    Ok(WatchlistFile { alias: alias.to_owned(), path: path.into(), search_key: key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watchlist_may_name_its_key() {
        let parts = |text: &str| {
            let file = watchlist(text).ok()?;
            Some((file.alias, file.path.display().to_string(), file.search_key))
        };
        let found = |alias: &str, path: &str, key: Option<&str>| {
            Some((alias.to_owned(), path.to_owned(), key.map(str::to_owned)))
        };
        assert_eq!(parts("vip=a/vip.csv"), found("vip", "a/vip.csv", None));
        assert_eq!(parts("vip=vip.csv:User"), found("vip", "vip.csv", Some("User")));
        assert_eq!(parts(r"vip=C:\lists\vip.csv"), found("vip", r"C:\lists\vip.csv", None));
        assert_eq!(parts("vip"), None);
        assert_eq!(parts("=vip.csv"), None);
    }

    #[test]
    fn a_url_may_hold_an_equals_sign() {
        let (url, path) = url_and_path("https://example.com/?a=b=feed.csv").expect("a pair");
        assert_eq!((url.as_str(), path), ("https://example.com/?a=b", PathBuf::from("feed.csv")));
        assert!(url_and_path("https://example.com/").is_err());
    }
}
