package api

import (
	"interdesk/desk"
	"interdesk/store"
)

// userRelated counts what hangs on a user.
func (c *call) userRelated() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		u, err := c.reachUser(tx)
		if err != nil {
			return nil, err
		}
		counts, err := c.countTicketsOf(tx, []relatedCount{
			{"assigned_tickets", store.TicketQuery{Assignee: u.ID}},
			{"requested_tickets", store.TicketQuery{Requester: u.ID}},
			{"ccd_tickets", store.TicketQuery{CC: u.ID}},
			{"followed_tickets", store.TicketQuery{Follower: u.ID}},
		})
		return objectOf("user_related", append(counts, member{"organization_subscriptions", 0})), err
	})
}

// organizationRelated counts what hangs on an organization.
func (c *call) organizationRelated() error {
	return c.readOK(func(tx *store.Tx) (object, error) {
		o, err := c.reachOrganization(tx)
		if err != nil {
			return nil, err
		}
		counts, err := c.countTicketsOf(tx, []relatedCount{{"tickets_count", store.TicketQuery{Organization: o.ID}}})
		if err != nil {
			return nil, err
		}
		users, err := tx.CountUsers(c.ctx(), store.UserFilter{Organization: desk.OrganizationID(o.ID)})
		return objectOf("organization_related", append(counts, member{"users_count", users})), err
	})
}

type relatedCount struct {
	name string
	of   store.TicketQuery
}

func (c *call) countTicketsOf(tx *store.Tx, relations []relatedCount) (o object, err error) {
	for _, r := range relations {
		n, err := tx.TicketCount(c.ctx(), r.of)
		if err != nil {
			return nil, err
		}
		o = append(o, member{r.name, n.N})
	}
	return o, nil
}
