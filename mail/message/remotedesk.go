package message

import (
	"net/url"
	"regexp"
	"strings"
)

// The kinds of help desks and trackers that can be told by their mail.
const (
	Interdesk  = "interdesk"
	Zendesk    = "zendesk"
	RT         = "rt"
	OTRS       = "otrs" // with its descendants, Znuny and OTOBO
	Zammad     = "zammad"
	Freshdesk  = "freshdesk"
	HelpScout  = "helpscout"
	OSTicket   = "osticket"
	Kayako     = "kayako"
	Jira       = "jira"
	ServiceNow = "servicenow"
	Salesforce = "salesforce"
	Intercom   = "intercom"
	FrontApp   = "front"
	ZohoDesk   = "zohodesk"
	GLPI       = "glpi"
	Redmine    = "redmine"
)

// RemoteDesk is another help desk that wrote a message.
type RemoteDesk struct {
	Kind      string
	URL       string // where it can be reached, if the message tells: https://acme.zendesk.com
	AccountID string // its own word for itself, if it has one
	Ticket    string // its number of the ticket; empty if the message does not tell
	Comment   string // an Interdesk's name of the comment that the message is, by which a share names it too; empty: none
	Header    string // the evidence, "Name: value"
	Automatic bool   // it says so much itself, or the words are its acknowledgement: no person there has read anything yet
}

// The header fields that Interdesk puts on what it sends, so that two of them know each other.
const (
	InstanceHeader = "X-Interdesk-Instance" // https://acme.example; v=1
	TicketHeader   = "X-Interdesk-Ticket"   // the number of the ticket there
	CommentHeader  = "X-Interdesk-Comment"  // the comment's uuid, as shares name it: what comes by both ways is one comment
)

// sign is how a desk can be told: a field that is there, or whose value fits.
type sign struct {
	kind, header string
	value        *regexp.Regexp // nil: any
}

func fits(kind, header, value string) sign {
	s := sign{kind: kind, header: header}
	if value != "" {
		s.value = regexp.MustCompile("(?i)" + value)
	}
	return s
}

// signs are in order of how sure they are. What a forwarding server may add is not among them.
var signs = []sign{
	fits(Interdesk, InstanceHeader, `^https?://`),
	fits(Zendesk, "X-Zendesk-From-Account-Id", ""), fits(Zendesk, "X-Zendesk-Email-Id", ""), fits(Zendesk, "X-Zendesk-Message-Id", ""),
	fits(Zendesk, "X-Mailer", `^zendesk mailer`), fits(Zendesk, "Message-Id", `_sprut@zendesk\.com|@[a-z0-9-]+\.zendesk\.com`),
	fits(RT, "Rt-Ticket", ""), fits(RT, "X-Rt-Loop-Prevention", ""), fits(RT, "X-Managed-By", `^rt \d`), fits(RT, "Managed-By", `^rt \d`), fits(RT, "Message-Id", `^<rt-\d`),
	fits(Zammad, "X-Powered-By", `zammad`), fits(Zammad, "X-Mailer", `zammad`), fits(Zammad, "X-Zammad-Article-Id", ""), fits(Zammad, "X-Zammad-Fqdn", ""), fits(Zammad, "X-Zammad-Ticket-Id", ""),
	fits(OTRS, "X-Otrs-Loop", ""), fits(OTRS, "X-Powered-By", `otrs|znuny|otobo`), fits(OTRS, "X-Mailer", `otrs|znuny|otobo`), fits(OTRS, "X-Znuny-Loop", ""),
	fits(Freshdesk, "X-Freshdesk-Ticket-Id", ""), fits(Freshdesk, "X-Fd-Ticket-Id", ""), fits(Freshdesk, "X-Mailer", `freshdesk`),
	fits(Freshdesk, "Message-Id", `@[a-z0-9.-]*(freshdesk\.com|freshemail\.io)`),
	fits(HelpScout, "X-Helpscout-Conversation", ""), fits(HelpScout, "X-Helpscout-Origin", ""), fits(HelpScout, "X-Mailer", `help ?scout`), fits(HelpScout, "Message-Id", `@[a-z0-9.-]*helpscout\.net`),
	fits(OSTicket, "X-Mailer", `osticket`), fits(Kayako, "X-Mailer", `kayako`), fits(Kayako, "X-Kayako-Ticket", ""),
	fits(Jira, "X-Jira-Fingerprint", ""), fits(Jira, "Message-Id", `@atlassian\.(jira|net)`),
	fits(ServiceNow, "X-Servicenow-Generated", ""), fits(ServiceNow, "X-Servicenow-Source", ""), fits(ServiceNow, "X-Servicenow-Sysemail", ""),
	fits(Salesforce, "X-Sfdc-Lk", ""), fits(Intercom, "X-Intercom-Bin", ""), fits(Intercom, "Message-Id", `@[a-z0-9.-]*intercom(-mail)?\.(com|io)`),
	fits(FrontApp, "X-Front-Id", ""), fits(FrontApp, "Message-Id", `@[a-z0-9.-]*frontapp\.com`),
	fits(ZohoDesk, "Message-Id", `@[a-z0-9.-]*zohodesk\.(com|eu|in)`), fits(ZohoDesk, "X-Zohodesk-Ticket-Id", ""),
	fits(GLPI, "X-Mailer", `^glpi`), fits(GLPI, "Message-Id", `^<glpi[_-]`), fits(Redmine, "X-Redmine-Host", ""), fits(Redmine, "X-Mailer", `^redmine`),
}

