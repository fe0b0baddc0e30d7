//! Every limit of the sandbox, in one table.
//!
//! None can be raised by a plugin or by configuration: the service hands [`Limits::DEFAULT`] in, and only tests hand in
//! another. A plugin's own manifest can lower some for itself ([`OwnLimits`]). For each line a test in `tests/sandbox/lifted` shows an attack that is stopped, and that the same attack
//! gets through once this one line is lifted. Instances, memories and tables are held to twice: by the pool and by the
//! store.

use std::time::Duration;

use kuvert_bundle::OwnLimits;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// What a call, a plugin and all plugins together may use.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Linear memory of one store.
    pub memory_bytes: usize,
    /// Elements of one table.
    pub table_elements: usize,
    /// Core instances of one store: what a wrapped Rust guest needs, and little more.
    pub instances: usize,
    /// Memories of one store.
    pub memories: usize,
    /// Tables of one store.
    pub tables: usize,

    /// The clock of guest computing.
    pub tick: Duration,
    /// Guest computing of one call, in ticks. Waiting for a provider is not billed.
    pub cpu_ticks: u32,
    /// One call in all, waiting included.
    pub wall: Duration,

    /// Bytes that a guest may push at the host in one crossing.
    pub hostcall_fuel: usize,
    /// Crossings of one call.
    pub host_calls: u32,
    /// Requests of one call.
    pub http_calls: u32,

    /// One request in all, from the look-up of the name to the last byte.
    pub http_total: Duration,
    /// The look-up and the connection, TLS included.
    pub http_connect: Duration,
    /// The body of a request.
    pub request_bytes: usize,
    /// The body of an answer.
    pub response_bytes: usize,
    /// The head of an answer.
    pub header_bytes: usize,
    /// The fields in that head.
    pub header_fields: usize,
    /// How long a connection may rest before it is used again.
    pub http_idle: Duration,
    /// Resting connections of one endpoint.
    pub http_idle_lines: usize,
    /// Path and query of a request; the whole address of a redirect.
    pub url_bytes: usize,

    /// A guest's state between two calls.
    pub state_bytes: usize,
    /// What the host keeps of a provider's answers for one login.
    pub evidence_bytes: usize,
    /// One value that a claim points at.
    pub value_bytes: usize,
    /// Groups of one person: what an Entra token can hold.
    pub groups: usize,

    /// One line in the log.
    pub log_line_bytes: usize,
    /// All lines of one call.
    pub log_call_bytes: usize,
    /// Random bytes of one crossing.
    pub random_bytes: usize,

    /// What a QR code can hold and still be scanned from a screen.
    pub qr_bytes: usize,
    /// A link that opens an app.
    pub app_link_bytes: usize,
    /// A text on a page.
    pub text_bytes: usize,
    /// A provider's own code for a failure, and the key of a text.
    pub code_bytes: usize,
    /// However long a plugin wants to wait, a login ends by then.
    pub login_ms: u64,
    /// However often a plugin wants to poll or draw: not more often than this.
    pub poll_least_ms: u32,
    /// Nor more seldom.
    pub poll_most_ms: u32,

    /// Live stores of one plugin.
    pub stores_per_plugin: usize,
    /// Live stores of all plugins.
    pub stores: usize,
    /// Stores that draw frames. They have places of their own, so that people who wait keep nobody from beginning.
    pub frames: usize,
    /// How long a call waits for a place.
    pub busy_after: Duration,

    /// How long discovery documents and keys of an OpenID provider count as fresh.
    pub discovery_fresh_ms: u64,
    /// How soon after a look-up an unknown key may cause another.
    pub keys_cool_down_ms: u64,
    /// How long the keys of a provider that is down live on.
    pub keys_stale_ms: u64,
    /// Skew of a provider's clock.
    pub skew_s: i64,
    /// The oldest id token that is taken.
    pub token_age_s: i64,
}

impl Limits {
    /// The limits of every appliance.
    pub const DEFAULT: Self = Self {
        memory_bytes: 32 * MIB,
        table_elements: 10_000,
        instances: 8,
        memories: 1,
        tables: 4,
        tick: Duration::from_millis(10),
        cpu_ticks: 20,
        wall: Duration::from_secs(10),
        hostcall_fuel: MIB,
        host_calls: 500,
        http_calls: 4,
        http_total: Duration::from_secs(8),
        http_connect: Duration::from_secs(3),
        request_bytes: 64 * KIB,
        response_bytes: 256 * KIB,
        header_bytes: 16 * KIB,
        header_fields: 64,
        http_idle: Duration::from_secs(10),
        http_idle_lines: 4,
        url_bytes: 4 * KIB,
        state_bytes: 8 * KIB,
        evidence_bytes: 512 * KIB,
        value_bytes: 512,
        groups: 256,
        log_line_bytes: 4 * KIB,
        log_call_bytes: 64 * KIB,
        random_bytes: 64,
        qr_bytes: 512,
        app_link_bytes: 2 * KIB,
        text_bytes: KIB,
        code_bytes: 64,
        login_ms: 10 * 60_000,
        poll_least_ms: 500,
        poll_most_ms: 60_000,
        stores_per_plugin: 16,
        stores: 48,
        frames: 8,
        busy_after: Duration::from_secs(1),
        discovery_fresh_ms: 60 * 60_000,
        keys_cool_down_ms: 30_000,
        keys_stale_ms: 24 * 60 * 60_000,
        skew_s: 60,
        token_age_s: 10 * 60,
    };
}

