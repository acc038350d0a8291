//go:build tools

// Package tools names what this module exists to pin: a generator, and the types that it reads.
package tools

import (
	_ "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	_ "sigs.k8s.io/controller-tools/cmd/controller-gen"
)
