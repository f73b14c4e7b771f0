variable "environment" {
  type = string
}

variable "location" {
  type = string
}

variable "tags" {
  type = map(string)
}

variable "address_space" {
  type = string
}

variable "spoke_ranges" {
  type = list(string)
}

variable "zones" {
  type    = list(string)
  default = ["1", "2", "3"]
}

variable "firewall_tier" {
  type    = string
  default = "Standard"

  validation {
    condition     = contains(["Standard", "Premium"], var.firewall_tier)
    error_message = "The firewall is Standard or Premium."
  }
}

variable "threat_intelligence_mode" {
  type    = string
  default = "Deny"
}

variable "network_rules" {
  type = map(object({
    protocols    = optional(list(string), ["TCP"])
    sources      = list(string)
    destinations = list(string)
    ports        = optional(list(string), ["443"])
  }))
  default = {}
}

variable "private_dns_zones" {
  type = map(string)
  default = {
    key_vault   = "privatelink.vaultcore.azure.net"
    postgres    = "privatelink.postgres.database.azure.com"
    registry    = "privatelink.azurecr.io"
    service_bus = "privatelink.servicebus.windows.net"
    blob        = "privatelink.blob.core.windows.net"
  }
}

variable "log_analytics_workspace_id" {
  type = string
}
