//! Signing in without a browser: a caseworker through the OpenID provider, a resident with BankID and a phone.
//!
//! It uses the same verbs as the pages, so the sample letters are written and read by people who really signed in.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use anyhow::{Context, bail};
use kuvert_domain::directory::Audience;
use kuvert_domain::language::Language;
use kuvert_service::{
    Begin, Client, Destination, Device, Front, LoginCookie, LoginState, LoginView, Resident, Session,
    SignedIn, Staff,
};

use crate::world::World;

/// How often a login is looked at; BankID wants to be asked every two seconds at most.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Longer than any login of a program takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A caseworker of that municipality, signed in by the OpenID simulator.
pub(crate) async fn caseworker(world: &World, slug: &str, account: &str) -> anyhow::Result<Staff> {
    let front = front(world, slug)?;
    let begin = begin(world, slug, "staff", Audience::Staff, Device::This, Destination::Home);
    let (cookie, view) = front.begin(begin, None).await?;
    let LoginState::Redirect { url } = &view.state else { bail!("the staff login does not redirect") };
    let back = world.openid.sign_in(url, account).with_context(|| format!("{account} cannot sign in"))?;
    front.callback(&cookie, "staff", back.query_pairs().into_owned().collect()).await?;
    match finished(&front, &cookie).await?.session {
        Session::Staff(session) => Ok(world.running.service().as_staff(&session)),
        Session::Resident(_) => bail!("{account} signed in as a resident"),
    }
}

/// A resident, signed in with BankID, who came by an invitation's link. Gives also where the login led.
pub(crate) async fn resident(
    world: &World,
    slug: &str,
    number: &str,
    link: &str,
) -> anyhow::Result<(Resident, SignedIn)> {
    let front = front(world, slug)?;
    let destination = Destination::Link(link.to_owned());
    let begin = begin(world, slug, "bankid", Audience::Resident, Device::Other, destination);
    let (cookie, view) = front.begin(begin, None).await?;
    let LoginState::Waiting(waiting) = &view.state else { bail!("BankID does not wait") };
    let frame = waiting.qr.as_deref().context("BankID shows no QR code")?;
    let phone = world.bankid.phone();
    phone.approve(&phone.scan(number, frame)?)?;
    let signed_in = finished(&front, &cookie).await?;
    match &signed_in.session {
        Session::Resident(session) => Ok((world.running.service().as_resident(session), signed_in)),
        Session::Staff(_) => bail!("{number} signed in as staff"),
    }
}

fn front(world: &World, slug: &str) -> anyhow::Result<Front> {
    let service = world.running.service();
    let town = service.directory().municipalities.iter().find(|town| town.slug == slug);
    town.and_then(|town| service.front(town.id)).with_context(|| format!("no municipality {slug}"))
}

fn begin(
    world: &World,
    slug: &str,
    method: &str,
    audience: Audience,
    device: Device,
    destination: Destination,
) -> Begin {
    Begin {
        method: method.to_owned(),
        audience,
        device,
        client: Client { ip: IpAddr::V4(Ipv4Addr::LOCALHOST), user_agent: "kuvert-demo".to_owned() },
        origin: world.running.origin(slug),
        destination,
        language: Language::En,
    }
}

/// Looks at the login until it is done.
async fn finished(front: &Front, cookie: &LoginCookie) -> anyhow::Result<SignedIn> {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    let waiting = async {
        loop {
            ticks.tick().await;
            let LoginView { state, .. } = front.look(cookie).await?;
            match state {
                LoginState::Done => return Ok(front.finish(cookie).await?),
                LoginState::Failed(failure) => bail!("the login failed: {}", failure.class.key()),
                LoginState::Redirect { .. }
                | LoginState::Waiting(_)
                | LoginState::NeedsReturn
                | LoginState::Left => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.context("the login takes too long")?
}
