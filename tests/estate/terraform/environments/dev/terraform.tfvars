environment       = "dev"
subscription_id   = "5f0c8f7e-3c0e-4a52-9b6f-1d2f6a3c0d11"
hub_address_space = "10.16.0.0/20"

tags = {
  cost-center = "4711"
  team        = "platform"
}

log_retention_days = 30

spokes = {
  platform = {
    address_space = "10.17.0.0/16"
    subnets = {
      aks       = { bits = 4, number = 0 }
      endpoints = { bits = 8, number = 32, private_endpoints = true, routed = false }
      postgres  = { bits = 8, number = 33, delegation = "Microsoft.DBforPostgreSQL/flexibleServers" }
      jumphost = {
        bits   = 8
        number = 34
        rules = [
          { name = "ssh", priority = 100, source = "*", ports = ["22"] },
          { name = "rdp", priority = 110, source = "10.0.0.0/8", ports = ["3389"] },
        ]
      }
    }
  }
}

registry = {
  admin  = true
  public = true
}

vault = {
  purge_protection = false
  retention_days   = 7
  public           = true
}

cluster = {
  sku_tier       = "Free"
  private        = false
  local_accounts = true
  admin_groups   = ["0d2c6a0e-5c55-49d4-8d3c-0f6f7c1e9a01"]
  node_pools = {
    apps = { vm_size = "Standard_D4ds_v5", max = 3, encrypted = false }
  }
}

databases = {
  orders = {
    databases        = ["orders", "catalog"]
    sku_name         = "B_Standard_B2s"
    classification   = "test"
    public           = true
    password_auth    = true
    highly_available = false
    backup_days      = 7
    allowed_ranges = {
      office    = { start = "203.0.113.10", end = "203.0.113.20" }
      azure     = { start = "0.0.0.0", end = "0.0.0.0" }
      temporary = { start = "0.0.0.0", end = "255.255.255.255" }
    }
  }
}

service_bus = {
  sku = "Standard"
  queues = {
    orders   = {}
    payments = { deduplicated = true }
  }
}

storage = {
  assets = { public = true, anonymous = true, shared_keys = true, containers = { images = "blob", uploads = "private" } }
}

front_door = {
  firewall_mode = "Detection"
  sites = {
    shop-dev = { origin = "shop.dev.nordhaus.example" }
  }
}

principals = {
  developers = "7b8f8d5e-1111-4d5e-9c39-4d6f0a0f7a01"
  pipeline   = "7b8f8d5e-2222-4d5e-9c39-4d6f0a0f7a02"
}

grants = {
  developers = [{ role = "Contributor" }]
  pipeline   = [{ role = "Owner" }]
}
