package outbound_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"github.com/google/go-cmp/cmp"

	"interdesk/blob"
	"interdesk/desk"
	"interdesk/job"
	"interdesk/mail/mailtest"
	"interdesk/mail/message"
	"interdesk/mail/outbound"
	guard "interdesk/outbound"
	"interdesk/setup"
	"interdesk/store"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

// office is a help desk, acme, that sends mail.
type office struct {
	*outbound.Service
	t       *testing.T
	store   *store.Store
	files   *blob.Store
	account store.Account
	relay   *mailtest.Relay
	tokens  *message.Tokens

	mu  sync.Mutex
	now time.Time
}

// clear is a vault that hides nothing.
type clear struct{}

func (clear) Seal(plain string) (string, error)  { return "sealed " + plain, nil }
func (clear) Open(sealed string) (string, error) { return strings.TrimPrefix(sealed, "sealed "), nil }

func (o *office) clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

// later lets time go by.
func (o *office) later(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = o.now.Add(d)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func each(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) { test(t, open(t, db)) })
}

func open(t *testing.T, db *sqldb.DB) *office {
	t.Helper()
	s, err := store.Open(t.Context(), db)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close(context.Background())) })
	files, err := blob.Open(t.TempDir(), 0)
	must(t, err)
	t.Cleanup(func() { must(t, files.Close()) })
	a, _, err := setup.CreateAccount(t.Context(), s, desk.Account{Subdomain: "acme", Name: "Acme"}, "acme.test", desk.User{Name: "Ada", Email: "ada@staff.test"}, "")
	must(t, err)
	tokens, err := message.NewTokens([]byte("a secret of sixteen bytes"))
	must(t, err)
	o := &office{t: t, store: s, files: files, account: s.Account(a.ID), relay: mailtest.Start(t, "tell-no-one"), tokens: tokens, now: time.Now()}
	c, err := outbound.RelayFromURL(o.relay.URL())
	must(t, err)
	relay := outbound.NewRelay(c)
	t.Cleanup(relay.Close)
	o.Service = outbound.New(s, outbound.Options{Files: files, Transport: relay, Tokens: tokens, Secrets: clear{}, Clock: o.clock,
		Guard: guard.New(guard.Config{}), Base: time.Millisecond, Cap: 5 * time.Millisecond})
	runner := job.NewRunner(db, job.Config{Poll: 20 * time.Millisecond, Random: func() float64 { return 0 }})
	o.Jobs(runner)
	must(t, runner.Start(t.Context()))
	t.Cleanup(func() { must(t, runner.Stop(context.Background())) })
	return o
}

func (o *office) letter(to string) *outbound.Letter {
	return &outbound.Letter{Kind: outbound.KindReply, Account: o.account.ID(), Ticket: 7, ID: "t.7.x." + to[:1] + "@acme.test",
		InReplyTo: "theirs@mail.test", References: []string{"root@acme.test", "theirs@mail.test"},
		From: message.Address{Name: "Ana (Acmé)", Email: "support@acme.test"}, ReplyTo: message.Address{Email: "support+t.7@acme.test"},
		To: []outbound.Recipient{{User: 9, Name: "Carla \r\nBcc: evil@x.test", Email: to}}, Subject: "Re: Streifen auf Bildern\r\nX-Evil: 1 – größer",
		Text: "Hallo Carla,\n\n.\nbis später", HTML: "<p>Hallo Carla</p>", Date: o.now, Instance: "https://acme.test"}
}

func (o *office) send(l *outbound.Letter) {
	o.t.Helper()
	sum, size, err := o.Compose(o.t.Context(), l)
	must(o.t, err)
	must(o.t, o.account.Write(o.t.Context(), func(tx *store.Tx) error { return o.Queue(o.t.Context(), tx, l, sum, size) }))
}

