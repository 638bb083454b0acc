#[derive(Debug, Clone)]
pub struct Suggestion;
pub fn suggestions_text(_: &[Suggestion]) -> String {
    String::new()
}
pub fn suggestions_yaml(_: &[Suggestion]) -> String {
    String::new()
}
