pub struct Vault;
pub struct VaultWriter;
