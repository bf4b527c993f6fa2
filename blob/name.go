package blob

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"io"
	"path/filepath"
	"strings"
)

// pathOf is where a content lies: "ab/abcdef…".
func pathOf(sum string) string { return filepath.Join(sum[:2], sum) }

func validSum(sum string) bool {
	return len(sum) == 2*sha256.Size && strings.Trim(sum, "0123456789abcdef") == ""
}

func randomName() string { return rand.Text() }

// interruptible stops reading when nobody waits for the result any more.
type interruptible struct {
	ctx  context.Context
	from io.Reader
}

func (r interruptible) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p)
}
