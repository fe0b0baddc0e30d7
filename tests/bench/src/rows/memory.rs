//! How fast it starts, and how much memory it holds while nobody asks for anything.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::Options;
use crate::child::Appliance;
use crate::load::{Server, send};
use crate::subject::clock;
use crate::table::{Row, Target, median};
use crate::world::{GRANBY, World};

/// The first start compiles the plugins, the others find them in the cache.
pub(crate) async fn measure(options: &Options) -> anyhow::Result<Vec<Row>> {
    eprintln!("starting …");
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let world = World::start(clock(), port).await;
    let [authority, _] = world.certificates();
    let server = Server::new(([127, 0, 0, 1], port).into(), GRANBY, &authority)?;
    let (first, _) = first_answer(&world, &server, port).await?;
    let (mut warm, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        let (milliseconds, appliance) = first_answer(&world, &server, port).await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        warm.push(milliseconds);
        memory.push(appliance.memory()?);
    }
    let row = |what, unit, ours, most| Row {
        what,
        unit,
        ours,
        limit: None,
        target: Target::Below(most),
        remark: String::new(),
    };
    Ok(vec![
        row("start to first answer, first time, 3 plugins", "ms", first, 3_000.0),
        row("start to first answer, warm", "ms", median(warm), 300.0),
        row("resident memory, idle, 3 plugins loaded", "MB", median(memory), 64.0),
    ])
}

async fn first_answer(world: &World, server: &Server, port: u16) -> anyhow::Result<(f64, Appliance)> {
    let began = Instant::now();
    let appliance = Appliance::start(world.folder(), port)?;
    let mut connection = server.connect().await?;
    send(&mut connection, server.get("/", "")?).await?;
    Ok((began.elapsed().as_secs_f64() * 1_000.0, appliance))
}
