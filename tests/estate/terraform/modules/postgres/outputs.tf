output "fqdn" {
  value = azurerm_postgresql_flexible_server.this.fqdn
}

output "administrator_password" {
  value     = random_password.administrator.result
  sensitive = true
}
