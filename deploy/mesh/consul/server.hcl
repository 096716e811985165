# Consul as the one server of a mesh, by which sidecars hear of instances and of nothing else. Whoever starts it says where it
# keeps its data and where it listens, for example:
#
#   consul agent -config-file=server.hcl -data-dir=DIR -bind=127.0.0.1 -client=127.0.0.1 \
#     -http-port=7500 -server-port=7501 -serf-lan-port=7502
#
# Who may reach the HTTP port can send calls elsewhere: keep it on loopback, or in a network of the mesh alone.
server                = true
bootstrap_expect      = 1
node_name             = "millrace"
datacenter            = "millrace"
log_level             = "warn"
leave_on_terminate    = false
disable_update_check  = true

# One server elects itself, and soon.
performance {
  raft_multiplier = 1
}

# Nobody else is to be met, and names are not asked for.
ports {
  serf_wan = -1
  dns      = -1
  grpc     = -1
  grpc_tls = -1
}

connect {
  enabled = false
}

ui_config {
  enabled = false
}
