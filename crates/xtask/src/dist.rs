//! `cargo xtask dist`: the program as one file a platform, with checksums, ready to be handed over.
//!
//! The file runs from any folder, without installing, administrator rights or network: packs and scenarios are inside.

use std::path::PathBuf;

use crate::{
    Outcome, Steps,
    workspace::{Workspace, output, succeed},
};

/// Platforms, and the end of the program's name there.
const PLATFORMS: [(&str, &str); 2] = [("x86_64-unknown-linux-gnu", ""), ("x86_64-pc-windows-gnu", ".exe")];

/// Builds each platform whose target is installed, and writes `dist/` below the build folder.
pub(crate) fn all(workspace: &Workspace, steps: &mut Steps) -> Result<(), String> {
    let folder = workspace.target.join("dist");
    std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let mut written = Vec::new();
    for (platform, end) in PLATFORMS {
        steps.step(platform, || one(workspace, &folder, platform, end, &mut written))?;
    }
    steps.step("checksums", || checksums(&folder, &written))
}

fn one(
    workspace: &Workspace,
    folder: &std::path::Path,
    platform: &str,
    end: &str,
    written: &mut Vec<PathBuf>,
) -> Result<Outcome, String> {
    // Where nobody can say, only the machine's own platform is known to build.
    let installed =
        output(workspace.command("rustup").args(["target", "list", "--installed"])).unwrap_or_default();
    let own = output(workspace.command("rustc").arg("-vV"))?;
    let is_own = own.lines().any(|line| line == format!("host: {platform}"));
    if !is_own && !installed.lines().any(|line| line.trim() == platform) {
        return Ok(Outcome::Skipped(format!(
            "the target is not installed; `rustup target add {platform}`, and a linker for it, mend that"
        )));
    }
    succeed(&mut workspace.cargo(&[
        "build",
        "--package",
        "mash-cli",
        "--release",
        "--locked",
        "--target",
        platform,
    ]))?;
    let built = workspace.target.join(platform).join("release").join(format!("mash{end}"));
    let place = folder.join(format!("mash-{}-{platform}{end}", env!("CARGO_PKG_VERSION")));
    std::fs::copy(&built, &place).map_err(|error| format!("cannot copy {}: {error}", built.display()))?;
    println!("{}", place.display());
    written.push(place);
    Ok(Outcome::Passed)
}

fn checksums(folder: &std::path::Path, written: &[PathBuf]) -> Result<Outcome, String> {
    let mut text = String::new();
    for place in written {
        let sum = output(std::process::Command::new("sha256sum").arg(place))?;
        let (sum, name) = (sum.split_whitespace().next().unwrap_or_default(), place.file_name());
        text.push_str(&format!("{sum}  {}\n", name.unwrap_or_default().to_string_lossy()));
    }
    let place = folder.join("SHA256SUMS");
    std::fs::write(&place, &text).map_err(|error| format!("cannot write {}: {error}", place.display()))?;
    print!("{text}");
    Ok(Outcome::Passed)
}
