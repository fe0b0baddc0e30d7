//! Beginning a login: one order per login cookie, its state sealed, its nonce known only to the app's way back.
//!
//! Giving one up is in `leave`.

use jiff::{SignedDuration, Timestamp};
use kuvert_domain::{
    directory::{Audience, Method},
    id::LoginId,
    language::Language,
};
use kuvert_sandbox::{BeginArgs, Context, Step};
use kuvert_store::{Epoch, Key, records};

use super::{Begin, Device, Front, LoginView, follow, judge};
use crate::{
    LoginCookie, ServiceError,
    core::today,
    epochs,
    token::{self, hash_of},
};

/// How long a login may take in all, whatever the provider thinks.
const HARD_LIMIT: SignedDuration = SignedDuration::from_mins(10);

impl Front {
    /// Begins a login. A login that this browser began before is given up first; so is the new one, when the browser has
    /// gone before it could learn of it.
    pub async fn begin(
        &self,
        begin: Begin,
        previous: Option<&LoginCookie>,
    ) -> Result<(LoginCookie, LoginView), ServiceError> {
        if let Some(previous) = previous {
            self.cancel(previous).await?;
        }
        let (here, there) = (self.clone(), self.clone());
        let unheard = move |(cookie, _): (LoginCookie, LoginView)| async move {
            if let Err(error) = there.cancel(&cookie).await {
                tracing::error!(%error, "a login that nobody heard of was not given up");
            }
        };
        self.core.aside.run_or(async move { here.begin_anew(begin).await }, unheard).await
    }

    async fn begin_anew(&self, begin: Begin) -> Result<(LoginCookie, LoginView), ServiceError> {
        let method = self.method(&begin.method, begin.audience)?;
        let cookie = LoginCookie::from_bytes(self.core.draw());
        // It says which login it is of, so that one that comes back to another browser can be ended.
        let nonce = [cookie.id().as_bytes().as_slice(), &self.core.draw::<32>()].concat();
        let nonce_text = data_encoding::BASE64URL_NOPAD.encode(&nonce);
        let now = self.core.now();
        let mut row = records::Login {
            cookie_hash: cookie.hash(),
            nonce_hash: hash_of(nonce_text.as_bytes()),
            method: begin.method.clone(),
            audience: begin.audience,
            this_device: begin.device == Device::This,
            language: begin.language,
            destination: destination_row(begin.destination.clone().tamed()),
            began: now,
            ends: now.saturating_add(HARD_LIMIT).unwrap_or(now),
            returned: false,
            turn: 0,
            stage: records::LoginStage::Exchanging,
        };
        let args = BeginArgs {
            transaction: cookie.id().to_string(),
            audience: begin.audience,
            min_level: method.min_level,
            client: client(&begin, &cookie),
            return_url: Some(format!("{}/login/return?nonce={nonce_text}", begin.origin)),
        };
        let context = context(cookie.id(), begin.language);
        let display = match self.calling(&begin.method)?.begin(&args, &context).await {
            Ok(turn) => {
                let display = match &turn.step {
                    Step::Wait(wait) => Some(wait.display.clone()),
                    _ => None,
                };
                row.stage = judge::stage(self, &row, turn, now)?;
                display
            }
            Err(fault) => {
                row.stage = judge::failed_by(&self.core, &fault);
                None
            }
        };
        follow::keep(self, &cookie, row.clone()).await?;
        Ok((cookie, follow::view(&row, display, now)))
    }

    /// Where a login's row lies, and under what.
    pub(super) fn place_of(&self, login: LoginId) -> Result<(Key, Epoch), ServiceError> {
        let today = today(self.municipality()?, self.core.now());
        let key = records::Login::key(self.municipality, login);
        Ok((key, epochs::logins(self.municipality, today)))
    }

    pub(super) fn method(&self, id: &str, audience: Audience) -> Result<Method, ServiceError> {
        let municipality = self.municipality()?;
        municipality.methods_for(audience).find(|it| it.id == id).cloned().ok_or(ServiceError::NotFound)
    }

    pub(super) fn binding(&self, method: &str) -> Result<String, ServiceError> {
        Ok(format!("{}/{method}", self.municipality()?.slug))
    }
}

/// On whose behalf the plugin is called.
pub(super) fn context(login: LoginId, language: Language) -> Context {
    Context { language, correlation: login.to_string() }
}

fn client(begin: &Begin, cookie: &LoginCookie) -> kuvert_sandbox::Client {
    let host = url::Url::parse(&begin.origin).ok().and_then(|url| url.host_str().map(str::to_owned));
    // Another hash than the one the cookie is found by: providers learn nothing they could come back with.
    let device = token::hash_of(&[b"device ".as_slice(), cookie.id().as_bytes()].concat());
    kuvert_sandbox::Client {
        ip: begin.client.ip,
        user_agent: begin.client.user_agent.chars().take(256).collect(),
        device_id: data_encoding::HEXLOWER.encode(&device),
        domain: host.unwrap_or_default(),
        same_device: begin.device == Device::This,
    }
}

fn destination_row(destination: super::Destination) -> records::Destination {
    match destination {
        super::Destination::Home => records::Destination::Home,
        super::Destination::Link(text) => records::Destination::Link(text),
        super::Destination::Page(path) => records::Destination::Page(path),
    }
}

/// Seconds from now until then, never negative.
pub(super) fn seconds_until(then: Timestamp, now: Timestamp) -> u32 {
    u32::try_from(then.duration_since(now).as_secs()).unwrap_or(0)
}
