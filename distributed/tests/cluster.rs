//! A scheduler and two executors as processes of their own give the answers of the local engine.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that fails says where, and asks the scheduler whether it is there"
)]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ballista_core::extension::SessionConfigExt;
use datafusion::arrow::array::{
    ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, TimestampNanosecondArray,
};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::parquet::arrow::ArrowWriter;
use huntbook_distributed::{DistributedEngine, DistributedError, cluster_config};
use huntbook_kql::{Engine, local};

/// Processes that end with the test.
struct Cluster {
    processes: Vec<Child>,
    scheduler: String,
    work_folders: Vec<PathBuf>,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for process in self.processes.iter_mut().rev() {
            process.kill().ok();
            process.wait().ok();
        }
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn start(log: &Path, arguments: &[&str]) -> Child {
    let log = File::create(log).unwrap();
    Command::new(env!("CARGO_BIN_EXE_huntbook-distributed"))
        .args(arguments)
        .env("RUST_LOG", "info")
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .stdin(Stdio::null())
        .spawn()
        .unwrap()
}

/// The scheduler's word on whether it has its executors.
fn is_ready(scheduler: &str) -> bool {
    let Ok(mut stream) = TcpStream::connect(scheduler) else { return false };
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {scheduler}\r\nConnection: close\r\n\r\n");
    let mut answer = String::new();
    stream.write_all(request.as_bytes()).is_ok()
        && stream.read_to_string(&mut answer).is_ok()
        && answer.starts_with("HTTP/1.1 200")
}

impl Cluster {
    fn start(folder: &Path) -> Self {
        let port = free_port();
        let scheduler = format!("127.0.0.1:{port}");
        let log = |name: &str| folder.join(format!("{name}.log"));
        let mut processes = vec![start(
            &log("scheduler"),
            &["scheduler", "--listen", &scheduler, "--executors", "2"],
        )];
        let mut work_folders = Vec::new();
        for name in ["first", "second"] {
            let work_folder = folder.join(name);
            let ports = [port, free_port(), free_port()].map(|port| port.to_string());
            let arguments = [
                ["executor", "--cores", "2"].as_slice(),
                &["--memory", "1000000000"],
                &["--scheduler-port", &ports[0], "--port", &ports[1], "--task-port", &ports[2]],
                &["--work-folder", work_folder.to_str().unwrap()],
            ];
            processes.push(start(&log(name), &arguments.concat()));
            work_folders.push(work_folder);
        }
        let cluster = Self { processes, scheduler, work_folders };
        let begun = Instant::now();
        while !is_ready(&cluster.scheduler) {
            assert!(begun.elapsed() < Duration::from_mins(1), "{}", logs(folder));
            std::thread::sleep(Duration::from_millis(100));
        }
        cluster
    }

    /// How many files each executor has written for others to read.
    fn shuffle_files(&self) -> Vec<usize> {
        self.work_folders.iter().map(|folder| count_files(folder)).collect()
    }
}

/// What the processes have said.
fn logs(folder: &Path) -> String {
    let read = |name| fs::read_to_string(folder.join(format!("{name}.log"))).unwrap_or_default();
    ["scheduler", "first", "second"].map(read).join("\n")
}

fn count_files(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { count_files(&entry.path()) } else { 1 }).sum()
}

