package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"interdesk/desk"
	"interdesk/search"
)

// RedactedLetter stands in place of each letter that was blacked out.
const RedactedLetter = "▇"

// BlackOut puts RedactedLetter in place of each letter of some pieces of a text, wherever it has them; also where they overlap.
func BlackOut(text string, pieces []string) string {
	black := make([]bool, len(text))
	for _, piece := range pieces {
		for from := 0; piece != ""; from += len(piece) {
			at := strings.Index(text[from:], piece)
			if at < 0 {
				break
			}
			from += at
			for i := range piece {
				black[from+i] = true
			}
		}
	}
	var b strings.Builder
	for i, size := 0, 0; i < len(text); i += size {
		_, size = utf8.DecodeRuneInString(text[i:])
		if black[i] {
			b.WriteString(RedactedLetter)
		} else {
			b.WriteString(text[i : i+size])
		}
	}
	return b.String()
}

// RedactComment stores a comment of which parts were blacked out, and takes them away from wherever else they stand: the words by
// which it is found, the source of its mail, what messages of shares said, and its files.
func (tx *Tx) RedactComment(ctx context.Context, was, now *desk.Comment, texts []string, files []desk.AttachmentID, at time.Time) error {
	err := requireRow(tx.Exec(ctx, `
		update comments set body = $4, html = $5, has_files = $6 where account_id = $1 and ticket_id = $2 and comment_id = $3`,
		tx.account, now.Ticket, now.ID, now.Body, now.HTML, len(now.Attachments) > 0))
	if err != nil {
		return err
	}
	for _, id := range files {
		if err := tx.discard(ctx, `attachment_id = $4`, at, id); err != nil {
			return err
		}
	}
	if len(texts) > 0 {
		if err := tx.redactSources(ctx, now, texts, at); err != nil {
			return err
		}
	}
	if err := tx.indexChange(ctx, now.Ticket, search.InText, was.Body); err != nil {
		return err
	}
	return tx.noteDue(ctx, searchDue{ticket: int64(now.Ticket)}) // the whole ticket anew
}

// redactSources forgets the source of the mail that a comment came by or went out by, and blacks the texts out in stored messages of
// the ticket's shares.
func (tx *Tx) redactSources(ctx context.Context, c *desk.Comment, texts []string, at time.Time) error {
	if err := tx.discardMail(ctx, c.Ticket, `comment_id = $6`, at, c.ID); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		update mails set blob = '', size = 0 where account_id = $1 and ticket_id = $2 and ticket_id <> 0 and comment_id = $3`, tx.account, c.Ticket, c.ID)
	if err != nil {
		return err
	}
	for _, stored := range []struct{ read, write string }{
		{`select delivery_id, '', body from deliveries
			where account_id = $1 and share_id in (select share_id from shares where account_id = $1 and ticket_id = $2)`,
			`update deliveries set body = $4 where account_id = $1 and delivery_id = $2 and '' = $3`},
		{`select invocation_id, '', body from webhook_invocations where account_id = $1 and ticket_id = $2 and ticket_id <> 0`,
			`update webhook_invocations set body = $4 where account_id = $1 and invocation_id = $2 and '' = $3`},
		{`select invocation_id, attempt_id, request from webhook_attempts
			where account_id = $1 and invocation_id in (select invocation_id from webhook_invocations where account_id = $1 and ticket_id = $2 and ticket_id <> 0)`,
			`update webhook_attempts set request = $4 where account_id = $1 and invocation_id = $2 and attempt_id = $3`},
	} {
		if err := tx.redactStored(ctx, stored.read, stored.write, c.Ticket, texts); err != nil {
			return err
		}
	}
	return nil
}

// redactStored blacks texts out in what a statement reads for a ticket: two parts of a key, and a text of JSON or one that was made of
// the comment.
func (tx *Tx) redactStored(ctx context.Context, read, write string, ticket desk.TicketID, texts []string) error {
	type kept struct {
		key        any
		part, text string
	}
	all, err := queryAll(ctx, tx, func(row scanner) (k kept, err error) {
		err = row.Scan(&k.key, &k.part, &k.text)
		return k, err
	}, read, tx.account, ticket)
	if err != nil {
		return err
	}
	for _, k := range all {
		now := blackOutStored(k.text, texts)
		if now == k.text {
			continue
		}
		if _, err := tx.Exec(ctx, write, tx.account, k.key, k.part, now); err != nil {
			return err
		}
	}
	return nil
}

// blackOutStored blacks texts out in a stored message. Of JSON, whole or cut off, only values are touched, so that it stays what it is.
func blackOutStored(message string, texts []string) string {
	var written []string
	for _, text := range texts {
		written = append(written, inJSON(inJSON(text)), inJSON(text), text)
	}
	if trimmed := strings.TrimSpace(message); !strings.HasPrefix(trimmed, "{") && !strings.HasPrefix(trimmed, "[") {
		return BlackOut(message, written)
	}
	var b strings.Builder
	for message != "" {
		at := strings.IndexByte(message, '"')
		if at < 0 {
			break
		}
		end := at + 1
		for end < len(message) && message[end] != '"' {
			if message[end] == '\\' {
				end++
			}
			end++
		}
		end = min(end, len(message))
		b.WriteString(message[:at+1])
		inside, rest := message[at+1:end], message[end:]
		if isKey := strings.HasPrefix(strings.TrimLeft(strings.TrimPrefix(rest, `"`), " \t\r\n"), ":"); !isKey {
			inside = BlackOut(inside, written)
		}
		b.WriteString(inside)
		if rest != "" {
			b.WriteByte('"')
			rest = rest[1:]
		}
		message = rest
	}
	return b.String() + message
}

// inJSON is a text as it stands within a JSON string.
func inJSON(text string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(text) != nil {
		return text
	}
	quoted := strings.TrimSpace(b.String())
	return quoted[1 : len(quoted)-1]
}
