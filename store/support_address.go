package store

import (
	"context"
	"errors"
	"strings"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

const addressColumns = `address_id, address, name, brand_id, group_id, tags, is_default, verified_at, created_at, updated_at`

func scanAddress(row scanner) (a desk.SupportAddress, err error) {
	var tags string
	var verified, created, updated int64
	err = row.Scan(&a.ID, &a.Address, &a.Name, &a.Brand, &a.Group, &tags, &a.Default, &verified, &created, &updated)
	a.Tags = splitWords(tags)
	a.VerifiedAt, a.CreatedAt, a.UpdatedAt = fromMicros(verified), fromMicros(created), fromMicros(updated)
	return a, err
}

// AccountByAddress finds whose mail an address receives: as the directory has it, whatever follows a plus sign, or any
// name at one of the account's hosts. Nobody's is desk.NotFound.
func (s *Store) AccountByAddress(ctx context.Context, address string) (id desk.AccountID, err error) {
	plain := desk.PlainAddress(address)
	err = s.db.Read(ctx, func(q *sqldb.Tx) error {
		return q.QueryRow(ctx, `select account_id from mail_routes where address = $1`, plain).Scan(&id)
	})
	if !errors.Is(err, sqldb.ErrNoRows) {
		return id, err
	}
	_, host, _ := strings.Cut(plain, "@")
	return s.AccountByHost(ctx, host)
}

// SupportAddresses lists the addresses at which the account receives mail, the default first. Who needs no more than
// that reads them of the Config.
func (tx *Tx) SupportAddresses(ctx context.Context) ([]desk.SupportAddress, error) {
	return queryAll(ctx, tx, scanAddress, `
		select `+addressColumns+` from support_addresses where account_id = $1 order by is_default desc, address_id`, tx.account)
}

// SupportAddress reads one address.
func (tx *Tx) SupportAddress(ctx context.Context, id desk.AddressID) (desk.SupportAddress, error) {
	return queryOne(ctx, tx, scanAddress, `
		select `+addressColumns+` from support_addresses where account_id = $1 and address_id = $2`, tx.account, id)
}

// InsertSupportAddress stores an address and leads its mail to the account. It gets an id and times where it has none.
// An address that an account of the installation has already, or one of the account's people, is an Invalid error of "email".
func (tx *Tx) InsertSupportAddress(ctx context.Context, a *desk.SupportAddress) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	if err := tx.refuseUserAddress(ctx, a.Address); err != nil {
		return err
	}
	stamp(tx, &a.ID, &a.CreatedAt, &a.UpdatedAt)
	_, err := tx.Exec(ctx, `insert into mail_routes (address, account_id) values ($1, $2)`, a.Address, tx.account)
	if err != nil {
		return uniqueFault(err, "address", "email", "Email: "+a.Address+" is a support address already")
	}
	_, err = tx.Exec(ctx, `
		insert into support_addresses (account_id, `+addressColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		tx.account, a.ID, a.Address, a.Name, a.Brand, a.Group, joinWords(a.Tags), a.Default, micros(a.VerifiedAt),
		micros(a.CreatedAt), micros(a.UpdatedAt))
	if err == nil && a.Default {
		err = tx.soleDefaultAddress(ctx, a.ID)
	}
	return err
}

// UpdateSupportAddress stores all but the address itself, which stays. The default stays it until another takes its place.
func (tx *Tx) UpdateSupportAddress(ctx context.Context, a *desk.SupportAddress) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	before, err := tx.SupportAddress(ctx, a.ID)
	if err != nil {
		return err
	}
	a.Default = a.Default || before.Default
	a.UpdatedAt = tx.now()
	_, err = tx.Exec(ctx, `
		update support_addresses
		set name = $3, brand_id = $4, group_id = $5, tags = $6, is_default = $7, verified_at = $8, updated_at = $9
		where account_id = $1 and address_id = $2`,
		tx.account, a.ID, a.Name, a.Brand, a.Group, joinWords(a.Tags), a.Default, micros(a.VerifiedAt), micros(a.UpdatedAt))
	if err == nil && a.Default {
		err = tx.soleDefaultAddress(ctx, a.ID)
	}
	return err
}

// VerifySupportAddress notes that mail to an address comes here, unless that was known already.
func (tx *Tx) VerifySupportAddress(ctx context.Context, id desk.AddressID) (desk.SupportAddress, error) {
	a, err := tx.SupportAddress(ctx, id)
	if err != nil || !a.VerifiedAt.IsZero() {
		return a, err
	}
	a.VerifiedAt = tx.now()
	return a, tx.UpdateSupportAddress(ctx, &a)
}

func (tx *Tx) soleDefaultAddress(ctx context.Context, id desk.AddressID) error {
	_, err := tx.Exec(ctx, `
		update support_addresses set is_default = false where account_id = $1 and address_id <> $2 and is_default`, tx.account, id)
	return err
}

// DeleteSupportAddress takes an address away; mail to it is refused from then on. The default may be deleted by nobody,
// which is for others to say.
func (tx *Tx) DeleteSupportAddress(ctx context.Context, id desk.AddressID) error {
	if err := tx.BumpConfigVersion(ctx); err != nil {
		return err
	}
	a, err := tx.SupportAddress(ctx, id)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from mail_routes where address = $1 and account_id = $2`, a.Address, tx.account); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `delete from support_addresses where account_id = $1 and address_id = $2`, tx.account, id)
	return err
}
