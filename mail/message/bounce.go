package message

import (
	"bufio"
	"bytes"
	"net/textproto"
	"regexp"
	"strings"
)

// BounceKind sorts what a mail server says of a mail of ours.
type BounceKind string

// The kinds of bounces, by what is to be done about the address.
const (
	BounceUnknown  BounceKind = "unknown_address" // there is no such mailbox or domain
	BounceFull     BounceKind = "mailbox_full"
	BounceRefused  BounceKind = "refused" // by a rule, a list, or as spam
	BounceTooLarge BounceKind = "too_large"
	BounceDelayed  BounceKind = "delayed" // still being tried
	BounceRelay    BounceKind = "network" // the server could not be reached
	BounceOther    BounceKind = "other"
)

// Bounce is one answer of a mail server about a mail of ours.
type Bounce struct {
	Kind       BounceKind
	Permanent  bool   // the address takes no mail until somebody mends it; false: it may yet arrive, or another mail may
	Recipient  string // the address that was not reached, in lower case
	MessageID  string // of the mail that came back, without <>; empty if the server does not tell
	Status     string // 5.1.1 (RFC 3463)
	Diagnostic string // the other server's words, for people
	Delivered  bool   // a success report: it did arrive
}

// Bounce reads a delivery report, be it as the standard says (RFC 3464) or in the words of a server that knows none.
func (m *Message) Bounce() (Bounce, bool) {
	all := m.Bounces()
	return firstOf(all), len(all) > 0
}

// MaxBounces bounds the recipients of one report.
const MaxBounces = 100

// Bounces are all recipients of a delivery report.
func (m *Message) Bounces() []Bounce {
	if m.report != nil && m.report.status != nil {
		return m.standardBounces()
	}
	if b, ok := m.wordsBounce(); ok {
		return []Bounce{b}
	}
	return nil
}

// standardBounces reads message/delivery-status: a group of fields for the message, then one for each recipient.
func (m *Message) standardBounces() []Bounce {
	original := m.originalID()
	var all []Bounce
	for _, group := range fieldGroups(m.report.status) {
		recipient := addressField(group, "Final-Recipient")
		if recipient == "" {
			recipient = addressField(group, "Original-Recipient")
		}
		if group.Get("Action") == "" && recipient == "" || len(all) == MaxBounces {
			continue
		}
		all = append(all, bounceOf(group, recipient, original))
	}
	return all
}

func bounceOf(group textproto.MIMEHeader, recipient, original string) Bounce {
	b := Bounce{
		Recipient: recipient, MessageID: original, Status: statusCode(group.Get("Status")),
		Diagnostic: cutRunes(decodeHeader(afterType(group.Get("Diagnostic-Code"))), maxDiagnostic),
	}
	if b.Status == "" || b.Status == "5.0.0" || b.Status == "5.5.0" {
		if better := statusCode(b.Diagnostic); better != "" {
			b.Status = better
		}
	}
	switch action := strings.ToLower(strings.TrimSpace(group.Get("Action"))); action {
	case "delivered", "relayed", "expanded":
		b.Delivered, b.Kind = true, BounceOther
	case "delayed":
		b.Kind = BounceDelayed
	default:
		b.sort()
	}
	return b
}

const maxDiagnostic = 1000

// sort finds the kind by status and words, and whether the address itself is at fault.
func (b *Bounce) sort() {
	b.Kind = kindByWords(b.Diagnostic)
	if byStatus := kindByStatus(b.Status); byStatus != BounceOther && (b.Kind == BounceOther || byStatus == BounceUnknown || byStatus == BounceFull) {
		b.Kind = byStatus
	}
	b.Permanent = b.Kind == BounceUnknown || b.Kind == BounceOther && strings.HasPrefix(b.Status, "5.")
}

// kindByStatus reads RFC 3463 and RFC 7505.
func kindByStatus(status string) BounceKind {
	_, code, _ := strings.Cut(status, ".")
	switch code {
	case "1.1", "1.2", "1.3", "1.6", "1.10", "2.1":
		return BounceUnknown
	case "2.2":
		return BounceFull
	case "2.3", "3.4":
		return BounceTooLarge
	case "4.1", "4.2", "4.3", "4.4", "4.6", "4.7":
		return BounceRelay
	}
	if strings.HasPrefix(code, "7.") {
		return BounceRefused
	}
	return BounceOther
}

