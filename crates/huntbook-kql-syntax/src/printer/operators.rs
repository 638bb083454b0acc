//! Operators: the keyword, its parameters, and what each works on.

use std::fmt::Write as _;

use super::Printer;
use crate::ast::{
    Direction, ExpandedColumn, Expr, ExprKind, FindColumns, Ident, NameOrder, NamePattern,
    NamedExpr, Nulls, Operator, OperatorKind, OperatorParameter, ParsePiece, PartitionBody,
    ScanOutput, ScanStep, Schema, SeriesRange, SortKey, TopNestedLevel,
};
use crate::lexer::tokenize;
use crate::names::{NamePlace, needs_quotes};
use crate::parser::{Precedence, WORDS};
use crate::token::{LiteralType, TokenKind};

impl Printer {
    pub(super) fn operator(&mut self, operator: &Operator) {
        if let OperatorKind::Unsupported { name, text } = &operator.kind {
            return self.unsupported(name, text);
        }
        self.put(operator.kind.keyword());
        for parameter in &operator.parameters {
            let _ = write!(self.text, " {}=", parameter.name.name);
            self.word_or_operand(&parameter.value);
        }
        match &operator.kind {
            OperatorKind::Where { predicate } => self.spaced(predicate),
            OperatorKind::Extend { columns }
            | OperatorKind::Project { columns }
            | OperatorKind::ProjectRename { columns }
            | OperatorKind::Distinct { columns } => self.columns(columns),
            OperatorKind::Serialize { columns } => {
                if !columns.is_empty() {
                    self.columns(columns);
                }
            }
            OperatorKind::ProjectAway { columns } | OperatorKind::ProjectKeep { columns } => {
                self.put(" ");
                self.listed(columns, Self::pattern);
            }
            OperatorKind::ProjectByNames { names } => {
                if !names.is_empty() {
                    self.put(" ");
                    self.listed(names, |printer, name| {
                        printer.expression(name, Precedence::Lowest);
                    });
                }
            }
            OperatorKind::ProjectReorder { columns } => {
                self.put(" ");
                self.listed(columns, |printer, column| {
                    printer.pattern(&column.pattern);
                    printer.put(column.order.map_or("", name_order));
                });
            }
            OperatorKind::Summarize { aggregates, by } => {
                if !aggregates.is_empty() {
                    self.columns(aggregates);
                }
                self.keys(by);
            }
            OperatorKind::Sort { keys } => {
                self.put(" by ");
                self.listed(keys, Self::sort_key);
            }
            OperatorKind::Top { count, key } => {
                self.spaced(count);
                self.put(" by ");
                self.sort_key(key);
            }
            OperatorKind::Take { count } | OperatorKind::Sample { count } => self.spaced(count),
            OperatorKind::SampleDistinct { count, of } => {
                self.spaced(count);
                self.part("of", of);
            }
            OperatorKind::TopHitters { count, of, by } => {
                self.spaced(count);
                self.part("of", of);
                if let Some(by) = by {
                    self.part("by", by);
                }
            }
            OperatorKind::TopNested { levels } => self.levels(levels),
            OperatorKind::Join { right, on } | OperatorKind::Lookup { right, on } => {
                self.put(" ");
                self.expression(right, Precedence::Operand);
                if !on.is_empty() {
                    self.put(" on ");
                    self.listed(on, |printer, one| printer.expression(one, Precedence::Lowest));
                }
            }
            OperatorKind::Union { tables } => {
                self.put(" ");
                self.tables(tables);
            }
            OperatorKind::Range { column, from, to, step } => {
                self.put(" ");
                self.name(column);
                self.clause("from", from);
                self.clause("to", to);
                self.clause("step", step);
            }
            OperatorKind::MvExpand { columns, limit } => self.expanded(columns, limit.as_ref()),
            OperatorKind::MvApply { columns, limit, on } => {
                self.expanded(columns, limit.as_ref());
                self.put(" on ");
                self.inner_operators(on);
            }
            OperatorKind::Parse { subject, pieces }
            | OperatorKind::ParseWhere { subject, pieces } => {
                self.spaced(subject);
                self.put(" with");
                for piece in pieces {
                    self.piece(piece);
                }
            }
            OperatorKind::ParseKv { subject, columns, properties } => {
                self.spaced(subject);
                self.put(" as ");
                self.declarations(columns);
                self.with_properties(properties, Self::bare);
            }
            OperatorKind::MakeSeries { .. } => self.make_series(&operator.kind),
            OperatorKind::Evaluate { name, arguments, schema } => {
                self.called(name, arguments);
                if let Some(schema) = schema {
                    self.schema(schema);
                }
            }
            OperatorKind::Invoke { name, arguments } => self.called(name, arguments),
            OperatorKind::Render { chart, properties } => {
                self.put(" ");
                self.put(&chart.name);
                self.with_properties(properties, Self::bare);
            }
            OperatorKind::Partition { by, body } => {
                self.put(" by ");
                self.expression(by, Precedence::Operand);
                self.put(" ");
                self.partition_body(body);
            }
            OperatorKind::As { name } => {
                self.put(" ");
                self.name(name);
            }
            OperatorKind::Search { tables, predicate } => {
                self.in_tables(tables);
                self.spaced(predicate);
            }
            OperatorKind::Find { tables, predicate, project } => {
                self.in_tables(tables);
                self.clause("where", predicate);
                self.find_columns(project);
            }
            OperatorKind::Scan { order, partition, declare, steps } => {
                if !order.is_empty() {
                    self.put(" order by ");
                    self.listed(order, Self::sort_key);
                }
                if !partition.is_empty() {
                    self.put(" partition by ");
                    self.listed(partition, |printer, key| {
                        printer.expression(key, Precedence::Lowest);
                    });
                }
                if !declare.is_empty() {
                    self.put(" declare (");
                    self.parameters(declare);
                    self.put(")");
                }
                self.steps(steps);
            }
            OperatorKind::Count
            | OperatorKind::GetSchema
            | OperatorKind::Unsupported { .. }
            | OperatorKind::Error => {}
        }
    }

