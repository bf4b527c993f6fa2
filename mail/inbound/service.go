package inbound

import (
	"context"
	"io"

	"interdesk/store"
)

// Files is where the bytes of messages and attachments lie.
type Files interface {
	// Put stores at most max bytes under the SHA-256 of what it read; more is a TooLarge error.
	Put(ctx context.Context, r io.Reader, max int64) (sum string, size int64, err error)
	Open(ctx context.Context, sum string) (io.ReadSeekCloser, error)
}

// Options are what taking mail in needs beside the store. All must be given.
type Options struct {
	Files Files
}

// Service takes mail in. It is safe for concurrent use.
type Service struct {
	store *store.Store
	files Files
}

// New makes the service.
func New(s *store.Store, o Options) *Service {
	return &Service{store: s, files: o.Files}
}

const jobIntake = "mail.in" // one message that was accepted
