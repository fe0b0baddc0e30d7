//! How the methods are: which one rests because it keeps failing.
//!
//! A method rests after five faults within a minute: half a minute at first, twice as long each time it fails again, ten
//! minutes at most. Then one login may try. Only faults that a person cannot cause count, and those of one browser or
//! one login count once. It is a state of this process: another node finds out for itself, and so does the next start.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use kuvert_sandbox::{Fault, FaultCode};

const FAULTS: usize = 5;
const WITHIN: SignedDuration = SignedDuration::from_secs(60);
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(30);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(10);
/// Who failed again this soon after a pause pauses twice as long.
const RELAPSE: SignedDuration = SignedDuration::from_mins(10);
/// A login that tries for the others and is never heard of again.
const TRIAL: SignedDuration = SignedDuration::from_secs(15);
/// Equal faults of a method get one audit line in this time.
const LINE_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// Whose doing a call was, as far as one person's doings must not count twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Who {
    /// A browser, by its address; for IPv6 by the network that one customer has.
    Browser(IpAddr),
    /// A login under way.
    Login(String),
    /// Whatever happened may be the doing of whoever called: the call carried a stranger's words.
    Nobody,
}

/// The health of all methods.
#[derive(Debug, Default)]
pub(crate) struct Health(Mutex<HashMap<String, Method>>);

/// What has happened to one method since the start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MethodFigures {
    /// The method: `municipality/method`.
    pub method: String,
    /// How many calls came to an end, of each kind.
    pub calls: BTreeMap<&'static str, u64>,
    /// How many of them in a fault, by its code.
    pub faults: BTreeMap<FaultCode, u64>,
    /// Whether it rests because it keeps failing.
    pub rests: bool,
}

#[derive(Debug, Default)]
struct Method {
    calls: BTreeMap<&'static str, u64>,
    counted: BTreeMap<FaultCode, u64>,
    faults: Vec<(Timestamp, Who)>,
    rest: Option<Rest>,
    /// When the last rest ended or began, and how long it was.
    last: Option<(Timestamp, SignedDuration)>,
    lines: HashMap<FaultCode, (Timestamp, u32)>,
}

#[derive(Debug)]
struct Rest {
    code: FaultCode,
    until: Timestamp,
    /// Since when one login tries, and whose.
    trial: Option<(Timestamp, Who)>,
}

impl Who {
    pub(crate) fn of_address(address: IpAddr) -> Self {
        Self::Browser(match address.to_canonical() {
            IpAddr::V6(six) => IpAddr::V6((six.to_bits() & !(u128::MAX >> 64)).into()),
            four @ IpAddr::V4(_) => four,
        })
    }

    pub(crate) fn of_login(id: &str) -> Self {
        Self::Login(id.to_owned())
    }
}

impl Health {
    /// Whether a login of this browser may begin. While a method rests, none may; after that, one at a time until it goes
    /// well.
    pub(crate) fn ask(&self, binding: &str, who: &Who, now: Timestamp) -> Result<(), Fault> {
        let mut methods = self.methods();
        let Some(rest) = methods.get_mut(binding).and_then(|method| method.rest.as_mut()) else {
            return Ok(());
        };
        // A clock that was set back must not make a pause longer than any pause.
        let is_over = now >= rest.until || rest.until.duration_since(now) > LONGEST_PAUSE;
        let is_tried = rest.trial.as_ref().is_some_and(|(since, _)| now.duration_since(*since).abs() < TRIAL);
        if !is_over || is_tried {
            let detail = "the method keeps failing and rests";
            return Err(Fault::passing(rest.code, detail));
        }
        rest.trial = Some((now, who.clone()));
        Ok(())
    }

    /// Counts a call that came to an end.
    pub(crate) fn count(&self, binding: &str, call: &'static str, fault: Option<FaultCode>) {
        let mut methods = self.methods();
        let method = methods.entry(binding.to_owned()).or_default();
        let calls = method.calls.entry(call).or_default();
        *calls = calls.saturating_add(1);
        if let Some(code) = fault {
            let faults = method.counted.entry(code).or_default();
            *faults = faults.saturating_add(1);
        }
    }

    /// All that was counted, by method.
    pub(crate) fn figures(&self) -> Vec<MethodFigures> {
        let methods = self.methods();
        let mut figures: Vec<MethodFigures> = methods
            .iter()
            .filter(|(_, method)| !method.calls.is_empty())
            .map(|(name, method)| MethodFigures {
                method: name.clone(),
                calls: method.calls.clone(),
                faults: method.counted.clone(),
                rests: method.rest.is_some(),
            })
            .collect();
        figures.sort_by(|one, other| one.method.cmp(&other.method));
        figures
    }

