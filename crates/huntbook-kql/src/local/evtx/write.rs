//! Writes small event logs for tests: one chunk, its events as instances of one template or without one.

use std::collections::HashMap;

use flate2::Crc;

use super::{CHUNK, CHUNK_HEADER, CHUNK_MAGIC, FILE_HEADER, MAGIC};

/// An event to write.
#[derive(Clone, Copy)]
pub(in super::super) struct Event<'a> {
    pub(in super::super) channel: &'a str,
    pub(in super::super) id: u16,
    /// Time in units of 100 ns since 1601.
    pub(in super::super) ticks: u64,
    /// The data; an empty name is a field without one.
    pub(in super::super) data: &'a [(&'a str, &'a str)],
}

/// Whether events are written with a template.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Form {
    Plain,
    Template,
}

enum Text<'a> {
    Fixed(String),
    /// The value of this number and type; the second form stands for nothing where that is null.
    Hole(u16, u8),
    Optional(u16, u8),
    None(std::marker::PhantomData<&'a ()>),
}

struct Node<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, Text<'a>)>,
    children: Vec<Node<'a>>,
    text: Text<'a>,
}

#[expect(clippy::needless_pass_by_value, reason = "numbers and text alike are given in place")]
fn fixed<'a>(text: impl ToString) -> Text<'a> {
    Text::Fixed(text.to_string())
}

fn node<'a>(name: &'a str, text: Text<'a>) -> Node<'a> {
    Node { name, attributes: Vec::new(), children: Vec::new(), text }
}

const fn none<'a>() -> Text<'a> {
    Text::None(std::marker::PhantomData)
}

impl<'a> Node<'a> {
    fn with(mut self, name: &'a str, text: Text<'a>) -> Self {
        self.attributes.push((name, text));
        self
    }
}

struct Writer {
    chunk: Vec<u8>,
    names: HashMap<String, usize>,
    template: Option<usize>,
}

impl Writer {
    fn u16(&mut self, value: usize) {
        self.chunk.extend(u16::try_from(value).expect("small").to_le_bytes());
    }

    fn u32(&mut self, value: usize) {
        self.chunk.extend(u32::try_from(value).expect("small").to_le_bytes());
    }

    fn patch(&mut self, at: usize, value: usize) {
        self.chunk[at..at + 4].copy_from_slice(&u32::try_from(value).expect("small").to_le_bytes());
    }

    fn utf16(&mut self, text: &str) {
        self.chunk.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    }

    fn name(&mut self, name: &str) {
        if let Some(known) = self.names.get(name) {
            let known = *known;
            return self.u32(known);
        }
        let at = self.chunk.len() + 4;
        self.names.insert(name.to_owned(), at);
        self.u32(at);
        self.u32(0);
        let hash = name
            .encode_utf16()
            .fold(0_u32, |hash, unit| hash.wrapping_mul(65599).wrapping_add(u32::from(unit)));
        self.u16((hash & 0xFFFF) as usize);
        self.u16(name.encode_utf16().count());
        self.utf16(name);
        self.u16(0);
    }

    fn text(&mut self, text: &Text<'_>) {
        match text {
            Text::Fixed(text) => {
                self.chunk.extend([0x05, 0x01]);
                self.u16(text.encode_utf16().count());
                self.utf16(text);
            }
            Text::Hole(number, kind) | Text::Optional(number, kind) => {
                self.chunk.push(if matches!(text, Text::Hole(..)) { 0x0D } else { 0x0E });
                self.u16(usize::from(*number));
                self.chunk.push(*kind);
            }
            Text::None(_) => {}
        }
    }

