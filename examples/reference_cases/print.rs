//! Printing that neither panics nor passes over a full disk.

use std::io::{self, ErrorKind, Write};

/// Writes `text`. Whoever closes the pipe early has seen enough: that is no error.
pub fn print(text: &str, to: &mut impl Write) -> Result<(), String> {
    match to.write_all(text.as_bytes()).and_then(|()| to.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(format!("cannot write: {error}")),
        _ => Ok(()),
    }
}

/// Tells people something; when nobody can be told, nothing can be done about it.
pub fn tell(message: &str) {
    let _ = writeln!(io::stderr(), "{message}");
}
