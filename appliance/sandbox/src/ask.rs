//! The questions that can be put to a guest, and the answers to them.
//!
//! One enum, so that there is exactly one place where a store is made, limited and thrown away.

use wasmtime::Store;

use crate::{
    contract::{CallContext, GuestFault, IdentityProvider, Location, provider},
    host::Host,
};

/// A call of one export.
pub(crate) enum Ask {
    Describe,
    Probe,
    Begin(provider::BeginArgs),
    Advance(Vec<u8>, provider::Event),
    Render(Vec<u8>),
    Cancel(Vec<u8>),
    EndSession(Vec<u8>),
}

/// What came back, not yet judged.
pub(crate) enum Answer {
    Info(provider::Info),
    Checks(Vec<provider::Check>),
    Turn(Vec<u8>, provider::Step),
    Frame(provider::Display),
    Parting(Option<Location>),
    Nothing,
}

impl Ask {
    /// Describing and drawing send nothing.
    pub(crate) fn has_network(&self) -> bool {
        !matches!(self, Self::Describe | Self::Render(_))
    }

    /// Puts the question. The outer error is the engine's, the inner one the guest's own.
    pub(crate) async fn put(
        self,
        guest: &IdentityProvider,
        store: &mut Store<Host>,
        context: &CallContext,
        now_ms: u64,
    ) -> wasmtime::Result<Result<Answer, GuestFault>> {
        let provider = guest.kuvert_identity_provider();
        let turn = |(state, step)| Answer::Turn(state, step);
        Ok(match self {
            Self::Describe => Ok(Answer::Info(provider.call_describe(store).await?)),
            Self::Probe => Ok(Answer::Checks(provider.call_probe(store, context).await?)),
            Self::Begin(args) => provider.call_begin(store, context, &args).await?.map(turn),
            Self::Advance(state, event) => {
                provider.call_advance(store, context, &state, &event).await?.map(turn)
            }
            Self::Render(state) => Ok(Answer::Frame(provider.call_render(store, &state, now_ms).await?)),
            Self::Cancel(state) => {
                provider.call_cancel(store, context, &state).await?.map(|()| Answer::Nothing)
            }
            Self::EndSession(state) => {
                provider.call_end_session(store, context, &state).await?.map(Answer::Parting)
            }
        })
    }
}
