//! Giving a login up: by the button, by leaving its page, or because its time is over; and the language it goes on in.
//!
//! The provider is told, so that nothing is left in an app that leads nowhere. It is not waited for: a login is given up
//! here whatever the provider says, and an order that it was not told of runs out by itself. What is told is the order that
//! the login had at the very moment it was given up.

use data_encoding::BASE64URL_NOPAD;
use kuvert_domain::{id::LoginId, language::Language};
use kuvert_sandbox::Transaction;
use kuvert_store::{
    Reading as _,
    records::{self, LoginStage},
};

use super::{Front, begin::context, follow, judge};
use crate::{
    LoginCookie, ServiceError,
    token::{equal, hash_of, login_of},
};

impl Front {
    /// Gives a login up. A cookie that names none is no error.
    pub async fn cancel(&self, cookie: &LoginCookie) -> Result<(), ServiceError> {
        let (key, _) = self.place_of(cookie.id())?;
        let hash = cookie.hash();
        let given_up = self.core.write(self.municipality, move |tx| {
            let row: Option<records::Login> = tx.get(&key)?;
            let row = row.filter(|row| equal(&row.cookie_hash, &hash));
            if row.is_some() {
                tx.delete(&key);
            }
            Ok(row)
        });
        if let Some(row) = given_up.await? {
            self.tell(row);
        }
        Ok(())
    }

    /// The page that shows a code for another device was left: cancels the order, and remembers enough to begin anew when
    /// the person comes back. `mark` is the page's own ([`LoginCookie::page_mark`]), so that a page that goes late does not
    /// end the login that came after it.
    ///
    /// A login on this device stays: going to the app is how it goes on.
    pub async fn leave(&self, cookie: &LoginCookie, mark: &str) -> Result<(), ServiceError> {
        if !equal(cookie.page_mark().as_bytes(), mark.as_bytes()) {
            return Ok(());
        }
        let hash = cookie.hash();
        let ends = move |row: &records::Login| {
            let waits = matches!(row.stage, LoginStage::Waiting { .. });
            equal(&row.cookie_hash, &hash) && !row.this_device && waits
        };
        if let Some((was, _)) = self.end(cookie.id(), ends, LoginStage::Left).await? {
            self.tell(was);
        }
        Ok(())
    }

    /// The login's time is over. Answers it as it is from now on.
    pub(super) async fn run_out(&self, cookie: &LoginCookie) -> Result<records::Login, ServiceError> {
        let hash = cookie.hash();
        let ends = move |row: &records::Login| {
            equal(&row.cookie_hash, &hash) && !matches!(row.stage, LoginStage::Failed { .. })
        };
        match self.end(cookie.id(), ends, judge::expired(&self.core)).await? {
            Some((was, is)) => {
                self.tell(was);
                Ok(is)
            }
            None => follow::find(self, cookie).await?.ok_or(ServiceError::NotFound),
        }
    }

    /// An app came back, with this nonce, to a browser that did not begin its login: that login ends, and nobody is let in.
    /// A nonce of no login, and of one that its own browser has come back to, changes nothing.
    ///
    /// Security: this is how it looks when somebody was talked into approving another person's login.
    pub async fn strayed(&self, nonce: &str) -> Result<(), ServiceError> {
        let Some(login) = login_of_nonce(nonce) else { return Ok(()) };
        let hash = hash_of(nonce.as_bytes());
        let ends = move |row: &records::Login| {
            let open = match &row.stage {
                LoginStage::Waiting { .. } => true,
                LoginStage::Approved { issued, .. } => issued.is_none(),
                _ => false,
            };
            open && !row.returned && equal(&row.nonce_hash, &hash)
        };
        if let Some((was, _)) = self.end(login, ends, judge::strayed(&self.core)).await? {
            tracing::warn!(login.id = %login, "ended: its app came back to another browser");
            self.tell(was);
        }
        Ok(())
    }

    /// The language that a login goes on in. A cookie that names none is no error.
    pub async fn speak(&self, cookie: &LoginCookie, language: Language) -> Result<(), ServiceError> {
        match follow::find(self, cookie).await? {
            Some(row) if row.language != language => {
                follow::change(self, cookie, move |row| row.language = language).await.map(|_| ())
            }
            _ => Ok(()),
        }
    }

    /// Puts a login that is to end into its last stage. Answers it as it was and as it is; `None` when it is not to end or
    /// is not there.
    async fn end(
        &self,
        login: LoginId,
        ends: impl Fn(&records::Login) -> bool + Send + 'static,
        stage: LoginStage,
    ) -> Result<Option<(records::Login, records::Login)>, ServiceError> {
        let (key, epoch) = self.place_of(login)?;
        self.core
            .write(self.municipality, move |tx| {
                let row: Option<records::Login> = tx.get(&key)?;
                let Some(was) = row.filter(&ends) else { return Ok(None) };
                let is = records::Login { stage: stage.clone(), turn: was.turn + 1, ..was.clone() };
                tx.put(&key, &is, &epoch)?;
                Ok(Some((was, is)))
            })
            .await
    }

    /// Tells the provider, beside everything else, that nobody waits for this order any longer.
    pub(crate) fn tell(&self, row: records::Login) {
        let LoginStage::Waiting { transaction, .. } = row.stage else { return };
        let (front, id) = (self.clone(), login_of(&row.cookie_hash));
        let context = context(id, row.language);
        self.core.aside.begin(async move {
            let Ok(calling) = front.calling(&row.method) else { return };
            let told = calling.cancel(&Transaction::from_bytes(transaction), &context).await;
            if let Err(fault) = told {
                tracing::info!(login.id = %id, fault.code = %fault.code, "cancel not taken by the provider");
            }
        });
    }
}

/// Which login a nonce says that it is of.
fn login_of_nonce(nonce: &str) -> Option<LoginId> {
    let bytes = BASE64URL_NOPAD.decode(nonce.as_bytes()).ok()?;
    bytes.first_chunk().copied().map(LoginId::from_bytes)
}
