package inbound

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"path"
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/sharing/agreement"
	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// fetchLater has the files of a comment fetched once the message is stored: a slow file never delays a message (nhd §10).
// Pictures within its text are among them: nothing that people look at here is loaded from the partner.
func (i *intake) fetchLater(ctx context.Context, c wire.Comment, stored *desk.Comment) error {
	for _, w := range filesOf(c, i.agreement) {
		if err := i.fetchFile(ctx, w, stored); err != nil {
			return err
		}
	}
	return nil
}

// filesOf are the files that come with a comment, those first that it lists.
func filesOf(c wire.Comment, a desk.Agreement) []wire.Attachment {
	out := slices.Clone(c.Attachments.Value)
	for _, address := range pictures(c.HTMLBody.Value, agreement.HostOf(a.RemoteURL)) {
		known := slices.ContainsFunc(out, func(w wire.Attachment) bool { return w.URL == address })
		if !known && len(out) < desk.MaxAttachments {
			out = append(out, wire.Attachment{URL: address, Filename: path.Base(address)})
		}
	}
	return out
}

func (i *intake) fetchFile(ctx context.Context, w wire.Attachment, stored *desk.Comment) error {
	f := store.Fetch{ID: i.tx.NewID(), Share: i.share.ID, Ticket: stored.Ticket, Comment: stored.ID, URL: w.URL,
		FileName: nameOf(w), ContentType: claimedType(w.ContentType.Value), CreatedAt: i.at}
	if err := i.tx.InsertFetch(ctx, f); err != nil {
		return err
	}
	return insertFetchJob(ctx, i.tx, i.agreement.ID, f.ID)
}

func nameOf(w wire.Attachment) string {
	if w.DisplayFilename.IsSet() {
		return wire.CleanFilename(w.DisplayFilename.Value)
	}
	return wire.CleanFilename(w.Filename)
}

func insertFetchJob(ctx context.Context, tx *store.Tx, a desk.AgreementID, fetch int64) error {
	payload, err := json.Marshal(fetch)
	if err != nil {
		return err
	}
	_, err = job.Insert(ctx, tx.Tx, job.Insertion{Account: int64(tx.Account()), Kind: jobFetch, Party: sharing.Party(a), Payload: payload})
	return err
}

// fetch gets one file of a partner and puts it on its comment.
func (s *Service) fetch(ctx context.Context, j job.Job) job.Outcome {
	var id int64
	if err := json.Unmarshal(j.Payload, &id); err != nil {
		return job.Outcome{Err: err, Dead: true}
	}
	account := s.store.Account(desk.AccountID(j.Account))
	var f store.Fetch
	var a desk.Agreement
	err := account.Read(ctx, func(tx *store.Tx) (err error) {
		if f, err = tx.Fetch(ctx, id); err != nil {
			return err
		}
		share, err := tx.Share(ctx, f.Share)
		if err == nil {
			a, err = tx.FindAgreement(ctx, share.Agreement)
		}
		return err
	})
	if desk.KindOf(err) == desk.NotFound {
		return job.Outcome{}
	}
	if err != nil {
		return job.Outcome{Err: err}
	}
	if a.PausedBy.Cold() {
		return job.Outcome{Snooze: s.core.Retries().Cap}
	}
	file, err := s.download(ctx, f)
	var failed *peer.FetchError
	if errors.As(err, &failed) {
		return job.Outcome{Err: err, Dead: failed.Verdict != peer.Retry}
	}
	if err != nil {
		return job.Outcome{Err: err}
	}
	return job.Outcome{Commit: func(ctx context.Context, q *sqldb.Tx) error {
		return s.keepFile(ctx, account.WithTx(q), f, file)
	}}
}

// download streams a file into the attachment store.
func (s *Service) download(ctx context.Context, f store.Fetch) (desk.Attachment, error) {
	r, w := io.Pipe()
	type fetched struct {
		result peer.Fetched
		err    error
	}
	done := make(chan fetched, 1)
	go func() {
		result, err := s.peer.Fetch(ctx, f.URL, desk.MaxUpload, w)
		_ = w.CloseWithError(err)
		done <- fetched{result, err}
	}()
	hash, size, err := s.files.Put(ctx, r, desk.MaxUpload)
	_ = r.CloseWithError(errors.New("the attachment store has stopped reading"))
	got := <-done
	var failed *peer.FetchError
	if errors.As(got.err, &failed) {
		return desk.Attachment{}, failed
	}
	if err := firstErr(err, got.err); err != nil {
		return desk.Attachment{}, err
	}
	a := desk.Attachment{FileName: f.FileName, ContentType: f.ContentType, Size: size, Blob: hash}
	if a.ContentType == "" {
		a.ContentType = got.result.ContentType
	}
	a.Token, err = s.core.NewKey()
	return a, err
}

