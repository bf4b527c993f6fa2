package partner

import (
	"bytes"
	"context"
	"encoding/json"
	"strconv"
	"time"

	"interdesk/sharing"
	"interdesk/web/page"
	"interdesk/web/text"
)

func number[T ~int64](id T) string { return strconv.FormatInt(int64(id), 10) }

func direction(inbound bool) string {
	if inbound {
		return "in"
	}
	return "out"
}

// troubled tells whether somebody should look at a share.
func troubled(p sharing.Phase) bool { return p == sharing.Failing || p == sharing.GivenUp }

// agoWords is a past time, to the second while it is fresh: a share that is in step was so a moment ago.
func agoWords(ctx context.Context, t time.Time) string {
	d := page.FrameOf(ctx).Now.Sub(t)
	if t.IsZero() || d >= time.Minute || d < 0 {
		return page.Ago(ctx, t)
	}
	return text.T(ctx, "partner.seconds", int(d.Seconds()))
}

// standingTitle is what a chip says on hover: the whole reason.
func standingTitle(ctx context.Context, s sharing.Standing) string {
	words := text.T(ctx, "partner.direction."+direction(s.Share.Inbound))
	if s.Reason != "" {
		words += " – " + s.Reason
	}
	return words
}

// indented is a message as people can read it; one that was cut short stays as it is.
func indented(body string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(body), "", "  ") != nil {
		return body
	}
	return b.String()
}

// previewRunes is how much of a comment a preview shows.
const previewRunes = 600

func shortened(body string) string {
	if r := []rune(body); len(r) > previewRunes {
		return string(r[:previewRunes]) + "…"
	}
	return body
}
