package api

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/httpkit"
	"interdesk/store"
)

// Cursors of the stream of audits name a position and on which side of it to read.
const (
	olderThan = "before:"
	newerThan = "after:"
)

// listAllAudits goes through the updates of all tickets, the newest first.
func (c *call) listAllAudits() error {
	limit := exportSize
	if s := c.query.Get("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return httpkit.BadPage("limit must be a number from 1 to " + strconv.Itoa(exportSize))
		}
		limit = min(n, exportSize)
	}
	at, newer, err := c.auditCursor()
	if err != nil {
		return err
	}
	return c.readOK(func(tx *store.Tx) (object, error) {
		found, err := c.auditsBeside(tx, at, newer, limit)
		if err != nil {
			return nil, err
		}
		audits, err := tx.AuditsAt(c.ctx(), found)
		if err != nil {
			return nil, err
		}
		shown, err := c.auditsOf(tx, audits)
		if err != nil {
			return nil, err
		}
		o := object{{"audits", shown}, {"before_url", nil}, {"after_url", nil}, {"before_cursor", nil}, {"after_cursor", nil}}
		if len(found) > 0 {
			before, after := wrapCursor(olderThan+found[len(found)-1].String()), wrapCursor(newerThan+found[0].String())
			o[1].value, o[2].value = c.urlWith(map[string]string{"cursor": before}), c.urlWith(map[string]string{"cursor": after})
			o[3].value, o[4].value = before, after
		}
		if c.includes("users") {
			users, err := tx.UsersByID(c.ctx(), distinct(audits, func(a desk.Audit) desk.UserID { return a.Author }))
			return append(o, member{"users", c.usersShown(users)}), err
		}
		return o, nil
	})
}

// auditsBeside are the positions of updates on one side of another, the newest first.
func (c *call) auditsBeside(tx *store.Tx, at store.ExportPosition, newer bool, limit int) ([]store.ExportPosition, error) {
	if !newer {
		return tx.AuditsBackward(c.ctx(), at, limit)
	}
	found, err := tx.ExportedAudits(c.ctx(), store.ExportSpan{After: at, Until: math.MaxInt64, Limit: limit})
	slices.Reverse(found)
	return found, err
}

func (c *call) auditCursor() (at store.ExportPosition, newer bool, err error) {
	text := c.query.Get("cursor")
	if text == "" {
		return at, false, nil
	}
	place, err := readCursor(text)
	if err != nil {
		return at, false, err
	}
	place, newer = strings.CutPrefix(place, newerThan)
	at, ok := store.ParseExportPosition(strings.TrimPrefix(place, olderThan))
	if !ok {
		return at, false, httpkit.BadPage("the cursor is not one that this list gave")
	}
	return at, newer, nil
}
