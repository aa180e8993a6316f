//! The binary as a process.

use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::thread;

pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_backstop"));
    command
        .arg("price")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

pub fn price(input: &[u8]) -> Output {
    let mut child = command().spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("piped");
    thread::scope(|scope| {
        scope.spawn(move || {
            // A refused header closes the pipe before everything is written.
            let _ = stdin.write_all(input);
        });
        child.wait_with_output().expect("the binary ends")
    })
}

pub fn lines(bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).expect("text");
    text.lines().map(String::from).collect()
}
