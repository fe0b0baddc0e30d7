//! The child of a trial, with two differences from the one in `kuvert`: its bounds can be others, and it can be told to do
//! what no trial does.
//!
//! It is the other half of `tests/confinement.rs` and in no package. Its first argument is `trial` or the name of a
//! deed; each further one is a bound, as `computing_s=1`.

mod deeds;

use std::{
    env,
    io::{self, Write as _},
    process::ExitCode,
};

use kuvert_sandbox::{Bounds, compile_trial_within};

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let role = arguments.next().unwrap_or_default();
    let Some(bounds) = arguments.try_fold(Bounds::DEFAULT, |bounds, argument| changed(bounds, &argument))
    else {
        return ExitCode::FAILURE;
    };
    if role == "trial" {
        return compile_trial_within(&bounds);
    }
    let Some(deed) = deeds::named(&role) else { return ExitCode::FAILURE };
    if bounds.take_upon_oneself().is_err() {
        return ExitCode::FAILURE;
    }
    let answer = match deed() {
        Ok(()) => "passed\n".to_owned(),
        Err(error) => format!("P-COMPILE\nrefused: {error}\n"),
    };
    drop(io::stdout().write_all(answer.as_bytes()));
    ExitCode::SUCCESS
}

fn changed(mut bounds: Bounds, argument: &str) -> Option<Bounds> {
    let (name, value) = argument.split_once('=')?;
    let number = || value.parse().ok();
    match name {
        "memory_bytes" => bounds.memory_bytes = number()?,
        "computing_s" => bounds.computing_s = number()?,
        "file_bytes" => bounds.file_bytes = number()?,
        "open_files" => bounds.open_files = number()?,
        "only_listed_calls" => bounds.only_listed_calls = value == "true",
        _ => return None,
    }
    Some(bounds)
}
