package suspended

import (
	"context"
	"strings"

	"interdesk/desk"
	"interdesk/web/text"
)

// mostWords is how much of a message's text, in bytes, the list looks at: its line shows less.
const mostWords = 300

// firstWords is the beginning of a text on one line.
func firstWords(content string) string {
	cut := strings.ToValidUTF8(content[:min(len(content), mostWords)], "")
	return strings.Join(strings.Fields(cut), " ")
}

// cause is why a message was suspended, in a few words; the message's own reason says more.
func cause(ctx context.Context, c desk.SuspensionCause) string {
	switch c {
	case desk.SuspendSpam:
		return text.T(ctx, "suspended.cause.spam")
	case desk.SuspendAutoMailer, desk.SuspendSystemUser:
		return text.T(ctx, "suspended.cause.machine")
	case desk.SuspendFromNoReply, desk.SuspendToNoReply:
		return text.T(ctx, "suspended.cause.noreply")
	case desk.SuspendVacation:
		return text.T(ctx, "suspended.cause.vacation")
	case desk.SuspendDeliveryFailure:
		return text.T(ctx, "suspended.cause.undelivered")
	case desk.SuspendLoop:
		return text.T(ctx, "suspended.cause.loop")
	case desk.SuspendUnknownUserUpdate, desk.SuspendOtherUserUpdate:
		return text.T(ctx, "suspended.cause.notpart")
	case desk.SuspendUnknownAuthor:
		return text.T(ctx, "suspended.cause.unknown")
	case desk.SuspendBlank:
		return text.T(ctx, "suspended.cause.blank")
	case desk.SuspendBlocked:
		return text.T(ctx, "suspended.cause.blocked")
	case desk.SuspendNotAllowed:
		return text.T(ctx, "suspended.cause.notallowed")
	case desk.SuspendFromSupportAddress:
		return text.T(ctx, "suspended.cause.own")
	case desk.SuspendFromHelpDesk:
		return text.T(ctx, "suspended.cause.desk")
	case desk.SuspendMalware:
		return text.T(ctx, "suspended.cause.malware")
	case desk.SuspendAuthentication:
		return text.T(ctx, "suspended.cause.unproved")
	case desk.SuspendTooManyRecipients:
		return text.T(ctx, "suspended.cause.recipients")
	}
	return text.T(ctx, "suspended.cause.unreadable")
}

// from is who wrote a message, in a word.
func from(ctx context.Context, s *desk.SuspendedTicket) string {
	switch {
	case s.AuthorName != "":
		return s.AuthorName
	case s.AuthorEmail != "":
		return s.AuthorEmail
	}
	return text.T(ctx, "suspended.nobody")
}

// sender is who wrote a message, with the address.
func sender(ctx context.Context, s *desk.SuspendedTicket) string {
	if s.AuthorName != "" && s.AuthorEmail != "" && s.AuthorName != s.AuthorEmail {
		return s.AuthorName + " <" + s.AuthorEmail + ">"
	}
	return from(ctx, s)
}

func subject(ctx context.Context, s *desk.SuspendedTicket) string {
	if s.Subject == "" {
		return text.T(ctx, "suspended.nosubject")
	}
	return s.Subject
}

// domain is what stands behind the @ of an address, with it; "" for none.
func domain(email string) string {
	all := desk.MailSenderPatterns(email)
	if len(all) < 2 {
		return ""
	}
	return all[1]
}
