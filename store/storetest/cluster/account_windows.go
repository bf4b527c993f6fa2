package cluster

import (
	"errors"
	"os/exec"
)

// account is whom the server runs as.
type account struct{}

func serverUser() (account, error) {
	return account{}, errors.New("no throw-away PostgreSQL on Windows: name a server in INTERDESK_TEST_POSTGRES")
}

func (account) own(string) error { return nil }

func (account) run(*exec.Cmd) {}
