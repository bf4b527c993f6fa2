package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"

	"interdesk/desk"
)

// How long a verified credential is believed without looking again. identityTTL bounds how long a token or user
// that another process revoked still works; in this process Forget works at once.
const (
	identityTTL = 5 * time.Second
	passwordTTL = 60 * time.Second
	maxKept     = 20_000
)

// credentialHash stands for a credential in memory: a hash under a key that this process made up and never writes down.
type credentialHash [sha256.Size]byte

// identityCache keeps who a credential belonged to, and which password fits which stored hash.
type identityCache struct {
	key []byte
	now func() time.Time

	mu         sync.RWMutex
	identities map[credentialHash]keptIdentity
	passwords  map[credentialHash]time.Time
	forgotten  uint64 // how often forget was called
}

type keptIdentity struct {
	identity Identity
	account  desk.AccountID
	until    time.Time
}

func newMemory(now func() time.Time) *identityCache {
	m := &identityCache{key: make([]byte, 32), now: now,
		identities: map[credentialHash]keptIdentity{}, passwords: map[credentialHash]time.Time{}}
	_, _ = rand.Read(m.key) // never fails
	return m
}

// hash hashes the parts with their lengths, so that no two lists of parts look alike.
func (m *identityCache) hash(a desk.AccountID, parts ...string) (f credentialHash) {
	h := hmac.New(sha256.New, m.key)
	var n [8]byte
	binary.LittleEndian.PutUint64(n[:], uint64(a))
	h.Write(n[:])
	for _, p := range parts {
		binary.LittleEndian.PutUint64(n[:], uint64(len(p)))
		h.Write(n[:])
		h.Write([]byte(p))
	}
	h.Sum(f[:0])
	return f
}

func (m *identityCache) identity(f credentialHash) (Identity, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	k, ok := m.identities[f]
	return k.identity, ok && m.now().Before(k.until)
}

// generation numbers the state of things before a look at the database, for keepIdentity.
func (m *identityCache) generation() uint64 {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.forgotten
}

// keepIdentity keeps nothing when something was forgotten since the look: what was seen may be outdated.
func (m *identityCache) keepIdentity(f credentialHash, a desk.AccountID, id Identity, seen uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.forgotten != seen {
		return
	}
	now := m.now()
	if len(m.identities) >= maxKept {
		for old, k := range m.identities {
			if !now.Before(k.until) {
				delete(m.identities, old)
			}
		}
	}
	if len(m.identities) >= maxKept {
		clear(m.identities)
	}
	m.identities[f] = keptIdentity{id, a, now.Add(identityTTL)}
}

// knowsPassword tells whether this password was found right for this hash lately. A changed password has another hash,
// and is never mistaken for the old one.
func (m *identityCache) knowsPassword(f credentialHash) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.now().Before(m.passwords[f])
}

func (m *identityCache) keepPassword(f credentialHash) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	if len(m.passwords) >= maxKept {
		for old, until := range m.passwords {
			if !now.Before(until) {
				delete(m.passwords, old)
			}
		}
	}
	if len(m.passwords) >= maxKept {
		clear(m.passwords)
	}
	m.passwords[f] = now.Add(passwordTTL)
}

// forget drops all identities of an account; the next request of each caller looks again.
func (m *identityCache) forget(a desk.AccountID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forgotten++
	for f, k := range m.identities {
		if k.account == a {
			delete(m.identities, f)
		}
	}
}
