//! `huntbook lookup`.

use huntbook::intel::Lookup;
use huntbook::{HuntbookError, read_feeds};

use crate::args::LookupArguments;
use crate::commands::output;
use crate::console::Console;

pub(crate) fn execute(lookup: &LookupArguments, console: &Console) -> Result<(), HuntbookError> {
    let read = read_feeds(&lookup.feed)?;
    for problem in &read.problems {
        Console::say(&format!("warning: {problem}"));
    }
    let feeds = Lookup::new(read.feeds, Console::now());
    let asked: Vec<(String, Option<String>)> =
        lookup.indicators.iter().map(|text| (text.clone(), None)).collect();
    let answer = Lookup::answers_to_batch(&feeds.ask_texts(&asked, None)?);
    let shown = ["Ioc", "IocType", "Verdict", "Confidence", "Provider", "Evidence"];
    let columns: Vec<usize> =
        shown.iter().filter_map(|name| answer.schema().index_of(name).ok()).collect();
    let answer = answer.project(&columns).expect("the columns were just found in it");
    output::write(console, &answer.schema(), &[answer], lookup.output, usize::MAX)
}
