//! The plugins that are loaded, and which version of one serves whom.
//!
//! A binding has one version that new logins begin with, and may have others on which logins in progress finish. It
//! decides nothing about what is installed: the source does.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use jiff::{SignedDuration, Timestamp};
use kuvert_bundle::Digest;
use tokio::sync::Semaphore;
use wasmtime::Engine;

use crate::{
    AddressPolicy, Binding, Fault, FaultCode, Limits, OpenError, Source, binding::Bound, plugin::Plugin,
};

/// After how long a binding that is out of order is first tried again, and how long it may be at most until the next time.
/// What was in its way may have gone without a trace in the source: a file that was missing, or no memory left.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(10);

/// Every binding with its versions.
pub(crate) struct Shelf {
    engine: Engine,
    source: Source,
    equipment: Equipment,
    slots: RwLock<Arc<BTreeMap<String, Arc<Slot>>>>,
    /// The last look at the source. Held while looking: a look that began earlier must not end later.
    looked: Mutex<Looked>,
    plugins: Mutex<HashMap<Digest, Arc<Plugin>>>,
    /// Versions that are stopped here, and of which the source does not know yet.
    barred: Mutex<HashSet<Digest>>,
    /// Shares of the live stores, by plugin.
    places: Mutex<HashMap<String, Arc<Semaphore>>>,
    /// Shares of those, by binding.
    shares: BTreeMap<String, Arc<Semaphore>>,
}

/// What the source was when it was last looked at, and when bindings that are out of order are tried again.
struct Looked {
    stamp: String,
    again: Option<Timestamp>,
    pause: SignedDuration,
}

/// What every binding is made with.
pub(crate) struct Equipment {
    pub(crate) bindings: Vec<Binding>,
    /// Trust profiles beside those of the source.
    pub(crate) profiles: BTreeMap<String, String>,
    pub(crate) addresses: AddressPolicy,
    pub(crate) limits: Arc<Limits>,
}

/// One binding.
pub(crate) struct Slot {
    binding: Binding,
    /// The trust profiles that counted when the source was last looked at.
    profiles: Arc<BTreeMap<String, String>>,
    /// What new logins begin with; its fault when it is out of order.
    active: Result<Arc<Bound>, Fault>,
    /// Other versions, as logins in progress asked for them.
    others: Mutex<HashMap<Digest, Arc<Bound>>>,
}

impl Shelf {
    /// Loads every plugin that a binding names. One that does not load answers every call with its fault.
    pub(crate) fn open(engine: Engine, source: Source, equipment: Equipment) -> Result<Self, OpenError> {
        let mut ids: Vec<&str> = equipment.bindings.iter().map(|binding| binding.id.as_str()).collect();
        ids.sort_unstable();
        if let Some(twice) =
            ids.windows(2).find_map(|pair| (pair.first() == pair.last()).then(|| pair.first()))
        {
            return Err(OpenError::Twice(twice.map_or_else(String::new, |id| (*id).to_owned())));
        }
        let share = |binding: &Binding| {
            (binding.id.clone(), Arc::new(Semaphore::new(equipment.limits.stores_per_binding)))
        };
        let shares = equipment.bindings.iter().map(share).collect();
        let shelf = Self {
            engine,
            source,
            equipment,
            slots: RwLock::default(),
            looked: Mutex::new(Looked { stamp: String::new(), again: None, pause: FIRST_PAUSE }),
            plugins: Mutex::default(),
            barred: Mutex::default(),
            places: Mutex::default(),
            shares,
        };
        for binding in &shelf.equipment.bindings {
            if let Err(fault) = shelf.source.ensure(&binding.plugin) {
                tracing::error!(plugin = binding.plugin, fault.code = %fault.code, fault.detail, "a plugin could not be installed");
            }
        }
        shelf.refresh();
        Ok(shelf)
    }

