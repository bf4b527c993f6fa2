package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
)

// MailDoors is where mail comes in.
type MailDoors struct {
	SMTPListen      string `name:"smtp-listen" placeholder:"HOST:PORT" help:"Address to receive mail at by SMTP, from the internet's mail servers, such as :25. Unless set, none is received so."`
	LMTPListen      string `name:"lmtp-listen" placeholder:"HOST:PORT" help:"Address to receive mail at by LMTP, from your own mail server, such as 127.0.0.1:24. It is believed about who sent what, so let nobody else reach it."`
	SMTPCertificate string `name:"smtp-certificate" placeholder:"PATH" help:"Certificate (PEM, with its chain) for encrypted SMTP and LMTP by STARTTLS. It is read anew when it changes."`
	SMTPKey         string `name:"smtp-key" placeholder:"PATH" help:"Private key of --smtp-certificate (PEM)."`
	MailRate        int    `default:"600" placeholder:"N" help:"Messages that one network of the internet may hand over by SMTP per minute, as many at once; 0 for no limit. More are put off, not lost. ${default} unless set."`

	AuthservID []string `name:"authserv-id" placeholder:"NAME" help:"Name under which your own mail server writes Authentication-Results into the mail that it hands over. Its word on who sent a mail is believed, nobody else's. It must write one into every mail, and take away those that come with this name. Repeat it for several."`
	ARCSealer  []string `name:"arc-sealer" placeholder:"DOMAIN" help:"Domain of a forwarder, such as of a mailing list or the mail provider of a part of your company, whose ARC seals are believed about mail that it changed. All forwarders of a mail must be named. Repeat it for several."`
}

// Validate finds what cannot be, before anything is opened.
func (m MailDoors) Validate() error {
	for flag, address := range map[string]string{"--smtp-listen": m.SMTPListen, "--lmtp-listen": m.LMTPListen} {
		if address == "" {
			continue
		}
		if _, _, err := net.SplitHostPort(address); err != nil {
			return fmt.Errorf("%s %s: write HOST:PORT", flag, address)
		}
	}
	if (m.SMTPCertificate == "") != (m.SMTPKey == "") {
		return errors.New("set --smtp-certificate and --smtp-key together")
	}
	if m.MailRate < 0 {
		return errors.New("--mail-rate cannot be negative; 0 means no limit")
	}
	return nil
}

// MailRelay is where mail goes out.
type MailRelay struct {
	SMTPRelay string `name:"smtp-relay" placeholder:"URL" help:"Server that takes outgoing mail: smtp[s]://user:password@host:port, such as smtp://mail.example.com:587. Better set as variable than as flag, since flags show in process lists. Unless set, accounts send by relays of their own, or not at all."`
}

// Validate finds what cannot be, before anything is opened. It never repeats the address, which has a password in it.
func (m MailRelay) Validate() error {
	if m.SMTPRelay == "" {
		return nil
	}
	u, err := url.Parse(m.SMTPRelay)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		return errors.New("--smtp-relay: write smtp[s]://user:password@host:port")
	}
	return nil
}
