locals {
  name = "${var.name}-${var.environment}"

  subnets = {
    for name, subnet in var.subnets : name => merge(subnet, {
      prefix = cidrsubnet(var.address_space, subnet.bits, subnet.number)
    })
  }
}

resource "azurerm_resource_group" "spoke" {
  name     = "rg-${local.name}-network"
  location = var.location
  tags     = var.tags
}

resource "azurerm_virtual_network" "spoke" {
  name                = "vnet-${local.name}"
  location            = azurerm_resource_group.spoke.location
  resource_group_name = azurerm_resource_group.spoke.name
  address_space       = [var.address_space]
  tags                = var.tags
}

resource "azurerm_subnet" "this" {
  for_each = local.subnets

  name                              = "snet-${each.key}"
  resource_group_name               = azurerm_resource_group.spoke.name
  virtual_network_name              = azurerm_virtual_network.spoke.name
  address_prefixes                  = [each.value.prefix]
  private_endpoint_network_policies = each.value.private_endpoints ? "Enabled" : "Disabled"
  service_endpoints                 = each.value.service_endpoints

  dynamic "delegation" {
    for_each = each.value.delegation == null ? [] : [each.value.delegation]
    content {
      name = "delegation"
      service_delegation {
        name    = delegation.value
        actions = ["Microsoft.Network/virtualNetworks/subnets/join/action"]
      }
    }
  }
}

resource "azurerm_network_security_group" "this" {
  for_each = local.subnets

  name                = "nsg-${local.name}-${each.key}"
  location            = azurerm_resource_group.spoke.location
  resource_group_name = azurerm_resource_group.spoke.name
  tags                = var.tags
}

resource "azurerm_network_security_rule" "this" {
  for_each = merge([
    for subnet, settings in local.subnets : {
      for rule in settings.rules : "${subnet}/${rule.name}" => merge(rule, { subnet = subnet, prefix = settings.prefix })
    }
  ]...)

  name                        = each.value.name
  resource_group_name         = azurerm_resource_group.spoke.name
  network_security_group_name = azurerm_network_security_group.this[each.value.subnet].name
  priority                    = each.value.priority
  direction                   = each.value.direction
  access                      = each.value.access
  protocol                    = each.value.protocol
  source_port_range           = "*"
  source_address_prefix       = each.value.source
  destination_address_prefix  = each.value.prefix
  destination_port_ranges     = each.value.ports
}

resource "azurerm_subnet_network_security_group_association" "this" {
  for_each = azurerm_subnet.this

  subnet_id                 = each.value.id
  network_security_group_id = azurerm_network_security_group.this[each.key].id
}

resource "azurerm_route_table" "egress" {
  name                          = "rt-${local.name}"
  location                      = azurerm_resource_group.spoke.location
  resource_group_name           = azurerm_resource_group.spoke.name
  bgp_route_propagation_enabled = false
  tags                          = var.tags

  route {
    name                   = "default"
    address_prefix         = "0.0.0.0/0"
    next_hop_type          = "VirtualAppliance"
    next_hop_in_ip_address = var.firewall_private_ip
  }
}

resource "azurerm_subnet_route_table_association" "this" {
  for_each = { for name, subnet in local.subnets : name => subnet if subnet.routed }

  subnet_id      = azurerm_subnet.this[each.key].id
  route_table_id = azurerm_route_table.egress.id
}

resource "azurerm_virtual_network_peering" "to_hub" {
  name                         = "to-hub"
  resource_group_name          = azurerm_resource_group.spoke.name
  virtual_network_name         = azurerm_virtual_network.spoke.name
  remote_virtual_network_id    = var.hub.id
  allow_forwarded_traffic      = true
  allow_virtual_network_access = true
}

resource "azurerm_virtual_network_peering" "from_hub" {
  name                         = "to-${var.name}"
  resource_group_name          = var.hub.resource_group
  virtual_network_name         = var.hub.name
  remote_virtual_network_id    = azurerm_virtual_network.spoke.id
  allow_forwarded_traffic      = true
  allow_virtual_network_access = true
}
