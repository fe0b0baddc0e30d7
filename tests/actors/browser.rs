//! A browser without script: cookies, redirects, forms and links over real HTTPS.
//!
//! It does only what a page lets a person do: a form is found by its button, and its hidden fields go along.
//! It deliberately runs no script; that is what `tests/browser` is for.

use std::sync::Arc;

use reqwest::{
    Certificate, Client, StatusCode, Url,
    cookie::{CookieStore as _, Jar},
    header::HeaderMap,
    multipart, redirect,
};
use scraper::{ElementRef, Html, Selector};

/// One browser with its own cookies.
pub(crate) struct Browser {
    client: Client,
    jar: Arc<Jar>,
    /// The page that is shown.
    pub(crate) page: Page,
}

/// What a server answered.
#[derive(Clone)]
pub(crate) struct Page {
    pub(crate) url: Url,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: bytes::Bytes,
}

/// A form with the values that would be sent.
pub(crate) struct Form {
    action: Url,
    method: String,
    multipart: bool,
    fields: Vec<(String, String)>,
    files: Vec<(String, String, Vec<u8>)>,
}

impl Browser {
    /// A browser on a computer that trusts the given certificates and finds every name on loopback.
    pub(crate) fn new(trusted: &[String], hosts: &[&str], start: &str) -> Self {
        Self::called("Kuvert stories", trusted, hosts, start)
    }

    /// One that calls itself this.
    pub(crate) fn called(name: &str, trusted: &[String], hosts: &[&str], start: &str) -> Self {
        let certificates = trusted.iter().map(|pem| Certificate::from_pem(pem.as_bytes()).unwrap());
        let loopback = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let jar = Arc::new(Jar::default());
        let builder = Client::builder()
            .tls_certs_only(certificates)
            .cookie_provider(Arc::clone(&jar))
            .redirect(redirect::Policy::limited(10))
            .user_agent(name)
            .referer(true);
        let client =
            hosts.iter().fold(builder, |builder, host| builder.resolve(host, loopback)).build().unwrap();
        let page = Page {
            url: Url::parse(start).unwrap(),
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            bytes: bytes::Bytes::new(),
        };
        Self { client, jar, page }
    }

    /// Types an address, or a path of the site that is shown.
    pub(crate) async fn open(&mut self, address: &str) -> &Page {
        let url = self.page.url.join(address).unwrap();
        self.show(self.client.get(url)).await
    }

    /// Is sent to a page by another app, as real browsers say that they are.
    pub(crate) async fn is_sent_to(&mut self, address: &str) -> &Page {
        let url = self.page.url.join(address).unwrap();
        self.show(self.client.get(url).header("Sec-Fetch-Mode", "navigate")).await
    }

    /// Like [`Self::open`], when the server may be gone.
    pub(crate) async fn try_open(&mut self, address: &str) -> Option<Page> {
        let url = self.page.url.join(address).unwrap();
        self.try_show(self.client.get(url)).await
    }

    /// Like [`Self::submit`], when the server may be gone.
    pub(crate) async fn try_submit(&mut self, form: Form) -> Option<Page> {
        let request = self.request(form);
        self.try_show(request).await
    }

    /// Fetches with these cookies and no others, as somebody would who has copied them.
    pub(crate) async fn fetch_with(&self, address: &str, cookies: &str) -> Page {
        let url = self.page.url.join(address).unwrap();
        let request = self.client.get(url).header("Cookie", cookies);
        Page::of(request.send().await.unwrap()).await.unwrap()
    }

    /// Asks for the head of a page without leaving this one.
    pub(crate) async fn head(&self, address: &str) -> Page {
        let url = self.page.url.join(address).unwrap();
        Page::of(self.client.head(url).send().await.unwrap()).await.unwrap()
    }

    /// Follows a link by what it says.
    pub(crate) async fn follow(&mut self, label: &str) -> &Page {
        let address =
            self.page.link(label).unwrap_or_else(|| panic!("no link \"{label}\" on\n{}", self.page.text()));
        self.open(&address).await
    }

    /// The cookies that go along to the site that is shown, as one header.
    pub(crate) fn cookies(&self) -> String {
        let header = self.jar.cookies(&self.page.url);
        header.and_then(|header| header.to_str().ok().map(str::to_owned)).unwrap_or_default()
    }

    /// Fetches without leaving the page, as a download does.
    pub(crate) async fn fetch(&self, address: &str) -> Page {
        let url = self.page.url.join(address).unwrap();
        Page::of(self.client.get(url).send().await.unwrap()).await.unwrap()
    }

