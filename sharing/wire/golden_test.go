package wire

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// golden returns the body of a recorded message; the partner package for tests keeps the recordings with their headers.
func golden(t *testing.T, name string) []byte {
	t.Helper()
	return body(t, filepath.Join("..", "sharetest", "testdata", name+".http"))
}

// body returns what follows the headers.
func body(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := bytes.Cut(text, []byte("\n\n"))
	if !found {
		t.Fatalf("%s has no body", file)
	}
	return after
}

func ours(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// The recorded lengths prove that the files are the recorded bytes (nhd-captures §3).
func TestCapturesAreWhole(t *testing.T) {
	t.Parallel()
	for name, length := range map[string]int{
		"gem-invitation": 413, "gem-accept": 414, "gem-share": 865, "gem-update": 230, "rt-invitation": 266,
	} {
		if got := len(golden(t, name)); got != length {
			t.Errorf("%s has %d bytes, was recorded with %d", name, got, length)
		}
	}
}

func TestAgreementGolden(t *testing.T) {
	t.Parallel()
	gem := Agreement{
		ReceiverURL: Some("http://127.0.0.1:18080/sharing"), SenderURL: Some("http://127.0.0.1:18081/sharing"),
		Status: Some("pending"), UUID: Some("23538de2af57572219a037c98aa4623a6767a498"),
		AccessKey: Some("08a479474fc0c3fabfa2b7906f0ce5e55ad2d78f"), Name: Some("My Company"),
		CurrentActor: Some(Actor{UUID: "7e806b7d962be5afdafcd95d9d53498af2ea5b1f", Name: "Admin A", Role: Some("agent")}),
		SyncTags:     Some(true), SyncCustomFields: Some(true), AllowsPublicComments: Some(true),
	}
	accepted := gem
	accepted.Status = Some("accepted")
	for name, want := range map[string]Agreement{
		"gem-invitation": gem,
		"gem-accept":     accepted,
		"rt-invitation": {
			ReceiverURL: Some("http://127.0.0.1:18083/sharing"), SenderURL: Some("http://127.0.0.1:18090/NoAuth/NHD/1.0"),
			Status: Some("pending"), UUID: Some("f31627c0f99fe216a76c6d2ee2fe386be405957b"),
			AccessKey: Some("e9e6f7965124fc4039ec091864544a6a8870e544"), Name: Some("rt.test"), DeactivatedBy: NullOf[string](),
		},
		"rt-rename":              {Name: Some("rt.test")},
		"rt-accept":              {Status: Some("accepted")},
		"rt-deactivate-sender":   {Status: Some("inactive"), DeactivatedBy: Some("sender")},
		"rt-deactivate-receiver": {Status: Some("inactive"), DeactivatedBy: Some("receiver")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := DecodeAgreement(golden(t, name))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInvitationEncodesAsRecorded(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"gem-invitation", "gem-accept"} {
		agreement, err := DecodeAgreement(golden(t, name))
		if err != nil {
			t.Fatal(err)
		}
		encoded, err := EncodeAgreement(agreement)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(golden(t, name)), string(encoded)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestShareGolden(t *testing.T) {
	t.Parallel()
	joe := Actor{UUID: "9b80c1331d9d746c493a8b8e6d3014347469615e", Name: "Joe User", Role: Some("user")}
	moment := On(time.Date(2010, 11, 24, 22, 13, 54, 0, time.UTC))
	want := Ticket{
		UUID: Some("ed46838bfb41461e4f3b16ba471162c8e2764260"), Subject: Some("Søk — trial 😀"), RequestedAt: Some(moment),
		Status: Some("open"), Requester: Some(joe),
		Comments: Some([]Comment{{
			UUID: "59e8c53b5c39716e510127e004cc01fc7aaaecd2", Author: joe, Body: "Hello", HTMLBody: Some("<p>Hello</p>"),
			AuthoredAt: moment, Public: Some(true), CustomFields: NullOf[Fields](),
			Attachments: Some([]Attachment{{
				URL: "http://127.0.0.1:18080/att/foo.jpg", Filename: "foo.jpg",
				ContentType: Some("image/jpeg"), DisplayFilename: Some("foo.jpg"),
			}}),
		}}),
		CurrentActor: Some(Actor{UUID: "7e806b7d962be5afdafcd95d9d53498af2ea5b1f", Name: "Admin A", Role: Some("agent")}),
		Tags:         Some([]string{"a", "b"}), OriginalID: Some("1"),
		CustomFields: Some(Fields{"zd": map[string]any{"Order no": "7"}}), CustomStatus: Some("Waiting on vendor"),
	}
	got, err := DecodeTicket(golden(t, "gem-share"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err := got.CheckShare("ED46838BFB41461E4F3B16BA471162C8E2764260"); err != nil {
		t.Error(err)
	}
	encoded, err := EncodeTicket(got)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(ours(t, "gem-share-ours")), string(encoded)); diff != "" {
		t.Error(diff)
	}
}

func TestUpdateGolden(t *testing.T) {
	t.Parallel()
	want := Ticket{
		UUID: Some("ed46838bfb41461e4f3b16ba471162c8e2764260"), Subject: NullOf[string](), RequestedAt: NullOf[Date](),
		Status: Some("pending"), Requester: NullOf[Actor](), Comments: Some([]Comment{}), CurrentActor: NullOf[Actor](),
		Tags: NullOf[[]string](), OriginalID: NullOf[string](), CustomFields: NullOf[Fields](), CustomStatus: NullOf[string](),
	}
	got, err := DecodeTicket(golden(t, "gem-update"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNodeShareGolden(t *testing.T) {
	t.Parallel()
	got, err := DecodeTicket(golden(t, "node-share"))
	if err != nil {
		t.Fatal(err)
	}
	if err := got.CheckShare("24813ffa2788c2c17c1f2c190f62528ca50eca52"); err != nil {
		t.Error(err)
	}
	day := time.Date(2014, 1, 1, 0, 0, 0, 0, time.UTC)
	if comment := got.Comments.Value[0]; !comment.AuthoredAt.At.Equal(day) || comment.Author.Role.IsSet() || !comment.Public.Value {
		t.Errorf("comment = %+v", comment)
	}
}

func TestEncodeAgreementChange(t *testing.T) {
	t.Parallel()
	agreement, err := DecodeAgreement(golden(t, "gem-accept"))
	if err != nil {
		t.Fatal(err)
	}
	deactivated := agreement
	deactivated.Status, deactivated.DeactivatedBy = Some("inactive"), Some("receiver")
	deactivated.CurrentActor = NullOf[Actor]()
	for _, test := range []struct {
		name      string
		agreement Agreement
		dialect   Dialect
		want      string
	}{
		{"accept in the walkthrough's form", agreement, DialectDefault, `{"receiver_url":"http://127.0.0.1:18080/sharing","sender_url":"http://127.0.0.1:18081/sharing","status":"accepted","uuid":"23538de2af57572219a037c98aa4623a6767a498","name":"My Company","current_actor":{"uuid":"7e806b7d962be5afdafcd95d9d53498af2ea5b1f","name":"Admin A","role":"agent"}}`},
		{"accept at Request Tracker", agreement, DialectRT, string(golden(t, "rt-accept"))},
		{"deactivate at Request Tracker", deactivated, DialectRT, string(golden(t, "rt-deactivate-receiver"))},
		{"deactivate in the walkthrough's form", deactivated, DialectUnknown, `{"receiver_url":"http://127.0.0.1:18080/sharing","sender_url":"http://127.0.0.1:18081/sharing","status":"inactive","uuid":"23538de2af57572219a037c98aa4623a6767a498","name":"My Company","deactivated_by":"receiver"}`},
	} {
		got, err := EncodeAgreementChange(test.agreement, test.dialect)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, string(got)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}
