# The key pair that logs in.
resource "tls_private_key" "login" {
  algorithm   = "ECDSA"
  ecdsa_curve = "P384"
}

# The server's own key pair, made before the server: whoever reads the outputs knows whom to expect, and the first
# connection needs no trust on first use.
resource "tls_private_key" "host" {
  algorithm = "ED25519"
}

locals {
  login_public_key = trimspace(tls_private_key.login.public_key_openssh)
  host_public_key  = trimspace(tls_private_key.host.public_key_openssh)
}

resource "hcloud_ssh_key" "this" {
  name       = var.stack_name
  public_key = local.login_public_key
}

resource "hcloud_server" "this" {
  name        = var.stack_name
  server_type = "cax11"
  image       = "ubuntu-22.04"
  location    = var.server_datacenter

  # Given at creation, the firewall is there before the server answers its first packet; attached later, it is not.
  firewall_ids = [hcloud_firewall.this.id]
  ssh_keys     = [hcloud_ssh_key.this.id]

  user_data = templatefile("${path.module}/cloud-init.yml.tftpl", {
    domain_name      = local.domain_name
    host_private_key = tls_private_key.host.private_key_openssh
    host_public_key  = local.host_public_key
    login_public_key = local.login_public_key
    username         = var.username
  })

  public_net {
    ipv4 = hcloud_primary_ip.this["ipv4"].id
    ipv6 = hcloud_primary_ip.this["ipv6"].id
  }
}
