//! Equal options give equal logs; other seeds give others.

use huntbook_scenario::{Options, Scenario, Table, table_batches};

use crate::reading::{rows, scenario};

#[test]
fn equal_options_give_equal_batches() {
    let (one, other) = (scenario(11), scenario(11));
    for &table in Table::ALL {
        assert!(table_batches(&one, table).eq(table_batches(&other, table)), "{table}");
    }
}

#[test]
fn different_seeds_give_different_logs() {
    let (one, other) = (scenario(1), scenario(2));
    for &table in Table::ALL {
        assert!(!one.batches(table).eq(other.batches(table)), "{table}");
    }
}

#[test]
fn rows_of_every_table_are_ordered_by_time_and_lie_in_the_range() {
    let scenario = scenario(5);
    let start = scenario.options().start().timestamp_nanos_opt().unwrap();
    let end = scenario.options().end.timestamp_nanos_opt().unwrap();
    for &table in Table::ALL {
        let times: Vec<i64> = rows(&scenario, table)
            .iter()
            .map(|row| crate::reading::number(row, "TimeGenerated"))
            .collect();
        assert!(times.is_sorted(), "{table}");
        assert!(times.iter().all(|time| (start..end).contains(time)), "{table}");
    }
}

#[test]
fn the_rows_of_the_company_are_as_many_as_asked_for_within_two_percent() {
    for rows in [5_000, 40_000, 150_000] {
        for seed in [1, 2, 3] {
            let scenario = Scenario::new(Options { seed, rows, ..Options::default() }).unwrap();
            let (mut all, mut attack) = (0, 0);
            for &table in Table::ALL {
                let mut batches = scenario.batches(table);
                all += batches.by_ref().map(|batch| batch.num_rows() as u64).sum::<u64>();
                attack += batches.attack_rows();
            }
            let company = all - attack;
            assert!(company.abs_diff(rows) * 50 <= rows, "{company} of {rows}, seed {seed}");
            assert!((200..800).contains(&attack), "{attack}");
        }
    }
}

#[test]
fn a_scenario_of_no_rows_still_holds_the_intrusion() {
    let scenario = Scenario::new(Options { rows: 0, ..Options::default() }).unwrap();
    for &table in Table::ALL {
        let mut batches = scenario.batches(table);
        assert!(batches.by_ref().count() > 0, "{table}");
        assert!(batches.attack_rows() > 0, "{table}");
    }
}
