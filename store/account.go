package store

import (
	"context"
	"errors"
	"strings"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

const accountColumns = `account_id, subdomain, name, time_zone, settings, created_at`

func scanAccount(row scanner) (a desk.Account, err error) {
	var settings string
	var created int64
	if err := row.Scan(&a.ID, &a.Subdomain, &a.Name, &a.TimeZone, &settings, &created); err != nil {
		return a, err
	}
	a.CreatedAt = fromMicros(created)
	return a, fromJSON(settings, "account settings", &a.Settings)
}

// InsertAccount stores the account of the transaction with its first host name, its brand and its support address. It gets a time where it has
// none. Taken subdomains and hosts are Invalid errors of "subdomain".
func (tx *Tx) InsertAccount(ctx context.Context, a *desk.Account, host string) error {
	var others int
	err := tx.QueryRow(ctx, `select count(*) from accounts where subdomain = $1`, a.Subdomain).Scan(&others)
	if err != nil {
		return err
	}
	if others > 0 {
		return subdomainTaken(a.Subdomain)
	}
	settings, err := toJSON(a.Settings)
	if err != nil {
		return err
	}
	if a.CreatedAt.IsZero() {
		a.CreatedAt = tx.now()
	}
	_, err = tx.Exec(ctx, `
		insert into accounts (account_id, subdomain, name, time_zone, settings, config_version, rule_set_id, created_at)
		values ($1, $2, $3, $4, $5, 0, 0, $6)`,
		a.ID, a.Subdomain, a.Name, a.TimeZone, settings, micros(a.CreatedAt))
	if err != nil {
		return err
	}
	err = tx.insertHost(ctx, host)
	if errors.Is(err, sqldb.ErrUnique) {
		return subdomainTaken(a.Subdomain)
	}
	if err != nil {
		return err
	}
	brand := desk.Brand{Name: a.Name, Subdomain: a.Subdomain, Default: true}
	if err := tx.insertBrand(ctx, &brand); err != nil {
		return err
	}
	return tx.InsertSupportAddress(ctx, &desk.SupportAddress{Address: desk.DefaultAddressName + "@" + bareHost(host), Name: a.Name, Brand: brand.ID, Default: true, VerifiedAt: a.CreatedAt})
}

func subdomainTaken(subdomain string) error {
	return desk.InvalidField("subdomain", "DuplicateValue", "Subdomain: "+subdomain+" has already been taken")
}

// Accounts lists all accounts of the installation, oldest first.
func (s *Store) Accounts(ctx context.Context) (all []desk.Account, err error) {
	err = s.db.Read(ctx, func(q *sqldb.Tx) error {
		rows, err := q.Query(ctx, `select `+accountColumns+` from accounts order by account_id`)
		if err != nil {
			return err
		}
		all, err = scanAll(rows, scanAccount)
		return err
	})
	return all, err
}

// AccountBySubdomain finds an account of this installation.
func (s *Store) AccountBySubdomain(ctx context.Context, subdomain string) (a desk.Account, err error) {
	err = s.db.Read(ctx, func(q *sqldb.Tx) error {
		a, err = scanAccount(q.QueryRow(ctx, `
			select `+accountColumns+` from accounts where subdomain = $1`, strings.ToLower(subdomain)))
		return notFound(err)
	})
	return a, err
}

// AccountRow reads the account that the transaction works on.
func (tx *Tx) AccountRow(ctx context.Context) (desk.Account, error) {
	return queryOne(ctx, tx, scanAccount, `select `+accountColumns+` from accounts where account_id = $1`, tx.account)
}

// UpdateAccount stores name, time zone and settings. The subdomain stays.
func (tx *Tx) UpdateAccount(ctx context.Context, a *desk.Account) error {
	settings, err := toJSON(a.Settings)
	if err != nil {
		return err
	}
	if err := tx.changeDue(ctx); err != nil {
		return err
	}
	return requireRow(tx.Exec(ctx, `
		update accounts set name = $2, time_zone = $3, settings = $4 where account_id = $1`,
		tx.account, a.Name, a.TimeZone, settings))
}

// insertBrand stores the brand with which an account begins.
func (tx *Tx) insertBrand(ctx context.Context, b *desk.Brand) error {
	stamp(tx, &b.ID, &b.CreatedAt, &b.UpdatedAt)
	_, err := tx.Exec(ctx, `
		insert into brands (account_id, brand_id, name, subdomain, is_default, created_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7)`,
		tx.account, b.ID, b.Name, b.Subdomain, b.Default, micros(b.CreatedAt), micros(b.UpdatedAt))
	return err
}

// DefaultBrand is the brand of tickets that name none.
func (tx *Tx) DefaultBrand(ctx context.Context) (desk.Brand, error) {
	return queryOne(ctx, tx, func(row scanner) (b desk.Brand, err error) {
		var created, updated int64
		err = row.Scan(&b.ID, &b.Name, &b.Subdomain, &b.Default, &created, &updated)
		b.CreatedAt, b.UpdatedAt = fromMicros(created), fromMicros(updated)
		return b, err
	}, `
		select brand_id, name, subdomain, is_default, created_at, updated_at from brands
		where account_id = $1 and is_default order by brand_id limit 1`, tx.account)
}
