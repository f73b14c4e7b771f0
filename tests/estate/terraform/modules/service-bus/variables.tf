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

variable "sku" {
  type    = string
  default = "Premium"
}

variable "local_auth" {
  type    = bool
  default = false
}

variable "queues" {
  type = map(object({
    attempts     = optional(number, 10)
    deduplicated = optional(bool, false)
  }))
}

variable "key_id" {
  type    = string
  default = null
}

variable "identity_id" {
  type    = string
  default = null
}

variable "partner_namespace_id" {
  type    = string
  default = null
}
