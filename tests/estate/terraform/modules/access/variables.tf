variable "environment" {
  type = string
}

variable "principals" {
  type = map(string)
}

variable "grants" {
  type = map(list(object({
    role  = string
    scope = optional(string)
  })))
}

variable "operator_actions" {
  type = list(string)
  default = [
    "*/read",
    "Microsoft.ContainerService/managedClusters/agentPools/write",
    "Microsoft.DBforPostgreSQL/flexibleServers/restart/action",
  ]
}
