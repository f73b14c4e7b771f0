variable "name" {
  type = string
}

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

variable "hub" {
  type = object({
    id             = string
    name           = string
    resource_group = string
  })
}

variable "firewall_private_ip" {
  type = string
}

variable "subnets" {
  type = map(object({
    bits              = optional(number, 4)
    number            = number
    delegation        = optional(string)
    private_endpoints = optional(bool, false)
    routed            = optional(bool, true)
    service_endpoints = optional(list(string), [])
    rules = optional(list(object({
      name      = string
      priority  = number
      direction = optional(string, "Inbound")
      access    = optional(string, "Allow")
      protocol  = optional(string, "Tcp")
      source    = optional(string, "VirtualNetwork")
      ports     = list(string)
    })), [])
  }))
}
