//! Functions from one text to another, declared in one line each.

/// Declares functions of one text: a constant, its kernel, the name, what it does, and how; without a result the
/// text is empty. What a batch makes of its texts is bounded.
macro_rules! of_text {
    ($($constant:ident, $kernel:ident, $name:literal, $summary:literal, $compute:expr;)+) => {
        $(pub(crate) const $constant: $crate::functions::Function = $crate::functions::Function {
            name: $name,
            aliases: &[],
            signature: concat!($name, "(text: string) -> string"),
            summary: $summary,
            naming: $crate::functions::Naming::Numbered,
            bind: |call| {
                call.arity(1..=1)?;
                Ok($crate::ir::Scalar::kernel(&$kernel, vec![call.string(0)?]))
            },
        };
        const $kernel: $crate::kernel::Kernel = $crate::kernel::Kernel {
            name: concat!("kql_", $name),
            returns: $crate::types::KqlType::String,
            evaluate: |arguments| {
                let text = arguments.text(0)?;
                let compute: fn(&str) -> Option<String> = $compute;
                $crate::functions::budget::text_column(arguments, $name, |row| {
                    Some(compute(text.get(row)).unwrap_or_default())
                })
            },
        };)+
    };
}

pub(super) use of_text;
