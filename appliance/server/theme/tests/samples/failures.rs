//! Samples of how a login ends without anybody signed in: refused, broken off, or the way out of it.
//!
//! What each page must say is the tests' business.

use kuvert_service::sandbox::FaultCode;

use crate::web::view::signing_in::{AppPlace, Failed, FailureClass, Parting};

/// A login that ended because of the person, or of what the person has.
pub(in crate::theme::tests) fn failed(class: FailureClass, retryable: bool) -> Failed {
    Failed {
        staff: class == FailureClass::NoRole,
        method: "BankID".into(),
        class,
        methods: vec!["Freja".into()],
        reference: "7f3a-22c1".into(),
        message: "Din BankID-app är för gammal. <b>bold</b>".into(),
        fault: String::new(),
        switch: retryable.then(|| "bankid/this".into()),
        place: AppPlace::Other,
        retryable,
        login: "bankid/other".into(),
        action: "/login".into(),
        back: "/".into(),
    }
}

pub(super) fn parting() -> Parting {
    Parting { method: "Granby-konto".into(), url: "https://idp.example/end?x=1&y=2".into(), staff: true }
}

/// A login that ended because a plugin failed.
pub(in crate::theme::tests) fn faulty(code: FaultCode) -> Failed {
    let fault = code.name().to_owned();
    Failed { message: String::new(), fault, ..failed(FailureClass::Config, true) }
}
