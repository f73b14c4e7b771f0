variable "location" {
  description = "Where the platform lives."
  type        = string
  default     = "germanywestcentral"
}

variable "partner_location" {
  description = "Where the partner reads exports; set per agreement."
  type        = string
}

variable "aws_region" {
  type    = string
  default = "eu-central-1"
}

variable "aws_recovery_region" {
  type = string
}
