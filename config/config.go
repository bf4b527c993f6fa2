package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Database is what every command needs that touches the data.
type Database struct {
	Database   string `default:"sqlite:data/interdesk.db" placeholder:"URL" help:"Where the data lies: sqlite:PATH (a file, made on first use) or postgres://user:password@host/name. ${default} unless set."`
	Secret     string `placeholder:"TEXT" help:"Master secret that seals partners' access keys in the database. Better set as variable or file than as flag, since flags show in process lists. With SQLite a key file beside the database is made when nothing is set."`
	SecretFile string `placeholder:"PATH" help:"File that holds the master secret."`
}

// SQLitePath is the database's file, "" on PostgreSQL.
func (d Database) SQLitePath() string {
	path, ok := strings.CutPrefix(d.Database, "sqlite:")
	if !ok {
		return ""
	}
	return strings.TrimPrefix(path, "//")
}

// Validate finds what cannot be, before anything is opened.
func (d Database) Validate() error {
	switch {
	case strings.HasPrefix(d.Database, "postgres://"), strings.HasPrefix(d.Database, "postgresql://"):
	case !strings.HasPrefix(d.Database, "sqlite:"):
		return errors.New("--database must start with sqlite: or postgres://")
	case d.SQLitePath() == "":
		return errors.New("--database sqlite: needs the path of a file")
	}
	if d.Secret != "" && d.SecretFile != "" {
		return errors.New("set --secret or --secret-file, not both")
	}
	return nil
}

// Log is how the program speaks to its operator, on standard error.
type Log struct {
	LogLevel  string `default:"info" enum:"debug,info,warn,error" help:"The least that is logged: debug, info, warn or error. Each request is a line of info."`
	LogFormat string `default:"auto" enum:"auto,text,json" help:"Form of the log: text, json, or auto (text on a terminal, else json)."`
}

// Address is where the installation is found.
type Address struct {
	Listen    string `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on; port 0 takes a free one. ${default} unless set."`
	Domain    string `default:"localhost" placeholder:"NAME" help:"Domain whose subdomains are the accounts: acme.${default} unless set."`
	PublicURL string `placeholder:"URL" help:"Address by which browsers and partners reach the domain, when it is not http://DOMAIN:PORT, such as https://example.com behind a proxy. Accounts are subdomains of it."`
}

var hostName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)

// Validate finds what cannot be, before anything is opened.
func (a Address) Validate() error {
	if _, _, err := net.SplitHostPort(a.Listen); err != nil {
		return fmt.Errorf("--listen %s: write HOST:PORT, such as 127.0.0.1:8080 or :8080", a.Listen)
	}
	if !hostName.MatchString(a.Domain) {
		return fmt.Errorf("--domain %s: write a host name in small letters, such as desk.example.com", a.Domain)
	}
	if a.PublicURL == "" {
		return nil
	}
	u, err := url.Parse(a.PublicURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return fmt.Errorf("--public-url %s: write scheme and host, such as https://example.com", a.PublicURL)
	}
	return nil
}

// Host is an account's host name, without port.
func (a Address) Host(subdomain string) string { return subdomain + "." + a.Domain }

// AccountURL is an account's address without a slash at the end. port is where the server listens.
func (a Address) AccountURL(subdomain, port string) string {
	if u, err := url.Parse(a.PublicURL); err == nil && u.Host != "" {
		return u.Scheme + "://" + subdomain + "." + u.Host
	}
	if port == "80" || port == "" {
		return "http://" + a.Host(subdomain)
	}
	return "http://" + net.JoinHostPort(a.Host(subdomain), port)
}

// Port is the port of Listen; "0" until the system has chosen one.
func (a Address) Port() string {
	_, port, _ := net.SplitHostPort(a.Listen)
	return port
}

// Server is what serve needs beyond address, database and log.
type Server struct {
	MetricsListen        string        `placeholder:"HOST:PORT" help:"Address for /metrics, which tells Prometheus how the server does. Unless set, nobody is told."`
	TrustedProxies       []string      `placeholder:"CIDR" help:"Proxies whose X-Forwarded-For, -Proto and -Host are believed, such as 10.0.0.0/8."`
	RateLimit            int           `default:"100000" placeholder:"N" help:"API requests that a user may make per minute in one account; 0 for no limit. ${default} unless set."`
	StrangerRate         float64       `default:"6" placeholder:"N" help:"What people without sign-in may do per minute from one network in one account (make a request, offer an agreement), ten at once; 0 for no limit. ${default} unless set."`
	PartnerRate          int           `default:"100" placeholder:"N" help:"Messages that a partner may send per second under one agreement, ten times as many in a burst; 0 for no limit. ${default} unless set."`
	Blobs                string        `placeholder:"DIR" help:"Folder of attachments. Unless set, beside the SQLite file, or data/files with PostgreSQL."`
	AllowPrivatePartners bool          `help:"Let partners' addresses be on this machine or in private networks. For tests and closed networks: on the open internet it lets a partner's invitation reach what is behind your firewall."`
	PollJobs             time.Duration `placeholder:"TIME" help:"How often to look for work that other processes left in PostgreSQL, such as 250ms."`
}

// Validate finds what cannot be, before anything is opened.
func (s Server) Validate() error {
	if s.RateLimit < 0 {
		return errors.New("--rate-limit cannot be negative; 0 means no limit")
	}
	if s.StrangerRate < 0 {
		return errors.New("--stranger-rate cannot be negative; 0 means no limit")
	}
	if s.PartnerRate < 0 {
		return errors.New("--partner-rate cannot be negative; 0 means no limit")
	}
	if s.MetricsListen != "" {
		if _, _, err := net.SplitHostPort(s.MetricsListen); err != nil {
			return fmt.Errorf("--metrics-listen %s: write HOST:PORT", s.MetricsListen)
		}
	}
	_, err := s.Proxies()
	return err
}

// Proxies are the networks of TrustedProxies; a single address is a network of one.
func (s Server) Proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range s.TrustedProxies {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			var a netip.Addr
			if a, err = netip.ParseAddr(text); err == nil {
				p = netip.PrefixFrom(a, a.BitLen())
			}
		}
		if err != nil {
			return nil, fmt.Errorf("--trusted-proxies %s: write addresses or networks, such as 10.0.0.0/8", text)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// BlobsFolder is where attachments lie.
func (s Server) BlobsFolder(d Database) string {
	switch path := d.SQLitePath(); {
	case s.Blobs != "":
		return s.Blobs
	case path != "":
		return path + ".files"
	}
	return filepath.Join("data", "files")
}
