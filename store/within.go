package store

import "interdesk/store/sqldb"

// WithTx goes on with a transaction that another package began, such as the settlement of a job.
func (a Account) WithTx(q *sqldb.Tx) *Tx { return &Tx{Tx: q, store: a.store, account: a.id} }
