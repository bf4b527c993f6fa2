package tracker

import (
	"fmt"
	"regexp"
	"strings"

	"interdesk/sharing"
	"interdesk/sharing/wire"
)

// Marks are HTML comments, which trackers keep and do not show: of the ticket in the text of its issue, of a comment in its own,
// of the end of a share in its last word.
const (
	markTicket  = "ticket"
	markComment = "comment"
	markEnd     = "end"
)

func mark(kind, uuid string) string { return "<!-- interdesk:" + kind + " " + uuid + " -->" }

var marks = regexp.MustCompile(`<!-- interdesk:([a-z]+) ([0-9A-Za-z_-]{6,80}) -->`)

// markIn is the uuid in the last mark of a kind; "": there is none.
func markIn(body, kind string) string {
	found := ""
	for _, m := range marks.FindAllStringSubmatch(body, -1) {
		if m[1] == kind {
			found = m[2]
		}
	}
	return found
}

// What in a text would act at a tracker: @name calls somebody, #1 and !1 leave a link at another issue, a line that begins with a
// command is carried out at GitLab with the rights of our token, and a mark would pass for one of ours. A space without width
// takes the meaning and leaves the look.
var (
	mention   = regexp.MustCompile(`(^|[^0-9A-Za-z_])@([0-9A-Za-z_])`)
	reference = regexp.MustCompile(`([#!&])([0-9])`)
	command   = regexp.MustCompile(`(?m)^(\s*)/([a-z])`)
	address   = regexp.MustCompile(`https?://[0-9A-Za-z.-]+(:[0-9]+)?(/[^\s@<>]*)?`) // means nothing but itself
)

const noWidth = "\u200b"

// harmless is a text that does nothing at a tracker but be read.
func harmless(text string) string {
	text = strings.ReplaceAll(text, "<!--", "<"+noWidth+"!--")
	text = command.ReplaceAllString(text, "${1}"+noWidth+"/${2}")
	var out strings.Builder
	from := 0
	for _, at := range address.FindAllStringIndex(text, -1) {
		out.WriteString(withoutNames(text[from:at[0]]) + text[at[0]:at[1]])
		from = at[1]
	}
	out.WriteString(withoutNames(text[from:]))
	return out.String()
}

func withoutNames(text string) string {
	text = mention.ReplaceAllString(text, "${1}@"+noWidth+"${2}")
	return reference.ReplaceAllString(text, "${1}"+noWidth+"${2}")
}

// maxText is how many bytes of a comment go out. GitHub takes 65536 characters with all that we add.
const maxText = 60_000

const cutWords = "\n\n[The rest of this comment is too long for the tracker.]"

// titleOf is a subject as a title: one line of at most 250 characters, as all kinds of tracker take it.
func titleOf(subject string) string {
	return sharing.Shorten(harmless(strings.Join(strings.Fields(subject), " ")), 250)
}

// issueBody is the text of a new issue: the first comment, where one may leave, and where it comes from.
func issueBody(m *sharing.Message) string {
	var b strings.Builder
	for _, c := range m.Ticket.Comments.Value {
		b.WriteString(words(&c))
		b.WriteString("\n\n")
	}
	fmt.Fprintf(&b, "---\n[Ticket %s](%s/agent/tickets/%s)\n", m.Ticket.OriginalID.Value, strings.TrimSuffix(m.Agreement.LocalURL, "/sharing"), m.Ticket.OriginalID.Value)
	for _, c := range m.Ticket.Comments.Value {
		b.WriteString(mark(markComment, c.UUID) + "\n")
	}
	b.WriteString(mark(markTicket, m.Share.UUID))
	return b.String()
}

func commentBody(c *wire.Comment) string { return words(c) + "\n\n" + mark(markComment, c.UUID) }

// words are a comment with who wrote it and its files. Trackers know no people of ours, so their names stand in the text.
func words(c *wire.Comment) string {
	role := "customer"
	if c.Author.IsAgent() {
		role = "agent"
	}
	if !c.Public.Or(true) {
		role += ", private note"
	}
	body := strings.TrimRight(c.Body, " \n")
	if len(body) > maxText {
		body = strings.ToValidUTF8(body[:maxText], "") + cutWords
	}
	out := "**" + strings.NewReplacer("*", `\*`, "_", `\_`).Replace(harmless(c.Author.Name)) + "** (" + role + "):\n\n" + harmless(body)
	if links := fileLinks(c); links != "" {
		out += "\n\nFiles, for seven days: " + links
	}
	return out
}

// fileLinks names a comment's files by the links that let this partner fetch them.
func fileLinks(c *wire.Comment) string {
	var links []string
	for _, f := range c.Attachments.Value {
		name := strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`).Replace(harmless(f.Filename))
		links = append(links, "["+name+"]("+strings.NewReplacer("(", "%28", ")", "%29").Replace(f.URL)+")")
	}
	return strings.Join(links, ", ")
}

// headOf is the line of a text of ours that says who wrote it.
func headOf(body string) string {
	head, _, found := strings.Cut(body, ":\n\n")
	if !found || !strings.HasPrefix(head, "**") {
		return ""
	}
	return head + ":\n\n"
}

const removedWords = "(This text was made private at the help desk and taken back.)"
