//! Files that stand for URLs, and watchlists.

use super::*;

fn external(
    database: &Database,
    url: &str,
    columns: &[(&str, KqlType)],
    format: Option<&str>,
    skip: bool,
) -> Result<RecordBatch, String> {
    let columns: Vec<_> = columns.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
    let table = database.external(url, &columns, format, skip).ok_or("not mapped")?;
    let table = table.map_err(|error| error.to_string())?;
    assert_eq!(table.columns().expect("declared"), columns);
    let mut database = Database::new();
    database.add(table);
    let scan = database.table("externaldata").expect("its name").scan();
    scan.map(|_| rows(&database, "externaldata")).map_err(|error| error.to_string())
}

#[test]
fn external_data_are_read_from_the_files_that_stand_for_urls() {
    let columns = [("n", KqlType::Long), ("s", KqlType::String)];
    let csv = b"name,text\n1,\"a,b\"\nx,c,d\n3\n";
    let parquet = parquet_bytes(vec![
        ("s", Arc::new(StringArray::from(vec!["a,b", "c", ""]))),
        ("n", Arc::new(arrow::array::Int32Array::from(vec![Some(1), None, Some(3)]))),
    ]);
    let packed = gzip(csv);
    let zip = archive(&[("x.csv", csv)]);
    let json = br#"{"n":1,"s":"a,b","other":[]}
{"s":"c","n":"x"}
{"n":3}"#;
    let array = br#"[{"n":1,"s":"a,b"},{"s":"c"},{"n":3}]"#;
    let files: [(&str, &[u8], bool); 9] = [
        ("a.csv", csv, true),
        ("a.csv.gz", &packed, true),
        ("a.zip", &zip, true),
        ("a.tsv", b"1\ta,b\nx\tc\n3\n", false),
        ("a.psv", b"1|a,b\nx|c\n3\n", false),
        ("a.json", json, false),
        ("a.multijson", array, false),
        ("a.parquet", &parquet, false),
        ("a", b"1,\"a,b\"\n,c\n3,", false),
    ];
    let named: Vec<_> = files.iter().map(|(name, bytes, _)| (*name, *bytes)).collect();
    let folder = folder(&named);
    let mut database = Database::new();
    database.map_url("https://example.com/feeds/", folder.path());
    for (name, _, skip) in files {
        let url = format!("https://example.com/feeds/{name}?sv=secret");
        let rows = external(&database, &url, &columns, None, skip).expect(name);
        assert_eq!(texts(&rows, "n"), ["1", "", "3"], "{name}");
        assert_eq!(texts(&rows, "s"), ["a,b", "c", ""], "{name}");
    }
    let lines = external(
        &database,
        "https://example.com/feeds/a.csv",
        &[("l", KqlType::String)],
        Some("TXT"),
        true,
    );
    assert_eq!(texts(&lines.expect("lines"), "l"), ["1,\"a,b\"", "x,c,d", "3"]);
    let raw = external(
        &database,
        "https://example.com/feeds/a.csv",
        &[("l", KqlType::String)],
        Some("raw"),
        false,
    );
    assert_eq!(texts(&raw.expect("one value"), "l"), [std::str::from_utf8(csv).expect("text")]);
}

#[test]
fn external_values_have_exactly_the_declared_types() {
    let text = "1.5,0:00:01,74be27de-1e4e-49d9-b579-fe0b331d3642,2024-05-01,\"{\"\"a\"\":1}\",true\nx,x,x,x,x,x\n";
    let folder = folder(&[("t.csv", text.as_bytes())]);
    let mut database = Database::new();
    database.map_url("https://example.com/t.csv", folder.path().join("t.csv"));
    let columns = [
        ("d", KqlType::Decimal),
        ("t", KqlType::Timespan),
        ("g", KqlType::Guid),
        ("w", KqlType::Datetime),
        ("j", KqlType::Dynamic),
        ("b", KqlType::Bool),
    ];
    let rows =
        external(&database, "https://example.com/t.csv", &columns, None, false).expect("rows");
    for ((name, kind), field) in columns.iter().zip(rows.schema().fields()) {
        assert_eq!(field.data_type(), &kind.data_type(), "{name}");
        assert_eq!(rows.column_by_name(name).expect(name).is_null(1), *name != "j", "{name}");
        assert!(rows.column_by_name(name).expect(name).is_valid(0), "{name}");
    }
    assert_eq!(texts(&rows, "j"), ["{\"a\":1}", "\"x\""]);
}