    /// Sends a form.
    pub(crate) async fn submit(&mut self, form: Form) -> &Page {
        let request = self.request(form);
        self.show(request).await
    }

    fn request(&self, form: Form) -> reqwest::RequestBuilder {
        let origin = self.page.url.origin().ascii_serialization();
        let request = match (form.method.as_str(), form.multipart) {
            ("get", _) => self.client.get(form.action).query(&form.fields),
            (_, false) => self.client.post(form.action).form(&form.fields),
            (_, true) => self.client.post(form.action).multipart(parts(form.fields, form.files)),
        };
        let request = request.header("Origin", origin).header("Sec-Fetch-Site", "same-origin");
        request.header("Referer", self.page.url.as_str())
    }

    /// Presses a button by its `name=value`, by where its form leads, or by what it says.
    pub(crate) async fn press(&mut self, button: &str) -> &Page {
        let form = self.page.form(button);
        self.submit(form).await
    }

    /// Adds files to the draft that is shown, one after the other.
    pub(crate) async fn attach(&mut self, files: &[(&str, &[u8])]) {
        for (name, content) in files {
            let form = self.page.form("action=attach").file(name, content);
            self.submit(form).await;
        }
    }

    /// Posts what a script would post, and gives the answer without leaving the page.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let url = self.page.url.join(path).unwrap();
        let origin = self.page.url.origin().ascii_serialization();
        let request = self.client.post(url).header("Origin", origin).header("Sec-Fetch-Site", "same-origin");
        Page::of(request.header("Accept", "application/json").form(fields).send().await.unwrap())
            .await
            .unwrap()
    }

    async fn show(&mut self, request: reqwest::RequestBuilder) -> &Page {
        self.page = Page::of(request.send().await.unwrap()).await.unwrap();
        &self.page
    }

    async fn try_show(&mut self, request: reqwest::RequestBuilder) -> Option<Page> {
        let page = Page::of(request.send().await.ok()?).await?;
        self.page = page.clone();
        Some(page)
    }
}

impl Page {
    async fn of(response: reqwest::Response) -> Option<Self> {
        let (url, status, headers) = (response.url().clone(), response.status(), response.headers().clone());
        Some(Self { url, status, headers, bytes: response.bytes().await.ok()? })
    }

    /// Whether this is a page that was meant, not a fault.
    pub(crate) fn is_good(&self) -> bool {
        self.status.is_success()
    }

    /// The words a person sees, on one line.
    pub(crate) fn text(&self) -> String {
        let html = self.html();
        let body = select("body").first(&html);
        let words = body.map(|body| visible(body)).unwrap_or_default();
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// A text of a JSON answer; none when it is null or missing.
    pub(crate) fn text_of(&self, name: &str) -> Option<String> {
        let answer: serde_json::Value = serde_json::from_slice(&self.bytes).unwrap();
        answer.get(name)?.as_str().map(str::to_owned)
    }

    /// Whether a JSON answer says that something is so.
    pub(crate) fn flag_of(&self, name: &str) -> bool {
        let answer: serde_json::Value = serde_json::from_slice(&self.bytes).unwrap();
        answer.get(name).and_then(serde_json::Value::as_bool).unwrap()
    }

    /// The main heading.
    pub(crate) fn heading(&self) -> String {
        let html = self.html();
        select("h1").first(&html).map(|heading| words(heading)).unwrap_or_default()
    }

    /// Whether the page says this.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    /// Where a link leads, by what it says.
    pub(crate) fn link(&self, label: &str) -> Option<String> {
        self.links().into_iter().find(|(text, _)| text.contains(label)).map(|(_, address)| address)
    }

    /// Every link: what it says and where it leads.
    pub(crate) fn links(&self) -> Vec<(String, String)> {
        let html = self.html();
        let address = |link: ElementRef<'_>| link.attr("href").map(|href| (words(link), href.to_owned()));
        select("a[href]").all(&html).into_iter().filter_map(address).collect()
    }

    /// The words of each element that matches.
    pub(crate) fn texts(&self, selector: &str) -> Vec<String> {
        let html = self.html();
        select(selector).all(&html).into_iter().map(words).collect()
    }

    /// The value of an attribute of the first element that matches.
    pub(crate) fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let html = self.html();
        select(selector).first(&html)?.attr(name).map(str::to_owned)
    }

    /// Where the page goes by itself.
    pub(crate) fn refresh(&self) -> Option<String> {
        let content = self.attribute("meta[http-equiv=refresh]", "content")?;
        content.split_once("url=").map(|(_, address)| address.trim_matches(['"', '\'']).to_owned())
    }

