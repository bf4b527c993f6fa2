package notify

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"time"

	"interdesk/desk"
	"interdesk/mail/outbound"
	"interdesk/rule"
	"interdesk/ticketing"
)

// Bounds of what a template may make, in bytes.
const (
	maxSubject = 255
	maxHTML    = 1 << 20
	maxText    = 512 << 10
)

// letterTo is who a letter is rendered for. All its hearers see the same.
type letterTo struct {
	notice  *notice
	hearers []hearer
}

func (l *letterTo) staff() bool { return l.hearers[0].user.Role.Staff() }

// writer renders the letters of one update.
type writer struct {
	*update
	service *Service
	base    string // the account's address
	now     time.Time
}

// isReflected: whoever wrote may not be whose address it is. What they wrote does not go there, or anybody could send anything
// to anybody in our name (rules.md §4.5).
func (w *writer) isReflected(to *letterTo) bool {
	return w.created && !to.staff() && !w.audit.Via.Trusted()
}

func (w *writer) values(to *letterTo) *rule.PlaceholderValues {
	staff := to.staff()
	t := w.ticket
	v := &rule.PlaceholderValues{Config: w.config, Ticket: &t, Requester: w.people[t.Requester], Assignee: w.people[t.Assignee],
		Submitter: w.people[t.Submitter], CurrentUser: w.people[w.audit.Author], Organizations: w.houses, LinkNumbers: true, Now: w.now,
		EncodedID: w.service.options.Tokens.Marker(w.config.Account.ID, t.ID), URL: w.link(staff), Location: locationOf(to.hearers[0].user)}
	if to.notice != nil && len(to.hearers) == 1 && to.hearers[0].user.ID == t.Requester && asksForRating(to.notice.body) {
		v.RatingURL = w.service.options.Rating(w.config.Account, t.ID, t.Requester)
	}
	for _, id := range t.EmailCCs {
		v.CCs = append(v.CCs, w.people[id])
	}
	for i := range w.comments {
		if c := &w.comments[i]; staff || c.Public {
			v.Comments = append(v.Comments, w.commentFor(c, to))
		}
	}
	if !staff && len(w.comments) > 0 {
		v.HideDescription = t.CommentCount <= maxHistory && !w.comments[len(w.comments)-1].Public
		v.Assignee.Name, v.CurrentUser.Name = v.Assignee.PublicName(), v.CurrentUser.PublicName()
	}
	if !staff {
		v.Requester, v.Submitter, v.CurrentUser = w.asCustomerSees(v.Requester), w.asCustomerSees(v.Submitter), w.asCustomerSees(v.CurrentUser)
	}
	if w.isReflected(to) {
		v.Comments, v.HideDescription, t.Subject = nil, true, fmt.Sprintf("Request %d", t.ID)
	}
	return v
}

func locationOf(u desk.User) *time.Location {
	if u.TimeZone == "" {
		return nil
	}
	l, err := time.LoadLocation(u.TimeZone)
	if err != nil {
		return nil
	}
	return l
}

// link is where a hearer finds the ticket.
func (w *writer) link(staff bool) string {
	if staff {
		return fmt.Sprintf("%s/agent/tickets/%d", w.base, w.ticket.ID)
	}
	return fmt.Sprintf("%s/requests/%d", w.base, w.ticket.ID)
}

// asCustomerSees is a person as the portal shows them: whoever works at a partner's desk is the team.
func (w *writer) asCustomerSees(u desk.User) desk.User {
	if u.Foreign != 0 {
		return desk.User{ID: u.ID, Name: w.config.Account.Name, Role: u.Role, Foreign: u.Foreign}
	}
	return u
}

func (w *writer) commentFor(c *desk.Comment, to *letterTo) rule.Comment {
	author := w.people[c.Author]
	outside := w.asCustomerSees(author)
	out := rule.Comment{ID: c.ID, Author: outside.PublicName(), Public: c.Public, Body: c.Body, HTML: w.absolute(c.HTML, to), At: c.CreatedAt}
	if to.staff() {
		out.Author = author.Name
	}
	for i := range c.Attachments {
		if a := &c.Attachments[i]; !a.Inline && (to.notice == nil || !w.isPart(c, a)) { // only letters have files with them
			out.Files = append(out.Files, rule.File{Name: a.FileName, URL: w.fileURL(a, to)})
		}
	}
	return out
}

// isPart tells whether a file goes with the letters: those of what was just said, as far as there is room.
func (w *writer) isPart(c *desk.Comment, a *desk.Attachment) bool {
	if w.comment == nil || c.ID != w.comment.ID {
		return false
	}
	sum := int64(0)
	for i := range c.Attachments {
		b := &c.Attachments[i]
		fits := sum+b.Size <= outbound.MaxParts
		if b.ID == a.ID {
			return fits
		}
		if fits {
			sum += b.Size
		}
	}
	return false
}

