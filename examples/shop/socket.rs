//! The socket that the shop listens on. It moves while the shop runs: the new place is bound before the change is
//! published, so that a place that cannot be had refuses the change and the shop stays where it is.

use std::net::{SocketAddr, TcpListener};

use hotconf::{BoxError, Hot};
use tokio::sync::mpsc::UnboundedSender;

use crate::settings::{AppConfig, Server};

/// Takes sockets that are bound, each to be listened on in place of the one before.
pub type Sockets = UnboundedSender<TcpListener>;

/// Binds the first socket, as a part of the build of the configuration, and hands it over once that is good.
pub fn bind_first(
    sockets: Sockets,
) -> impl FnOnce(&AppConfig) -> Result<Box<dyn FnOnce() + Send>, BoxError> + Send {
    move |config| Ok(hand_over(sockets, bind(&config.server)?))
}

/// Moves with every change of the configuration from now on.
pub fn follow(cfg: &Hot<AppConfig>, sockets: Sockets) {
    let moves = move |old: &Server, new: &Server| -> Result<Box<dyn FnOnce() + Send>, BoxError> {
        if address(old) == address(new) {
            return Ok(Box::new(|| ()));
        }
        Ok(hand_over(sockets.clone(), bind(new)?))
    };
    cfg.prepare_for(AppConfig::keys().server, moves).named("the socket").forever();
}

fn address(server: &Server) -> SocketAddr {
    SocketAddr::new(server.host, server.port)
}

/// Whoever connects from here on waits to be served.
fn bind(server: &Server) -> Result<TcpListener, BoxError> {
    let address = address(server);
    let bound = TcpListener::bind(address).and_then(|socket| {
        socket.set_nonblocking(true)?;
        Ok(socket)
    });
    bound.map_err(|error| format!("cannot listen on {address}: {error}").into())
}

fn hand_over(sockets: Sockets, bound: TcpListener) -> Box<dyn FnOnce() + Send> {
    // Nobody takes it any more when the shop is about to end.
    Box::new(move || drop(sockets.send(bound)))
}
