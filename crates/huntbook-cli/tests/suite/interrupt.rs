//! Ctrl-C in the middle of the work: nothing half-done is left.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// Longer than the work takes to begin; by far shorter than it takes.
const A_MOMENT: Duration = Duration::from_millis(300);

/// Writes a CSV file of about 200 MB.
fn write_large(path: &Path) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    file.write_all(b"TimeGenerated,Computer,IpAddress,Account,CommandLine\n").unwrap();
    for row in 0..1_600_000_u32 {
        writeln!(
            file,
            "2026-11-19T08:00:00Z,WS-{row:07}.corp.contoso.com,10.{}.{}.{},CONTOSO\\user{row},\
             \"cmd.exe /c copy \\\\srv{}\\share\\file{row}.txt C:\\temp\\{row}\"",
            row >> 16 & 255,
            row >> 8 & 255,
            row & 255,
            row % 977,
        )
        .unwrap();
    }
    file.flush().unwrap();
}

fn spawn(folder: &Path, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_huntbook"))
        .current_dir(folder)
        .env("HUNTBOOK_KEY_FILE", folder.join("key"))
        .env("TMPDIR", folder.join("tmp"))
        .args(arguments)
        .spawn()
        .unwrap()
}

/// Sends Ctrl-C once `has_begun`, and returns the exit status.
fn interrupt(mut child: Child, has_begun: impl Fn() -> bool) -> Option<i32> {
    let start = Instant::now();
    while !has_begun() {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it began");
        assert!(start.elapsed() < Duration::from_mins(1), "it does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(A_MOMENT);
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    child.wait().unwrap().code()
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

#[test]
fn interrupted_work_ends_with_130_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("tmp")).unwrap();
    write_large(&folder.join("large.csv"));

    let child = spawn(folder, &["obfuscate", "large.csv", "out.csv"]);
    let is_staged = || names(folder).iter().any(|name| name.starts_with(".huntbook-"));
    assert_eq!(interrupt(child, is_staged), Some(130));
    assert_eq!(names(folder), ["key", "large.csv", "tmp"]);

    let child = spawn(folder, &["prove", "large.csv", "large.csv", "--html", "proof.html"]);
    let has_scratch = || !names(&folder.join("tmp")).is_empty();
    assert_eq!(interrupt(child, has_scratch), Some(130));
    assert_eq!(names(folder), ["key", "large.csv", "tmp"]);
    assert_eq!(names(&folder.join("tmp")), [""; 0]);
}

#[test]
fn an_interrupted_query_ends_with_130_and_soon() {
    let folder = tempfile::tempdir().unwrap();
    let long = "range x from 1 to 200000000 step 1 | extend s = strcat('a', tostring(x), 'b') \
        | where s matches regex '(a+|b+)*c$' | summarize count() by s | count";
    let join = "range x from 1 to 20000000 step 1 | join kind=inner (range y from 1 to 20000000 step 1 \
        | extend x = y % 10) on x | summarize max(y) by x";
    for query in [long, join] {
        let child = spawn(folder.path(), &["query", "run", query]);
        let began = Instant::now();
        assert_eq!(interrupt(child, || began.elapsed() > Duration::from_secs(1)), Some(130));
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}: {query}", began.elapsed());
    }
}