    /// The form around a button, as pressing it would send it.
    pub(crate) fn form(&self, button: &str) -> Form {
        let html = self.html();
        let (form, pressed) = select("form")
            .all(&html)
            .into_iter()
            .find_map(|form| Some((form, find_button(form, button)?)))
            .unwrap_or_else(|| panic!("no button \"{button}\" on {}\n{}", self.url.path(), self.text()));
        let action = form.attr("action").filter(|action| !action.is_empty());
        let mut fields = fields_of(form);
        if let Some(name) = pressed.attr("name") {
            fields.push((name.to_owned(), pressed.attr("value").unwrap_or_default().to_owned()));
        }
        Form {
            action: action.map_or_else(|| self.url.clone(), |action| self.url.join(action).unwrap()),
            method: form.attr("method").unwrap_or("get").to_ascii_lowercase(),
            multipart: form.attr("enctype") == Some("multipart/form-data"),
            fields,
            files: Vec::new(),
        }
    }

    fn html(&self) -> Html {
        Html::parse_document(&String::from_utf8_lossy(&self.bytes))
    }
}

impl Form {
    /// Whether it goes to this path.
    pub(crate) fn leads_to(&self, path: &str) -> bool {
        self.action.path() == path
    }

    /// Types into a field.
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a file.
    pub(crate) fn file(mut self, name: &str, content: &[u8]) -> Self {
        self.files.push(("files".to_owned(), name.to_owned(), content.to_vec()));
        self
    }
}

fn parts(fields: Vec<(String, String)>, files: Vec<(String, String, Vec<u8>)>) -> multipart::Form {
    let form = fields.into_iter().fold(multipart::Form::new(), |form, (name, value)| form.text(name, value));
    files.into_iter().fold(form, |form, (field, name, content)| {
        form.part(field, multipart::Part::bytes(content).file_name(name))
    })
}

fn find_button<'a>(form: ElementRef<'a>, wanted: &str) -> Option<ElementRef<'a>> {
    select("button").within(form).into_iter().find(|button| {
        let kind = button.attr("type").unwrap_or("submit");
        let named = format!("{}={}", button.attr("name").unwrap_or(""), button.attr("value").unwrap_or(""));
        let leads =
            form.attr("action").is_some_and(|action| wanted.starts_with('/') && action.ends_with(wanted));
        let enabled = kind == "submit" && button.attr("disabled").is_none();
        enabled && (named == wanted || leads || words(*button).contains(wanted))
    })
}

fn fields_of(form: ElementRef<'_>) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for field in select("input[name], textarea[name], select[name]").within(form) {
        let name = field.attr("name").unwrap_or_default().to_owned();
        let kind = field.attr("type").unwrap_or("text");
        let value = match field.value().name() {
            "textarea" => field.text().collect(),
            "select" => select("option[selected]").within(field).first().map(chosen).unwrap_or_default(),
            _ if kind == "file" => continue,
            _ if matches!(kind, "radio" | "checkbox") && field.attr("checked").is_none() => continue,
            _ => field.attr("value").unwrap_or_default().to_owned(),
        };
        fields.push((name, value));
    }
    fields
}

fn chosen(option: &ElementRef<'_>) -> String {
    option.attr("value").map_or_else(|| words(*option), str::to_owned)
}

fn words(element: ElementRef<'_>) -> String {
    element.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

fn visible(element: ElementRef<'_>) -> String {
    let hidden = |element: &ElementRef<'_>| matches!(element.value().name(), "script" | "style" | "template");
    let mut text = String::new();
    for child in element.children() {
        match (child.value().as_text(), ElementRef::wrap(child)) {
            (Some(words), _) => text.push_str(words),
            (_, Some(element)) if !hidden(&element) => text.extend([" ", &visible(element), " "]),
            _ => {}
        }
    }
    text
}

struct Selection(Selector);

fn select(selector: &str) -> Selection {
    Selection(Selector::parse(selector).unwrap())
}

impl Selection {
    fn first<'a>(&self, html: &'a Html) -> Option<ElementRef<'a>> {
        html.select(&self.0).next()
    }

    fn all<'a>(&self, html: &'a Html) -> Vec<ElementRef<'a>> {
        html.select(&self.0).collect()
    }

    fn within<'a>(&self, element: ElementRef<'a>) -> Vec<ElementRef<'a>> {
        element.select(&self.0).collect()
    }
}
