output "virtual_network" {
  value = {
    id             = azurerm_virtual_network.hub.id
    name           = azurerm_virtual_network.hub.name
    resource_group = azurerm_resource_group.hub.name
  }
}

output "firewall_private_ip" {
  value = azurerm_firewall.hub.ip_configuration[0].private_ip_address
}

output "private_dns_zone_ids" {
  value = { for key, zone in azurerm_private_dns_zone.this : key => zone.id }
}
