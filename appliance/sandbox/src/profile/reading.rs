//! Reads a claim for itself, from evidence, under a profile.
//!
//! Security: this is where it is decided who somebody is. A guest's pointer must name evidence of this login, at a
//! place that the profile makes citable for that field, in an answer that is bound to this login. A guest that points
//! elsewhere lies; answers that contradict each other, or hold nothing where something must be, are the provider's
//! fault, and no plugin is blamed for them.

use std::fmt;

use kuvert_domain::{level::Level, secret::Secret};
use serde_json::Value;

use super::{Field, Profile};
use crate::{
    Claim, Fault, FaultCode,
    contract::{Pointer, provider},
    evidence::{Dossier, Evidence},
    limits::Limits,
};

/// Reads every field that the guest points at.
pub(crate) fn claim(
    profile: &Profile,
    dossier: &Dossier,
    pointers: &provider::Claim,
    limits: &Limits,
) -> Result<Claim, Fault> {
    let reader = Reader { profile, dossier, limits };
    let text = |field, pointer: &Option<Pointer>| -> Result<Option<String>, Fault> {
        pointer.as_ref().map(|pointer| reader.text(field, pointer)).transpose()
    };
    let level = reader.level(pointers.level.as_ref())?;
    let number = text(Field::Number, &pointers.number)?;
    let name = text(Field::Name, &pointers.name)?;
    let organisation = text(Field::Organisation, &pointers.organisation)?;
    let subject = text(Field::Subject, &pointers.subject)?;
    let groups = pointers.groups.as_ref().map(|pointer| reader.list(Field::Groups, pointer)).transpose()?;
    for field in &profile.requires {
        let present = match field {
            Field::Number => number.is_some(),
            Field::Name => name.is_some(),
            Field::Organisation => organisation.is_some(),
            Field::Level => true,
            Field::Subject => subject.is_some(),
            Field::Groups => groups.is_some(),
        };
        if !present {
            return Err(unusable(format!("a claim without {field:?}")));
        }
    }
    let country = number.as_ref().and(profile.country());
    Ok(Claim {
        number: number.map(Secret::new),
        country,
        name: name.map(Secret::new),
        organisation,
        level,
        subject: subject.map(Secret::new),
        groups,
    })
}

struct Reader<'a> {
    profile: &'a Profile,
    dossier: &'a Dossier,
    limits: &'a Limits,
}