    fn node(&mut self, node: &Node<'_>, in_template: bool) {
        self.chunk.push(if node.attributes.is_empty() { 0x01 } else { 0x41 });
        if in_template {
            let dependency = match node.text {
                Text::Optional(number, _) => number,
                _ => 0xFFFF,
            };
            self.u16(usize::from(dependency));
        }
        let size = self.chunk.len();
        self.u32(0);
        self.name(node.name);
        if !node.attributes.is_empty() {
            let list = self.chunk.len();
            self.u32(0);
            for (number, (name, text)) in node.attributes.iter().enumerate() {
                let is_last = number + 1 == node.attributes.len();
                self.chunk.push(if is_last { 0x06 } else { 0x46 });
                self.name(name);
                self.text(text);
            }
            self.patch(list, self.chunk.len() - list - 4);
        }
        if node.children.is_empty() && matches!(node.text, Text::None(_)) {
            self.chunk.push(0x03);
        } else {
            self.chunk.push(0x02);
            node.children.iter().for_each(|child| self.node(child, in_template));
            self.text(&node.text);
            self.chunk.push(0x04);
        }
        self.patch(size, self.chunk.len() - size - 4);
    }

    fn fragment(&mut self, root: &Node<'_>, in_template: bool) {
        self.chunk.extend([0x0F, 0x01, 0x01, 0x00]);
        self.node(root, in_template);
        self.chunk.push(0x00);
    }

    /// An instance of the one template: it is written with the first.
    fn instance(&mut self, event: Event<'_>) {
        self.chunk.extend([0x0F, 0x01, 0x01, 0x00, 0x0C, 0x01]);
        self.u32(7);
        if let Some(known) = self.template {
            self.u32(known);
        } else {
            let at = self.chunk.len() + 4;
            self.template = Some(at);
            self.u32(at);
            self.u32(0);
            self.chunk.extend([7; 16]);
            let size = self.chunk.len();
            self.u32(0);
            self.fragment(&template(), true);
            self.patch(size, self.chunk.len() - size - 4);
        }
        let text = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let sid = [1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0];
        let mut values: Vec<(u8, Vec<u8>)> = vec![
            (0x06, event.id.to_le_bytes().to_vec()),
            (0x04, vec![4]),
            (0x15, 0x8020_0000_0000_0000_u64.to_le_bytes().to_vec()),
            (0x11, event.ticks.to_le_bytes().to_vec()),
            (0x08, 4242_u32.to_le_bytes().to_vec()),
            (0x01, text(event.channel)),
            (0x13, sid.to_vec()),
            (0x00, Vec::new()),
        ];
        values.push((0x21, Vec::new()));
        self.u32(values.len());
        let table = self.chunk.len();
        for (kind, value) in &values {
            self.u16(value.len());
            self.chunk.extend([*kind, 0]);
        }
        for (_, value) in values {
            self.chunk.extend(value);
        }
        // The last value is binary XML, whose length shows when it is written.
        let start = self.chunk.len();
        self.fragment(&data(event.data), false);
        let length = u16::try_from(self.chunk.len() - start).expect("small");
        self.chunk[table + 32..table + 34].copy_from_slice(&length.to_le_bytes());
        self.chunk.push(0x00);
    }

    fn record(&mut self, number: u64, event: Event<'_>, form: Form) {
        let start = self.chunk.len();
        self.chunk.extend([0x2A, 0x2A, 0, 0, 0, 0, 0, 0]);
        self.chunk.extend(number.to_le_bytes());
        self.chunk.extend(event.ticks.to_le_bytes());
        match form {
            Form::Template => self.instance(event),
            Form::Plain => self.fragment(&plain(event), false),
        }
        let size = self.chunk.len() - start + 4;
        self.u32(size);
        self.patch(start + 4, size);
    }
}

fn system<'a>(children: Vec<Node<'a>>, last: Node<'a>) -> Node<'a> {
    let mut system = node("System", none());
    let provider = node("Provider", none())
        .with("Name", fixed("Example-Provider"))
        .with("Guid", fixed("{54849625-5478-4994-A5BA-3E3B0328C30D}"));
    system.children.push(provider);
    system.children.extend(children);
    let mut event = node("Event", none())
        .with("xmlns", fixed("http://schemas.microsoft.com/win/2004/08/events/event"));
    event.children = vec![system, last];
    event
}

