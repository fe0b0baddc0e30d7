//! Following a login: polls when they are due, the app's way back, the provider's callback.
//!
//! Invariant: a step of the plugin counts only when the stored login is still at the turn the step was made for, and
//! nothing is shown before it is durably stored.

use jiff::{SignedDuration, Timestamp};
use kuvert_sandbox::{Display, Event, Fault, FaultCode, Step, Transaction, Turn};
use kuvert_store::{
    Reading as _,
    records::{self, LoginStage},
};

use super::{
    Destination, Device, Front, LoginFailure, LoginState, LoginView, Waiting, begin::context,
    begin::seconds_until, judge,
};
use crate::{
    Conflict, LoginCookie, ServiceError,
    token::{equal, hash_of},
};

/// How long the page that came in first has the way to itself, so that the other one does not take its new session away.
const AHEAD: SignedDuration = SignedDuration::from_secs(3);
/// After so many polls in a row without an answer the person is told that the provider is silent.
const SILENT: u32 = 2;
/// How long the answer to a poll may take; longer than any call of a plugin does.
const UNDER_WAY: SignedDuration = SignedDuration::from_secs(15);
/// The slowest a page looks again while somebody is busy in an app.
const FRAME_MS: u32 = 2_000;

impl Front {
    /// The app sent the browser back with this nonce. A wrong one changes nothing.
    pub async fn returned(&self, cookie: &LoginCookie, nonce: &str) -> Result<LoginView, ServiceError> {
        let row = find(self, cookie).await?.ok_or(ServiceError::NotFound)?;
        if !equal(&row.nonce_hash, &hash_of(nonce.as_bytes())) {
            return Err(ServiceError::NotFound);
        }
        // The turn stays: a poll that is under way may bring the one answer that counts.
        let row = change(self, cookie, |row| row.returned = true).await?;
        if !matches!(row.stage, LoginStage::Waiting { .. }) {
            return Ok(view(&row, None, self.core.now()));
        }
        poll(self, cookie, row.turn, Event::Returned).await
    }

    /// The provider of this method sent the browser back with these parameters. The code among them is traded even when the
    /// browser has gone before that is done: it counts only once. Security: each method has an address of its own to come
    /// back to, so that the answer of one provider is never taken for another's.
    pub async fn callback(
        &self,
        cookie: &LoginCookie,
        method: &str,
        parameters: Vec<(String, String)>,
    ) -> Result<LoginView, ServiceError> {
        let (front, cookie, method) = (self.clone(), cookie.clone(), method.to_owned());
        self.core.aside.run(async move { front.called_back(&cookie, method, parameters).await }).await
    }

    async fn called_back(
        &self,
        cookie: &LoginCookie,
        method: String,
        parameters: Vec<(String, String)>,
    ) -> Result<LoginView, ServiceError> {
        let (key, epoch) = self.place_of(cookie.id())?;
        let hash = cookie.hash();
        let given = parameters.clone();
        let claimed = self
            .core
            .write(self.municipality, move |tx| {
                let row: Option<records::Login> = tx.get(&key)?;
                let row = row.filter(|row| equal(&row.cookie_hash, &hash)).ok_or(ServiceError::NotFound)?;
                let LoginStage::Redirect { transaction, .. } = &row.stage else {
                    return Ok((row, None));
                };
                let transaction = Transaction::from_bytes(transaction.clone());
                if row.method != method || !transaction.is_answered_by(&given) {
                    return Err(ServiceError::NotFound);
                }
                // The callback is the way back of this flow: it came with the cookie, and the host checks `state`.
                let turn = row.turn + 1;
                let row = records::Login { turn, returned: true, stage: LoginStage::Exchanging, ..row };
                tx.put(&key, &row, &epoch)?;
                Ok((row, Some(transaction)))
            })
            .await?;
        let now = self.core.now();
        match claimed {
            (row, _) if row.ends <= now => Err(ServiceError::NotFound),
            (row, None) => Ok(view(&row, None, now)),
            (row, Some(transaction)) => {
                advance(self, cookie, row, &transaction, Event::Callback(parameters)).await
            }
        }
    }
}

/// Moves a waiting login on if a poll is due; else draws the next frame.
pub(super) async fn look(front: &Front, cookie: &LoginCookie) -> Result<LoginView, ServiceError> {
    let row = find(front, cookie).await?.ok_or(ServiceError::NotFound)?;
    let now = front.core.now();
    if now >= row.ends && !matches!(row.stage, LoginStage::Failed { .. }) {
        return front.run_out(cookie).await.map(|row| view(&row, None, now));
    }
    let LoginStage::Waiting { next_poll, expires, .. } = &row.stage else {
        return Ok(view(&row, None, now));
    };
    if *next_poll <= now {
        let event = if *expires <= now { Event::Restart } else { Event::Poll };
        return poll(front, cookie, row.turn, event).await;
    }
    frame(front, cookie, row).await
}