impl Reader<'_> {
    /// The level: the lowest of all that the answers say about it, wherever a guest points. Security: a provider that says
    /// two things must not be taken at the higher one, and a word that the profile does not know counts for nothing.
    fn level(&self, pointer: Option<&Pointer>) -> Result<Level, Fault> {
        let known = |said: Option<&str>| {
            self.profile.level(said).ok_or_else(|| unusable("the level is not in the profile"))
        };
        let cited = pointer.map(|pointer| self.text(Field::Level, pointer)).transpose()?;
        let mut level = known(cited.as_deref())?;
        for place in self.profile.places(Field::Level) {
            let Some(evidence) = self.dossier.under(&place.answer) else { continue };
            if let Some(said) = evidence.document().map_err(unusable)?.pointer(&place.path) {
                level = level.min(known(Some(said.as_str().unwrap_or_default()))?);
            }
        }
        Ok(level)
    }

    /// Evidence that this login does not have. Where an answer came from the right door and was not fit to count, the
    /// provider may be the reason.
    fn dead_end(&self, what: impl fmt::Display, evidence: impl fmt::Display) -> Fault {
        let detail = format!("{what} cites evidence that this login does not have: {evidence}");
        if self.dossier.turned_away() { unusable(detail) } else { lie(detail) }
    }

    fn text(&self, field: Field, pointer: &Pointer) -> Result<String, Fault> {
        match self.value(field, pointer)? {
            Value::String(text) if self.is_plain(&text) => Ok(text),
            _ => Err(unusable(format!("{field:?} is not a short plain string"))),
        }
    }

    fn list(&self, field: Field, pointer: &Pointer) -> Result<Vec<String>, Fault> {
        let items = match self.value(field, pointer)? {
            Value::Array(items) => items,
            // AD FS writes a list of one as its only item.
            one @ Value::String(_) => vec![one],
            _ => return Err(unusable(format!("{field:?} is not a list"))),
        };
        if items.len() > self.limits.groups {
            return Err(unusable(format!("{field:?} is too long a list")));
        }
        let text = |item| match item {
            Value::String(text) if self.is_plain(&text) => Ok(text),
            _ => Err(unusable(format!("{field:?} holds something that is not a short plain string"))),
        };
        items.into_iter().map(text).collect()
    }

    /// The value at a citable place of bound evidence.
    fn value(&self, field: Field, pointer: &Pointer) -> Result<Value, Fault> {
        let Some(evidence) = self.dossier.get(pointer.evidence) else {
            return Err(self.dead_end(format_args!("{field:?}"), pointer.evidence));
        };
        let Some(place) = self.profile.citable(field, evidence.rule(), &pointer.path) else {
            return Err(lie(format!("{field:?} cites a place of {} that is not citable", evidence.rule())));
        };
        let document = self.bound(evidence)?;
        let value = document
            .pointer(&place.path)
            .ok_or_else(|| unusable(format!("{field:?} cites an empty place")))?;
        if place.words.is_empty() { Ok(value.clone()) } else { self.joined(field, value, &place.words) }
    }

    /// The document, once everything that its rule asks for has been found true.
    fn bound(&self, evidence: &Evidence) -> Result<Value, Fault> {
        let name = evidence.rule();
        let rule = self.profile.answers.get(name).ok_or_else(|| unusable("the profile lost a rule"))?;
        let document = evidence.document().map_err(unusable)?;
        for (path, wanted) in &rule.holds {
            if !document.pointer(path).and_then(Value::as_str).is_some_and(|said| wanted.has(said)) {
                return Err(unusable(format!("{name} does not hold what it must at {path}")));
            }
        }
        if let Some(path) = rule.lacks.iter().find(|path| document.pointer(path).is_some()) {
            return Err(unusable(format!("{name} is about another kind of login: {path}")));
        }
        for (path, place) in &rule.equals {
            let Some(other) = self.dossier.under(&place.answer) else {
                return Err(self.dead_end(name, &place.answer));
            };
            let other = other.document().map_err(unusable)?;
            let own = document.pointer(path).and_then(Value::as_str);
            if own.is_none() || own != other.pointer(&place.path).and_then(Value::as_str) {
                return Err(unusable(format!("{name} is about another login: {path}")));
            }
        }
        if let Some(place) = &rule.bearer {
            let current = self.dossier.under(&place.answer).map(Evidence::handle);
            if current.is_none() || current != evidence.bearer() {
                return Err(lie(format!("{name} was fetched with another token")));
            }
        }
        Ok(document)
    }

    /// The parts of a value, each a short plain string, with spaces between. Some people have one name only: a part may
    /// be missing or empty, as long as one is there.
    fn joined(&self, field: Field, value: &Value, words: &[String]) -> Result<Value, Fault> {
        let mut parts = Vec::with_capacity(words.len());
        for path in words {
            match value.pointer(path) {
                None | Some(Value::Null) => {}
                Some(Value::String(text)) if text.is_empty() => {}
                Some(Value::String(text)) if self.is_plain(text) => parts.push(text.as_str()),
                Some(_) => {
                    return Err(unusable(format!("a part of {field:?} is not a short plain string")));
                }
            }
        }
        Ok(Value::String(parts.join(" ")))
    }

    fn is_plain(&self, text: &str) -> bool {
        !text.is_empty() && text.len() <= self.limits.value_bytes && !text.chars().any(char::is_control)
    }
}

/// The guest pointed where it may not.
fn lie(detail: impl Into<String>) -> Fault {
    Fault::new(FaultCode::Claim, detail)
}

/// The provider's answers do not say who somebody is.
fn unusable(detail: impl Into<String>) -> Fault {
    Fault::new(FaultCode::Http, detail)
}

