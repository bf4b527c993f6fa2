package sharing

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
)

// Vault is Secrets over one master secret of the installation.
type Vault struct {
	seal cipher.AEAD
	mint []byte
}

// sealedMark begins each sealed text, so that another scheme can follow one day.
const sealedMark = "v1:"

// NewVault derives a vault's keys from a master secret of at least 16 bytes.
func NewVault(master []byte) (*Vault, error) {
	if len(master) < 16 {
		return nil, errors.New("the master secret is shorter than 16 bytes")
	}
	key, err := hkdf.Key(sha256.New, master, nil, "interdesk sharing: seal", 32)
	if err != nil {
		return nil, err
	}
	mint, err := hkdf.Key(sha256.New, master, nil, "interdesk sharing: mint", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &Vault{seal: seal, mint: mint}, nil
}

// Seal encrypts an access key for the database (nhd §16 row 1).
func (v *Vault) Seal(plain string) (string, error) {
	return sealedMark + base64.RawStdEncoding.EncodeToString(v.seal.Seal(nil, nil, []byte(plain), nil)), nil
}

// Open reads a sealed key.
func (v *Vault) Open(sealed string) (string, error) {
	text, ok := strings.CutPrefix(sealed, sealedMark)
	raw, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || !ok {
		return "", errors.New("the stored key is not sealed as it should be")
	}
	plain, err := v.seal.Open(nil, nil, raw, nil)
	return string(plain), err
}

// MintKey keys the uuids of our own things.
func (v *Vault) MintKey() []byte { return v.mint }
