//! `parse`, `parse-where` and `parse-kv`.

use huntbook_diagnostics::Span;

use super::Properties;
use crate::ast::{Expr, OperatorKind, ParsePiece};
use crate::names::{NamePlace, needs_quotes};
use crate::parser::Parser;
use crate::token::TokenKind;

/// How the text of `parse-kv` is written.
const PROPERTIES: Properties = Properties {
    names: &["escape", "greedy", "kv_delimiter", "pair_delimiter", "quote", "regex"],
    lists: &[],
};

impl Parser<'_> {
    pub(super) fn parse_operator(&mut self, name: &str, keyword: Span) -> OperatorKind {
        let (subject, pieces) = self.subject_and_pieces(name, keyword);
        OperatorKind::Parse { subject, pieces }
    }

    pub(super) fn parse_where(&mut self, name: &str, keyword: Span) -> OperatorKind {
        let (subject, pieces) = self.subject_and_pieces(name, keyword);
        OperatorKind::ParseWhere { subject, pieces }
    }

    fn subject_and_pieces(&mut self, name: &str, keyword: Span) -> (Expr, Vec<ParsePiece>) {
        let subject = self.expression();
        let example = format!("{name} Column with \"user=\" User \";\" *");
        self.part("with", name, keyword, &example);
        let mut pieces = Vec::new();
        while !self.ends_operator() {
            match self.parse_piece() {
                Some(piece) => pieces.push(piece),
                None => break,
            }
        }
        (subject, pieces)
    }

    fn parse_piece(&mut self) -> Option<ParsePiece> {
        match self.kind()? {
            TokenKind::Star => Some(ParsePiece::Any(self.bump())),
            TokenKind::String(_) => Some(ParsePiece::Text(self.string())),
            _ => {
                if needs_quotes(self.word(), NamePlace::Declared) {
                    return None;
                }
                let name = self.name()?;
                let mut type_name = None;
                if self.eat(TokenKind::Colon).is_some() {
                    type_name = self.type_name();
                    if type_name.is_none() {
                        self.expected("KQL0007", "the type of the column");
                    }
                }
                Some(ParsePiece::Column { name, type_name })
            }
        }
    }

    pub(super) fn parse_kv(&mut self, name: &str, keyword: Span) -> OperatorKind {
        let example =
            "parse-kv Column as (key:string) with (pair_delimiter=\";\", kv_delimiter=\"=\")";
        let subject = self.expression();
        self.part("as", name, keyword, example);
        let mut columns = Vec::new();
        if self.is(TokenKind::OpenParenthesis) {
            columns = self.column_declarations();
        } else {
            self.expected("KQL0005", "`(` and the keys after `as`");
        }
        let properties = self.with_properties(&PROPERTIES);
        OperatorKind::ParseKv { subject, columns, properties }
    }
}

#[cfg(test)]
mod tests {
    use crate::ast::{OperatorKind, ParsePiece};
    use crate::parser::testing::operator;

    #[test]
    fn a_pattern_is_made_of_texts_stars_and_columns() {
        for text in [
            "parse kind=relaxed a with * 'b' c:long 'd' e *",
            "parse-where a with * 'b' c:long 'd' e *",
        ] {
            let (OperatorKind::Parse { pieces, .. } | OperatorKind::ParseWhere { pieces, .. }) =
                operator(text)
            else {
                panic!("not a parse")
            };
            assert!(matches!(
                pieces.as_slice(),
                [
                    ParsePiece::Any(_),
                    ParsePiece::Text(_),
                    ParsePiece::Column { type_name: Some(_), .. },
                    ParsePiece::Text(_),
                    ParsePiece::Column { type_name: None, .. },
                    ParsePiece::Any(_),
                ]
            ));
        }
    }

    #[test]
    fn parse_kv_has_keys_and_properties() {
        let OperatorKind::ParseKv { columns, properties, .. } = operator(
            "parse-kv a as (b:string, ['c d']:long) with (pair_delimiter=';', greedy=true)",
        ) else {
            panic!("not a parse-kv")
        };
        assert_eq!((columns.len(), properties.len()), (2, 2));
    }
}
