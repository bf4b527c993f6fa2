package inbound

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"

	"interdesk/desk"
	"interdesk/job"
	"interdesk/sharing"
	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
	"interdesk/store"
	"interdesk/store/sqldb"
)

// fetchLater has the files of a comment fetched once the message is stored: a slow file never delays a message (nhd §10).
func (i *intake) fetchLater(ctx context.Context, c wire.Comment, stored *desk.Comment) error {
	for _, w := range c.Attachments.Value {
		f := store.Fetch{ID: i.tx.NewID(), Share: i.share.ID, Ticket: stored.Ticket, Comment: stored.ID, URL: w.URL,
			FileName: wire.CleanFilename(w.Filename), ContentType: claimedType(w.ContentType.Value), CreatedAt: i.at}
		if w.DisplayFilename.IsSet() {
			f.FileName = wire.CleanFilename(w.DisplayFilename.Value)
		}
		if err := i.tx.InsertFetch(ctx, f); err != nil {
			return err
		}
		payload, err := json.Marshal(f.ID)
		if err != nil {
			return err
		}
		_, err = job.Insert(ctx, i.tx.Tx, job.Insertion{Account: int64(i.account), Kind: jobFetch, Party: sharing.Party(i.agreement.ID), Payload: payload})
		if err != nil {
			return err
		}
	}
	return nil
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
	a.ID, a.CreatedAt = desk.AttachmentID(tx.NewID()), s.core.Now()
	if err := tx.InsertAttachment(ctx, f.Ticket, f.Comment, c.Author, &a); err != nil {
		return err
	}
	return tx.DeleteFetch(ctx, f.ID)
}

// fetchDied tells people which file is missing, and why (nhd §10).
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
	if err := tx.DeleteFetch(ctx, id); err != nil {
		return err
	}
	share, err := tx.Share(ctx, f.Share)
	if err != nil {
		return sharing.IgnoreMissing(err)
	}
	a, err := tx.FindAgreement(ctx, share.Agreement)
	if err != nil {
		return sharing.IgnoreMissing(err)
	}
	reason := "The connection failed."
	var failed *peer.FetchError
	if errors.As(cause, &failed) {
		reason = failed.Reason
	}
	return s.core.PrivateNote(ctx, tx, a, f.Ticket, fmt.Sprintf("The attachment %q from %s could not be fetched. %s", f.FileName, a.Name, reason))
}