// await waits until the only letter to an address is in a state.
func (o *office) await(state desk.MailState, to string) desk.Mail {
	o.t.Helper()
	var m desk.Mail
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		must(o.t, o.account.Read(o.t.Context(), func(tx *store.Tx) error {
			all, err := tx.MailsOf(o.t.Context(), 7)
			for _, one := range all {
				if one.Recipient == to {
					m = one
				}
			}
			return err
		}))
		if m.State == state {
			return m
		}
	}
	o.t.Fatalf("the letter to %s is %+v, want %s", to, m, state)
	return m
}

func parse(t *testing.T, source string) *message.Message {
	t.Helper()
	m, err := message.Parse(strings.NewReader(source))
	must(t, err)
	return m
}

func TestALetterArrives(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.send(o.letter("carla@mail.test"))
		got := o.relay.Await(1)[0]
		m := parse(t, got.Source)
		if diff := cmp.Diff([]string{"Hallo Carla,\n\n.\nbis später", "Re: Streifen auf Bildern X-Evil: 1 – größer", "Ana (Acmé)", "support@acme.test", "", "https://acme.test; v=1", "7"},
			[]string{strings.TrimSpace(m.Text), m.Subject, m.From.Name, m.From.Email, m.Header("X-Evil") + m.Header("Bcc") + m.Header("Auto-Submitted"), m.Header("X-Interdesk-Instance"), m.Header("X-Interdesk-Ticket")}); diff != "" {
			t.Error(diff, got.Source)
		}
		if diff := cmp.Diff([][]string{{"theirs@mail.test"}, {"root@acme.test", "theirs@mail.test"}}, [][]string{m.InReplyTo, m.References}); diff != "" {
			t.Error(diff)
		}
		if ticket, ok := o.tokens.InAddress(o.account.ID(), got.From); !ok || ticket != 7 || got.To != "carla@mail.test" {
			t.Errorf("from %s to %s: a bounce must find its ticket", got.From, got.To)
		}
		sent := o.await(desk.MailSent, "carla@mail.test")
		if sent.MessageID != m.ID || sent.Reason != "" || sent.DoneAt.IsZero() || sent.User != 9 {
			t.Errorf("%+v", sent)
		}
		must(t, o.account.Read(t.Context(), func(tx *store.Tx) error {
			ticket, err := tx.ThreadOf(t.Context(), []string{m.ID})
			if ticket != 7 {
				t.Errorf("an answer finds ticket %d", ticket)
			}
			return err
		}))
	})
}

func TestClassesOfLetters(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		for name, test := range map[string]struct {
			class outbound.Class
			want  []string // Auto-Submitted, X-Auto-Response-Suppress, Precedence
		}{
			"a person's words":  {outbound.Human, []string{"", "", ""}},
			"a rule's":          {outbound.Automatic, []string{"auto-generated", "All", ""}},
			"an answer to mail": {outbound.AutoReply, []string{"auto-replied", "All", ""}},
			"to a follower":     {outbound.Follower, []string{"auto-generated", "OOF, AutoReply", "list"}},
		} {
			l := o.letter("carla@mail.test")
			l.Class, l.ListHost = test.class, "acme.test"
			sum, _, err := o.Compose(t.Context(), l)
			must(t, err)
			source, err := o.Source(t.Context(), sum)
			must(t, err)
			m, err := message.Parse(source)
			must(t, errors.Join(err, source.Close()))
			if diff := cmp.Diff(test.want, []string{m.Header("Auto-Submitted"), m.Header("X-Auto-Response-Suppress"), m.Header("Precedence")}); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
			if automatic := m.Automatic().Kind != message.Human; automatic != (test.class != outbound.Human) {
				t.Errorf("%s: our own reader takes it for automatic: %v", name, automatic)
			}
		}
	})
}

