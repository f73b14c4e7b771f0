locals {
  name     = "hub-${var.environment}"
  firewall = cidrsubnet(var.address_space, 4, 0)
  bastion  = cidrsubnet(var.address_space, 4, 1)
  gateway  = cidrsubnet(var.address_space, 4, 2)
}

resource "azurerm_resource_group" "hub" {
  name     = "rg-${local.name}"
  location = var.location
  tags     = var.tags
}

resource "azurerm_virtual_network" "hub" {
  name                = "vnet-${local.name}"
  location            = azurerm_resource_group.hub.location
  resource_group_name = azurerm_resource_group.hub.name
  address_space       = [var.address_space]
  dns_servers         = [cidrhost(local.firewall, 4)]
  tags                = var.tags
}

resource "azurerm_subnet" "this" {
  for_each = {
    AzureFirewallSubnet = local.firewall
    AzureBastionSubnet  = local.bastion
    GatewaySubnet       = local.gateway
  }

  name                 = each.key
  resource_group_name  = azurerm_resource_group.hub.name
  virtual_network_name = azurerm_virtual_network.hub.name
  address_prefixes     = [each.value]
}

resource "azurerm_public_ip" "firewall" {
  name                = "pip-afw-${local.name}"
  location            = azurerm_resource_group.hub.location
  resource_group_name = azurerm_resource_group.hub.name
  allocation_method   = "Static"
  sku                 = "Standard"
  zones               = var.zones
  tags                = var.tags
}

resource "azurerm_firewall_policy" "hub" {
  name                     = "afwp-${local.name}"
  location                 = azurerm_resource_group.hub.location
  resource_group_name      = azurerm_resource_group.hub.name
  sku                      = var.firewall_tier
  threat_intelligence_mode = var.threat_intelligence_mode
  tags                     = var.tags

  dns {
    proxy_enabled = true
  }

  dynamic "intrusion_detection" {
    for_each = var.firewall_tier == "Premium" ? ["Deny"] : []
    content {
      mode = intrusion_detection.value
    }
  }
}

resource "azurerm_firewall" "hub" {
  name                = "afw-${local.name}"
  location            = azurerm_resource_group.hub.location
  resource_group_name = azurerm_resource_group.hub.name
  sku_name            = "AZFW_VNet"
  sku_tier            = var.firewall_tier
  firewall_policy_id  = azurerm_firewall_policy.hub.id
  zones               = var.zones
  tags                = var.tags

  ip_configuration {
    name                 = "primary"
    subnet_id            = azurerm_subnet.this["AzureFirewallSubnet"].id
    public_ip_address_id = azurerm_public_ip.firewall.id
  }
}

resource "azurerm_firewall_policy_rule_collection_group" "egress" {
  name               = "egress"
  firewall_policy_id = azurerm_firewall_policy.hub.id
  priority           = 500

  application_rule_collection {
    name     = "aks"
    priority = 500
    action   = "Allow"

    rule {
      name                  = "aks-control-plane"
      source_addresses      = var.spoke_ranges
      destination_fqdn_tags = ["AzureKubernetesService"]
      protocols {
        type = "Https"
        port = 443
      }
    }

    rule {
      name              = "registries"
      source_addresses  = var.spoke_ranges
      destination_fqdns = ["*.azurecr.io", "mcr.microsoft.com", "*.data.mcr.microsoft.com"]
      protocols {
        type = "Https"
        port = 443
      }
    }
  }

  dynamic "network_rule_collection" {
    for_each = length(var.network_rules) > 0 ? [1] : []
    content {
      name     = "network"
      priority = 400
      action   = "Allow"

      dynamic "rule" {
        for_each = var.network_rules
        content {
          name                  = rule.key
          protocols             = rule.value.protocols
          source_addresses      = rule.value.sources
          destination_addresses = rule.value.destinations
          destination_ports     = rule.value.ports
        }
      }
    }
  }
}

resource "azurerm_private_dns_zone" "this" {
  for_each = var.private_dns_zones

  name                = each.value
  resource_group_name = azurerm_resource_group.hub.name
  tags                = var.tags
}

resource "azurerm_private_dns_zone_virtual_network_link" "hub" {
  for_each = azurerm_private_dns_zone.this

  name                  = "hub"
  resource_group_name   = azurerm_resource_group.hub.name
  private_dns_zone_name = each.value.name
  virtual_network_id    = azurerm_virtual_network.hub.id
}

resource "azurerm_monitor_diagnostic_setting" "firewall" {
  name                       = "to-log-analytics"
  target_resource_id         = azurerm_firewall.hub.id
  log_analytics_workspace_id = var.log_analytics_workspace_id

  enabled_log {
    category_group = "allLogs"
  }
}
