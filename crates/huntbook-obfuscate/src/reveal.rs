//! Obfuscated columns back to what they were, for the holder of the key.
//!
//! Columns of reversible kinds are revealed; a value that was not made by such a kind stays, as tokens do.

use arrow::array::{Array, ArrayRef};

use crate::ObfuscationError;
use crate::column::text_array;
use crate::leaves::{self, LeafType};
use crate::obfuscator::Obfuscator;
use crate::plan::ColumnPlan;
use crate::transform::{Texts, Transform};

/// The leaf that `array` was made from.
pub(crate) fn leaf(
    obfuscator: &Obfuscator,
    plan: &ColumnPlan,
    array: &ArrayRef,
) -> Result<ArrayRef, ObfuscationError> {
    let transform = obfuscator.transform(plan.kind).filter(|_| plan.kind.is_reversible());
    let Some(transform) = transform else { return Ok(ArrayRef::clone(array)) };
    let revealed = if leaves::leaf_type(array.data_type()) == LeafType::Text {
        text_array(&Revealing(transform), array)
    } else {
        transform.reveal_array(array).unwrap_or_else(|| Ok(ArrayRef::clone(array)))
    };
    revealed.map_err(|source| ObfuscationError::Arrow { column: plan.column.clone(), source })
}

/// A transform that goes the other way.
struct Revealing<'a>(&'a dyn Transform);

impl Transform for Revealing<'_> {
    fn write(&self, texts: &[&str], out: &mut Texts) {
        for text in texts {
            match self.0.reveal(text) {
                Some(original) => out.push(original.as_bytes()),
                None => out.push(text.as_bytes()),
            }
            out.end_row();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{AsArray, DictionaryArray, RecordBatch, StringArray};
    use arrow::datatypes::Int32Type;

    use super::*;
    use crate::{Key, Kind, Policy};

    #[test]
    fn reversible_columns_come_back_and_tokens_stay() {
        let addresses = StringArray::from(vec![Some("10.1.2.3"), None, Some("-"), Some("")]);
        let repeated: DictionaryArray<Int32Type> =
            ["10.1.2.3", "10.9.9.9", "10.1.2.3", "10.1.2.3"].into_iter().collect();
        let names = StringArray::from(vec!["ada", "bob", "ada", "eve"]);
        let batch = RecordBatch::try_from_iter_with_nullable([
            ("address", Arc::new(addresses) as ArrayRef, true),
            ("repeated", Arc::new(repeated) as ArrayRef, true),
            ("name", Arc::new(names) as ArrayRef, true),
        ])
        .unwrap();
        let policy = Policy::empty()
            .with_rule("address", Kind::Ip)
            .with_rule("repeated", Kind::Ip)
            .with_rule("name", Kind::Account);
        let obfuscator = Obfuscator::new(&Key::from_bytes([3; 32]), "tests", policy);
        let plan = obfuscator.plan(&batch.schema(), &batch);
        let safe = obfuscator.batch(&plan, &batch).unwrap();
        assert_ne!(safe.column(0), batch.column(0));
        let back = obfuscator.reveal_batch(&plan, &safe).unwrap();
        assert_eq!(back.column(0), batch.column(0));
        assert_eq!(back.column(1), batch.column(1));
        assert_eq!(back.column(2), safe.column(2));
    }

    #[test]
    fn text_that_no_map_made_stays() {
        let words = StringArray::from(vec!["no address", "10.1.2.3"]);
        let batch = RecordBatch::try_from_iter([("a", Arc::new(words) as ArrayRef)]).unwrap();
        let policy = Policy::empty().with_rule("a", Kind::Ip);
        let obfuscator = Obfuscator::new(&Key::from_bytes([3; 32]), "tests", policy);
        let plan = obfuscator.plan(&batch.schema(), &batch);
        let back = obfuscator.reveal_batch(&plan, &batch).unwrap();
        assert_eq!(back.column(0).as_string::<i32>().value(0), "no address");
    }
}
