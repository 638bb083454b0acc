//! Lists of names as data: files of `policy/names` with one name a line, which every implementation reads.

/// The names in the file `policy/names/<name>.txt`, in its order.
macro_rules! list {
    ($name:literal) => {{
        const TEXT: &str =
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/policy/names/", $name, ".txt"));
        const LIST: [&str; $crate::name_list::count(TEXT)] = $crate::name_list::lines(TEXT);
        &LIST
    }};
}

pub(crate) use list;

/// How many lines `text` has; each ends with `\n`.
pub(crate) const fn count(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut count, mut place) = (0, 0);
    while place < bytes.len() {
        if bytes[place] == b'\n' {
            count += 1;
        }
        place += 1;
    }
    count
}

/// The lines of `text`, without their ends.
pub(crate) const fn lines<const COUNT: usize>(text: &'static str) -> [&'static str; COUNT] {
    let bytes = text.as_bytes();
    let mut lines = [""; COUNT];
    let (mut line, mut from, mut place) = (0, 0, 0);
    while place < bytes.len() {
        if bytes[place] == b'\n' {
            // A checkout may have put `\r` there.
            let end = if place > from && bytes[place - 1] == b'\r' { place - 1 } else { place };
            lines[line] = text.split_at(end).0.split_at(from).1;
            line += 1;
            from = place + 1;
        }
        place += 1;
    }
    assert!(from == bytes.len(), "the last line ends, too");
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_the_names_in_their_order_whatever_ends_them() {
        assert_eq!(lines::<{ count("b\nä c\r\na\n") }>("b\nä c\r\na\n"), ["b", "ä c", "a"]);
        assert_eq!(lines::<0>(""), [""; 0]);
    }
}