func TestFilesAndPictures(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		l := o.letter("carla@mail.test")
		put := func(text string) desk.Attachment {
			sum, size, err := o.files.Put(t.Context(), strings.NewReader(text), 0)
			must(t, err)
			return desk.Attachment{FileName: "größe 1.png", ContentType: "image/png", Blob: sum, Size: size}
		}
		l.HTML = `<p><img src="cid:p1@acme.test"></p>`
		l.Files, l.Pictures = []desk.Attachment{put("a file")}, map[string]desk.Attachment{"p1@acme.test": put("a picture")}
		l.Files[0].ContentType = "message/rfc822; broken"
		o.send(l)
		m := parse(t, o.relay.Await(1)[0].Source)
		if len(m.Files) != 2 || len(m.Faults) > 0 {
			t.Fatalf("%+v %v", m.Files, m.Faults)
		}
		for _, f := range m.Files {
			want := map[bool]string{true: "a picture", false: "a file"}[f.Inline]
			if string(f.Data) != want || f.Inline != (f.ContentID == "p1@acme.test") || f.FileName != l.Files[0].FileName {
				t.Errorf("%+v", f)
			}
		}
	})
}

func TestMoodsOfRelays(t *testing.T) {
	for name, test := range map[string]struct {
		mode mailtest.Mode
		says string
	}{
		"down":              {mailtest.Down, "cannot be reached"},
		"nonsense":          {mailtest.Nonsense, "cannot be reached"},
		"refuses for now":   {mailtest.Temporary, "451"},
		"killed after data": {mailtest.Cut, ""},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, o *office) {
				o.relay.Set(test.mode)
				o.send(o.letter("carla@mail.test"))
				if test.says != "" {
					o.awaitReason(test.says)
					o.relay.Set(mailtest.Up)
				}
				for range 200 { // a relay that could not be reached rests
					o.later(time.Minute)
					if len(o.relay.Taken()) > 0 {
						break
					}
					must(t, o.account.Write(t.Context(), func(tx *store.Tx) error {
						_, err := o.RetryNow(t.Context(), tx)
						return err
					}))
					time.Sleep(10 * time.Millisecond)
				}
				if test.mode == mailtest.Cut {
					o.relay.Await(2)
				}
				sent := o.await(desk.MailSent, "carla@mail.test")
				for _, l := range o.relay.Taken() {
					if id := parse(t, l.Source).ID; id != sent.MessageID {
						t.Errorf("a repeated letter bears the id %s, not %s", id, sent.MessageID)
					}
				}
				if f := o.failure(); f.Reason != "" {
					t.Errorf("the relay takes letters, and yet fails: %+v", f)
				}
			})
		})
	}
}

// awaitReason waits until the letter tells why it was not taken.
func (o *office) awaitReason(says string) {
	o.t.Helper()
	var m desk.Mail
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if m = o.await(desk.MailQueued, "carla@mail.test"); strings.Contains(m.Reason, says) {
			return
		}
	}
	o.t.Fatalf("the reason is %q, want %q", m.Reason, says)
}

func (o *office) failure() (f desk.RelayFailure) {
	o.t.Helper()
	err := o.account.Read(o.t.Context(), func(tx *store.Tx) (err error) {
		f, err = tx.RelayFailure(o.t.Context())
		return err
	})
	if desk.KindOf(err) != desk.NotFound {
		must(o.t, err)
	}
	return f
}

func TestWhatIsRefusedForGoodFails(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.relay.Set(mailtest.Permanent)
		o.send(o.letter("carla@mail.test"))
		m := o.await(desk.MailFailed, "carla@mail.test")
		if m.Cause != "refused" || !strings.Contains(m.Reason, "550") || !strings.Contains(m.Reason, "No such user here") {
			t.Errorf("%+v", m)
		}
		if f := o.failure(); f.Reason != "" {
			t.Errorf("one bad address is not the relay's failure: %+v", f)
		}
	})
}

func TestAWrongPasswordIsTheRelaysMatter(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		c, err := outbound.RelayFromURL(strings.Replace(o.relay.URL(), "tell-no-one", "guess", 1))
		must(t, err)
		err = outbound.NewRelay(c).Send(t.Context(), "a@acme.test", "b@mail.test", strings.NewReader("x"), 1)
		var refusal *outbound.Refusal
		if !errors.As(err, &refusal) || refusal.Permanent || !refusal.Unreachable || strings.Contains(err.Error(), "guess") || !strings.Contains(err.Error(), "535") {
			t.Errorf("%+v", err)
		}
	})
}

