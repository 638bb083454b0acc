//! What happens to queries that would take more than they may: of memory, of time, of rows.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use arrow::array::{AsArray, Int64Array, RecordBatch};
use arrow::datatypes::Schema;
use futures::StreamExt;
use huntbook_kql::{Answer, Database, Engine, KqlError, KqlType, Limits};
use tokio::runtime::{Builder, Runtime};

/// More than a query under `SMALL` can hold.
const MANY: &str = "T | extend s = strcat('a text of some length ', tostring(x * 7919 % 400009))";
const SMALL: Limits = Limits { memory: Some(20_000_000), time: None, rows: None };
/// Takes a while: 168 million pairs.
const LONG: &str = "T | join kind=inner T on k | summarize n = sum(x * x1)";
const ROWS: usize = 400 * 1_024;

fn engine(limits: Limits) -> Engine {
    let fields = vec![KqlType::Long.to_arrow("x"), KqlType::Long.to_arrow("k")];
    let schema = Arc::new(Schema::new(fields));
    let batches = (0..400).map(|batch| {
        let rows = batch * 1_024..(batch + 1) * 1_024;
        let x = Int64Array::from_iter_values(rows.clone());
        let k = Int64Array::from_iter_values(rows.map(|row| row % 1_000));
        RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(x), Arc::new(k)])
            .expect("made for this test")
    });
    let table = ("T".to_owned(), Arc::clone(&schema), batches.collect());
    let database = Database::from_batches([table]).expect("made for this test");
    Engine::new(database, "2024-05-01T00:00:00Z".parse().expect("made for this test"))
        .with_limits(limits)
}

/// Without timers, which a caller's runtime need not have.
fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).build().expect("made for this test")
}

fn ask(limits: Limits, query: &str) -> Result<Answer, KqlError> {
    runtime().block_on(engine(limits).query(query))
}

fn text(answer: &Answer) -> Vec<String> {
    let shown = answer.batches.iter().map(|batch| format!("{:?}", batch.columns()));
    shown.collect()
}

#[test]
fn a_sort_beyond_its_memory_goes_to_disk() {
    let limits = Limits { memory: Some(48_000_000), ..Limits::default() };
    let wide = format!("{MANY} | extend s = strcat(s, s, s, s, s)");
    let small = ask(limits, &format!("{wide} | sort by s asc")).unwrap();
    assert_eq!(small.row_count(), ROWS);
    assert!(small.complete());
    let first = small.batches[0].slice(0, 1);
    let whole = ask(Limits::default(), &format!("{wide} | top 1 by s asc")).unwrap();
    assert_eq!(first.columns(), whole.batches[0].columns());
}

#[test]
fn a_sorted_answer_is_in_order_whatever_its_size() {
    let query =
        format!("{MANY} | extend s = strcat(s, s, s, s, s) | sort by s asc | extend t = strlen(s)");
    for memory in [None, Some(48_000_000)] {
        let answer = ask(Limits { memory, ..Limits::default() }, &query).unwrap();
        let mut all: Vec<&str> = Vec::with_capacity(ROWS);
        for batch in &answer.batches {
            all.extend(batch.column(2).as_string::<i32>().iter().flatten());
        }
        assert_eq!(all.len(), ROWS);
        assert!(all.is_sorted(), "memory {memory:?}");
    }
}

#[test]
fn groups_beyond_their_memory_go_to_disk() {
    let query = format!(
        "{MANY} | summarize n = count(), arg_max(x, *) by s | summarize groups = count(), rows = sum(n), total = sum(x)"
    );
    assert_eq!(text(&ask(SMALL, &query).unwrap()), text(&ask(Limits::default(), &query).unwrap()));
}

#[test]
fn a_join_beyond_its_memory_is_an_error_that_says_where() {
    let error = ask(SMALL, &format!("{MANY} | join kind=inner ({MANY}) on s | count")).unwrap_err();
    assert!(matches!(error, KqlError::OutOfMemory { place: "a join", .. }), "{error:?}");
    assert_eq!(error.code(), Some("KQL0401"));
    assert!(error.to_string().contains("20 MB of memory, in a join"), "{error}");
}

#[test]
fn parts_multiplied_by_parts_are_an_error_and_no_end_of_the_process() {
    let query = "print a = range(1, 1048576, 1) | mv-expand b = a to typeof(long) | extend c = a | mv-expand c | take 1";
    let error = ask(Limits { memory: Some(500_000_000), ..Limits::default() }, query).unwrap_err();
    assert!(matches!(error, KqlError::OutOfMemory { place: "mv-expand", .. }), "{error:?}");
    let error = ask(Limits::default(), query).unwrap_err().to_string();
    assert!(error.contains("`mv-expand` makes at most 16777216"), "{error}");
}

