package sharetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"interdesk/sharing/wire"
)

// The members that Zendesk's client writes, in its order, in every message (nhd-captures §3).
var (
	agreementMembers = []string{"receiver_url", "sender_url", "status", "uuid", "access_key", "name", "current_actor", "sync_tags",
		"sync_custom_fields", "allows_public_comments"}
	ticketMembers = []string{"uuid", "subject", "requested_at", "status", "requester", "comments", "current_actor", "tags", "original_id",
		"custom_fields", "custom_status"}
	commentMembers = []string{"uuid", "author", "body", "html_body", "authored_at", "public", "attachments", "custom_fields"}
)

// encodeTicket writes a ticket message in the partner's style. whole is the ticket as it now is, change what is new in this message.
func (p *Partner) encodeTicket(whole, change wire.Ticket) []byte {
	switch p.options.Style {
	case Node:
		return dateOnly(must(wire.EncodeTicket(whole)))
	case RT:
		return must(wire.EncodeTicket(change))
	default:
		if !change.Comments.IsSet() {
			change.Comments = wire.Some([]wire.Comment{})
		}
		return zendeskTicket(must(wire.EncodeTicket(change)))
	}
}

// encodeAgreement writes an agreement message in the partner's style.
func (p *Partner) encodeAgreement(whole, change wire.Agreement) []byte {
	switch p.options.Style {
	case Node:
		return must(wire.EncodeAgreement(whole))
	case RT:
		return must(wire.EncodeAgreement(change))
	default:
		return allMembers(must(wire.EncodeAgreement(whole)), agreementMembers)
	}
}

func zendeskTicket(body []byte) []byte {
	var message struct {
		Comments []json.RawMessage `json:"comments"`
	}
	if err := json.Unmarshal(body, &message); err != nil {
		panic(err)
	}
	for i, comment := range message.Comments {
		message.Comments[i] = allMembers(comment, commentMembers)
	}
	return allMembers(replaceMember(body, "comments", joinArray(message.Comments)), ticketMembers)
}

func joinArray(items []json.RawMessage) json.RawMessage {
	texts := make([][]byte, len(items))
	for i, item := range items {
		texts[i] = item
	}
	return append(append([]byte("["), bytes.Join(texts, []byte(","))...), ']')
}

func replaceMember(body []byte, name string, value json.RawMessage) []byte {
	members := rawMembers(body)
	members[name] = value
	var b bytes.Buffer
	for key, raw := range members {
		fmt.Fprintf(&b, ",%q:%s", key, raw)
	}
	return append(append([]byte("{"), bytes.TrimPrefix(b.Bytes(), []byte(","))...), '}')
}

// allMembers writes every name in order, null where the body says nothing.
func allMembers(body []byte, names []string) []byte {
	members := rawMembers(body)
	parts := make([]string, len(names))
	for i, name := range names {
		value := "null"
		if raw, stated := members[name]; stated {
			value = string(raw)
		}
		parts[i] = fmt.Sprintf("%q:%s", name, value)
	}
	return []byte("{" + strings.Join(parts, ",") + "}")
}

func rawMembers(body []byte) map[string]json.RawMessage {
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(body, &members); err != nil {
		panic(err)
	}
	return members
}

var dateMember = regexp.MustCompile(`("(?:requested_at|authored_at)":"\d{4}-\d\d-\d\d) [^"]*"`)

// dateOnly cuts times off dates, as a Node client did that was handed dates without time (nhd-captures §3.9).
func dateOnly(body []byte) []byte { return dateMember.ReplaceAll(body, []byte(`$1"`)) }

// must returns an encoding that cannot fail: the values are the tests' own.
func must(body []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return body
}