#[test]
fn a_url_without_a_file_is_told_without_its_secret() {
    let folder = folder(&[("a.csv", b"1\n")]);
    let mut database = Database::new();
    database.map_url("https://example.com/feeds", folder.path());
    let columns = [("n", KqlType::Long)];
    let error =
        |url: &str, format| external(&database, url, &columns, format, false).expect_err("no rows");
    for outside in [
        "https://example.com/feed/a.csv",
        "https://example.com/feeds/../a.csv",
        "https://example.com/feeds//../../etc/passwd",
        "https://example.com/feedsx/a.csv",
    ] {
        assert_eq!(error(outside, None), "not mapped", "{outside}");
    }
    let text = error("https://example.com/feeds/none.csv", None);
    assert!(text.contains("cannot read") && text.contains("none.csv"), "{text}");
    let text = error("https://example.com/feeds/a.csv", Some("avro"));
    assert!(text.contains("format `avro` is not read"), "{text}");

    let query = "externaldata(n:long)['https://example.com/x.csv?sig=SECRET;KEY'] | count";
    let engine = crate::Engine::new(database, "2024-05-01T00:00:00Z".parse().expect("a time"));
    let found = engine.check(query);
    assert!(found[0].message.contains("https://example.com/x.csv"), "{found:?}");
    assert!(!format!("{found:?}").contains("SECRET"), "{found:?}");
}

#[test]
fn a_watchlist_is_text_with_a_search_key() {
    let folder = folder(&[
        ("vip.csv", "Name;Number\n\"b;ob\";007\nal;\n".as_bytes()),
        ("keyed.csv", b"SearchKey,Name\nk,n\n"),
        ("empty.csv", b"Name,Number\n"),
    ]);
    let mut database = Database::new();
    database.add_watchlist("VIP", folder.path().join("vip.csv"), None);
    database.add_watchlist("VIP2", folder.path().join("vip.csv"), Some("Number"));
    database.add_watchlist("wrong", folder.path().join("vip.csv"), Some("Nmber"));
    database.add_watchlist("keyed", folder.path().join("keyed.csv"), None);
    database.add_watchlist("empty", folder.path().join("empty.csv"), None);
    for alias in ["VIP", "VIP2", "keyed", "empty", "wrong"] {
        let table = database.watchlist(alias).expect(alias);
        database.add(table);
    }
    let columns: Vec<_> =
        database.columns("VIP").expect("columns").into_iter().map(|(name, _)| name).collect();
    assert_eq!(columns, ["_DTItemId", "LastUpdatedTimeUTC", "SearchKey", "Name", "Number"]);
    let vip = rows(&database, "VIP");
    assert_eq!(texts(&vip, "SearchKey"), ["b;ob", "al"]);
    assert_eq!(texts(&vip, "Number"), ["007", ""]);
    assert_ne!(texts(&vip, "_DTItemId")[0], texts(&vip, "_DTItemId")[1]);
    assert!(texts(&vip, "LastUpdatedTimeUTC")[0].starts_with("20"));
    assert_eq!(texts(&rows(&database, "VIP2"), "SearchKey"), ["007", ""]);
    assert_eq!(texts(&rows(&database, "keyed"), "SearchKey"), ["k"]);
    assert_eq!(rows(&database, "empty").num_rows(), 0);
    assert_eq!(kind(&database, "empty", "Number"), Some(KqlType::String));
    assert!(error_of(&database, "wrong").to_string().contains("no column `Nmber`"));
    assert!(database.watchlist("vip").is_none());
    assert_eq!(database.watchlist_aliases().count(), 5);
}

#[test]
fn a_public_table_that_no_file_holds_is_told_from_a_misspelt_one() {
    let folder = folder(&[("SigninLogs.csv", b"a\n1\n")]);
    let database = database(folder.path());
    let engine = crate::Engine::new(database, "2024-05-01T00:00:00Z".parse().expect("a time"));
    let hints = |query: &str| engine.check(query)[0].hints.join("\n");
    assert!(hints("OfficeActivity | count").contains("no file here holds it"));
    assert!(!hints("SigninLog | count").contains("no file here holds it"));
}

#[test]
fn queries_read_external_data_and_watchlists() {
    let folder = folder(&[
        ("a.csv", b"ip,n\n192.0.2.1,2\n192.0.2.2,x\n"),
        ("vip.csv", b"Name,Tier\nbob,1\n"),
    ]);
    let mut database = Database::new();
    database.map_url("https://example.com/feeds/", folder.path());
    database.add_watchlist("VIP", folder.path().join("vip.csv"), None);
    let engine = crate::Engine::new(database, "2024-05-01T00:00:00Z".parse().expect("a time"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let cells = |query: &str| {
        let answer =
            runtime.block_on(engine.query(query)).unwrap_or_else(|error| panic!("{error}"));
        let rows = concat_batches(&answer.schema, &answer.batches).expect("one schema");
        rows.schema().fields().iter().map(|field| texts(&rows, field.name())).collect::<Vec<_>>()
    };
    let url = "h@'https://example.com/feeds/a.csv?sig=x'";
    assert_eq!(
        cells(&format!(
            "externaldata(ip:string, n:long)[{url}] with (format='csv', ignoreFirstRecord=true) | sort by ip asc"
        )),
        [["192.0.2.1", "192.0.2.2"], ["2", ""]]
    );
    assert_eq!(
        cells("_GetWatchlist('VIP') | where SearchKey == 'bob' | project Name, Tier"),
        [["bob"], ["1"]]
    );
}