// hosted are the desks that run at addresses of their maker.
var hosted = []struct{ kind, suffix string }{
	{Zendesk, ".zendesk.com"}, {Freshdesk, ".freshdesk.com"}, {Freshdesk, ".freshemail.io"}, {ZohoDesk, ".zohodesk.com"},
	{ZohoDesk, ".zohodesk.eu"}, {HelpScout, ".helpscoutapp.com"}, {ServiceNow, ".service-now.com"}, {Jira, ".atlassian.net"},
}

// RemoteDesk tells whether another help desk sent the message.
func (m *Message) RemoteDesk() (RemoteDesk, bool) {
	d, ok := m.deskBySigns()
	if !ok {
		if d, ok = m.deskByAddress(); !ok {
			return RemoteDesk{}, false
		}
	}
	m.describeDesk(&d)
	d.Automatic = m.isAcknowledgement(d.Kind)
	return d, true
}

func (m *Message) deskBySigns() (RemoteDesk, bool) {
	for _, s := range signs {
		raw := m.rawHeader(s.header)
		if !m.HasHeader(s.header) || s.value != nil && !s.value.MatchString(raw) {
			continue
		}
		return RemoteDesk{Kind: s.kind, Header: s.header + ": " + cutRunes(m.Header(s.header), 200)}, true
	}
	return RemoteDesk{}, false
}

func (m *Message) deskByAddress() (RemoteDesk, bool) {
	for _, a := range append([]Address{m.From}, m.ReplyTo...) {
		for _, h := range hosted {
			if strings.HasSuffix("."+a.Domain(), h.suffix) {
				return RemoteDesk{Kind: h.kind, Header: "From: " + a.Email}, true
			}
		}
	}
	return RemoteDesk{}, false
}

// describeDesk adds what the message tells of the desk: where it is, who, and its number of the ticket.
func (m *Message) describeDesk(d *RemoteDesk) {
	d.URL = m.hostedURL(d.Kind)
	switch d.Kind {
	case Interdesk:
		d.URL, d.Ticket = instanceURL(m.Header(InstanceHeader)), plainToken(m.Header(TicketHeader))
		d.Comment = commentUUID.FindString(m.Header(CommentHeader))
	case Zendesk:
		d.AccountID = plainToken(m.Header("X-Zendesk-From-Account-Id"))
	case RT:
		m.describeRT(d)
	case Zammad:
		d.Ticket, d.URL = plainToken(m.Header("X-Zammad-Ticket-Id")), hostURL(m.Header("X-Zammad-Fqdn"))
	case Freshdesk:
		d.Ticket = plainToken(firstText(m.Header("X-Freshdesk-Ticket-Id"), m.Header("X-Fd-Ticket-Id")))
	case Redmine:
		d.URL, d.Ticket = hostURL(m.Header("X-Redmine-Host")), plainToken(m.Header("X-Redmine-Issue-Id"))
	case ZohoDesk:
		d.Ticket = plainToken(m.Header("X-Zohodesk-Ticket-Id"))
	}
	if d.Ticket == "" {
		d.Ticket = m.ticketInWords(d.Kind)
	}
}

// commentUUID is what an Interdesk calls a comment that it made itself.
var commentUUID = regexp.MustCompile(`^[0-9a-f]{40}$`)

// rtTicket is "example.com #123".
var rtTicket = regexp.MustCompile(`^(.*?)\s*#(\d{1,12})\s*$`)

func (m *Message) describeRT(d *RemoteDesk) {
	if found := rtTicket.FindStringSubmatch(m.Header("RT-Ticket")); found != nil {
		d.AccountID, d.Ticket = cutRunes(found[1], MaxName), found[2]
	}
	if d.AccountID == "" {
		d.AccountID = cutRunes(m.Header("X-RT-Loop-Prevention"), MaxName)
	}
}

func (m *Message) hostedURL(kind string) string {
	for _, a := range append([]Address{m.From}, m.ReplyTo...) {
		for _, h := range hosted {
			if h.kind == kind && strings.HasSuffix("."+a.Domain(), h.suffix) && h.suffix != ".freshemail.io" {
				return "https://" + a.Domain()
			}
		}
	}
	return ""
}

// instanceURL reads "https://acme.example; v=1".
func instanceURL(value string) string {
	address, _, _ := strings.Cut(value, ";")
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		return ""
	}
	return u.Scheme + "://" + strings.ToLower(u.Host)
}

