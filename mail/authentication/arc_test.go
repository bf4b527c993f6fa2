package authentication

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// sealed reads a message that another program has sealed (Mail::DKIM), and the DNS in which its keys are.
func sealed(t *testing.T, name string) ([]byte, zone) {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile("testdata/key.txt")
	if err != nil {
		t.Fatal(err)
	}
	return raw, zone{"s1._domainkey.forwarder.example": string(key), "s1._domainkey.second.example": string(key), "_dmarc.acme.example": "v=DMARC1; p=reject"}
}

func TestSealsOfForwarders(t *testing.T) {
	t.Parallel()
	both := []string{"forwarder.example", "second.example"}
	same := func(raw []byte) []byte { return raw }
	replace := func(old, now string) func([]byte) []byte {
		return func(raw []byte) []byte { return bytes.Replace(raw, []byte(old), []byte(now), 1) }
	}
	for name, c := range map[string]struct {
		file    string
		sealers []string
		change  func([]byte) []byte
		want    Outcome
	}{
		"one, trusted":               {"sealed-once.eml", both, same, Pass},
		"two, both trusted":          {"sealed-twice.eml", both, same, Pass},
		"a part of a trusted domain": {"sealed-once.eml", []string{"example"}, same, Pass},
		"nobody is trusted":          {"sealed-once.eml", nil, same, Fail},
		"another is trusted":         {"sealed-once.eml", []string{"other.example"}, same, Fail},
		"only one is trusted":        {"sealed-twice.eml", both[:1], same, Fail},
		"only the last is trusted":   {"sealed-twice.eml", both[1:], same, Fail},
		"a name that ends alike":     {"sealed-once.eml", []string{"warder.example"}, same, Fail},
		"the words were changed":     {"sealed-once.eml", both, replace("broken", "open"), Fail},
		"the author was changed":     {"sealed-once.eml", both, replace("Jane   <jane", "Eve <eve"), Fail},
		"the results were changed":   {"sealed-once.eml", both, replace("i=1; mx.forwarder.example; dkim=pass", "i=1; mx.forwarder.example; dkim=none"), Fail},
		"blanks were changed":        {"sealed-once.eml", both, replace("It is  broken.  ", "It is broken."), Pass},
		"a field is missing":         {"sealed-once.eml", both, replace("ARC-Message-Signature", "X-ARC-Message-Signature"), Fail},
		"a field is there twice":     {"sealed-once.eml", both, func(raw []byte) []byte { return append([]byte("ARC-Seal: i=1; cv=none\r\n"), raw...) }, Fail},
		"numbers with a gap":         {"sealed-once.eml", both, func(raw []byte) []byte { return bytes.ReplaceAll(raw, []byte("i=1; "), []byte("i=2; ")) }, Fail},
		"it says that it is broken":  {"sealed-once.eml", both, replace("cv=none", "cv=fail"), Fail},
		"no number":                  {"sealed-once.eml", both, replace("ARC-Seal: i=1", "ARC-Seal: i=x"), Fail},
		"line ends of Unix":          {"sealed-once.eml", both, func(raw []byte) []byte { return bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")) }, Pass},
	} {
		raw, dns := sealed(t, c.file)
		got := New(dns).Trusting(c.sealers...).Check(t.Context(), c.change(raw), Envelope{})
		if got.Outcome != c.want {
			t.Errorf("%s: %+v, want %s", name, got, c.want)
		}
	}
}

func TestSealWhoseKeyCannotBeAskedFor(t *testing.T) {
	t.Parallel()
	raw, dns := sealed(t, "sealed-once.eml")
	dns["s1._domainkey.forwarder.example"] = "slow"
	got := New(dns).Trusting("forwarder.example").Check(t.Context(), raw, Envelope{})
	if got.Outcome != TempError || !strings.Contains(got.Reason, "DNS does not answer") {
		t.Errorf("%+v", got)
	}
	delete(dns, "s1._domainkey.forwarder.example")
	if got := New(dns).Trusting("forwarder.example").Check(t.Context(), raw, Envelope{}); got.Outcome != Fail {
		t.Errorf("%+v", got)
	}
}

func FuzzCheck(f *testing.F) {
	for _, name := range []string{"sealed-once.eml", "sealed-twice.eml"} {
		raw, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got := New(zone{}, "mx.desk.example").Trusting("example").Check(t.Context(), raw, Envelope{})
		if got.Outcome == Pass && !strings.Contains(string(raw), "mx.desk.example") {
			t.Errorf("proven without a key: %+v", got)
		}
	})
}
