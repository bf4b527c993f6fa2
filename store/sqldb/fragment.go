package sqldb

import (
	"strconv"
	"strings"
)

// ForUpdate locks the selected rows until the transaction ends. On SQLite there is one writer, so nothing is to be said.
func (tx *Tx) ForUpdate() string { return tx.perDialect("", " for update") }

// ClaimLock locks the selected rows and passes over those that another transaction has locked.
func (tx *Tx) ClaimLock() string { return tx.perDialect("", " for update skip locked") }

// Greatest is the function that gives the largest of its arguments.
func (tx *Tx) Greatest() string { return tx.perDialect("max", "greatest") }

// Least is the function that gives the smallest of its arguments.
func (tx *Tx) Least() string { return tx.perDialect("min", "least") }

// ILike is the operator that compares with a pattern and ignores the case of ASCII letters.
func (tx *Tx) ILike() string { return tx.perDialect("like", "ilike") }

// IndexedBy makes a statement go along an index of the table that it stands behind. PostgreSQL decides that itself; see Many.
func (tx *Tx) IndexedBy(index string) string { return tx.perDialect(" indexed by "+index, "") }

// Many joins a table of one row, of which PostgreSQL believes that it has a hundred. Behind a table that is read in the order
// of an index, up to a limit, it leaves no doubt that going along the index costs less than to read by another one and sort:
// whatever PostgreSQL believes of the table itself, above all that an account has a row or two because it had when somebody
// counted last.
func (tx *Tx) Many() string { return tx.perDialect("", " cross join json_array_elements('[0]')") }

func (tx *Tx) perDialect(lite, postgres string) string {
	if tx.dialect == SQLite {
		return lite
	}
	return postgres
}

// Placeholders writes n placeholders that start at number first, for an in-list: Placeholders(3, 2) is "$3, $4".
func Placeholders(first, n int) string {
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
