output "id" {
  value = azurerm_servicebus_namespace.this.id
}
