variable "name" {
  type = string
}

variable "environment" {
  type = string
}

variable "location" {
  type = string
}

variable "resource_group_name" {
  type = string
}

variable "tags" {
  type = map(string)
}

variable "purge_protection" {
  type    = bool
  default = true
}

variable "retention_days" {
  type    = number
  default = 90
}

variable "public" {
  type    = bool
  default = false
}

variable "key_expires" {
  type    = string
  default = null
}

variable "secrets" {
  type = map(object({
    value        = string
    content_type = optional(string, "text/plain")
    expires      = optional(string)
  }))
  default = {}
}

variable "endpoint_subnet_id" {
  type = string
}

variable "private_dns_zone_id" {
  type = string
}

variable "log_analytics_workspace_id" {
  type = string
}
