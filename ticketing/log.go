package ticketing

import (
	"context"
	"log/slog"
	"strings"

	"interdesk/desk"
)

// logLater has the operator's log tell who changed which ticket, by names and ids and without a word of what was said, once
// that is on disk.
func (c *change) logLater(ctx context.Context) {
	log := c.log
	if !log.Enabled(ctx, slog.LevelInfo) {
		return
	}
	applied := c.applied
	c.tx.AfterCommit(func() { logApplied(ctx, log, &applied) })
}

func logApplied(ctx context.Context, log *slog.Logger, a *desk.Applied) {
	what := "ticket changed"
	if a.Before == nil {
		what = "ticket made"
	}
	attrs := []slog.Attr{slog.Int64("account", int64(a.Account)), slog.Int64("ticket", int64(a.Ticket.ID)), slog.Int64("audit", int64(a.Audit.ID)),
		slog.Int64("user", int64(a.Actor.ID)), slog.String("name", a.Actor.Name), slog.Int("channel", int(a.Via.Channel)), slog.String("what", eventWords(a.Audit.Events))}
	if a.Via.Partner != "" {
		attrs = append(attrs, slog.String("partner", a.Via.Partner))
	}
	log.LogAttrs(ctx, slog.LevelInfo, what, attrs...)
}

// eventWords are what an audit's events are about, each once: fields, else kinds of events.
func eventWords(events []desk.Event) string {
	var words []string
	seen := map[string]bool{}
	for _, e := range events {
		word := e.Field
		if word == "" {
			word = string(e.Type)
		}
		if !seen[word] {
			seen[word] = true
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}
