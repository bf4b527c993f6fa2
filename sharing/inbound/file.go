package inbound

import (
	"context"
	"mime"
	"net/http"
	"strings"

	"interdesk/desk"
	"interdesk/sharing"
	"interdesk/sharing/wire"
	"interdesk/store"
)

// serveFile answers whoever holds a capability link: no cookie, no token, and 410 once it is over (nhd §10). The file is
// only ever a download: nothing in it may run here (nhd §16 row 10).
func (s *Service) serveFile(w http.ResponseWriter, r *http.Request, path string) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		s.refused(r.Context(), unsupported("GET, HEAD")).write(w)
		return
	}
	token, _, _ := strings.Cut(path, "/")
	f, err := s.linkedFile(r.Context(), token)
	if err != nil {
		s.refused(r.Context(), err).write(w)
		return
	}
	body, err := s.files.Open(r.Context(), f.Blob)
	if err != nil {
		s.refused(r.Context(), err).write(w)
		return
	}
	defer body.Close()
	h := w.Header()
	h.Set("Content-Type", downloadType(f.ContentType))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": wire.CleanFilename(f.FileName)}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Referrer-Policy", "no-referrer")
	http.ServeContent(w, r, "", f.CreatedAt, body)
}

// downloadType tells the file's type where a browser cannot act on it.
func downloadType(claimed string) string {
	media, _, err := mime.ParseMediaType(claimed)
	if err != nil || strings.Contains(media, "html") || strings.Contains(media, "xml") || strings.Contains(media, "javascript") {
		return "application/octet-stream"
	}
	return media
}

func (s *Service) linkedFile(ctx context.Context, token string) (f store.File, err error) {
	account, known := accountOf(ctx)
	if !known {
		return f, sharing.Refuse(http.StatusNotFound, "Nothing is here.")
	}
	err = s.store.Account(account).Read(ctx, func(tx *store.Tx) error {
		link, err := tx.ShareFile(ctx, token)
		if desk.KindOf(err) == desk.NotFound {
			return sharing.Refuse(http.StatusNotFound, "Nothing is here.")
		}
		if err != nil {
			return err
		}
		if live, err := s.linkLives(ctx, tx, link); err != nil || !live {
			return firstErr(err, sharing.Refuse(http.StatusGone, "This file is no longer shared."))
		}
		if f, err = tx.Attachment(ctx, link.Attachment); err != nil {
			return err
		}
		f.FileName, err = nameFor(ctx, tx, link, f.FileName)
		return err
	})
	return f, err
}

// nameFor is a file's name as the partner of its link may read it.
func nameFor(ctx context.Context, tx *store.Tx, link store.ShareFile, name string) (string, error) {
	share, err := tx.Share(ctx, link.Share)
	if err != nil {
		return "", err
	}
	a, err := tx.FindAgreement(ctx, share.Agreement)
	if err != nil {
		return "", err
	}
	t, err := sharing.TranslatorOf(a)
	if err != nil {
		return "", err
	}
	return t.Quiet(name), nil
}

// linkLives: a link outlives the end of its share for a while, so that a ticket is handed over with its files (share-life §3).
func (s *Service) linkLives(ctx context.Context, tx *store.Tx, link store.ShareFile) (bool, error) {
	if !link.ExpiresAt.After(s.core.Now()) {
		return false, nil
	}
	share, err := tx.Share(ctx, link.Share)
	if err != nil {
		return false, err
	}
	_, err = tx.Ticket(ctx, share.Ticket)
	if desk.KindOf(err) == desk.NotFound {
		return false, nil
	}
	return err == nil, err
}

func firstErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
