//! Gzip: a packed file is read and written as a stream; the header tells neither name nor time.

use std::io::{self, Read, Write};

use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};

pub(super) fn unpack(input: impl Read) -> MultiGzDecoder<impl Read> {
    MultiGzDecoder::new(io::BufReader::with_capacity(1 << 16, input))
}

pub(super) fn pack<W: Write>(output: W) -> GzEncoder<W> {
    GzBuilder::new().write(output, Compression::default())
}
