//! The shape of the inbound policies of the Linkerd proxy: ports as keys of maps and in sets, shared lists and shared
//! sections, protocols that are a name or a name with what belongs to it, networks as a type of their own. These types
//! know nothing of `Deserialize`; hotconf's own attributes say the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hotconf::{HotConfig, Outcome};

use super::{an_edit_is_heard_of, explained, layered, loaded, variables_are};

/// A proxy beside a workload.
#[derive(Debug, PartialEq, HotConfig)]
#[serde(rename_all = "kebab-case")]
pub struct Config {
    pub inbound: Inbound,
    pub outbound: Outbound,
    #[hot(default = "4191", restart)]
    pub admin_port: Port,
    /// How long open connections are waited for at the end.
    #[hot(default = "2m")]
    pub shutdown_grace_period: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, HotConfig)]
#[serde(try_from = "String")]
pub struct Port(u16);

impl TryFrom<String> for Port {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.parse() {
            Ok(port @ 1..) => Ok(Self(port)),
            _ => Err(format!("{text} is no port")),
        }
    }
}

#[derive(Debug, PartialEq, HotConfig)]
#[serde(rename_all = "kebab-case")]
pub struct Inbound {
    /// For the ports that have no policy of their own.
    #[hot(default = "all-unauthenticated")]
    pub default_policy: DefaultPolicy,
    /// Ports whose first bytes are not looked at.
    #[hot(default = [25, 587, 3306])]
    pub opaque_ports: BTreeSet<u16>,
    #[hot(default)]
    pub ports: BTreeMap<u16, ServerPolicy>,
    #[hot(default = ["10.0.0.0/8", "127.0.0.0/8"])]
    pub networks: Arc<[Network]>,
    /// The least and the most that a keep-alive may wait.
    #[hot(default = ["10s", "1h"])]
    pub keepalive: (Duration, Duration),
}

#[derive(Debug, Clone, Copy, PartialEq, HotConfig)]
#[serde(rename_all = "kebab-case")]
pub enum DefaultPolicy {
    AllUnauthenticated,
    AllAuthenticated,
    ClusterAuthenticated,
    Deny,
}

#[derive(Debug, PartialEq, HotConfig)]
pub struct ServerPolicy {
    pub protocol: Protocol,
    /// Who says so.
    pub meta: Arc<Meta>,
}

#[derive(Debug, PartialEq, HotConfig)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Protocol {
    /// Told by the first bytes.
    Detect {
        #[hot(default = "10s")]
        timeout: Duration,
        #[hot(default)]
        tcp_authorizations: Arc<[Authorization]>,
        #[hot(default)]
        http: Vec<Route>,
    },
    Http1(Vec<Route>),
    Opaque(Vec<Authorization>),
    Tls,
}

/// What a policy comes from.
#[derive(Debug, PartialEq, HotConfig)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Meta {
    Default { name: String },
    Server { namespace: String, name: String },
    #[serde(other)]
    Unknown,
}

#[derive(Debug, PartialEq, HotConfig)]
pub struct Authorization {
    #[hot(default)]
    pub networks: Vec<NetworkMatch>,
    pub authentication: Authentication,
}

#[derive(Debug, PartialEq, HotConfig)]
pub struct NetworkMatch {
    pub net: Network,
    #[hot(default)]
    pub except: Vec<Network>,
}

#[derive(Debug, PartialEq, HotConfig)]
#[serde(rename_all = "snake_case")]
pub enum Authentication {
    Unauthenticated,
    TlsUnauthenticated,
    TlsAuthenticated {
        #[hot(default)]
        identities: BTreeSet<String>,
        #[hot(default)]
        suffixes: Vec<String>,
    },
}

#[derive(Debug, PartialEq, HotConfig)]
pub struct Route {
    #[hot(default)]
    pub hosts: Vec<HostMatch>,
    #[hot(max_items = 4)]
    pub rules: Vec<Rule>,
    pub authorizations: Option<Vec<Authorization>>,
}

#[derive(Debug, PartialEq, HotConfig)]
#[serde(rename_all = "lowercase")]
pub enum HostMatch {
    Exact(String),
    Suffix(Vec<String>),
}

#[derive(Debug, PartialEq, HotConfig)]
pub struct Rule {
    #[hot(default)]
    pub matches: Vec<RequestMatch>,
    #[hot(default)]
    pub filters: Vec<Filter>,
}

