//! A network in which every name leads where the test wants, and which counts what is looked up and dialled.

use std::{
    collections::VecDeque,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
};

use kuvert_sandbox::{Network, Waiting};
use tokio::net::TcpStream;

/// Its look-ups answer from a list; whatever is dialled ends at one port of this machine.
#[derive(Clone)]
pub(crate) struct ScriptedNetwork {
    answers: Arc<Mutex<VecDeque<Vec<IpAddr>>>>,
    own: Vec<IpAddr>,
    lands_at: u16,
    looked_up: Arc<Mutex<Vec<String>>>,
    dialled: Arc<Mutex<Vec<IpAddr>>>,
}

impl ScriptedNetwork {
    /// The last answer is given for ever.
    pub(crate) fn new(answers: &[&[&str]], lands_at: u16) -> Self {
        let parse = |answer: &&[&str]| answer.iter().map(|text| text.parse().unwrap()).collect();
        Self {
            answers: Arc::new(Mutex::new(answers.iter().map(parse).collect())),
            own: Vec::new(),
            lands_at,
            looked_up: Arc::default(),
            dialled: Arc::default(),
        }
    }

    pub(crate) fn owning(self, address: &str) -> Self {
        Self { own: vec![address.parse().unwrap()], ..self }
    }

    /// From now on names lead there.
    pub(crate) fn will_answer(&self, address: IpAddr) {
        *self.answers.lock().unwrap() = VecDeque::from([vec![address]]);
    }

    pub(crate) fn looked_up(&self) -> Vec<String> {
        self.looked_up.lock().unwrap().clone()
    }

    pub(crate) fn dialled(&self) -> Vec<String> {
        self.dialled.lock().unwrap().iter().map(ToString::to_string).collect()
    }
}

impl Network for ScriptedNetwork {
    fn look_up<'a>(&'a self, host: &'a str, port: u16) -> Waiting<'a, Vec<SocketAddr>> {
        self.looked_up.lock().unwrap().push(host.to_owned());
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        let found =
            answer.unwrap_or_default().into_iter().map(|address| SocketAddr::new(address, port)).collect();
        Box::pin(async move { Ok(found) })
    }

    fn dial(&self, address: SocketAddr) -> Waiting<'_, TcpStream> {
        self.dialled.lock().unwrap().push(address.ip());
        Box::pin(TcpStream::connect(("127.0.0.1", self.lands_at)))
    }

    fn own_addresses(&self) -> io::Result<Vec<IpAddr>> {
        Ok(self.own.clone())
    }
}
