provider "aws" {
  region = "eu-central-1"

  default_tags {
    tags = local.tags
  }
}

provider "aws" {
  alias  = "audit"
  region = "us-east-1"

  default_tags {
    tags = local.tags
  }
}

provider "digitalocean" {}

resource "aws_s3_bucket" "backups" {
  bucket = "nordhaus-backups-${var.environment}"
  tags   = { data-classification = "personal" }
}

resource "aws_s3_bucket_versioning" "backups" {
  bucket = aws_s3_bucket.backups.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "backups" {
  bucket = aws_s3_bucket.backups.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.backups.arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "backups" {
  bucket                  = aws_s3_bucket.backups.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_kms_key" "backups" {
  description             = "Backups of the shop"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_s3_bucket" "audit" {
  provider = aws.audit

  bucket = "nordhaus-audit-${var.environment}"
  tags   = { data-classification = "personal" }
}

data "aws_iam_policy_document" "audit" {
  statement {
    sid       = "Delivery"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.audit.arn}/*"]

    principals {
      type        = "Service"
      identifiers = ["delivery.logs.amazonaws.com"]
    }
  }

  statement {
    sid       = "Partner"
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = [aws_s3_bucket.audit.arn, "${aws_s3_bucket.audit.arn}/*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}

resource "aws_s3_bucket_policy" "audit" {
  provider = aws.audit

  bucket = aws_s3_bucket.audit.id
  policy = data.aws_iam_policy_document.audit.json
}

resource "digitalocean_vpc" "status" {
  name     = "status-page"
  region   = "fra1"
  ip_range = "10.64.0.0/24"
}

resource "digitalocean_droplet" "status" {
  count = 2

  name     = "status-${count.index + 1}"
  image    = "ubuntu-24-04-x64"
  region   = digitalocean_vpc.status.region
  size     = "s-1vcpu-2gb"
  vpc_uuid = digitalocean_vpc.status.id
  tags     = [for key, value in local.tags : "${key}:${value}"]
}

resource "digitalocean_firewall" "status" {
  name        = "status"
  droplet_ids = digitalocean_droplet.status[*].id

  inbound_rule {
    protocol         = "tcp"
    port_range       = "443"
    source_addresses = ["0.0.0.0/0", "::/0"]
  }

  inbound_rule {
    protocol         = "tcp"
    port_range       = "22"
    source_addresses = ["0.0.0.0/0", "::/0"]
  }
}

resource "digitalocean_spaces_bucket" "incidents" {
  name = "nordhaus-incidents"
  acl  = "private"
}
