package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"interdesk/desk"
)

// Bounds of a password. The upper one keeps a request from buying much hashing.
const (
	MinPassword = 8 // characters
	MaxPassword = 1024
)

// Argon are the parameters of argon2id. Each hash carries its own, so that they can be raised without breaking old ones.
type Argon struct {
	MemoryKiB uint32
	Passes    uint32
	Threads   uint8
	SaltBytes int
	KeyBytes  uint32
}

// DefaultArgon is OWASP's recommendation for servers: 19 MiB and two passes, about 30 ms of one core.
func DefaultArgon() Argon {
	return Argon{MemoryKiB: 19 << 10, Passes: 2, Threads: 1, SaltBytes: 16, KeyBytes: 32}
}

// Hasher makes and checks password hashes, a few at a time: each takes memory. Those of one place wait for each other, so
// that it never takes all the turns.
type Hasher struct {
	argon Argon
	slots chan struct{}
	decoy string

	mu     sync.Mutex
	places map[string]*queue
}

// queue is one place's turn: whoever holds it is being served.
type queue struct {
	turn    chan struct{}
	waiting int // those served, too
}

// maxQueue is how many passwords of one place may wait for comparison; more are refused.
const maxQueue = 16

// NewHasher hashes at most atOnce passwords at the same time.
func NewHasher(a Argon, atOnce int) *Hasher {
	h := &Hasher{argon: a, slots: make(chan struct{}, max(1, atOnce)), places: map[string]*queue{}}
	// Compared with for addresses that nobody has, so that they take as long as others. No password fits it.
	h.decoy = encode(a, make([]byte, a.SaltBytes), make([]byte, a.KeyBytes))
	return h
}

// CheckPassword tells whether a password may be set.
func CheckPassword(password string) error {
	switch {
	case !utf8.ValidString(password):
		return desk.InvalidField("password", "InvalidValue", "Password: is not valid text")
	case utf8.RuneCountInString(password) < MinPassword:
		return desk.InvalidField("password", "TooShort", fmt.Sprintf("Password: must have %d characters at least", MinPassword))
	case len(password) > MaxPassword:
		return desk.InvalidField("password", "TooLong", fmt.Sprintf("Password: must have %d bytes at most", MaxPassword))
	}
	return nil
}

// NewPassword makes a password that nobody guesses: 26 letters and digits.
func NewPassword() string { return rand.Text() }

// Hash makes the text to store, in the usual form $argon2id$v=19$m=…,t=…,p=…$salt$key.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := CheckPassword(password); err != nil {
		return "", err
	}
	salt := make([]byte, h.argon.SaltBytes)
	_, _ = rand.Read(salt) // never fails
	key, err := h.derive(ctx, password, salt, h.argon)
	if err != nil {
		return "", err
	}
	return encode(h.argon, salt, key), nil
}

// Verify compares in constant time. stale tells that the hash was made with other parameters and should be made anew.
// An empty hash belongs to somebody without a password: nothing fits, in the time of a comparison.
// place is where the password came from. *ThrottledError when too many of that place wait.
func (h *Hasher) Verify(ctx context.Context, hash, password, place string) (ok, stale bool, err error) {
	nobody := hash == ""
	if nobody {
		hash = h.decoy
	}
	a, salt, key, err := decode(hash)
	if err != nil {
		return false, false, err
	}
	if len(password) > MaxPassword {
		password, nobody = "", true
	}
	leave, err := h.enter(ctx, place)
	if err != nil {
		return false, false, err
	}
	defer leave()
	got, err := h.derive(ctx, password, salt, a)
	if err != nil {
		return false, false, err
	}
	same := subtle.ConstantTimeCompare(got, key) == 1
	return same && !nobody, a != h.argon, nil
}

// enter waits for a place's turn.
func (h *Hasher) enter(ctx context.Context, place string) (leave func(), err error) {
	h.mu.Lock()
	q := h.places[place]
	if q == nil {
		q = &queue{turn: make(chan struct{}, 1)}
		h.places[place] = q
	}
	if q.waiting >= maxQueue {
		h.mu.Unlock()
		return nil, &ThrottledError{time.Second}
	}
	q.waiting++
	h.mu.Unlock()
	select {
	case q.turn <- struct{}{}:
		return func() { <-q.turn; h.leave(place, q) }, nil
	case <-ctx.Done():
		h.leave(place, q)
		return nil, ctx.Err()
	}
}

func (h *Hasher) leave(place string, q *queue) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if q.waiting--; q.waiting == 0 {
		delete(h.places, place)
	}
}

func (h *Hasher) derive(ctx context.Context, password string, salt []byte, a Argon) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), salt, a.Passes, a.MemoryKiB, a.Threads, a.KeyBytes), nil
}

func encode(a Argon, salt, key []byte) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, a.MemoryKiB, a.Passes, a.Threads, b64(salt), b64(key))
}

var errHash = errors.New("a stored password hash cannot be read")

func decode(hash string) (a Argon, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return a, nil, nil, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &a.MemoryKiB, &a.Passes, &a.Threads); err != nil {
		return a, nil, nil, errHash
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	key, keyErr := base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || keyErr != nil || len(key) == 0 || a.Passes == 0 || a.Threads == 0 {
		return a, nil, nil, errHash
	}
	a.SaltBytes, a.KeyBytes = len(salt), uint32(len(key))
	return a, salt, key, nil
}
