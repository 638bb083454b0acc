//! Feeds from files and folders.

use std::io;
use std::path::{Path, PathBuf};

use huntbook_intel::Feed;

use crate::HuntbookError;

/// Feeds, and what could not be read in them.
#[derive(Debug)]
pub struct Feeds {
    /// One a file, in order of the paths.
    pub feeds: Vec<Feed>,
    /// One line a problem: file, place, reason. The rest of the file was read.
    pub problems: Vec<String>,
}

/// The feeds at `paths`; a folder stands for the files in it, in order of their names.
///
/// # Errors
///
/// Where a path is missing, or is no feed.
pub fn read_feeds(paths: &[PathBuf]) -> Result<Feeds, HuntbookError> {
    let mut read = Feeds { feeds: Vec::new(), problems: Vec::new() };
    for path in paths {
        for file in files(path).map_err(|error| unreadable(path, &error))? {
            let (feed, problems) = Feed::read(&file)?;
            let place = file.display();
            let lines = problems.iter().map(|problem| format!("{place}: {}", problem.message));
            read.problems.extend(lines);
            read.feeds.push(feed);
        }
    }
    if read.feeds.is_empty() {
        return Err(HuntbookError::Config {
            message: "there is no feed".into(),
            hints: vec!["name a file or a folder of feeds: CSV, STIX 2.1, lists".into()],
        });
    }
    Ok(read)
}

fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in path.read_dir()? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn unreadable(path: &Path, error: &io::Error) -> HuntbookError {
    HuntbookError::Config {
        message: format!("cannot read the feeds in `{}`: {error}", path.display()),
        hints: Vec::new(),
    }
}
