//! The provider itself: which path does what, and the memory between the steps of a sign-in.
//!
//! It holds sessions, codes and tokens in memory only, and never logs any of them.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::{HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::OpenIdSettings;
use super::claims;
use super::client::{self, Client, Profile, Used};
use super::forgery::Forgery;
use super::keys::Keys;
use super::login::{self, Account, Asked, Refusal};
use super::token::{ACCESS_LIFE_S, Grant, Grants};
use crate::clock::SimClock;
use crate::http::{Call, Reply, first, json as json_reply, redirect};
use crate::page::{escape, page, problem};
use crate::random;

const COOKIE: &str = "__Host-openid-simulator";

pub(crate) struct Provider {
    issuer: String,
    clock: SimClock,
    staff: Vec<Account>,
    danes: Vec<Account>,
    memory: Mutex<Memory>,
}

struct Memory {
    clients: BTreeMap<String, Client>,
    keys: Keys,
    forgery: Forgery,
    logins: BTreeMap<String, Asked>,
    sessions: BTreeMap<String, Session>,
    grants: Grants,
    used: Used,
    /// Id tokens that were issued: to which client, and out of which session.
    issued: BTreeMap<String, (String, String)>,
    counts: BTreeMap<String, u64>,
}

#[derive(Clone)]
struct Session {
    name: String,
    account: Account,
    auth_time: u64,
}

