data "azurerm_subscription" "current" {}

resource "azurerm_role_assignment" "this" {
  for_each = merge([
    for principal, grants in var.grants : {
      for grant in grants : "${principal}:${grant.role}" => merge(grant, { principal = principal })
    }
  ]...)

  scope                = each.value.scope == null ? data.azurerm_subscription.current.id : each.value.scope
  role_definition_name = each.value.role
  principal_id         = var.principals[each.value.principal]
}

resource "azurerm_role_definition" "operator" {
  name        = "platform-operator-${var.environment}"
  scope       = data.azurerm_subscription.current.id
  description = "Restarts and scales, reads everything"

  permissions {
    actions     = var.operator_actions
    not_actions = []
  }

  assignable_scopes = [data.azurerm_subscription.current.id]
}
