//! The codes of this crate's diagnostics.

use huntbook_diagnostics::CodeDoc;

macro_rules! codes {
    ($($constant:ident $code:literal $title:literal, $explanation:literal, $example:literal;)+) => {
        $(pub(crate) const $constant: &str = $code;)+

        /// What each `KQL01xx` (wrong), `KQL02xx` (not supported yet) and `KQL03xx` (warning) code means.
        pub const CODES: &[CodeDoc] = &[$(CodeDoc {
            code: $code,
            title: $title,
            explanation: $explanation,
            example: $example,
        }),+];
    };
}

codes! {
    UNKNOWN_TABLE "KQL0101" "table not found",
        "No `let`, no table of the database and no function that yields a table has this name; case counts.",
        "SigninLog | take 1";
    UNKNOWN_COLUMN "KQL0102" "column not found",
        "Neither the rows at this point of the pipeline nor a `let` has this name; case counts.",
        "SigninLogs | where Acount has 'admin'";
    UNKNOWN_FUNCTION "KQL0103" "function not found",
        "KQL has no function of this name, and no `let` defines it.",
        "print tolowr('A')";
    WRONG_ARGUMENT_TYPE "KQL0104" "argument of the wrong type",
        "The function does not take a value of this type here; cast it with `tostring`, `tolong` and so on.",
        "print strlen(5)";
    WRONG_ARGUMENT_COUNT "KQL0105" "wrong number of arguments",
        "The function takes more or fewer arguments.",
        "print strlen()";
    WRONG_OPERAND_TYPE "KQL0106" "operator is not defined for these types",
        "KQL compares and computes only with types that fit; cast one side.",
        "print 5 == '5'";
    NOT_A_PREDICATE "KQL0107" "expression is not a bool",
        "`where` and the logical operators take values of type bool.",
        "SigninLogs | where Account";
    TABLE_FOR_SCALAR "KQL0108" "table where a value is expected",
        "A pipeline yields a table; only `in` and its kin take one as a list.",
        "print x = SigninLogs";
    SCALAR_FOR_TABLE "KQL0109" "value where a table is expected",
        "A pipeline begins with a table; a value can be shown with `print`.",
        "let x = 5; x | take 1";
    MISPLACED_AGGREGATE "KQL0110" "aggregate outside of `summarize`",
        "Functions such as `count()` summarise rows, so they stand in `summarize` only.",
        "SigninLogs | where count() > 1";
    BAD_LITERAL "KQL0111" "literal has no value",
        "The text inside the literal is not a value of its type.",
        "print datetime(2024-13-01)";
    DUPLICATE_COLUMN "KQL0112" "column named twice",
        "Each column of a result has its own name.",
        "SigninLogs | project Account, Account";
    NOT_CONSTANT "KQL0113" "constant expected",
        "The value must be known before rows are read.",
        "SigninLogs | take Count";
    UNKNOWN_TYPE "KQL0114" "type not found",
        "KQL has no scalar type of this name.",
        "datatable(a:text) ['x']";
    UNEVEN_DATATABLE "KQL0115" "datatable with an incomplete row",
        "The number of values is a multiple of the number of columns.",
        "datatable(a:long, b:long) [1, 2, 3]";
    NOT_AN_AGGREGATE "KQL0116" "column outside of an aggregate",
        "A value of a group is an aggregate of its rows; a group key stands behind `by` only.",
        "SigninLogs | summarize Account by UserId";
    TOO_COMPLEX "KQL0117" "query too complex",
        "The query nests or repeats more than the engine takes on, for example `let` values that double each other.",
        "let a = 1; let b = a + a; ...";
    UNREADABLE_TABLE "KQL0118" "table cannot be opened",
        "The data of the table is missing or damaged.",
        "DamagedTable | take 1";
    NOT_A_FUNCTION "KQL0119" "name is not a function",
        "A `let` of this name holds a value, not a function.",
        "let x = 5; print x(1)";
    WRONG_NAMES "KQL0120" "names do not fit the expression",
        "`(a, b) = ...` names the columns of an aggregate that yields several.",
        "SigninLogs | extend (a, b) = 5";
    NO_RESULT "KQL0121" "query without a result",
        "A query ends in an expression; `let` statements alone yield nothing.",
        "let x = 5";
    BAD_REGEX "KQL0122" "regular expression is not valid",
        "Patterns follow RE2: no look-around, no back-references.",
        "print 'a' matches regex '('";
    NOT_SERIALIZED "KQL0123" "rows without an order",
        "Functions such as `prev` and `row_number` need rows in an order, which `sort` and `serialize` give.",
        "SigninLogs | extend n = row_number()";
    WRONG_CONDITION "KQL0124" "condition of a join",
        "Both sides of a join are compared by columns of the same name, or as `$left.A == $right.B`.",
        "SigninLogs | join AuditLogs on Id == 5";
    UNKNOWN_OPTION "KQL0125" "option or value of an option not found",
        "The operator has no option, or no chart, of this name, or the option no such value.",
        "SigninLogs | join kind=outer AuditLogs on CorrelationId";
    WRONG_PATTERN "KQL0126" "pattern of `parse`",
        "A column of the pattern stands behind a constant, and a `*` before one or at the end; a column of type string takes all, so that no `*` can follow it.",
        "SigninLogs | parse Message with 'user=' User *";
    CORRELATED "KQL0127" "table that depends on a row",
        "A table inside of an expression, as in `toscalar(...)`, is computed once, not for each row; it cannot use a value of the row.",
        "let f = (u:string) { toscalar(SigninLogs | where Account == u | count) }; AuditLogs | extend n = f(Identity)";
    ASSERTION "KQL0128" "assertion does not hold",
        "The condition of an `assert` of the query is false.",
        "print assert(1 == 2, 'one is two')";
    UNSUPPORTED_OPERATOR "KQL0201" "operator not supported yet",
        "The operator is good KQL; this engine does not run it yet.",
        "SigninLogs | reduce by Account";
    UNSUPPORTED_FUNCTION "KQL0202" "function not supported yet",
        "The function is good KQL; this engine does not run it yet.",
        "print hash_many('a', 'b')";
    UNSUPPORTED_FEATURE "KQL0203" "feature not supported yet",
        "The construct is good KQL; this engine does not run it yet.",
        "print typeof(long)";
    ABSENT_COLUMN "KQL0302" "column is not in the data",
        "A warning: the data decides which columns this table has, and it has none of this name; it is taken as empty.",
        "SigninLogs | evaluate bag_unpack(DeviceDetail) | where os == 'x'";
    UNMAPPED_ADDRESS "KQL0303" "place of the service without a local file",
        "A warning when a query is checked, an error when it runs: nothing is fetched, so an address, a watchlist and the places of addresses each need a local file.",
        "externaldata(a:string) ['https://example.org/list.csv']";
    UNSEEN_RESULT "KQL0304" "result that is not given",
        "A warning: of several tables that a query yields, the last one is its answer.",
        "SigninLogs | count; AuditLogs | count";
    PASSED_OVER "KQL0305" "missing table passed over",
        "A warning: `union isfuzzy=true` gives the rows of the tables that exist.",
        "union isfuzzy=true SigninLogs, NoSuchTable";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_each_stands_once() {
        assert!(CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