    // Words and names.

    /// A value that is a word, in quotes where it would not be one.
    fn word(&mut self, word: &Ident) {
        let tokens = tokenize(&word.name);
        let is_name = matches!(tokens.as_slice(), [token] if token.kind == TokenKind::Name);
        let is_constant = LiteralType::from_keyword(&word.name).is_some();
        let is_value =
            !needs_quotes(&word.name, NamePlace::Alone) || WORDS.contains(&word.name.as_str());
        if is_name && !is_constant && is_value {
            self.put(&word.name);
        } else {
            self.name(word);
        }
    }

    fn bare(&mut self, name: &Ident) {
        self.put(&name.name);
    }

    fn word_or_operand(&mut self, value: &Expr) {
        match &value.kind {
            ExprKind::Name(word) => self.word(word),
            _ => self.expression(value, Precedence::Sign),
        }
    }

    /// A word, or an expression that nothing follows.
    pub(super) fn word_or_value(&mut self, value: &Expr) {
        match &value.kind {
            ExprKind::Name(word) => self.word(word),
            _ => self.expression(value, Precedence::Lowest),
        }
    }

    pub(super) fn pattern(&mut self, pattern: &NamePattern) {
        if pattern.wildcard {
            self.put(&pattern.name.name);
        } else {
            self.name(&pattern.name);
        }
    }

    // Parts of operators.

    fn spaced(&mut self, expr: &Expr) {
        self.put(" ");
        self.expression(expr, Precedence::Lowest);
    }

    /// ` word expression`.
    fn clause(&mut self, word: &str, expr: &Expr) {
        let _ = write!(self.text, " {word}");
        self.spaced(expr);
    }

