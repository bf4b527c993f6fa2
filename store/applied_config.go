package store

import (
	"context"
	"errors"

	"interdesk/store/sqldb"
)

// KeptConfigs is of how many folders an account remembers what was applied from them.
const KeptConfigs = 50

// AppliedConfig is what was applied last from a folder of configuration as text; "" where nothing was.
func (tx *Tx) AppliedConfig(ctx context.Context, folder string) (lock string, err error) {
	err = tx.QueryRow(ctx, `
		select lock from applied_configs where account_id = $1 and folder = $2`, tx.account, folder).Scan(&lock)
	if errors.Is(err, sqldb.ErrNoRows) {
		return "", nil
	}
	return lock, err
}

// KeepAppliedConfig notes what was applied from a folder. The folders from which something was applied longest ago are forgotten.
func (tx *Tx) KeepAppliedConfig(ctx context.Context, folder, lock string) error {
	_, err := tx.Exec(ctx, `
		insert into applied_configs (account_id, folder, lock, applied_at) values ($1, $2, $3, $4)
		on conflict (account_id, folder) do update set lock = excluded.lock, applied_at = excluded.applied_at`,
		tx.account, folder, lock, micros(tx.now()))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		delete from applied_configs
		where account_id = $1 and folder not in (
			select folder from applied_configs where account_id = $1 order by applied_at desc, folder limit $2)`,
		tx.account, KeptConfigs)
	return err
}
