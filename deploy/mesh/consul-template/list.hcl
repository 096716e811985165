# Keeps the list of the instances of one service, from which sidecars choose. To be filled in for each list:
#
#   @LIST@  a service such as billing; gateway-http stands for the HTTP doors of the gateways
#   @MESH@  the folder with `rendered` (list.ctmpl filled in as @LIST@.ctmpl, and the script `publish`) and `instances`
#           (`incoming`, and `live`, which sidecars watch and where empty.json is filled in as @LIST@.json before they start)
#
# For example: sed 's|@LIST@|billing|g; s|@MESH@|/var/lib/millrace/mesh|g' list.hcl >billing.hcl
template {
  source          = "@MESH@/rendered/@LIST@.ctmpl"
  destination     = "@MESH@/instances/incoming/@LIST@.json"
  command         = ["@MESH@/rendered/publish", "@MESH@/instances/incoming", "@MESH@/instances/live", "@LIST@.json"]
  command_timeout = "5s"

  wait {
    min = "10ms"
    max = "100ms"
  }
}
