//! Logging out: first here, then at the provider, and here even when the provider's part comes to nothing.

use crate::appliance::story;

#[test]
fn whoever_logs_out_is_logged_out_at_the_provider_too() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let (cookies, inbox) = (bo.browser.cookies(), bo.browser.page.url.path().to_owned());
        let page = bo.browser.press("/logout").await;
        assert!(
            page.says("Du är utloggad här. Nu avslutas också din inloggning hos Granby-konto."),
            "{}",
            page.text()
        );
        let way_out = page.refresh().expect("the page goes on to the provider");

        // Over here, before the provider has heard anything.
        let copied = bo.browser.fetch_with(&inbox, &cookies).await;
        assert!(!copied.is_good(), "{}", copied.text());

        let back = bo.browser.open(&way_out).await;
        assert_eq!(back.url.path(), "/staff/logged-out", "{}", back.text());
        bo.browser.open("/staff").await;
        bo.browser.press("login=staff/this").await;
        let provider = bo.browser.page.refresh().expect("the page leads to the provider");
        let choice = bo.browser.open(&provider).await;
        assert!(
            choice.attribute("[name=person]", "value").is_some(),
            "it asks who one is: {}",
            choice.text()
        );
    });
}

#[test]
fn without_a_provider_to_go_to_logging_out_ends_here() {
    story(async |town| {
        let mut astrid = town.resident("Astrid");
        astrid.visits().await;
        let (cookies, page) = (astrid.browser.cookies(), astrid.logs_out().await.clone());
        assert_eq!(page.url.path(), "/logged-out", "BankID keeps no session: {}", page.text());
        assert!(page.refresh().is_none());
        assert!(!astrid.browser.fetch_with("/inbox", &cookies).await.is_good());
    });
}
