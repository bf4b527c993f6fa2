package store

import (
	"context"
	"strings"

	"interdesk/desk"
	"interdesk/search"
	"interdesk/store/sqldb"
)

const organizationColumns = `
	organization_id, name, external_id, domain_names, details, notes, group_id, tags, shared_tickets, shared_comments,
	created_at, updated_at, field_values`

func scanOrganization(row scanner) (o desk.Organization, err error) {
	var external *string
	var domains, tags, fields string
	var created, updated int64
	err = row.Scan(&o.ID, &o.Name, &external, &domains, &o.Details, &o.Notes, &o.Group, &tags, &o.SharedTickets,
		&o.SharedComments, &created, &updated, &fields)
	o.ExternalID, o.DomainNames, o.Tags = emptyIfNull(external), splitWords(domains), splitWords(tags)
	o.CreatedAt, o.UpdatedAt = fromMicros(created), fromMicros(updated)
	if err == nil && fields != "" {
		err = fromJSON(fields, "fields of an organization", &o.Fields)
	}
	return o, err
}

// Organization reads one organization.
func (tx *Tx) Organization(ctx context.Context, id desk.OrganizationID) (desk.Organization, error) {
	return queryOne(ctx, tx, scanOrganization, `
		select `+organizationColumns+` from organizations where account_id = $1 and organization_id = $2`, tx.account, id)
}

// OrganizationByName finds an organization by its whole name, in whatever letters.
func (tx *Tx) OrganizationByName(ctx context.Context, name string) (desk.Organization, error) {
	where, args, err := tx.organizationsLike(ctx, name)
	if err != nil {
		return desk.Organization{}, err
	}
	found, err := queryAll(ctx, tx, scanOrganization, `select `+organizationColumns+` from organizations`+where+` order by organization_id`, args...)
	for _, o := range found {
		if search.Fold(o.Name) == search.Fold(strings.TrimSpace(name)) {
			return o, err
		}
	}
	if err == nil {
		err = desk.Missing()
	}
	return desk.Organization{}, err
}

// organizationsLike begins the conditions of a list of organizations: all, or those with the words of a name or tag, of which
// the last may be a beginning.
func (tx *Tx) organizationsLike(ctx context.Context, match string) (where string, args []any, err error) {
	where, args = ` where account_id = $1`, []any{tx.account}
	if match == "" {
		return where, args, nil
	}
	c := &clause{args: args}
	named, err := tx.nameSQL(ctx, c, "organization_id", search.OrganizationKinds(), search.NameParts(match))
	return where + " and " + named, c.args, err
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

// Organizations lists organizations in the order of their ids. match, unless "", is words of the name.
func (tx *Tx) Organizations(ctx context.Context, match string, p Page) (Listed[desk.Organization], error) {
	where, args, err := tx.organizationsLike(ctx, match)
	if err != nil {
		return Listed[desk.Organization]{}, err
	}
	return queryByID(ctx, tx, p, "organization_id", scanOrganization, func(o *desk.Organization) int64 { return int64(o.ID) }, `
		select `+organizationColumns+` from organizations`+where, args)
}

// CountOrganizations counts what Organizations lists.
func (tx *Tx) CountOrganizations(ctx context.Context, match string) (n int, err error) {
	where, args, err := tx.organizationsLike(ctx, match)
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, `select count(*) from organizations`+where, args...).Scan(&n)
	return n, err
}

// InsertOrganization stores a new organization. It gets an id and times where it has none. A taken name or external id
// is an Invalid error of its field.
func (tx *Tx) InsertOrganization(ctx context.Context, o *desk.Organization) error {
	stamp(tx, &o.ID, &o.CreatedAt, &o.UpdatedAt)
	fields, err := fieldsText(o.Fields)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into organizations (account_id, `+organizationColumns+`, sort_name)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		tx.account, o.ID, o.Name, nullIfEmpty(o.ExternalID), joinWords(o.DomainNames), o.Details, o.Notes, o.Group, joinWords(o.Tags),
		o.SharedTickets, o.SharedComments, micros(o.CreatedAt), micros(o.UpdatedAt), fields, desk.SortName(o.Name))
	if err != nil {
		return organizationTaken(err)
	}
	if err := tx.setNameWords(ctx, search.OrganizationKinds(), int64(o.ID), nil, organizationWords(o)); err != nil {
		return err
	}
	return tx.tellPeople(ctx, desk.PersonChange{OrganizationAfter: o})
}

// UpdateOrganization stores an organization anew.
func (tx *Tx) UpdateOrganization(ctx context.Context, o *desk.Organization) error {
	before, err := tx.Organization(ctx, o.ID)
	if err != nil {
		return err
	}
	fields, err := fieldsText(o.Fields)
	if err != nil {
		return err
	}
	o.UpdatedAt = tx.now()
	err = organizationTaken(requireRow(tx.Exec(ctx, `
		update organizations set name = $3, external_id = $4, domain_names = $5, details = $6, notes = $7, group_id = $8,
			tags = $9, shared_tickets = $10, shared_comments = $11, updated_at = $12, sort_name = $13, field_values = $14
		where account_id = $1 and organization_id = $2`,
		tx.account, o.ID, o.Name, nullIfEmpty(o.ExternalID), joinWords(o.DomainNames), o.Details, o.Notes, o.Group,
		joinWords(o.Tags), o.SharedTickets, o.SharedComments, micros(o.UpdatedAt), desk.SortName(o.Name), fields)))
	if err != nil {
		return err
	}
	if err := tx.setNameWords(ctx, search.OrganizationKinds(), int64(o.ID), organizationWords(&before), organizationWords(o)); err != nil {
		return err
	}
	return tx.tellPeople(ctx, desk.PersonChange{OrganizationBefore: &before, OrganizationAfter: o})
}

// DeleteOrganization removes an organization and takes its people and tickets out of it.
func (tx *Tx) DeleteOrganization(ctx context.Context, id desk.OrganizationID) error {
	o, err := tx.Organization(ctx, id)
	if err != nil {
		return err
	}
	if err := tx.setNameWords(ctx, search.OrganizationKinds(), int64(id), organizationWords(&o), nil); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from organizations where account_id = $1 and organization_id = $2`, tx.account, id); err != nil {
		return err
	}
	place, at := tx.written(3)
	if _, err := tx.Exec(ctx, `
		update users set organization_id = 0, written_at = `+place+` where account_id = $1 and organization_id = $2`, tx.account, id, at); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		insert into automation_wakes (account_id, ticket_id)
		select account_id, ticket_id from tickets
		where account_id = $1 and organization_id = $2 and organization_id <> 0 and deleted_at = 0 and status_rank < $3
		on conflict (account_id, ticket_id) do nothing`, tx.account, id, desk.Closed.Rank()); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update tickets set organization_id = 0, version = version + 1
		where account_id = $1 and organization_id = $2 and organization_id <> 0`, tx.account, id)
	if err != nil {
		return err
	}
	return tx.tellPeople(ctx, desk.PersonChange{OrganizationBefore: &o})
}

func organizationTaken(err error) error {
	err = uniqueFault(err, "name", "name", "Name: has already been taken")
	return uniqueFault(err, "external_id", "external_id", "External has already been taken")
}
