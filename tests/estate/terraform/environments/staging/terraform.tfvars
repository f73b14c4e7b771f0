environment       = "staging"
subscription_id   = "5f0c8f7e-3c0e-4a52-9b6f-1d2f6a3c0d12"
location          = "westeurope"
hub_address_space = "10.32.0.0/20"

tags = {
  cost-center = "4711"
  team        = "platform"
  owner       = "platform@nordhaus.example"
}

network_rules = {
  time   = { sources = ["10.33.0.0/16"], destinations = ["168.61.215.74"], protocols = ["UDP"], ports = ["123"] }
  vendor = { sources = ["10.33.0.0/16"], destinations = ["*"], protocols = ["Any"], ports = ["*"] }
}

spokes = {
  platform = {
    address_space = "10.33.0.0/16"
    subnets = {
      aks       = { number = 0 }
      endpoints = { bits = 8, number = 32, private_endpoints = true, routed = false }
      postgres  = { bits = 8, number = 33, delegation = "Microsoft.DBforPostgreSQL/flexibleServers" }
    }
  }
}

vault = {
  key_expires = "2027-06-30T00:00:00Z"
}

cluster = {
  private           = false
  authorized_ranges = ["203.0.113.0/24"]
  admin_groups      = ["0d2c6a0e-5c55-49d4-8d3c-0f6f7c1e9a01"]
  node_pools = {
    apps  = { labels = { workload = "apps" } }
    batch = { vm_size = "Standard_D16ds_v5", min = 0, public_ip = true, taints = { batch = "true" } }
  }
}

databases = {
  orders = {
    databases            = ["orders", "catalog"]
    highly_available     = false
    geo_redundant_backup = true
  }
  payments = {
    databases      = ["payments"]
    classification = "confidential"
  }
}

service_bus = {
  local_auth = true
  queues = {
    orders   = {}
    payments = { deduplicated = true, attempts = 5 }
  }
}

storage = {
  assets  = { classification = "public", containers = { images = "private" } }
  exports = { classification = "personal", replication = "GRS", tls = "TLS1_0", containers = { customers = "private" } }
}

front_door = {
  sites = {
    shop-staging = { origin = "shop.staging.nordhaus.example" }
    legacy       = { origin = "legacy.staging.nordhaus.example", plain_http = true }
  }
}

principals = {
  developers = "7b8f8d5e-1111-4d5e-9c39-4d6f0a0f7a01"
  pipeline   = "7b8f8d5e-2222-4d5e-9c39-4d6f0a0f7a03"
}

grants = {
  developers = [{ role = "Reader" }]
  pipeline   = [{ role = "Contributor" }, { role = "User Access Administrator" }]
}
