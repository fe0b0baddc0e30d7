//! The person's browser: follows redirects with its cookies, fills the forms it meets, and stops where the appliance is.

use reqwest::{Certificate, Client, Response, header::LOCATION, redirect::Policy};
use scraper::{Html, Selector};
use url::Url;

/// More steps than any login takes.
const STEPS: usize = 12;

/// The action of the page's form, where it has one of its own.
fn action(page: &str, here: &Url) -> Url {
    let selector = Selector::parse("form[action]").unwrap();
    let action = Html::parse_document(page)
        .select(&selector)
        .next()
        .map(|form| form.attr("action").unwrap().to_owned());
    action.map_or_else(|| here.clone(), |action| here.join(&action).unwrap())
}

/// Walks from an address until the provider sends the browser to `until`, and gives that address.
pub(super) async fn walk(url: &str, ca: &str, until: &str, form: &[(&str, &str)]) -> Url {
    let browser = Client::builder()
        .cookie_store(true)
        .redirect(Policy::none())
        .tls_certs_only([Certificate::from_pem(ca.as_bytes()).unwrap()])
        .no_proxy()
        .build()
        .unwrap();
    let mut answer = browser.get(url).send().await.unwrap();
    for _ in 0..STEPS {
        let here = answer.url().clone();
        if let Some(next) = next(&answer) {
            if next.as_str().starts_with(until) {
                return next;
            }
            answer = browser.get(next).send().await.unwrap();
            continue;
        }
        let page = answer.text().await.unwrap();
        assert!(page.contains("<form"), "{here}: neither a redirect nor a form: {page}");
        let mut fields = hidden(&page);
        fields.extend(form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        answer = browser.post(action(&page, &here)).form(&fields).send().await.unwrap();
    }
    panic!("the provider leads nowhere")
}

fn next(answer: &Response) -> Option<Url> {
    let location = answer.headers().get(LOCATION)?.to_str().unwrap();
    answer.status().is_redirection().then(|| answer.url().join(location).unwrap())
}

/// What the page's own hidden fields hold.
fn hidden(page: &str) -> Vec<(String, String)> {
    let selector = Selector::parse("form input[type=hidden][name]").unwrap();
    let page = Html::parse_document(page);
    let field = |input: scraper::ElementRef<'_>| {
        let value = |name| input.value().attr(name).unwrap_or_default().to_owned();
        (value("name"), value("value"))
    };
    page.select(&selector).map(field).collect()
}
