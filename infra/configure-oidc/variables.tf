variable "state_file" {
  description = "State of infra/provision-k8s, for the address of the identity provider"
  type        = string
  default     = "../provision-k8s/terraform.tfstate"
  nullable    = false
}

variable "audience" {
  description = "What the tokens must be made for"
  type        = string
  default     = "sts.amazonaws.com"
  nullable    = false
}

variable "role_name" {
  type     = string
  default  = "k3s-demo-app"
  nullable = false
}

variable "service_account_namespace" {
  type     = string
  default  = "default"
  nullable = false
}

variable "service_account_name" {
  type     = string
  default  = "demo-service-account"
  nullable = false
}

variable "pin_ca" {
  description = "Pin the CA that the issuer serves now; AWS needs it only where it does not trust that CA itself"
  type        = bool
  default     = false
  nullable    = false
}
