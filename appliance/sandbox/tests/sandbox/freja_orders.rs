//! An authentication that runs out while Freja rests: the login waits for its successor.

use kuvert_sandbox::{Event, Step};
use kuvert_simulators::freja::Trouble;

use crate::freja::{ASTRID, BINDING, Stage};
use crate::world::{context, waiting};

#[tokio::test]
async fn one_that_runs_out_while_freja_rests_is_replaced_when_it_answers_again() {
    let stage = Stage::set().await;
    let app = stage.freja.app();
    let turn = stage.begin(false).await;
    stage.clock.forward(121);
    app.suffer(Some(Trouble { status: 429, code: 0 }));
    let restart =
        stage.world.sandbox.advance(BINDING, &turn.transaction, Event::Restart, &context()).await.unwrap();
    assert_eq!(waiting(&restart).display.message.key, "no-contact");
    assert_eq!(waiting(&restart).display.qr, None, "a code that leads nowhere is not shown");
    let still = stage.poll(&restart.transaction).await;
    assert_eq!(waiting(&still).display.qr, None);

    app.suffer(None);
    let turn = stage.poll(&still.transaction).await;
    let code = waiting(&turn).display.qr.clone().unwrap();
    app.approve(&app.bind(ASTRID, &code).unwrap()).unwrap();
    assert!(matches!(stage.poll(&turn.transaction).await.step, Step::Done(_)));
}
