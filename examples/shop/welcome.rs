//! What the shop says when it starts, for someone who has never seen hotconf.

use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hotconf::{Hot, HotConfig};

use crate::settings::AppConfig;
use crate::sources::{PREFIX, Sources};

/// The text to print once the shop listens on `address`.
#[must_use]
pub fn welcome(cfg: &Hot<AppConfig>, sources: &Sources, address: SocketAddr) -> String {
    let mut text = String::new();
    // Writing to a `String` cannot fail.
    let _ = write_welcome(&mut text, cfg, sources, address);
    text
}

fn write_welcome(
    text: &mut String,
    cfg: &Hot<AppConfig>,
    sources: &Sources,
    address: SocketAddr,
) -> std::fmt::Result {
    let url = format!("http://{}", reachable(address));
    let local = sources.folder.join("local.yaml");
    let local = local.display();
    let status = cfg.status();

    writeln!(text, "A shop whose configuration changes while it runs, by hotconf.")?;
    writeln!(text, "It listens on {url} (from server.host and server.port). Ctrl-C stops it.\n")?;

    writeln!(
        text,
        "Its configuration, later lines win. Files are watched, also those that are not there yet:"
    )?;
    for source in status.sources() {
        let note = if source.is_present() { "" } else { "   (not there)" };
        writeln!(text, "  {}{note}", source.name())?;
    }
    let environment = sources.environment();
    writeln!(text, "APP_ENV chooses the second file; now it is {environment}. Arguments are KEY=VALUE.\n")?;

    for warning in status.warnings() {
        writeln!(text, "warning: {warning}")?;
    }

    writeln!(text, "Try, in another terminal:")?;
    writeln!(text, "  1. Switch a feature on. The next request sees it:")?;
    writeln!(text, "       echo 'feature_flags: {{ new_checkout: true }}' > {local}")?;
    writeln!(text, "       curl {url}/feature/new_checkout")?;
    writeln!(text, "  2. Allow two checkouts at once. The third answers 429:")?;
    writeln!(text, "       echo 'rate_limit: {{ burst_size: 2 }}' > {local}")?;
    writeln!(text, "       curl {url}/checkout")?;
    writeln!(text, "  3. Make two mistakes. Both are shown here with line and column, and nothing changes:")?;
    writeln!(text, "       printf 'server:\\n  workers: many\\nserverr: {{}}\\n' > {local}")?;
    writeln!(text, "       curl {url}/settings")?;
    let moved = url.replace(&format!(":{}", address.port()), ":9000");
    writeln!(text, "  4. Change the port. The shop moves there; a port that is taken is refused:")?;
    writeln!(text, "       echo 'server: {{ port: 9000 }}' > {local}")?;
    writeln!(text, "       curl {moved}/settings/server.port")?;
    writeln!(text, "  5. Change the size of the pool, which waits for a restart:")?;
    writeln!(text, "       echo 'database: {{ pool_size: 20 }}' > {local}")?;
    writeln!(text, "       curl {url}/status")?;
    writeln!(text, "  6. Go back to where you were:")?;
    writeln!(text, "       rm {local}")?;
    writeln!(text, "  7. Ask what a start would come to, without one:")?;
    writeln!(text, "       shop --check --config {}", sources.folder.display())?;
    writeln!(
        text,
        "  8. Start it with --last-good /tmp/shop.json, stop it, make a mistake, start it again."
    )?;
    writeln!(text, "  9. See where a value comes from:")?;
    writeln!(text, "       curl {url}/settings/server.port")?;
    writeln!(
        text,
        "  10. Start the shop with --operators, and set a value above all files, until you DELETE it:"
    )?;
    writeln!(text, "       curl -X PUT -d 8 {url}/settings/server.workers\n")?;

    writeln!(text, "Environment variables are read at the start, and win over every file:")?;
    for field in AppConfig::schema().fields() {
        let names = field.env_names(PREFIX).join(" or ");
        let entry = if field.type_name().starts_with("map") { "__NAME" } else { "" };
        writeln!(text, "  {:36} {}, {}", format!("{names}{entry}"), field.key(), field.type_name())?;
    }
    writeln!(text, "Each of them with _FILE at the end names a file that holds the value.")
}

/// The address to ask for from this machine: nobody can ask for 0.0.0.0.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
