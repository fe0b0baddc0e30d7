//! Keeps up with what administrators do to the plugins: new logins begin with what is active, and the audit chain tells
//! of every change.
//!
//! The change itself is made by the command line, in the registry's own table, while the appliance runs or while it does
//! not. Invariant: a line of the table's journal and the note that it was copied are one transaction.

use kuvert_bundle::Line;
use kuvert_domain::id::MunicipalityId;
use kuvert_store::{AuditEntry, Reading as _, records::PluginMark};

use super::Tasks;
use crate::{ServiceError, epochs};

/// What a look at the plugins found: ways to sign in, each `municipality/method`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginLook {
    /// People can sign in by these.
    pub in_order: Vec<String>,
    /// And not by these; the log says why.
    pub out_of_order: Vec<String>,
}

impl Tasks {
    /// Takes over what has changed since the last look; costs next to nothing when nothing has.
    pub async fn keep_up_with_plugins(&self) -> Result<(), ServiceError> {
        let broken = |error: String| ServiceError::Broken(error);
        self.core.sandbox.refresh().await.map_err(|fault| broken(fault.to_string()))?;
        let registry = self.core.registry.clone();
        let stamp = registry.stamp();
        let mut told = self.core.plugins_told.lock().await;
        if *told == stamp {
            return Ok(());
        }
        let table = tokio::task::spawn_blocking(move || registry.table()).await;
        let table =
            table.map_err(|error| broken(error.to_string()))?.map_err(|error| broken(error.to_string()))?;
        for municipality in &self.core.directory.municipalities {
            self.copy_journal(municipality.id, table.journal().to_vec()).await?;
        }
        *told = stamp;
        Ok(())
    }

    /// Looks at plugins, keys, trust profiles and the certificates that they need, whether or not anything seems to have
    /// changed: the ways to sign in that are in order, and those that are not.
    pub async fn look_at_plugins_anew(&self) -> Result<PluginLook, ServiceError> {
        let standing = self.core.sandbox.look_anew().await;
        let standing = standing.map_err(|fault| ServiceError::Broken(fault.to_string()))?;
        self.keep_up_with_plugins().await?;
        let (well, ill): (Vec<_>, Vec<_>) = standing.into_iter().partition(|(_, state)| state.is_ok());
        let names = |list: Vec<(String, _)>| list.into_iter().map(|(binding, _)| binding).collect();
        Ok(PluginLook { in_order: names(well), out_of_order: names(ill) })
    }

    async fn copy_journal(&self, id: MunicipalityId, journal: Vec<Line>) -> Result<(), ServiceError> {
        self.core
            .write(id, move |tx| {
                let mark = tx.get::<PluginMark>(&PluginMark::key(id))?.unwrap_or_default();
                // A table that was begun anew starts over: everything in it is news.
                let last = journal.last().map_or(0, |line| line.number);
                let copied = if last < mark.copied { 0 } else { mark.copied };
                let news = journal.iter().filter(|line| line.number > copied);
                let mut copied = copied;
                for line in news {
                    let details = format!(
                        "{} {} {} by {} at {} {}",
                        line.plugin, line.version, line.digest, line.who, line.at, line.note
                    );
                    let entry = AuditEntry::new(id, action(&line.what));
                    tx.emit(entry.details(epochs::standing(id), details.into_bytes()))?;
                    copied = line.number;
                }
                if copied != mark.copied {
                    tx.put(&PluginMark::key(id), &PluginMark { copied }, &epochs::standing(id))?;
                }
                Ok(())
            })
            .await
    }
}

fn action(what: &str) -> &'static str {
    match what {
        "install" => "plugin.installed",
        "activate" => "plugin.activated",
        "roll-back" => "plugin.rolled-back",
        "remove" => "plugin.removed",
        "quarantine" => "plugin.quarantined",
        "approve-profile" => "profile.approved",
        "test-mode-on" => "plugin.test-mode-on",
        "test-mode-off" => "plugin.test-mode-off",
        _ => "plugin.changed",
    }
}
