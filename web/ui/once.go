package ui

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"interdesk/desk"
	"interdesk/store"
)

// OnceInput is the name of the hidden input by which a form is told from another one of the same kind. A form that is sent
// twice, by a double click or after a slow answer, counts once for store.IdempotencyPeriod; what was changed in between is another.
const OnceInput = "once"

// NewOnce is the value of OnceInput of a form that is shown.
func NewOnce() string { return rand.Text() }

// WriteOnce does work in a transaction unless the same form did it before, and gives the ticket that came of it then or now.
func (c *Call) WriteOnce(up desk.Upload, work func(tx *store.Tx) (desk.TicketID, error)) (id desk.TicketID, err error) {
	id, _, err = c.writeOnce(c.onceKey(up), work)
	return id, err
}

// WriteDraft does work in a transaction unless the same words of a draft did it before: after going back, or in another tab
// that showed the draft, too. again tells that; the ticket is that of then or now. A draft without a name counts each time.
func (c *Call) WriteDraft(draft string, words []string, work func(tx *store.Tx) (desk.TicketID, error)) (id desk.TicketID, again bool, err error) {
	key := ""
	if draft != "" {
		sum := sha256.New()
		for _, part := range append([]string{c.R.URL.Path, draft}, words...) {
			sum.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
		}
		key = hex.EncodeToString(sum.Sum(nil))
	}
	return c.writeOnce(key, work)
}

func (c *Call) writeOnce(key string, work func(tx *store.Tx) (desk.TicketID, error)) (id desk.TicketID, again bool, err error) {
	once := func(tx *store.Tx) error {
		had, err := tx.IdempotentRequest(c.Ctx(), c.User.ID, key)
		again = key != "" && err == nil
		if key == "" || desk.KindOf(err) == desk.NotFound {
			if id, err = work(tx); err != nil || key == "" {
				return err
			}
			return tx.InsertIdempotent(c.Ctx(), c.User.ID, key, store.Idempotent{Ticket: id})
		}
		id = had.Ticket
		return err
	}
	if err = c.Write(once); desk.KindOf(err) == desk.Conflict { // the other one was faster
		err = c.Write(once)
	}
	return id, again, err
}

// onceKey is the fingerprint of the form that was sent, "" for one without a token.
func (c *Call) onceKey(up desk.Upload) string {
	if c.Value(OnceInput) == "" {
		return ""
	}
	sum := sha256.New()
	sum.Write([]byte(c.R.URL.Path + "?" + c.R.Form.Encode()))
	for _, f := range up.Attachments {
		sum.Write([]byte(f.FileName + f.Blob))
	}
	return hex.EncodeToString(sum.Sum(nil))
}
