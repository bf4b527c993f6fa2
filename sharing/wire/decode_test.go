package wire

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func comment(more string) string {
	return `{"uuid":"comment-1","author":{"uuid":"person-1","name":"Joe"},"body":"Hi","authored_at":"2014-01-01"` + more + `}`
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, body, want string }{
		{"nothing", ``, "The message is not valid JSON."},
		{"broken JSON", `{"uuid":`, "The message is not valid JSON."},
		{"trailing data", `{} {}`, "The message is not valid JSON."},
		{"an array", `[]`, "The message must be a JSON object."},
		{"null", `null`, "The message must be a JSON object."},
		{"too large", `{"a":"` + strings.Repeat("x", MaxBody) + `"}`, "The message is larger than 5242880 bytes."},
		{"too deep", strings.Repeat(`{"a":`, 33) + `1` + strings.Repeat(`}`, 33), "The message is nested deeper than 32 levels."},
		{"deep arrays", `{"x":` + strings.Repeat(`[`, 100000) + strings.Repeat(`]`, 100000) + `}`, "not valid JSON"},
		{"a member twice", `{"uuid":"abcdef","uuid":"fedcba"}`, `The message states the member "uuid" twice.`},
		{"a member twice inside", `{"custom_fields":{"a":1,"a":2}}`, `The message states the member "a" twice.`},
		{"number for a string", `{"subject":7}`, "subject must be a string."},
		{"string for an object", `{"requester":"Joe"}`, "requester must be an object."},
		{"object for an array", `{"comments":{}}`, "comments must be an array."},
		{"array for an object", `{"custom_fields":[]}`, "custom_fields must be an object."},
		{"number among tags", `{"tags":["a",1]}`, "tags[1] must be a string."},
		{"uuid with a slash", `{"uuid":"../../x"}`, "uuid must be 6 to 64 letters, digits, hyphens or underscores."},
		{"uuid with a line break", `{"uuid":"abcdef\n"}`, "uuid must be"},
		{"requester without uuid", `{"requester":{"name":"Joe"}}`, "requester.uuid is missing."},
		{"requester without name", `{"requester":{"uuid":"person-1","name":null}}`, "requester.name is missing."},
		{"comment is no object", `{"comments":["Hi"]}`, "comments[0] must be an object."},
		{"comment without author", `{"comments":[{"uuid":"comment-1","body":"Hi","authored_at":"x"}]}`, "comments[0].author is missing."},
		{"comment without body", `{"comments":[{"uuid":"comment-1","author":{"uuid":"person-1","name":"J"},"authored_at":"x","body":null}]}`, "comments[0].body is missing."},
		{"author's uuid", `{"comments":[{"uuid":"comment-1","author":{"uuid":"x","name":"J"},"body":"","authored_at":""}]}`, "comments[0].author.uuid must be"},
		{"too many comments", `{"comments":[` + strings.Repeat(`{},`, MaxComments) + `{}]}`, "comments has more than 1000 entries."},
		{"too many attachments", `{"comments":[` + comment(`,"attachments":[`+strings.Repeat(`{},`, MaxAttachments)+`{}]`) + `]}`, "comments[0].attachments has more than 50 entries."},
		{"too many attachments in all", `{"comments":[` + comment(`,"attachments":[`+strings.Repeat(`{},`, 29)+`{}]`) + `,` + comment(`,"attachments":[`+strings.Repeat(`{},`, 29)+`{}]`) + `]}`, "comments[1].attachments bring more than 50 files in one message."},
		{"subject too long", `{"subject":"` + strings.Repeat("x", maxSubject+1) + `"}`, "subject is longer than 4096 bytes."},
		{"body too long", `{"comments":[{"uuid":"comment-1","author":{"uuid":"person-1","name":"J"},"body":"` + strings.Repeat("x", maxCommentText+1) + `","authored_at":""}]}`, "comments[0].body is longer"},
		{"attachment is no object", `{"comments":[` + comment(`,"attachments":["x"]`) + `]}`, "comments[0].attachments[0] must be an object."},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := DecodeTicket([]byte(test.body))
			refused(t, err, test.want)
		})
	}
}

func refused(t *testing.T, err error, want string) {
	t.Helper()
	var refusal *Error
	if !errors.As(err, &refusal) || !strings.Contains(err.Error(), want) {
		t.Errorf("error = %v, want %q", err, want)
	}
}

