aws_recovery_region = "us-east-1"
