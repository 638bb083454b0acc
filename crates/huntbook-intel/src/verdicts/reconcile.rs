//! One verdict from what all sources say.
//!
//! | the sources say | verdict | confidence |
//! |---|---|---|
//! | malicious, or else suspicious; none benign | that | the highest of them |
//! | bad and benign, bad at least as sure | the bad one | bad − benign / 2 |
//! | bad and benign, benign surer | suspicious | bad / 2 |
//! | benign; none bad | likely benign | the highest |
//! | known, nothing against it | no evidence | 0 |
//! | no source knows it | not found, else failed, rate limited, not sent, unsupported: the first that a source says | 0 |
//!
//! Agreement does not add up: feeds copy each other. Sources that could not be asked are named in the
//! evidence of every verdict.

use super::weigh::rank;
use super::{Judgement, SourceAnswer, State};
use crate::Indicator;

/// The verdict on `indicator` from `sources`.
pub(crate) fn reconcile(indicator: Indicator, sources: Vec<SourceAnswer>) -> Judgement {
    let strongest = |wanted: &dyn Fn(State) -> bool| {
        let answers = sources.iter().filter(|answer| wanted(answer.state));
        // Of equals the first source counts.
        answers.rev().max_by_key(|answer| (rank(answer.state), answer.confidence))
    };
    let bad = strongest(&|state| matches!(state, State::Malicious | State::Suspicious));
    let benign = strongest(&|state| state == State::LikelyBenign);
    let (state, confidence) = match (bad, benign) {
        (Some(bad), Some(benign)) if benign.confidence > bad.confidence => {
            (State::Suspicious, bad.confidence / 2)
        }
        (Some(bad), Some(benign)) => (bad.state, bad.confidence - benign.confidence / 2),
        (Some(answer), None) | (None, Some(answer)) => (answer.state, answer.confidence),
        (None, None) => (strongest(&|_| true).map_or(State::Unsupported, |answer| answer.state), 0),
    };
    let mut evidence = Vec::new();
    if let (Some(bad), Some(benign)) = (bad, benign) {
        evidence.push(format!(
            "sources disagree: `{}` says {} (confidence {}), `{}` says {} (confidence {})",
            bad.source, bad.state, bad.confidence, benign.source, benign.state, benign.confidence
        ));
    }
    evidence.extend(sentences(&sources));
    let first_seen = sources.iter().filter_map(|answer| answer.first_seen).min();
    let last_seen = sources.iter().filter_map(|answer| answer.last_seen).max();
    Judgement { indicator, state, confidence, evidence, sources, first_seen, last_seen }
}

/// The sentences of the sources, the weightiest first; sources that do not know it are one sentence.
fn sentences(sources: &[SourceAnswer]) -> Vec<String> {
    if sources.is_empty() {
        return vec!["no source was asked".to_owned()];
    }
    let mut ordered: Vec<&SourceAnswer> = sources.iter().collect();
    ordered.sort_by_key(|answer| std::cmp::Reverse((rank(answer.state), answer.confidence)));
    let (known, unknown): (Vec<_>, Vec<_>) =
        ordered.into_iter().partition(|answer| answer.state.is_known());
    let mut sentences: Vec<String> =
        known.iter().flat_map(|answer| answer.evidence.iter().cloned()).collect();
    let silent: Vec<String> = unknown
        .iter()
        .filter(|answer| answer.state == State::NotFound)
        .map(|answer| format!("`{}`", answer.source))
        .collect();
    if !silent.is_empty() {
        let closing = if known.is_empty() { "; that does not make it clean" } else { "" };
        sentences.push(format!("not listed by {}{closing}", silent.join(", ")));
    }
    let unasked = unknown.iter().filter(|answer| answer.state != State::NotFound);
    sentences.extend(unasked.flat_map(|answer| answer.evidence.iter().cloned()));
    sentences
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn says(source: &str, state: State, confidence: u8) -> SourceAnswer {
        SourceAnswer {
            source: source.to_owned(),
            state,
            confidence,
            evidence: vec![format!("{source} says {state}")],
            first_seen: None,
            last_seen: None,
            matches: Vec::new(),
        }
    }

    fn verdict(sources: &[(State, u8)]) -> (State, u8) {
        let sources =
            sources.iter().map(|(state, confidence)| says("s", *state, *confidence)).collect();
        let judgement = reconcile(Indicator::parse("evil.com").unwrap(), sources);
        (judgement.state, judgement.confidence)
    }

    #[test]
    fn each_row_of_the_table_holds() {
        use State::{
            Failed, LikelyBenign, Malicious, NoEvidence, NotFound, NotSent, Suspicious, Unsupported,
        };
        assert_eq!(verdict(&[(Suspicious, 90), (Malicious, 60)]), (Malicious, 60));
        assert_eq!(verdict(&[(Malicious, 90), (LikelyBenign, 80)]), (Malicious, 50));
        assert_eq!(verdict(&[(Malicious, 60), (LikelyBenign, 80)]), (Suspicious, 30));
        assert_eq!(verdict(&[(LikelyBenign, 80), (NotFound, 0)]), (LikelyBenign, 80));
        assert_eq!(verdict(&[(NoEvidence, 0), (NotFound, 0)]), (NoEvidence, 0));
        assert_eq!(verdict(&[(Failed, 0), (NotFound, 0)]), (NotFound, 0));
        assert_eq!(verdict(&[(Failed, 0), (NotSent, 0), (Unsupported, 0)]), (Failed, 0));
        assert_eq!(verdict(&[]), (Unsupported, 0));
    }

    #[test]
    fn a_disagreement_is_the_first_sentence_and_failures_are_named() {
        let sources = vec![
            says("b", State::LikelyBenign, 20),
            says("f", State::Failed, 0),
            says("n", State::NotFound, 0),
            says("a", State::Malicious, 90),
        ];
        let judgement = reconcile(Indicator::parse("evil.com").unwrap(), sources);
        assert_eq!(
            judgement.evidence,
            [
                "sources disagree: `a` says malicious (confidence 90), `b` says likely benign (confidence 20)",
                "a says malicious",
                "b says likely benign",
                "not listed by `n`",
                "f says failed",
            ]
        );
    }

    #[test]
    fn not_found_says_that_it_is_not_clean() {
        let judgement =
            reconcile(Indicator::parse("evil.com").unwrap(), vec![says("n", State::NotFound, 0)]);
        assert_eq!(judgement.evidence, ["not listed by `n`; that does not make it clean"]);
    }

    proptest! {
        #[test]
        fn the_order_of_sources_does_not_change_the_verdict(answers in prop::collection::vec((0usize..9, 0u8..=100), 0..6)) {
            let mut answers: Vec<_> = answers.into_iter().map(|(state, confidence)| (State::ALL[state], confidence)).collect();
            let forwards = verdict(&answers);
            answers.reverse();
            prop_assert_eq!(verdict(&answers), forwards);
        }
    }
}
