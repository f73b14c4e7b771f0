variable "environment" {
  type = string
}

variable "resource_group_name" {
  type = string
}

variable "tags" {
  type = map(string)
}

variable "sku_name" {
  type    = string
  default = "Premium_AzureFrontDoor"
}

variable "firewall_mode" {
  type    = string
  default = "Prevention"
}

variable "sites" {
  type = map(object({
    origin     = string
    probe      = optional(string, "/healthz")
    plain_http = optional(bool, false)
  }))
}
