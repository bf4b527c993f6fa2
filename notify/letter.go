package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"interdesk/desk"
	"interdesk/mail/message"
	"interdesk/mail/outbound"
)

// letters are those of one update: who may read of each other is on one, all others get their own.
func (u *update) letters(notices []notice) (out []letterTo) {
	for i := range notices {
		n := &notices[i]
		var together []hearer
		for _, h := range n.hearers {
			switch {
			case h.cause != "":
			case n.target == "requester_and_ccs" && !h.user.Role.Staff() && !(h.user.ID == u.ticket.Requester && asksForRating(n.body)):
				together = append(together, h)
			default:
				out = append(out, letterTo{n, []hearer{h}})
			}
		}
		if len(together) > 0 {
			out = append(out, letterTo{n, together})
		}
	}
	return out
}

// letter makes a letter of what it says and whom it goes to.
func (w *writer) letter(to *letterTo) *outbound.Letter {
	l := w.blank(to.notice, to.hearers[0])
	l.Subject, l.HTML, l.Text = w.write(to)
	for _, h := range to.hearers {
		r := outbound.Recipient{User: h.user.ID, Name: h.user.Name, Email: h.user.Email}
		if h.cc {
			l.CC = append(l.CC, r)
		} else {
			l.To = append(l.To, r)
		}
	}
	if len(l.To) == 0 { // those who are copied, of a requester who gets none
		l.To, l.CC = l.CC[:1], l.CC[1:]
	}
	l.ID = w.messageID(to)
	w.addFiles(to, l)
	return l
}

// blank is a letter without words and recipients.
func (w *writer) blank(n *notice, h hearer) *outbound.Letter {
	account, tokens := w.config.Account, w.service.options.Tokens
	from := w.sender()
	l := &outbound.Letter{Kind: outbound.KindNotice, Class: outbound.Automatic, Account: account.ID, Ticket: w.ticket.ID, Audit: w.audit.ID,
		From: message.Address{Name: from.Name, Email: from.Address}, ReplyTo: message.Address{Name: from.Name, Email: tokens.Address(from.Address, account.ID, w.ticket.ID)},
		Date: w.now, Instance: w.base, References: []string{tokens.ThreadID(account.ID, w.ticket.ID, domainOf(w.defaultAddress()))}}
	if w.comment != nil {
		l.Comment = w.comment.ID
	}
	w.thread(l)
	w.classify(l, n, h)
	return l
}

// classify says what the letter is to machines, and in whose name it comes.
func (w *writer) classify(l *outbound.Letter, n *notice, h hearer) {
	switch {
	case n.follower:
		l.Kind, l.Class, l.ListHost = outbound.KindFollower, outbound.Follower, domainOf(l.From.Email)
		l.Unsubscribe = w.service.options.Unfollow(w.config.Account, w.ticket.ID, h.user.ID)
	case w.isHuman(&h) && !h.user.Role.Staff():
		l.Kind, l.Class, l.CommentUUID = outbound.KindReply, outbound.Human, w.commentUUID()
		if author := w.people[w.comment.Author]; author.Foreign == 0 {
			l.From.Name = author.PublicName() + " (" + l.From.Name + ")"
		}
	case w.audit.Via.Channel == desk.ChannelMail && h.user.ID == w.audit.Author:
		l.Class = outbound.AutoReply
	}
}

// commentUUID names what was said, as shares name it.
func (w *writer) commentUUID() string {
	name := w.service.options.CommentUUID
	if w.comment.UUID != "" || name == nil {
		return w.comment.UUID
	}
	return name(w.config.Account.ID, w.comment.ID)
}

// sender is the address that the ticket came to, else the account's own.
func (w *writer) sender() desk.SupportAddress {
	at := desk.PlainAddress(w.ticket.Recipient)
	for _, a := range w.config.Addresses {
		if a.Address == at {
			return w.named(a)
		}
	}
	if len(w.config.Addresses) > 0 {
		return w.named(w.config.Addresses[0])
	}
	return w.named(desk.SupportAddress{Address: w.defaultAddress()})
}

func (w *writer) named(a desk.SupportAddress) desk.SupportAddress {
	if a.Name == "" {
		a.Name = w.config.Brand.Name
	}
	return a
}

func (w *writer) defaultAddress() string {
	if len(w.config.Addresses) > 0 {
		return w.config.Addresses[0].Address
	}
	host := w.base
	if u, err := url.Parse(w.base); err == nil {
		host = u.Hostname()
	}
	return desk.DefaultAddressName + "@" + host
}

func domainOf(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return domain
}

// maxThread is how many earlier messages a letter refers to.
const maxThread = 10

// thread ties the letter to what the hearers have in their mailboxes.
func (w *writer) thread(l *outbound.Letter) {
	ids := w.received
	if len(ids) > maxThread {
		ids = append([]string{ids[0]}, ids[len(ids)-maxThread+1:]...)
	}
	l.References = append(l.References, ids...)
	l.InReplyTo = l.References[len(l.References)-1]
}

// messageID is the same whenever the letter is made: of the update, the notice and the hearers.
func (w *writer) messageID(to *letterTo) string {
	h := sha256.New()
	fmt.Fprint(h, to.notice.place, to.notice.follower)
	for _, one := range to.hearers {
		fmt.Fprint(h, " ", one.user.ID)
	}
	return w.service.options.Tokens.MessageID(w.config.Account.ID, w.ticket.ID, int64(w.audit.ID), hex.EncodeToString(h.Sum(nil)[:8]), domainOf(w.sender().Address))
}

// addFiles sends what was just said with its files, and shows its pictures where they stand.
func (w *writer) addFiles(to *letterTo, l *outbound.Letter) {
	if w.comment == nil || !w.comment.Public && !to.staff() || w.isReflected(to) {
		return
	}
	for _, a := range w.comment.Attachments {
		if !w.isPart(w.comment, &a) {
			continue
		}
		id := fmt.Sprintf("p%d@%s", a.ID, domainOf(l.From.Email))
		if shown := regexp.MustCompile(`src="[^"]*/attachments/token/` + regexp.QuoteMeta(a.Token) + `/[^"]*"`); a.Inline && shown.MatchString(l.HTML) {
			l.HTML = shown.ReplaceAllString(l.HTML, `src="cid:`+id+`"`)
			if l.Pictures == nil {
				l.Pictures = map[string]desk.Attachment{}
			}
			l.Pictures[id] = a
			continue
		}
		l.Files = append(l.Files, a)
	}
}

// suppressed are letters that some do not get, with the reason.
func (w *writer) suppressed(notices []notice) (out []suppression) {
	for i := range notices {
		for _, h := range notices[i].hearers {
			if h.cause == "" {
				continue
			}
			l := w.blank(&notices[i], h)
			l.Subject, _, _ = w.write(&letterTo{&notices[i], []hearer{h}})
			out = append(out, suppression{l, h})
		}
	}
	return slices.Clip(out)
}

type suppression struct {
	letter *outbound.Letter
	hearer hearer
}
