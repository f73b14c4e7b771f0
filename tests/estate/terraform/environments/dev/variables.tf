variable "environment" {
  type = string
}

variable "location" {
  type    = string
  default = "germanywestcentral"

  validation {
    condition     = contains(["germanywestcentral", "westeurope", "northeurope"], var.location)
    error_message = "The platform runs in the European Union."
  }
}

variable "subscription_id" {
  type = string
}

variable "tags" {
  type = map(string)
}

variable "log_retention_days" {
  type    = number
  default = 90
}

variable "alert_location" {
  type    = string
  default = "germanywestcentral"
}

variable "hub_address_space" {
  type = string
}

variable "firewall_tier" {
  type    = string
  default = "Standard"
}

variable "network_rules" {
  type    = any
  default = {}
}

variable "spokes" {
  type = map(object({
    address_space = string
    subnets       = any
  }))
}

variable "registry" {
  type = object({
    admin    = optional(bool, false)
    public   = optional(bool, false)
    replicas = optional(list(string), [])
  })
  default = {}
}

variable "vault" {
  type = object({
    purge_protection = optional(bool, true)
    retention_days   = optional(number, 90)
    public           = optional(bool, false)
    key_expires      = optional(string)
  })
  default = {}
}

variable "cluster" {
  type = object({
    sku_tier          = optional(string, "Standard")
    private           = optional(bool, true)
    local_accounts    = optional(bool, false)
    authorized_ranges = optional(list(string), [])
    admin_groups      = list(string)
    node_pools        = optional(any, {})
  })
}

variable "databases" {
  type = map(object({
    databases            = list(string)
    sku_name             = optional(string, "GP_Standard_D4ds_v5")
    classification       = optional(string, "personal")
    public               = optional(bool, false)
    password_auth        = optional(bool, false)
    highly_available     = optional(bool, true)
    backup_days          = optional(number, 35)
    geo_redundant_backup = optional(bool, false)
    replica_location     = optional(string)
    allowed_ranges       = optional(map(object({ start = string, end = string })), {})
  }))
}

variable "service_bus" {
  type = object({
    sku        = optional(string, "Premium")
    local_auth = optional(bool, false)
    queues     = any
  })
}

variable "storage" {
  type = map(object({
    location       = optional(string)
    classification = optional(string)
    replication    = optional(string, "ZRS")
    tls            = optional(string, "TLS1_2")
    public         = optional(bool, false)
    anonymous      = optional(bool, false)
    shared_keys    = optional(bool, false)
    containers     = optional(map(string), {})
  }))
}

variable "front_door" {
  type = object({
    firewall_mode = optional(string, "Prevention")
    sites         = any
  })
}

variable "principals" {
  type = map(string)
}

variable "grants" {
  type = map(list(object({
    role  = string
    scope = optional(string)
  })))
  default = {}
}
