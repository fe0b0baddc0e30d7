//! What the demo says: where everything is, as text for a person or as one line of JSON for a program.
//!
//! Standard output holds nothing else; the log goes to standard error.

use std::io::Write;

use serde_json::json;

use crate::world::{GRANBY, HAVNBY, World};

/// Prints the addresses; from now on everything answers.
pub(crate) fn ready(world: &World, as_json: bool) -> anyhow::Result<()> {
    let (granby, havnby) = (world.running.origin(GRANBY), world.running.origin(HAVNBY));
    let (phone, mail, clock) = (world.phones.url(), world.smtp.page_url(), world.clock_page.url());
    let mut out = std::io::stdout().lock();
    if as_json {
        let addresses = json!({
            "portal": format!("{granby}/"),
            "staff": format!("{granby}/staff"),
            "mail": mail,
            "phone": phone,
            "clock": clock,
            "havnby": format!("{havnby}/"),
            "havnby_staff": format!("{havnby}/staff"),
            "openid": world.openid.issuer(),
        });
        writeln!(out, "{addresses}")?;
    } else {
        let authority = world.folder.file("portal-ca.pem");
        write!(
            out,
            "Kuvert runs. Everything below is on this computer only; nobody in it is real.\n\n\
             Granby (Sweden)     portal {granby}/\n                    staff  {granby}/staff\n\
             Havnby (Denmark)    portal {havnby}/\n                    staff  {havnby}/staff\n\
             Phones with BankID and Freja {phone}\n\
             Mails that were sent {mail}\n\
             Clock               {clock}\n\n\
             Try: open the staff page as Bo, write to 18900101-9802 with any address, find the mail, follow its link,\n\
             choose BankID or Freja and approve as Ture on the phone. Then move the clock 31 days on.\n\
             There is no app to open on this computer: after “Open … on this device” go on at the address of the phones.\n\
             Browsers will warn about certificates: the portal's authority is {}.\n\
             Ctrl-C ends everything.\n",
            authority.display()
        )?;
    }
    Ok(out.flush()?)
}

/// Says why the demo ended early.
pub(crate) fn failure(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "kuvert-demo: {error:#}");
}
