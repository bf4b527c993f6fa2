package wire

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestUUIDVector(t *testing.T) {
	t.Parallel()
	const want = "ed46838bfb41461e4f3b16ba471162c8e2764260" // nhd §6
	for _, url := range []string{"mycompany.net/sharing", "http://mycompany.net/sharing"} {
		if got := WalkthroughUUID(url, KindTicket, "1"); got != want {
			t.Errorf("%s: %s", url, got)
		}
	}
}

func TestMintUUID(t *testing.T) {
	t.Parallel()
	a := MintUUID([]byte("secret"), KindTicket, "1")
	if normal, ok := NormaliseUUID(a); !ok || normal != a || len(a) != 40 {
		t.Errorf("%q is not what others accept", a)
	}
	if a != MintUUID([]byte("secret"), KindTicket, "1") {
		t.Error("not stable")
	}
	others := []string{MintUUID([]byte("other"), KindTicket, "1"), MintUUID([]byte("secret"), KindComment, "1"), MintUUID([]byte("secret"), KindTicket, "2")}
	for _, other := range others {
		if other == a {
			t.Error("not distinct")
		}
	}
}

func TestNormaliseUUID(t *testing.T) {
	t.Parallel()
	forty := strings.Repeat("A1", 20)
	for in, want := range map[string]string{
		forty: strings.ToLower(forty), strings.ToLower(forty): strings.ToLower(forty),
		"abcdef": "abcdef", "ABCDEF": "ABCDEF", "6ba7b810-9dad-11d1-80b4-00c04fd430c8": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
		strings.Repeat("G", 40): strings.Repeat("G", 40), strings.Repeat("z", 64): strings.Repeat("z", 64), "a_b-c9": "a_b-c9",
	} {
		if got, ok := NormaliseUUID(in); !ok || got != want {
			t.Errorf("NormaliseUUID(%q) = %q, %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "abcde", strings.Repeat("z", 65), "abc/def", "abc.def", "abc def", "abcdef\n", "æøåæøå", "abcdef%00", "'; drop"} {
		if got, ok := NormaliseUUID(in); ok {
			t.Errorf("NormaliseUUID(%q) = %q", in, got)
		}
	}
}

func TestToken(t *testing.T) {
	t.Parallel()
	token, ok := ParseToken("abcdef:key:with:colons")
	if !ok || token != (Token{Agreement: "abcdef", Key: "key:with:colons"}) || token.String() != "abcdef:key:with:colons" {
		t.Errorf("token = %#v, %v", token, ok)
	}
	for _, value := range []string{"", ":", "abcdef", "abcdef:", ":key", "x:key", "abcdef:" + strings.Repeat("k", 256)} {
		if token, ok := ParseToken(value); ok {
			t.Errorf("ParseToken(%q) = %#v", value, token)
		}
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("message", "token", token)
	if strings.Contains(log.String(), "key:with") {
		t.Error("the key is in the log: " + log.String())
	}
}

func TestAcceptsVersion(t *testing.T) {
	t.Parallel()
	for values, want := range map[string]bool{"": true, "1": true, " 1 ": true, "2": false, "1.0": false, "1,2": true, "x": false} {
		var list []string
		if values != "" {
			list = strings.Split(values, ",")
		}
		if values == "1,2" {
			want = false
		}
		if got := AcceptsVersion(list); got != want {
			t.Errorf("%q: %v", list, got)
		}
	}
}

func TestMediaTypes(t *testing.T) {
	t.Parallel()
	for contentType, want := range map[string]bool{
		"": true, "application/json": true, "application/json; charset=utf-8": true, `text/x-json; charset="UTF-8"`: true,
		"application/jsonrequest": true, "application/vnd.api+json": true, "application/x-www-form-urlencoded": true,
		"Application/JSON": true, "application/json; broken": true,
		"text/plain": false, "text/html": false, "multipart/form-data; boundary=x": false, "application/xml": false,
	} {
		if got := AcceptsMediaType(contentType); got != want {
			t.Errorf("AcceptsMediaType(%q) = %v", contentType, got)
		}
	}
	if DialectOf(`text/x-json; charset="UTF-8"`) != DialectRT || DialectOf("application/json") != DialectDefault || DialectOf("") != DialectDefault {
		t.Error("dialect")
	}
	if DialectRT.ContentType() != `text/x-json; charset="UTF-8"` || DialectDefault.ContentType() != "application/json" || DialectUnknown.ContentType() != "application/json" {
		t.Error("content type")
	}
}

// The table of nhd §11.1.
func TestStatusOutbound(t *testing.T) {
	t.Parallel()
	for local, want := range map[string]string{New: "new", Open: "open", Pending: "pending", Hold: "open", Solved: "solved", Closed: "", "nonsense": ""} {
		got, sent := StatusMap{}.Outbound(local)
		if got != want || sent != (want != "") {
			t.Errorf("Outbound(%q) = %q, %v", local, got, sent)
		}
	}
	override := StatusMap{Out: map[string]string{Solved: "resolved", New: ""}}
	if word, sent := override.Outbound(Solved); word != "resolved" || !sent {
		t.Error(word)
	}
	if _, sent := override.Outbound(New); sent {
		t.Error("an empty word was sent")
	}
}

func TestStatusInbound(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		word, current, want string
		statuses            StatusMap
	}{
		{"new", New, New, StatusMap{}},
		{"new", Pending, Open, StatusMap{}},
		{"new", Solved, Open, StatusMap{}},
		{"open", Solved, Open, StatusMap{}},
		{" Pending ", Open, Pending, StatusMap{}},
		{"hold", Open, Hold, StatusMap{}},
		{"on-hold", Open, Hold, StatusMap{}},
		{"on-hold", Pending, Open, StatusMap{HoldAsOpen: true}},
		{"solved", Open, Solved, StatusMap{}},
		{"resolved", Open, Solved, StatusMap{}},
		{"closed", Open, Solved, StatusMap{}},
		{"in progress", Open, "", StatusMap{}},
		{"", Open, "", StatusMap{}},
		{"In Progress", Open, Pending, StatusMap{In: map[string]string{"in progress": Pending}}},
		{"rejected", Open, "", StatusMap{In: map[string]string{"rejected": Closed}}},
	} {
		got, ok := test.statuses.Inbound(test.word, test.current)
		if ok != (test.want != "") || ok && got != test.want {
			t.Errorf("Inbound(%q, %q) = %q, %v, want %q", test.word, test.current, got, ok, test.want)
		}
	}
}

// The tables of nhd §5.3 and §9.
func TestCommentIsPublic(t *testing.T) {
	t.Parallel()
	flags := map[string]Opt[bool]{"absent": {}, "null": NullOf[bool](), "true": Some(true), "false": Some(false)}
	for _, test := range []struct {
		flag   string
		allows bool
		ours   Side
		want   bool
	}{
		{"absent", true, Receiver, true}, {"null", true, Receiver, false}, {"true", true, Receiver, true}, {"false", true, Receiver, false},
		{"absent", true, Sender, true}, {"null", true, Sender, false}, {"true", true, Sender, true}, {"false", true, Sender, false},
		{"absent", false, Receiver, false}, {"null", false, Receiver, false}, {"true", false, Receiver, true}, {"false", false, Receiver, false},
		{"absent", false, Sender, false}, {"null", false, Sender, false}, {"true", false, Sender, false}, {"false", false, Sender, false},
	} {
		if got := CommentIsPublic(flags[test.flag], test.allows, test.ours); got != test.want {
			t.Errorf("public %s, allowed %v, we are the %s: %v", test.flag, test.allows, test.ours, got)
		}
	}
	if Sender.Other() != Receiver || Receiver.Other() != Sender {
		t.Error("sides")
	}
}

func TestActorIsAgent(t *testing.T) {
	t.Parallel()
	for role, want := range map[string]bool{"agent": true, "user": false, "end-user": false, "staff": false, "Agent": false} {
		if (Actor{Role: Some(role)}).IsAgent() != want {
			t.Error(role)
		}
	}
	if (Actor{}).IsAgent() {
		t.Error("no role")
	}
}

func TestCleanFilename(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"foo.jpg": "foo.jpg", "søk 😀.pdf": "søk 😀.pdf", "../../etc/passwd": "passwd", `C:\temp\x.txt`: "x.txt",
		"": "attachment", "..": "attachment", "/": "attachment", ".htaccess": "htaccess", "a\r\nb\x00.txt": "ab.txt",
		"invoice\u202efdp.exe": "invoicefdp.exe", `a<b>:"|?*.txt`: "a_b______.txt", "\xff\xfe.bin": "bin", "x. . ": "x",
		"a/b/":                               "attachment",
		strings.Repeat("æ", 200) + ".tar.gz": strings.Repeat("æ", 98) + ".gz",
		"x." + strings.Repeat("e", 300):      "x." + strings.Repeat("e", 198),
	} {
		if got := CleanFilename(in); got != want {
			t.Errorf("CleanFilename(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzCleanFilename(f *testing.F) {
	f.Add("../a\x00b.txt")
	f.Add(strings.Repeat("é", 300))
	f.Fuzz(func(t *testing.T, name string) {
		got := CleanFilename(name)
		if got == "" || len(got) > maxFilename || strings.ContainsAny(got, "/\\\r\n\x00") || got[0] == '.' || !utf8.ValidString(got) {
			t.Errorf("CleanFilename(%q) = %q", name, got)
		}
		if again := CleanFilename(got); again != got {
			t.Errorf("not stable: %q, then %q", got, again)
		}
	})
}

func TestErrorSentence(t *testing.T) {
	t.Parallel()
	got := fmt.Sprint(&Error{Field: "comments[2].uuid", Reason: "is missing"})
	if diff := cmp.Diff("comments[2].uuid is missing.", got); diff != "" {
		t.Error(diff)
	}
}
