variable "hetzner_api_token" {
  description = "Token of the Hetzner Cloud project, with read and write access"
  type        = string
  nullable    = false
  sensitive   = true
}

variable "cloudflare_api_token" {
  description = "Cloudflare token that may edit the DNS of root_domain"
  type        = string
  nullable    = false
  sensitive   = true
}

variable "stack_name" {
  description = "Name of the server, and of the host in the inventory"
  type        = string
  default     = "k3s-cluster"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", var.stack_name))
    error_message = "stack_name must be a host name: small letters, digits and hyphens."
  }
}

variable "primary_ip_datacenter" {
  description = "Data centre of the primary IP addresses; must belong to the location of the server"
  type        = string
  default     = "nbg1-dc3"
  nullable    = false
}

variable "root_domain" {
  description = "A domain in your Cloudflare account; the cluster gets a random name below it"
  type        = string
  default     = "developer-friendly.blog"
  nullable    = false
}

variable "server_datacenter" {
  description = "Location of the server"
  type        = string
  default     = "nbg1"
  nullable    = false
}

variable "username" {
  description = "The one user who may log in, with sudo"
  type        = string
  default     = "k8s"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z_][a-z0-9_-]{0,31}$", var.username)) && var.username != "root"
    error_message = "username must be a plain user name, and not root."
  }
}

variable "ssh_source_cidr" {
  description = "Addresses that may reach port 22; default: the address that applies the stack, and no other"
  type        = string
  default     = null

  validation {
    condition     = var.ssh_source_cidr == null || can(cidrhost(var.ssh_source_cidr, 0))
    error_message = "ssh_source_cidr must be a CIDR block such as 203.0.113.7/32."
  }
}
