package store

import (
	"crypto/rand"
	"encoding/binary"
	"time"
)

// crockford is the alphabet of ULIDs: digits and letters that nobody takes for each other.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewULID mints an id of 26 letters and digits: 48 bits of time, so that later ids sort behind earlier ones, and 80 random bits.
func NewULID(at time.Time) string {
	var raw [16]byte
	_, _ = rand.Read(raw[6:]) // never fails
	binary.BigEndian.PutUint64(raw[:8], uint64(at.UnixMilli())<<16|uint64(binary.BigEndian.Uint16(raw[6:8])))
	high, low := binary.BigEndian.Uint64(raw[:8]), binary.BigEndian.Uint64(raw[8:])
	var text [26]byte
	for i := len(text) - 1; i >= 0; i-- {
		text[i] = crockford[low&31]
		high, low = high>>5, low>>5|high<<59
	}
	return string(text[:])
}