func hostURL(host string) string {
	host = strings.ToLower(strings.TrimSpace(host))
	if host == "" || strings.ContainsAny(host, " /@?#<>\"") {
		return ""
	}
	return "https://" + host
}

// plainToken is a word that can be shown and stored as a number of a ticket.
func plainToken(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 64 || strings.ContainsAny(s, " <>\"'") {
		return ""
	}
	return s
}

// numbersInWords are how desks write the number of a ticket in subjects.
var numbersInWords = map[string]*regexp.Regexp{
	RT:         regexp.MustCompile(`\[[^\]\[]{1,80}#(\d{1,12})\]`),
	OTRS:       regexp.MustCompile(`(?i)\[?ticket#:?\s?(\d{3,20})\]?`),
	Zammad:     regexp.MustCompile(`(?i)\[?ticket#:?\s?(\d{3,20})\]?`),
	Zendesk:    regexp.MustCompile(`(?i)(?:ticket|request|case|anfrage|demande|solicitud|richiesta)\s*\(?#\s?(\d{1,12})\b|\(#(\d{1,12})\)`),
	Freshdesk:  regexp.MustCompile(`(?i)\[#(\d{1,12})\]|ticket\s*(?:id)?\s*[#:]\s*(\d{1,12})\b`),
	OSTicket:   regexp.MustCompile(`(?i)\[#([0-9A-Z-]{4,20})\]`),
	Kayako:     regexp.MustCompile(`\[#?([A-Z]{3}-\d{3}-\d{5}|\d{1,12})\]`),
	Jira:       regexp.MustCompile(`\b([A-Z][A-Z0-9]{1,9}-\d{1,9})\b`),
	ServiceNow: regexp.MustCompile(`\b((?:INC|REQ|RITM|CHG|PRB|CS|TASK|SCTASK)\d{7,10})\b`),
	Salesforce: regexp.MustCompile(`(?i)case\s*(?:number)?\s*[#:]?\s*(\d{6,10})\b|\[?\s*(ref:[!_][0-9a-z._!]{5,60}:ref)`),
	GLPI:       regexp.MustCompile(`\[GLPI #(\d{1,12})\]`),
	ZohoDesk:   regexp.MustCompile(`(?i)\[?##?\s?(\d{1,12})\s?##?\]?`),
	Redmine:    regexp.MustCompile(`#(\d{1,12})\]`),
	HelpScout:  regexp.MustCompile(`(?i)(?:conversation|ticket)\s*#\s?(\d{1,12})\b|\[#(\d{1,12})\]`),
	Interdesk:  regexp.MustCompile(`(?i)ticket\s*#\s?(\d{1,12})\b`),
}

// maxNumberSearch is how much of the words is looked through for their number.
const maxNumberSearch = 4000

// ticketInWords looks in the subject first and then where the words begin.
func (m *Message) ticketInWords(kind string) string {
	re := numbersInWords[kind]
	if re == nil {
		return ""
	}
	for _, words := range []string{m.Subject, cutRunes(m.Text, maxNumberSearch)} {
		if found := re.FindStringSubmatch(words); found != nil {
			return firstText(found[1:]...)
		}
	}
	return ""
}

func firstText(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// acknowledgements are how desks begin the subject or the words of what they send by themselves when a ticket is made.
var acknowledgements = regexp.MustCompile(`(?i)^\s*(\[request received\]|auto-?reply:|\[[^\]]*#\d+\]\s*auto-?reply|request received|ticket received|we(?:'| ha)ve received your (?:request|email|ticket|message)|your request \(?#?\d*\)? ?has been received|your ticket has been (?:created|received)|thank you for (?:contacting|your (?:request|e-?mail|message))|this is an automat|ihre anfrage .{0,40}ist (?:bei uns )?eingegangen|votre demande .{0,40}a (?:bien )?été reçue|su solicitud .{0,40}ha sido recibida|la tua richiesta .{0,40}è stata ricevuta)`)

// isAcknowledgement decides what automatic headers alone cannot: most desks mark what their agents write as automatic too.
func (m *Message) isAcknowledgement(kind string) bool {
	auto, _, _ := strings.Cut(strings.ToLower(m.Header("Auto-Submitted")), ";")
	auto = strings.TrimSpace(auto)
	if kind == Interdesk {
		return auto != "" && auto != "no"
	}
	if auto == "auto-replied" {
		return true
	}
	return acknowledgements.MatchString(answerMark.ReplaceAllString(m.Subject, "")) || acknowledgements.MatchString(firstWords(m.Text))
}

// firstWords are the first lines of a text behind a greeting and the line above which one is to answer.
func firstWords(text string) string {
	for line := range strings.Lines(cutRunes(text, maxNumberSearch)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "##") || strings.HasSuffix(line, ",") && len(line) < 60 {
			continue
		}
		return line
	}
	return ""
}
