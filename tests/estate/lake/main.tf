terraform {
  required_version = ">= 1.9"

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.55"
    }
    azapi = {
      source  = "azure/azapi"
      version = "~> 2.7"
    }
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
    digitalocean = {
      source  = "digitalocean/digitalocean"
      version = "~> 2.71"
    }
  }
}

provider "azurerm" {
  features {}
}

provider "aws" {
  region = var.aws_region

  default_tags {
    tags = local.tags
  }
}

provider "aws" {
  alias  = "recovery"
  region = var.aws_recovery_region

  default_tags {
    tags = local.tags
  }
}

locals {
  tags = {
    owner              = "data-platform@example.com"
    DataClassification = "Personal"
    tenant             = "shared"
  }
}

resource "azurerm_resource_group" "lake" {
  name     = "rg-lake-prod"
  location = var.location
  tags     = local.tags
}

module "orders" {
  source = "./modules/store"

  name           = "stlakeorders"
  resource_group = azurerm_resource_group.lake.name
  location       = azurerm_resource_group.lake.location
  replication    = "GZRS"
  tags           = merge(local.tags, { tenant = "shop" })
}

module "payments" {
  source = "./modules/store"

  name           = "stlakepayments"
  resource_group = azurerm_resource_group.lake.name
  location       = azurerm_resource_group.lake.location
  tags           = merge(local.tags, { tenant = "payments" })
}

module "exports" {
  source = "./modules/store"

  name           = "stlakeexports"
  resource_group = azurerm_resource_group.lake.name
  location       = var.partner_location
  tags           = local.tags
}

resource "azurerm_storage_object_replication" "orders" {
  source_storage_account_id      = module.orders.id
  destination_storage_account_id = module.exports.id

  rules {
    source_container_name      = "curated"
    destination_container_name = "orders"
  }
}

resource "azurerm_postgresql_flexible_server" "crm" {
  name                         = "psql-crm-prod"
  resource_group_name          = azurerm_resource_group.lake.name
  location                     = azurerm_resource_group.lake.location
  version                      = "16"
  sku_name                     = "GP_Standard_D4ds_v5"
  storage_mb                   = 131072
  geo_redundant_backup_enabled = true
  tags                         = local.tags
}

resource "azurerm_servicebus_namespace" "events" {
  name                = "sb-lake-prod"
  resource_group_name = azurerm_resource_group.lake.name
  location            = azurerm_resource_group.lake.location
  sku                 = "Premium"
  capacity            = 1
  tags                = local.tags
}

resource "azapi_update_resource" "events_replica" {
  type        = "Microsoft.ServiceBus/namespaces@2024-01-01"
  resource_id = azurerm_servicebus_namespace.events.id

  body = {
    properties = {
      geoDataReplication = {
        maxReplicationLagDurationInSeconds = 300
        locations = [
          {
            locationName = "germanywestcentral"
            roleType     = "Primary"
          },
          {
            locationName = "uksouth"
            roleType     = "Secondary"
          },
        ]
      }
    }
  }
}

resource "azurerm_log_analytics_workspace" "central" {
  name                = "log-central"
  resource_group_name = azurerm_resource_group.lake.name
  location            = "eastus2"
  retention_in_days   = 90
  tags                = local.tags
}

resource "azurerm_monitor_diagnostic_setting" "crm" {
  name                       = "to-central"
  target_resource_id         = azurerm_postgresql_flexible_server.crm.id
  log_analytics_workspace_id = azurerm_log_analytics_workspace.central.id

  enabled_log {
    category_group = "allLogs"
  }
}

resource "azurerm_key_vault" "lake" {
  name                = "kv-lake-prod"
  resource_group_name = azurerm_resource_group.lake.name
  location            = azurerm_resource_group.lake.location
  tenant_id           = "11111111-1111-1111-1111-111111111111"
  sku_name            = "premium"
  tags                = merge(local.tags, { DataClassification = "Confidential" })
}

resource "azurerm_recovery_services_vault" "vms" {
  name                = "rsv-lake-prod"
  resource_group_name = azurerm_resource_group.lake.name
  location            = "westeurope"
  sku                 = "Standard"
  tags                = local.tags
}

resource "azurerm_cdn_frontdoor_profile" "site" {
  name                = "fd-site"
  resource_group_name = azurerm_resource_group.lake.name
  sku_name            = "Standard_AzureFrontDoor"
  tags                = local.tags
}

resource "azurerm_storage_account" "assets" {
  name                     = "stlakeassets"
  resource_group_name      = azurerm_resource_group.lake.name
  location                 = "westus2"
  account_tier             = "Standard"
  account_replication_type = "GRS"
  tags                     = { owner = "web@example.com", DataClassification = "Public" }
}

resource "aws_s3_bucket" "archive" {
  bucket = "example-lake-archive"
}

resource "aws_s3_bucket" "archive_copy" {
  provider = aws.recovery
  bucket   = "example-lake-archive-copy"
}

resource "aws_s3_bucket_replication_configuration" "archive" {
  bucket = aws_s3_bucket.archive.id
  role   = "arn:aws:iam::111111111111:role/replication"

  rule {
    id     = "all"
    status = "Enabled"

    destination {
      bucket = aws_s3_bucket.archive_copy.arn
    }
  }
}

resource "digitalocean_spaces_bucket" "reports" {
  name = "example-lake-reports"
}