#[cfg(test)]
mod openid;
#[cfg(test)]
mod tokens;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const COLLECTED: &str = r#"{"orderRef":"a","status":"complete","completionData":{"user":
        {"personalNumber":"199908072391","name":"Astrid Ek"},"note":"198001011234"}}"#;

    fn login(started: &str, collected: &str) -> (Dossier, u32) {
        let mut dossier = Dossier::default();
        dossier.keep("started", started.as_bytes(), None, 1024).unwrap();
        let handle = dossier.keep("collected", collected.as_bytes(), None, 1024).unwrap();
        (dossier, handle)
    }

    fn read(dossier: &Dossier, evidence: u32, number: &str) -> Result<Claim, Fault> {
        let at = |path: &str| Some(Pointer { evidence, path: path.to_owned() });
        let pointers = provider::Claim {
            number: at(number),
            name: at("/completionData/user/name"),
            organisation: None,
            level: None,
            subject: None,
            groups: None,
        };
        claim(&Profile::named("bankid", &BTreeMap::new()).unwrap(), dossier, &pointers, &Limits::DEFAULT)
    }

    const NUMBER: &str = "/completionData/user/personalNumber";

    #[test]
    fn the_host_reads_for_itself() {
        let (dossier, handle) = login(r#"{"orderRef":"a"}"#, COLLECTED);
        let claim = read(&dossier, handle, NUMBER).unwrap();
        assert_eq!(claim.number.unwrap().expose(), "199908072391");
        assert_eq!(claim.name.unwrap().expose(), "Astrid Ek");
    }

    #[test]
    fn every_way_round_the_evidence_is_closed() {
        let own = r#"{"orderRef":"a"}"#;
        for (case, path, shift) in [
            ("a place that is not citable", "/completionData/note", 0),
            ("a handle of another login", NUMBER, 7),
            ("the answer to auth", NUMBER, u32::MAX),
        ] {
            let (dossier, handle) = login(own, COLLECTED);
            let fault = read(&dossier, handle.wrapping_add(shift), path).unwrap_err();
            assert_eq!(fault.code, FaultCode::Claim, "{case}");
        }
        for (case, started, collected) in [
            ("another order", r#"{"orderRef":"b"}"#, COLLECTED.to_owned()),
            ("an order that is going on", own, COLLECTED.replace("complete\"", "pending\"")),
            ("a key that comes twice", own, COLLECTED.replace("\"name\"", "\"name\":\"x\",\"name\"")),
            ("an order without a reference", "{}", COLLECTED.replace("\"orderRef\":\"a\",", "")),
            ("a value that is too long", own, COLLECTED.replace("199908072391", &"1".repeat(513))),
            ("a number that is no string", own, COLLECTED.replace("\"199908072391\"", "199908072391")),
            ("no number", own, COLLECTED.replace("personalNumber", "none")),
        ] {
            let (dossier, handle) = login(started, &collected);
            let fault = read(&dossier, handle, NUMBER).unwrap_err();
            assert_eq!(fault.code, FaultCode::Http, "{case}");
        }
    }

    #[test]
    fn an_answer_of_the_wrong_form_is_the_providers_fault() {
        let (mut dossier, _) = login(r#"{"orderRef":"a"}"#, COLLECTED);
        let elsewhere = dossier.pass_over();
        assert_eq!(read(&dossier, elsewhere, NUMBER).unwrap_err().code, FaultCode::Claim);
        let unfit = dossier.turn_away();
        assert_eq!(read(&dossier, unfit, NUMBER).unwrap_err().code, FaultCode::Http);
    }

    #[test]
    fn stale_evidence_is_dead() {
        let (mut dossier, old) = login(r#"{"orderRef":"a"}"#, COLLECTED);
        let new = dossier.keep("collected", COLLECTED.as_bytes(), None, 1024).unwrap();
        assert_eq!(read(&dossier, old, NUMBER).unwrap_err().code, FaultCode::Claim);
        assert!(read(&dossier, new, NUMBER).is_ok());
    }
}
