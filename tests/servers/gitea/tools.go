//go:build tools

// Package tools names the program that this module exists to pin and build.
package tools

import _ "code.gitea.io/gitea"
