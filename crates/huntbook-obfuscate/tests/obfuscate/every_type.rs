//! Every type of column is obfuscated, passed or nulled, or refused by its name.

use std::sync::Arc;

use arrow::array::{Array, RecordBatch, RecordBatchOptions, new_null_array};
use arrow::datatypes::{
    DataType, Field, Fields, IntervalUnit, Schema, TimeUnit, UnionFields, UnionMode,
};
use huntbook_obfuscate::{Key, Kind, Obfuscator, Policy, Settings, Times};

fn types() -> Vec<DataType> {
    let item = || Arc::new(Field::new("item", DataType::Utf8, true));
    let union = |mode| {
        let fields = [(0, item()), (1, Arc::new(Field::new("number", DataType::Int32, true)))];
        DataType::Union(fields.into_iter().collect::<UnionFields>(), mode)
    };
    let entries = Fields::from(vec![
        Field::new("key", DataType::Utf8, false),
        Field::new("value", DataType::Int64, true),
    ]);
    let boxed = Box::new;
    let mut types = vec![
        DataType::Null,
        DataType::Boolean,
        DataType::Int8,
        DataType::Int16,
        DataType::Int32,
        DataType::Int64,
        DataType::UInt8,
        DataType::UInt16,
        DataType::UInt32,
        DataType::UInt64,
        DataType::Float16,
        DataType::Float32,
        DataType::Float64,
        DataType::Date32,
        DataType::Date64,
        DataType::Binary,
        DataType::LargeBinary,
        DataType::BinaryView,
        DataType::FixedSizeBinary(0),
        DataType::FixedSizeBinary(5),
        DataType::FixedSizeBinary(16),
        DataType::Utf8,
        DataType::LargeUtf8,
        DataType::Utf8View,
        DataType::List(item()),
        DataType::LargeList(item()),
        DataType::FixedSizeList(item(), 2),
        DataType::ListView(item()),
        DataType::LargeListView(item()),
        DataType::Struct(Fields::from(vec![Field::new("inner", DataType::Binary, true)])),
        DataType::Map(Arc::new(Field::new("entries", DataType::Struct(entries), false)), false),
        union(UnionMode::Sparse),
        union(UnionMode::Dense),
        DataType::Decimal32(9, 2),
        DataType::Decimal64(18, 2),
        DataType::Decimal128(38, 10),
        DataType::Decimal256(76, 10),
        DataType::Time32(TimeUnit::Second),
        DataType::Time32(TimeUnit::Millisecond),
        DataType::Time64(TimeUnit::Microsecond),
        DataType::Time64(TimeUnit::Nanosecond),
        DataType::Interval(IntervalUnit::YearMonth),
        DataType::Interval(IntervalUnit::DayTime),
        DataType::Interval(IntervalUnit::MonthDayNano),
    ];
    for unit in
        [TimeUnit::Second, TimeUnit::Millisecond, TimeUnit::Microsecond, TimeUnit::Nanosecond]
    {
        types.push(DataType::Timestamp(unit, None));
        types.push(DataType::Timestamp(unit, Some("+01:00".into())));
        types.push(DataType::Duration(unit));
    }
    for values in [
        DataType::Utf8,
        DataType::Int64,
        DataType::Binary,
        DataType::FixedSizeBinary(16),
        DataType::Timestamp(TimeUnit::Second, None),
        DataType::Decimal256(76, 10),
    ] {
        types.push(DataType::Dictionary(boxed(DataType::Int32), boxed(values.clone())));
        types.push(DataType::RunEndEncoded(
            Arc::new(Field::new("run_ends", DataType::Int32, false)),
            Arc::new(Field::new("values", values, true)),
        ));
    }
    types
}

#[test]
fn every_type_works_under_every_kind_or_is_refused_by_name() {
    let settings = Settings { times: Times::Shift, ..Settings::default() };
    let mut refused = Vec::new();
    for data_type in types() {
        let field = Field::new("column", data_type.clone(), true);
        let schema = Arc::new(Schema::new(vec![field]));
        let columns = vec![new_null_array(&data_type, 3)];
        let options = RecordBatchOptions::new();
        let batch = RecordBatch::try_new_with_options(schema, columns, &options).unwrap();
        let none = Policy::empty().with_settings(settings);
        let policies = Kind::ALL.iter().flat_map(|kind| {
            [none.clone().with_rule("column", *kind), none.clone().with_rule("c*", *kind)]
        });
        for policy in policies.chain([none.clone(), Policy::empty()]) {
            let obfuscator = Obfuscator::new(&Key::from_bytes([1; 32]), "types", policy);
            let plan = obfuscator.plan(&batch.schema(), &batch);
            match obfuscator.batch(&plan, &batch) {
                Ok(out) => {
                    assert_eq!(out.column(0).data_type(), &data_type);
                    assert_eq!(out.column(0).len(), 3);
                    obfuscator.reveal_batch(&plan, &out).unwrap();
                }
                Err(error) => {
                    assert_eq!(error.code(), "OBF0009", "{data_type}: {error}");
                    assert!(error.to_string().contains("`column`"), "{error}");
                    if refused.last() != Some(&data_type) {
                        refused.push(data_type.clone());
                    }
                }
            }
        }
    }
    let expected = |data_type: &DataType| {
        matches!(
            data_type,
            DataType::Union(_, _) | DataType::ListView(_) | DataType::LargeListView(_)
        )
    };
    assert_eq!(refused, types().into_iter().filter(expected).collect::<Vec<_>>());
}
