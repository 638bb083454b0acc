//! What a pipeline starts with, and pipelines themselves.

use huntbook_diagnostics::Diagnostic;

use super::Parser;
use super::operators::Properties;
use crate::ast::{ColumnDeclaration, Expr, ExprKind, Pipeline};
use crate::names::{NamePlace, is_infix_word};
use crate::token::TokenKind;

/// What `externaldata` is told about the files.
const ANY_PROPERTY: Properties = Properties { names: &[], lists: &[] };

impl Parser<'_> {
    /// A value or a pipeline: what may stand behind `let x =`, or as a statement.
    pub(super) fn pipeline(&mut self) -> Expr {
        match self.deeper(Self::pipeline_here) {
            Some(pipeline) => pipeline,
            None => self.error_expression(),
        }
    }

    /// The same inside of the bracket at `open`. Where that is never closed, a `|` belongs to what is
    /// outside of it.
    pub(super) fn table_or_value(&mut self, open: usize) -> Expr {
        if self.partners[open].is_some() { self.pipeline() } else { self.head_or_expression() }
    }

    fn pipeline_here(&mut self) -> Expr {
        let source = self.head_or_expression();
        if !self.at_operator() {
            return source;
        }
        let mut height = self.height;
        let mut operators = Vec::new();
        while self.at_operator() {
            operators.push(self.piped_operator());
            height = height.max(self.height);
        }
        let span = self.since(source.span);
        self.built(ExprKind::Pipeline(Box::new(Pipeline { source, operators })), span, height)
    }

    /// Whether a source that can only be a table starts at the position.
    pub(super) fn is_source(&self) -> bool {
        self.is_print() || self.is_head()
    }

    fn head_or_expression(&mut self) -> Expr {
        if self.is_print() {
            return self.print();
        }
        if self.is_head() {
            let operator = self.operator_here();
            let span = operator.span;
            let height = self.height;
            return self.built(ExprKind::Head(Box::new(operator)), span, height);
        }
        self.expression()
    }

    /// Whether the word at the position is `print` followed by what it prints.
    fn is_print(&self) -> bool {
        self.is_word("print") && self.starts_operand(self.position + 1)
    }

    /// Whether what stands at `index` can begin a value and cannot follow one but as a factor or a term.
    fn starts_operand(&self, index: usize) -> bool {
        match self.kind_at(index) {
            Some(TokenKind::Name) => !is_infix_word(self.word_at(index)),
            Some(
                TokenKind::String(_)
                | TokenKind::Integer
                | TokenKind::Real
                | TokenKind::Timespan
                | TokenKind::OpenParenthesis
                | TokenKind::Minus
                | TokenKind::Plus,
            ) => true,
            _ => self.is_bracket_name(index),
        }
    }

    fn print(&mut self) -> Expr {
        let start = self.bump();
        let outer_peak = std::mem::replace(&mut self.peak, 1);
        let columns = self.columns("`,`", &[]);
        let height = self.peak;
        self.peak = self.peak.max(outer_peak);
        self.built(ExprKind::Print { columns }, self.since(start), height)
    }

    /// Whether an operator that takes no table starts at the position. Its keyword may be the name of a column,
    /// too, so what follows decides.
    fn is_head(&self) -> bool {
        let next = self.position + 1;
        let is_name = || self.behind_name(next).is_some() && !is_infix_word(self.word_at(next));
        match self.word() {
            "union" | "search" | "find" => {
                self.starts_operand(next)
                    || self.is_at(next, TokenKind::Star)
                    || self.word_at(next) == "in"
            }
            "range" | "evaluate" => is_name(),
            "macro" => self.keyword().0 == "macro-expand",
            _ => false,
        }
    }

    /// `datatable(columns) [values]`.
    pub(super) fn data_table(&mut self) -> Expr {
        let start = self.bump();
        let columns = self.column_declarations();
        if !self.is(TokenKind::OpenBracket) {
            self.expected("KQL0005", "`[` and the values after the columns of `datatable`");
            return self.error_expression();
        }
        let mut height = 0;
        let open = self.open();
        // A comma before the first value or declaration is KQL, too.
        self.eat(TokenKind::Comma);
        let values = self.items(open, true, |parser| {
            let value = parser.constant();
            height = height.max(parser.height);
            value
        });
        self.close(open);
        self.built(ExprKind::DataTable { columns, values }, self.since(start), height)
    }

    /// A value of a `datatable`.
    fn constant(&mut self) -> Expr {
        let place = self.place();
        let is_signed = matches!(self.kind(), Some(TokenKind::Minus | TokenKind::Plus));
        let is_apart = is_signed && !self.is_signed_number();
        let value = self.expression();
        let is_constant = !is_apart
            && match &value.kind {
                ExprKind::Literal(_) | ExprKind::Error => true,
                ExprKind::Unary { operand, .. } => matches!(operand.kind, ExprKind::Literal(_)),
                _ => false,
            };
        if !is_constant {
            let diagnostic = Diagnostic::error("KQL0013", "a value of a `datatable` is a constant")
                .at(place.to(value.span))
                .hint("`print` and `extend` make a table of values that are computed");
            self.recovered(diagnostic);
        }
        value
    }

    /// `(name: type, ...)` at the position; a comma may follow the last one.
    pub(super) fn column_declarations(&mut self) -> Vec<ColumnDeclaration> {
        let open = self.open();
        self.eat(TokenKind::Comma);
        let columns = self.items(open, true, Self::column_declaration);
        self.close(open);
        columns.into_iter().flatten().collect()
    }

    pub(super) fn column_declaration(&mut self) -> Option<ColumnDeclaration> {
        self.check_name(NamePlace::Declared);
        let Some(name) = self.name() else {
            self.expected("KQL0007", "the name of a column");
            return None;
        };
        if self.eat(TokenKind::Colon).is_none() {
            self.expected("KQL0005", "`:` and the type of the column");
            return None;
        }
        let Some(type_name) = self.type_name() else {
            self.expected("KQL0007", "the type of the column");
            return None;
        };
        Some(ColumnDeclaration { name, type_name })
    }

    /// `externaldata (columns) [addresses] with (properties)`.
    pub(super) fn external_data(&mut self) -> Expr {
        let start = self.bump();
        let outer_peak = std::mem::replace(&mut self.peak, 1);
        let columns = self.column_declarations();
        let mut addresses = Vec::new();
        if self.is(TokenKind::OpenBracket) {
            let open = self.open();
            addresses = self.items(open, true, Self::expression);
            self.close(open);
        } else {
            self.expected("KQL0005", "`[` and addresses after the columns of `externaldata`");
        }
        let properties = self.with_properties(&ANY_PROPERTY);
        let height = self.peak;
        self.peak = self.peak.max(outer_peak);
        let kind = ExprKind::ExternalData { columns, addresses, properties };
        self.built(kind, self.since(start), height)
    }
}

