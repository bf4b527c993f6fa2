package views

import (
	"github.com/a-h/templ"

	"interdesk/access"
	"interdesk/desk"
	"interdesk/store"
	"interdesk/web/ui"
)

// Preview is how the first tickets of a view look, also of one that is not stored. nil: it finds none.
func Preview(c *ui.Call, tx *store.Tx, cfg *desk.Config, v desk.View, limit int) (templ.Component, error) {
	s := &ticketList{view: v, order: orderOf(cfg, v.Output, "", ""), columns: columnsOf(c.Ctx(), cfg, v.Output)}
	output := s.order.applyTo(cfg, v.Output)
	found, err := tx.TicketsWhere(c.Ctx(), store.ViewQuery{Page: store.Page{Limit: limit}, Config: cfg, Tree: v.Conditions,
		Viewer: access.ActorOf(cfg, c.User), At: c.Clock(), Output: output})
	if err != nil || len(found.Items) == 0 {
		return nil, err
	}
	if s.rows, err = readRows(c, tx, cfg, output, s.columns, found.Items, ""); err != nil {
		return nil, err
	}
	return previewTable(s), nil
}
