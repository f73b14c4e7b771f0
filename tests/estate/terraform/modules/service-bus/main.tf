resource "azurerm_servicebus_namespace" "this" {
  name                          = "sb-${var.name}-${var.environment}"
  location                      = var.location
  resource_group_name           = var.resource_group_name
  sku                           = var.sku
  capacity                      = var.sku == "Premium" ? 1 : 0
  premium_messaging_partitions  = var.sku == "Premium" ? 1 : 0
  minimum_tls_version           = "1.2"
  local_auth_enabled            = var.local_auth
  public_network_access_enabled = var.sku != "Premium"
  tags                          = var.tags

  dynamic "customer_managed_key" {
    for_each = var.key_id == null ? [] : [var.key_id]
    content {
      key_vault_key_id = customer_managed_key.value
      identity_id      = var.identity_id
    }
  }
}

resource "azurerm_servicebus_queue" "this" {
  for_each = var.queues

  name                                 = each.key
  namespace_id                         = azurerm_servicebus_namespace.this.id
  max_delivery_count                   = each.value.attempts
  dead_lettering_on_message_expiration = true
  requires_duplicate_detection         = each.value.deduplicated
}

resource "azurerm_servicebus_namespace_disaster_recovery_config" "this" {
  count = var.partner_namespace_id == null ? 0 : 1

  name                 = "dr-${var.name}-${var.environment}"
  primary_namespace_id = azurerm_servicebus_namespace.this.id
  partner_namespace_id = var.partner_namespace_id
}

resource "azurerm_servicebus_namespace_authorization_rule" "legacy" {
  for_each = var.local_auth ? toset(["billing-export"]) : toset([])

  name         = each.value
  namespace_id = azurerm_servicebus_namespace.this.id
  listen       = true
  send         = true
  manage       = true
}
