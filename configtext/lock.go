package configtext

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"interdesk/desk"
)

// locks is the file .interdesk.lock, which nobody edits: what a folder remembers of each account that it was exported from or
// applied to. So one folder can serve several, a trial desk and the real one.
type locks struct {
	Note     string                   `json:"note"`
	Accounts map[desk.AccountID]*lock `json:"accounts"`
}

// lock is what a folder remembers of one account: which record each file is about, and as what it was read.
type lock struct {
	Folder string               `json:"folder"` // of this folder and all copies of it
	Files  map[string]lockEntry `json:"files"`
	Order  map[string]string    `json:"order"` // hashes of the lists of order.yaml
}

type lockEntry struct {
	ID   string `json:"id"`
	Hash string `json:"hash"`
}

const lockNote = "Written by interdesk config. Keep it beside the files; nobody edits it."

// readLocks reads a folder's locks; none where there is no such file.
func readLocks(f Folder) locks {
	var all locks
	if json.Unmarshal(f[lockFile], &all) != nil || all.Accounts == nil {
		all.Accounts = map[desk.AccountID]*lock{}
	}
	return all
}

// readLock is a folder's lock of an account; the zero lock where it has none.
func readLock(f Folder, account desk.AccountID) lock {
	if l := readLocks(f).Accounts[account]; l != nil {
		return *l
	}
	return lock{}
}

// with are the folder's locks with another one of an account.
func (all locks) with(account desk.AccountID, l *lock) []byte {
	all.Note = lockNote
	all.Accounts[account] = l
	raw, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return nil
	}
	return append(raw, '\n')
}

// newFolder names a new folder.
func newFolder() string { return rand.Text() }

func hash(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:12])
}

// memory is what is known of the files of a folder: by its own lock, and by what was applied from it last, here or from
// another copy of it.
type memory struct{ own, applied lock }

// id is the record that a file is about; "" where nobody knows.
func (m *memory) id(path string) string {
	if e, ok := m.applied.Files[path]; ok {
		return e.ID
	}
	return m.own.Files[path].ID
}

// knows tells whether a record was there when the folder was last read or applied.
func (m *memory) knows(id string) bool {
	for _, l := range [...]*lock{&m.own, &m.applied} {
		for _, e := range l.Files {
			if e.ID == id {
				return true
			}
		}
	}
	return false
}

// saw tells whether a record stands as it did when the folder was last read or applied.
func (m *memory) saw(id, hash string) bool {
	for _, l := range [...]*lock{&m.own, &m.applied} {
		for _, e := range l.Files {
			if e.ID == id && e.Hash == hash {
				return true
			}
		}
	}
	return false
}

func (m *memory) sawOrder(list, hash string) bool {
	return m.own.Order[list] == hash || m.applied.Order[list] == hash
}

// exists tells whether the folder was exported from the account.
func (m *memory) exists() bool { return m.own.Folder != "" }