/// The login of this cookie in this municipality.
pub(super) async fn find(
    front: &Front,
    cookie: &LoginCookie,
) -> Result<Option<records::Login>, ServiceError> {
    let key = records::Login::key(front.municipality, cookie.id());
    let hash = cookie.hash();
    front
        .core
        .read(move |view| {
            let row: Option<records::Login> = view.get(&key)?;
            Ok(row.filter(|row| equal(&row.cookie_hash, &hash)))
        })
        .await
}

/// Stores a new login.
pub(super) async fn keep(
    front: &Front,
    cookie: &LoginCookie,
    row: records::Login,
) -> Result<(), ServiceError> {
    let (key, epoch) = front.place_of(cookie.id())?;
    front.core.write(front.municipality, move |tx| Ok(tx.put(&key, &row, &epoch)?)).await
}

/// What a page shows of a login.
pub(super) fn view(row: &records::Login, display: Option<Display>, now: Timestamp) -> LoginView {
    let device = if row.this_device { Device::This } else { Device::Other };
    let state = match &row.stage {
        LoginStage::Redirect { url, .. } => LoginState::Redirect { url: url.clone() },
        LoginStage::Exchanging => LoginState::Waiting(waiting(row, None, now)),
        LoginStage::Waiting { .. } => LoginState::Waiting(waiting(row, display, now)),
        LoginStage::Approved { .. } if row.needs_return() => LoginState::NeedsReturn,
        LoginStage::Approved { issued: Some(issued), .. } if now.duration_since(issued.first) < AHEAD => {
            LoginState::NeedsReturn
        }
        LoginStage::Approved { .. } => LoginState::Done,
        LoginStage::Failed { class, retryable, reference, message, fault } => {
            LoginState::Failed(LoginFailure {
                class: judge::class_of(class),
                retryable: *retryable,
                reference: reference.clone(),
                message: message.clone(),
                fault: fault.clone(),
            })
        }
        LoginStage::Left => LoginState::Left,
    };
    LoginView {
        method: row.method.clone(),
        audience: row.audience,
        device,
        language: row.language,
        destination: destination(&row.destination),
        state,
    }
}

fn waiting(row: &records::Login, display: Option<Display>, now: Timestamp) -> Waiting {
    let next = display.as_ref().map_or(FRAME_MS, |it| it.next_frame_ms);
    let (qr, link, message) = display.map(|it| (it.qr, it.app_link, it.message.text)).unwrap_or_default();
    Waiting {
        // Security: a login shown on one device and started on another ends by polling; one with a link does not.
        qr: qr.filter(|_| !row.this_device),
        app_link: link.filter(|_| row.this_device),
        message,
        silent: matches!(row.stage, LoginStage::Waiting { unanswered, .. } if unanswered >= SILENT),
        seconds_left: seconds_until(row.ends, now),
        seconds_total: seconds_until(row.ends, row.began),
        next_frame_ms: if next == 0 { FRAME_MS } else { next.clamp(500, FRAME_MS) },
    }
}

fn destination(kept: &records::Destination) -> Destination {
    match kept {
        records::Destination::Home => Destination::Home,
        records::Destination::Link(text) => Destination::Link(text.clone()),
        records::Destination::Page(path) => Destination::Page(path.clone()),
    }
}

/// Polls, if this request may. What the provider answers is kept even when the browser has gone meanwhile: it may say it
/// only once.
async fn poll(
    front: &Front,
    cookie: &LoginCookie,
    turn: u32,
    event: Event,
) -> Result<LoginView, ServiceError> {
    let (here, cookie) = (front.clone(), cookie.clone());
    let polled = async move {
        match claim(&here, &cookie, turn).await? {
            (row, true) => step(&here, &cookie, row, event).await,
            (row, false) => frame(&here, &cookie, row).await,
        }
    };
    front.core.aside.run(polled).await
}

/// Takes the right to poll: one request at a time, at most as often as the provider allows.
async fn claim(
    front: &Front,
    cookie: &LoginCookie,
    turn: u32,
) -> Result<(records::Login, bool), ServiceError> {
    let (key, epoch) = front.place_of(cookie.id())?;
    front
        .core
        .write(front.municipality, move |tx| {
            let mut row: records::Login = tx.get(&key)?.ok_or(ServiceError::NotFound)?;
            let now = tx.now();
            let LoginStage::Waiting { next_poll, .. } = &mut row.stage else {
                return Ok((row, false));
            };
            if row.turn != turn || *next_poll > now {
                return Ok((row, false));
            }
            // Nobody else asks until this answer is there: the provider may say it to this request alone.
            *next_poll = now.saturating_add(UNDER_WAY).unwrap_or(now);
            row.turn += 1;
            tx.put(&key, &row, &epoch)?;
            Ok((row, true))
        })
        .await
}

