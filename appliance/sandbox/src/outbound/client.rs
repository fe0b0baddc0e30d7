//! One request, one answer, over a connection of this endpoint and nobody else's.
//!
//! No redirect is followed, no proxy asked, no cookie kept, no compression offered.

use std::{net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, header};
use http_body_util::Full;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{
    Endpoint, Failure, Network, address,
    lines::{Line, Said},
};
use crate::{AddressPolicy, Limits};

/// What every request goes through.
pub(crate) struct Way {
    pub(crate) addresses: AddressPolicy,
    pub(crate) network: Arc<dyn Network>,
    pub(crate) limits: Arc<Limits>,
}

/// A request that has passed every check.
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) path_and_query: String,
    /// Everything but `host`, `content-length` and `user-agent`.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// The largest body of an answer that is read.
    pub(crate) answer_bytes: usize,
}

/// A whole answer within the limits.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The content type, empty when there is none.
    pub(crate) fn content_type(&self) -> &str {
        self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Way {
    /// Sends it. The time limit spans everything, the body included.
    pub(crate) async fn send(&self, endpoint: &Endpoint, request: Outgoing) -> Result<Answer, Failure> {
        let most = request.answer_bytes;
        let request = assemble(endpoint, request)?;
        let exchange = self.exchange(endpoint, request, most);
        timeout(self.limits.http_total, exchange).await.map_err(|_| Failure::Timeout)?
    }

    /// Over a connection that rests, if one is still good; else over a new one.
    async fn exchange(
        &self,
        endpoint: &Endpoint,
        mut request: Request<Full<Bytes>>,
        most: usize,
    ) -> Result<Answer, Failure> {
        while let Some(line) = endpoint.lines.take(&self.limits).await {
            match self.over(endpoint, line, request, most).await? {
                Said::Answer(answer) => return Ok(answer),
                Said::Unheard(unheard) => request = unheard,
            }
        }
        let stream = timeout(self.limits.http_connect, self.connect(endpoint))
            .await
            .map_err(|_| Failure::Timeout)??;
        let line = Line::open(stream, &self.limits).await?;
        match self.over(endpoint, line, request, most).await? {
            Said::Answer(answer) => Ok(answer),
            Said::Unheard(_) => Err(Failure::Protocol),
        }
    }

    async fn over(
        &self,
        endpoint: &Endpoint,
        mut line: Line,
        request: Request<Full<Bytes>>,
        most: usize,
    ) -> Result<Said, Failure> {
        let said = line.say(request, most).await?;
        if matches!(said, Said::Answer(_)) {
            endpoint.lines.keep(line, &self.limits).await;
        }
        Ok(said)
    }

    /// Looks the name up once, drops every address that is not allowed, and dials what is left, in order.
    async fn connect(&self, endpoint: &Endpoint) -> Result<TlsStream<TcpStream>, Failure> {
        let found =
            self.network.look_up(&endpoint.host, endpoint.port).await.map_err(|_| Failure::Connect)?;
        let own = self.network.own_addresses().map_err(|_| Failure::Connect)?;
        let reach = address::Reach { policy: self.addresses, private: endpoint.private_network, own: &own };
        let kept: Vec<SocketAddr> = found.iter().copied().filter(|found| reach.allows(found.ip())).collect();
        if kept.is_empty() && found.iter().any(|found| reach.lacks_confirmation_for(found.ip())) {
            return Err(Failure::PrivateNetwork);
        }
        if kept.is_empty() && !found.is_empty() {
            tracing::warn!(host = endpoint.host, "leads only to addresses that no plugin ever reaches");
        }
        for address in kept {
            if let Ok(stream) = self.network.dial(address).await {
                let connector = TlsConnector::from(endpoint.tls.clone());
                return connector
                    .connect(endpoint.server_name.clone(), stream)
                    .await
                    .map_err(|_| Failure::Tls);
            }
        }
        Err(Failure::Connect)
    }
}

fn assemble(endpoint: &Endpoint, outgoing: Outgoing) -> Result<Request<Full<Bytes>>, Failure> {
    let mut request = Request::builder()
        .method(outgoing.method)
        .uri(outgoing.path_and_query)
        .header(header::HOST, endpoint.authority())
        .header(header::USER_AGENT, concat!("kuvert/", env!("CARGO_PKG_VERSION")))
        .body(Full::new(Bytes::from(outgoing.body)))
        .map_err(|_| Failure::Protocol)?;
    request.headers_mut().extend(outgoing.headers);
    Ok(request)
}