// claimedType is a partner's word on what a file is, "" when it makes no sense (nhd §10).
func claimedType(said string) string {
	kind, _, err := mime.ParseMediaType(said)
	if err != nil || len(kind) > 127 {
		return ""
	}
	return kind
}

func (s *Service) keepFile(ctx context.Context, tx *store.Tx, f store.Fetch, a desk.Attachment) error {
	_, err := tx.Fetch(ctx, f.ID)
	if desk.KindOf(err) == desk.NotFound {
		return nil // another run has kept it
	}
	if err != nil {
		return err
	}
	c, err := tx.Comment(ctx, f.Ticket, f.Comment)
	if err != nil {
		return err
	}
	// Files of a comment stand in the order in which they were listed, whichever came first.
	a.ID, a.CreatedAt = desk.AttachmentID(f.ID), s.core.Now()
	html, embedded := embed(c.HTML, f.URL, a)
	a.Inline = embedded
	if err := tx.InsertAttachment(ctx, f.Ticket, f.Comment, c.Author, &a); err != nil {
		return err
	}
	if html != c.HTML && len(html) <= desk.MaxCommentHTML {
		if err := tx.SetCommentHTML(ctx, f.Ticket, f.Comment, html); err != nil {
			return err
		}
	}
	return tx.DeleteFetch(ctx, f.ID)
}

// fetchDied tells people which file is missing, and why (nhd §10): once for all files of a comment. They stay listed at the
// share and can be fetched again.
func (s *Service) fetchDied(ctx context.Context, q *sqldb.Tx, j job.Job, cause error) error {
	var id int64
	if err := json.Unmarshal(j.Payload, &id); err != nil {
		return nil
	}
	tx := s.store.Account(desk.AccountID(j.Account)).WithTx(q)
	f, err := tx.Fetch(ctx, id)
	if err != nil {
		return sharing.IgnoreMissing(err)
	}
	if _, err := tx.LockTicket(ctx, f.Ticket); err != nil {
		return sharing.IgnoreMissing(err)
	}
	share, err := tx.LockShare(ctx, f.Share)
	if err != nil {
		return sharing.IgnoreMissing(err)
	}
	told := fmt.Sprintf("files:%d", f.Comment)
	if share.Sync.Remarked[told] {
		return nil
	}
	if share.Sync.Remarked == nil {
		share.Sync.Remarked = map[string]bool{}
	}
	share.Sync.Remarked[told] = true
	if err := tx.UpdateShare(ctx, &share); err != nil {
		return err
	}
	a, err := tx.FindAgreement(ctx, share.Agreement)
	if err != nil {
		return sharing.IgnoreMissing(err)
	}
	words, err := missingWords(ctx, tx, f, a.Name, cause)
	if err != nil {
		return err
	}
	return s.core.PrivateNote(ctx, tx, a, f.Ticket, words)
}

func missingWords(ctx context.Context, tx *store.Tx, f store.Fetch, partner string, cause error) (string, error) {
	words := fmt.Sprintf("The attachment %q from %s could not be fetched. %s", f.FileName, partner, fetchReason(cause))
	missing, err := tx.ShareFetches(ctx, f.Ticket, f.Share)
	var others []string
	for _, m := range missing {
		if m.Comment == f.Comment && m.ID != f.ID {
			others = append(others, strconv.Quote(m.FileName))
		}
	}
	if len(others) > 0 {
		words += " Of the same comment these are missing as well so far: " + strings.Join(others, ", ") + "."
	}
	return words + " They can be fetched again where the sharing of the ticket is shown.", err
}

func fetchReason(cause error) string {
	var failed *peer.FetchError
	if errors.As(cause, &failed) {
		return failed.Reason
	}
	return "The connection failed."
}
