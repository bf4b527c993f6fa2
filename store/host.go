package store

import (
	"context"
	"errors"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// AccountByHost finds whose desk answers at a host name; a port after it is ignored.
func (s *Store) AccountByHost(ctx context.Context, host string) (id desk.AccountID, err error) {
	host = bareHost(host)
	if id, ok := s.configs.host(host); ok {
		return id, nil
	}
	err = s.db.Read(ctx, func(q *sqldb.Tx) error {
		return q.QueryRow(ctx, `select account_id from hosts where host = $1`, host).Scan(&id)
	})
	if err != nil {
		return 0, notFound(err)
	}
	s.configs.putHost(host, id)
	return id, nil
}

// AddHost has an account answer at one more host name, and receive mail at support@ it. Where mail went out from the address
// of an earlier host, it goes out from this one from now on. A host that another account has is an Invalid error of "host".
func (s *Store) AddHost(ctx context.Context, account desk.AccountID, host string) error {
	err := s.Account(account).Write(ctx, func(tx *Tx) error {
		if _, err := tx.AccountRow(ctx); err != nil {
			return err
		}
		before, err := tx.Hosts(ctx)
		if err != nil {
			return err
		}
		if err := tx.insertHost(ctx, host); err != nil {
			return err
		}
		return tx.addHostAddress(ctx, bareHost(host), before)
	})
	if !errors.Is(err, sqldb.ErrUnique) {
		return err
	}
	if owner, err := s.AccountByHost(ctx, host); err == nil && owner == account {
		return nil
	}
	return desk.InvalidField("host", "DuplicateValue", "Host: "+host+" belongs to another account")
}

// addHostAddress gives the account its support address at a new host.
func (tx *Tx) addHostAddress(ctx context.Context, host string, before []string) error {
	all, err := tx.SupportAddresses(ctx)
	if err != nil || len(all) == 0 {
		return err
	}
	main := all[0]
	_, at, _ := strings.Cut(main.Address, "@")
	return tx.InsertSupportAddress(ctx, &desk.SupportAddress{Address: desk.DefaultAddressName + "@" + host, Name: main.Name, Brand: main.Brand,
		Group: main.Group, Tags: main.Tags, Default: slices.Contains(before, at), VerifiedAt: tx.now()})
}

func (tx *Tx) insertHost(ctx context.Context, host string) error {
	_, err := tx.Exec(ctx, `insert into hosts (host, account_id) values ($1, $2)`, bareHost(host), tx.account)
	return err
}

// Hosts lists the host names of the account.
func (tx *Tx) Hosts(ctx context.Context) ([]string, error) {
	return queryAll(ctx, tx, func(row scanner) (host string, err error) {
		err = row.Scan(&host)
		return host, err
	}, `select host from hosts where account_id = $1 order by host`, tx.account)
}

// bareHost is how a host name lies in the directory: lower case, without port and without the root's dot.
func bareHost(host string) string {
	if at := strings.LastIndexByte(host, ':'); at >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:at]
	}
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

// HostOwner finds whose desk answers at a host name; 0 when nobody's does.
func (tx *Tx) HostOwner(ctx context.Context, host string) (id desk.AccountID, err error) {
	err = tx.QueryRow(ctx, `select account_id from hosts where host = $1`, bareHost(host)).Scan(&id)
	if errors.Is(err, sqldb.ErrNoRows) {
		return 0, nil
	}
	return id, err
}
