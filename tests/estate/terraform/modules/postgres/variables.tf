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

variable "classification" {
  type    = string
  default = "personal"
}

variable "sku_name" {
  type    = string
  default = "GP_Standard_D4ds_v5"
}

variable "storage_mb" {
  type    = number
  default = 131072
}

variable "databases" {
  type = list(string)
}

variable "public" {
  type    = bool
  default = false
}

variable "password_auth" {
  type    = bool
  default = false
}

variable "highly_available" {
  type    = bool
  default = true
}

variable "backup_days" {
  type    = number
  default = 35
}

variable "geo_redundant_backup" {
  type    = bool
  default = false
}

variable "replica_location" {
  type    = string
  default = null
}

variable "allowed_ranges" {
  type    = map(object({ start = string, end = string }))
  default = {}
}

variable "configuration" {
  type    = map(string)
  default = {}
}

variable "subnet_id" {
  type = string
}

variable "private_dns_zone_id" {
  type = string
}

variable "log_analytics_workspace_id" {
  type = string
}