// linksLive is how long the links to files in letters open without signing in.
const linksLive = 30 * 24 * time.Hour

// fileURL is where the hearer, who need not sign in, gets a file.
func (w *writer) fileURL(a *desk.Attachment, to *letterTo) string {
	return w.base + w.service.options.Files.Link(w.config.Account.ID, *a, to.hearers[0].user.ID, linksLive)
}

// ownPlace finds where HTML leads to a place of the account itself, without naming its host.
var ownPlace = regexp.MustCompile(`((?:href|src)=")(/[^/"][^"]*")`)

// absolute has links of our own lead here from a mailbox, too.
func (w *writer) absolute(page string, to *letterTo) string {
	page = w.service.options.Files.SignLinks(page, w.base, w.config.Account.ID, to.hearers[0].user.ID, linksLive)
	return ownPlace.ReplaceAllString(page, "${1}"+strings.ReplaceAll(w.base, "$", "$$")+"${2}")
}

// looksHTML tells a template that is written in HTML from plain text.
var looksHTML = regexp.MustCompile(`(?i)</?(?:p|br|div|a|b|i|u|em|strong|span|table|tr|td|h[1-6]|ul|ol|li|img|hr|blockquote|pre)(?:\s[^<>]*)?/?>`)

// content fills a template for mail: as HTML and as text.
func content(template string, v *rule.PlaceholderValues) (page, text string) {
	if looksHTML.MatchString(template) {
		page = rule.Fill(template, v, rule.HTML, maxHTML)
		return page, ticketing.PlainText(page)
	}
	return rule.Fill(template, v, rule.TextHTML, maxHTML), strings.TrimSpace(rule.Fill(template, v, rule.Plain, maxText))
}

// write makes the words of a letter.
func (w *writer) write(to *letterTo) (subject, page, text string) {
	v := w.values(to)
	subject = rule.Fill(to.notice.subject, v, rule.Plain, maxSubject)
	if strings.TrimSpace(subject) == "" {
		subject = fmt.Sprintf("[%s] Request %d", w.config.Account.Name, w.ticket.ID)
	}
	f := frame{brand: w.config.Brand.Name, marker: v.EncodedID, accent: accentColor(w.config.Account.Accent()), replies: true}
	f.html, f.text = content(to.notice.body, v)
	w.addLargeFiles(to, &f)
	f.footerHTML, f.footerText = w.footer(to)
	page, text = LayoutOf(w.config.Account).render(f)
	return subject, page, text
}

// LayoutOf is an account's frame of letters.
func LayoutOf(a desk.Account) Layout { return Layout{a.Settings.MailHTML, a.Settings.MailText} }

// addLargeFiles names the files of what was just said that are too much for the letter, where the template does not.
func (w *writer) addLargeFiles(to *letterTo, f *frame) {
	if w.comment == nil || !w.comment.Public && !to.staff() || w.isReflected(to) {
		return
	}
	for i := range w.comment.Attachments {
		a := &w.comment.Attachments[i]
		link := w.fileURL(a, to)
		if a.Inline || w.isPart(w.comment, a) || strings.Contains(f.text, link) {
			continue
		}
		f.text += "\n\nAttachment: " + a.FileName + " - " + link
		f.html += `<p>&#128206; <a href="` + html.EscapeString(link) + `">` + html.EscapeString(a.FileName) + `</a></p>`
	}
}

// footer says what a letter is about and what an answer does.
func (w *writer) footer(to *letterTo) (page, text string) {
	link := w.link(to.staff())
	sentence := "Answer this message to add to your request."
	switch {
	case to.notice.follower:
		sentence = "You get this because you follow the request. An answer is added to it."
	case to.staff():
		sentence = "An answer to this message is added to the request."
	}
	number := fmt.Sprintf("%s, request #%d", w.config.Brand.Name, w.ticket.ID)
	page = html.EscapeString(sentence) + `<br><a href="` + html.EscapeString(link) + `" style="color:inherit">` + html.EscapeString(number) + `</a>`
	text = sentence + "\n" + number + ": " + link
	if to.notice.follower {
		stop := w.service.options.Unfollow(w.config.Account, w.ticket.ID, to.hearers[0].user.ID)
		page += ` &middot; <a href="` + html.EscapeString(stop) + `" style="color:inherit">Stop following</a>`
		text += "\nStop following: " + stop
	}
	return page, text
}
