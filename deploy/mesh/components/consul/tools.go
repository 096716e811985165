//go:build tools

// Package consul pins the Consul that the mesh runs, with everything that it is built from; it compiles nothing itself.
package consul

import _ "github.com/hashicorp/consul"