    /// A call went well that only goes well when plugin and provider do: a resting method rests no longer.
    pub(crate) fn works(&self, binding: &str) {
        let mut methods = self.methods();
        if let Some(method) = methods.get_mut(binding)
            && method.rest.take().is_some()
        {
            tracing::info!(binding, "the method works again");
        }
    }

    /// A call failed. Says for how long the method rests from now on, when it is this call that made it so.
    pub(crate) fn failed(
        &self,
        binding: &str,
        who: &Who,
        fault: &Fault,
        now: Timestamp,
    ) -> Option<SignedDuration> {
        if !counts(who, fault) {
            return None;
        }
        let mut methods = self.methods();
        let method = methods.entry(binding.to_owned()).or_default();
        if let Some(rest) = &method.rest {
            // Only the login that tries for the others says how it is now; those that began before say how it was.
            let tries = rest.trial.as_ref().is_some_and(|(_, whose)| whose == who);
            return tries.then(|| method.lie_down(fault.code, now));
        }
        method
            .faults
            .retain(|(at, earlier)| now.duration_since(*at).abs() < WITHIN && !is_same(earlier, who, fault));
        method.faults.push((now, who.clone()));
        (method.faults.len() >= FAULTS).then(|| method.lie_down(fault.code, now))
    }

    /// Brings a method to rest for what its plugin did. Says for how long, unless it rests already.
    pub(crate) fn rest(&self, binding: &str, code: FaultCode, now: Timestamp) -> Option<SignedDuration> {
        let mut methods = self.methods();
        let method = methods.entry(binding.to_owned()).or_default();
        let tried = method.rest.as_ref().is_none_or(|rest| rest.trial.is_some());
        tried.then(|| method.lie_down(code, now))
    }

    /// Whether a fault gets an audit line, and how many like it went without one: a poll each second must not fill the
    /// chain.
    pub(crate) fn worth_a_line(&self, binding: &str, code: FaultCode, now: Timestamp) -> Option<u32> {
        let mut methods = self.methods();
        let lines = &mut methods.entry(binding.to_owned()).or_default().lines;
        let (last, unsaid) = lines.entry(code).or_insert((Timestamp::MIN, 0));
        if now.duration_since(*last).abs() < LINE_EVERY {
            *unsaid = unsaid.saturating_add(1);
            return None;
        }
        *last = now;
        Some(std::mem::take(unsaid))
    }

    fn methods(&self) -> MutexGuard<'_, HashMap<String, Method>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Method {
    fn lie_down(&mut self, code: FaultCode, now: Timestamp) -> SignedDuration {
        let pause = match self.last {
            Some((at, pause)) if now.duration_since(at).abs() < pause.saturating_add(RELAPSE) => {
                pause.saturating_mul(2).min(LONGEST_PAUSE)
            }
            _ => FIRST_PAUSE,
        };
        let until = now.saturating_add(pause).unwrap_or(now);
        self.faults.clear();
        self.rest = Some(Rest { code, until, trial: None });
        self.last = Some((now, pause));
        pause
    }
}

/// Whether a fault says something about the method, and not about whoever called.
fn counts(who: &Who, fault: &Fault) -> bool {
    match fault.code {
        // A provider that cannot be reached is nobody's doing; one that refuses may be.
        FaultCode::Http => fault.retryable,
        FaultCode::Cpu
        | FaultCode::Wall
        | FaultCode::Memory
        | FaultCode::Trap
        | FaultCode::Output
        | FaultCode::Budget => *who != Who::Nobody,
        // What is set up or built wrongly does not get better by resting; a crowd is not the plugin's fault; false
        // claims have their quarantine, and a refusal has stopped what it had to.
        FaultCode::Signature
        | FaultCode::Bundle
        | FaultCode::Wit
        | FaultCode::Compile
        | FaultCode::Config
        | FaultCode::Denied
        | FaultCode::Claim
        | FaultCode::Busy => false,
    }
}

