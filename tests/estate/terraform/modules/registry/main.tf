resource "azurerm_container_registry" "this" {
  name                          = "cr${var.name}${var.environment}"
  location                      = var.location
  resource_group_name           = var.resource_group_name
  sku                           = "Premium"
  admin_enabled                 = var.admin
  anonymous_pull_enabled        = false
  public_network_access_enabled = var.public
  zone_redundancy_enabled       = true
  data_endpoint_enabled         = true
  export_policy_enabled         = var.public
  retention_policy_in_days      = 30
  tags                          = var.tags

  dynamic "georeplications" {
    for_each = var.replicas
    content {
      location                = georeplications.value
      zone_redundancy_enabled = true
      tags                    = var.tags
    }
  }
}
