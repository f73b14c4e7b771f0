environment       = "prod"
subscription_id   = "5f0c8f7e-3c0e-4a52-9b6f-1d2f6a3c0d13"
hub_address_space = "10.48.0.0/20"
firewall_tier     = "Premium"

tags = {
  cost-center = "4711"
  team        = "platform"
  owner       = "platform@nordhaus.example"
  criticality = "high"
}

log_retention_days = 365

spokes = {
  platform = {
    address_space = "10.49.0.0/16"
    subnets = {
      aks       = { number = 0 }
      endpoints = { bits = 8, number = 32, private_endpoints = true, routed = false }
      postgres  = { bits = 8, number = 33, delegation = "Microsoft.DBforPostgreSQL/flexibleServers" }
    }
  }
}

registry = {
  replicas = ["westeurope", "northeurope"]
}

vault = {
  key_expires = "2027-12-31T00:00:00Z"
}

cluster = {
  sku_tier     = "Premium"
  admin_groups = ["0d2c6a0e-5c55-49d4-8d3c-0f6f7c1e9a01"]
  node_pools = {
    apps     = { min = 3, max = 20, labels = { workload = "apps" } }
    payments = { min = 2, labels = { workload = "payments" }, taints = { tenant = "payments" } }
  }
}

databases = {
  orders = {
    databases = ["orders", "catalog"]
  }
  payments = {
    databases      = ["payments"]
    classification = "confidential"
  }
  reporting = {
    databases        = ["reporting"]
    replica_location = "eastus"
  }
}

service_bus = {
  queues = {
    orders   = {}
    payments = { deduplicated = true, attempts = 5 }
    returns  = {}
  }
}

storage = {
  assets   = { classification = "public", containers = { images = "private" } }
  invoices = { classification = "personal", containers = { pdf = "private" } }
  archive  = { classification = "personal", location = "northeurope", replication = "GRS", containers = { "2024" = "private", "2025" = "private" } }
}

front_door = {
  sites = {
    shop     = { origin = "shop.nordhaus.example" }
    payments = { origin = "payments.nordhaus.example", probe = "/ready" }
  }
}

principals = {
  operators = "7b8f8d5e-3333-4d5e-9c39-4d6f0a0f7a04"
  pipeline  = "7b8f8d5e-2222-4d5e-9c39-4d6f0a0f7a05"
}

grants = {
  operators = [{ role = "Reader" }]
  pipeline  = [{ role = "Contributor" }]
}
