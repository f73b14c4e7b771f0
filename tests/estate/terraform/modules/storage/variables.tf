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
  default = null
}

variable "replication" {
  type    = string
  default = "ZRS"
}

variable "tls" {
  type    = string
  default = "TLS1_2"
}

variable "public" {
  type    = bool
  default = false
}

variable "anonymous" {
  type    = bool
  default = false
}

variable "shared_keys" {
  type    = bool
  default = false
}

variable "containers" {
  type    = map(string)
  default = {}
}