#[derive(Debug, PartialEq, HotConfig)]
pub struct RequestMatch {
    pub path: Option<PathMatch>,
    #[hot(default)]
    pub headers: Vec<(String, String)>,
    pub method: Option<Method>,
}

#[derive(Debug, PartialEq, HotConfig)]
#[serde(tag = "type", content = "value")]
pub enum PathMatch {
    Exact(String),
    PathPrefix(String),
    #[serde(alias = "Regex")]
    RegularExpression(String),
}

#[derive(Debug, Clone, Copy, PartialEq, HotConfig)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Get,
    Post,
    Delete,
}

#[derive(Debug, PartialEq, HotConfig)]
#[serde(tag = "type")]
pub enum Filter {
    RequestHeaderModifier(Box<Modifier>),
    RequestRedirect {
        host: Option<String>,
        port: Option<Port>,
        #[hot(default = 302)]
        status: u16,
    },
    FailureInjector {
        status: u16,
        /// One in so many.
        ratio: (u32, std::num::NonZero<u32>),
    },
}

#[derive(Debug, PartialEq, HotConfig)]
pub struct Modifier {
    #[hot(default)]
    pub set: BTreeMap<String, String>,
    #[hot(default)]
    pub remove: Vec<String>,
}

#[derive(Debug, PartialEq, HotConfig)]
#[serde(rename_all = "kebab-case")]
pub struct Outbound {
    #[hot(default = "1s")]
    pub connect_timeout: Duration,
    #[hot(default)]
    pub backoff: Backoff,
    #[hot(default)]
    pub dst_overrides: BTreeMap<Network, Arc<str>>,
}

#[derive(Debug, PartialEq, HotConfig)]
pub struct Backoff {
    #[hot(default = "100ms")]
    pub min: Duration,
    #[hot(default = "500ms")]
    pub max: Duration,
    #[hot(default = 0.5)]
    pub jitter: f64,
}

/// An address and how many of its bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, HotConfig)]
#[serde(try_from = "String")]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let read = || {
            let (address, bits) = text.split_once('/')?;
            let (address, bits) = (address.parse::<IpAddr>().ok()?, bits.parse().ok()?);
            let most = if address.is_ipv4() { 32 } else { 128 };
            (bits <= most).then_some(Self { address, bits })
        };
        read().ok_or_else(|| format!("{text} is no network, such as 10.0.0.0/8"))
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

#[test]
fn values_are_those_of_the_file() {
    let cfg = loaded::<Config>("linkerd");
    let config = cfg.load();
    assert_eq!(config.inbound.ports.keys().collect::<Vec<_>>(), [&80, &4143, &5432, &8443]);
    let Protocol::Detect { timeout, tcp_authorizations, http } = &config.inbound.ports[&4143].protocol else {
        panic!("{:?}", config.inbound.ports)
    };
    assert_eq!((*timeout, tcp_authorizations.len()), (Duration::from_secs(5), 1));
    assert_eq!(tcp_authorizations[0].networks[0].except[0].to_string(), "10.9.0.0/16");
    assert_eq!(http[0].hosts[1], HostMatch::Suffix(vec!["svc".to_owned(), "local".to_owned()]));
    let rule = &http[0].rules[0];
    assert_eq!(rule.matches[0].path, Some(PathMatch::PathPrefix("/api".to_owned())));
    assert_eq!(rule.matches[0].headers, [("x-version".to_owned(), "2".to_owned())]);
    assert!(matches!(&rule.filters[1], Filter::RequestRedirect { status: 302, port: Some(Port(8443)), .. }));
    assert!(matches!(&rule.filters[2], Filter::FailureInjector { ratio: (1, most), .. } if most.get() == 100));
    assert_eq!(config.inbound.ports[&8443].protocol, Protocol::Tls);
    assert_eq!(*config.inbound.ports[&8443].meta, Meta::Unknown);
    let Protocol::Opaque(authorizations) = &config.inbound.ports[&5432].protocol else { panic!() };
    assert!(matches!(&authorizations[0].authentication, Authentication::TlsAuthenticated { identities, .. } if identities.len() == 2));
    assert_eq!((config.inbound.opaque_ports.len(), config.inbound.networks.len()), (3, 2));
    assert_eq!(config.inbound.keepalive, (Duration::from_secs(20), Duration::from_secs(3600)));
    assert_eq!(config.outbound.backoff, Backoff { min: Duration::from_millis(50), max: Duration::from_millis(500), jitter: 0.5 });
    assert_eq!(config.outbound.dst_overrides.values().next().map(|name| &**name), Some("gateway.example:4143"));
}

