//! Catches what the appliance logs, so that a story can be held to its silence.
//!
//! Each story has its own log; what threads outside its runtime say lands in one log for the whole binary.

use std::io;
use std::sync::{Arc, Mutex, OnceLock};

use tracing::Dispatch;
use tracing_subscriber::fmt::MakeWriter;

/// Everything that was logged, as text.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// The log of threads that belong to no story.
    pub(crate) fn of_strays() -> &'static Self {
        static STRAYS: OnceLock<Log> = OnceLock::new();
        STRAYS.get_or_init(|| {
            let log = Self::default();
            tracing::dispatcher::set_global_default(log.dispatch()).expect("only this binary's log is set");
            log
        })
    }

    /// A subscriber that writes here, one level more talkative than a municipality's own.
    pub(crate) fn dispatch(&self) -> Dispatch {
        let filter = "info,kuvert=debug,kuvert_service=debug,kuvert_store=debug,kuvert_sandbox=debug";
        let subscriber =
            tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(self.clone());
        Dispatch::new(subscriber.finish())
    }

    /// What stands there now.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }

    /// The lines of level error.
    pub(crate) fn errors(&self) -> Vec<String> {
        let is_error = |line: &&str| line.split_whitespace().nth(1) == Some("ERROR");
        self.text().lines().filter(is_error).map(str::to_owned).collect()
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