// bounceWords are what servers say, in the order in which they are to be believed.
var bounceWords = []struct {
	kind  BounceKind
	words *regexp.Regexp
}{
	{BounceFull, regexp.MustCompile(`(?i)over ?quota|quota exceeded|mailbox (is )?full|exceed(s|ed) (the )?(storage|quota)|insufficient (disk|storage)|out of storage|postfach ist voll|boîte .{0,20}pleine|буфер|переполнен`)},
	{BounceUnknown, regexp.MustCompile(`(?i)user (is )?unknown|unknown (user|recipient|mailbox)|no such (user|recipient|mailbox|address|person)|does(n't| not) exist|recipient (address )?rejected: (user|undeliverable)|(user|address|recipient|mailbox) (was )?not found|mailbox (is )?(unavailable|not available|disabled|inactive)|invalid (recipient|mailbox|address)|account (has been |is )?(disabled|closed|suspended)|host (or domain name )?not found|domain .{0,60}(not found|does not)|nxdomain|name or service not known|not listed in|user doesn.t have|unbekannte|n'existe pas|no existe|non esiste|не существует`)},
	{BounceTooLarge, regexp.MustCompile(`(?i)too (big|large)|size (limit|exceed)|exceeds .{0,30}size|message size`)},
	{BounceRefused, regexp.MustCompile(`(?i)spam|blacklist|block(ed|list)|policy|denied|rejected|not permitted|unauthenticated|dmarc|spf |dkim|reputation|not authori[sz]ed|banned`)},
	{BounceRelay, regexp.MustCompile(`(?i)timed? ?out|connection (refused|reset|lost)|could not connect|no route|unreachable|too many hops|retry time|loops? back|mail loop|network error|unable to (connect|relay)|greylist|try again`)},
}

func kindByWords(text string) BounceKind {
	for _, w := range bounceWords {
		if w.words.MatchString(text) {
			return w.kind
		}
	}
	return BounceOther
}

var statusInText = regexp.MustCompile(`(?:^|[^0-9.])([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:[^0-9.]|\.?$|\. )`)

func statusCode(text string) string {
	if found := statusInText.FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return ""
}

// afterType cuts the type of a field: "smtp; 550 no such user".
func afterType(value string) string {
	kind, rest, ok := strings.Cut(value, ";")
	if !ok || strings.ContainsAny(strings.TrimSpace(kind), " ") {
		return strings.TrimSpace(value)
	}
	return strings.TrimSpace(rest)
}

func addressField(group textproto.MIMEHeader, name string) string {
	return strings.ToLower(cleanEmail(afterType(group.Get(name))))
}

// fieldGroups reads blocks of fields with empty lines between them.
func fieldGroups(data []byte) []textproto.MIMEHeader {
	var groups []textproto.MIMEHeader
	text := strings.TrimSpace(unixLines(string(data)))
	for _, block := range regexp.MustCompile(`\n[ \t]*\n+`).Split(text, MaxBounces+2) {
		r := textproto.NewReader(bufio.NewReader(strings.NewReader(block + "\n\n")))
		fields, err := r.ReadMIMEHeader()
		if len(fields) > 0 || err == nil {
			groups = append(groups, fields)
		}
	}
	return groups
}

// originalID finds the id of the mail that came back.
func (m *Message) originalID() string {
	if m.report != nil && len(m.report.original) > 0 {
		if id := idIn(m.report.original); id != "" {
			return id
		}
	}
	for _, f := range m.Files {
		if f.ContentType == "message/rfc822" || f.ContentType == "text/rfc822-headers" {
			if id := idIn(f.Data); id != "" {
				return id
			}
		}
	}
	if len(m.InReplyTo) > 0 {
		return m.InReplyTo[0]
	}
	if id := idIn([]byte(m.Text)); id != "" {
		return id
	}
	return firstOf(newest(m.References, 1))
}

var idLine = regexp.MustCompile(`(?im)^[>\s]*message-id:\s*<([^<>\s]{3,998})>`)

func idIn(text []byte) string {
	if found := idLine.FindSubmatch(bytes.ReplaceAll(text[:min(len(text), MaxHeader)], []byte("\r\n"), []byte("\n"))); found != nil {
		return string(found[1])
	}
	return ""
}

