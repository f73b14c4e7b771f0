variable "environment" {
  type = string
}

variable "location" {
  type = string
}

variable "tags" {
  type = map(string)
}

variable "retention_days" {
  type    = number
  default = 90
}

variable "internet" {
  type    = bool
  default = false
}

variable "applications" {
  type    = set(string)
  default = []
}

variable "alert_email" {
  type = string
}

variable "alert_location" {
  type    = string
  default = "global"
}

variable "archive_account_id" {
  type    = string
  default = null
}
