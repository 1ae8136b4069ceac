# A name nobody has used before: the identity provider's address must not be guessable from an older cluster.
resource "random_uuid" "this" {}

data "cloudflare_zone" "this" {
  name = var.root_domain
}

locals {
  domain_name = "${random_uuid.this.result}.${var.root_domain}"
}

resource "cloudflare_record" "this" {
  for_each = {
    A    = hcloud_primary_ip.this["ipv4"].ip_address
    AAAA = hcloud_primary_ip.this["ipv6"].ip_address
  }

  zone_id = data.cloudflare_zone.this.id
  name    = random_uuid.this.result
  type    = each.key
  value   = each.value
  ttl     = 60
  proxied = false
}