#[test]
fn layers_land_on_their_fields() {
    let cfg = layered::<Config>(
        "linkerd",
        "inbound:\n  ports:\n    8080:\n      protocol: tls\n      meta: { kind: default, name: all }\n    4143:\n      protocol:\n        detect:\n          timeout: 1s\n",
        ("LINKERD", &[
            ("LINKERD_INBOUND_OPAQUE_PORTS", "25, 26"),
            ("LINKERD_INBOUND_NETWORKS", "fd00::/8"),
            ("LINKERD_INBOUND_KEEPALIVE", "30s, 1h"),
            ("LINKERD_INBOUND_PORTS__80__META", r#"{"kind": "server", "namespace": "shop", "name": "other"}"#),
            ("LINKERD_ADMIN_PORT", "4192"),
            ("LINKERD_OUTBOUND_BACKOFF_JITTER", "0.25"),
        ]),
        &["inbound.default-policy=deny", "shutdown-grace-period=90s"],
    );
    let config = cfg.load();
    assert_eq!(config.inbound.ports[&8080], ServerPolicy { protocol: Protocol::Tls, meta: Arc::new(Meta::Default { name: "all".to_owned() }) });
    let Protocol::Detect { timeout, http, .. } = &config.inbound.ports[&4143].protocol else { panic!() };
    assert_eq!((*timeout, http.len()), (Duration::from_secs(1), 1));
    assert_eq!((&config.inbound.opaque_ports, config.inbound.networks.len()), (&[25, 26].into(), 1));
    assert_eq!(config.inbound.keepalive, (Duration::from_secs(30), Duration::from_secs(3600)));
    assert_eq!(*config.inbound.ports[&80].meta, Meta::Server { namespace: "shop".to_owned(), name: "other".to_owned() });
    assert_eq!((config.admin_port, config.outbound.backoff.jitter), (Port(4192), 0.25));
    assert_eq!((config.inbound.default_policy, config.shutdown_grace_period), (DefaultPolicy::Deny, Duration::from_secs(90)));
}

#[test]
fn explanations_have_places() {
    assert_eq!(
        explained::<Config>("linkerd", "toml", "inbound.ports.80.meta.name"),
        ["inbound.ports.80.meta.name = \"web\"", "at services/linkerd/config.toml:16:8"]
    );
    assert_eq!(
        explained::<Config>("linkerd", "yaml", "outbound.backoff.min"),
        ["outbound.backoff.min = \"50ms\"", "at services/linkerd/config.yaml:85:10", "over \"100ms\", the default"]
    );
    assert_eq!(
        explained::<Config>("linkerd", "json", "admin-port"),
        ["admin-port = \"4191\"", "the default"]
    );
}

#[test]
fn variables_have_the_names_of_the_keys() {
    variables_are::<Config>("LINKERD", &[
        ("admin-port", &["LINKERD_ADMIN_PORT"]),
        ("inbound.default-policy", &["LINKERD_INBOUND_DEFAULT_POLICY"]),
        ("inbound.ports", &["LINKERD_INBOUND_PORTS"]),
        ("outbound.dst-overrides", &["LINKERD_OUTBOUND_DST_OVERRIDES"]),
    ]);
}

#[test]
fn an_edit_of_the_file_is_heard_of() {
    an_edit_is_heard_of::<Config>("linkerd", "inbound.ports.80.meta", [
        ("name = \"web\"", "name = \"site\""),
        ("name: web", "name: site"),
        ("\"name\": \"web\"", "\"name\": \"site\""),
    ]);
}

#[test]
fn keys_lead_to_what_is_shared() {
    let cfg = loaded::<Config>("linkerd");
    let keys = Config::keys();
    assert_eq!(keys.inbound.networks.get(&cfg.load()).len(), 2);
    let outcome = cfg.update(|edit| {
        edit.set("admin-port", "4999");
        edit.set(keys.outbound.connect_timeout, Duration::from_secs(2));
    });
    assert!(matches!(outcome, Ok(Outcome::Applied(_))), "{outcome:?}");
    assert_eq!((cfg.load().admin_port, cfg.status().pending_restart().len()), (Port(4191), 1));
}
