package access

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"interdesk/desk"
)

// Purpose separates what secrets are used for: a key derived for one is useless for another.
type Purpose string

// The purposes there are.
const (
	AgreementKeys Purpose = "agreement-keys" // access keys of sharing agreements, sealed at rest
	MintUUID      Purpose = "mint-uuid"      // uuids that nobody else can make up
	SignCursor    Purpose = "sign-cursor"    // pages' cursors
	checkValue    Purpose = "check"          // tells a wrong master secret at start
)

// MinSecret is the shortest master secret, in bytes.
const MinSecret = 16

const sealVersion = "v1"

// Secrets seal and open what must not lie readable in the database. It is safe for concurrent use.
type Secrets struct {
	master []byte
	id     string // of the master secret, in each sealed text: says which secret is missing
	gcms   map[Purpose]cipher.AEAD
}

// NewSecrets derives all keys from one master secret.
func NewSecrets(master []byte) (*Secrets, error) {
	if len(master) < MinSecret {
		return nil, fmt.Errorf("the secret is too short: %d bytes, %d at least (openssl rand -hex 32 makes a good one)", len(master), MinSecret)
	}
	s := &Secrets{master: master, gcms: map[Purpose]cipher.AEAD{}}
	id, err := s.Key("key-id")
	if err != nil {
		return nil, err
	}
	s.id = hex.EncodeToString(id[:4])
	for _, p := range [...]Purpose{AgreementKeys, checkValue} {
		if s.gcms[p], err = s.gcm(p); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// NewSecret makes a master secret of 256 random bits, as text.
func NewSecret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// Key derives 32 bytes for a purpose, for callers who sign or hash with them.
func (s *Secrets) Key(p Purpose) ([]byte, error) {
	return hkdf.Key(sha256.New, s.master, nil, "interdesk "+string(p), 32)
}

func (s *Secrets) gcm(p Purpose) (cipher.AEAD, error) {
	key, err := s.Key(p)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Seal encrypts for the database. place binds the text to where it lies ("account 1 agreement 7"), so that it opens
// nowhere else.
func (s *Secrets) Seal(p Purpose, place, plain string) (string, error) {
	gcm, ok := s.gcms[p]
	if !ok {
		return "", fmt.Errorf("nothing is sealed for %s", p)
	}
	nonce := make([]byte, gcm.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	box := gcm.Seal(nonce, nonce, []byte(plain), []byte(place))
	return sealVersion + "." + s.id + "." + base64.RawURLEncoding.EncodeToString(box), nil
}

// Open is the inverse of Seal.
func (s *Secrets) Open(p Purpose, place, sealed string) (string, error) {
	gcm, ok := s.gcms[p]
	if !ok {
		return "", fmt.Errorf("nothing is sealed for %s", p)
	}
	version, rest, _ := strings.Cut(sealed, ".")
	id, text, _ := strings.Cut(rest, ".")
	if version != sealVersion {
		return "", errors.New("a sealed value has an unknown form")
	}
	if id != s.id {
		return "", desk.Errorf(desk.Internal, "a value was sealed with another secret (%s, not %s)", id, s.id)
	}
	box, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(box) < gcm.NonceSize() {
		return "", errors.New("a sealed value is damaged")
	}
	plain, err := gcm.Open(nil, box[:gcm.NonceSize()], box[gcm.NonceSize():], []byte(place))
	if err != nil {
		return "", errors.New("a sealed value is damaged or was moved")
	}
	return string(plain), nil
}
