package sqldb

import (
	"strconv"
	"strings"
)

// ForUpdate locks the selected rows until the transaction ends. On SQLite there is one writer, so nothing is to be said.
func (tx *Tx) ForUpdate() string { return tx.pick("", " for update") }

// ClaimLock locks the selected rows and passes over those that another transaction has locked.
func (tx *Tx) ClaimLock() string { return tx.pick("", " for update skip locked") }

// Greatest is the function that gives the largest of its arguments.
func (tx *Tx) Greatest() string { return tx.pick("max", "greatest") }

// Least is the function that gives the smallest of its arguments.
func (tx *Tx) Least() string { return tx.pick("min", "least") }

// ILike is the operator that compares with a pattern and ignores the case of ASCII letters.
func (tx *Tx) ILike() string { return tx.pick("like", "ilike") }

// Along makes a statement go along an index of the table that it stands behind. PostgreSQL decides that itself.
func (tx *Tx) Along(index string) string { return tx.pick(" indexed by "+index, "") }

func (tx *Tx) pick(lite, postgres string) string {
	if tx.dialect == SQLite {
		return lite
	}
	return postgres
}

// Places writes n placeholders that start at number first, for an in-list: Places(3, 2) is "$3, $4".
func Places(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
	}
	return b.String()
}
