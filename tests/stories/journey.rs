//! The whole way of one letter: written, noticed, opened, answered, seen.

use kuvert_simulators::smtp::Mail;

use super::pdf;
use crate::actors::Page;
use crate::appliance::story;

#[test]
fn a_letter_goes_out_and_its_answer_comes_back() {
    story(async |town| {
        let (decision, drawing, form) = (pdf(80_000), pdf(20_000_000), pdf(300_000));
        let mut bo = town.caseworker("Bo").await;
        let mut astrid = town.resident("Astrid");
        let letter = astrid.letter("Beslut om ramp", "Hej!\n\nDu får en ramp. Se ritningen.");
        bo.sends(&letter.with("beslut.pdf", &decision).with("ritning.pdf", &drawing)).await;

        let mail = astrid.mail().await;
        assert_nothing_leaks(
            &mail,
            &["ramp", "beslut", "ritning", "Bostadsanpassning", "Bo Exempel", "9908072391"],
        );
        let page = astrid.follows(&mail).await;
        assert!(page.heading().contains("Beslut om ramp"), "{}", page.text());
        assert!(page.says("Du får en ramp. Se ritningen."));
        let files = files_of(page);
        assert_eq!(astrid.browser.fetch(&files[0]).await.bytes, decision);
        assert_eq!(astrid.browser.fetch(&files[1]).await.bytes, drawing);
        let receipt = astrid.answers("Tack! Här är blanketten.", &[("blankett.pdf", &form)]).await;
        assert!(receipt.says("blankett.pdf") && receipt.says("12 maj 2026"), "{}", receipt.text());
        astrid.logs_out().await;

        let thread = bo.opens_thread("Bostadsanpassning", "Beslut om ramp").await;
        assert!(thread.says("Öppnat"), "{}", thread.text());
        assert!(thread.says("Tack! Här är blanketten."));
        let answered = files_of(thread).into_iter().next().expect("the answer's file");
        assert_eq!(bo.browser.fetch(&answered).await.bytes, form);
    });
}

#[test]
fn the_second_visit_needs_no_link() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let mut astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Första brevet", "Ett.")).await;
        let mail = astrid.mail().await;
        astrid.follows(&mail).await;
        astrid.logs_out().await;
        bo.sends(&astrid.letter("Andra brevet", "Två.")).await;

        let inbox = astrid.visits().await;
        assert!(inbox.says("Första brevet") && inbox.says("Andra brevet"), "{}", inbox.text());
        assert!(astrid.browser.follow("Andra brevet").await.says("Två."));
        let second = astrid.mail().await;
        assert!(!second.text().contains("skriv koden"), "a confirmed address needs no code");
    });
}

#[test]
fn after_logging_out_neither_the_page_nor_a_copied_cookie_opens_it() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let mut astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Hemligt", "Bara för dig.")).await;
        let mail = astrid.mail().await;
        let message = astrid.follows(&mail).await.url.path().to_owned();
        let copied = astrid.browser.cookies();
        assert!(astrid.browser.fetch_with(&message, &copied).await.says("Bara för dig."), "the copy is good");
        astrid.logs_out().await;

        for page in [astrid.browser.fetch(&message).await, astrid.browser.fetch_with(&message, &copied).await]
        {
            assert!(!page.says("Hemligt") && !page.says("Bara för dig."), "{}", page.text());
        }
    });
}

#[test]
fn the_notice_says_what_residents_have_learnt_to_look_for() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Beslut", "Text.")).await;

        let mail = astrid.mail().await;
        assert_eq!(mail.subject(), "Du har fått ett säkert meddelande från Granby kommun");
        assert!(mail.from.contains("noreply@granby.example"));
        insta::assert_snapshot!(with_secrets_masked(&mail), @r"
        Hej!

        Granby kommun har skickat ett säkert meddelande till dig.
        Det gör vi när ingen annan ska kunna läsa innehållet, till exempel när det handlar om dina personuppgifter. Därför står det inget mer i det här mejlet.

        Öppna meddelandet: <link>
        Fungerar inte länken? Gå till <host>, logga in och skriv koden <code>.

        Du loggar in med BankID eller Freja. Har du ingen e-legitimation? Så skaffar du en: https://granby.example/e-legitimation

        Du kan läsa meddelandet på dator, surfplatta eller mobil, och du svarar på samma ställe.
        Bara den som vi har skrivit till kan öppna meddelandet.
        Du kan läsa det till och med den 10 juni 2026 (30 dagar). Sedan tas det bort härifrån automatiskt.

        Är du osäker på om mejlet är äkta? Klicka inte på länken. Gå själv till kommunens webbplats och sök på ”säkra meddelanden”, eller ring Kontaktcenter på 0999-123 45. Vi frågar aldrig efter koderna till din e-legitimation, och vi ringer aldrig och ber dig logga in.

        Mejlet har skickats automatiskt. Svar på mejlet når inte fram till oss.

        Vänliga hälsningar
        Granby kommun

        In English: Granby kommun has sent you a secure message. Use the link above and log in with your e-ID.
        ");
    });
}

/// The text of a notice with link, port and code replaced, which differ from run to run.
fn with_secrets_masked(mail: &Mail) -> String {
    let masked = |line: &str| line.split(' ').map(mask).collect::<Vec<_>>().join(" ");
    mail.text().lines().map(masked).collect::<Vec<_>>().join("\n")
}

fn mask(word: &str) -> String {
    let bare = word.trim_end_matches(['.', ',']);
    let is_code = bare.len() == 9 && bare.chars().nth(4) == Some('-') && !bare.starts_with("0999");
    match word {
        _ if bare.contains("/m/") => word.replace(bare, "<link>"),
        _ if is_code => word.replace(bare, "<code>"),
        _ if bare.starts_with("granby.localhost") => word.replace(bare, "<host>"),
        _ => word.to_owned(),
    }
}

fn assert_nothing_leaks(mail: &Mail, words: &[&str]) {
    let whole =
        format!("{}\n{}\n{}", mail.subject(), mail.text(), mail.html().expect("a mail has an HTML part"))
            .to_lowercase();
    for word in words {
        assert!(!whole.contains(&word.to_lowercase()), "the notice says \"{word}\"");
    }
}

fn files_of(page: &Page) -> Vec<String> {
    page.links()
        .into_iter()
        .map(|(_, address)| address)
        .filter(|address| address.contains("/file/"))
        .collect()
}