/// Sends an event to a waiting login's plugin.
async fn step(
    front: &Front,
    cookie: &LoginCookie,
    row: records::Login,
    event: Event,
) -> Result<LoginView, ServiceError> {
    let LoginStage::Waiting { transaction, .. } = &row.stage else {
        return Err(ServiceError::Conflict(Conflict::WrongStep));
    };
    let transaction = Transaction::from_bytes(transaction.clone());
    advance(front, cookie, row, &transaction, event).await
}

async fn advance(
    front: &Front,
    cookie: &LoginCookie,
    row: records::Login,
    transaction: &Transaction,
    event: Event,
) -> Result<LoginView, ServiceError> {
    let context = context(cookie.id(), row.language);
    let result = front.calling(&row.method)?.advance(transaction, event, &context).await;
    settle(front, cookie, row, result).await
}

/// Stores what a step led to, unless the login has moved on meanwhile.
async fn settle(
    front: &Front,
    cookie: &LoginCookie,
    row: records::Login,
    result: Result<Turn, Fault>,
) -> Result<LoginView, ServiceError> {
    let now = front.core.now();
    let (stage, display) = match result {
        Ok(turn) => {
            let display = match &turn.step {
                Step::Wait(wait) => Some(wait.display.clone()),
                _ => None,
            };
            (judge::stage(front, &row, turn, now)?, display)
        }
        Err(fault) if may_pass(&fault) && matches!(row.stage, LoginStage::Waiting { .. }) => {
            let row = ask_again(front, cookie, row.turn, fault.code != FaultCode::Busy).await?;
            return frame(front, cookie, row).await;
        }
        Err(fault) => (judge::failed_by(&front.core, &fault), None),
    };
    match keep_step(front, cookie, row.turn, stage.clone()).await? {
        (Some(row), true) => Ok(view(&row, display, now)),
        (there, _) => {
            // It was given up or ran out meanwhile: an order that came of this step has nobody who waits for it.
            front.tell(records::Login { stage, ..row });
            there.map(|row| view(&row, None, now)).ok_or(ServiceError::NotFound)
        }
    }
}

/// Stores the stage that a step led to, if the login is still at its turn. Answers the login as it then is.
async fn keep_step(
    front: &Front,
    cookie: &LoginCookie,
    turn: u32,
    stage: LoginStage,
) -> Result<(Option<records::Login>, bool), ServiceError> {
    let (key, epoch) = front.place_of(cookie.id())?;
    front
        .core
        .write(front.municipality, move |tx| {
            let Some(mut row) = tx.get::<records::Login>(&key)? else { return Ok((None, false)) };
            let counts = row.turn == turn;
            if counts {
                row.stage = stage.clone();
                row.turn += 1;
                tx.put(&key, &row, &epoch)?;
            }
            Ok((Some(row), counts))
        })
        .await
}

/// Lets the next poll come after the usual pause, when this one came to nothing. `silent` when it was the provider that did
/// not answer; that our own places were taken says nothing about it.
async fn ask_again(
    front: &Front,
    cookie: &LoginCookie,
    turn: u32,
    silent: bool,
) -> Result<records::Login, ServiceError> {
    let now = front.core.now();
    change(front, cookie, move |row| {
        if let LoginStage::Waiting { next_poll, pause_ms, unanswered, .. } = &mut row.stage
            && row.turn == turn
        {
            let pause = SignedDuration::from_millis(i64::from(*pause_ms));
            *next_poll = now.saturating_add(pause).unwrap_or(now);
            *unanswered = unanswered.saturating_add(u32::from(silent));
        }
    })
    .await
}

fn may_pass(fault: &Fault) -> bool {
    fault.retryable || fault.code == FaultCode::Busy
}

/// Draws the next frame of a waiting login, without the network.
async fn frame(front: &Front, cookie: &LoginCookie, row: records::Login) -> Result<LoginView, ServiceError> {
    let display = match &row.stage {
        LoginStage::Waiting { transaction, .. } => {
            let transaction = Transaction::from_bytes(transaction.clone());
            let context = context(cookie.id(), row.language);
            front.calling(&row.method)?.render(&transaction, &context).await.ok()
        }
        _ => None,
    };
    Ok(view(&row, display, front.core.now()))
}

/// Changes a stored login in place.
pub(super) async fn change(
    front: &Front,
    cookie: &LoginCookie,
    edit: impl Fn(&mut records::Login) + Send + 'static,
) -> Result<records::Login, ServiceError> {
    let (key, epoch) = front.place_of(cookie.id())?;
    front
        .core
        .write(front.municipality, move |tx| {
            let mut row: records::Login = tx.get(&key)?.ok_or(ServiceError::NotFound)?;
            edit(&mut row);
            tx.put(&key, &row, &epoch)?;
            Ok(row)
        })
        .await
}