fn write(path: &Path, columns: Vec<(&str, ArrayRef)>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer =
        ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

const FILES: i64 = 4;
const ROWS: i64 = 3_000;
const HOSTS: i64 = 9;

/// Logs in four files, and a table of hosts.
fn write_tables(folder: &Path) {
    for file in 0..FILES {
        let rows = || (0..ROWS).map(move |row| file * ROWS + row);
        let text = |value: fn(i64) -> String| -> ArrayRef {
            Arc::new(rows().map(|row| Some(value(row))).collect::<StringArray>())
        };
        // Two days before the engine's clock, a second apart.
        let times = rows().map(|row| 1_714_348_800_000_000_000 + row * 1_000_000_000);
        let times = TimestampNanosecondArray::from_iter_values(times).with_timezone("UTC");
        write(
            &folder.join(format!("Logs/part-{file}.parquet")),
            vec![
                ("TimeGenerated", Arc::new(times)),
                ("Host", text(|row| format!("host-{}", row * 7 % (HOSTS + 2)))),
                ("Level", text(|row| ["info", "warning", "error"][row as usize % 3].to_owned())),
                (
                    "User",
                    text(
                        |row| {
                            if row % 13 == 0 { String::new() } else { format!("user{}", row % 101) }
                        },
                    ),
                ),
                (
                    "Bytes",
                    Arc::new(
                        rows()
                            .map(|row| (row % 17 != 0).then_some(row * 31 % 5_000))
                            .collect::<Int64Array>(),
                    ),
                ),
                (
                    "Score",
                    Arc::new(
                        rows().map(|row| Some((row % 400) as f64 / 8.0)).collect::<Float64Array>(),
                    ),
                ),
                (
                    "Message",
                    text(|row| {
                        let what = if row % 5 == 0 { "Failed" } else { "Accepted" };
                        format!(
                            "{what} password for user{} from 10.0.{}.{} port {}",
                            row % 101,
                            row % 3,
                            row % 250,
                            1_024 + row % 60_000
                        )
                    }),
                ),
                (
                    "Details",
                    text(|row| {
                        format!(
                            r#"{{"geo":{{"country":"C{}"}},"tags":["t{}","t{}"]}}"#,
                            row % 7,
                            row % 4,
                            row % 6
                        )
                    }),
                ),
            ],
        );
    }
    let hosts = || 0..HOSTS;
    write(
        &folder.join("Hosts.parquet"),
        vec![
            (
                "Host",
                Arc::new(hosts().map(|host| Some(format!("host-{host}"))).collect::<StringArray>()),
            ),
            (
                "Owner",
                Arc::new(
                    hosts().map(|host| Some(format!("team{}", host % 3))).collect::<StringArray>(),
                ),
            ),
        ],
    );
    let rows: Vec<String> = (0..40).map(|row| format!("user{row},{}", row % 4)).collect();
    fs::write(folder.join("Staff.csv"), format!("User,Grade\n{}\n", rows.join("\n"))).unwrap();
}

/// Queries whose answers are determined, and whether their order is.
const QUERIES: &[(&str, bool)] = &[
    (
        "Logs | where Host !in ((Hosts | where Owner != 'team0' | project Host)) | summarize n = count() by Host",
        false,
    ),
    (
        "let seen = Logs | where Bytes > 4998 | distinct User; Logs | where User !in (seen) | count",
        false,
    ),
    (
        "let never = Logs | where TimeGenerated < datetime(1999-01-01) | distinct Host; Logs | where Host !in (never) | summarize n = count() by Host",
        false,
    ),
    (
        "let low = Logs | where Bytes < 40 | distinct Bytes; Logs | where Bytes !in (low) | summarize n = count() by Level",
        false,
    ),
    (
        "Logs | where User == 'user3' | distinct Host | join kind=inner (Logs) on Host | summarize n = count() by Host",
        false,
    ),
    (
        "Logs | where User == 'user3' | join kind=leftsemi (Logs | where Level == 'error' | distinct Host) on Host | count",
        false,
    ),
    (
        "Logs | where User == 'nobody' or Bytes == 3000 | mv-expand with_itemindex=at tag = parse_json(Details).tags | summarize n = count() by at, tostring(tag)",
        false,
    ),
    (
        "Logs | where Message has 'failed' and Level == 'error' | project TimeGenerated, Host, User, Message",
        false,
    ),
    (
        "Logs | summarize n = count(), users = dcount(User), bytes = sum(Bytes), arg_max(TimeGenerated, Message) by Host, Level",
        false,
    ),
    (
        "Hosts | join kind=innerunique (Logs | where Level == 'error') on Host | summarize n = count(), most = max(Bytes) by Owner, Host",
        false,
    ),
    (
        "Logs | parse Message with Outcome ' password for ' Account ' from ' Address ' port ' Port:long | where Port < 2000 | extend Country = tostring(parse_json(Details).geo.country) | summarize n = count(), least = min(Port) by Outcome, Country",
        false,
    ),
    (
        "Logs | mv-expand tag = parse_json(Details).tags to typeof(string) | summarize n = count() by tag | sort by tag asc",
        true,
    ),
    (
        "union withsource=Source (Logs | where User == 'user7' | project Name = User), (Hosts | project Name = Owner) | summarize n = count() by Source, Name",
        false,
    ),
    (
        "Logs | where isnotempty(User) | top 25 by TimeGenerated desc | project TimeGenerated, Host, Bytes",
        true,
    ),
    ("Logs | sort by Bytes desc, TimeGenerated asc | take 40 | project Bytes, TimeGenerated", true),
    ("Logs | where Bytes > 100 | project Bytes | project-away *", false),
    (
        "Logs | extend Address = extract(@'from (\\S+) port', 1, Message) | where ipv4_is_in_range(Address, '10.0.1.0/24') | summarize n = dcount(Address), p = percentile(Score, 90), list = array_sort_asc(make_set(Level)) by bin(TimeGenerated, 1h)",
        false,
    ),
    (
        "Logs | join kind=leftouter (Hosts) on Host | where isempty(Owner) | summarize n = count() by Host",
        false,
    ),
    ("Logs | join kind=leftanti (Hosts) on Host | summarize n = count() by Host", false),
    (
        "Hosts | join kind=rightouter (Logs | summarize n = count() by Host) on Host | project Host1, Owner, n",
        false,
    ),
    (
        "Hosts | join kind=fullouter (Logs | where User == 'user3' | summarize n = count() by Host) on Host",
        false,
    ),
    (
        "Logs | where Host in ((Hosts | where Owner == 'team1' | project Host)) | where Bytes > toscalar(Logs | summarize avg(Bytes)) | count",
        false,
    ),
    (
        "Logs | where Host == 'host-3' | sort by TimeGenerated asc | extend gap = TimeGenerated - prev(TimeGenerated), nr = row_number() | where nr % 100 == 0 | project TimeGenerated, gap, nr",
        true,
    ),
    (
        "Staff | join kind=inner (Logs) on User | summarize n = count(), total = sum(Bytes) by Grade",
        false,
    ),
    ("Logs | make-series n = count() default = 0 on TimeGenerated step 1h by Level", false),
    (
        "datatable(Host:string, weight:decimal)['host-1', 1.5, 'host-2', 2.25] | lookup kind=leftouter (Logs | summarize n = count() by Host) on Host",
        false,
    ),
    (
        "Logs | where TimeGenerated < datetime(1999-01-01) | summarize n = count(), m = max(Bytes)",
        false,
    ),
];

fn lines(batches: &[RecordBatch], ordered: bool) -> Vec<String> {
    let text = pretty_format_batches(batches).unwrap().to_string();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if !ordered {
        lines.sort_unstable();
    }
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn two_executors_give_the_answers_of_the_local_engine() {
    let folder = tempfile::tempdir().unwrap();
    let tables = folder.path().join("tables");
    write_tables(&tables);
    let cluster = Cluster::start(folder.path());
    let database = local::open(std::slice::from_ref(&tables)).unwrap();
    let engine = Engine::new(database, "2024-05-01T12:30:00Z".parse().unwrap());
    // Executors on one machine would read each other's files: here they ask each other, as on two.
    let config = cluster_config(4).with_ballista_shuffle_reader_force_remote_read(true);
    let distributed = DistributedEngine::new(engine.clone(), &cluster.scheduler, config);
    for (query, ordered) in QUERIES {
        let here = engine.query(query).await.unwrap();
        assert!(here.row_count() > 0, "{query}");
        let there = match distributed.query(query).await {
            Ok(answer) => answer,
            Err(error) => panic!("{error}\n{query}\n{}", logs(folder.path())),
        };
        assert_eq!(there.schema, here.schema, "{query}");
        assert_eq!(lines(&there.batches, *ordered), lines(&here.batches, *ordered), "{query}");
    }
    let files = cluster.shuffle_files();
    assert!(files.iter().all(|count| *count > 10), "both executors work: {files:?}");

    let error = distributed.query("Logs | where Nobody == 1").await.unwrap_err();
    assert!(matches!(error, DistributedError::Query(_)), "{error}");
}
