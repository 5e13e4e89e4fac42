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
    python_packages(workspace)
}

/// Makes a Python environment under `target/` with what the tests run in Python need, where it is not there.
fn python_packages(workspace: &Workspace) -> Result<Outcome, String> {
    let folder = workspace.target.join("venv");
    let python = folder.join("bin/python3");
    if works(workspace.command(&python).args(["-c", "import z3, sklearn, statsmodels, krippendorff, irrCAC"]))
    {
        println!("the Python environment is there");
        return Ok(Outcome::Passed);
    }
    succeed(workspace.command("python3").args(["-m", "venv"]).arg(&folder))?;
    let solver = format!("z3-solver=={Z3}");
    let mut install = workspace.command(&python);
    succeed(install.args(["-m", "pip", "install", "--quiet", &solver]).args(AGREEMENT))?;
    Ok(Outcome::Passed)
}

/// Is the standard library for the browser target installed?
pub(crate) fn wasm_is_installed(workspace: &Workspace) -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command: Command = workspace.command(rustc);
    output(command.args(["--print", "target-libdir", "--target", WASM]))
        .is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}
