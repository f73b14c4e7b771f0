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

variable "admin" {
  type    = bool
  default = false
}

variable "public" {
  type    = bool
  default = false
}

variable "replicas" {
  type    = list(string)
  default = []
}
