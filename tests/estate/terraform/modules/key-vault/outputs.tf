output "id" {
  value = azurerm_key_vault.this.id
}

output "key_id" {
  value = azurerm_key_vault_key.platform.id
}