    /// ` word name = expression`.
    fn part(&mut self, word: &str, column: &NamedExpr) {
        let _ = write!(self.text, " {word} ");
        self.named_one(column);
    }

    fn columns(&mut self, columns: &[NamedExpr]) {
        self.put(" ");
        self.named(columns);
    }

    fn keys(&mut self, by: &[NamedExpr]) {
        if !by.is_empty() {
            self.put(" by");
            self.columns(by);
        }
    }

    fn sort_key(&mut self, key: &SortKey) {
        self.expression(&key.expr, Precedence::Lowest);
        self.put(key.direction.map_or("", direction));
        match key.nulls {
            Some(Nulls::First) => self.put(" nulls first"),
            Some(Nulls::Last) => self.put(" nulls last"),
            None => {}
        }
    }

    /// Operators without a table, in brackets and indented.
    fn inner_operators(&mut self, operators: &[Operator]) {
        self.put("(");
        self.indent += 1;
        for (index, operator) in operators.iter().enumerate() {
            self.line();
            self.put(if index > 0 { "| " } else { "" });
            self.operator(operator);
        }
        self.indent -= 1;
        self.line();
        self.put(")");
    }

    fn partition_body(&mut self, body: &PartitionBody) {
        match body {
            PartitionBody::Operators(operators) => self.inner_operators(operators),
            PartitionBody::Query(query) => {
                self.put("{");
                self.indent += 1;
                self.line();
                self.value(query);
                self.indent -= 1;
                self.line();
                self.put("}");
            }
        }
    }

    fn tables(&mut self, tables: &[Expr]) {
        self.listed(tables, |printer, table| {
            if is_named_table(table) {
                printer.expression(table, Precedence::Operand);
            } else {
                printer.put("(");
                printer.bracketed(table);
                printer.put(")");
            }
        });
    }

    fn in_tables(&mut self, tables: &[Expr]) {
        if !tables.is_empty() {
            self.put(" in (");
            self.tables(tables);
            self.put(")");
        }
    }

    fn find_columns(&mut self, columns: &FindColumns) {
        let FindColumns::Listed { columns, packed } = columns else { return };
        self.put(" project ");
        self.listed(columns, |printer, column| {
            printer.name(&column.name);
            if let Some(type_name) = &column.type_name {
                let _ = write!(printer.text, ":{}", type_name.name);
            }
        });
        if *packed {
            self.put(if columns.is_empty() { "pack(*)" } else { ", pack(*)" });
        }
    }

    fn expanded(&mut self, columns: &[ExpandedColumn], limit: Option<&Expr>) {
        self.put(" ");
        self.listed(columns, |printer, expanded| {
            printer.named_one(&expanded.column);
            if let Some(type_name) = &expanded.to {
                let _ = write!(printer.text, " to typeof({})", type_name.name);
            }
        });
        if let Some(limit) = limit {
            self.clause("limit", limit);
        }
    }

    fn piece(&mut self, piece: &ParsePiece) {
        self.put(" ");
        match piece {
            ParsePiece::Any(_) => self.put("*"),
            ParsePiece::Text(text) => self.expression(text, Precedence::Operand),
            ParsePiece::Column { name, type_name } => {
                self.name(name);
                if let Some(type_name) = type_name {
                    let _ = write!(self.text, ":{}", type_name.name);
                }
            }
        }
    }

    fn steps(&mut self, steps: &[ScanStep]) {
        self.put(" with (");
        self.indent += 1;
        for step in steps {
            self.line();
            self.put("step ");
            self.name(&step.name);
            self.put(if step.optional { " optional" } else { "" });
            match step.output {
                Some(ScanOutput::All) => self.put(" output=all"),
                Some(ScanOutput::Last) => self.put(" output=last"),
                Some(ScanOutput::None) => self.put(" output=none"),
                None => {}
            }
            self.put(": ");
            self.expression(&step.condition, Precedence::Lowest);
            if !step.assignments.is_empty() {
                self.put(" => ");
                self.listed(&step.assignments, |printer, (name, value)| {
                    printer.name(name);
                    printer.put(" = ");
                    printer.expression(value, Precedence::Lowest);
                });
            }
            self.put(";");
        }
        self.indent -= 1;
        if !steps.is_empty() {
            self.line();
        }
        self.put(")");
    }