func TestASilentRelayIsLeftInTime(t *testing.T) {
	t.Parallel()
	relay := mailtest.Start(t, "")
	relay.Set(mailtest.Silent)
	c, err := outbound.RelayFromURL(relay.URL())
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := outbound.NewRelay(c).Try(ctx); err == nil || !strings.Contains(err.Error(), "did not answer in time") {
		t.Errorf("got %v", err)
	}
}

func TestConnectionsServeSeveralLetters(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		for _, to := range []string{"a@mail.test", "b@mail.test", "c@mail.test"} {
			o.send(o.letter(to))
			o.await(desk.MailSent, to)
		}
		if n := o.relay.Opened(); n != 1 {
			t.Errorf("%d connections for three letters in turn", n)
		}
		if n := o.relay.Greeted(); n != 1 {
			t.Errorf("greeted %d times on one connection", n)
		}
	})
}

func TestOwnRelaysPassTheGuard(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		must(t, o.account.Write(t.Context(), func(tx *store.Tx) error {
			return tx.SetMailRelay(t.Context(), &desk.MailRelay{Host: "127.0.0.1", Port: o.relay.Address().Port, Security: desk.RelayOpportunistic})
		}))
		o.send(o.letter("carla@mail.test"))
		o.awaitReason("not allowed")
		if f := o.failure(); !strings.Contains(f.Reason, "not allowed") || f.Since.IsZero() {
			t.Errorf("%+v", f)
		}
		must(t, o.account.Write(t.Context(), func(tx *store.Tx) error {
			if err := tx.DeleteMailRelay(t.Context()); err != nil {
				return err
			}
			_, err := o.RetryNow(t.Context(), tx)
			return err
		}))
		o.await(desk.MailSent, "carla@mail.test")
	})
}

// records are a domain's DNS.
type records map[string][]string

func (r records) LookupTXT(_ context.Context, name string) ([]string, error) {
	if found, ok := r[name]; ok {
		return found, nil
	}
	return nil, &net.DNSError{Name: name, IsNotFound: true}
}

func TestLettersAreSignedOnceTheDNSKnowsTheKey(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		key, err := o.NewDKIMKey("acme.test", o.now)
		must(t, err)
		if strings.Contains(key.RecordText(), key.PrivateKey) || !strings.HasPrefix(key.PrivateKey, "sealed ") {
			t.Fatal("the private key must be sealed")
		}
		store1 := func() {
			must(t, o.account.Write(t.Context(), func(tx *store.Tx) error { return tx.SetDKIMKey(t.Context(), &key) }))
		}
		store1()
		o.send(o.letter("a@mail.test"))
		if strings.Contains(o.relay.Await(1)[0].Source, "DKIM-Signature") {
			t.Error("signed by a key that nobody knows")
		}
		dns := records{}
		if said := outbound.CheckDKIM(t.Context(), dns, &key, o.now); !strings.Contains(said, "no TXT record at interdesk") {
			t.Error(said)
		}
		dns[key.RecordName()] = []string{key.RecordText()}
		if said := outbound.CheckDKIM(t.Context(), dns, &key, o.now); said != "" || key.FoundAt.IsZero() {
			t.Error(said)
		}
		store1()
		o.send(o.letter("b@mail.test"))
		checked, err := dkim.VerifyWithOptions(strings.NewReader(o.relay.Await(2)[1].Source),
			&dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) { return dns.LookupTXT(t.Context(), name) }})
		must(t, err)
		if len(checked) != 1 || checked[0].Err != nil || checked[0].Domain != "acme.test" {
			t.Errorf("%+v", checked)
		}
	})
}

