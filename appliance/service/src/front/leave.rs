//! Giving a login up: by the button, or by leaving its page; and the language it goes on in.
//!
//! The provider is told, so that nothing is left in an app that leads nowhere. It is not waited for: a login is given up
//! here whatever the provider says.

use kuvert_domain::language::Language;
use kuvert_sandbox::Transaction;
use kuvert_store::records::{self, LoginStage};

use super::{Front, begin::context, follow};
use crate::{LoginCookie, ServiceError, token::equal};

impl Front {
    /// Gives a login up. A cookie that names none is no error.
    pub async fn cancel(&self, cookie: &LoginCookie) -> Result<(), ServiceError> {
        let Some(row) = follow::find(self, cookie).await? else {
            return Ok(());
        };
        let (key, _) = self.place_of(cookie)?;
        self.core
            .write(self.municipality, move |tx| {
                tx.delete(&key);
                Ok(())
            })
            .await?;
        self.tell(cookie, &row).await
    }

    /// The page that shows a code for another device was left: cancels the order, and remembers enough to begin anew when
    /// the person comes back. `mark` is the page's own ([`LoginCookie::page_mark`]), so that a page that goes late does not
    /// end the login that came after it.
    ///
    /// A login on this device stays: going to the app is how it goes on.
    pub async fn leave(&self, cookie: &LoginCookie, mark: &str) -> Result<(), ServiceError> {
        let Some(row) = follow::find(self, cookie).await? else {
            return Ok(());
        };
        let marked = equal(cookie.page_mark().as_bytes(), mark.as_bytes());
        if !marked || row.this_device || !matches!(row.stage, LoginStage::Waiting { .. }) {
            return Ok(());
        }
        let left = follow::change(self, cookie, |row| {
            if matches!(row.stage, LoginStage::Waiting { .. }) {
                row.stage = LoginStage::Left;
                row.turn += 1;
            }
        });
        match left.await?.stage {
            LoginStage::Left => self.tell(cookie, &row).await,
            _ => Ok(()),
        }
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

    /// Tells the provider that the person went away.
    async fn tell(&self, cookie: &LoginCookie, row: &records::Login) -> Result<(), ServiceError> {
        if let LoginStage::Waiting { transaction, .. } = &row.stage {
            let transaction = Transaction::from_bytes(transaction.clone());
            let context = context(cookie, row.language);
            let told = self.calling(&row.method)?.cancel(&transaction, &context).await;
            if let Err(fault) = told {
                tracing::info!(login.id = %cookie.id(), fault.code = %fault.code, "cancel not taken by the provider");
            }
        }
        Ok(())
    }
}
