resource "azurerm_storage_account" "this" {
  name                              = "st${var.name}${var.environment}"
  location                          = var.location
  resource_group_name               = var.resource_group_name
  account_tier                      = "Standard"
  account_kind                      = "StorageV2"
  account_replication_type          = var.replication
  min_tls_version                   = var.tls
  https_traffic_only_enabled        = true
  public_network_access_enabled     = var.public
  allow_nested_items_to_be_public   = var.anonymous
  shared_access_key_enabled         = var.shared_keys
  infrastructure_encryption_enabled = true
  tags                              = merge(var.tags, var.classification == null ? {} : { "data-classification" = var.classification })

  blob_properties {
    versioning_enabled = true
    delete_retention_policy {
      days = 30
    }
    container_delete_retention_policy {
      days = 30
    }
  }

  dynamic "network_rules" {
    for_each = var.public ? [] : ["Deny"]
    content {
      default_action = network_rules.value
      bypass         = ["AzureServices"]
    }
  }
}

resource "azurerm_storage_container" "this" {
  for_each = var.containers

  name                  = each.key
  storage_account_id    = azurerm_storage_account.this.id
  container_access_type = each.value
}