    fn make_series(&mut self, kind: &OperatorKind) {
        let OperatorKind::MakeSeries { aggregates, axis, range, by } = kind else { return };
        self.put(" ");
        self.listed(aggregates, |printer, aggregate| {
            printer.named_one(&aggregate.column);
            if let Some(default) = &aggregate.default {
                printer.clause("default =", default);
            }
        });
        self.part("on", axis);
        match range {
            SeriesRange::Steps { from, to, step } => {
                if let Some(from) = from {
                    self.clause("from", from);
                }
                if let Some(to) = to {
                    self.clause("to", to);
                }
                self.clause("step", step);
            }
            SeriesRange::In { from, to, step } => {
                self.put(" in range(");
                self.listed(&[from, to, step], |printer, end| {
                    printer.expression(end, Precedence::Lowest);
                });
                self.put(")");
            }
        }
        self.keys(by);
    }

    fn levels(&mut self, levels: &[TopNestedLevel]) {
        for (index, level) in levels.iter().enumerate() {
            self.put(if index > 0 { ", top-nested" } else { "" });
            if let Some(count) = &level.count {
                self.spaced(count);
            }
            self.part("of", &level.of);
            if let Some(others) = &level.others {
                self.clause("with others =", others);
            }
            self.part("by", &level.by);
            self.put(level.direction.map_or("", direction));
        }
    }

    fn called(&mut self, name: &Ident, arguments: &[NamedExpr]) {
        self.put(" ");
        self.name(name);
        self.arguments(arguments);
    }

    fn schema(&mut self, schema: &Schema) {
        self.put(" : (");
        if schema.star {
            self.put(if schema.columns.is_empty() { "*" } else { "*, " });
        }
        self.listed(&schema.columns, Self::declaration);
        self.put(")");
    }

    /// ` with (name=value, ...)`; nothing for no properties. Neighbours of one name are one property of several
    /// values.
    pub(super) fn with_properties(
        &mut self,
        properties: &[OperatorParameter],
        mut put_name: impl FnMut(&mut Self, &Ident),
    ) {
        if properties.is_empty() {
            return;
        }
        self.put(" with (");
        let mut last = None;
        for property in properties {
            self.put(if last.is_some() { ", " } else { "" });
            let name = property.name.name.as_str();
            if last != Some(name) {
                put_name(self, &property.name);
                self.put("=");
            }
            last = Some(name);
            self.word_or_operand(&property.value);
        }
        self.put(")");
    }
}

/// Whether `table` stands without brackets in a list of tables: a name or a call, with or without a path.
fn is_named_table(table: &Expr) -> bool {
    match &table.kind {
        ExprKind::Name(_) | ExprKind::Pattern(_) => true,
        ExprKind::Call { name, .. } => !matches!(name.name.as_str(), "toscalar" | "totable"),
        ExprKind::Path { base, .. }
        | ExprKind::Index { base, .. }
        | ExprKind::MemberCall { base, .. } => {
            !matches!(base.kind, ExprKind::Pattern(_)) && is_named_table(base)
        }
        _ => false,
    }
}

const fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Ascending => " asc",
        Direction::Descending => " desc",
    }
}

const fn name_order(order: NameOrder) -> &'static str {
    match order {
        NameOrder::Ascending => " asc",
        NameOrder::Descending => " desc",
        NameOrder::NaturalAscending => " granny-asc",
        NameOrder::NaturalDescending => " granny-desc",
    }
}