func TestRelayFromURL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]outbound.RelayConfig{
		"smtp://mail.test":          {Host: "mail.test", Port: 25, Security: desk.RelayOpportunistic},
		"smtp://u:p%40ss@mail.test": {Host: "mail.test", Port: 587, Security: desk.RelayStartTLS, Username: "u", Password: "p@ss"},
		"smtps://u:p@mail.test":     {Host: "mail.test", Port: 465, Security: desk.RelayTLS, Username: "u", Password: "p"},
		"smtp://u:p@localhost:2525": {Host: "localhost", Port: 2525, Security: desk.RelayOpportunistic, Username: "u", Password: "p"},
		"smtp://[2001:db8::1]:2525": {Host: "2001:db8::1", Port: 2525, Security: desk.RelayOpportunistic},
	} {
		got, err := outbound.RelayFromURL(text)
		if err != nil || !cmp.Equal(got, want, cmp.Comparer(func(a, b outbound.RelayConfig) bool {
			return a.Host == b.Host && a.Port == b.Port && a.Security == b.Security && a.Username == b.Username && a.Password == b.Password
		})) {
			t.Errorf("%s: %+v %v", text, got, err)
		}
	}
	for _, text := range []string{"mail.test:25", "http://mail.test", "smtp://", "smtp://u:secret@mail.test:x", "smtp://u:secret@mail.test/path"} {
		if _, err := outbound.RelayFromURL(text); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestHelpDesksAreNotFlooded(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		must(t, o.account.Write(t.Context(), func(tx *store.Tx) error {
			return tx.SaveRemoteDesk(t.Context(), &desk.RemoteDesk{Address: "desk@mail.test", Kind: "zendesk"})
		}))
		l := o.letter("desk@mail.test")
		sum, size, err := o.Compose(t.Context(), l)
		must(t, err)
		must(t, o.account.Write(t.Context(), func(tx *store.Tx) error {
			for range 21 {
				if err := o.Queue(t.Context(), tx, l, sum, size); err != nil {
					return err
				}
			}
			return nil
		}))
		o.relay.Await(20)
		o.send(o.letter("carla@mail.test")) // others do not wait for it
		o.await(desk.MailSent, "carla@mail.test")
		if n := len(o.relay.Taken()); n != 21 {
			t.Errorf("%d letters went out, want 20 to the desk and one to Carla", n)
		}
		o.later(2 * time.Hour)
		must(t, o.account.Write(t.Context(), func(tx *store.Tx) error {
			_, err := o.RetryNow(t.Context(), tx)
			return err
		}))
		o.relay.Await(22)
	})
}

func TestLinesAreEncrypted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		atOnce   bool
		security desk.RelaySecurity
		trusting bool // knows the authority of the relay's certificate
		says     string
	}{
		"STARTTLS":                  {false, desk.RelayStartTLS, true, ""},
		"from the first byte":       {true, desk.RelayTLS, true, ""},
		"an unknown authority":      {false, desk.RelayStartTLS, false, "certificate"},
		"unknown, from first byte":  {true, desk.RelayTLS, false, "certificate"},
		"a password and STARTTLS":   {false, desk.RelayOpportunistic, true, "sign in"}, // on this machine nothing is encrypted unasked
		"TLS where STARTTLS is due": {false, desk.RelayTLS, true, "cannot be reached"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			relay, roots := mailtest.StartSecure(t, "s3cret", test.atOnce)
			c := outbound.RelayConfig{Host: "127.0.0.1", Port: relay.Address().Port, Security: test.security, Username: "desk", Password: "s3cret"}
			if c.TLSConfig = (&tls.Config{}); test.trusting {
				c.TLSConfig.RootCAs = roots
			}
			r := outbound.NewRelay(c)
			defer r.Close()
			err := r.Send(t.Context(), "a@acme.test", "b@mail.test", strings.NewReader("Subject: x\r\n\r\nx"), 17)
			if test.says == "" {
				must(t, err)
				if len(relay.Taken()) != 1 {
					t.Error("nothing was taken")
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("got %v, want %q", err, test.says)
			}
		})
	}
}
