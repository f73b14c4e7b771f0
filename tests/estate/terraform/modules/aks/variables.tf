variable "environment" {
  type = string
}

variable "location" {
  type = string
}

variable "tags" {
  type = map(string)
}

variable "kubernetes_version" {
  type    = string
  default = "1.33"
}

variable "sku_tier" {
  type    = string
  default = "Standard"
}

variable "private" {
  type    = bool
  default = true
}

variable "local_accounts" {
  type    = bool
  default = false
}

variable "upgrade_channel" {
  type    = string
  default = "patch"
}

variable "zones" {
  type    = list(string)
  default = ["1", "2", "3"]
}

variable "subnet_id" {
  type = string
}

variable "registry_id" {
  type = string
}

variable "admin_groups" {
  type = list(string)
}

variable "authorized_ranges" {
  type    = list(string)
  default = []
}

variable "log_analytics_workspace_id" {
  type = string
}

variable "log_categories" {
  type    = set(string)
  default = ["kube-apiserver", "kube-audit-admin", "guard"]
}

variable "node_pools" {
  type = map(object({
    vm_size   = optional(string, "Standard_D8ds_v5")
    min       = optional(number, 1)
    max       = optional(number, 6)
    encrypted = optional(bool, true)
    public_ip = optional(bool, false)
    labels    = optional(map(string), {})
    taints    = optional(map(string), {})
  }))
  default = {}
}