    /// Looks at the source anew when something there has changed, and else now and then at the bindings that are out of
    /// order. Blocks while it compiles.
    pub(crate) fn refresh_when_changed(&self, now: Timestamp) {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if looked.stamp != self.source.stamp() {
            return self.look(&mut looked);
        }
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner).clone();
        if slots.values().all(|slot| slot.active.is_ok()) {
            return;
        }
        // A clock that was set back must not put the next time off.
        let due = |again: Timestamp| now >= again || again.duration_since(now) > looked.pause;
        if looked.again.is_some_and(due) {
            self.try_again(&slots);
            looked.pause = looked.pause.saturating_mul(2).min(LONGEST_PAUSE);
            looked.again = None;
        }
        if looked.again.is_none() {
            looked.again = now.checked_add(looked.pause).ok();
        }
    }

    /// The version before the active one, while the active one is on probation. Blocks while it compiles.
    pub(crate) fn before(&self, binding: &str, now: Timestamp) -> Option<Arc<Bound>> {
        let slot = self.slot(binding).ok()?;
        let before = self.source.before(&slot.binding.plugin, now)?;
        self.version(binding, before).ok()
    }

    /// Stops this version of a plugin, be it the active one or one on which logins in progress end. It is stopped here before
    /// that is written down, and stays stopped here when it cannot be.
    pub(crate) fn quarantine(&self, plugin: &str, digest: &Digest, reason: &str) -> Result<(), Fault> {
        let barred = || self.barred.lock().unwrap_or_else(PoisonError::into_inner);
        barred().insert(*digest);
        self.refresh();
        self.source.quarantine(plugin, digest, reason)?;
        // From here on the source says so, until an administrator lets it in again.
        barred().remove(digest);
        Ok(())
    }

    /// Every binding with the version that new logins begin with, or with what is wrong.
    pub(crate) fn standing(&self) -> Vec<(String, Result<Arc<Bound>, Fault>)> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner).clone();
        slots.iter().map(|(id, slot)| (id.clone(), slot.active.clone())).collect()
    }

    /// Looks at the source anew, and at every file that a binding names. Blocks while it compiles.
    pub(crate) fn refresh(&self) {
        self.look(&mut self.looked.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn look(&self, looked: &mut Looked) {
        // The stamp comes first: a change during the work is then seen the next time.
        *looked = Looked { stamp: self.source.stamp(), again: None, pause: FIRST_PAUSE };
        let mut profiles = self.source.profiles();
        profiles.extend(self.equipment.profiles.clone());
        let profiles = Arc::new(profiles);
        let before = self.slots.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut slots = BTreeMap::new();
        for binding in &self.equipment.bindings {
            let slot = self.filled(binding, &profiles);
            tell(&binding.id, before.get(&binding.id).map(|slot| &slot.active), &slot.active);
            slots.insert(binding.id.clone(), Arc::new(slot));
        }
        *self.slots.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(slots);
        drop(before);
        // What nobody begins with goes; a login in progress loads its version again, once.
        let mut plugins = self.plugins.lock().unwrap_or_else(PoisonError::into_inner);
        plugins.retain(|_, plugin| Arc::strong_count(plugin) > 1);
    }

    /// This binding's share of the live stores.
    pub(crate) fn share(&self, binding: &str) -> Option<Arc<Semaphore>> {
        self.shares.get(binding).cloned()
    }

    /// How many municipalities have a binding with this plugin.
    pub(crate) fn municipalities_with(&self, plugin: &str) -> usize {
        let bindings = self.equipment.bindings.iter().filter(|binding| binding.plugin == plugin);
        bindings.map(|binding| binding.municipality.as_str()).collect::<BTreeSet<_>>().len()
    }

    /// Fills the slots anew that are out of order; the others stay as they are.
    fn try_again(&self, slots: &BTreeMap<String, Arc<Slot>>) {
        let mut tried = slots.clone();
        for (id, slot) in slots {
            let Err(was) = &slot.active else { continue };
            let again = self.filled(&slot.binding, &slot.profiles);
            // What is still wrong was said before.
            if !matches!(&again.active, Err(is) if is.code == was.code && is.detail == was.detail) {
                tell(id, Some(&slot.active), &again.active);
                tried.insert(id.clone(), Arc::new(again));
            }
        }
        *self.slots.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(tried);
    }

    fn filled(&self, binding: &Binding, profiles: &Arc<BTreeMap<String, String>>) -> Slot {
        let active =
            self.source.active(&binding.plugin).and_then(|digest| self.bound(binding, digest, profiles));
        let (binding, profiles) = (binding.clone(), profiles.clone());
        Slot { binding, profiles, active, others: Mutex::default() }
    }

    /// The version that new logins of a binding begin with.
    pub(crate) fn active(&self, binding: &str) -> Result<Arc<Bound>, Fault> {
        self.slot(binding)?.active.clone()
    }

    /// Every binding that is in order, with the version that new logins begin with.
    pub(crate) fn in_order(&self) -> Vec<Arc<Bound>> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner).clone();
        slots.values().filter_map(|slot| slot.active.clone().ok()).collect()
    }

    /// The version that a login in progress began with. Blocks while it compiles one that is not loaded.
    pub(crate) fn version(&self, binding: &str, digest: Digest) -> Result<Arc<Bound>, Fault> {
        let slot = self.slot(binding)?;
        if let Ok(bound) = &slot.active
            && bound.plugin.digest == digest
        {
            return Ok(bound.clone());
        }
        let mut others = slot.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bound) = others.get(&digest) {
            return Ok(bound.clone());
        }
        let bound = self.bound(&slot.binding, digest, &slot.profiles)?;
        others.insert(digest, bound.clone());
        Ok(bound)
    }

    fn slot(&self, binding: &str) -> Result<Arc<Slot>, Fault> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner).clone();
        let unknown = || Fault::new(FaultCode::Config, format!("there is no binding {binding}"));
        slots.get(binding).cloned().ok_or_else(unknown)
    }

    fn bound(
        &self,
        binding: &Binding,
        digest: Digest,
        profiles: &BTreeMap<String, String>,
    ) -> Result<Arc<Bound>, Fault> {
        let plugin = self.plugin(&binding.plugin, digest)?;
        Bound::new(binding.clone(), plugin, profiles, self.equipment.addresses).map(Arc::new)
    }

    /// A version, loaded once. Security: the source vouches for it each time that it is asked for.
    fn plugin(&self, id: &str, digest: Digest) -> Result<Arc<Plugin>, Fault> {
        if self.barred.lock().unwrap_or_else(PoisonError::into_inner).contains(&digest) {
            return Err(Fault::new(FaultCode::Claim, format!("{id}: this version is shut away")));
        }
        let bundle = self.source.bundle(id, digest)?;
        let mut plugins = self.plugins.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plugin) = plugins.get(&digest) {
            return Ok(plugin.clone());
        }
        let places = self.places(id);
        let plugin = Arc::new(Plugin::load(&self.engine, &bundle, &self.equipment.limits, places)?);
        plugins.insert(digest, plugin.clone());
        Ok(plugin)
    }

    fn places(&self, id: &str) -> Arc<Semaphore> {
        let fresh = || Arc::new(Semaphore::new(self.equipment.limits.stores_per_plugin));
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.entry(id.to_owned()).or_insert_with(fresh).clone()
    }
}

/// Says in the log what has become of a binding: what is wrong each time, what is well when it is news.
fn tell(binding: &str, before: Option<&Result<Arc<Bound>, Fault>>, active: &Result<Arc<Bound>, Fault>) {
    match active {
        Err(fault) => {
            tracing::error!(binding, fault.code = %fault.code, fault.detail, "this way to sign in is out of order");
        }
        Ok(bound) => {
            let (plugin, digest) = (&bound.plugin.manifest, bound.plugin.digest);
            if !matches!(before, Some(Ok(before)) if before.plugin.digest == digest) {
                tracing::info!(binding, plugin = plugin.id, plugin.version = %plugin.version, "new logins begin with this version");
            }
        }
    }
}