impl Provider {
    pub(crate) fn new(issuer: String, settings: OpenIdSettings) -> io::Result<Self> {
        let clients = settings.clients.into_iter().map(|client| (client.id.clone(), client)).collect();
        Ok(Self {
            issuer,
            clock: settings.clock,
            staff: settings.staff.into_iter().map(Account::Employee).collect(),
            danes: settings.danes.into_iter().map(Account::Dane).collect(),
            memory: Mutex::new(Memory {
                clients,
                keys: Keys::new()?,
                forgery: Forgery::None,
                logins: BTreeMap::new(),
                sessions: BTreeMap::new(),
                grants: Grants::default(),
                used: Used::new(),
                issued: BTreeMap::new(),
                counts: BTreeMap::new(),
            }),
        })
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn register(&self, client: Client) {
        self.memory().clients.insert(client.id.clone(), client);
    }

    pub(crate) fn forge(&self, forgery: Forgery) {
        self.memory().forgery = forgery;
    }

    pub(crate) fn rotate_keys(&self) -> io::Result<()> {
        let keys = Keys::new()?;
        self.memory().keys = keys;
        Ok(())
    }

    pub(crate) fn count(&self, path: &str) -> u64 {
        self.memory().counts.get(path).copied().unwrap_or_default()
    }

    /// Answers one request.
    pub(crate) fn answer(&self, call: &Call) -> Reply {
        *self.memory().counts.entry(call.path.clone()).or_default() += 1;
        match (&call.method, call.path.as_str()) {
            (&Method::GET, "/.well-known/openid-configuration") => {
                json_reply(StatusCode::OK, &self.metadata())
            }
            (&Method::GET, "/jwks") if self.memory().forgery == Forgery::NoKeys => {
                problem(login::NAME, StatusCode::SERVICE_UNAVAILABLE, "The keys cannot be had.")
            }
            (&Method::GET, "/jwks") => json_reply(StatusCode::OK, &self.memory().keys.published()),
            (&Method::GET, "/authorize") => self.authorize(call, &call.query),
            (&Method::POST, "/authorize") => self.authorize(call, &call.form()),
            (&Method::POST, "/login") => self.login(call),
            (&Method::POST, "/token") => self.token(call),
            (&Method::GET | &Method::POST, "/userinfo") => self.userinfo(call),
            (&Method::GET | &Method::POST, "/logout") => self.log_out(call),
            _ => problem(login::NAME, StatusCode::NOT_FOUND, "There is no such page."),
        }
    }

    fn metadata(&self) -> Value {
        let issuer = &self.issuer;
        let named = match self.memory().forgery {
            Forgery::WrongDiscoveryIssuer => "https://another.example",
            _ => issuer,
        };
        json!({
            "issuer": named,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
            "end_session_endpoint": format!("{issuer}/logout"),
            "jwks_uri": format!("{issuer}/jwks"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "form_post"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256", "PS256"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile", "email", "mitid", "ssn"],
            "authorization_response_iss_parameter_supported": true,
            "claims_parameter_supported": false,
            "request_parameter_supported": false,
            "request_uri_parameter_supported": false,
        })
    }

    fn authorize(&self, call: &Call, query: &[(String, String)]) -> Reply {
        // Bound first, so that the memory is free again when an arm needs it.
        let asked = login::asked(&self.memory().clients, query);
        let asked = match asked {
            Ok(asked) => asked,
            Err(refusal) => return self.refuse(refusal),
        };
        let now_s = self.clock.now_s();
        let session = call.cookie(COOKIE).and_then(|cookie| {
            let session = self.memory().sessions.get(cookie).cloned()?;
            let fits = matches!(
                (&session.account, asked.client.profile),
                (Account::Employee(_), Profile::Staff) | (Account::Dane(_), Profile::MitIdBroker)
            );
            let young = asked.max_age.is_none_or(|age| now_s.saturating_sub(session.auth_time) <= age);
            (fits && young && !asked.fresh).then_some(session)
        });
        match session {
            Some(session) => self.grant(asked, session),
            None if asked.silent => self.back(
                &asked.redirect_uri,
                asked.post,
                &[("error", "login_required"), ("state", &asked.state)],
            ),
            None => {
                let Ok(login) = random::token() else { return broken() };
                let page = login::choose(&asked.client, &login, self.accounts(asked.client.profile));
                self.memory().logins.insert(login, asked);
                page
            }
        }
    }

    fn login(&self, call: &Call) -> Reply {
        let form = call.form();
        let Some(asked) = first(&form, "login").and_then(|login| self.memory().logins.remove(login)) else {
            return problem(login::NAME, StatusCode::BAD_REQUEST, "This sign-in is over. Start again.");
        };
        let chosen = first(&form, "person").unwrap_or_default();
        let Some(account) =
            self.accounts(asked.client.profile).iter().find(|account| account.key() == chosen)
        else {
            let description = match asked.client.profile {
                Profile::Staff => "the user cancelled",
                Profile::MitIdBroker => "mitid_user_aborted",
            };
            let pairs =
                [("error", "access_denied"), ("error_description", description), ("state", &asked.state)];
            return self.back(&asked.redirect_uri, asked.post, &pairs);
        };
        let (Ok(cookie), Ok(name)) = (random::token(), random::uuid()) else { return broken() };
        let session = Session { name, account: account.clone(), auth_time: self.clock.now_s() };
        self.memory().sessions.insert(cookie.clone(), session.clone());
        let mut reply = self.grant(asked, session);
        let value = format!("{COOKIE}={cookie}; Path=/; Secure; HttpOnly; SameSite=Lax");
        if let Ok(value) = HeaderValue::from_str(&value) {
            reply.headers_mut().insert(header::SET_COOKIE, value);
        }
        reply
    }

    /// The whole way through an authorization address, for one account, without a browser.
    pub(crate) fn sign_in(&self, authorization: &Url, account: &str) -> Option<Url> {
        let query: Vec<_> = authorization.query_pairs().into_owned().collect();
        let asked = login::asked(&self.memory().clients, &query).ok()?;
        let accounts = self.accounts(asked.client.profile);
        let account = accounts.iter().find(|known| known.key() == account)?.clone();
        let session = Session { name: random::uuid().ok()?, account, auth_time: self.clock.now_s() };
        let back = self.grant(asked, session);
        back.headers().get(header::LOCATION)?.to_str().ok()?.parse().ok()
    }

    fn grant(&self, asked: Asked, session: Session) -> Reply {
        let (Ok(code), Ok(transaction)) = (random::token(), random::uuid()) else { return broken() };
        let grant = Grant {
            client: asked.client.id,
            account: session.account,
            scope: asked.scope,
            nonce: asked.nonce,
            redirect_uri: asked.redirect_uri.clone(),
            challenge: asked.challenge,
            auth_time: session.auth_time,
            session: session.name,
            transaction,
            made_s: self.clock.now_s(),
        };
        self.memory().grants.issue(code.clone(), grant);
        self.back(&asked.redirect_uri, asked.post, &[("code", &code), ("state", &asked.state)])
    }

    fn token(&self, call: &Call) -> Reply {
        let form = call.form();
        let now_s = self.clock.now_s();
        let Ok(access_token) = random::token() else { return broken() };
        let mut memory = self.memory();
        let Memory { clients, keys, forgery, grants, used, issued, .. } = &mut *memory;
        let Some(client) = client::authenticate(clients, used, &self.issuer, now_s, call, &form) else {
            return oauth_error(
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "the client did not prove itself",
            );
        };
        if first(&form, "grant_type") != Some("authorization_code") {
            return oauth_error(StatusCode::BAD_REQUEST, "unsupported_grant_type", "only authorization_code");
        }
        let grant = match grants.redeem(client, &form, access_token.clone(), now_s) {
            Ok(grant) => grant,
            Err(reason) => return oauth_error(StatusCode::BAD_REQUEST, "invalid_grant", reason),
        };
        let claims = claims::id_token(&self.issuer, &grant, &access_token, now_s, *forgery);
        let Ok(id_token) = keys.sign(&claims, *forgery) else { return broken() };
        issued.insert(id_token.clone(), (grant.client.clone(), grant.session.clone()));
        let answer = json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": ACCESS_LIFE_S,
            "scope": grant.scope,
            "id_token": id_token,
        });
        json_reply(StatusCode::OK, &answer)
    }

    fn userinfo(&self, call: &Call) -> Reply {
        let token = call
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let memory = self.memory();
        if let Some(grant) = token.and_then(|token| memory.grants.bearer(token, self.clock.now_s())) {
            return json_reply(StatusCode::OK, &claims::userinfo(grant, memory.forgery));
        }
        let mut reply = oauth_error(StatusCode::UNAUTHORIZED, "invalid_token", "unknown or expired");
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        reply.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        reply
    }

    /// Ends a session (OpenID Connect RP-Initiated Logout 1.0): the browser's own, and the one that the hint came out of. Sends
    /// the browser back only to where the client of that very token has registered.
    fn log_out(&self, call: &Call) -> Reply {
        let form = if call.method == Method::POST { call.form() } else { call.query.clone() };
        let mut memory = self.memory();
        if let Some(cookie) = call.cookie(COOKIE) {
            memory.sessions.remove(cookie);
        }
        let hint = first(&form, "id_token_hint").and_then(|token| memory.issued.get(token).cloned());
        if let Some((client, ended)) = hint {
            memory.sessions.retain(|_, session| session.name != ended);
            let named = first(&form, "client_id").is_none_or(|id| id == client);
            let back = first(&form, "post_logout_redirect_uri");
            let registered = memory.clients.get(&client).map(|client| &client.logged_out_uris);
            if let Some((back, registered)) = back.zip(registered)
                && named
                && registered.iter().any(|uri| uri == back)
            {
                return redirect(back);
            }
        }
        page(login::NAME, "Signed out", "<div class=\"phone\"><h1>You are signed out</h1></div>", false, None)
    }

    fn refuse(&self, refusal: Refusal) -> Reply {
        match refusal {
            Refusal::Page(text) => problem(login::NAME, StatusCode::BAD_REQUEST, text),
            Refusal::Back { redirect_uri, state, post, error, description } => {
                let mut pairs = vec![("error", error), ("error_description", description)];
                pairs.extend(state.as_deref().map(|state| ("state", state)));
                self.back(&redirect_uri, post, &pairs)
            }
        }
    }

    /// Sends the browser back to the client, with the issuer beside the answer (RFC 9207).
    fn back(&self, redirect_uri: &str, post: bool, pairs: &[(&str, &str)]) -> Reply {
        let mut pairs = pairs.to_vec();
        match self.memory().forgery {
            Forgery::NoCallbackIssuer => {}
            Forgery::WrongCallbackIssuer => pairs.push(("iss", "https://another.example")),
            _ => pairs.push(("iss", &self.issuer)),
        }
        if post {
            return form_post(redirect_uri, &pairs);
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let joint = if redirect_uri.contains('?') { '&' } else { '?' };
        redirect(&format!("{redirect_uri}{joint}{query}"))
    }

    fn accounts(&self, profile: Profile) -> &[Account] {
        match profile {
            Profile::Staff => &self.staff,
            Profile::MitIdBroker => &self.danes,
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A page whose button posts the answer to the client; a real provider presses it by script.
fn form_post(redirect_uri: &str, pairs: &[(&str, &str)]) -> Reply {
    let fields = pairs.iter().fold(String::new(), |html, (name, value)| {
        format!("{html}<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value))
    });
    let main = format!(
        "<div class=\"phone\"><h1>Almost there</h1><form method=\"post\" action=\"{}\">{fields}\
         <button>Continue</button></form></div>",
        escape(redirect_uri)
    );
    page(login::NAME, "Continue", &main, false, None)
}

fn oauth_error(status: StatusCode, error: &str, description: &str) -> Reply {
    json_reply(status, &json!({ "error": error, "error_description": description }))
}

fn broken() -> Reply {
    problem(login::NAME, StatusCode::INTERNAL_SERVER_ERROR, "The simulator has no randomness.")
}
