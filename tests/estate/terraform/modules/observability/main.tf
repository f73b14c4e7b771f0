resource "azurerm_resource_group" "this" {
  name     = "rg-observability-${var.environment}"
  location = var.location
  tags     = var.tags
}

resource "azurerm_log_analytics_workspace" "this" {
  name                       = "log-${var.environment}"
  location                   = azurerm_resource_group.this.location
  resource_group_name        = azurerm_resource_group.this.name
  sku                        = "PerGB2018"
  retention_in_days          = var.retention_days
  internet_ingestion_enabled = var.internet
  internet_query_enabled     = var.internet
  tags                       = var.tags
}

resource "azurerm_application_insights" "this" {
  for_each = var.applications

  name                          = "appi-${each.value}-${var.environment}"
  location                      = azurerm_resource_group.this.location
  resource_group_name           = azurerm_resource_group.this.name
  workspace_id                  = azurerm_log_analytics_workspace.this.id
  application_type              = "web"
  local_authentication_disabled = true
  tags                          = var.tags
}

resource "azurerm_monitor_action_group" "on_call" {
  name                = "on-call-${var.environment}"
  resource_group_name = azurerm_resource_group.this.name
  location            = var.alert_location
  short_name          = "on-call"
  tags                = var.tags

  email_receiver {
    name                    = "platform"
    email_address           = var.alert_email
    use_common_alert_schema = true
  }
}

resource "azurerm_log_analytics_data_export_rule" "archive" {
  count = var.archive_account_id == null ? 0 : 1

  name                    = "archive"
  resource_group_name     = azurerm_resource_group.this.name
  workspace_resource_id   = azurerm_log_analytics_workspace.this.id
  destination_resource_id = var.archive_account_id
  table_names             = ["AzureActivity", "ContainerLogV2"]
  enabled                 = true
}
