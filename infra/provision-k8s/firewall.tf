data "http" "caller" {
  count = var.ssh_source_cidr == null ? 1 : 0
  url   = "https://checkip.amazonaws.com"

  lifecycle {
    postcondition {
      condition     = self.status_code == 200 && can(cidrhost("${trimspace(self.response_body)}/32", 0))
      error_message = "The caller's own address is not known; set ssh_source_cidr."
    }
  }
}

locals {
  everywhere  = ["0.0.0.0/0", "::/0"]
  ssh_sources = var.ssh_source_cidr == null ? ["${trimspace(data.http.caller[0].response_body)}/32"] : [var.ssh_source_cidr]
}

resource "hcloud_firewall" "this" {
  name = var.stack_name

  rule {
    description = "SSH, for whoever applied this stack"
    direction   = "in"
    protocol    = "tcp"
    port        = "22"
    source_ips  = local.ssh_sources
  }

  rule {
    description = "HTTP, for the ACME challenge"
    direction   = "in"
    protocol    = "tcp"
    port        = "80"
    source_ips  = local.everywhere
  }

  rule {
    description = "HTTPS, for the discovery documents"
    direction   = "in"
    protocol    = "tcp"
    port        = "443"
    source_ips  = local.everywhere
  }
}
