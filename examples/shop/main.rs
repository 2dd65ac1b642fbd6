//! Starts the shop: `cargo run -p hotconf-examples --bin shop`.
#![forbid(unsafe_code)]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use shop::service::{self, Operators};
use shop::sources::Sources;
use shop::{logger, report, socket, welcome};
use tokio::sync::mpsc::unbounded_channel;

const HELP: &str = "Usage: shop [--check] [--config DIR] [--last-good FILE] [--operators] [KEY=VALUE ...]

  --check            says what the shop would begin with, or all that is wrong with it, and ends
  --config DIR       the folder with default.yaml and the files over it
  --last-good FILE   keeps the last good configuration here, and starts from it where the files are bad
  --operators        PUT and DELETE /settings/KEY change settings, asked from this machine
  KEY=VALUE          a setting that wins over files and environment: server.port=9000
";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let (sources, operators) = match read_command_line(std::env::args())? {
        Asked::Help => {
            print!("{HELP}");
            return Ok(ExitCode::SUCCESS);
        }
        Asked::Check(sources) => {
            let plan = sources.builder().plan();
            println!("{plan:#}");
            return Ok(plan.exit_code());
        }
        Asked::Serve(sources, operators) => (sources, operators),
    };
    let (sender, sockets) = unbounded_channel();
    let cfg = sources.builder().prepare_initial(socket::bind_first(sender.clone())).build()?;
    socket::follow(&cfg, sender);
    logger::start(&cfg);

    let address = cfg.read(|config| SocketAddr::new(config.server.host, config.server.port));
    println!("{}", welcome::welcome(&cfg, &sources, address));
    report::follow(&cfg, |text| println!("{text}"));

    let stop = stop_signal()?;
    service::serve(sockets, cfg, operators, stop).await?;
    println!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// What the command line asks for.
enum Asked {
    Help,
    Check(Sources),
    Serve(Sources, Operators),
}

fn read_command_line(mut arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut sources = Sources { folder: default_folder(), variables: environment(), ..Sources::default() };
    let mut operators = Operators::Nobody;
    let mut is_check = false;
    arguments.next();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "-h" | "--help" => return Ok(Asked::Help),
            "--check" => is_check = true,
            "--config" => sources.folder = arguments.next().ok_or("--config needs a folder")?.into(),
            "--last-good" => {
                sources.last_good = Some(arguments.next().ok_or("--last-good needs a file")?.into());
            }
            "--operators" => operators = Operators::ThisMachine,
            option if option.starts_with('-') => return Err(format!("unknown option {option}\n\n{HELP}")),
            _ => sources.arguments.push(argument),
        }
    }
    Ok(if is_check { Asked::Check(sources) } else { Asked::Serve(sources, operators) })
}

/// The shop's own files, named from here where that is shorter.
fn default_folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("shop/config");
    let here = std::env::current_dir().unwrap_or_default();
    folder.strip_prefix(here).map(Path::to_owned).unwrap_or(folder)
}

/// The variables of the process. Those that are not Unicode are no settings.
fn environment() -> std::collections::BTreeMap<String, String> {
    let pairs = std::env::vars_os();
    pairs.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect()
}

/// Ready when somebody wants the shop to stop: by Ctrl-C, or as service managers do.
fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}
