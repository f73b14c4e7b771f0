locals {
  tags = merge(var.tags, {
    environment = var.environment
    managed-by  = "terraform"
  })

  spoke_ranges = [for spoke in var.spokes : spoke.address_space]
}

module "observability" {
  source = "../../modules/observability"

  environment    = var.environment
  location       = var.location
  tags           = local.tags
  retention_days = var.log_retention_days
  applications   = ["shop", "payments"]
  alert_email    = "platform-${var.environment}@nordhaus.example"
  alert_location = var.alert_location
}

module "hub" {
  source = "../../modules/hub"

  environment                = var.environment
  location                   = var.location
  tags                       = local.tags
  address_space              = var.hub_address_space
  spoke_ranges               = local.spoke_ranges
  firewall_tier              = var.firewall_tier
  network_rules              = var.network_rules
  log_analytics_workspace_id = module.observability.workspace_id
}

module "spoke" {
  source   = "../../modules/spoke"
  for_each = var.spokes

  name                = each.key
  environment         = var.environment
  location            = var.location
  tags                = local.tags
  address_space       = each.value.address_space
  subnets             = each.value.subnets
  hub                 = module.hub.virtual_network
  firewall_private_ip = module.hub.firewall_private_ip
}

resource "azurerm_resource_group" "platform" {
  name     = "rg-platform-${var.environment}"
  location = var.location
  tags     = local.tags
}

module "registry" {
  source = "../../modules/registry"

  name                = "nordhaus"
  environment         = var.environment
  location            = azurerm_resource_group.platform.location
  resource_group_name = azurerm_resource_group.platform.name
  tags                = local.tags
  admin               = var.registry.admin
  public              = var.registry.public
  replicas            = var.registry.replicas
}

module "key_vault" {
  source = "../../modules/key-vault"

  name                       = "nordhaus"
  environment                = var.environment
  location                   = azurerm_resource_group.platform.location
  resource_group_name        = azurerm_resource_group.platform.name
  tags                       = local.tags
  purge_protection           = var.vault.purge_protection
  retention_days             = var.vault.retention_days
  public                     = var.vault.public
  key_expires                = var.vault.key_expires
  endpoint_subnet_id         = module.spoke["platform"].subnet_ids["endpoints"]
  private_dns_zone_id        = module.hub.private_dns_zone_ids["key_vault"]
  log_analytics_workspace_id = module.observability.workspace_id

  secrets = {
    "psql-administrator" = {
      value   = module.postgres["orders"].administrator_password
      expires = var.vault.key_expires
    }
  }
}

module "aks" {
  source = "../../modules/aks"

  environment                = var.environment
  location                   = var.location
  tags                       = local.tags
  sku_tier                   = var.cluster.sku_tier
  private                    = var.cluster.private
  local_accounts             = var.cluster.local_accounts
  authorized_ranges          = var.cluster.authorized_ranges
  node_pools                 = var.cluster.node_pools
  admin_groups               = var.cluster.admin_groups
  subnet_id                  = module.spoke["platform"].subnet_ids["aks"]
  registry_id                = module.registry.id
  log_analytics_workspace_id = module.observability.workspace_id
}

module "postgres" {
  source   = "../../modules/postgres"
  for_each = var.databases

  name                       = each.key
  environment                = var.environment
  location                   = var.location
  resource_group_name        = azurerm_resource_group.platform.name
  tags                       = local.tags
  databases                  = each.value.databases
  sku_name                   = each.value.sku_name
  classification             = each.value.classification
  public                     = each.value.public
  password_auth              = each.value.password_auth
  highly_available           = each.value.highly_available
  backup_days                = each.value.backup_days
  geo_redundant_backup       = each.value.geo_redundant_backup
  replica_location           = each.value.replica_location
  allowed_ranges             = each.value.allowed_ranges
  subnet_id                  = module.spoke["platform"].subnet_ids["postgres"]
  private_dns_zone_id        = module.hub.private_dns_zone_ids["postgres"]
  log_analytics_workspace_id = module.observability.workspace_id
}

module "service_bus" {
  source = "../../modules/service-bus"

  name                = "nordhaus"
  environment         = var.environment
  location            = var.location
  resource_group_name = azurerm_resource_group.platform.name
  tags                = local.tags
  sku                 = var.service_bus.sku
  local_auth          = var.service_bus.local_auth
  queues              = var.service_bus.queues
}

module "storage" {
  source   = "../../modules/storage"
  for_each = var.storage

  name                = each.key
  environment         = var.environment
  location            = coalesce(each.value.location, var.location)
  resource_group_name = azurerm_resource_group.platform.name
  tags                = local.tags
  classification      = each.value.classification
  replication         = each.value.replication
  tls                 = each.value.tls
  public              = each.value.public
  anonymous           = each.value.anonymous
  shared_keys         = each.value.shared_keys
  containers          = each.value.containers
}

module "front_door" {
  source = "../../modules/front-door"

  environment         = var.environment
  resource_group_name = azurerm_resource_group.platform.name
  tags                = local.tags
  firewall_mode       = var.front_door.firewall_mode
  sites               = var.front_door.sites
}

module "access" {
  source = "../../modules/access"

  environment = var.environment
  principals  = var.principals
  grants      = var.grants
}