// share-life §6: who deactivated it may be said by "" as by null.
func TestNobodyDeactivated(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"status":"accepted","deactivated_by":""}`, `{"status":"accepted","deactivated_by":null}`, `{"status":"accepted"}`} {
		a, err := DecodeAgreement([]byte(body))
		if err != nil || a.DeactivatedBy.Value != "" || a.Status.Value != StatusAccepted {
			t.Errorf("%s: %+v %v", body, a, err)
		}
	}
}

func TestDecodeAgreementRefuses(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"status":"agreed"}`:            "status has an unknown value.",
		`{"deactivated_by":"me"}`:        "deactivated_by has an unknown value.",
		`{"sync_tags":"yes"}`:            "sync_tags must be true or false.",
		`{"access_key":"a b"}`:           "access_key must be visible ASCII characters.",
		`{"access_key":"a\r\nX-Evil:1"}`: "access_key must be visible ASCII characters.",
	} {
		_, err := DecodeAgreement([]byte(body))
		refused(t, err, want)
	}
}

func TestDecodeTolerates(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, body string
		want       Ticket
	}{
		{"unknown members (nhd §5)", `{"priority":"high","x":{"y":[1]}}`, Ticket{}},
		{"a byte order mark", "\xef\xbb\xbf{\"status\":\"open\"}", Ticket{Status: Some("open")}},
		{"a number as the origin's id", `{"original_id":12}`, Ticket{OriginalID: Some("12")}},
		{"an unusable current actor", `{"current_actor":{"name":"Joe"},"status":"open"}`, Ticket{Status: Some("open")}},
		{"current actor of a wrong type", `{"current_actor":7}`, Ticket{}},
		{"a date nobody can read (nhd §12)", `{"requested_at":"not a date"}`, Ticket{RequestedAt: Some(Date{Raw: "not a date"})}},
		{"a number as date", `{"requested_at":1290636834}`, Ticket{RequestedAt: Some(Date{Raw: "1290636834"})}},
		{"null among tags", `{"tags":["a",null]}`, Ticket{Tags: Some([]string{"a"})}},
		{"NUL characters", `{"subject":"a\u0000b"}`, Ticket{Subject: Some("ab")}},
		{"line breaks in a subject", `{"subject":"a\r\nb"}`, Ticket{Subject: Some("a  b")}},
		{"upper-case uuid", `{"uuid":"ED46838BFB41461E4F3B16BA471162C8E2764260"}`, Ticket{UUID: Some("ed46838bfb41461e4f3b16ba471162c8e2764260")}},
		{"32 levels", `{"custom_fields":` + strings.Repeat(`{"a":`, 30) + `[]` + strings.Repeat(`}`, 30) + `}`, Ticket{CustomFields: Some(nested(30))}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := DecodeTicket([]byte(test.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func nested(levels int) Fields {
	var value any = []any{}
	for range levels - 1 {
		value = map[string]any{"a": value}
	}
	return Fields{"a": value}
}

func TestDecodeComment(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, more string
		public     Opt[bool]
		files      Opt[[]Attachment]
	}{
		{"nothing said", ``, Opt[bool]{}, Opt[[]Attachment]{}},
		{"null", `,"public":null,"attachments":null`, NullOf[bool](), NullOf[[]Attachment]()},
		{"no bool", `,"public":"true","attachments":[]`, NullOf[bool](), Some([]Attachment{})},
		{"false", `,"public":false,"attachments":[{"url":"https://a.example/x/y%20z.png"}]`, Some(false),
			Some([]Attachment{{URL: "https://a.example/x/y%20z.png", Filename: "y z.png"}})},
		{"a file without anything", `,"attachments":[{}]`, Opt[bool]{}, Some([]Attachment{{Filename: "attachment"}})},
	} {
		got, err := DecodeTicket([]byte(`{"comments":[` + comment(test.more) + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		c := got.Comments.Value[0]
		if c.Public != test.public || cmp.Diff(test.files, c.Attachments) != "" {
			t.Errorf("%s: public = %v, attachments = %+v", test.name, c.Public, c.Attachments)
		}
	}
}

func TestRepeatedCommentCountsOnce(t *testing.T) {
	t.Parallel()
	got, err := DecodeTicket([]byte(`{"comments":[` + comment(``) + `,` + comment(`,"public":true`) + `]}`))
	if err != nil || len(got.Comments.Value) != 1 || got.Comments.Value[0].Public.IsSet() {
		t.Errorf("comments = %+v, %v", got.Comments, err)
	}
}

func TestThousandComments(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range MaxComments {
		fmt.Fprintf(&b, `,{"uuid":"comment-%d","author":{"uuid":"person-1","name":"Joe"},"body":"Hi","authored_at":"2014-01-01"}`, i)
	}
	got, err := DecodeTicket([]byte(`{"comments":[` + b.String()[1:] + `]}`))
	if err != nil || len(got.Comments.Value) != MaxComments {
		t.Errorf("%d comments, %v", len(got.Comments.Value), err)
	}
}

func TestMandatoryMembers(t *testing.T) {
	t.Parallel()
	share, err := DecodeTicket(golden(t, "gem-share"))
	if err != nil {
		t.Fatal(err)
	}
	for field, drop := range map[string]func(*Ticket){
		"uuid":         func(t *Ticket) { t.UUID = Opt[string]{} },
		"subject":      func(t *Ticket) { t.Subject = NullOf[string]() },
		"requested_at": func(t *Ticket) { t.RequestedAt = Opt[Date]{} },
		"status":       func(t *Ticket) { t.Status = Opt[string]{} },
		"requester":    func(t *Ticket) { t.Requester = NullOf[Actor]() },
		"comments":     func(t *Ticket) { t.Comments = Opt[[]Comment]{} },
	} {
		ticket := share
		drop(&ticket)
		refused(t, ticket.CheckShare(share.UUID.Value), field+" is missing.")
	}
	refused(t, share.CheckShare("another-uuid"), "uuid is not the uuid in the path.")
}

func TestMandatoryMembersOfAnInvitation(t *testing.T) {
	t.Parallel()
	invitation, err := DecodeAgreement(golden(t, "gem-invitation"))
	if err != nil {
		t.Fatal(err)
	}
	if err := invitation.CheckInvitation(invitation.UUID.Value); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*Agreement){
		"uuid is missing.":                           func(a *Agreement) { a.UUID = Opt[string]{} },
		"access_key is missing.":                     func(a *Agreement) { a.AccessKey = NullOf[string]() },
		"access_key is empty.":                       func(a *Agreement) { a.AccessKey = Some("") },
		"name is missing.":                           func(a *Agreement) { a.Name = Opt[string]{} },
		"receiver_url is missing.":                   func(a *Agreement) { a.ReceiverURL = Opt[string]{} },
		"sender_url is missing.":                     func(a *Agreement) { a.SenderURL = Opt[string]{} },
		"status is missing.":                         func(a *Agreement) { a.Status = Opt[string]{} },
		`status must be "pending" in an invitation.`: func(a *Agreement) { a.Status = Some("accepted") },
		"uuid is not the uuid in the path.":          func(a *Agreement) { a.UUID = Some("another-uuid") },
	} {
		agreement := invitation
		change(&agreement)
		refused(t, agreement.CheckInvitation(invitation.UUID.Value), want)
	}
}

func TestUnreadableDates(t *testing.T) {
	t.Parallel()
	ticket := Ticket{RequestedAt: Some(Date{Raw: "b"}), Comments: Some([]Comment{{AuthoredAt: Date{Raw: "a"}}, {AuthoredAt: Date{Raw: "b"}}})}
	if diff := cmp.Diff([]string{"a", "b"}, ticket.UnreadableDates()); diff != "" {
		t.Error(diff)
	}
}

func FuzzTicket(f *testing.F) {
	for _, name := range []string{"gem-share", "gem-update", "node-share"} {
		f.Add(golden(&testing.T{}, name))
	}
	f.Add([]byte(`{"comments":[` + comment(`,"public":1,"attachments":[{"url":"x"}]`) + `],"requested_at":7,"custom_fields":{"a":1e3}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		ticket, err := DecodeTicket(body)
		if err != nil {
			var refusal *Error
			if !errors.As(err, &refusal) {
				t.Fatalf("%T is no *Error", err)
			}
			return
		}
		sameAgain(t, ticket, EncodeTicket, DecodeTicket)
	})
}

func FuzzAgreement(f *testing.F) {
	for _, name := range []string{"gem-invitation", "gem-accept", "rt-invitation", "rt-accept"} {
		f.Add(golden(&testing.T{}, name))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		agreement, err := DecodeAgreement(body)
		if err != nil {
			return
		}
		sameAgain(t, agreement, EncodeAgreement, DecodeAgreement)
	})
}

// sameAgain demands that what was decoded survives a round trip. Null and absent are one after encoding.
func sameAgain[T any](t *testing.T, value T, encode func(T) ([]byte, error), decode func([]byte) (T, error)) {
	t.Helper()
	first, err := encode(value)
	if err != nil {
		t.Fatal(err)
	}
	again, err := decode(first)
	if err != nil {
		t.Fatalf("%v: %s", err, first)
	}
	second, err := encode(again)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(first), string(second)); diff != "" {
		t.Error(diff)
	}
}
