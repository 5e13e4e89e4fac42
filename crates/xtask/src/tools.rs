//! What the steps need besides cargo: found, or installed where a registry has it.

use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::workspace::{Workspace, output, succeed, works};

/// The release installed where there is none; it builds with the workspace's Rust.
const CARGO_DENY: &str = "0.20.2";

/// The release of Z3 that repeats the questions of exact analysis.
const Z3: &str = "5.4.1.0";

/// The libraries that reckon agreement again, and their releases.
const AGREEMENT: [&str; 4] =
    ["scikit-learn==1.9.1", "statsmodels==0.15.0", "krippendorff==0.9.0", "irrCAC==0.4.4"];

/// What drives the browser and looks at its pages, and their releases.
const BROWSER: [&str; 2] = ["playwright-core@1.65.1", "axe-core@4.14.1"];

/// Where Debian's package puts the browser.
const CHROMIUM: &str = "/usr/bin/chromium";

/// What holds the web API to its document.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// The target of the edition that runs in a browser.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Checks that every tool is there and installs cargo-deny where it is not.
pub(crate) fn install(workspace: &Workspace) -> Result<Outcome, String> {
    for component in ["fmt", "clippy"] {
        if !works(&mut workspace.cargo(&[component, "--version"])) {
            return Err(format!(
                "`cargo {component}` is missing; rust-toolchain.toml lists it, so `rustup toolchain install` brings it"
            ));
        }
    }
    for (program, why) in [
        ("git", "tidy lists the files of the repository with it"),
        ("python3", "the tests of the Python side run in it"),
    ] {
        if !works(workspace.command(program).arg("--version")) {
            return Err(format!("`{program}` is missing: {why}; install it from your system's packages"));
        }
    }
    if works(&mut workspace.cargo(&["deny", "--version"])) {
        println!("cargo-deny is there");
    } else {
        succeed(&mut workspace.cargo(&["install", "cargo-deny", "--locked", "--version", CARGO_DENY]))?;
    }
    python_packages(workspace)?;
    browser(workspace)
}

/// Installs what drives a real browser, and the browser, where npm and apt are there. Without them the tests that need
/// one say that they were skipped.
fn browser(workspace: &Workspace) -> Result<Outcome, String> {
    let folder = workspace.target.join("node");
    if folder.join("node_modules/axe-core").is_dir() && folder.join("node_modules/playwright-core").is_dir() {
        println!("playwright-core and axe-core are there");
    } else if works(workspace.command("npm").arg("--version")) {
        std::fs::create_dir_all(&folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        let mut install = workspace.command("npm");
        install.args(["install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix"]).arg(&folder);
        succeed(install.args(BROWSER))?;
    } else {
        println!("npm is not here: the tests in a real browser will be skipped");
        return Ok(Outcome::Passed);
    }
    if Path::new(CHROMIUM).exists() || std::env::var_os("MASH_CHROMIUM").is_some() {
        println!("Chromium is there");
    } else if works(workspace.command("apt-get").arg("--version")) {
        let apt = |arguments: &[&str]| {
            let mut command = workspace.command("apt-get");
            succeed(command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments))
        };
        let installed = apt(&["update", "--quiet"])
            .and_then(|()| apt(&["install", "--yes", "--quiet", "--no-install-recommends", "chromium"]));
        if let Err(error) = installed {
            println!(
                "Chromium could not be installed ({error}): the tests in a real browser will be skipped"
            );
        }
    } else {
        println!(
            "there is no Chromium: name one with MASH_CHROMIUM, else the tests in a real browser are skipped"
        );
    }
    Ok(Outcome::Passed)
}

/// Makes a Python environment under `target/` with what the tests run in Python need, where it is not there.
fn python_packages(workspace: &Workspace) -> Result<Outcome, String> {
    let folder = workspace.target.join("venv");
    let python = folder.join("bin/python3");
    if works(
        workspace
            .command(&python)
            .args(["-c", "import z3, sklearn, statsmodels, krippendorff, irrCAC, schemathesis"]),
    ) {
        println!("the Python environment is there");
        return Ok(Outcome::Passed);
    }
    succeed(workspace.command("python3").args(["-m", "venv"]).arg(&folder))?;
    let solver = format!("z3-solver=={Z3}");
    let mut install = workspace.command(&python);
    succeed(install.args(["-m", "pip", "install", "--quiet", &solver, SCHEMATHESIS]).args(AGREEMENT))?;
    Ok(Outcome::Passed)
}

/// Is the standard library for the browser target installed?
pub(crate) fn wasm_is_installed(workspace: &Workspace) -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command: Command = workspace.command(rustc);
    output(command.args(["--print", "target-libdir", "--target", WASM]))
        .is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}
