package upload

import (
	"context"
	"crypto/rand"
	"io"
	"time"

	"interdesk/desk"
	"interdesk/store"
)

// How long an upload waits for its comment. What nobody signed in has brought waits only while they fill in a form.
const (
	Lifetime          = 3 * 24 * time.Hour
	StrangersLifetime = time.Hour
)

// Files keeps bytes under their SHA-256 in hex. More than max of them are a TooLarge error.
type Files interface {
	Put(ctx context.Context, from io.Reader, max int64) (sum string, size int64, err error)
	Open(ctx context.Context, sum string) (io.ReadSeekCloser, error)
	Remove(ctx context.Context, sum string, before time.Time) error
}

// Service takes files in.
type Service struct {
	store *store.Store
	files Files
	key   []byte
	now   func() time.Time
}

// New makes the service; key signs links, and now nil means time.Now.
func New(s *store.Store, files Files, key []byte, now func() time.Time) *Service {
	if now == nil {
		now = time.Now
	}
	return &Service{store: s, files: files, key: key, now: now}
}

// File is a file on its way in.
type File struct {
	Name        string
	ContentType string // as the client claims; "" for no claim
	Inline      bool   // shown within the comment's text
	Content     io.Reader
}

// Receive stores the bytes of a file, which belongs to no upload yet. A name that is none is an Invalid error.
func (s *Service) Receive(ctx context.Context, f File) (desk.Attachment, error) {
	name := CleanName(f.Name)
	if name == "" {
		return desk.Attachment{}, desk.InvalidField("filename", "BlankValue", "Filename: cannot be blank")
	}
	sum, size, err := s.files.Put(ctx, f.Content, desk.MaxUpload)
	if err != nil {
		return desk.Attachment{}, err
	}
	return desk.Attachment{FileName: name, ContentType: contentType(name, f.ContentType), Size: size, Blob: sum, Token: rand.Text(),
		Inline: f.Inline, CreatedAt: s.now().UTC()}, nil
}

// NewToken names an upload that has no file yet.
func NewToken() string { return rand.Text() }

// Add puts a received file into an upload, which begins with its first file and is prolonged by each. It gives the file its
// id. An upload that is somebody else's or has expired is an Invalid error.
func (s *Service) Add(ctx context.Context, tx *store.Tx, token string, a *desk.Attachment, user desk.UserID) error {
	lifetime := Lifetime
	if user == 0 {
		lifetime = StrangersLifetime
	}
	a.ID = desk.AttachmentID(tx.NewID())
	return tx.AddToUpload(ctx, token, a, user, s.now().Add(lifetime))
}

// Take receives a file into an upload, a new one when token is "", and returns both.
func (s *Service) Take(ctx context.Context, account desk.AccountID, token string, user desk.UserID, f File) (up desk.Upload, a desk.Attachment, err error) {
	if a, err = s.Receive(ctx, f); err != nil {
		return up, a, err
	}
	if token == "" {
		token = NewToken()
	}
	err = s.store.Account(account).Write(ctx, func(tx *store.Tx) error {
		if err := s.Add(ctx, tx, token, &a, user); err != nil {
			return err
		}
		up, err = tx.Upload(ctx, token)
		return err
	})
	return up, a, err
}

// Delete forgets a user's upload.
func (s *Service) Delete(ctx context.Context, account desk.AccountID, token string, user desk.UserID) error {
	return s.store.Account(account).Write(ctx, func(tx *store.Tx) error { return tx.DeleteUpload(ctx, token, user) })
}

// Open reads the bytes of an attachment.
func (s *Service) Open(ctx context.Context, a desk.Attachment) (io.ReadSeekCloser, error) {
	return s.files.Open(ctx, a.Blob)
}
