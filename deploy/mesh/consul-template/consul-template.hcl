# One process for all sidecars of a host or a pod. Whoever starts it names Consul, this file, and a copy of list.hcl for each list:
#
#   consul-template -consul-addr=127.0.0.1:7500 -config=consul-template.hcl -config=billing.hcl -config=gateway.hcl …
#
# A question that was asked with the index of a registry that has lost its memory since is answered only when its wait is over:
# this long an instance may be unknown that comes then.
block_query_wait = "3s"
log_level        = "warn"

consul {
  retry {
    enabled     = true
    attempts    = 0
    backoff     = "100ms"
    max_backoff = "1s"
  }
}
