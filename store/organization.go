package store

import (
	"context"

	"interdesk/desk"
	"interdesk/store/sqldb"
)

const organizationColumns = `
	organization_id, name, external_id, domain_names, details, notes, group_id, tags, shared_tickets, shared_comments,
	created_at, updated_at`

func scanOrganization(row scanner) (o desk.Organization, err error) {
	var external *string
	var domains, tags string
	var created, updated int64
	err = row.Scan(&o.ID, &o.Name, &external, &domains, &o.Details, &o.Notes, &o.Group, &tags, &o.SharedTickets,
		&o.SharedComments, &created, &updated)
	o.ExternalID, o.DomainNames, o.Tags = emptyIfNull(external), splitWords(domains), splitWords(tags)
	o.CreatedAt, o.UpdatedAt = fromMicros(created), fromMicros(updated)
	return o, err
}

// Organization reads one organization.
func (tx *Tx) Organization(ctx context.Context, id desk.OrganizationID) (desk.Organization, error) {
	return queryOne(ctx, tx, scanOrganization, `
		select `+organizationColumns+` from organizations where account_id = $1 and organization_id = $2`, tx.account, id)
}

// OrganizationByName finds an organization by its whole name, in any case of ASCII letters.
func (tx *Tx) OrganizationByName(ctx context.Context, name string) (desk.Organization, error) {
	return queryOne(ctx, tx, scanOrganization, `
		select `+organizationColumns+` from organizations
		where account_id = $1 and lower(name) = lower($2) order by organization_id limit 1`, tx.account, name)
}

// OrganizationByExternalID finds an organization by the id that another system has for it.
func (tx *Tx) OrganizationByExternalID(ctx context.Context, external string) (desk.Organization, error) {
	return queryOne(ctx, tx, scanOrganization, `
		select `+organizationColumns+` from organizations
		where account_id = $1 and external_id = $2`, tx.account, external)
}

// OrganizationsByID reads those of the organizations that exist, in rising order of their ids.
func (tx *Tx) OrganizationsByID(ctx context.Context, ids []desk.OrganizationID) ([]desk.Organization, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return queryAll(ctx, tx, scanOrganization, `
		select `+organizationColumns+` from organizations
		where account_id = $1 and organization_id in (`+sqldb.Placeholders(2, len(ids))+`) order by organization_id`,
		withIDs(tx.account, ids)...)
}

// Organizations lists organizations in the order of their ids. match, unless "", is how the name begins.
func (tx *Tx) Organizations(ctx context.Context, match string, p Page) (Listed[desk.Organization], error) {
	return queryByID(ctx, tx, p, "organization_id", scanOrganization, func(o *desk.Organization) int64 { return int64(o.ID) }, `
		select `+organizationColumns+` from organizations
		where account_id = $1 and name `+tx.ILike()+` $2 escape '\'`, []any{tx.account, escapeLike(match) + "%"})
}

// CountOrganizations counts what Organizations lists.
func (tx *Tx) CountOrganizations(ctx context.Context, match string) (n int, err error) {
	err = tx.QueryRow(ctx, `
		select count(*) from organizations
		where account_id = $1 and name `+tx.ILike()+` $2 escape '\'`, tx.account, escapeLike(match)+"%").Scan(&n)
	return n, err
}

// InsertOrganization stores a new organization. It gets an id and times where it has none. A taken name or external id
// is an Invalid error of its field.
func (tx *Tx) InsertOrganization(ctx context.Context, o *desk.Organization) error {
	stamp(tx, &o.ID, &o.CreatedAt, &o.UpdatedAt)
	_, err := tx.Exec(ctx, `
		insert into organizations (account_id, `+organizationColumns+`, sort_name)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		tx.account, o.ID, o.Name, nullIfEmpty(o.ExternalID), joinWords(o.DomainNames), o.Details, o.Notes, o.Group, joinWords(o.Tags),
		o.SharedTickets, o.SharedComments, micros(o.CreatedAt), micros(o.UpdatedAt), desk.SortName(o.Name))
	return organizationTaken(err)
}

// UpdateOrganization stores an organization anew.
func (tx *Tx) UpdateOrganization(ctx context.Context, o *desk.Organization) error {
	o.UpdatedAt = tx.now()
	return organizationTaken(requireRow(tx.Exec(ctx, `
		update organizations set name = $3, external_id = $4, domain_names = $5, details = $6, notes = $7, group_id = $8,
			tags = $9, shared_tickets = $10, shared_comments = $11, updated_at = $12, sort_name = $13
		where account_id = $1 and organization_id = $2`,
		tx.account, o.ID, o.Name, nullIfEmpty(o.ExternalID), joinWords(o.DomainNames), o.Details, o.Notes, o.Group,
		joinWords(o.Tags), o.SharedTickets, o.SharedComments, micros(o.UpdatedAt), desk.SortName(o.Name))))
}

// DeleteOrganization removes an organization and takes its people and tickets out of it.
func (tx *Tx) DeleteOrganization(ctx context.Context, id desk.OrganizationID) error {
	err := requireRow(tx.Exec(ctx, `delete from organizations where account_id = $1 and organization_id = $2`, tx.account, id))
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		update users set organization_id = 0 where account_id = $1 and organization_id = $2`, tx.account, id); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update tickets set organization_id = 0, version = version + 1
		where account_id = $1 and organization_id = $2 and organization_id <> 0`, tx.account, id)
	return err
}

func organizationTaken(err error) error {
	err = uniqueFault(err, "name", "name", "Name: has already been taken")
	return uniqueFault(err, "external_id", "external_id", "External has already been taken")
}
