//! The choices of obfuscation that several commands share.

use huntbook::HuntbookError;
use huntbook::obfuscate::{IpMode, Key, Obfuscator, Policy, Times, Words};

use crate::args::{IpChoice, ObfuscationArguments, TimesChoice, ValueChoices, WordsChoice};
use crate::commands::{key, policy};

impl ObfuscationArguments {
    /// The rules and settings that were asked for.
    pub(crate) fn policy(&self) -> Result<Policy, HuntbookError> {
        let policy = self.values.policy()?;
        // The rule that is added last goes first; on a command line the first one does.
        let columns = self.columns.iter().rev();
        Ok(columns.fold(policy, |policy, (column, kind)| policy.with_rule(column, *kind)))
    }
}

impl ValueChoices {
    /// The rules and settings that were asked for.
    pub(crate) fn policy(&self) -> Result<Policy, HuntbookError> {
        let policy = policy::find(&self.policy)?;
        let mut settings = policy.settings();
        if let Some(times) = self.times {
            settings.times = match times {
                TimesChoice::Keep => Times::Keep,
                TimesChoice::Shift => Times::Shift,
            };
        }
        if let Some(words) = self.words {
            settings.words = match words {
                WordsChoice::Public => Words::Public,
                WordsChoice::All => Words::All,
            };
        }
        if let Some(ip) = self.ip {
            settings.ip = match ip {
                IpChoice::Prefix => IpMode::Prefix,
                IpChoice::Subnet => IpMode::Subnet,
                IpChoice::Flat => IpMode::Flat,
                IpChoice::IpcryptPfx => IpMode::IpcryptPfx,
                IpChoice::IpcryptDeterministic => IpMode::IpcryptDeterministic,
            };
        }
        Ok(policy.with_settings(settings))
    }

    /// The key, which has to be there.
    pub(crate) fn known_key(&self) -> Result<Key, HuntbookError> {
        key::load(self.key.as_deref())
    }

    /// The key, which is made on first use.
    pub(crate) fn key_or_new(&self) -> Result<Key, HuntbookError> {
        key::load_or_create(self.key.as_deref())
    }

    pub(crate) fn obfuscator(&self, key: &Key) -> Result<Obfuscator, HuntbookError> {
        Ok(Obfuscator::new(key, &self.realm, self.policy()?))
    }
}
