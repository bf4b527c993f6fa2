package store

import (
	"context"
	"sync"
	"time"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

// configCache keeps what every update and request needs and admins seldom change: the configuration of each account as
// it was last committed, and which host names which account. A host never moves, so it is kept for good.
type configCache struct {
	mu    sync.RWMutex
	kept  map[desk.AccountID]*desk.Config
	hosts map[string]desk.AccountID
}

func newConfigCache() *configCache {
	return &configCache{kept: map[desk.AccountID]*desk.Config{}, hosts: map[string]desk.AccountID{}}
}

func (c *configCache) get(a desk.AccountID) *desk.Config {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.kept[a]
}

// put keeps the newest of what transactions bring, in whatever order they end.
func (c *configCache) put(cfg *desk.Config) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.kept[cfg.Account.ID]; old == nil || old.Version < cfg.Version {
		c.kept[cfg.Account.ID] = cfg
	}
}

func (c *configCache) host(name string) (desk.AccountID, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	id, ok := c.hosts[name]
	return id, ok
}

func (c *configCache) putHost(name string, id desk.AccountID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hosts[name] = id
}

// BumpConfigVersion says that the account's configuration changes in this transaction, so that every process reads it anew. Other
// changes of the configuration wait until the transaction ends.
func (tx *Tx) BumpConfigVersion(ctx context.Context) error {
	tx.configChanged = true
	return requireRow(tx.Exec(ctx, `
		update accounts set config_version = config_version + 1 where account_id = $1`, tx.account))
}

// configTries bounds how often a transaction reads the configuration again because it changed meanwhile.
const configTries = 5

// Config is the configuration as this transaction sees it. It costs one small query while nothing changes, and none
// where reading tickets has told its version. The result is shared and must not be changed.
func (tx *Tx) Config(ctx context.Context) (*desk.Config, error) {
	if tx.reading && tx.toldVersion > 0 {
		if c := tx.knownConfig(tx.toldVersion); c != nil {
			return c, nil
		}
	}
	version, ruleSet, err := tx.configVersion(ctx)
	if err != nil {
		return nil, err
	}
	if c := tx.knownConfig(version); c != nil {
		return c, nil
	}
	for range configTries {
		c, err := tx.loadConfig(ctx)
		if err != nil {
			return nil, err
		}
		// In a Look, and on PostgreSQL in a writing transaction, each statement sees what is committed by then: parts of
		// two versions must not be taken for one.
		c.Version, c.RuleSet = version, ruleSet
		if version, ruleSet, err = tx.configVersion(ctx); err != nil {
			return nil, err
		}
		if version == c.Version {
			c.BuildIndexes()
			tx.keepConfig(c)
			return c, nil
		}
	}
	return nil, sqldb.ErrRetry
}

func (tx *Tx) configVersion(ctx context.Context) (version int64, set desk.RuleSetID, err error) {
	err = tx.QueryRow(ctx, `
		select config_version, rule_set_id from accounts where account_id = $1`, tx.account).Scan(&version, &set)
	return version, set, notFound(err)
}

// knownConfig trusts neither memory once this transaction has changed something: when part of it is taken back, the
// same version number may come to mean something else.
func (tx *Tx) knownConfig(version int64) *desk.Config {
	if tx.configChanged {
		return nil
	}
	if tx.config != nil && tx.config.Version == version {
		return tx.config
	}
	if c := tx.store.configs.get(tx.account); c != nil && c.Version == version {
		tx.config = c
		return c
	}
	return nil
}

// keepConfig lets others have what is committed for certain: at once what a reader sees, else when this transaction is.
func (tx *Tx) keepConfig(c *desk.Config) {
	if tx.reading {
		tx.store.configs.put(c)
	} else {
		tx.AfterCommit(func() { tx.store.configs.put(c) })
	}
	tx.config = c
}

func (tx *Tx) loadConfig(ctx context.Context) (c *desk.Config, err error) {
	c = &desk.Config{}
	if c.Account, err = tx.AccountRow(ctx); err != nil {
		return nil, err
	}
	if c.Location, err = time.LoadLocation(c.Account.TimeZone); err != nil {
		c.Location = time.UTC
	}
	if c.Brand, err = tx.DefaultBrand(ctx); err != nil {
		return nil, err
	}
	if c.Fields, err = tx.Fields(ctx); err != nil {
		return nil, err
	}
	if c.Forms, err = tx.Forms(ctx); err != nil {
		return nil, err
	}
	if c.Groups, err = tx.Groups(ctx); err != nil {
		return nil, err
	}
	if c.Triggers, err = tx.ActiveTriggers(ctx); err != nil {
		return nil, err
	}
	if c.Automations, err = tx.ActiveAutomations(ctx); err != nil {
		return nil, err
	}
	if c.Policies, err = tx.Policies(ctx); err != nil {
		return nil, err
	}
	if c.PersonFields, err = tx.PersonFields(ctx); err != nil {
		return nil, err
	}
	if c.Schedules, err = tx.Schedules(ctx); err != nil {
		return nil, err
	}
	if c.Agreements, err = tx.agreementsByID(ctx); err != nil {
		return nil, err
	}
	if c.Addresses, err = tx.SupportAddresses(ctx); err != nil {
		return nil, err
	}
	if c.Webhooks, err = tx.Webhooks(ctx, WebhookFilter{}); err != nil {
		return nil, err
	}
	c.Staff, err = tx.staff(ctx)
	return c, err
}

func (tx *Tx) agreementsByID(ctx context.Context) (map[desk.AgreementID]desk.Agreement, error) {
	all, err := tx.Agreements(ctx)
	out := make(map[desk.AgreementID]desk.Agreement, len(all))
	for _, a := range all {
		out[a.ID] = a
	}
	return out, err
}

// staff reads the agents and admins that are not deleted, with their groups.
func (tx *Tx) staff(ctx context.Context) (map[desk.UserID]desk.StaffMember, error) {
	members, err := queryAll(ctx, tx, func(row scanner) (m desk.StaffMember, err error) {
		err = row.Scan(&m.ID, &m.Name, &m.Email, &m.Role, &m.DefaultGroup)
		return m, err
	}, `
		select user_id, name, coalesce(email, ''), role, default_group_id from users
		where account_id = $1 and role in ('agent', 'admin') and active and foreign_agreement_id = 0`, tx.account)
	if err != nil {
		return nil, err
	}
	out := make(map[desk.UserID]desk.StaffMember, len(members))
	for _, m := range members {
		out[m.ID] = m
	}
	memberships, err := tx.Memberships(ctx, MembershipFilter{}, Page{})
	for _, m := range memberships.Items {
		if s, ok := out[m.User]; ok {
			s.Groups = append(s.Groups, m.Group)
			out[m.User] = s
		}
	}
	return out, err
}
