//! The bad days of `cargo xtask setup`: each ends in one sentence a stranger can act on, and the
//! same command completes once the cause is gone. Debian's mirror and the disk are stood in for by
//! the scripts in the folders next to this file.

mod place;

use place::{completes, find, refuses, Place};
use std::{
    env, fs,
    os::unix::{fs::symlink, process::CommandExt},
    path::Path,
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

/// Packages the route keeps.
const PACKAGES: usize = 13;

#[test]
fn packages_are_kept_and_not_fetched_twice() {
    let place = Place::new("kept");
    completes(&mut place.setup("fake-apt"));
    assert_eq!((place.kept(), place.log().len()), (PACKAGES, PACKAGES + 1));
    place.forget_log();
    completes(&mut place.setup("fake-apt"));
    assert_eq!(
        place.log(),
        Vec::<String>::new(),
        "a second run needs no network"
    );
}

#[test]
fn a_truncated_kept_package_is_fetched_again() {
    let place = Place::new("truncated");
    completes(&mut place.setup("fake-apt"));
    let package = place.kit().join("debs/libz3-4.deb");
    let whole = fs::read(&package).unwrap();
    fs::write(&package, &whole[..whole.len() / 2]).unwrap();
    place.forget_log();
    let shown = completes(&mut place.setup("fake-apt"));
    assert!(
        shown.contains("libz3-4.deb does not have its recorded checksum"),
        "{shown}"
    );
    assert_eq!(place.log(), ["update", "download libz3-4"]);
    assert_eq!(
        (fs::read(&package).unwrap(), place.kept()),
        (whole, PACKAGES)
    );
}

#[test]
fn a_killed_set_up_goes_on_where_it_stopped() {
    let place = Place::new("killed");
    let mut child = place
        .setup("fake-apt")
        .env("FAKE_HANG", "libedit2")
        .process_group(0)
        .spawn()
        .unwrap();
    let start = Instant::now();
    while place
        .log()
        .last()
        .is_none_or(|line| line != "hanging libedit2")
    {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "the download was never reached"
        );
        sleep(Duration::from_millis(50));
    }
    let group = format!("-{}", child.id());
    assert!(Command::new("kill")
        .args(["-KILL", "--", &group])
        .status()
        .unwrap()
        .success());
    assert!(!child.wait().unwrap().success());
    let before = place.kept();
    assert!((1..PACKAGES).contains(&before));
    place.forget_log();
    completes(&mut place.setup("fake-apt"));
    assert_eq!(place.kept(), PACKAGES);
    assert_eq!(
        place.log().len(),
        1 + PACKAGES - before,
        "what was kept is not fetched again"
    );
    assert_eq!(
        fs::read_to_string(place.kit().join("debs/libedit2.deb")).unwrap(),
        "the package libedit2\n"
    );
}

#[test]
fn a_package_gone_from_the_mirror_is_named() {
    let place = Place::new("gone");
    let sentence = "Debian's package libllvm23 could not be fetched from http://localhost/debian";
    refuses(
        place.setup("fake-apt").env("FAKE_GONE", "libllvm23"),
        sentence,
    );
    completes(&mut place.setup("fake-apt"));
    assert_eq!(place.kept(), PACKAGES);
}

#[test]
fn without_network_the_mirror_is_named() {
    let place = Place::new("offline");
    let mut command = place.setup("no-stand-in");
    let sentence = "could not be fetched from http://127.0.0.1:9/debian; check the network";
    refuses(
        command.env("BACKSTOP_DEBIAN_MIRROR", "http://127.0.0.1:9/debian"),
        sentence,
    );
    completes(&mut place.setup("fake-apt"));
}

#[test]
fn a_full_disk_is_noticed_before_anything_is_fetched() {
    let place = Place::new("full");
    let sentence = "only 7 MB are free on the disk that holds";
    refuses(&mut place.setup("fake-disk"), sentence);
    assert!(place.log().is_empty() && place.kept() == 0);
    completes(&mut place.setup("fake-apt"));
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let place = Place::new("unwritable");
    fs::write(place.folder.join("file"), "").unwrap();
    let mut command = Command::new("bash");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../sbf/setup.sh"));
    refuses(
        command.arg(place.folder.join("file/kit")),
        "cannot be created; set BACKSTOP_CACHE",
    );
}

#[test]
fn a_missing_tool_is_named_with_the_package_that_has_it() {
    let place = Place::new("tools");
    let bin = place.folder.join("bin");
    fs::create_dir_all(&bin).unwrap();
    // Everything the script may call before its checks are over, one tool less each time.
    let tools = [
        "bash", "dirname", "readlink", "nproc", "cat", "mkdir", "python3", "cc", "apt-get",
        "dpkg-deb",
    ];
    for tool in tools {
        symlink(find(tool), bin.join(tool)).unwrap();
    }
    for (tool, package) in [
        ("python3", "python3"),
        ("cc", "build-essential"),
        ("apt-get", "apt"),
        ("dpkg-deb", "dpkg"),
    ] {
        fs::remove_file(bin.join(tool)).unwrap();
        let sentence = format!(
            "the command `{tool}` is missing; install it (on Debian 12: apt-get install {package})"
        );
        refuses(place.setup("fake-apt").env("PATH", &bin), &sentence);
        symlink(find(tool), bin.join(tool)).unwrap();
    }
}

#[test]
fn another_compiler_is_refused_by_version() {
    let place = Place::new("compiler");
    let bin = place.folder.join("bin");
    fs::create_dir_all(&bin).unwrap();
    fs::write(
        bin.join("rustc"),
        "#!/bin/sh\n[ \"$1\" = -V ] && echo 'rustc 1.80.0 (old)' || echo /nowhere\n",
    )
    .unwrap();
    assert!(Command::new("chmod")
        .arg("+x")
        .arg(bin.join("rustc"))
        .status()
        .unwrap()
        .success());
    let mut command = place.setup("fake-apt");
    let path = format!("{}:{}", bin.display(), env::var("PATH").unwrap());
    command
        .env("PATH", path)
        .env("RUSTUP_HOME", &place.folder)
        .env_remove("SBF_TOOLCHAIN");
    refuses(
        &mut command,
        "this needs rustc and cargo 1.95.0 (found: rustc 1.80.0 (old))",
    );
}
