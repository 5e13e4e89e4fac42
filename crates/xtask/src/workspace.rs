//! Where things are, and running commands there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The workspace that this tool belongs to.
pub(crate) struct Workspace {
    /// The folder that holds the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// The folder that cargo builds into.
    pub(crate) target: PathBuf,
    /// `cargo metadata --no-deps`.
    pub(crate) metadata: Value,
}

impl Workspace {
    /// Asks cargo about the workspace of the current folder, or of this tool where cargo started it.
    pub(crate) fn find() -> Result<Self, String> {
        let from = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from);
        let text = output(
            Command::new(cargo_program())
                .args(["metadata", "--format-version", "1", "--no-deps", "--locked"])
                .current_dir(from),
        )?;
        let metadata: Value =
            serde_json::from_str(&text).map_err(|error| format!("cargo metadata: {error}"))?;
        let folder = |key: &str| {
            let path = metadata.get(key).and_then(Value::as_str);
            path.map(PathBuf::from).ok_or_else(|| format!("cargo metadata names no `{key}`"))
        };
        Ok(Self { root: folder("workspace_root")?, target: folder("target_directory")?, metadata })
    }

    /// A cargo command at the root.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(cargo_program());
        command.args(arguments);
        command
    }

    /// A command at the root, with no standard input.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).stdin(Stdio::null());
        command
    }

    /// Folders directly inside `folder` of the root, by name; none where it does not exist.
    pub(crate) fn folders_in(&self, folder: &str) -> Result<Vec<PathBuf>, String> {
        Ok(entries(&self.root.join(folder))?.into_iter().filter(|path| path.is_dir()).collect())
    }

    /// Files ending in `.json` directly inside `folder` of the root, by name; none where it does not exist.
    pub(crate) fn json_files_in(&self, folder: &str) -> Result<Vec<PathBuf>, String> {
        let is_json = |path: &PathBuf| path.is_file() && path.extension().is_some_and(|end| end == "json");
        Ok(entries(&self.root.join(folder))?.into_iter().filter(is_json).collect())
    }

    /// A path as written from the root, with forward slashes.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string().replace('\\', "/")
    }
}

/// The cargo that runs this tool, so that both use one toolchain.
fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"))
}

/// Entries of a folder sorted by name, hidden ones left out; none where it does not exist.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let failed = |error: std::io::Error| format!("cannot list {}: {error}", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

/// Shows a command, runs it with its output passed through, and fails where it fails.
pub(crate) fn succeed(command: &mut Command) -> Result<(), String> {
    println!("$ {}", written(command));
    let status = command.status().map_err(|error| format!("cannot run `{}`: {error}", written(command)))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` ended with {status}", written(command))) }
}

/// Runs a command and returns what it wrote; its errors are passed through.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let result = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot run `{}`: {error}", written(command)))?;
    if !result.status.success() {
        return Err(format!("`{}` ended with {}", written(command), result.status));
    }
    String::from_utf8(result.stdout).map_err(|_| format!("`{}` wrote something not UTF-8", written(command)))
}

/// Does this command start and end well? What it writes is dropped.
pub(crate) fn works(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// A command as one would type it, the program without its folder.
fn written(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(name).chain(arguments).collect::<Vec<_>>().join(" ")
}
