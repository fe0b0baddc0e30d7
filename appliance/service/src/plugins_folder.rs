//! Where the installed plugins of an appliance lie, for the appliance and for the command line alike.
//!
//! It opens; what is done with it is said there.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use kuvert_bundle::{Registry, RegistryError, RegistrySettings, Trial};
use kuvert_domain::clock::Clock;

/// The file in the data folder whose presence says that the data are for tests.
const TEST_MARK: &str = "test-data";

/// What is said about plugins in the configuration, and by whoever starts the program.
#[derive(Clone)]
pub struct PluginPlan {
    /// The folder with the bundles that came with the appliance.
    pub shipped: PathBuf,
    /// The list of trusted keys.
    pub keys_file: PathBuf,
    /// The municipalities' own trust profiles.
    pub profiles_dir: PathBuf,
    /// Tries bundles out.
    pub trial: Arc<dyn Trial>,
}

/// Opens the registry of a data folder. Needs neither the store nor a running appliance, and disturbs neither.
pub fn plugin_registry(
    data_dir: &Path,
    plan: &PluginPlan,
    clock: Arc<dyn Clock>,
) -> Result<Registry, RegistryError> {
    Registry::open(RegistrySettings {
        folder: data_dir.join("plugins"),
        shipped: plan.shipped.clone(),
        keys_file: plan.keys_file.clone(),
        profiles: plan.profiles_dir.clone(),
        test_mark: test_mark(data_dir),
        trial: Arc::clone(&plan.trial),
        clock,
        before_step: |_| {},
    })
}

/// The file whose presence marks a data folder as test: unsigned plugins run in it, and every page says so.
#[must_use]
pub fn test_mark(data_dir: &Path) -> PathBuf {
    data_dir.join(TEST_MARK)
}
