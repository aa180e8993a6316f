//! `backstop price` as its users run it: notations, refused rows, streaming.

mod common;

use common::{command, lines, price};
use std::io::{BufRead, BufReader, Write};

#[test]
fn any_order_defaults_and_notations() {
    let input = "\u{feff}sigma,note,r,q,K, T_seconds ,style,S,type\n\
        2e-1,\"a, \"\"b\"\"\",0.1,,40,15768000,,42.000000000000,C\n\
        \n\
        +.2,x,1e-1,0,4E1,15768000.0,E,42.,P\n";
    let output = price(input.as_bytes());
    assert_eq!(lines(&output.stderr), Vec::<String>::new());
    assert_eq!(output.status.code(), Some(0));
    let got = lines(&output.stdout);
    // Hull's worked example: 4.76 and 0.81.
    assert!(got[1]
        .starts_with("2e-1,\"a, \"\"b\"\"\",0.1,,40,15768000,,42.000000000000,C,4.759422392871"));
    assert!(got[2].contains(",P,0.808599372900"), "{}", got[2]);
}

/// A row that cannot be priced, and what is said of it.
const REFUSED: [(&str, &str); 29] = [
    ("X,E,100,100,86400,0,0,0.5", "type `X` is neither C nor P"),
    ("C,B,100,100,86400,0,0,0.5", "style `B` is neither E nor A"),
    ("C,E,ten,100,86400,0,0,0.5", "S `ten` is not a number"),
    ("C,E,,100,86400,0,0,0.5", "S is empty"),
    ("C,E,0,100,86400,0,0,0.5", "the spot price is zero"),
    ("C,E,100,0,86400,0,0,0.5", "the strike is zero"),
    ("C,E,-1,100,86400,0,0,0.5", "S `-1` is negative"),
    ("C,E,1e30,100,86400,0,0,0.5", "S `1e30` is too large"),
    (
        "C,E,0.1234567891,100,86400,0,0,0.5",
        "S `0.1234567891` has more than 9 digits after the point",
    ),
    ("C,E,100,100,-1,0,0,0.5", "the time to expiry is negative"),
    ("C,E,100,100,1.5,0,0,0.5", "T_seconds `1.5` is not whole"),
    ("C,E,100,100,86400,0,0,-0.5", "sigma `-0.5` is negative"),
    (
        "C,E,100,100,86400,0,0,101",
        "the volatility exceeds 10000 % a year",
    ),
    (
        "C,E,100,100,86400,11,0,0.5",
        "the rate exceeds 1000 % a year or 4 over the life",
    ),
    (
        "P,A,100,100,86400,-0.01,0,0.5",
        "an American option needs a rate of at least zero",
    ),
    (
        "C,A,100,100,86400,0,-0.01,0.5",
        "an American option needs a yield of at least zero",
    ),
    ("C,E,100,100,86400,0,0", "7 fields, the header has 8"),
    (
        "C,E,100,100,86400,0,0,\"0.5",
        "a quoted field does not end with its quote",
    ),
    ("C,E,NaN,100,86400,0,0,0.5", "S `NaN` is not a number"),
    ("C,E,100,inf,86400,0,0,0.5", "K `inf` is not a number"),
    ("C,E,100,1e,86400,0,0,0.5", "K `1e` is not a number"),
    (
        "C,E,1e99999999999999999999,100,86400,0,0,0.5",
        "S `1e99999999999999999999` is too large",
    ),
    (
        "C,E,1e-99999999999999999999,100,86400,0,0,0.5",
        "S `1e-99999999999999999999` has more than 9 digits after the point",
    ),
    (
        "C,E,18446744073.709551616,100,86400,0,0,0.5",
        "S `18446744073.709551616` is too large",
    ),
    ("C,E,-1e99,100,86400,0,0,0.5", "S `-1e99` is too large"),
    (
        "C,E,100,100,86400,-9223372036.854775808,0,0.5",
        "r `-9223372036.854775808` is too large",
    ),
    (
        "C,E,100,100,3155760000,0,0,0.5",
        "the time to expiry exceeds 100 years",
    ),
    ("C,E,1e-9,1e-9,1,0,0,1e-9", "the gamma exceeds 3.4e14"),
    (
        "C,\"E\r\nA\",100,100,86400,0,0,0.5",
        "style `E\\r\\nA` is neither E nor A",
    ),
];

