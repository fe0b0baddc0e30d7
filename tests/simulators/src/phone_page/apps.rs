//! BankID and Freja as the phone page sees them: one way to ask what waits, and to answer it.
//!
//! No rule of either app is here.

use crate::bankid::{self, OrderRef};
use crate::freja::{self, AuthRef};
use crate::people::Swede;

/// Something that waits for a person, in one of the apps.
pub(crate) struct Order {
    pub(crate) id: String,
    /// Who asks, as far as the app knows.
    pub(crate) site: String,
    /// `identify yourself` or `sign`.
    pub(crate) verb: &'static str,
    /// What the person is shown.
    pub(crate) text: Option<String>,
    /// The person whose app has it.
    pub(crate) person: Option<String>,
    /// Whether it was opened from the device that shows the page.
    pub(crate) same_device: bool,
    pub(crate) age_s: u64,
    /// How it can be taken up: action and label.
    pub(crate) way: (&'static str, &'static str),
}

/// An app on every phone. Its faults are sentences for the person.
pub(crate) trait PhoneApp: Send + Sync {
    fn id(&self) -> &'static str;
    fn name(&self) -> &'static str;
    /// Everybody who has it.
    fn people(&self) -> Vec<Swede>;
    /// Whether a scanned text or a link is for this app.
    fn knows(&self, text: &str) -> bool;
    fn waiting(&self) -> Vec<Order>;
    /// Takes what a text or link names.
    fn take(&self, number: &str, action: &str, data: &str) -> Result<(), String>;
    /// Takes what a screen shows to the person who sits before it.
    fn take_screen(&self, number: &str, action: &str, order: &str) -> Result<(), String>;
    fn show(&self, order: &str) -> Result<(), String>;
    /// Gives the address that the app leads back to.
    fn approve(&self, order: &str) -> Result<Option<String>, String>;
    fn decline(&self, order: &str) -> Result<(), String>;
}

impl PhoneApp for bankid::Phone {
    fn id(&self) -> &'static str {
        "bankid"
    }

    fn name(&self) -> &'static str {
        "BankID"
    }

    fn people(&self) -> Vec<Swede> {
        self.people().to_vec()
    }

    fn knows(&self, text: &str) -> bool {
        // A frame, a link, or the bare token of a link.
        text.starts_with("bankid") || text.starts_with("https://app.bankid.com/") || !text.contains(':')
    }

    fn waiting(&self) -> Vec<Order> {
        self.waiting().into_iter().map(bankid_order).collect()
    }

    fn take(&self, number: &str, action: &str, data: &str) -> Result<(), String> {
        let taken = match action {
            "open" => self.open(number, autostart_token(data)),
            _ => self.scan(number, data),
        };
        taken.map(drop).map_err(|fault| fault.to_string())
    }

    fn take_screen(&self, number: &str, action: &str, order: &str) -> Result<(), String> {
        let order = OrderRef(order.to_owned());
        let taken = match action {
            "open" => self.open_screen(number, &order),
            "call" => self.answer_call(number),
            _ => self.scan_screen(number, &order),
        };
        taken.map(drop).map_err(|fault| fault.to_string())
    }

    fn show(&self, order: &str) -> Result<(), String> {
        self.show(&OrderRef(order.to_owned())).map_err(|fault| fault.to_string())
    }

    fn approve(&self, order: &str) -> Result<Option<String>, String> {
        self.approve(&OrderRef(order.to_owned())).map_err(|fault| fault.to_string())
    }

    fn decline(&self, order: &str) -> Result<(), String> {
        self.decline(&OrderRef(order.to_owned())).map_err(|fault| fault.to_string())
    }
}

impl PhoneApp for freja::App {
    fn id(&self) -> &'static str {
        "freja"
    }

    fn name(&self) -> &'static str {
        "Freja"
    }

    fn people(&self) -> Vec<Swede> {
        self.holders().iter().map(|holder| holder.person.clone()).collect()
    }

    fn knows(&self, text: &str) -> bool {
        let ours = ["frejaeid:", "https://app.prod.frejaeid.com/", "https://app.test.frejaeid.com/"];
        ours.into_iter().any(|prefix| text.starts_with(prefix))
    }

    fn waiting(&self) -> Vec<Order> {
        let order = |waiting: freja::Waiting| Order {
            // A site that gave a way back has shown a link to the app, one that gave none a QR code.
            way: match waiting.way_back {
                Some(_) => ("open", "Open Freja on that same device"),
                None => ("scan", "Scan the QR code on its screen"),
            },
            id: waiting.order.to_string(),
            // Freja shows the name in the agreement, which the request does not hold.
            site: "The relying party".to_owned(),
            verb: "identify yourself",
            text: None,
            person: waiting.person,
            same_device: waiting.way_back.is_some(),
            age_s: waiting.age_s,
        };
        self.waiting().into_iter().map(order).collect()
    }

    fn take(&self, number: &str, _action: &str, data: &str) -> Result<(), String> {
        self.bind(number, data).map(drop).map_err(|fault| fault.to_string())
    }

    fn take_screen(&self, number: &str, _action: &str, order: &str) -> Result<(), String> {
        self.scan_screen(number, &AuthRef(order.to_owned())).map(drop).map_err(|fault| fault.to_string())
    }

    fn show(&self, _order: &str) -> Result<(), String> {
        Ok(())
    }

    fn approve(&self, order: &str) -> Result<Option<String>, String> {
        self.approve(&AuthRef(order.to_owned())).map_err(|fault| fault.to_string())
    }

    fn decline(&self, order: &str) -> Result<(), String> {
        self.decline(&AuthRef(order.to_owned())).map_err(|fault| fault.to_string())
    }
}

fn bankid_order(waiting: bankid::Waiting) -> Order {
    let site = waiting.web.and_then(|web| web.referring_domain);
    Order {
        id: waiting.order.to_string(),
        site: site.unwrap_or_else(|| "A relying party".to_owned()),
        verb: if waiting.kind.is_signing() { "sign" } else { "identify yourself" },
        text: waiting.text,
        person: waiting.person,
        same_device: waiting.same_device,
        age_s: waiting.age_s,
        // A site that gave a way back has shown a link to the app, one that gave none a QR code.
        way: match (waiting.kind.is_call(), waiting.return_url) {
            (true, _) => ("call", "Open BankID as the caller asks"),
            (false, None) => ("scan", "Scan the QR code on its screen"),
            (false, Some(_)) => ("open", "Open BankID on that same device"),
        },
    }
}

/// The token in one of BankID's links, or the text itself.
fn autostart_token(data: &str) -> &str {
    let token = data.split_once("autostarttoken=").map_or(data, |(_, rest)| rest);
    token.split('&').next().unwrap_or_default()
}
