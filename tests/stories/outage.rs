//! BankID falls silent in the middle of a login, and comes back.

use crate::appliance::story;

const SILENT: &str = "BankID svarar inte just nu";

#[test]
fn a_silent_bankid_is_spoken_of_calmly_and_costs_nobody_the_login() {
    story(async |town| {
        let mut astrid = town.resident("Astrid");
        let start = town.world.origin(crate::world::GRANBY);
        astrid.browser.open(&start).await;
        astrid.browser.press("login=bankid/other").await;
        let order = astrid.scans();
        town.world.bankid.unplug().await;

        let mut said = Vec::new();
        for _ in 0..4 {
            town.seconds_later(2);
            let look = astrid.browser.post("/login/look", &[]).await;
            assert_eq!(look.text_of("state").as_deref(), Some("waiting"));
            said.push(look.flag_of("silent"));
        }
        assert_eq!(said, [false, true, true, true], "one missed answer is nothing to speak of");
        let page = astrid.browser.open("/login").await;
        assert!(page.attribute("[data-kv-silent]:not([hidden])", "class").is_some(), "{}", page.text());
        assert!(page.says(SILENT) && page.says("0999-123 45"), "{}", page.text());
        assert!(
            page.form("login=bankid/other").leads_to("/login")
                && page.form("/login/cancel").leads_to("/login/cancel")
        );

        town.world.bankid.plug_in().await.unwrap();
        let phone = town.world.bankid.phone();
        phone.show(&order).unwrap();
        town.seconds_later(2);
        let look = astrid.browser.post("/login/look", &[]).await;
        assert!(!look.flag_of("silent"), "it speaks again");
        phone.approve(&order).unwrap();
        let page = astrid.waits_for_the_page().await;
        assert_eq!(page.url.path(), "/checks", "{}", page.text());
    });
}
