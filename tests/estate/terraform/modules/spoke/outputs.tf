output "virtual_network_id" {
  value = azurerm_virtual_network.spoke.id
}

output "subnet_ids" {
  value = { for name, subnet in azurerm_subnet.this : name => subnet.id }
}