fn is_same(earlier: &Who, who: &Who, fault: &Fault) -> bool {
    fault.code != FaultCode::Http && earlier == who
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "granby/bankid";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_795_262_400 + second).unwrap()
    }

    fn fault(code: FaultCode) -> Fault {
        Fault { retryable: code == FaultCode::Http, ..Fault::new(code, "") }
    }

    fn browser(number: u8) -> Who {
        Who::of_address([198, 51, 100, number].into())
    }

    /// Fails so often, one browser each, and says what the last one led to.
    fn fails(health: &Health, times: u8, second: i64) -> Option<SignedDuration> {
        (0..times)
            .filter_map(|n| health.failed(NAME, &browser(n), &fault(FaultCode::Trap), at(second)))
            .last()
    }

    #[test]
    fn the_fifth_fault_within_a_minute_opens_the_breaker() {
        let health = Health::default();
        assert_eq!(fails(&health, 4, 0), None);
        assert_eq!(
            health.failed(NAME, &browser(9), &fault(FaultCode::Trap), at(61)),
            None,
            "the others are old"
        );
        assert_eq!(fails(&health, 4, 62), Some(FIRST_PAUSE));
        let resting = health.ask(NAME, &browser(1), at(70)).unwrap_err();
        assert_eq!((resting.code, resting.retryable), (FaultCode::Trap, true));
        assert!(
            health.ask("havnby/bankid", &browser(1), at(70)).is_ok(),
            "another municipality's method goes on"
        );
    }

    #[test]
    fn one_login_tries_and_the_pause_doubles_up_to_ten_minutes() {
        let health = Health::default();
        assert_eq!(fails(&health, 5, 0), Some(FIRST_PAUSE));
        let mut now = 0;
        for pause in [60, 120, 240, 480, 600, 600] {
            now += 600;
            health.ask(NAME, &browser(1), at(now)).unwrap();
            assert!(health.ask(NAME, &browser(2), at(now)).is_err(), "one at a time");
            let began_before = [Who::Nobody, Who::of_login("one"), browser(2)];
            for who in began_before {
                assert_eq!(health.failed(NAME, &who, &fault(FaultCode::Http), at(now)), None, "{who:?}");
            }
            let again = health.failed(NAME, &browser(1), &fault(FaultCode::Trap), at(now));
            assert_eq!(again, Some(SignedDuration::from_secs(pause)));
        }
        health.ask(NAME, &browser(1), at(now + 600)).unwrap();
        assert!(health.ask(NAME, &browser(1), at(now + 600)).is_err());
        health.works(NAME);
        health.ask(NAME, &browser(1), at(now + 600)).unwrap();
        assert_eq!(fails(&health, 5, now + 10_000), Some(FIRST_PAUSE), "long ago is forgotten");
    }

    #[test]
    fn a_trial_that_is_never_heard_of_again_keeps_nobody_out() {
        let health = Health::default();
        fails(&health, 5, 0);
        health.ask(NAME, &browser(1), at(31)).unwrap();
        assert!(health.ask(NAME, &browser(2), at(40)).is_err());
        health.ask(NAME, &browser(2), at(47)).unwrap();
    }

    #[test]
    fn a_person_cannot_open_the_breaker() {
        let health = Health::default();
        for code in [FaultCode::Busy, FaultCode::Denied, FaultCode::Claim, FaultCode::Config] {
            for n in 0..20 {
                assert_eq!(health.failed(NAME, &browser(n), &fault(code), at(0)), None, "{code}");
            }
        }
        for _ in 0..20 {
            assert_eq!(health.failed(NAME, &browser(1), &fault(FaultCode::Trap), at(0)), None, "one browser");
            assert_eq!(health.failed(NAME, &Who::Nobody, &fault(FaultCode::Trap), at(0)), None, "a callback");
            let login = Who::of_login("one");
            assert_eq!(health.failed(NAME, &login, &fault(FaultCode::Output), at(0)), None, "one login");
        }
        let refused = Fault { retryable: false, ..fault(FaultCode::Http) };
        for _ in 0..20 {
            assert_eq!(health.failed(NAME, &Who::Nobody, &refused, at(0)), None, "a provider that refuses");
        }
        let six = |text: &str| Who::of_address(text.parse().unwrap());
        assert_eq!(six("2001:db8::1"), six("2001:db8::2"));
        assert_ne!(six("2001:db8::1"), six("2001:db8:0:1::1"));
    }

    #[test]
    fn a_provider_that_cannot_be_reached_counts_every_time() {
        let health = Health::default();
        let fifth =
            (0..5).filter_map(|_| health.failed(NAME, &Who::Nobody, &fault(FaultCode::Http), at(0))).last();
        assert_eq!(fifth, Some(FIRST_PAUSE));
    }

    #[test]
    fn a_method_that_rests_already_is_not_brought_to_rest_again() {
        let health = Health::default();
        assert_eq!(health.rest(NAME, FaultCode::Claim, at(0)), Some(FIRST_PAUSE));
        assert_eq!(health.rest(NAME, FaultCode::Claim, at(1)), None);
        assert_eq!(fails(&health, 5, 2), None);
    }

    #[test]
    fn a_fault_that_repeats_fills_no_chain() {
        let health = Health::default();
        assert_eq!(health.worth_a_line(NAME, FaultCode::Trap, at(0)), Some(0));
        assert_eq!(health.worth_a_line(NAME, FaultCode::Trap, at(1)), None);
        assert_eq!(health.worth_a_line(NAME, FaultCode::Cpu, at(1)), Some(0));
        assert_eq!(health.worth_a_line(NAME, FaultCode::Trap, at(61)), Some(1));
    }
}
