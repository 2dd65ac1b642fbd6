//! The shape of Reth, an Ethereum node: sections with `#[serde(default)]`, enums that are a name or a name with a value,
//! maps with addresses for keys, sets of peers, durations as text in some places and as serde's own seconds and
//! nanoseconds in others, gas prices of 128 bits.

use std::collections::{BTreeMap, HashSet};
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hotconf::{HotConfig, IntoValue, Outcome, Value};
use serde::Deserialize;

use super::{an_edit_is_heard_of, explained, layered, loaded, serde_reads_the_same, variables_are};

/// A node.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Config {
    /// The steps of the pipeline.
    pub stages: Stages,
    /// What of the past is thrown away.
    pub prune: Prune,
    pub peers: Peers,
    #[hot(restart)]
    pub sessions: Sessions,
    pub txpool: TxPool,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Stages {
    pub headers: Headers,
    pub execution: Execution,
    pub etl: Etl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Headers {
    pub downloader_max_concurrent_requests: usize,
    pub downloader_min_concurrent_requests: usize,
    pub commit_threshold: u64,
}

impl Default for Headers {
    fn default() -> Self {
        Self {
            downloader_max_concurrent_requests: 100,
            downloader_min_concurrent_requests: 5,
            commit_threshold: 10_000,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Execution {
    pub max_blocks: Option<u64>,
    pub max_changes: Option<u64>,
    /// How long the step runs before it commits.
    #[serde(deserialize_with = "human::optional")]
    pub max_duration: Option<Duration>,
}

impl Default for Execution {
    fn default() -> Self {
        Self {
            max_blocks: Some(500_000),
            max_changes: Some(5_000_000),
            max_duration: Some(Duration::from_secs(600)),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Etl {
    pub dir: Option<PathBuf>,
    pub file_size: usize,
}

impl Default for Etl {
    fn default() -> Self {
        Self { dir: None, file_size: 500 * 1024 * 1024 }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Prune {
    pub block_interval: NonZero<usize>,
    #[serde(alias = "parts")]
    pub segments: PruneModes,
}

impl Default for Prune {
    fn default() -> Self {
        Self { block_interval: NonZero::new(5).unwrap(), segments: PruneModes::default() }
    }
}

/// What of each part is thrown away; nothing where it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct PruneModes {
    pub sender_recovery: Option<PruneMode>,
    pub transaction_lookup: Option<PruneMode>,
    pub receipts: Option<PruneMode>,
    pub account_history: Option<PruneMode>,
    /// Receipts of these contracts are kept.
    pub receipts_log_filter: BTreeMap<Address, PruneMode>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, HotConfig)]
#[serde(rename_all = "lowercase")]
pub enum PruneMode {
    /// All of it.
    Full,
    /// All but that of so many blocks.
    Distance(u64),
    /// All before this block.
    Before(u64),
}

/// Twenty bytes in hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, HotConfig)]
#[serde(try_from = "String")]
pub struct Address([u8; 20]);

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("{text} is no address: `0x` and 40 hexadecimal digits");
        let digits = text.strip_prefix("0x").filter(|digits| digits.len() == 40 && digits.is_ascii());
        let digits = digits.ok_or_else(wrong)?;
        let mut bytes = [0; 20];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Peers {
    #[serde(deserialize_with = "human::always")]
    pub refill_slots_interval: Duration,
    pub trusted_nodes: HashSet<TrustedPeer>,
    #[serde(alias = "connect_trusted_nodes_only")]
    pub trusted_nodes_only: bool,
    pub max_backoff_count: u8,
    #[serde(deserialize_with = "human::always")]
    pub ban_duration: Duration,
    pub connection_info: Connections,
    pub reputation_weights: Weights,
    pub backoff_durations: Backoffs,
}

impl Default for Peers {
    fn default() -> Self {
        Self {
            refill_slots_interval: Duration::from_secs(5),
            trusted_nodes: HashSet::new(),
            trusted_nodes_only: false,
            max_backoff_count: 5,
            ban_duration: Duration::from_secs(12 * 60 * 60),
            connection_info: Connections::default(),
            reputation_weights: Weights::default(),
            backoff_durations: Backoffs::default(),
        }
    }
}

/// `enode://key@host:port`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize, HotConfig)]
#[serde(try_from = "String")]
pub struct TrustedPeer {
    key: String,
    host: String,
    port: u16,
}

impl TryFrom<String> for TrustedPeer {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parts = text.strip_prefix("enode://").and_then(|rest| {
            let (key, place) = rest.split_once('@')?;
            let (host, port) = place.rsplit_once(':')?;
            Some(Self { key: key.to_owned(), host: host.to_owned(), port: port.parse().ok()? })
        });
        parts.ok_or_else(|| format!("{text} is no peer: `enode://key@host:port`"))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Connections {
    pub max_outbound: usize,
    pub max_inbound: usize,
    pub max_concurrent_outbound_dials: usize,
}

impl Default for Connections {
    fn default() -> Self {
        Self { max_outbound: 100, max_inbound: 30, max_concurrent_outbound_dials: 15 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Weights {
    pub bad_message: i32,
    pub timeout: i32,
    pub failed_to_connect: i32,
}

impl Default for Weights {
    fn default() -> Self {
        Self { bad_message: -16384, timeout: -4096, failed_to_connect: -25600 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Backoffs {
    #[serde(deserialize_with = "human::always")]
    pub low: Duration,
    #[serde(deserialize_with = "human::always")]
    pub high: Duration,
}

impl Default for Backoffs {
    fn default() -> Self {
        Self { low: Duration::from_secs(30), high: Duration::from_secs(15 * 60) }
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Sessions {
    pub session_command_buffer: usize,
    pub limits: Limits,
    /// As serde writes it: `{ secs = 20, nanos = 0 }`.
    #[hot(leaf)]
    pub initial_internal_request_timeout: Duration,
    #[hot(leaf)]
    pub pending_session_timeout: Duration,
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            session_command_buffer: 32,
            limits: Limits::default(),
            initial_internal_request_timeout: Duration::from_secs(20),
            pending_session_timeout: Duration::from_secs(20),
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, HotConfig)]
#[serde(default)]
pub struct Limits {
    pub max_pending_inbound: Option<u32>,
    pub max_established_outbound: Option<u32>,
}

/// What is kept of transactions that wait. The node has these as arguments.
#[derive(Debug, Clone, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct TxPool {
    pub minimal_protocol_basefee: u128,
    pub minimum_priority_fee: Option<u128>,
    pub locals: Vec<Address>,
    /// The least and the most that a transaction may be worth.
    pub price_range: (u128, u128),
    /// How the price of one that replaces another must rise, in percent: for usual transactions and for those with blobs.
    pub price_bumps: [u16; 2],
    pub blobs: Box<BlobPool>,
}

impl Default for TxPool {
    fn default() -> Self {
        Self {
            minimal_protocol_basefee: 7,
            minimum_priority_fee: None,
            locals: Vec::new(),
            price_range: (0, u128::MAX),
            price_bumps: [10, 100],
            blobs: Box::default(),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, HotConfig)]
#[serde(default)]
pub struct BlobPool {
    pub disk_location: Option<Box<str>>,
    pub cache_size: Option<NonZero<u32>>,
}

mod human {
    use std::time::Duration;

    use serde::de::{Deserialize, Deserializer, Error};

    fn parse<E: Error>(text: &str) -> Result<Duration, E> {
        let unit = match text.trim_start_matches(|c: char| c.is_ascii_digit()) {
            "s" => 1,
            "m" => 60,
            "h" => 60 * 60,
            _ => return Err(E::custom(format!("{text} is no time, such as 12h"))),
        };
        let count: u64 = text[..text.len() - 1].parse().map_err(E::custom)?;
        Ok(Duration::from_secs(count * unit))
    }

    pub(super) fn always<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        parse(&String::deserialize(deserializer)?)
    }

    pub(super) fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
        Option::<String>::deserialize(deserializer)?.map(|text| parse(&text)).transpose()
    }
}

fn address(last: u8) -> Address {
    let mut bytes = [0; 20];
    bytes[19] = last;
    Address(bytes)
}

#[test]
fn values_are_those_of_the_file() {
    let cfg = loaded::<Config>("reth");
    let config = cfg.load();
    let segments = &config.prune.segments;
    assert_eq!(
        (segments.sender_recovery, segments.receipts, segments.account_history, segments.transaction_lookup),
        (Some(PruneMode::Full), Some(PruneMode::Before(15_537_394)), Some(PruneMode::Distance(10_064)), None)
    );
    assert_eq!(segments.receipts_log_filter[&address(0xbe)], PruneMode::Distance(1000));
    assert_eq!(segments.receipts_log_filter[&address(0xef)], PruneMode::Full);
    assert_eq!(config.peers.trusted_nodes.len(), 2);
    assert_eq!((config.peers.reputation_weights.bad_message, config.peers.max_backoff_count), (-1000, 9));
    assert_eq!(config.sessions.initial_internal_request_timeout, Duration::from_millis(7500));
    assert_eq!(config.sessions.pending_session_timeout, Duration::from_secs(20));
    assert_eq!((config.stages.execution.max_blocks, config.stages.execution.max_changes), (Some(1000), Some(5_000_000)));
    assert_eq!(config.txpool.price_range, (1, 9_000_000_000_000_000_000));
    assert_eq!(config.txpool.price_bumps, [10, 200]);
    assert_eq!(config.txpool.blobs.disk_location.as_deref(), Some("/mnt/blobs"));
}

#[test]
fn plain_serde_reads_the_same() {
    serde_reads_the_same::<Config>("reth");
}

#[test]
fn layers_land_on_their_fields() {
    let cfg = layered::<Config>(
        "reth",
        "prune:\n  segments:\n    sender_recovery:\n      distance: 64\n    receipts:\n      distance: 65\n",
        ("RETH", &[
            ("RETH_TXPOOL_MINIMAL_PROTOCOL_BASEFEE", "340282366920938463463374607431768211455"),
            ("RETH_TXPOOL_PRICE_BUMPS", "10, 150"),
            ("RETH_TXPOOL_PRICE_RANGE", "1,17"),
            ("RETH_PEERS_BAN_DURATION", "24h"),
            ("RETH_PRUNE_SEGMENTS_ACCOUNT_HISTORY", "full"),
            ("RETH_PRUNE_SEGMENTS_TRANSACTION_LOOKUP", r#"{"before": 5}"#),
            ("RETH_PRUNE_SEGMENTS_RECEIPTS_LOG_FILTER__0X00000000000000000000000000000000000000BE", "full"),
        ]),
        &[
            "prune.block_interval=9",
            "sessions.pending_session_timeout={\"secs\": 3, \"nanos\": 1}",
            "txpool.blobs.cache_size=5",
            "peers.trusted_nodes=enode://c3@192.0.2.3:30303",
        ],
    );
    let config = cfg.load();
    let segments = &config.prune.segments;
    assert_eq!(
        (segments.sender_recovery, segments.receipts, segments.account_history, segments.transaction_lookup),
        (Some(PruneMode::Distance(64)), Some(PruneMode::Distance(65)), Some(PruneMode::Full), Some(PruneMode::Before(5)))
    );
    assert_eq!(segments.receipts_log_filter, [(address(0xbe), PruneMode::Full), (address(0xef), PruneMode::Full)].into());
    assert_eq!((config.txpool.minimal_protocol_basefee, config.txpool.price_range), (u128::MAX, (1, 17)));
    assert_eq!(config.txpool.price_bumps, [10, 150]);
    assert_eq!((config.peers.ban_duration, config.prune.block_interval.get()), (Duration::from_secs(24 * 60 * 60), 9));
    assert_eq!(config.sessions.pending_session_timeout, Duration::new(3, 1));
    assert_eq!((config.txpool.blobs.cache_size, config.peers.trusted_nodes.len()), (NonZero::new(5), 1));
}

#[test]
fn explanations_have_places() {
    assert_eq!(
        explained::<Config>("reth", "toml", "prune.segments.account_history.distance"),
        ["prune.segments.account_history.distance = 10064", "at services/reth/config.toml:16:32"]
    );
    assert_eq!(
        explained::<Config>("reth", "yaml", "peers.reputation_weights.bad_message"),
        ["peers.reputation_weights.bad_message = -1000", "at services/reth/config.yaml:31:18", "over `Weights::default()`, the default"]
    );
    assert_eq!(
        explained::<Config>("reth", "json", "stages.execution.max_blocks"),
        ["stages.execution.max_blocks = 1000", "at services/reth/config.json:4:21", "over `Execution::default()`, the default"]
    );
}

#[test]
fn variables_have_the_names_of_the_keys() {
    variables_are::<Config>("RETH", &[
        ("stages.headers.commit_threshold", &["RETH_STAGES_HEADERS_COMMIT_THRESHOLD"]),
        ("prune.segments.sender_recovery", &["RETH_PRUNE_SEGMENTS_SENDER_RECOVERY"]),
        ("peers.backoff_durations.low", &["RETH_PEERS_BACKOFF_DURATIONS_LOW"]),
        ("txpool.blobs.cache_size", &["RETH_TXPOOL_BLOBS_CACHE_SIZE"]),
    ]);
}

#[test]
fn an_edit_of_the_file_is_heard_of() {
    an_edit_is_heard_of::<Config>("reth", "prune.segments.sender_recovery", [
        ("sender_recovery = \"full\"", "sender_recovery = { distance = 5 }"),
        ("sender_recovery: full", "sender_recovery: { distance: 5 }"),
        ("\"sender_recovery\": \"full\"", "\"sender_recovery\": { \"distance\": 5 }"),
    ]);
}

#[test]
fn a_section_that_waits_for_a_restart() {
    let cfg = loaded::<Config>("reth");
    let outcome = cfg.update(|edit| {
        edit.set("sessions.limits.max_pending_inbound", 7);
        edit.set("txpool.blobs.cache_size", 7);
    });
    assert!(matches!(outcome, Ok(Outcome::Applied(_))), "{outcome:?}");
    let config = cfg.load();
    assert_eq!((config.sessions.limits.max_pending_inbound, config.txpool.blobs.cache_size), (None, NonZero::new(7)));
    let status = cfg.status();
    let pending = &status.pending_restart()[0];
    assert_eq!((pending.key().to_string(), pending.configured()), ("sessions.limits.max_pending_inbound".into(), Some(&Value::Integer(7))));
}

#[test]
fn a_duration_of_serde_is_refused_where_one_of_hotconf_is_asked_for() {
    #[derive(Debug, HotConfig)]
    struct Plain {
        #[hot(default = "20s")]
        timeout: Duration,
        shared: Option<Arc<Limits>>,
    }

    let text = "timeout = { secs = 20, nanos = 0 }";
    let error = hotconf::Hot::<Plain>::builder().text(hotconf::Format::Toml, text).build().unwrap_err();
    assert!(error.to_string().contains("timeout: expected a duration, such as \"30s\""), "{error}");
    assert_eq!(Duration::from_secs(20).into_value().to_string(), "\"20s\"");
}