#[test]
fn refused_rows_are_named_and_the_others_priced() {
    let good = "C,E,100,100,86400,0,0,0.5";
    let mut input = String::from("type,style,S,K,T_seconds,r,q,sigma\n");
    let mut expected = Vec::new();
    for (row, reason) in REFUSED {
        expected.push(format!("line {}: {reason}", 1 + input.lines().count()));
        input += &format!("{row}\n{good}\n");
    }
    let output = price(input.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(lines(&output.stderr), expected);
    let got = lines(&output.stdout);
    assert_eq!(got.len(), 1 + REFUSED.len());
    assert!(got[1..].iter().all(|line| line.starts_with(good)));
}

#[test]
fn text_that_is_no_text_is_named() {
    let output = price(b"type,S,K,T_seconds,r,sigma\nC,100,100,1,0,0.5\xff\n");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(lines(&output.stderr), ["line 2: the text is not UTF-8"]);
}

#[test]
fn unusable_headers_are_refused() {
    for (input, reason) in [
        ("", "line 1: the input is empty, a header was expected"),
        (
            "type,S,K,T_seconds,r\n",
            "line 1: the header has no column `sigma`",
        ),
        (
            "type,S,K,T_seconds,r,sigma,S\n",
            "line 1: the header names `S` twice",
        ),
        (
            "type,S,K,T_seconds,r,sigma,bs_lower\n",
            "line 1: the header has `bs_lower` already",
        ),
        (
            "\"type,S\n",
            "line 1: a quoted field does not end with its quote",
        ),
        ("\u{1},\0\n", "line 1: the header has no column `type`"),
    ] {
        let output = price(input.as_bytes());
        assert_eq!(output.status.code(), Some(2), "{input}");
        assert_eq!(lines(&output.stderr), [format!("backstop price: {reason}")]);
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn each_row_is_answered_before_the_next_is_asked() {
    let mut child = command().spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("piped");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    writeln!(stdin, "type,S,K,T_seconds,r,sigma").expect("written");
    let mut line = String::new();
    stdout.read_line(&mut line).expect("the header");
    for strike in 90..110 {
        writeln!(stdin, "P,100,{strike},86400,0,0.5").expect("written");
        line.clear();
        stdout.read_line(&mut line).expect("an answer");
        assert!(line.starts_with(&format!("P,100,{strike},")));
    }
    drop(stdin);
    assert!(child.wait().expect("the binary ends").success());
}

#[test]
fn expired_and_certain_options_are_intrinsic() {
    let input = "type,style,S,K,T_seconds,r,sigma\n\
        C,A,105,100,0,0,0.5\nP,E,105,100,0,0,0.5\nP,A,95,100,31536000,0.05,0\n";
    let output = price(input.as_bytes());
    assert_eq!(output.status.code(), Some(0));
    let got = lines(&output.stdout);
    let zero = "0.000000000000000000";
    assert!(got[1].ends_with(&format!(
        ",5.{0},1.{0},0.{0}000000,{zero},{zero},5.{0},5.{0}",
        "000000000000000000"
    )));
    assert!(got[2].ends_with(&format!(",{zero},{zero}")));
    // Waiting costs the interest: 100 e^-0.05 - 95 at the end, 5 at once.
    assert!(got[3].contains(",0.122942450071"), "{}", got[3]);
    assert!(got[3].ends_with(",5.000000000000000000,5.000000000000000000"));
}

#[test]
fn rows_keep_their_text_and_their_line_ends() {
    let rows = [
        "\"two\nlines, \"\"quoted\"\"\",P,100,90,86400,0,0.5\n",
        "5\" nail,P,100,91,86400,0,0.5\r\n",
        " \"two\r\nlines, spaces\" ,P,100,\"92\",86400,0,0.5\r\n",
        "last,P,100,93,86400,0,0.5",
    ];
    let input = format!("note,type,S,K,T_seconds,r,sigma\r\n{}", rows.concat());
    let output = price(input.as_bytes());
    assert_eq!(lines(&output.stderr), Vec::<String>::new());
    let mut rest = std::str::from_utf8(&output.stdout).expect("text");
    rest = rest.split_once("bs_upper\r\n").expect("a header").1;
    for row in rows {
        let text = row.trim_end();
        let end = match &row[text.len()..] {
            "" => "\n",
            end => end,
        };
        rest = rest.strip_prefix(text).expect("the row as it was");
        let (added, after) = rest.split_once(end).expect("its line end");
        assert_eq!(added.split(',').count(), 8, "{added}");
        rest = after;
    }
    assert_eq!(rest, "");
}

#[test]
fn a_header_alone_and_empty_lines_are_no_rows() {
    for rows in ["", "\n", "\n\n  \r\n\n"] {
        let input = format!("\u{feff}type,S,K,T_seconds,r,sigma\n{rows}");
        let output = price(input.as_bytes());
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(lines(&output.stdout).len(), 1);
        assert!(output.stdout.starts_with(b"type,S,") && output.stderr.is_empty());
    }
}

/// The largest prices, and numbers written longer than they are.
#[test]
fn every_price_the_kernel_holds_is_read() {
    let input = "type,S,K,T_seconds,r,sigma\n\
        C,18446744073.709551615,1e10,0,0,0.5\n\
        P,0.000000001,0000018446744073709551615e-9,31536000,0,1e-000000000000000000000000010\n\
        C,100000000000000000000000000000000000000000e-39,100.000000000000000000000000000000000000,86400,-0,50e-2\n";
    let output = price(input.as_bytes());
    let got = lines(&output.stdout);
    assert_eq!(
        lines(&output.stderr),
        ["line 3: sigma `1e-000000000000000000000000010` has more than 9 digits after the point"]
    );
    // Within 1e-15 of the larger side.
    assert!(got[1].contains(",8446744073.70955161"), "{}", got[1]);
    assert!(got[2].contains(",1.044"), "{}", got[2]);
}

/// A quote nobody closes costs its own line, however far its end is looked for.
#[test]
fn an_unclosed_quote_takes_no_other_row_with_it() {
    let good = "P,100,90,86400,0,0.5\n";
    let input = format!(
        "type,S,K,T_seconds,r,sigma\n{good}\"P,100,90,86400,0,0.5\n{}",
        good.repeat(100_000)
    );
    let output = price(input.as_bytes());
    assert_eq!(
        lines(&output.stderr),
        ["line 3: a quoted field does not end with its quote"]
    );
    assert_eq!(lines(&output.stdout).len(), 100_002);
}

/// It is refused when 4 KiB of further lines did not close it, while the input goes on.
#[test]
fn an_unclosed_quote_is_refused_before_the_input_ends() {
    let mut child = command().spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("piped");
    let stderr = child.stderr.take().expect("piped");
    let (told, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        BufReader::new(stderr).read_line(&mut line).expect("read");
        told.send(line)
    });
    let rows = "P,100,90,86400,0,0.5\n".repeat(4_096 / 21 + 2);
    write!(
        stdin,
        "type,S,K,T_seconds,r,sigma\n\"P,100,90,86400,0,0.5\n{rows}"
    )
    .expect("written");
    let line = heard.recv_timeout(std::time::Duration::from_secs(30));
    drop(stdin);
    child.wait().expect("the binary ends");
    let expected = "line 2: a quoted field does not end with its quote\n";
    assert_eq!(line.as_deref(), Ok(expected));
}

#[test]
fn a_reader_who_leaves_is_no_failure() {
    let mut child = command().spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("piped");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    writeln!(stdin, "type,S,K,T_seconds,r,sigma").expect("written");
    stdout.read_line(&mut String::new()).expect("the header");
    drop(stdout);
    // Nobody reads any more: sooner or later the binary stops reading as well.
    while writeln!(stdin, "P,100,90,86400,0,0.5").is_ok() {}
    assert_eq!(child.wait().expect("the binary ends").code(), Some(0));
}
