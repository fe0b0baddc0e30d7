//! The way out of this machine: names, addresses, connections.
//!
//! A seam, so that tests can let a name lead anywhere and count what is dialled. It judges nothing: which address may
//! be dialled is decided in `address`, between the look-up and the call.

use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
};

use tokio::net::{TcpStream, lookup_host};

/// Something that is waited for.
pub type Waiting<'a, T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send + 'a>>;

/// The way out of this machine.
pub trait Network: Send + Sync {
    /// Where a name leads, in the order in which to try.
    fn look_up<'a>(&'a self, host: &'a str, port: u16) -> Waiting<'a, Vec<SocketAddr>>;

    /// A connection to exactly this address.
    fn dial(&self, address: SocketAddr) -> Waiting<'_, TcpStream>;

    /// The addresses of this machine's own interfaces, which nothing is ever sent to.
    fn own_addresses(&self) -> io::Result<Vec<IpAddr>>;
}

/// The operating system's network.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNetwork;

impl Network for SystemNetwork {
    fn look_up<'a>(&'a self, host: &'a str, port: u16) -> Waiting<'a, Vec<SocketAddr>> {
        Box::pin(async move { Ok(lookup_host((host, port)).await?.collect()) })
    }

    fn dial(&self, address: SocketAddr) -> Waiting<'_, TcpStream> {
        Box::pin(TcpStream::connect(address))
    }

    fn own_addresses(&self) -> io::Result<Vec<IpAddr>> {
        Ok(if_addrs::get_if_addrs()?.into_iter().map(|interface| interface.ip()).collect())
    }
}