var (
	bounceSenders  = regexp.MustCompile(`(?i)^(mailer-?daemon|postmaster|mail-?daemon|maildelivery|mdaemon|microsoftexchange[0-9a-f]{32}|double-bounce)$`)
	bounceSubjects = regexp.MustCompile(`(?i)(undeliver|delivery (status notification|failure|has failed|report|problem|incomplete|delayed)|returned mail|failure notice|mail (delivery|system) (failed|failure|error|problem)|mail delivery|message (could not|not) be? ?deliver|non.?deliver|warning: (could not send|message)|unzustellbar|nicht zugestellt|non remis|échec de (la )?remise|no se puede entregar|no entregado|mancato recapito|recapito non riuscito|não entregue|falha na entrega|niet bezorgd|onbestelbaar|niedostarcz|недоставлен|не доставлен|配信不能|退信|系统退信|배달되지|não foi possível entregar|impossibile recapitare)`)

	failedRecipients = regexp.MustCompile(`(?i)(?:<|^|[\s:;"(])([a-z0-9._%+=/-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:[>\s:;",)]|$)`)
)

// wordsBounce reads reports of servers that write for people only (qmail, Exim, old Exchange, Yahoo, sendmail): the sender
// is a mail system, the subject says it, and the words name the address.
func (m *Message) wordsBounce() (Bounce, bool) {
	isReport := m.report != nil || m.HasHeader("X-Failed-Recipients") || strings.Contains(strings.ToLower(m.rawHeader("Content-Type")), "report-type=delivery-status")
	sender := bounceSenders.MatchString(m.From.Local()) || m.From.Email == "" || m.sentToNobody()
	if !(sender && bounceSubjects.MatchString(m.Subject)) && !(isReport && sender && !m.isReceiptReport()) {
		return Bounce{}, false
	}
	words, _, _ := cutOriginal(m.Text)
	b := Bounce{Recipient: m.failedRecipient(words), MessageID: m.originalID(), Status: statusCode(words)}
	b.Diagnostic = cutRunes(diagnosticIn(words, b.Recipient), maxDiagnostic)
	b.sort()
	if b.Kind == BounceOther {
		b.Kind = kindByWords(words)
		b.Permanent = b.Kind == BounceUnknown
	}
	if delayedWords.MatchString(m.Subject) || delayedWords.MatchString(cutRunes(words, 600)) && !strings.HasPrefix(b.Status, "5.") {
		b.Kind, b.Permanent = BounceDelayed, false
	}
	return b, true
}

var delayedWords = regexp.MustCompile(`(?i)delayed|still being retried|will (be retried|keep trying|continue to try)|do not need to resend|warning message only|verzögert|noch nicht zugestellt`)

func (m *Message) isReceiptReport() bool {
	return m.report != nil && m.report.kind != "" && !strings.Contains(m.report.kind, "delivery-status")
}

func (m *Message) failedRecipient(words string) string {
	if a := firstOf(ParseAddresses(m.Header("X-Failed-Recipients"))); a.Email != "" {
		return strings.ToLower(a.Email)
	}
	own := map[string]bool{strings.ToLower(m.From.Email): true}
	for _, a := range m.To {
		own[strings.ToLower(a.Email)] = true
	}
	for _, found := range failedRecipients.FindAllStringSubmatch(words, 20) {
		email := strings.ToLower(found[1])
		if !own[email] && !bounceSenders.MatchString(Address{Email: email}.Local()) && cleanEmail(email) != "" {
			return email
		}
	}
	return ""
}

var originalMark = regexp.MustCompile(`(?im)^[\s>]*(-{2,}.{0,60}(below this line|copy of (the|your) message|original message|this is a copy|returned message|headers?).{0,60}|received: from .*|return-path: .*)$`)

// cutOriginal separates what the server says from the mail that it sends back.
func cutOriginal(text string) (words, original string, ok bool) {
	at := originalMark.FindStringIndex(text)
	if at == nil {
		return text, "", false
	}
	return text[:at[0]], text[at[0]:], true
}

// diagnosticIn takes the paragraph that names the recipient, or the one with a status, without the server's greetings.
func diagnosticIn(words, recipient string) string {
	best := ""
	for _, paragraph := range strings.Split(words, "\n\n") {
		paragraph = strings.Join(strings.Fields(paragraph), " ")
		switch {
		case statusCode(paragraph) != "" || kindByWords(paragraph) != BounceOther && strings.Contains(strings.ToLower(paragraph), recipient) && recipient != "":
			return paragraph
		case recipient != "" && strings.Contains(strings.ToLower(paragraph), recipient) && best == "":
			best = paragraph
		}
	}
	return best
}
