# One process for all sidecars of a host or a pod. Whoever starts it names Consul, this file, and a copy of list.hcl for each list:
#
#   consul-template -consul-addr=127.0.0.1:7500 -config=consul-template.hcl -config=billing.hcl -config=gateway.hcl …
#
# Without the wait a registry that lost its memory would be believed late.
block_query_wait = "10s"
log_level        = "warn"

consul {
  retry {
    enabled     = true
    attempts    = 0
    backoff     = "100ms"
    max_backoff = "1s"
  }
}
