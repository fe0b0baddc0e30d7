//! Two clocks: the resident's access ends on its day, the authority's copy as the authority has decided.

use crate::actors::Letter;
use crate::appliance::story;

const UNDECIDED: &str = "Bostadsanpassning";
const MINOR: &str = "Färdtjänst";

#[test]
fn after_the_last_day_the_resident_reads_nothing_and_undecided_copies_stay() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let mut astrid = town.resident("Astrid");
        let letters: [Letter; 2] = [
            astrid.letter("Om rampen", "Kvar hos oss."),
            astrid.letter("Om resan", "Borta överallt.").in_mailbox(MINOR),
        ];
        for letter in &letters {
            bo.sends(letter).await;
        }
        let old = astrid.mail().await;
        assert!(astrid.follows(&old).await.says("Kvar hos oss."));

        town.days_later(31).await;

        let page = astrid.follows(&old).await;
        assert_eq!(page.url.path(), "/checks", "a kind answer, the same as for any link: {}", page.text());
        let inbox = astrid.browser.open("/inbox").await;
        assert!(!inbox.says("Om rampen") && !inbox.says("Om resan"), "{}", inbox.text());
        let mut bo = town.caseworker("Bo").await;
        assert!(bo.opens_thread(UNDECIDED, "Om rampen").await.says("Kvar hos oss."));
        assert!(!bo.opens_mailbox(MINOR).await.says("Om resan"), "minor importance: both copies go");
    });
}

#[test]
fn on_the_last_day_everything_can_still_be_read() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let mut astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Om resan", "Sista dagen.").in_mailbox(MINOR)).await;
        let mail = astrid.mail().await;

        town.days_later(29).await;
        assert!(astrid.follows(&mail).await.says("Sista dagen."), "{}", astrid.browser.page.text());
    });
}

#[test]
fn what_is_decided_in_time_goes_on_its_day() {
    story(async |town| {
        let mut bo = town.caseworker("Bo").await;
        let astrid = town.resident("Astrid");
        bo.sends(&astrid.letter("Om rampen", "Ska bort.")).await;
        astrid.mail().await;
        bo.opens_thread(UNDECIDED, "Om rampen").await;
        bo.browser.press("state=minor").await;

        town.days_later(31).await;
        let mut bo = town.caseworker("Bo").await;
        assert!(!bo.opens_mailbox(UNDECIDED).await.says("Om rampen"));
    });
}