impl Limits {
    /// The table for one plugin: what it asks of itself, where that is lower. The error names what is higher.
    pub(crate) fn lowered(&self, own: &OwnLimits) -> Result<Self, String> {
        for ((name, own), most) in own.named().into_iter().zip(self.most()) {
            if let Some(own) = own.filter(|own| u128::from(*own) > most) {
                return Err(format!(
                    "{name} = {own} is higher than the {most} that every plugin has; a plugin can only lower its limits"
                ));
            }
        }
        let bytes = |own: Option<u32>, unit: usize, most: usize| {
            own.and_then(|own| usize::try_from(own).ok()).map_or(most, |own| own.saturating_mul(unit))
        };
        let ticks = |ms: u32| u128::from(ms).div_ceil(self.tick.as_millis().max(1));
        Ok(Self {
            memory_bytes: bytes(own.memory_kib, KIB, self.memory_bytes),
            cpu_ticks: own.cpu_ms.and_then(|ms| u32::try_from(ticks(ms)).ok()).unwrap_or(self.cpu_ticks),
            wall: own.wall_ms.map_or(self.wall, |ms| Duration::from_millis(u64::from(ms))),
            host_calls: own.host_calls.unwrap_or(self.host_calls),
            http_calls: own.http_calls.unwrap_or(self.http_calls),
            request_bytes: bytes(own.request_kib, KIB, self.request_bytes),
            response_bytes: bytes(own.response_kib, KIB, self.response_bytes),
            state_bytes: bytes(own.state_bytes, 1, self.state_bytes),
            log_call_bytes: bytes(own.log_kib, KIB, self.log_call_bytes),
            ..self.clone()
        })
    }

    /// The highest figure of each line of a manifest, in its unit and in the order of [`OwnLimits::named`].
    fn most(&self) -> [u128; 9] {
        let kib = |bytes: usize| widened(bytes) / widened(KIB);
        [
            kib(self.memory_bytes),
            u128::from(self.cpu_ticks).saturating_mul(self.tick.as_millis()),
            self.wall.as_millis(),
            u128::from(self.host_calls),
            u128::from(self.http_calls),
            kib(self.request_bytes),
            kib(self.response_bytes),
            widened(self.state_bytes),
            kib(self.log_call_bytes),
        ]
    }
}

fn widened(bytes: usize) -> u128 {
    u128::try_from(bytes).unwrap_or(u128::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a line into a manifest.
    type Set = fn(&mut OwnLimits, u32);

    /// Names of the lines of the table that differ.
    fn different(one: &Limits, other: &Limits) -> Vec<String> {
        let (one, other) = (format!("{one:#?}"), format!("{other:#?}"));
        let lines = one.lines().zip(other.lines()).filter(|(one, other)| one != other);
        lines.map(|(line, _)| line.split(':').next().unwrap().trim().to_owned()).collect()
    }

    #[test]
    fn each_line_of_a_manifest_lowers_one_line_of_the_table_and_raises_none() {
        let table = Limits::DEFAULT;
        assert_eq!(different(&table, &table.lowered(&OwnLimits::default()).unwrap()), [""; 0]);
        let lines: [(Set, &str, u32); 9] = [
            (|own, to| own.memory_kib = Some(to), "memory_bytes", 32 * 1024),
            (|own, to| own.cpu_ms = Some(to), "cpu_ticks", 200),
            (|own, to| own.wall_ms = Some(to), "wall", 10_000),
            (|own, to| own.host_calls = Some(to), "host_calls", 500),
            (|own, to| own.http_calls = Some(to), "http_calls", 4),
            (|own, to| own.request_kib = Some(to), "request_bytes", 64),
            (|own, to| own.response_kib = Some(to), "response_bytes", 256),
            (|own, to| own.state_bytes = Some(to), "state_bytes", 8192),
            (|own, to| own.log_kib = Some(to), "log_call_bytes", 64),
        ];
        for (set, line, most) in lines {
            let with = |to| {
                let mut own = OwnLimits::default();
                set(&mut own, to);
                table.lowered(&own)
            };
            assert_eq!(different(&table, &with(1).unwrap()), [line]);
            assert_eq!(different(&table, &with(most).unwrap()), [""; 0], "{line}: as high as the table");
            let refused = with(most + 1).unwrap_err();
            assert!(refused.contains(&format!("= {} is higher than the {most} ", most + 1)), "{refused}");
        }
        let own = OwnLimits { memory_kib: Some(4096), cpu_ms: Some(15), ..OwnLimits::default() };
        let lower = table.lowered(&own).unwrap();
        assert_eq!((lower.memory_bytes, lower.cpu_ticks), (4 * MIB, 2));
    }
}