#[cfg(test)]
mod tests {
    use crate::ast::ExprKind;
    use crate::parser::testing::{expression, problems, shape};

    #[test]
    fn a_datatable_has_columns_and_values() {
        let text = "datatable(a:string, ['b c']:long,) ['x', -1, 'y', long(null),]";
        let ExprKind::DataTable { columns, values } = expression(text).kind else {
            panic!("not a datatable");
        };
        assert_eq!((columns.len(), values.len()), (2, 4));
        assert_eq!(
            (columns[1].name.name.as_str(), columns[1].type_name.name.as_str()),
            ("b c", "long")
        );
    }

    #[test]
    fn a_value_of_a_datatable_is_a_constant() {
        assert_eq!(
            problems("datatable(a:datetime)[now()]"),
            ["KQL0013 `now()`: a value of a `datatable` is a constant"]
        );
    }

    #[test]
    fn print_has_named_and_bare_columns() {
        let ExprKind::Print { columns } = expression("print a = 1, 'x'").kind else {
            panic!("not a print")
        };
        assert_eq!((columns[0].names.len(), columns[1].names.len()), (1, 0));
    }

    #[test]
    fn operators_that_take_no_table_begin_a_pipeline() {
        for text in [
            "union isfuzzy=true (T | where x < 1), Device*",
            "range x from 1 to 10 step 1",
            "search in (T) 'x' and y:z",
            "search *",
            "find where x",
            "evaluate f(T)",
            "macro-expand isfuzzy=true entity_group [cluster('c').database('d')] as X (X.T)",
        ] {
            let piped = format!("{text} | take 5");
            let ExprKind::Pipeline(pipeline) = expression(&piped).kind else { panic!("{text}") };
            let ExprKind::Head(operator) = pipeline.source.kind else { panic!("{text}") };
            assert_eq!(operator.span.slice(&piped), Some(text));
            assert_eq!(pipeline.operators.len(), 1);
        }
    }

    #[test]
    fn externaldata_has_columns_addresses_and_properties() {
        let text = "externaldata(a:string, b:long) ['u', @'v'] with (format='csv', ignoreFirstRecord=true)";
        let ExprKind::ExternalData { columns, addresses, properties } = expression(text).kind
        else {
            panic!("not an externaldata")
        };
        assert_eq!((columns.len(), addresses.len(), properties.len()), (2, 2, 2));
        assert_eq!(
            problems("externaldata(a:string) | take 5"),
            [
                "KQL0005 `|`: expected `[` and addresses after the columns of `externaldata`, found `|`"
            ]
        );
    }

    #[test]
    fn a_column_may_be_called_as_a_source() {
        assert_eq!(shape("range == 1"), "(== range 1)");
        assert_eq!(shape("range(1, 5, 1)"), "(range 1 5 1)");
    }

    #[test]
    fn a_pipeline_in_brackets_is_a_source() {
        let ExprKind::Pipeline(outer) = expression("(T | take 5) | count").kind else {
            panic!("not a pipeline")
        };
        assert!(matches!(outer.source.kind, ExprKind::Pipeline(_)));
        assert_eq!(outer.operators.len(), 1);
    }
}
