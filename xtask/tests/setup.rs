//! The bad days of `cargo xtask setup`: each ends in one sentence a stranger can act on, and the
//! same command completes once the cause is gone. Debian's mirror and the disk are stood in for by
//! the scripts in `fake-apt/` and `fake-disk/`.

use std::{
    env, fs,
    os::unix::{fs::symlink, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Output},
    thread::sleep,
    time::{Duration, Instant},
};

/// Packages the route keeps.
const PACKAGES: usize = 13;

struct Bench {
    folder: PathBuf,
}

impl Bench {
    /// A fresh folder for one test.
    fn new(test: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("setup-{test}"));
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    fn kit(&self) -> PathBuf {
        self.folder.join("kit")
    }

    /// `sbf/setup.sh KIT packages` with the named stand-in first on the PATH.
    fn setup(&self, stand_in: &str) -> Command {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = format!(
            "{}:{}",
            here.join("tests").join(stand_in).display(),
            env::var("PATH").unwrap()
        );
        let mut command = Command::new("bash");
        command
            .arg(here.join("../sbf/setup.sh"))
            .arg(self.kit())
            .arg("packages");
        command
            .env("PATH", path)
            .env("FAKE_LOG", self.folder.join("log"));
        command.env("BACKSTOP_DEBIAN_MIRROR", "http://localhost/debian");
        command
    }

    fn log(&self) -> Vec<String> {
        let text = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        text.lines().map(String::from).collect()
    }

    fn forget_log(&self) {
        fs::write(self.folder.join("log"), "").unwrap();
    }

    fn kept(&self) -> usize {
        let sums = fs::read_to_string(self.kit().join("debs/SHA256SUMS")).unwrap_or_default();
        sums.lines().count()
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The command fails and its last line is the sentence.
fn refuses(command: &mut Command, sentence: &str) {
    let output = command.output().unwrap();
    let text = said(&output);
    let last = text.lines().last().unwrap_or_default();
    assert!(!output.status.success(), "{text}");
    assert!(
        last.starts_with("sbf set-up: ") && last.contains(sentence),
        "{text}"
    );
    assert!(last.contains("run the same command again"), "{text}");
}

fn completes(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn packages_are_kept_and_not_fetched_twice() {
    let bench = Bench::new("kept");
    completes(&mut bench.setup("fake-apt"));
    assert_eq!((bench.kept(), bench.log().len()), (PACKAGES, PACKAGES + 1));
    bench.forget_log();
    completes(&mut bench.setup("fake-apt"));
    assert_eq!(
        bench.log(),
        Vec::<String>::new(),
        "a second run needs no network"
    );
}

#[test]
fn a_truncated_kept_package_is_fetched_again() {
    let bench = Bench::new("truncated");
    completes(&mut bench.setup("fake-apt"));
    let package = bench.kit().join("debs/libz3-4.deb");
    let whole = fs::read(&package).unwrap();
    fs::write(&package, &whole[..whole.len() / 2]).unwrap();
    bench.forget_log();
    let shown = completes(&mut bench.setup("fake-apt"));
    assert!(
        shown.contains("libz3-4.deb does not have its recorded checksum"),
        "{shown}"
    );
    assert_eq!(bench.log(), ["update", "download libz3-4"]);
    assert_eq!(
        (fs::read(&package).unwrap(), bench.kept()),
        (whole, PACKAGES)
    );
}

#[test]
fn a_killed_set_up_goes_on_where_it_stopped() {
    let bench = Bench::new("killed");
    let mut child = bench
        .setup("fake-apt")
        .env("FAKE_HANG", "libedit2")
        .process_group(0)
        .spawn()
        .unwrap();
    let start = Instant::now();
    while bench
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
    let before = bench.kept();
    assert!((1..PACKAGES).contains(&before));
    bench.forget_log();
    completes(&mut bench.setup("fake-apt"));
    assert_eq!(bench.kept(), PACKAGES);
    assert_eq!(
        bench.log().len(),
        1 + PACKAGES - before,
        "what was kept is not fetched again"
    );
    assert_eq!(
        fs::read_to_string(bench.kit().join("debs/libedit2.deb")).unwrap(),
        "the package libedit2\n"
    );
}

#[test]
fn a_package_gone_from_the_mirror_is_named() {
    let bench = Bench::new("gone");
    let sentence = "Debian's package libllvm23 could not be fetched from http://localhost/debian";
    refuses(
        bench.setup("fake-apt").env("FAKE_GONE", "libllvm23"),
        sentence,
    );
    completes(&mut bench.setup("fake-apt"));
    assert_eq!(bench.kept(), PACKAGES);
}

#[test]
fn without_network_the_mirror_is_named() {
    let bench = Bench::new("offline");
    let mut command = bench.setup("no-stand-in");
    let sentence = "could not be fetched from http://127.0.0.1:9/debian; check the network";
    refuses(
        command.env("BACKSTOP_DEBIAN_MIRROR", "http://127.0.0.1:9/debian"),
        sentence,
    );
    completes(&mut bench.setup("fake-apt"));
}

#[test]
fn a_full_disk_is_noticed_before_anything_is_fetched() {
    let bench = Bench::new("full");
    let sentence = "only 7 MB are free on the disk that holds";
    refuses(&mut bench.setup("fake-disk"), sentence);
    assert!(bench.log().is_empty() && bench.kept() == 0);
    completes(&mut bench.setup("fake-apt"));
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let bench = Bench::new("unwritable");
    fs::write(bench.folder.join("file"), "").unwrap();
    let mut command = Command::new("bash");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../sbf/setup.sh"));
    refuses(
        command.arg(bench.folder.join("file/kit")),
        "cannot be created; set BACKSTOP_CACHE",
    );
}

#[test]
fn a_missing_tool_is_named_with_the_package_that_has_it() {
    let bench = Bench::new("tools");
    let bin = bench.folder.join("bin");
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
        refuses(bench.setup("fake-apt").env("PATH", &bin), &sentence);
        symlink(find(tool), bin.join(tool)).unwrap();
    }
}

#[test]
fn another_compiler_is_refused_by_version() {
    let bench = Bench::new("compiler");
    let bin = bench.folder.join("bin");
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
    let mut command = bench.setup("fake-apt");
    let path = format!("{}:{}", bin.display(), env::var("PATH").unwrap());
    command
        .env("PATH", path)
        .env("RUSTUP_HOME", &bench.folder)
        .env_remove("SBF_TOOLCHAIN");
    refuses(
        &mut command,
        "this needs rustc and cargo 1.95.0 (found: rustc 1.80.0 (old))",
    );
}

fn find(tool: &str) -> PathBuf {
    let path = env::var_os("PATH").unwrap();
    let mut found = env::split_paths(&path).map(|folder| folder.join(tool));
    found
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("no {tool} on the PATH"))
}
