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
