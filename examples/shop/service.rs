//! The shop's pages.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{Router, get};
use hotconf::{Error, Hot, Outcome, Status, Value};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::limiter::Limiter;
use crate::settings::AppConfig;

/// What every request may use. A clone of the configuration's handle is a counted reference.
#[derive(Clone)]
struct Shop {
    cfg: Hot<AppConfig>,
    limiter: Arc<Limiter>,
}

/// Whether settings may be changed by requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operators {
    /// Nobody may.
    Nobody,
    /// Whoever asks from this machine. That is enough for a demonstration and for nothing else: a real service asks who
    /// it is.
    ThisMachine,
}

/// Serves the shop on the newest of the sockets until `stop` is ready, and then finishes what has begun. What has begun on
/// an older socket is finished as well.
///
/// # Errors
///
/// When a socket fails.
pub async fn serve(
    mut sockets: UnboundedReceiver<TcpListener>,
    cfg: Hot<AppConfig>,
    operators: Operators,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let shop = Shop { cfg, limiter: Arc::new(Limiter::new(Instant::now())) };
    let mut key = get(explain);
    if operators == Operators::ThisMachine {
        key = key.put(set).delete(unset);
    }
    let router = Router::new()
        .route("/", get(home))
        .route("/settings", get(settings))
        .route("/settings/{key}", key)
        .route("/feature/{name}", get(feature))
        .route("/status", get(status))
        .route("/checkout", get(checkout))
        .layer(middleware::from_fn(log_request))
        .with_state(shop);
    let mut servers = JoinSet::new();
    // The server of the newest socket goes on until this is dropped.
    let mut newest = None;
    tokio::pin!(stop);
    loop {
        tokio::select! {
            Some(socket) = sockets.recv() => {
                let (goes_on, end) = oneshot::channel::<()>();
                servers.spawn(serve_on(socket, router.clone(), async { drop(end.await) }));
                newest = Some(goes_on);
            }
            Some(ended) = servers.join_next(), if !servers.is_empty() => ended.map_err(std::io::Error::other)??,
            () = &mut stop => break,
        }
    }
    drop(newest);
    while let Some(ended) = servers.join_next().await {
        ended.map_err(std::io::Error::other)??;
    }
    Ok(())
}

async fn serve_on(
    socket: TcpListener,
    router: Router,
    end: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    log::info!("the shop listens on {}", socket.local_addr()?);
    let socket = tokio::net::TcpListener::from_std(socket)?;
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(socket, service).with_graceful_shutdown(end).await
}

async fn log_request(request: Request, next: Next) -> Response {
    let what = format!("{} {}", request.method(), request.uri().path());
    let response = next.run(request).await;
    log::debug!("{what}: {}", response.status());
    response
}

async fn home() -> &'static str {
    "The shop, configured by hotconf. Edit its files while you look at:

  /settings                    the whole configuration, secrets masked
  /settings/server.workers     one value, and where it comes from
  /feature/dark_mode           one feature switch
  /checkout                    answers 429 when rate_limit is used up
  /status                      the version, the sources, the last error, what waits for a restart
"
}

/// The whole configuration, secrets masked.
async fn settings(State(shop): State<Shop>) -> Json<Value> {
    Json(shop.cfg.values())
}

/// Where the value of a key comes from.
async fn explain(State(shop): State<Shop>, Path(key): Path<String>) -> (StatusCode, String) {
    let explanation = shop.cfg.explain(&key);
    let status = if explanation.is_known() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    (status, format!("{explanation}\n"))
}

async fn feature(State(shop): State<Shop>, Path(name): Path<String>) -> Json<serde_json::Value> {
    // `read` lends the configuration for the length of the closure: the cheapest way, and safe in async code.
    let enabled = shop.cfg.read(|config| config.feature_flags.get(&name).copied().unwrap_or(false));
    Json(serde_json::json!({ "name": name, "enabled": enabled }))
}

async fn status(State(shop): State<Shop>) -> Json<Status> {
    Json(shop.cfg.status())
}

async fn checkout(State(shop): State<Shop>) -> Response {
    let limit = shop.cfg.read(|config| config.rate_limit);
    match shop.limiter.take(Instant::now(), limit) {
        Ok(()) => {
            log::info!("an order");
            "Thank you for your order.\n".into_response()
        }
        Err(wait) => {
            log::warn!("an order too many");
            let seconds = wait.as_secs_f64().ceil();
            let header: [(HeaderName, String); 1] = [(header::RETRY_AFTER, seconds.to_string())];
            let text = format!("Too many orders. Come back in {seconds} s.\n");
            (StatusCode::TOO_MANY_REQUESTS, header, text).into_response()
        }
    }
}

/// Sets a key, above all files, until it is taken back. The body is JSON: `8`, `true`, `"DEBUG"`.
async fn set(
    State(shop): State<Shop>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(key): Path<String>,
    body: String,
) -> (StatusCode, String) {
    if !peer.ip().is_loopback() {
        return (StatusCode::FORBIDDEN, "Settings are changed from the shop's own machine.\n".to_owned());
    }
    match serde_json::from_str(&body) {
        Ok(value) => edited(shop.cfg.set(&key, value_of(value))),
        Err(_) => (StatusCode::BAD_REQUEST, "The body is to be JSON: 8, true, \"DEBUG\".\n".to_owned()),
    }
}

/// Takes back what was set.
async fn unset(
    State(shop): State<Shop>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(key): Path<String>,
) -> (StatusCode, String) {
    if !peer.ip().is_loopback() {
        return (StatusCode::FORBIDDEN, "Settings are changed from the shop's own machine.\n".to_owned());
    }
    edited(shop.cfg.unset(&key))
}

fn edited(outcome: Result<Outcome<AppConfig>, Error>) -> (StatusCode, String) {
    match outcome {
        Ok(Outcome::Applied(change)) => (StatusCode::OK, format!("{change}\n")),
        Ok(_) => (StatusCode::OK, "Nothing differs now.\n".to_owned()),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, format!("{error}\n")),
    }
}

fn value_of(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(truth) => Value::Bool(truth),
        serde_json::Value::Number(number) => match number.as_i128() {
            Some(whole) => Value::Integer(whole),
            None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        serde_json::Value::String(text) => Value::String(text),
        serde_json::Value::Array(items) => Value::List(items.into_iter().map(value_of).collect()),
        serde_json::Value::Object(entries) => {
            Value::Map(entries.into_iter().map(|(key, value)| (key, value_of(value))).collect())
        }
    }
}