fn template<'a>() -> Node<'a> {
    let mut whole = system(
        vec![
            node("EventID", Text::Hole(0, 0x06)),
            node("Level", Text::Hole(1, 0x04)),
            node("Task", Text::Optional(7, 0x06)),
            node("Keywords", Text::Hole(2, 0x15)),
            node("TimeCreated", none()).with("SystemTime", Text::Hole(3, 0x11)),
            node("Execution", none()).with("ProcessID", Text::Hole(4, 0x08)),
            node("Channel", Text::Hole(5, 0x01)),
            node("Computer", fixed("host.corp")),
            node("Security", none()).with("UserID", Text::Optional(6, 0x13)),
        ],
        node("", none()),
    );
    whole.children.pop();
    whole.text = Text::Hole(8, 0x21);
    whole
}

fn data<'a>(fields: &'a [(&'a str, &'a str)]) -> Node<'a> {
    let mut data = node("EventData", none());
    data.children.extend(fields.iter().map(|(name, text)| {
        let field = node("Data", fixed(text));
        if name.is_empty() { field } else { field.with("Name", fixed(name)) }
    }));
    data
}

fn plain(event: Event<'_>) -> Node<'_> {
    let time = super::value::file_time(event.ticks);
    system(
        vec![
            node("EventID", fixed(event.id)),
            node("Level", fixed(4)),
            node("Keywords", fixed("0x8020000000000000")),
            node("TimeCreated", none()).with("SystemTime", fixed(time)),
            node("Execution", none()).with("ProcessID", fixed(4242)),
            node("Channel", fixed(event.channel)),
            node("Computer", fixed("host.corp")),
            node("Security", none()).with("UserID", fixed("S-1-5-18")),
        ],
        data(event.data),
    )
}

/// A file with these events in one chunk.
pub(in super::super) fn file(events: &[Event<'_>], form: Form) -> Vec<u8> {
    let mut writer = Writer { chunk: vec![0; CHUNK_HEADER], names: HashMap::new(), template: None };
    let mut last = CHUNK_HEADER;
    for (number, event) in events.iter().enumerate() {
        last = writer.chunk.len();
        writer.record(number as u64 + 1, *event, form);
    }
    let free = writer.chunk.len();
    assert!(free <= CHUNK, "the events fit into one chunk");
    let mut chunk = writer.chunk;
    chunk.resize(CHUNK, 0);
    chunk[..8].copy_from_slice(CHUNK_MAGIC);
    for (at, number) in [(8, 1), (16, events.len()), (24, 1), (32, events.len())] {
        chunk[at..at + 8].copy_from_slice(&(number as u64).to_le_bytes());
    }
    for (at, number) in [(40, 128), (44, last), (48, free)] {
        chunk[at..at + 4].copy_from_slice(&u32::try_from(number).expect("small").to_le_bytes());
    }
    seal(&mut chunk, free);

    let mut file = vec![0; FILE_HEADER];
    file[..8].copy_from_slice(MAGIC);
    file[24..32].copy_from_slice(&(events.len() as u64 + 1).to_le_bytes());
    file[32..36].copy_from_slice(&128_u32.to_le_bytes());
    file[36..38].copy_from_slice(&1_u16.to_le_bytes());
    file[38..40].copy_from_slice(&3_u16.to_le_bytes());
    file[40..42].copy_from_slice(&4096_u16.to_le_bytes());
    file[42..44].copy_from_slice(&1_u16.to_le_bytes());
    let sum = checksum(&[&file[..120]]);
    file[124..128].copy_from_slice(&sum.to_le_bytes());
    file.extend(chunk);
    file
}

fn seal(chunk: &mut [u8], free: usize) {
    let records = checksum(&[&chunk[CHUNK_HEADER..free]]);
    chunk[52..56].copy_from_slice(&records.to_le_bytes());
    let header = checksum(&[&chunk[..120], &chunk[128..CHUNK_HEADER]]);
    chunk[124..128].copy_from_slice(&header.to_le_bytes());
}

fn checksum(parts: &[&[u8]]) -> u32 {
    let mut crc = Crc::new();
    for part in parts {
        crc.update(part);
    }
    crc.sum()
}