#[test]
fn a_pipeline_too_long_is_refused_and_no_end_of_the_process() {
    let query = |count: usize| format!("print x = 1{}", " | where x == 1".repeat(count));
    // As much as the threads have that queries run on.
    let threads = std::thread::Builder::new().stack_size(16 << 20);
    let asked = threads.spawn(move || {
        assert_eq!(ask(Limits::default(), &query(300)).unwrap().row_count(), 1);
        let error = ask(Limits::default(), &query(5_000)).unwrap_err();
        assert_eq!(error.diagnostics()[0].code, "KQL0117", "{error}");
    });
    asked.expect("a thread").join().expect("no panic");
}

#[test]
fn a_query_that_takes_too_long_ends_in_time() {
    let began = Instant::now();
    let time = Some(Duration::from_millis(300));
    let error = ask(Limits { time, ..Limits::default() }, LONG).unwrap_err();
    assert!(matches!(error, KqlError::TimedOut { .. }), "{error:?}");
    assert!(error.to_string().contains("0.3 s"), "{error}");
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}

#[test]
fn a_long_answer_is_cut_and_says_so() {
    let rows = |rows| Limits { rows: Some(rows), ..Limits::default() };
    let query = "T | where x < 20000 | sort by x asc";
    for most in [0, 1, 8_192, 19_999] {
        let answer = ask(rows(most), query).unwrap();
        assert_eq!(answer.row_count(), most);
        let reason = answer.truncated.expect("it is cut");
        assert!(reason.contains(&format!("cut to the {most} row")), "{reason}");
    }
    for most in [20_000, 20_001, usize::MAX] {
        let answer = ask(rows(most), query).unwrap();
        assert_eq!((answer.row_count(), answer.complete()), (20_000, true));
    }
    assert!(ask(rows(0), "T | where x < 0").unwrap().complete());
}

#[test]
fn dropping_the_stream_ends_the_work() {
    let runtime = runtime();
    let engine = engine(Limits { time: Some(Duration::from_mins(10)), ..Limits::default() });
    runtime.block_on(async {
        let mut stream = engine.stream(LONG).await.unwrap();
        let waits = poll_fn(|context| Poll::Ready(stream.poll_next_unpin(context).is_pending()));
        assert!(waits.await);
        assert!(runtime.metrics().num_alive_tasks() > 0);
        drop(stream);
    });
    let began = Instant::now();
    while runtime.metrics().num_alive_tasks() > 0 {
        assert!(began.elapsed() < Duration::from_secs(20), "tasks are still at work");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_text_that_grows_from_row_to_row_ends_the_scan() {
    for step in ["strcat(s1.path, 'a text of some length')", "strcat(s1.path, s1.path, 'a')"] {
        let query = format!(
            "T | sort by x asc | scan declare (path:string) with (step s1: true => path = {step};) | count"
        );
        let error = ask(Limits::default(), &query).unwrap_err();
        assert!(matches!(error, KqlError::Execution { .. }), "{error:?}");
        assert!(format!("{error:?}").contains("`scan` would make more than"), "{error:?}");
    }
}

#[test]
fn a_scan_ends_at_its_time() {
    let limits = Limits { time: Some(Duration::from_millis(50)), ..Limits::default() };
    let query =
        "T | sort by x asc | scan declare (n:long=0) with (step s1: true => n = s1.n + x;) | count";
    assert!(matches!(ask(limits, query), Err(KqlError::TimedOut { .. })));
}

#[test]
fn a_text_that_replacing_would_blow_up_is_an_error() {
    let many = "print a = strrep('a', 1000) | extend b = strcat_array(repeat(a, 400), '')";
    for call in ["replace_string(b, 'a', b)", "replace_regex(b, 'a+', strrep(@'\\0', 1000))"] {
        let error =
            ask(Limits::default(), &format!("{many} | project strlen({call})")).unwrap_err();
        assert!(error.to_string().contains("would make a text of more than"), "{call}: {error}");
    }
    let grown = format!("{many} | project n = strlen(replace_string(b, 'a', 'aa'))");
    assert_eq!(ask(Limits::default(), &grown).unwrap().row_count(), 1);
}
