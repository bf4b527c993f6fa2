package main

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strings"

	"interdesk/desk"
)

// A database that was restored from a backup, or copied to try something, must not write to partners before somebody has said
// which of the two it is (share-life §7). Three things give it away:
//
//   - the installation has another domain than before;
//   - the database lies elsewhere: another file on the disk, another database of the server;
//   - the mark in an SQLite database is not the one in the file beside it: the database was put back to an earlier state. The
//     mark changes at every start and every few minutes.
//
// What escapes all three, partners notice by the numbers of messages.

// The names under which the installation keeps what it was.
const (
	valueHost   = "public_host"
	valuePlace  = "database_place"
	valueDomain = "domain"
	valueMark   = "database_mark"
)

// noticeRestore pauses all sharing where the database was restored or copied, and says so. Then it takes the database as it is.
func (s *server) noticeRestore(ctx context.Context) error {
	place, err := s.store.Place(ctx)
	if err != nil {
		return err
	}
	m := marker{s.database, s.database.db.Path()}
	reasons, err := s.restoreReasons(ctx, place, m)
	if err != nil {
		return err
	}
	if len(reasons) > 0 {
		if err := s.pauseRestored(ctx, strings.Join(reasons, " ")); err != nil {
			return err
		}
	}
	if err := s.learnDomain(ctx); err != nil {
		return err
	}
	return errors.Join(s.store.SetInstallationValue(ctx, valueHost, s.publicHost()), s.store.SetInstallationValue(ctx, valuePlace, place), m.advance(ctx))
}

// learnDomain has each account answer, and receive mail, at its host of a domain that is new.
func (s *server) learnDomain(ctx context.Context) error {
	if before, err := s.value(ctx, valueDomain); err != nil || before == s.Domain {
		return err
	}
	accounts, err := s.store.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if _, err := s.accountAt(ctx, s.Host(a.Subdomain)); err != nil {
			return err
		}
	}
	return s.store.SetInstallationValue(ctx, valueDomain, s.Domain)
}

func (s *server) restoreReasons(ctx context.Context, place string, m marker) (reasons []string, err error) {
	host, err := s.value(ctx, valueHost)
	if err != nil {
		return nil, err
	}
	if host != "" && host != s.publicHost() {
		reasons = append(reasons, "The installation was at "+host+" before and is at "+s.publicHost()+" now.")
	}
	before, err := s.value(ctx, valuePlace)
	if err != nil {
		return nil, err
	}
	if before != "" && place != "" && before != place {
		reasons = append(reasons, "The database lies elsewhere than before.")
	}
	fits, err := m.fits(ctx)
	if err == nil && !fits {
		reasons = append(reasons, "The database is not in the state in which this installation left it.")
	}
	return reasons, err
}

// value is what the installation keeps under a name; "" when it is nothing.
func (d *database) value(ctx context.Context, name string) (string, error) {
	v, err := d.store.InstallationValue(ctx, name)
	if desk.KindOf(err) == desk.NotFound {
		return "", nil
	}
	return v, err
}

// finishEnds ends what earlier programs left of agreements that are over.
func (s *server) finishEnds(ctx context.Context) error {
	accounts, err := s.store.Accounts(ctx)
	for _, a := range accounts {
		err = errors.Join(err, s.sharing.agreements.FinishEnds(ctx, a.ID))
	}
	return err
}

func (s *server) pauseRestored(ctx context.Context, reason string) error {
	accounts, err := s.store.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if err := s.sharing.agreements.PauseRestored(ctx, a.ID, reason); err != nil {
			return err
		}
	}
	s.log.Warn("the database was restored or copied: nothing is sent to partners until an admin of each help desk says on the page Partners whether it is the real one",
		"reason", reason, "accounts", len(accounts))
	return nil
}

// publicHost is the domain by which the installation is known, without a port.
func (s *server) publicHost() string {
	if u, err := url.Parse(s.PublicURL); err == nil && u.Hostname() != "" {
		return strings.ToLower(u.Hostname())
	}
	return s.Domain
}

// marker keeps one mark in an SQLite database and in a file beside it. On PostgreSQL it does nothing: there is no beside.
type marker struct {
	*database
	path string // of the database
}

func (m marker) file() string { return m.path + ".mark" }

// fits tells whether the database is in the state in which this installation left it, as far as marks tell.
func (m marker) fits(ctx context.Context) (bool, error) {
	if m.path == "" {
		return true, nil
	}
	mark, err := m.value(ctx, valueMark)
	if err != nil || mark == "" {
		return true, err
	}
	beside, err := os.ReadFile(m.file())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return slices.Contains(strings.Fields(string(beside)), mark), err
}

// advance changes the mark. The file names both marks until the database has the new one, so that a crash between the two is no
// restore.
func (m marker) advance(ctx context.Context) error {
	if m.path == "" {
		return nil
	}
	before, err := m.value(ctx, valueMark)
	if err != nil {
		return err
	}
	next := rand.Text()
	if err := m.write(before + "\n" + next + "\n"); err != nil {
		return err
	}
	if err := m.store.SetInstallationValue(ctx, valueMark, next); err != nil {
		return err
	}
	return m.write(next + "\n")
}

// write replaces the file in one go.
func (m marker) write(text string) error {
	unfinished := m.file() + ".part"
	f, err := os.OpenFile(unfinished, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(unfinished, m.file())
}
