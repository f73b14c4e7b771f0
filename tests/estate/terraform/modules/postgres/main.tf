resource "random_password" "administrator" {
  length  = 32
  special = true
}

resource "azurerm_postgresql_flexible_server" "this" {
  name                          = "psql-${var.name}-${var.environment}"
  location                      = var.location
  resource_group_name           = var.resource_group_name
  version                       = "16"
  sku_name                      = var.sku_name
  storage_mb                    = var.storage_mb
  auto_grow_enabled             = true
  delegated_subnet_id           = var.public ? null : var.subnet_id
  private_dns_zone_id           = var.public ? null : var.private_dns_zone_id
  public_network_access_enabled = var.public
  backup_retention_days         = var.backup_days
  geo_redundant_backup_enabled  = var.geo_redundant_backup
  administrator_login           = "platform"
  administrator_password        = random_password.administrator.result
  tags                          = merge(var.tags, { "data-classification" = var.classification })

  authentication {
    active_directory_auth_enabled = true
    password_auth_enabled         = var.password_auth
  }

  dynamic "high_availability" {
    for_each = var.highly_available ? ["ZoneRedundant"] : []
    content {
      mode                      = high_availability.value
      standby_availability_zone = "2"
    }
  }

  lifecycle {
    ignore_changes = [zone, high_availability[0].standby_availability_zone]
  }
}

resource "azurerm_postgresql_flexible_server_configuration" "this" {
  for_each = merge({
    "require_secure_transport" = "on"
    "log_connections"          = "on"
    "log_checkpoints"          = "on"
    "azure.extensions"         = "PGCRYPTO,PG_STAT_STATEMENTS"
  }, var.configuration)

  name      = each.key
  server_id = azurerm_postgresql_flexible_server.this.id
  value     = each.value
}

resource "azurerm_postgresql_flexible_server_database" "this" {
  for_each = toset(var.databases)

  name      = each.value
  server_id = azurerm_postgresql_flexible_server.this.id
  charset   = "UTF8"
  collation = "en_US.utf8"
}

resource "azurerm_postgresql_flexible_server_firewall_rule" "this" {
  for_each = var.public ? var.allowed_ranges : {}

  name             = each.key
  server_id        = azurerm_postgresql_flexible_server.this.id
  start_ip_address = each.value.start
  end_ip_address   = each.value.end
}

resource "azurerm_postgresql_flexible_server" "replica" {
  count = var.replica_location == null ? 0 : 1

  name                = "${azurerm_postgresql_flexible_server.this.name}-replica"
  location            = var.replica_location
  resource_group_name = var.resource_group_name
  create_mode         = "Replica"
  source_server_id    = azurerm_postgresql_flexible_server.this.id
  tags                = merge(var.tags, { "data-classification" = var.classification })
}

resource "azurerm_monitor_diagnostic_setting" "postgres" {
  name                       = "to-log-analytics"
  target_resource_id         = azurerm_postgresql_flexible_server.this.id
  log_analytics_workspace_id = var.log_analytics_workspace_id

  enabled_log {
    category_group = "audit"
  }
}
